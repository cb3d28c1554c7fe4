//! A message that waits for room in a mailbox.
//!
//! Who waits need not know of what type it is: what calls, casts and requests do while they wait is the
//! same for every server, and made once.

use std::sync::Mutex;
use std::task::{Poll, Waker};

use crate::process::Server;
use crate::process::cell::{BodyRef, Item};
use crate::process::line::Place;
use crate::process::mailbox::Push;
use crate::process::state::News;
use crate::process::tell;

/// A message that waits for room. Dropped, it leaves the line.
pub(super) trait Entrance: Send + Sync {
    /// Ready when it need not wait any longer: with whether the message is in, which it is not if the
    /// process has ended.
    fn poll(&mut self, waker: &Waker) -> Poll<bool>;
}

/// For a `message` that found no room in the server's mailbox.
pub(super) fn enter<S: Server>(body: BodyRef<S>, message: S::Message) -> Box<dyn Entrance> {
    Box::new(Entering {
        body,
        message: Mutex::new(Some(message)),
        place: 0,
    })
}

struct Entering<S: Server> {
    body: BodyRef<S>,
    /// Never locked: only so that it can be shared, which a message alone need not be.
    message: Mutex<Option<S::Message>>,
    place: Place,
}

fn capacity<S: Server>() -> usize {
    S::OPTIONS.mailbox.unwrap_or(usize::MAX)
}

impl<S: Server> Entrance for Entering<S> {
    fn poll(&mut self, waker: &Waker) -> Poll<bool> {
        let mailbox = &self.body.mailbox;
        if mailbox
            .poll_room(&mut self.place, capacity::<S>(), waker)
            .is_pending()
        {
            return Poll::Pending;
        }
        let place = std::mem::take(&mut self.place);
        let message = match self.message.get_mut() {
            Ok(message) => message,
            Err(poisoned) => poisoned.into_inner(),
        };
        let Some(message) = message.take() else {
            return Poll::Ready(true);
        };
        match mailbox.push_granted(place, Item::Message(message)) {
            Push::Pushed { notify } => {
                if notify {
                    tell(&self.body.header, News::Mail);
                }
                Poll::Ready(true)
            }
            _ => Poll::Ready(false),
        }
    }
}

impl<S: Server> Drop for Entering<S> {
    fn drop(&mut self) {
        if self.place != 0 {
            self.body.mailbox.leave(self.place, capacity::<S>());
        }
    }
}
