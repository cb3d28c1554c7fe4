//! A task that is a process only if anybody can tell: a future on the runtime until then.
//!
//! It is run as the code of a process that is not there yet. If its first poll is its last, and nobody has
//! asked which process it is, it never was one. In every other case it becomes a process, for good, and
//! goes on as that: it waits, it panicked, its code asked for itself (all that has to do with other
//! processes does), or who holds the task asked for its pid.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::runtime::Handle;

use super::Task;
use super::origin::Origin;
use super::outcome::Outcome;
use crate::process::cell::ProcessRef;
use crate::process::links::{self, Watch};
use crate::process::{Prepared, current, prepare, run_unnamed};
use crate::{ExitReason, Pid};

/// Shared by a task, what it runs on, and its process.
pub(super) struct Light<T> {
    outcome: Outcome<T>,
    runtime: Handle,
    /// Makes the process. A pointer, so that who holds the task need not know that its value is `Send`.
    name: fn(&Arc<Self>) -> Prepared,
    /// `OPEN`, `PROCESS` or `OVER`. It becomes a process under the lock of `inner`, and is over without one
    /// by one step without it.
    fate: AtomicU8,
    inner: Mutex<Inner<T>>,
}

/// Nobody has asked for a process yet.
const OPEN: u8 = 0;
/// It is one, or about to be.
const PROCESS: u8 = 1;
/// It never was one, and never will be.
const OVER: u8 = 2;

struct Inner<T> {
    stage: Stage,
    /// What the process goes on with, until it does.
    load: Option<Load<T>>,
}

/// How much of a process there is.
enum Stage {
    /// None.
    Unnamed,
    /// It has its pid, and does not run yet.
    Named(Prepared),
    /// It runs, or has ended.
    Process(Pid),
}

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What a process goes on with.
enum Load<T> {
    Future(Boxed<T>),
    /// Its value is there.
    Done,
    /// With what is left of the future.
    Panic(ExitReason, Option<Boxed<T>>),
}

impl<T: Send + 'static> Light<T> {
    /// Runs `future` on `runtime`.
    pub(super) fn spawn<F>(runtime: Handle, future: F) -> Task<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let light = Arc::new(Self {
            outcome: Outcome::of(Origin::of::<F>(current::pid(), None)),
            runtime,
            name: Self::name,
            fate: AtomicU8::new(OPEN),
            inner: Mutex::new(Inner {
                stage: Stage::Unnamed,
                load: None,
            }),
        });
        let first = First {
            light: Some(Arc::clone(&light)),
            future: Some(Box::pin(future)),
        };
        drop(light.runtime.spawn(first));
        Task::light(light)
    }

    fn name(self: &Arc<Self>) -> Prepared {
        let light = Arc::clone(self);
        let body = Later {
            light,
            future: None,
        };
        let prepared = prepare(self.runtime.clone(), self.outcome.origin().starter, body);
        let watch = Arc::clone(self);
        links::watch_from_birth(&prepared.process(), watch);
        prepared
    }

    /// The process of a task that is in its first poll.
    fn process(self: &Arc<Self>) -> ProcessRef {
        let mut inner = self.lock();
        if let Stage::Named(prepared) = &inner.stage {
            return prepared.process();
        }
        self.fate.store(PROCESS, Ordering::Relaxed);
        let prepared = self.name();
        let process = prepared.process();
        inner.stage = Stage::Named(prepared);
        process
    }

    /// Becomes a process, if it is none yet, that goes on with `load`.
    #[cold]
    fn launch(self: &Arc<Self>, load: Load<T>) {
        let mut inner = self.lock();
        self.fate.store(PROCESS, Ordering::Relaxed);
        let prepared = match std::mem::replace(&mut inner.stage, Stage::Unnamed) {
            Stage::Named(prepared) => prepared,
            _ => self.name(),
        };
        inner.stage = Stage::Process(prepared.process().pid());
        inner.load = Some(load);
        drop(inner);
        prepared.go();
    }
}

