//! The slot in which one answer waits for the one who asked.
//!
//! Allocated only for what could not be answered on the asker's own stack. It knows nothing of
//! servers: why an answer will never come is told to it by who knows.

use std::task::{Poll, Waker};

use crate::sync::{Arc, Mutex, lock};

/// Room for one answer, shared by the asker and who is to answer.
#[derive(Debug)]
pub(crate) struct Slot<T> {
    inner: Mutex<Inner<T>>,
}

#[derive(Debug)]
enum Inner<T> {
    /// No answer yet; the asker's waker, once it waits.
    Open(Option<Waker>),
    Answered(T),
    /// The asker has the answer, or is gone: later answers are dropped.
    Closed,
}

impl<T> Slot<T> {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::new(Inner::Open(None)),
        })
    }

    /// Answers, unless an answer is there already or nobody waits for one: then `value` comes back.
    pub(crate) fn answer(&self, value: T) -> Result<(), T> {
        let waker = {
            let mut inner = lock(&self.inner);
            match &mut *inner {
                Inner::Open(waker) => {
                    let waker = waker.take();
                    *inner = Inner::Answered(value);
                    waker
                }
                Inner::Answered(_) | Inner::Closed => return Err(value),
            }
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        Ok(())
    }

    /// Whether an answer would still reach somebody.
    pub(crate) fn is_open(&self) -> bool {
        matches!(&*lock(&self.inner), Inner::Open(_))
    }

    /// Asker: takes the answer if it is there.
    pub(crate) fn try_take(&self) -> Option<T> {
        let mut inner = lock(&self.inner);
        if !matches!(&*inner, Inner::Answered(_)) {
            return None;
        }
        match std::mem::replace(&mut *inner, Inner::Closed) {
            Inner::Answered(value) => Some(value),
            _ => unreachable!("checked under the same lock"),
        }
    }

    /// Asker: the answer, or `waker` is woken when it comes.
    pub(crate) fn poll_take(&self, waker: &Waker) -> Poll<T> {
        let mut inner = lock(&self.inner);
        match &mut *inner {
            Inner::Open(Some(old)) => {
                old.clone_from(waker);
                Poll::Pending
            }
            Inner::Open(none) => {
                *none = Some(waker.clone());
                Poll::Pending
            }
            Inner::Answered(_) => match std::mem::replace(&mut *inner, Inner::Closed) {
                Inner::Answered(value) => Poll::Ready(value),
                _ => unreachable!("checked under the same lock"),
            },
            Inner::Closed => unreachable!("polled after the answer was taken"),
        }
    }

    /// Asker: gives up. An answer that came in the same moment is returned.
    pub(crate) fn close(&self) -> Option<T> {
        match std::mem::replace(&mut *lock(&self.inner), Inner::Closed) {
            Inner::Answered(value) => Some(value),
            Inner::Open(_) | Inner::Closed => None,
        }
    }
}
