//! Waiting until there is nothing left to do, without guessing how long that takes.
//!
//! Looks at the processes of the runtime until two looks in a row, with a turn for every task between
//! them, find all at rest and nothing done. A message between two processes that are looked at one after
//! the other shows in the second look: its sender has handled one more, or its receiver has.

use std::fmt::Write;
use std::panic::Location;
use std::time::Duration;

use otp_core::kit::{Subject, processes_here};
use otp_core::{Pid, ProcessInfo, ProcessStatus, self_pid};
use tokio::runtime::Handle;
use tokio::time::Instant;

/// For how long [`idle`] waits for handlers that wait.
const PATIENCE: Duration = Duration::from_secs(60);
/// Tasks that tokio polls before it looks at those which have given way, at the most.
const TURN: usize = 61;

/// Lets everything run that can run without time passing: returns when no process of this runtime has
/// anything to do. Handlers that await something (a timer, another server that does not answer, I/O)
/// stay where they are, with what waits in their mailboxes; so do suspended servers.
///
/// Other tokio tasks have had a turn, but what they do is not seen: tasks that talk to each other for
/// long, and to no process, may still be at it.
///
/// On a runtime with several threads it returns at a moment in which nothing was going on.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use otp::test;
///
/// let (told, mut hears) = tokio::sync::oneshot::channel();
/// let echo = otp::spawn(|mut me| async move { told.send(me.receive::<u32>().await) });
/// echo.send(7_u32).unwrap();
/// test::run_until_idle().await;
/// assert_eq!(hears.try_recv(), Ok(7));
/// # }
/// ```
///
/// Cancel safe.
pub async fn run_until_idle() {
    let mut last = None;
    loop {
        let now: Vec<_> = others().iter().map(Look::of).collect();
        if !now.iter().any(Look::is_busy) && last.as_ref() == Some(&now) {
            return;
        }
        last = Some(now);
        give_turns().await;
    }
}

/// Waits until `who` and every process below it (what it started, what that started, and so on) has
/// done its work: each is up, no handler of it is in progress, and its mailbox is empty. A plain process
/// or a task counts as idle when it waits and no message is there for it.
///
/// Where a handler waits, time must pass: on the paused clock it does by itself, and this returns at the
/// first moment in which all are idle, to a millisecond, or a hundredth of the time that it took.
///
/// ```
/// # use otp::prelude::*;
/// # #[gen_server] struct Tally { sum: u64 }
/// # #[gen_server] impl Tally {
/// #     #[init] fn new() -> Self { Tally { sum: 0 } }
/// #     #[call] fn sum(&mut self) -> u64 { self.sum }
/// #     #[cast] async fn add(&mut self, n: u64) {
/// #         tokio::time::sleep(std::time::Duration::from_secs(1)).await;
/// #         self.sum += n;
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use otp::test;
///
/// let tally = test::started(Tally::start()).await;
/// for n in 1..=3 {
///     tally.add(n).await.unwrap(); // takes a second each
/// }
/// test::idle(&tally).await;
/// assert_eq!(tally.info().messages_handled, 3);
/// tally.finish().await;
/// # }
/// ```
///
/// Cancel safe.
///
/// # Panics
/// After a minute of the runtime's time, saying who is not idle and why.
#[track_caller]
pub fn idle<T: Subject + ?Sized>(who: &T) -> impl Future<Output = ()> + Send + use<T> {
    let (pid, at) = (who.subject_pid(), Location::caller());
    async move {
        let began = Instant::now();
        loop {
            run_until_idle().await;
            let busy: Vec<_> = family(pid)
                .into_iter()
                .filter(|info| !is_idle(info))
                .collect();
            if busy.is_empty() {
                return;
            }
            let waited = began.elapsed();
            assert!(
                waited < PATIENCE,
                "at {at}: not idle after {PATIENCE:?}:{}",
                busy.iter().map(line).collect::<String>()
            );
            tokio::time::sleep((waited / 100).max(Duration::from_millis(1))).await;
        }
    }
}

/// One line on a process, for people.
pub(crate) fn line(info: &ProcessInfo) -> String {
    let status = match info.status {
        ProcessStatus::Starting => "its init is in progress",
        ProcessStatus::Idle => "idle",
        ProcessStatus::Running => "running",
        ProcessStatus::Waiting if is_plain(info) => "waiting",
        ProcessStatus::Waiting => "a handler of it waits",
        ProcessStatus::Suspended => "suspended",
        ProcessStatus::Down => "down, to be started again",
        ProcessStatus::Dead => "ended",
    };
    let mut text = format!("\n    {}{}: {status}", info.type_name, info.pid);
    // Writing to a string cannot fail.
    if let Some(server) = &info.waits_for {
        let _ = write!(text, " for {server}");
    }
    let _ = match info.mailbox_len {
        0 => Ok(()),
        1 => write!(text, ", a message waits for it"),
        waiting => write!(text, ", {waiting} messages wait for it"),
    };
    text
}

/// `pid` and what was started below it, as far as it is alive.
pub(crate) fn family(pid: Pid) -> Vec<ProcessInfo> {
    processes_here()
        .into_iter()
        .filter(|info| info.pid == pid || info.ancestors.contains(&pid))
        .collect()
}

fn is_idle(info: &ProcessInfo) -> bool {
    let rests = match info.status {
        ProcessStatus::Idle => true,
        ProcessStatus::Waiting => is_plain(info) || Some(info.pid) == self_pid(),
        _ => false,
    };
    rests && info.mailbox_len == 0
}

fn is_plain(info: &ProcessInfo) -> bool {
    info.type_name == "process"
}

/// All processes but the one that looks.
fn others() -> Vec<ProcessInfo> {
    let mut all = processes_here();
    all.retain(|info| Some(info.pid) != self_pid());
    all
}

/// Gives every task that can run a turn.
async fn give_turns() {
    let tasks = Handle::current().metrics().num_alive_tasks();
    for _ in 0..tasks / TURN + 2 {
        tokio::task::yield_now().await;
    }
}

/// What one look at a process tells.
#[derive(PartialEq)]
struct Look {
    pid: Pid,
    status: ProcessStatus,
    waiting: usize,
    handled: u64,
}

impl Look {
    fn of(info: &ProcessInfo) -> Self {
        Self {
            pid: info.pid,
            status: info.status,
            waiting: info.mailbox_len,
            handled: info.messages_handled,
        }
    }

    fn is_busy(&self) -> bool {
        match self.status {
            ProcessStatus::Running => true,
            ProcessStatus::Idle => self.waiting > 0,
            _ => false,
        }
    }
}
