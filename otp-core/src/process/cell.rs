//! The process cell: everything of one process in one allocation.
//!
//! Owns the layout, and the table of functions by which code that does not know a process's type works
//! with it; `refs` and `waker` are the ways to hold one. What a process does is `run`'s business.
//!
//! ```text
//! Header      run state, counts, pid, runtime, links: the same for every process
//! Body<S>     + server, context, desk, mailbox: what a `ServerRef<S>` knows
//! Cell<S, ..> + the future in progress, whose type only the code that made the cell can name
//! ```

mod refs;
mod waker;

use std::any::{Any, TypeId};
use std::cell::UnsafeCell;
use std::ptr::NonNull;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};

use arc_swap::ArcSwapOption;

pub use self::refs::ServerRef;
pub(crate) use self::refs::{BodyRef, ProcessRef};
pub(super) use self::refs::{drop_handle, release_life};
pub(super) use self::waker::borrow_waker;
use super::behaviour::Server;
use super::context::Context;
use super::control::{Control, Signal};
use super::desk::Desk;
use super::incarnation::Starter;
use super::links::Extras;
use super::mailbox::Mailbox;
use super::options::{Donate, Options};
use super::run::Mode;
use super::state::RunState;
use crate::Pid;
use crate::pid::PidCell;

/// The part of a cell that is the same for every process.
///
/// State, counts and pid stand together: a look-up by name touches no more, one line of the cache most often.
#[repr(C)]
pub(crate) struct Header {
    pub(crate) state: RunState,
    /// Average ticks of a message, written by the owner.
    pub(crate) cost: AtomicU32,
    refs: AtomicU64,
    pid: PidCell,
    /// Messages handled, written by the owner.
    pub(crate) handled: AtomicU64,
    pub(crate) vtable: &'static VTable,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) runtime_id: tokio::runtime::Id,
    /// The process that started it.
    starter: PidCell,
    /// Whether the starter is also its parent: started with a link.
    pub(crate) linked: AtomicBool,
    /// Whether a keeper may begin another incarnation when this one has ended. Changed under the lock
    /// of `extras`.
    pub(crate) kept: AtomicBool,
    /// Whether the keeper wants none for now. Changed under the same lock.
    pub(super) refused: AtomicBool,
    pub(crate) trap_exit: AtomicBool,
    /// Whether it is a task, of whose crash somebody else than the engine reports.
    pub(crate) task: AtomicBool,
    /// Whether `init` has returned.
    pub(crate) up: AtomicBool,
    /// Whether this incarnation has a name or registrations. Set under the lock of `extras`.
    pub(super) known: AtomicBool,
    /// Ticks at the beginning of this incarnation.
    started: AtomicU64,
    pub(crate) dropped: AtomicU32,
    pub(crate) extras: Mutex<Option<Box<Extras>>>,
}

/// What can be done with a process of unknown type.
///
/// Each function takes the header of a cell of the type that the table was made for.
pub(crate) struct VTable {
    pub(super) run: unsafe fn(NonNull<Header>, Mode) -> bool,
    pub(super) abandon: unsafe fn(NonNull<Header>),
    pub(super) free: unsafe fn(NonNull<Header>),
    /// Adds control to the mailbox; it comes back if that is closed.
    pub(super) control: unsafe fn(NonNull<Header>, Control) -> Result<(), Control>,
    /// Puts a signal behind the messages that came before it. Whether the process has to be told.
    pub(super) signal: unsafe fn(NonNull<Header>, Box<Signal>) -> bool,
    pub(super) info: unsafe fn(NonNull<Header>, &mut dyn Any) -> InfoPush,
    pub(super) queue: unsafe fn(NonNull<Header>) -> (usize, usize),
    /// Begins an incarnation of a parked process, whose run state the caller has taken: the
    /// `S::Args` behind the pointer are moved out.
    pub(super) revive: unsafe fn(NonNull<Header>, Starter, NonNull<()>),
    /// Closes the mailbox of a parked process until its next incarnation.
    pub(super) refuse: unsafe fn(NonNull<Header>),
    /// Ends a parked process, whose run state the caller has taken, for good.
    pub(super) bury: unsafe fn(NonNull<Header>),
    pub(crate) type_id: fn() -> TypeId,
    pub(crate) options: &'static Options,
}

