//! What a supervisor that was killed leaves behind: children that are just ending, since they were
//! linked with it. Its next incarnation begins when the last of them has ended.

use std::sync::{Mutex, PoisonError};

use super::line::Line;
use super::stopping::stop_process;
use super::{Shutdown, Supervisor};
use crate::Pid;
use crate::process::cell::ProcessRef;

/// Children of an incarnation that did not stop them, the last started first.
#[derive(Default)]
pub(super) struct Leftovers(Mutex<Vec<Leftover>>);

struct Leftover {
    process: ProcessRef,
    pid: Pid,
    shutdown: Shutdown,
}

impl Leftovers {
    fn add(&self, line: &Line) {
        let running = line.latest_first().filter_map(|child| {
            let process = child.seat.process().clone();
            let shutdown = child.terms.shutdown(child.seat.kind());
            Some(Leftover {
                process,
                pid: child.pid?,
                shutdown,
            })
        });
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(running);
    }

    /// Stops them all, as they would have been, and waits for their ends.
    pub(super) async fn stop(&self) {
        let all = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for left in all {
            if left.process.pid() == left.pid && !left.process.state.is_down() {
                stop_process(&left.process, left.pid, left.shutdown).await;
            }
        }
    }
}

/// After an orderly end no child runs any more.
impl Drop for Supervisor {
    fn drop(&mut self) {
        self.plan.leftovers.add(&self.line);
    }
}
