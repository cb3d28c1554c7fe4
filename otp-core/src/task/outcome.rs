//! What becomes of one task: its value and its end, for the one who waits.
//!
//! The value is given out when the process has ended, so that who has it finds nothing left of the task.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::TaskError;
use super::origin::Origin;
use crate::process::links::Watch;
use crate::{ExitReason, Pid};

/// Shared by a task and who waits for it.
pub(crate) struct Outcome<T> {
    origin: Origin,
    inner: Mutex<Inner<T>>,
}

struct Inner<T> {
    value: Option<T>,
    end: End,
    waker: Option<Waker>,
    /// Nobody will ask any more.
    ignored: bool,
}

enum End {
    Open,
    Ended(ExitReason),
    /// Ended, and whoever asked was told.
    Told,
}

impl<T> Outcome<T> {
    pub(crate) fn new(origin: Origin) -> Arc<Self> {
        Arc::new(Self::of(origin))
    }

    pub(super) fn of(origin: Origin) -> Self {
        Self {
            origin,
            inner: Mutex::new(Inner {
                value: None,
                end: End::Open,
                waker: None,
                ignored: false,
            }),
        }
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        // Nothing of the user's runs under this lock.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The task has its value; it ends next.
    pub(crate) fn put(&self, value: T) {
        let mut inner = self.lock();
        if inner.ignored {
            drop(inner);
            drop(value);
        } else {
            inner.value = Some(value);
        }
    }

    /// The task has ended without ever having been a process: with a value, or for this reason.
    pub(super) fn close(&self, result: Result<T, ExitReason>) {
        let mut inner = self.lock();
        let (value, reason) = match result {
            Ok(value) => (Some(value), ExitReason::Normal),
            Err(reason) => (None, reason),
        };
        inner.end = End::Ended(reason);
        let waker = inner.waker.take();
        if inner.ignored {
            drop(inner);
            drop(value);
        } else {
            inner.value = value;
            drop(inner);
        }
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// What became of the task, when it has ended. Asked again, there is no such task any more.
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<Result<T, TaskError>> {
        let mut inner = self.lock();
        if let Some(result) = inner.take() {
            return Poll::Ready(result);
        }
        match &mut inner.waker {
            Some(old) => old.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
        Poll::Pending
    }

    /// Whoever waited does no more. What is there comes back.
    pub(crate) fn ignore(&self) -> Option<Result<T, TaskError>> {
        let mut inner = self.lock();
        inner.ignored = true;
        let waker = inner.waker.take();
        let value = inner.value.take().map(Ok);
        let end = inner.take();
        drop(inner);
        drop(waker);
        value.or(end)
    }
}

impl<T> Inner<T> {
    fn take(&mut self) -> Option<Result<T, TaskError>> {
        if matches!(self.end, End::Open) {
            return None;
        }
        let reason = match std::mem::replace(&mut self.end, End::Told) {
            End::Ended(reason) => reason,
            End::Open | End::Told => ExitReason::NoProc,
        };
        Some(self.value.take().ok_or(TaskError::Down(reason)))
    }
}

impl<T: Send> Watch for Outcome<T> {
    fn ended(&self, pid: Pid, reason: &ExitReason) {
        self.origin.ended(pid, reason);
        let waker = {
            let mut inner = self.lock();
            inner.end = End::Ended(reason.clone());
            inner.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
