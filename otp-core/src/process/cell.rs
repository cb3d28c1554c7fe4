//! The process cell: everything of one process in one allocation.
//!
//! Owns the layout, the counts that keep the memory, and the table of functions by which code that
//! does not know a process's type works with it. What a process does is `run`'s business.
//!
//! ```text
//! Header      run state, counts, pid, runtime, links: the same for every process
//! Body<S>     + server, context, desk, mailbox: what a `ServerRef<S>` knows
//! Cell<S, ..> + the future in progress, whose type only the code that made the cell can name
//! ```

use std::any::{Any, TypeId};
use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex};
use std::task::{RawWaker, RawWakerVTable, Waker};

use arc_swap::ArcSwapOption;

use super::behaviour::Server;
use super::context::Context;
use super::control::{Control, Signal};
use super::desk::Desk;
use super::links::Extras;
use super::mailbox::Mailbox;
use super::options::{Donate, Options};
use super::reply::Slot;
use super::run::Mode;
use super::runner;
use super::state::{News, RunState};
use crate::pid::PidCell;
use crate::{ExitReason, Pid};

/// One count of memory.
const MEMORY: u64 = 1;
/// One handle: a count of memory, and a reason for the process to stay alive.
const HANDLE: u64 = 1 << 32 | MEMORY;
/// Past this many counts somebody leaks them, and wrapping round would be unsound.
const TOO_MANY: u64 = 1 << 30;

/// The part of a cell that is the same for every process.
#[repr(C)]
pub(crate) struct Header {
    pub(crate) state: RunState,
    /// Average ticks of a message, written by the owner.
    pub(crate) cost: AtomicU32,
    /// Messages handled, written by the owner.
    pub(crate) handled: AtomicU64,
    pub(crate) vtable: &'static VTable,
    pub(crate) runtime: tokio::runtime::Handle,
    pub(crate) runtime_id: tokio::runtime::Id,
    refs: AtomicU64,
    pid: PidCell,
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
    pub(super) signal: unsafe fn(NonNull<Header>, Pid, Signal),
    pub(super) stop: unsafe fn(NonNull<Header>, ExitReason, Arc<Slot<ExitReason>>),
    pub(super) info: unsafe fn(NonNull<Header>, &mut dyn Any) -> InfoPush,
    pub(super) queue: unsafe fn(NonNull<Header>) -> (usize, usize),
    /// Begins an incarnation of a parked process, whose run state the caller has taken: the
    /// `S::Args` behind the pointer are moved out.
    pub(super) revive: unsafe fn(NonNull<Header>, Option<Pid>, NonNull<()>),
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
    pub(super) desk: UnsafeCell<Desk<S>>,
    pub(crate) mailbox: Mailbox<Item<S>, Control<S>>,
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
}

// SAFETY: what is not synchronised by itself (server, context, stage) is only touched by the owner of
// the run state, whose transitions order one owner's accesses before the next one's.
unsafe impl<S: Server> Sync for Body<S> {}

/// A count of a cell's memory: keeps the cell readable, not the process alive.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProcessRef(NonNull<Header>);

// SAFETY: a header is shared between threads; see `Body`. The last count may free the cell anywhere:
// by then the process has ended and dropped all that is not `Send`-checked by its constructor.
unsafe impl Send for ProcessRef {}
// SAFETY: as above.
unsafe impl Sync for ProcessRef {}

impl ProcessRef {
    /// Counts once more.
    ///
    /// # Safety
    /// The cell's memory must be held by another count for the time of the call.
    pub(super) unsafe fn share(header: NonNull<Header>) -> Self {
        // SAFETY: by the caller.
        unsafe { header.as_ref() }.retain(MEMORY);
        Self(header)
    }

    pub(super) fn as_ptr(&self) -> NonNull<Header> {
        self.0
    }

    /// The typed part, if the process is a server of type `S`.
    pub(crate) fn downcast<S: Server>(&self) -> Option<&Body<S>> {
        if (self.vtable.type_id)() != TypeId::of::<S>() {
            return None;
        }
        // SAFETY: the table says that this header is the beginning of a `Body<S>`.
        Some(unsafe { self.0.cast().as_ref() })
    }

    /// Sends a signal to the incarnation `to`. One that follows it never gets an exit that was meant
    /// for it.
    pub(crate) fn signal(&self, to: Pid, signal: Signal) {
        // SAFETY: the table belongs to this header, whose memory this count holds.
        unsafe { (self.vtable.signal)(self.0, to, signal) }
    }