impl<T> Light<T> {
    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        // Nothing of the user's runs under this lock.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn outcome(&self) -> &Outcome<T> {
        &self.outcome
    }

    /// What the process is to go on with, once.
    fn load(&self) -> Option<Load<T>> {
        self.lock().load.take()
    }

    fn is_unnamed(&self) -> bool {
        self.fate.load(Ordering::Relaxed) == OPEN
    }

    /// Whether its fate was open, and is `fate` now. What goes with a fate is behind the locks.
    fn settle(&self, fate: u8) -> bool {
        self.fate
            .compare_exchange(OPEN, fate, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// The pid, for which it becomes a process; that of nobody, if it is over without one.
    pub(super) fn pid(self: &Arc<Self>) -> Pid {
        if let Some(pid) = self.living() {
            return pid;
        }
        // A process that has its pid and never runs.
        let nobody = prepare(self.runtime.clone(), None, std::future::pending::<()>());
        let mut inner = self.lock();
        if let Stage::Process(pid) = inner.stage {
            return pid;
        }
        let pid = nobody.process().pid();
        inner.stage = Stage::Process(pid);
        drop(inner);
        drop(nobody);
        pid
    }

    /// The pid, unless it is over without one.
    pub(super) fn living(self: &Arc<Self>) -> Option<Pid> {
        let mut inner = self.lock();
        match &inner.stage {
            Stage::Unnamed => {}
            Stage::Named(prepared) => return Some(prepared.process().pid()),
            Stage::Process(pid) => return Some(*pid),
        }
        if !self.settle(PROCESS) {
            return None;
        }
        let prepared = (self.name)(self);
        let pid = prepared.process().pid();
        inner.stage = Stage::Named(prepared);
        Some(pid)
    }
}

impl<T: Send> Watch for Light<T> {
    fn ended(&self, pid: Pid, reason: &ExitReason) {
        self.outcome.ended(pid, reason);
    }
}

/// What the runtime polls, once.
struct First<T: Send + 'static, F: Future<Output = T> + Send + 'static> {
    light: Option<Arc<Light<T>>>,
    future: Option<Pin<Box<F>>>,
}

impl<T, F> Future for First<T, F>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let Some((light, future)) = this.light.take().zip(this.future.take()) else {
            return Poll::Ready(());
        };
        if !light.is_unnamed() {
            light.launch(Load::Future(future));
            return Poll::Ready(());
        }
        let mut future = Some(future);
        let result = run_unnamed(&|| light.process(), || {
            let polled = match &mut future {
                Some(future) => future.as_mut().poll(cx),
                None => Poll::Pending,
            };
            if polled.is_ready() {
                future = None;
            }
            polled
        });
        match result {
            Ok(Poll::Ready(value)) if light.settle(OVER) => light.outcome.close(Ok(value)),
            Ok(Poll::Ready(value)) => {
                light.outcome.put(value);
                light.launch(Load::Done);
            }
            Ok(Poll::Pending) => {
                let load = future.map_or(Load::Done, |future| Load::Future(future));
                light.launch(load);
            }
            Err(panic) => light.launch(Load::Panic(panic, future.map(|future| future as Boxed<T>))),
        }
        Poll::Ready(())
    }
}

/// The runtime is gone before it began.
impl<T, F> Drop for First<T, F>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    fn drop(&mut self) {
        let Some(light) = self.light.take() else {
            return;
        };
        current::drop_remains(&ExitReason::RuntimeGone, &mut || self.future = None);
        if light.settle(OVER) {
            light.outcome.close(Err(ExitReason::RuntimeGone));
        } else {
            light.launch(Load::Done);
        }
    }
}

/// What the process runs: what it was given.
struct Later<T: Send + 'static> {
    light: Arc<Light<T>>,
    future: Option<Boxed<T>>,
}

impl<T: Send + 'static> Future for Later<T> {
    type Output = ExitReason;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<ExitReason> {
        let this = &mut *self;
        let future = match &mut this.future {
            Some(future) => future,
            none => match this.light.load() {
                Some(Load::Future(future)) => none.insert(future),
                Some(Load::Panic(panic, left)) => {
                    drop(left);
                    return Poll::Ready(panic);
                }
                Some(Load::Done) | None => return Poll::Ready(ExitReason::Normal),
            },
        };
        let value = ready!(future.as_mut().poll(cx));
        this.light.outcome.put(value);
        Poll::Ready(ExitReason::Normal)
    }
}

/// A process that was killed before it ran drops what it was given.
impl<T: Send + 'static> Drop for Later<T> {
    fn drop(&mut self) {
        drop(self.light.load());
    }
}
