//! Which processes this thread is running: a chain of frames on its stack, innermost first.
//!
//! A donated call nests: the caller's process runs the server's. The chain answers "which process am
//! I", "is that process waiting for me further down this stack", and "is there stack left to nest".
//! Code can be run in a frame whose process is made when somebody asks (see `unnamed`).

use std::cell::{Cell, OnceCell, RefCell};
use std::ptr::{self, NonNull};

use super::cell::{Header, ProcessRef};
use super::clock;
use crate::{CallError, ExitReason, Pid};

/// Donations nested in each other, at the most.
const DEEPEST: u32 = 64;
/// Bytes of stack that nested donations may use, at the most. Tokio's workers have 2 MiB.
const STACK: usize = 256 * 1024;

thread_local! {
    static TOP: Cell<*const Frame> = const { Cell::new(ptr::null()) };
    /// Ticks that the processes nested in the running one have taken.
    static NESTED: Cell<u64> = const { Cell::new(0) };
    /// Ticks when the running process was taken up.
    static SINCE: Cell<u64> = const { Cell::new(0) };
    static RUNTIME: Cell<Option<(tokio::task::Id, tokio::runtime::Id)>> = const { Cell::new(None) };
    /// What becomes of the calls among the remains that are being dropped on this thread.
    static ENDING: RefCell<Option<CallError>> = const { RefCell::new(None) };
}

/// One process being run. Lives on the stack of who runs it.
pub(crate) struct Frame {
    /// Null: nobody has asked yet, and `naming` makes it.
    process: Cell<*const Header>,
    naming: *const Naming<'static>,
    outer: *const Frame,
    base: usize,
    depth: u32,
    /// Whether the frame around this one waits for it: a call does, a cast does not.
    awaited: bool,
    /// Whether its code has asked which process it is, so that others may know by now.
    seen: Cell<bool>,
}

impl Frame {
    /// A frame for `process`, to be entered by [`enter`].
    #[inline]
    pub(crate) fn new(process: NonNull<Header>, awaited: bool) -> Self {
        Self::around(process.as_ptr(), ptr::null(), awaited)
    }

    #[inline]
    fn around(process: *const Header, naming: *const Naming<'static>, awaited: bool) -> Self {
        let outer = TOP.get();
        let (base, depth) = if outer.is_null() {
            (0, 0)
        } else {
            // SAFETY: the frames of the chain live further up this thread's stack until they leave.
            let outer = unsafe { &*outer };
            (outer.base, outer.depth + 1)
        };
        Self {
            process: Cell::new(process),
            naming,
            outer,
            base,
            depth,
            awaited,
            seen: Cell::new(false),
        }
    }

    /// The process, which is made here if nobody has asked before. The frame must be in the chain.
    #[inline]
    fn process(&self) -> NonNull<Header> {
        NonNull::new(self.process.get().cast_mut()).unwrap_or_else(|| self.name())
    }

    #[cold]
    fn name(&self) -> NonNull<Header> {
        // SAFETY: a frame without a process is only made by `unnamed`, whose naming outlives it.
        let process = unsafe { (*self.naming).process() };
        self.process.set(process.as_ptr());
        process
    }

    /// Whether anything that ran in this frame may have told others which process it was.
    pub(super) fn was_seen(&self) -> bool {
        self.seen.get()
    }

    /// Runs `work` as this frame's process. The process's memory must be held meanwhile.
    #[inline]
    pub(crate) fn enter<R>(&mut self, work: impl FnOnce() -> R) -> R {
        struct Leave(*const Frame);
        impl Drop for Leave {
            fn drop(&mut self) {
                TOP.set(self.0);
            }
        }
        let here: *const Frame = ptr::from_ref(self);
        if self.base == 0 {
            self.base = here.addr();
        }
        let _leave = Leave(self.outer);
        TOP.set(here);
        work()
    }
}

/// Makes the process of a frame late, and holds its memory for as long as the frame may be asked.
struct Naming<'a> {
    make: &'a dyn Fn() -> ProcessRef,
    made: OnceCell<ProcessRef>,
}

impl Naming<'_> {
    fn process(&self) -> NonNull<Header> {
        self.made.get_or_init(self.make).as_ptr()
    }
}

/// Runs `work` as the code of a process that `make` makes as soon as anybody asks which it is.
pub(super) fn unnamed<R>(make: &dyn Fn() -> ProcessRef, work: impl FnOnce() -> R) -> R {
    let naming = Naming {
        make,
        made: OnceCell::new(),
    };
    // The lifetime is that of the frame, which has left the chain when this returns.
    Frame::around(ptr::null(), ptr::from_ref(&naming).cast(), false).enter(work)
}

/// Measures a process's own time: without that of the processes which it donated itself to.
pub(crate) struct Stopwatch {
    started: u64,
    /// What was nested in the process around this one, so far.
    around: u64,
}

impl Stopwatch {
    #[inline]
    pub(crate) fn start(now: u64) -> Self {
        Self {
            started: now,
            around: NESTED.replace(0),
        }
    }