    /// Asks the process to end in order; `done` gets the reason with which it ended.
    pub(crate) fn stop(&self, reason: ExitReason, done: Arc<Slot<ExitReason>>) {
        // SAFETY: as above.
        unsafe { (self.vtable.stop)(self.0, reason, done) }
    }

    /// Of a process that is down: who waits for its next incarnation learns why the last has ended. To
    /// be called by its keeper, or while its keeper waits.
    pub(crate) fn refuse(&self) {
        if self.state.is_down() {
            // SAFETY: as above; nobody begins an incarnation meanwhile.
            unsafe { (self.vtable.refuse)(self.0) }
        }
    }

    /// Sends a message, an `Option<M>` that is taken if the server has a use for an `M`.
    pub(crate) fn send_info(&self, message: &mut dyn Any) -> InfoPush {
        // SAFETY: as above.
        unsafe { (self.vtable.info)(self.0, message) }
    }

    /// Messages that wait, and the bytes of the cell with its mailbox.
    pub(crate) fn queue(&self) -> (usize, usize) {
        // SAFETY: as above.
        unsafe { (self.vtable.queue)(self.0) }
    }
}

impl std::ops::Deref for ProcessRef {
    type Target = Header;

    fn deref(&self) -> &Header {
        // SAFETY: this count holds the memory.
        unsafe { self.0.as_ref() }
    }
}

impl Clone for ProcessRef {
    fn clone(&self) -> Self {
        self.retain(MEMORY);
        Self(self.0)
    }
}

impl Drop for ProcessRef {
    fn drop(&mut self) {
        // SAFETY: this count is given up here, once.
        unsafe { release(self.0, MEMORY) }
    }
}

/// A handle on a server: keeps it alive, and is how it is spoken to.
///
/// There is one for a type that is a [`Server`] only; that is no bound here, so that what holds one
/// can be written down before the type is known to be a server.
pub struct ServerRef<S> {
    /// Of a `Body<S>`.
    header: NonNull<Header>,
    marker: PhantomData<fn() -> S>,
}

// SAFETY: a body is shared between threads, see there; messages, server and shared part are `Send`
// (and `Sync` where they are shared) by `Server`'s bounds, and every `S` here is a `Server`.
unsafe impl<S> Send for ServerRef<S> {}
// SAFETY: as above.
unsafe impl<S> Sync for ServerRef<S> {}

impl<S: Server> ServerRef<S> {
    /// Takes over a handle that is counted already.
    ///
    /// # Safety
    /// Nobody else may give up that handle.
    pub(super) unsafe fn adopt(body: NonNull<Body<S>>) -> Self {
        Self {
            header: body.cast(),
            marker: PhantomData,
        }
    }

    /// Counts once more.
    ///
    /// # Safety
    /// The cell's memory must be held by another count for the time of the call.
    pub(super) unsafe fn share(body: NonNull<Body<S>>) -> Self {
        // SAFETY: by the caller.
        unsafe { body.as_ref() }.header.retain(HANDLE);
        Self {
            header: body.cast(),
            marker: PhantomData,
        }
    }

    /// A handle on the process, unless nobody has one any more.
    pub(crate) fn upgrade(body: &Body<S>) -> Option<Self> {
        body.header.try_retain_handle().then(|| Self {
            header: NonNull::from(body).cast(),
            marker: PhantomData,
        })
    }

    pub(crate) fn process(&self) -> ProcessRef {
        // SAFETY: this handle holds the memory.
        unsafe { ProcessRef::share(self.header) }
    }
}

impl<S> ServerRef<S> {
    pub(crate) fn header_ptr(&self) -> NonNull<Header> {
        self.header
    }

    pub(crate) fn header(&self) -> &Header {
        // SAFETY: this handle holds the memory.
        unsafe { self.header.as_ref() }
    }
}

impl<S: Server> ServerRef<S> {
    #[inline]
    pub(crate) fn body(&self) -> &Body<S> {
        // SAFETY: this handle holds the memory.
        unsafe { self.header.cast().as_ref() }
    }
}

impl<S> Clone for ServerRef<S> {
    fn clone(&self) -> Self {
        self.header().retain(HANDLE);
        Self {
            header: self.header,
            marker: PhantomData,
        }
    }
}

impl<S> Drop for ServerRef<S> {
    fn drop(&mut self) {
        // SAFETY: this handle is given up here, once.
        unsafe { release_handle(self.header) }
    }
}