/// What became of a message sent by pid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InfoPush {
    Pushed,
    Full,
    Gone,
    Unhandled,
}

/// The part of a cell that is known by the server's type.
#[repr(C)]
pub(crate) struct Body<S: Server> {
    pub(crate) header: Header,
    /// Made by `init`. Owner only. Here, and not after the mailbox, as a donated message needs this and
    /// the header, and not the mailbox.
    pub(super) server: UnsafeCell<Option<S>>,
    /// What the code of the process holds while it runs. Lent to its futures.
    pub(super) context: UnsafeCell<Context<S>>,
    /// What the code of the process wants of its owner. Owner only, borrowed for moments.
    pub(super) desk: UnsafeCell<Desk>,
    pub(crate) mailbox: Mailbox<Item<S>, Control>,
    pub(crate) shared: ArcSwapOption<S::Shared>,
    /// The handler that waits, for reports. Owner only.
    pub(super) handler: UnsafeCell<&'static str>,
}

/// What a mailbox holds: messages, and signals that keep their place among them.
pub(crate) enum Item<S: Server> {
    Message(S::Message),
    Signal(Box<Signal>),
}

/// A whole cell. `I` is the future of `init`, `F` that of everything after; `N` makes an `I`, `M` an
/// `F`.
#[repr(C)]
pub(super) struct Cell<S: Server, I, F, N, M> {
    pub(super) body: Body<S>,
    /// Owner only.
    pub(super) stage: UnsafeCell<Stage<I, F>>,
    pub(super) first: N,
    pub(super) make: M,
}

/// The future in progress, in place.
pub(super) enum Stage<I, F> {
    Empty,
    Init(I),
    Step(F),
    /// Work that is not begun, because a test wants it to hang.
    #[cfg(feature = "test-kit")]
    Held(Box<dyn Any + Send>),
}

// SAFETY: what is not synchronised by itself (server, context, stage) is only touched by the owner of
// the run state, whose transitions order one owner's accesses before the next one's.
unsafe impl<S: Server> Sync for Body<S> {}

impl Header {
    pub(super) fn new(
        vtable: &'static VTable,
        runtime: tokio::runtime::Handle,
        kept: bool,
    ) -> Self {
        Self {
            state: RunState::parked(),
            cost: AtomicU32::new(0),
            refs: refs::first(),
            pid: PidCell::none(),
            handled: AtomicU64::new(0),
            vtable,
            runtime_id: runtime.id(),
            runtime,
            starter: PidCell::none(),
            linked: AtomicBool::new(false),
            kept: AtomicBool::new(kept),
            refused: AtomicBool::new(false),
            trap_exit: AtomicBool::new(false),
            task: AtomicBool::new(false),
            up: AtomicBool::new(false),
            known: AtomicBool::new(false),
            started: AtomicU64::new(0),
            dropped: AtomicU32::new(0),
            extras: Mutex::new(None),
        }
    }

    /// The pid of this incarnation; of the last one between two.
    #[inline]
    pub(crate) fn pid(&self) -> Pid {
        self.pid.get()
    }

    /// The process that started this incarnation.
    pub(crate) fn starter(&self) -> Option<Pid> {
        self.starter.known()
    }

    /// The pid of the last incarnation; `None` before the first.
    pub(super) fn last_pid(&self) -> Option<Pid> {
        self.pid.known()
    }

    /// Ticks at the beginning of this incarnation.
    pub(crate) fn started(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }

    /// A new incarnation begins. Owner only.
    pub(super) fn begin_life(&self, pid: Pid, starter: Option<Pid>) {
        self.starter.set(starter.unwrap_or(PidCell::none().get()));
        self.started.store(super::clock::ticks(), Ordering::Relaxed);
        self.pid.set(pid);
    }

    /// Whether it never takes donations.
    pub(super) fn is_private(&self) -> bool {
        self.vtable.options.donate == Donate::Never || self.vtable.options.plain
    }
}
