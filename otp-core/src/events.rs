//! Events for any number of subscribers, each of whom sees all, in order, from the moment on in which it
//! subscribed.
//!
//! Owns the queues. What an event means, and that it is published in the right order, is up to who has the
//! [`Hub`].

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;

/// A stream of events. Dropped, it ends its subscription.
///
/// What was not read yet is kept, without a bound: who subscribes reads. A server gives it to
/// [`Context::attach`](crate::Context::attach), and has each event as a message. It ends when the
/// registry or scope does.
///
/// Cancel safe: an event is taken out when it is returned.
#[must_use = "dropped, it ends the subscription"]
pub struct Events<E> {
    queue: Arc<Mutex<Queue<E>>>,
}

struct Queue<E> {
    events: VecDeque<E>,
    waker: Option<Waker>,
    closed: bool,
}

/// Where events are published.
pub(crate) struct Hub<E> {
    count: AtomicUsize,
    subscribers: Mutex<Vec<Weak<Mutex<Queue<E>>>>>,
}

impl<E> Default for Hub<E> {
    fn default() -> Self {
        Self {
            count: AtomicUsize::new(0),
            subscribers: Mutex::default(),
        }
    }
}

impl<E: Clone> Hub<E> {
    pub(crate) fn subscribe(&self) -> Events<E> {
        let events = Events::new(false);
        let mut subscribers = lock(&self.subscribers);
        subscribers.retain(|subscriber| subscriber.strong_count() > 0);
        subscribers.push(Arc::downgrade(&events.queue));
        self.count.store(subscribers.len(), Ordering::Release);
        events
    }

    /// Tells all who subscribed; `make` is not called if there are none.
    pub(crate) fn publish(&self, make: impl FnOnce() -> E) {
        if self.count.load(Ordering::Acquire) == 0 {
            return;
        }
        let event = make();
        let mut subscribers = lock(&self.subscribers);
        subscribers.retain(|subscriber| {
            let Some(queue) = subscriber.upgrade() else {
                return false;
            };
            let mut queue = lock(&queue);
            queue.events.push_back(event.clone());
            if let Some(waker) = queue.waker.take() {
                waker.wake();
            }
            true
        });
        self.count.store(subscribers.len(), Ordering::Release);
    }

    /// Whether anybody listens still.
    pub(crate) fn is_heard(&self) -> bool {
        let subscribers = lock(&self.subscribers);
        subscribers.iter().any(|one| one.strong_count() > 0)
    }

    /// There will be no more events.
    pub(crate) fn close(&self) {
        let subscribers = std::mem::take(&mut *lock(&self.subscribers));
        self.count.store(0, Ordering::Release);
        for queue in subscribers.iter().filter_map(Weak::upgrade) {
            let mut queue = lock(&queue);
            queue.closed = true;
            if let Some(waker) = queue.waker.take() {
                waker.wake();
            }
        }
    }
}

impl<E> Events<E> {
    fn new(closed: bool) -> Self {
        let queue = Queue {
            events: VecDeque::new(),
            waker: None,
            closed,
        };
        Self {
            queue: Arc::new(Mutex::new(queue)),
        }
    }

    /// Of nobody: it has ended.
    pub(crate) fn none() -> Self {
        Self::new(true)
    }

    /// The next event; `None` when there will be no more.
    pub async fn next(&mut self) -> Option<E> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }

    /// The next event, if there is one already.
    pub fn try_next(&mut self) -> Option<E> {
        lock(&self.queue).events.pop_front()
    }
}

impl<E> Stream for Events<E> {
    type Item = E;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<E>> {
        let mut queue = lock(&self.queue);
        if let Some(event) = queue.events.pop_front() {
            return Poll::Ready(Some(event));
        }
        if queue.closed {
            return Poll::Ready(None);
        }
        queue.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl<E> fmt::Debug for Events<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
