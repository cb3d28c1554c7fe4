//! Which tasks of a stream have ended since its consumer looked last.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// Shared by a stream and the wakers of its tasks.
#[derive(Default)]
pub(super) struct Woken(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    numbers: Vec<u64>,
    consumer: Option<Waker>,
}

/// What a task wakes at its end.
struct Ticket {
    woken: Arc<Woken>,
    number: u64,
}

impl Woken {
    pub(super) fn ticket(self: &Arc<Self>, number: u64) -> Waker {
        let woken = Arc::clone(self);
        Waker::from(Arc::new(Ticket { woken, number }))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives out the tasks that have ended, into an empty list; `consumer` is woken when there is another.
    pub(super) fn take(&self, numbers: &mut Vec<u64>, consumer: &Waker) {
        let mut inner = self.lock();
        std::mem::swap(&mut inner.numbers, numbers);
        match &mut inner.consumer {
            Some(old) => old.clone_from(consumer),
            none => *none = Some(consumer.clone()),
        }
    }
}

impl Wake for Ticket {
    fn wake(self: Arc<Self>) {
        let consumer = {
            let mut inner = self.woken.lock();
            inner.numbers.push(self.number);
            inner.consumer.take()
        };
        if let Some(consumer) = consumer {
            consumer.wake();
        }
    }
}
