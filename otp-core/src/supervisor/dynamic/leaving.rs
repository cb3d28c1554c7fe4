//! The end of all children of a dynamic supervisor at once: every one is asked first, then all are
//! waited for, each for its own time.

use std::collections::HashMap;
use std::future::poll_fn;
use std::sync::Arc;

use tokio::time::{Instant, timeout_at};

use super::crowd::{Crowd, kill_with, kind_of};
use super::flags::{DynamicFlags, time_to_stop};
use crate::process::Server;
use crate::process::ServerRef;
use crate::process::reply::Slot;
use crate::supervisor::{Restart, Shutdown, reports};
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

/// Stops all children at once, and waits for their ends.
pub(super) async fn stop_all<S: Server, A>(
    supervisor: (&str, Pid),
    crowd: &mut Crowd<S, A>,
    flags: &DynamicFlags,
) {
    let (name, me) = supervisor;
    let now = Instant::now();
    let mut leavers = Vec::with_capacity(crowd.len());
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
        if shutdown == Shutdown::BrutalKill {
            kill_with(&process, pid, me, ExitReason::Kill);
        }
        let done = Slot::new();
        process.stop(ExitReason::Shutdown, Arc::clone(&done));
        leavers.push(Leaver {
            pid,
            server: child.server,
            done,
            deadline: time_to_stop(shutdown).and_then(|time| now.checked_add(time)),
            shutdown,
            restart: terms.restart,
        });
    }
    // In the order of the deadlines one can be waited for after the other. Who has none comes last:
    // none of them has to be killed.
    leavers.sort_by_key(|leaver| (leaver.deadline.is_none(), leaver.deadline));
    let mut ends = Ends::default();
    let mut late = Vec::new();
    for leaver in leavers {
        match leaver.end_in_time().await {
            Some(reason) => ends.note(&leaver, reason),
            None => {
                if leaver.deadline.is_some() {
                    kill_with(&leaver.server.process(), leaver.pid, me, ExitReason::Kill);
                }
                late.push(leaver);
            }
        }
    }
    for leaver in late {
        let reason = leaver.end().await;
        ends.note(&leaver, reason);
    }
    ends.report(name);
}

/// How the children ended.
#[derive(Default)]
struct Ends {
    as_asked: usize,
    /// The others, by reason: how many, and one of them.
    otherwise: HashMap<ExitReason, (usize, Pid)>,
}

impl Ends {
    fn note<S: Server>(&mut self, leaver: &Leaver<S>, reason: ExitReason) {
        if reports::is_as_asked(leaver.shutdown, leaver.restart, &reason) {
            self.as_asked += 1;
        } else {
            self.otherwise.entry(reason).or_insert((0, leaver.pid)).0 += 1;
        }
    }

    fn report(&self, supervisor: &str) {
        reports::stopped_as_asked(supervisor, self.as_asked);
        for (reason, (count, one)) in &self.otherwise {
            reports::stopped_otherwise(supervisor, reason, *count, *one);
        }
    }
}
