//! The counts that keep a cell: of its memory, and handles, with the last of which the process ends.
//!
//! Whoever has a count may read the header. The process's being alive is one too.

use std::any::{Any, TypeId};
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Body, Header, InfoPush};
use crate::process::behaviour::Server;
use crate::process::runner;
use crate::process::state::News;

/// One count of memory.
pub(super) const MEMORY: u64 = 1;
/// One handle: a count of memory, and a reason for the process to stay alive.
const HANDLE: u64 = 1 << 32 | MEMORY;
/// Past this many counts somebody leaks them, and wrapping round would be unsound.
const TOO_MANY: u64 = 1 << 30;

/// The counts of a new cell: its maker's handle, and the process's being alive.
pub(super) fn first() -> AtomicU64 {
    AtomicU64::new(HANDLE + MEMORY)
}

/// A count of a cell's memory: keeps the cell readable, not the process alive.
#[derive(Debug, PartialEq, Eq)]
#[repr(transparent)]
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
    pub(in crate::process) unsafe fn share(header: NonNull<Header>) -> Self {
        // SAFETY: by the caller.
        unsafe { header.as_ref() }.retain(MEMORY);
        Self(header)
    }

    /// Lends a count that it does not have.
    ///
    /// # Safety
    /// The cell's memory must be held for as long as the result is used.
    pub(in crate::process) unsafe fn borrow(header: NonNull<Header>) -> ManuallyDrop<Self> {
        ManuallyDrop::new(Self(header))
    }

    pub(in crate::process) fn as_ptr(&self) -> NonNull<Header> {
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

    /// Of a process that is down: who waits for its next incarnation learns why the last has ended. To
    /// be called by its keeper, or while its keeper waits.
    pub(crate) fn refuse(&self) {
        if self.state.is_down() {
            // SAFETY: the table belongs to this header, whose memory this count holds; nobody begins an
            // incarnation meanwhile.
            unsafe { (self.vtable.refuse)(self.0) }
        }
    }

    /// Sends a message, an `Option<M>` that is taken if the server has a use for an `M`.
    pub(crate) fn send_info(&self, message: &mut dyn Any) -> InfoPush {
        // SAFETY: as for `refuse`.
        unsafe { (self.vtable.info)(self.0, message) }
    }

    /// The name of its type and its pid.
    pub(crate) fn fmt_as_handle(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.vtable.options.type_name, self.pid())
    }

    /// Messages that wait, and the bytes of the cell with its mailbox.
    pub(crate) fn queue(&self) -> (usize, usize) {
        // SAFETY: as for `refuse`.
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

/// A count of the memory of a server's cell, whose type is known.
pub(crate) struct BodyRef<S> {
    process: ProcessRef,
    marker: PhantomData<fn() -> S>,
}

impl<S: Server> BodyRef<S> {
    pub(crate) fn of(server: &ServerRef<S>) -> Self {
        Self {
            process: server.process().clone(),
            marker: PhantomData,
        }
    }

    /// `None`: the process is no server of type `S`.
    pub(crate) fn downcast(process: ProcessRef) -> Option<Self> {
        process.downcast::<S>()?;
        Some(Self {
            process,
            marker: PhantomData,
        })
    }
}

impl<S: Server> std::ops::Deref for BodyRef<S> {
    type Target = Body<S>;

    #[inline]
    fn deref(&self) -> &Body<S> {
        // SAFETY: this count holds the memory, which is that of a handle's body.
        unsafe { self.process.0.cast().as_ref() }
    }
}

impl<S> Clone for BodyRef<S> {
    fn clone(&self) -> Self {
        Self {
            process: self.process.clone(),
            marker: PhantomData,
        }
    }
}

/// A handle on a server: keeps it alive, and is how it is spoken to.
///
/// There is one for a type that is a [`Server`] only; that is no bound here, so that what holds one
/// can be written down before the type is known to be a server.
#[repr(transparent)]
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
    pub(in crate::process) unsafe fn adopt(body: NonNull<Body<S>>) -> Self {
        Self {
            header: body.cast(),
            marker: PhantomData,
        }
    }

    /// Counts once more.
    ///
    /// # Safety
    /// The cell's memory must be held by another count for the time of the call.
    pub(in crate::process) unsafe fn share(body: NonNull<Body<S>>) -> Self {
        // SAFETY: by the caller.
        unsafe { body.as_ref() }.header.retain(HANDLE);
        Self {
            header: body.cast(),
            marker: PhantomData,
        }
    }

    /// A handle on the process, unless nobody has one any more.
    #[inline]
    pub(crate) fn upgrade(body: &Body<S>) -> Option<Self> {
        body.header.try_retain_handle().then(|| Self {
            header: NonNull::from(body).cast(),
            marker: PhantomData,
        })
    }
}

impl<S> ServerRef<S> {
    /// The process, as long as this handle is borrowed.
    #[inline]
    pub(crate) fn process(&self) -> &ProcessRef {
        // SAFETY: both are the pointer to the header and nothing else, and this handle holds the
        // memory for as long as it is borrowed. Nobody gives up a count that is only borrowed.
        unsafe { &*std::ptr::from_ref(self).cast::<ProcessRef>() }
    }

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
        unsafe { drop_handle(self.header) }
    }
}

impl Header {
    #[inline]
    pub(super) fn retain(&self, counts: u64) {
        let before = self.refs.fetch_add(counts, Ordering::Relaxed);
        if before & 0xffff_ffff > TOO_MANY {
            std::process::abort();
        }
    }

    /// Not by adding first and looking then: who gave the last handle up would be taken for one who did not.
    #[inline]
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
pub(in crate::process) unsafe fn release(header: NonNull<Header>, counts: u64) {
    // SAFETY: the counts that are given up here hold the memory until then.
    let before = unsafe { header.as_ref() }
        .refs
        .fetch_sub(counts, Ordering::Release);
    if before == counts {
        // SAFETY: these were the last counts; nobody else can reach the cell.
        unsafe {
            // A fence would do, but the thread sanitizer knows none.
            header.as_ref().refs.load(Ordering::Acquire);
            (header.as_ref().vtable.free)(header);
        }
    }
}

/// Gives up a handle; with the last one, the process is told that nothing can reach it any more.
///
/// # Safety
/// As for [`release`].
pub(in crate::process) unsafe fn drop_handle(header: NonNull<Header>) {
    // SAFETY: the handle holds the memory until it is given up below.
    let this = unsafe { header.as_ref() };
    let refs = this.refs.load(Ordering::Relaxed);
    if refs >> 32 > 1
        && this
            .refs
            .compare_exchange(refs, refs - HANDLE, Ordering::Release, Ordering::Relaxed)
            .is_ok()
    {
        // Not the last one, and the other handles hold the memory.
        return;
    }
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
pub(in crate::process) unsafe fn release_life(header: NonNull<Header>) {
    // SAFETY: by the caller.
    unsafe { release(header, MEMORY) }
}
