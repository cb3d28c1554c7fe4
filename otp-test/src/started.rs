//! A server or a tree that is started for one test, and gone at its end.

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::time::Duration;

use otp_core::kit::{Subject, processes_here, stop};
use otp_core::{ExitReason, Pid, ProcessInfo};

use crate::idle::family;
use crate::leftovers::{END, Leftovers};
use crate::run_until_idle;

/// For how long a test waits for the end of what it has started.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a server or a tree for one test, and gives a guard that is used as its ref.
///
/// ```
/// # use otp::prelude::*;
/// # #[gen_server] struct Counter { count: u64 }
/// # #[gen_server] impl Counter {
/// #     #[init] fn new(count: u64) -> Self { Counter { count } }
/// #     #[call] fn add(&mut self, n: u64) -> u64 { self.count += n; self.count }
/// # }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use otp::test;
///
/// let counter = test::started(Counter::start(40)).await;
/// assert_eq!(counter.add(2).await, Ok(42));
/// counter.finish().await;
/// # }
/// ```
///
/// Of a tree that is built by hand, let the start give the supervisor's ref: the guard needs a
/// [`Subject`].
///
/// # Panics
/// If the start fails, with its error.
#[track_caller]
pub fn started<R, E>(
    start: impl IntoFuture<Output = Result<R, E>>,
) -> impl Future<Output = Started<R>>
where
    R: Subject,
    E: fmt::Display,
{
    let at = Location::caller();
    let start = start.into_future();
    async move {
        match start.await {
            Ok(value) => Started {
                pid: value.subject_pid(),
                value,
                at,
                patience: PATIENCE,
                finished: false,
            },
            Err(error) => panic!("at {at}: the start failed: {error}"),
        }
    }
}

/// What [`started`] gives: used as the ref of what was started, until [`Started::finish`].
///
/// # Panics
/// When it is dropped unfinished, unless the test is panicking already: then the tree is killed.
#[must_use = "it is to be finished at the end of the test"]
#[derive(Debug)]
pub struct Started<R: Subject> {
    value: R,
    pid: Pid,
    at: &'static Location<'static>,
    patience: Duration,
    finished: bool,
}

impl<R: Subject> Started<R> {
    /// The same, whose end is waited for for `time` of the runtime's time instead of a minute.
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// Stops it as its supervisor would, with `Shutdown`, and sees to it that nothing which it has
    /// started is left. If it has ended already, looks for what is left all the same.
    ///
    /// Dropped half-way, it is as a guard that is dropped unfinished.
    ///
    /// # Panics
    /// If it does not stop in time, or something of it is left, saying what. That is killed.
    pub async fn finish(self) {
        if let Err(leftovers) = self.try_finish().await {
            panic!("{leftovers}");
        }
    }

    /// As [`Started::finish`], for those who want to look at what was left.
    ///
    /// # Errors
    /// [`Leftovers`].
    pub async fn try_finish(mut self) -> Result<(), Leftovers> {
        let members = family(self.pid);
        let label = label(self.pid, &members);
        let mut known: Vec<Pid> = members.iter().map(|info| info.pid).collect();
        known.push(self.pid);
        let end = tokio::time::timeout(self.patience, stop(self.pid, END)).await;
        // What ends because its last ref is gone does so by itself.
        run_until_idle().await;
        self.finished = true;
        let processes = left_of(known);
        if processes.is_empty() {
            return Ok(());
        }
        kill(&processes);
        Err(Leftovers {
            label,
            at: self.at,
            waited: end.is_err().then_some(self.patience),
            processes,
        })
    }
}

/// What `pid` is called in words, if it is among `members`.
fn label(pid: Pid, members: &[ProcessInfo]) -> String {
    let top = members.iter().find(|info| info.pid == pid);
    format!("{}{pid}", top.map_or("a process", |info| info.type_name))
}

/// The processes among `known` that are alive, with all that was started by them.
fn left_of(mut known: Vec<Pid>) -> Vec<ProcessInfo> {
    let all = processes_here();
    loop {
        let more: Vec<Pid> = all
            .iter()
            .filter(|info| !known.contains(&info.pid))
            .filter(|info| info.started_by.is_some_and(|by| known.contains(&by)))
            .map(|info| info.pid)
            .collect();
        if more.is_empty() {
            break;
        }
        known.extend(more);
    }
    let is_known = |info: &ProcessInfo| known.contains(&info.pid);
    all.into_iter().filter(is_known).collect()
}

fn kill(processes: &[ProcessInfo]) {
    for process in processes {
        process.pid.exit(ExitReason::Kill);
    }
}

impl<R: Subject> Deref for Started<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.value
    }
}

impl<R: Subject> Drop for Started<R> {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        let members = family(self.pid);
        kill(&members);
        self.pid.exit(ExitReason::Kill);
        if !std::thread::panicking() {
            let (label, at) = (label(self.pid, &members), self.at);
            panic!(
                "{label}, started at {at}, was dropped before its end was seen: call `.finish().await` at the end of the test"
            );
        }
    }
}