impl Header {
    pub(super) fn new(
        vtable: &'static VTable,
        runtime: tokio::runtime::Handle,
        kept: bool,
    ) -> Self {
        Self {
            state: RunState::parked(),
            cost: AtomicU32::new(0),
            handled: AtomicU64::new(0),
            vtable,
            runtime_id: runtime.id(),
            runtime,
            // Its maker's handle, and the process's being alive.
            refs: AtomicU64::new(HANDLE + MEMORY),
            pid: PidCell::none(),
            starter: PidCell::none(),
            linked: AtomicBool::new(false),
            kept: AtomicBool::new(kept),
            refused: AtomicBool::new(false),
            trap_exit: AtomicBool::new(false),
            task: AtomicBool::new(false),
            up: AtomicBool::new(false),
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
        let starter = self.starter.get();
        (starter != PidCell::none().get()).then_some(starter)
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

    #[inline]
    fn retain(&self, counts: u64) {
        let before = self.refs.fetch_add(counts, Ordering::Relaxed);
        if before & 0xffff_ffff > TOO_MANY {
            std::process::abort();
        }
    }

    fn try_retain_handle(&self) -> bool {
        self.refs
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |refs| {
                (refs >= 1 << 32).then_some(refs + HANDLE)
            })
            .is_ok()
    }

    /// Whether anything can reach the process by a handle.
    pub(crate) fn is_reachable(&self) -> bool {
        self.refs.load(Ordering::Acquire) >= 1 << 32
    }
}

/// Gives up `counts` of memory.
///
/// # Safety
/// The counts must be the caller's, who must not use `header` afterwards.
pub(super) unsafe fn release(header: NonNull<Header>, counts: u64) {
    // SAFETY: the counts that are given up here hold the memory until then.
    let before = unsafe { header.as_ref() }
        .refs
        .fetch_sub(counts, Ordering::Release);
    if before == counts {
        fence(Ordering::Acquire);
        // SAFETY: these were the last counts; nobody else can reach the cell.
        unsafe { (header.as_ref().vtable.free)(header) }
    }
}

/// Gives up a handle; with the last one, the process is told that nothing can reach it any more.
///
/// # Safety
/// As for [`release`].
unsafe fn release_handle(header: NonNull<Header>) {
    // SAFETY: the handle holds the memory until it is given up below.
    let this = unsafe { header.as_ref() };
    let before = this.refs.fetch_sub(HANDLE - MEMORY, Ordering::AcqRel);
    if before >> 32 == 1 && this.state.notify(News::Wake) {
        runner::put(header);
    }
    // SAFETY: the memory count of the handle, the last of it.
    unsafe { release(header, MEMORY) }
}

/// The count that stands for the process's being alive is given up when it has ended.
///
/// # Safety
/// Once for a process, by its last owner.
pub(super) unsafe fn release_life(header: NonNull<Header>) {
    // SAFETY: by the caller.
    unsafe { release(header, MEMORY) }
}

/// A waker of a process, which puts a runner on its way.
static WAKER: RawWakerVTable = RawWakerVTable::new(
    |data| {
        let header = header_of(data);
        // SAFETY: the waker that is cloned holds the memory.
        unsafe { header.as_ref() }.retain(MEMORY);
        RawWaker::new(data, &WAKER)
    },
    |data| {
        wake(header_of(data));
        // SAFETY: `wake` consumes the waker and its count.
        unsafe { release(header_of(data), MEMORY) }
    },
    |data| wake(header_of(data)),
    // SAFETY: the waker's count.
    |data| unsafe { release(header_of(data), MEMORY) },
);

fn header_of(data: *const ()) -> NonNull<Header> {
    NonNull::new(data.cast_mut().cast()).expect("a waker's data is its header")
}

fn wake(header: NonNull<Header>) {
    // SAFETY: only called with the header of a waker that holds the memory.
    if unsafe { header.as_ref() }.state.notify(News::Wake) {
        runner::put(header);
    }
}

/// A waker for the time of one poll, which costs no count of its own.
///
/// # Safety
/// The cell's memory must be held for as long as the result is used.
pub(super) unsafe fn borrow_waker(header: NonNull<Header>) -> ManuallyDrop<Waker> {
    let raw = RawWaker::new(header.as_ptr().cast_const().cast(), &WAKER);
    // SAFETY: the functions keep a waker's contract, and the result is never dropped, so that the
    // count which it does not have is never given up.
    ManuallyDrop::new(unsafe { Waker::from_raw(raw) })
}
