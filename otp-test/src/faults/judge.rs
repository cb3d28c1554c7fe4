//! Answers the runtime's question: what becomes of this step?
//!
//! The runtime asks each time that a step is polled, and a step is judged once: by its incarnation, what
//! it is, and how many came before.

use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use otp_core::Pid;
use otp_core::kit::{self, Fault, Moment, Place, Point};
use tokio::runtime::{Handle, Id};

use super::random::Random;
use super::{Injected, InjectedAt, InjectedFault};

/// All faults that are in force, of all runtimes.
static GUARDS: Mutex<Vec<Arc<Guard>>> = Mutex::new(Vec::new());

/// Who is to fail.
pub(super) enum Target {
    Place(Place),
    Type(TypeId),
    /// A pid of a process that had ended.
    Gone,
}

/// In what.
#[derive(Clone, Copy)]
pub(super) enum When {
    Init,
    Message(Option<&'static str>),
    Terminate,
}

/// The faults of one test.
pub(super) struct Guard {
    runtime: Id,
    inner: Mutex<Inner>,
}

/// One step of one incarnation.
type Step = (u64, Moment);

#[derive(Default)]
pub(super) struct Inner {
    pub(super) aims: Vec<(Target, When, Fault)>,
    pub(super) random: Option<Random>,
    pub(super) injected: Vec<Injected>,
    /// Those that hang, in which step.
    pub(super) hung: HashMap<Pid, Step>,
    /// The step of each that was judged last.
    judged: HashMap<Pid, Step>,
}

impl Guard {
    #[track_caller]
    pub(super) fn new(random: Option<Random>) -> Arc<Self> {
        let guard = Arc::new(Self {
            runtime: Handle::current().id(),
            inner: Mutex::new(Inner {
                random,
                ..Inner::default()
            }),
        });
        kit::install(Box::new(judge));
        guards().push(Arc::clone(&guard));
        kit::arm(guard.runtime);
        guard
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing fails by it any more. Those that hang are returned.
    pub(super) fn remove(&self) -> Vec<Pid> {
        kit::disarm(self.runtime);
        guards().retain(|guard| !std::ptr::eq(&raw const **guard, self));
        self.lock().hung.drain().map(|(pid, _)| pid).collect()
    }
}

fn guards() -> MutexGuard<'static, Vec<Arc<Guard>>> {
    GUARDS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn judge(point: &Point) -> Option<Fault> {
    let here: Vec<_> = guards()
        .iter()
        .filter(|guard| guard.runtime == point.runtime)
        .cloned()
        .collect();
    here.iter().find_map(|guard| guard.lock().judge(point))
}

impl Inner {
    fn judge(&mut self, point: &Point) -> Option<Fault> {
        let step = (point.handled, point.moment);
        match self.hung.get(&point.pid) {
            Some(hung) if *hung == step => return Some(Fault::Hang),
            Some(_) => drop(self.hung.remove(&point.pid)),
            None => {}
        }
        if self.judged.insert(point.pid, step) == Some(step) {
            return None;
        }
        let aimed = self
            .aims
            .iter()
            .position(|(target, when, _)| target.is(point) && when.is(point.moment));
        let fault = match aimed {
            Some(at) => self.aims.remove(at).2,
            None => self.random.as_mut()?.draw(point)?,
        };
        self.note(point, &fault);
        if matches!(fault, Fault::Hang) {
            self.hung.insert(point.pid, step);
        }
        Some(fault)
    }

    fn note(&mut self, point: &Point, fault: &Fault) {
        self.injected.push(Injected {
            pid: point.pid,
            server: point.type_name,
            at: match point.moment {
                Moment::Init => InjectedAt::Init,
                Moment::Message(handler) => InjectedAt::Handler(handler),
                _ => InjectedAt::Terminate,
            },
            fault: match fault {
                Fault::Panic(_) => InjectedFault::Panic,
                Fault::Hang => InjectedFault::Hang,
                Fault::Fail(_) => InjectedFault::Error,
            },
        });
    }
}

impl Target {
    fn is(&self, point: &Point) -> bool {
        match self {
            Self::Place(place) => *place == point.place,
            Self::Type(id) => *id == point.type_id,
            Self::Gone => false,
        }
    }
}

/// In words.
impl fmt::Debug for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Init => f.write_str("the next init"),
            Self::Message(None) => f.write_str("the next message"),
            Self::Message(Some(handler)) => write!(f, "the next message to `{handler}`"),
            Self::Terminate => f.write_str("terminate"),
        }
    }
}

impl When {
    fn is(self, moment: Moment) -> bool {
        match (self, moment) {
            (Self::Init, Moment::Init) | (Self::Terminate, Moment::Terminate) => true,
            (Self::Message(wanted), Moment::Message(handler)) => {
                wanted.is_none_or(|wanted| wanted == handler)
            }
            _ => false,
        }
    }
}
