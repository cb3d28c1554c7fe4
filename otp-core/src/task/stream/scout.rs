//! How an item comes to be a process: late, and only if anybody can tell.
//!
//! An item is begun on the consumer's stack, in the name of a process that waits for it (a scout). If it
//! is done at once, and nothing in it has asked which process it is, nobody can tell that this process
//! was not its own, and the next item is begun in the same. In every other case the scout becomes the
//! item's process for good, and goes on with it beside the consumer: it waits, it was seen, it panicked.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use crate::process::cell::ProcessRef;
use crate::process::{Attempt, Prepared, current, links, prepare};
use crate::task::body::release;
use crate::task::home::Home;
use crate::task::origin::Origin;
use crate::task::outcome::Outcome;
use crate::{ExitReason, Pid, TaskError};

/// A process that waits for an item.
pub(super) struct Scout<F: Future> {
    prepared: Prepared,
    origin: Origin,
    future: Pin<Box<Option<F>>>,
    load: Arc<Mutex<Option<Load<F>>>>,
    outcome: Arc<Outcome<F::Output>>,
}

/// What the scout goes on with.
enum Load<F: Future> {
    Future(Pin<Box<Option<F>>>),
    Value(F::Output),
    Panic(ExitReason),
}

/// What came of an item in its first moment.
pub(super) enum Begun<F: Future> {
    /// It is done, and the scout is free for the next.
    Done(Scout<F>, F::Output),
    /// It goes on as a process.
    Runs(Pid, Arc<Outcome<F::Output>>),
    Refused(TaskError),
}

impl<F> Scout<F>
where
    F: Future<Output: Send> + Send + 'static,
{
    /// `linked`: with the process that this is called in.
    pub(super) fn new(home: &dyn Home, linked: bool) -> Self {
        let starter = current::pid();
        let origin = Origin::of::<F>(starter, home.supervisor());
        let outcome = Outcome::new(origin);
        let load = Arc::new(Mutex::new(None));
        let body = Later {
            load: Arc::clone(&load),
            future: None,
            outcome: Arc::clone(&outcome),
            owner: starter.filter(|_| linked),
        };
        Self {
            prepared: prepare(home.runtime(), starter, body),
            origin,
            future: Box::pin(None),
            load,
            outcome,
        }
    }

    /// The process that consumes the stream.
    pub(super) fn starter(&self) -> Option<Pid> {
        self.origin.starter
    }

    /// Begins what `make` makes; with `in_place`, on this stack up to its first wait. The ticks are what
    /// it took.
    pub(super) fn begin(
        mut self,
        make: impl FnOnce() -> F,
        in_place: bool,
        home: &dyn Home,
        owner: Option<&ProcessRef>,
    ) -> (Begun<F>, u64) {
        let future = &mut self.future;
        let attempt = self.prepared.attempt(|cx| {
            future.set(Some(make()));
            if !in_place {
                return Poll::Pending;
            }
            let value = poll(future, cx);
            if value.is_ready() {
                future.set(None);
            }
            value
        });
        let Attempt {
            result,
            seen,
            ticks,
        } = attempt;
        let load = match result {
            Ok(Poll::Ready(value)) if !seen => return (Begun::Done(self, value), ticks),
            Ok(Poll::Ready(value)) => Load::Value(value),
            Ok(Poll::Pending) => Load::Future(std::mem::replace(&mut self.future, Box::pin(None))),
            Err(panic) => Load::Panic(panic),
        };
        let begun = self.launch(load, home, owner);
        (begun, ticks)
    }

    /// Becomes the item's process.
    fn launch(self, load: Load<F>, home: &dyn Home, owner: Option<&ProcessRef>) -> Begun<F> {
        let process = self.prepared.process();
        let pid = process.pid();
        if let Err(error) = home.admit(&process, self.origin.function, true) {
            return Begun::Refused(error);
        }
        *self.load.lock().unwrap_or_else(PoisonError::into_inner) = Some(load);
        let watch = Arc::clone(&self.outcome);
        links::watch_from_birth(&process, watch);
        if let Some(owner) = owner {
            links::link_with(owner, pid, Some(&process));
        }
        self.prepared.go();
        Begun::Runs(pid, self.outcome)
    }
}

fn poll<F: Future>(future: &mut Pin<Box<Option<F>>>, cx: &mut Context<'_>) -> Poll<F::Output> {
    match future.as_mut().as_pin_mut() {
        Some(future) => future.poll(cx),
        None => Poll::Pending,
    }
}

/// What the process of a scout runs: what it was given.
struct Later<F: Future> {
    load: Arc<Mutex<Option<Load<F>>>>,
    future: Option<Pin<Box<Option<F>>>>,
    outcome: Arc<Outcome<F::Output>>,
    owner: Option<Pid>,
}

// What is pinned is in a box.
impl<F: Future> Unpin for Later<F> {}

impl<F: Future> Future for Later<F> {
    type Output = ExitReason;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ExitReason> {
        let this = &mut *self;
        let load = this
            .load
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let value = match load {
            Some(Load::Panic(panic)) => return Poll::Ready(panic),
            Some(Load::Value(value)) => value,
            Some(Load::Future(future)) => ready!(poll(this.future.insert(future), cx)),
            None => match &mut this.future {
                Some(future) => ready!(poll(future, cx)),
                None => return Poll::Ready(ExitReason::Normal),
            },
        };
        release(this.owner);
        this.outcome.put(value);
        Poll::Ready(ExitReason::Normal)
    }
}