    #[inline]
    pub(crate) fn stop(self, now: u64) -> u64 {
        let total = now.saturating_sub(self.started);
        let nested = NESTED.replace(self.around + total);
        total.saturating_sub(nested)
    }
}

/// Whether one more donation may nest here.
#[inline]
pub(crate) fn may_nest() -> bool {
    let top = TOP.get();
    if top.is_null() {
        return true;
    }
    // SAFETY: as in `Frame::new`.
    let frame = unsafe { &*top };
    frame.depth < DEEPEST && frame.base.abs_diff(ptr::from_ref(&top).addr()) < STACK
}

/// The process that this code runs in.
pub(crate) fn process() -> Option<ProcessRef> {
    let top = TOP.get();
    if top.is_null() {
        return None;
    }
    // SAFETY: the frame is live (see `Frame::new`), and so is its process.
    unsafe {
        (*top).seen.set(true);
        Some(ProcessRef::share((*top).process()))
    }
}

/// Runs `work` with the process that this code runs in: [`process`] without a count.
pub(crate) fn with<R>(work: impl FnOnce(Option<&ProcessRef>) -> R) -> R {
    let top = TOP.get();
    if top.is_null() {
        return work(None);
    }
    // SAFETY: as in `process`; the frame does not leave before `work` is done.
    let process = unsafe { ProcessRef::borrow((*top).process()) };
    work(Some(&process))
}

/// The pid of the process that this code runs in.
#[inline]
pub(crate) fn pid() -> Option<Pid> {
    let top = TOP.get();
    if top.is_null() {
        return None;
    }
    // SAFETY: as in `process`.
    unsafe {
        (*top).seen.set(true);
        Some((*top).process().as_ref().pid())
    }
}

/// Notes when a process was taken up, for as long as it is run.
pub(super) struct Hold {
    around: u64,
}

impl Hold {
    pub(super) fn since(now: u64) -> Self {
        Self {
            around: SINCE.replace(now),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        SINCE.set(self.around);
    }
}

/// For how many ticks the process that this code runs in has held its thread: of a handler that awaits
/// something, or could.
pub(crate) fn held() -> u64 {
    clock::ticks().saturating_sub(SINCE.get())
}

/// The pid of the process that waits, further up this thread's stack, for the one that this code runs
/// in.
pub(crate) fn client() -> Option<Pid> {
    let top = TOP.get();
    if top.is_null() {
        return None;
    }
    // SAFETY: as in `process`, for both frames.
    unsafe {
        let waits = (*top).awaited && !(*top).outer.is_null();
        waits.then(|| (*(*top).outer).process().as_ref().pid())
    }
}

/// The processes from `process` inwards to the running one, if each of them waits for the next: then
/// waiting for `process` in here would be for ever.
#[cold]
pub(crate) fn chain_from(process: NonNull<Header>) -> Option<Vec<ProcessRef>> {
    let mut chain = Vec::new();
    let mut at = TOP.get();
    while !at.is_null() {
        // SAFETY: as in `Frame::new` and `process`.
        let (frame, this) = unsafe { (&*at, ProcessRef::share((*at).process())) };
        frame.seen.set(true);
        chain.push(this);
        if frame.process() == process {
            chain.reverse();
            return Some(chain);
        }
        if !frame.awaited {
            return None;
        }
        at = frame.outer;
    }
    None
}

/// Whether this code runs on the tokio runtime `id`. A task never changes its runtime, so the answer
/// for the last task is kept.
#[inline]
pub(crate) fn on_runtime(id: tokio::runtime::Id) -> bool {
    let task = tokio::task::try_id();
    if let Some((known, runtime)) = RUNTIME.get()
        && task == Some(known)
    {
        return runtime == id;
    }
    on_runtime_slow(task, id)
}

fn on_runtime_slow(task: Option<tokio::task::Id>, id: tokio::runtime::Id) -> bool {
    let Ok(here) = tokio::runtime::Handle::try_current() else {
        return false;
    };
    let here = here.id();
    RUNTIME.set(task.map(|task| (task, here)));
    here == id
}

/// Has `drop_it` drop something that a process which ended with `reason` leaves behind: who waits for an
/// answer out of it learns the reason.
pub(crate) fn drop_remains(reason: &ExitReason, drop_it: &mut dyn FnMut()) {
    drop_calls(CallError::Down(reason.clone()), drop_it);
}

/// Has `drop_it` drop messages that will not be handled: who waits for an answer to one gets `error`.
pub(crate) fn drop_calls(error: CallError, drop_it: &mut dyn FnMut()) {
    struct Restore(Option<CallError>);
    impl Drop for Restore {
        fn drop(&mut self) {
            ENDING.set(self.0.take());
        }
    }
    let _restore = Restore(ENDING.replace(Some(error)));
    // A destructor of the user's that panics must not keep the process from ending.
    let _ = super::panics::guard_dyn(drop_it);
}

/// What a call that is dropped here without an answer ends with.
pub(crate) fn ending() -> Option<CallError> {
    ENDING.with_borrow(Clone::clone)
}
