//! The one timer that wakes a machine: set anew only for a deadline that is earlier than its own.
//!
//! So a timeout that is set and cancelled leaves nothing behind. An alarm that finds nothing due sets
//! itself for what is left.

use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::behaviour::StateMachine;
use super::server::{Machine, MachineContext, Message};
use crate::server::send_past_capacity;

/// The alarm of one machine.
#[derive(Default)]
pub(super) struct Alarm(Option<(Instant, AbortHandle)>);

impl Alarm {
    /// Whether it would be too late for a deadline.
    #[inline]
    pub(super) fn is_later_than(&self, deadline: Instant) -> bool {
        self.0.as_ref().is_none_or(|(at, _)| deadline < *at)
    }

    /// It rang.
    pub(super) fn rang(&mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        if let Some((_, task)) = self.0.take() {
            task.abort();
        }
    }

    /// Has it ring at `at` instead: by a message, in the order of the mailbox, which a full one takes too.
    pub(super) fn set<M: StateMachine>(&mut self, at: Instant, cx: &mut MachineContext<M>) {
        self.stop();
        let process = cx.process();
        let task = cx.run_beside(async move {
            tokio::time::sleep_until(at).await;
            let now = Instant::now().max(at);
            if let Some(body) = process.downcast::<Machine<M>>() {
                send_past_capacity(body, Message::tick(now));
            }
        });
        self.0 = Some((at, task));
    }
}
