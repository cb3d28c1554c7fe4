//! Where a test makes a server fail without a change to its code.
//!
//! Only with the feature `test-kit`. Owns the question that a run asks before it polls a step, and who
//! answers it. It knows no test kit: whoever installs a judge is one.

use std::any::{Any, TypeId};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use tokio::runtime::Id;

use super::cell::Header;
use crate::Pid;

/// What a server is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// Its `init`.
    Init,
    /// A message, for the handler of this name.
    Message(&'static str),
    /// Its `terminate`.
    Terminate,
}

/// A step of a server that is about to be polled, for the first time or again.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Point {
    /// The incarnation.
    pub pid: Pid,
    /// The cell, which outlives its incarnations.
    pub place: Place,
    /// The server's type.
    pub type_id: TypeId,
    /// The same, for people.
    pub type_name: &'static str,
    /// Whether it is a supervisor.
    pub supervises: bool,
    /// The runtime it lives on.
    pub runtime: Id,
    /// What it is about to do.
    pub moment: Moment,
    /// Messages handled before: with `pid` and `moment`, names the step.
    pub handled: u64,
}

/// Names a cell as long as somebody holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place(usize);

impl Place {
    pub(crate) fn of(header: &Header) -> Self {
        Self(NonNull::from(header).addr().get())
    }
}

/// What becomes of a step instead of being polled.
#[derive(Debug)]
pub enum Fault {
    /// It panics, with this message.
    Panic(String),
    /// It waits until its process is woken by [`wake`](crate::kit::wake), and is asked for
    /// again.
    Hang,
    /// Its `init` fails with this, an `S::InitError`.
    Fail(Box<dyn Any + Send>),
}

/// Answers what becomes of a step.
pub type Judge = Box<dyn Fn(&Point) -> Option<Fault> + Send + Sync>;

static JUDGE: OnceLock<Judge> = OnceLock::new();
/// The runtimes whose servers are asked about, one entry for each time it was armed.
static RUNTIMES: Mutex<Vec<Id>> = Mutex::new(Vec::new());
/// How many entries there are.
static ARMED: AtomicUsize = AtomicUsize::new(0);

/// Makes `judge` the one who is asked. The first one stays.
pub fn install(judge: Judge) {
    let _ = JUDGE.set(judge);
}

/// Has the judge asked about the servers of `runtime`, until [`disarm`].
pub fn arm(runtime: Id) {
    let mut runtimes = RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
    runtimes.push(runtime);
    ARMED.store(runtimes.len(), Ordering::Release);
}

/// Takes one [`arm`] back.
pub fn disarm(runtime: Id) {
    let mut runtimes = RUNTIMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(at) = runtimes.iter().position(|id| *id == runtime) {
        runtimes.swap_remove(at);
    }
    ARMED.store(runtimes.len(), Ordering::Release);
}

/// Whether the judge is to be asked about this process, which then runs its steps by itself.
#[inline]
pub(super) fn concern(header: &Header) -> bool {
    ARMED.load(Ordering::Acquire) > 0 && concern_runtime(header.runtime_id)
}

#[cold]
fn concern_runtime(runtime: Id) -> bool {
    RUNTIMES
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .contains(&runtime)
}

/// What becomes of a step of this process, if anything but what it does by itself.
#[cold]
pub(super) fn judged(header: &Header, moment: Moment) -> Option<Fault> {
    let options = header.vtable.options;
    JUDGE.get()?(&Point {
        pid: header.pid(),
        place: Place::of(header),
        type_id: (header.vtable.type_id)(),
        type_name: options.type_name,
        supervises: options.supervises,
        runtime: header.runtime_id,
        moment,
        handled: header.handled.load(Ordering::Relaxed),
    })
}
