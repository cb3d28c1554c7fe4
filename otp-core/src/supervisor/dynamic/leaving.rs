//! The end of all children of a dynamic supervisor at once: every one is asked first, then all are
//! waited for, each for its own time.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::crowd::{Crowd, kill_with, kind_of};
use super::flags::DynamicFlags;
use crate::process::cell::ProcessRef;
use crate::process::reply::Slot;
use crate::process::{Context, Server, ServerRef, clock, donate, links};
use crate::supervisor::reports::{Ends, is_as_asked};
use crate::supervisor::{Restart, Shutdown};
use crate::{ExitReason, Pid};

/// A child that was asked to end.
struct Leaver<S: Server> {
    pid: Pid,
    server: ServerRef<S>,
    /// Gets the reason with which it ends.
    done: Arc<Slot<ExitReason>>,
    /// When it is killed. `None`: it was already, or never is.
    deadline: Option<Instant>,
    shutdown: Shutdown,
    restart: Restart,
}

impl<S: Server> Leaver<S> {
    async fn end(&self) -> ExitReason {
        poll_fn(|task| self.done.poll_take(task.waker())).await
    }

    fn note(&self, reason: ExitReason, ends: &mut Ends) {
        let as_asked = is_as_asked(self.shutdown, self.restart, &reason);
        ends.note(self.pid, reason, as_asked);
    }

    /// Waits for its end until its deadline.
    async fn end_in_time(&self) -> Option<ExitReason> {
        if let Some(reason) = self.done.try_take() {
            return Some(reason);
        }
        match self.deadline {
            Some(deadline) => timeout_at(deadline, self.end()).await.ok(),
            None => None,
        }
    }
}

/// Children that are stopped in a row without a look at what else there is to do.
const ROW: u32 = 128;
/// How long a child may take to be ended on the supervisor's thread, on average...
const EACH: Duration = Duration::from_micros(10);
/// ... and how much longer all of them together.
const GRACE: Duration = Duration::from_millis(50);

/// Stops all children at once, and waits for their ends.
pub(super) async fn stop_all<S: Server, A, T: Server>(
    name: &str,
    crowd: &mut Crowd<S, A>,
    flags: &DynamicFlags,
    cx: &mut Context<T>,
) {
    let now = Instant::now();
    let me = cx.process();
    let mut ends = Ends::default();
    let mut leavers = Vec::new();
    let mut here = Here::default();
    for (pid, mut child) in crowd.take() {
        let terms = child.terms(flags);
        // Nobody starts it again: so it cannot be parked when it is asked, and answers whatever
        // happens. One that is down ends for good here.
        child.keep = None;
        if child.is_restarting() {
            continue;
        }
        let shutdown = terms.shutdown(kind_of::<S>());
        let process = child.server.process();
        if here.is_quick() {
            let ended = here.stop(process, shutdown);
            if here.count % ROW == 0 {
                tokio::task::yield_now().await;
            }
            if let Some(reason) = ended {
                let as_asked = is_as_asked(shutdown, terms.restart, &reason);
                ends.note(pid, reason, as_asked);
                continue;
            }
        }
        // Its exit would come as a message that nobody reads any more.
        links::hush(&me, pid);
        if shutdown == Shutdown::BrutalKill {
            kill_with(process, pid, me.pid(), ExitReason::Kill);
        }
        let done = Slot::new();
        process.stop(ExitReason::Shutdown, Arc::clone(&done));
        leavers.push(Leaver {
            pid,
            server: child.server,
            done,
            deadline: shutdown.time().and_then(|time| now.checked_add(time)),
            shutdown,
            restart: terms.restart,
        });
    }
    wait_for(leavers, &mut ends, me.pid()).await;
    ends.report(name);
}

/// Waits for the ends of those who were asked, and kills those who are late.
async fn wait_for<S: Server>(mut leavers: Vec<Leaver<S>>, ends: &mut Ends, me: Pid) {
    // In the order of the deadlines one can be waited for after the other. Who has none comes last:
    // none of them has to be killed.
    leavers.sort_by_key(|leaver| (leaver.deadline.is_none(), leaver.deadline));
    let mut late = Vec::new();
    for leaver in leavers {
        if let Some(reason) = leaver.end_in_time().await {
            leaver.note(reason, ends);
            continue;
        }
        if leaver.deadline.is_some() {
            let process = leaver.server.process();
            kill_with(process, leaver.pid, me, ExitReason::Kill);
        }
        late.push(leaver);
    }
    for leaver in late {
        let reason = leaver.end().await;
        leaver.note(reason, ends);
    }
}

/// Children that are ended on this thread. That is cheaper than a task for each, as long as none of
/// them makes the others wait.
#[derive(Default)]
struct Here {
    count: u32,
    /// How long it took.
    ticks: u64,
}

impl Here {
    fn is_quick(&self) -> bool {
        self.ticks <= clock::to_ticks(GRACE + EACH * self.count)
    }

    /// Ends an idle child. `None`: it has to be asked.
    fn stop(&mut self, process: &ProcessRef, shutdown: Shutdown) -> Option<ExitReason> {
        let began = clock::ticks();
        let reason = if shutdown == Shutdown::BrutalKill {
            ExitReason::Kill
        } else {
            ExitReason::Shutdown
        };
        let ended = donate::stop(process, reason);
        self.count += 1;
        self.ticks += clock::ticks().saturating_sub(began);
        ended
    }
}
