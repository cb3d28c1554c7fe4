//! Making a cell, and beginning, barring and ending the incarnations of its process.
//!
//! A cell is made parked. Beginning an incarnation gives it a pid and the future of `init`; its first
//! run is `run`'s business, its end `end`'s.

use std::any::TypeId;
use std::cell::UnsafeCell;
use std::collections::VecDeque;
use std::future::Future;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::sync::atomic::Ordering;

use arc_swap::ArcSwapOption;

use super::behaviour::Server;
use super::cell::{self, Body, Cell, Header, ProcessRef, ServerRef, Stage, VTable};
use super::context::Context;
use super::control::Control;
use super::deliver::{add_control, add_signal, info, tell};
use super::end::end_control;
use super::mailbox::Mailbox;
use super::run::{abandon, run};
use super::state::News;
use super::step::{Work, step};
use super::{clock, current, directory, links, panics, sentinel};
use crate::{ExitReason, Pid};

/// Makes the cell of a server, parked. `kept`: it will be given to a [`Keep`](super::keep::Keep).
pub(crate) fn create_server<S: Server>(
    runtime: tokio::runtime::Handle,
    kept: bool,
) -> ServerRef<S> {
    create(
        runtime,
        kept,
        // SAFETY: `revive` is given the arguments of the server whose cell this is.
        |cx, args| Stage::Init(S::init(unsafe { args.cast::<S::Args>().read() }, cx)),
        step::<S>,
    )
}

/// Makes a cell, parked. `first` moves what begins an incarnation out of the pointer that `revive` is
/// given.
pub(super) fn create<S, I, F, N, M>(
    runtime: tokio::runtime::Handle,
    kept: bool,
    first: N,
    make: M,
) -> ServerRef<S>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    N: Fn(&'static mut Context<S>, NonNull<()>) -> Stage<I, F> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    clock::init();
    panics::install_hook();
    sentinel::guard(&runtime);
    let cell = Box::new(Cell {
        body: Body {
            header: Header::new(&Cell::<S, I, F, N, M>::VTABLE, runtime, kept),
            mailbox: Mailbox::new(),
            server: UnsafeCell::new(None),
            context: UnsafeCell::new(Context::<S>::detached()),
            desk: UnsafeCell::default(),
            shared: ArcSwapOption::empty(),
            handler: UnsafeCell::new("init"),
        },
        stage: UnsafeCell::new(Stage::<I, F>::Empty),
        first,
        make,
    });
    let cell = NonNull::from(Box::leak(cell));
    // SAFETY: nobody else knows the cell yet. It is pinned from here on: it is only freed, in place,
    // by `free`.
    unsafe {
        let context = (*cell.as_ptr()).body.context.get();
        (*context).attach_to(cell.cast());
        ServerRef::adopt(cell.cast())
    }
}

/// Who begins an incarnation.
#[derive(Clone, Copy)]
pub(crate) struct Starter {
    pub(crate) pid: Option<Pid>,
    /// The number of the link between the two, if it is the parent. Its own end of the link is its
    /// business.
    pub(crate) link: Option<u64>,
}

/// Begins an incarnation of a parked process, with `args`: its first run is up to the caller, who owns
/// it now. `false`: it is not parked.
pub(crate) fn revive<S: Server>(server: &ServerRef<S>, starter: Starter, args: S::Args) -> bool {
    begin(server, starter, args)
}

/// As [`revive`], for whatever the `first` of the cell takes.
pub(super) fn begin<S: Server, O>(server: &ServerRef<S>, starter: Starter, opening: O) -> bool {
    let header = &server.body().header;
    if !header.state.unpark(header.is_private()) {
        return false;
    }
    let mut opening = ManuallyDrop::new(opening);
    // SAFETY: the run state was taken above, and the opening is given away.
    unsafe {
        (header.vtable.revive)(
            server.header_ptr(),
            starter,
            NonNull::from(&mut opening).cast(),
        );
    }
    true
}

impl<S, I, F, N, M> Cell<S, I, F, N, M>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    N: Fn(&'static mut Context<S>, NonNull<()>) -> Stage<I, F> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    const VTABLE: VTable = VTable {
        run: run::<S, I, F, N, M>,
        abandon: abandon::<S, I, F, N, M>,
        free: free::<S, I, F, N, M>,
        control: add_control::<S>,
        signal: add_signal::<S>,
        info: info::<S>,
        queue: queue::<S, I, F, N, M>,
        revive: revive_cell::<S, I, F, N, M>,
        refuse: refuse::<S>,
        bury: bury::<S>,
        type_id: TypeId::of::<S>,
        options: &S::OPTIONS,
    };
}

/// Frees a cell.
///
/// # Safety
/// The header of a cell of this type, which nobody can reach any more.
unsafe fn free<S: Server, I, F, N, M>(header: NonNull<Header>) {
    // SAFETY: by the caller; the cell was made by `create` out of a box of this type.
    drop(unsafe { Box::from_raw(header.cast::<Cell<S, I, F, N, M>>().as_ptr()) });
}

/// # Safety
/// The header of a live cell's memory of this type.
unsafe fn queue<S: Server, I, F, N, M>(header: NonNull<Header>) -> (usize, usize) {
    // SAFETY: by the caller.
    let body = unsafe { header.cast::<Body<S>>().as_ref() };
    let bytes = size_of::<Cell<S, I, F, N, M>>() + body.mailbox.heap_bytes();
    (body.mailbox.len(), bytes)
}

/// Begins an incarnation. If `first` panics, the stage stays empty, and the reason is on the desk.
///
/// # Safety
/// The header of a cell of this type, whose run state the caller owns; `opening` points to what the
/// cell's `first` takes, which is moved out.
unsafe fn revive_cell<S, I, F, N, M>(
    header: NonNull<Header>,
    starter: Starter,
    opening: NonNull<()>,
) where
    S: Server,
    N: Fn(&'static mut Context<S>, NonNull<()>) -> Stage<I, F>,
{
    // SAFETY: by the caller. The context outlives the future that borrows it: the end of the
    // incarnation drops the future, in place, and nothing moves the cell.
    let (cell, context) = unsafe {
        let cell = header.cast::<Cell<S, I, F, N, M>>().as_ref();
        (cell, &mut *cell.body.context.get())
    };
    // SAFETY: the caller holds the memory until this returns.
    let process = unsafe { ProcessRef::borrow(header) };
    begin_life(&process, starter);
    let (control, mail) = cell.body.mailbox.reopen();
    look_for_what_came(&process, control, mail);
    begin_ties(&process, starter);
    // SAFETY: by the caller: it is the owner's.
    unsafe { *cell.body.handler.get() = "init" };
    let mut context = Some(context);
    let mut begin = || {
        if let Some(context) = context.take() {
            // SAFETY: by the caller: the stage is the owner's.
            unsafe { *cell.stage.get() = (cell.first)(context, opening) }
        }
    };
    if let Err(reason) = panics::guard_dyn(&mut begin) {
        // SAFETY: by the caller: the desk is the owner's.
        unsafe { (*cell.body.desk.get()).stop(reason) }
    }
}

/// Gives the incarnation its pid and its starter.
fn begin_life(process: &ProcessRef, starter: Starter) {
    let pid = match process.last_pid() {
        Some(last) => directory::insert_again(process.as_ptr(), last),
        None => directory::insert(process.as_ptr()),
    };
    process.begin_life(pid, starter.pid);
}

/// Forgets how the last incarnation ended, and gives this one its link with the parent.
fn begin_ties(process: &ProcessRef, starter: Starter) {
    let parent = starter.pid.zip(starter.link);
    process.linked.store(parent.is_some(), Ordering::Relaxed);
    links::reset(process, parent);
}

/// What came while the process was parked has told nobody, so that its new owner is told here. But who
/// asked the last incarnation to stop, and came too late for that, learns how it ended: this one is not
/// meant.
fn look_for_what_came(process: &ProcessRef, control: Option<VecDeque<Control>>, mail: bool) {
    if mail {
        tell(process, News::Mail);
    }
    let Some(control) = control else { return };
    let reason = links::exit_of(process).unwrap_or(ExitReason::NoProc);
    for control in control {
        if let Control::Stop { done, .. } = control {
            let _ = done.answer(reason.clone());
        } else {
            let _ = process.push_control(control);
        }
    }
}

/// # Safety
/// The header of a live cell's memory whose server is an `S`; the process is parked.
unsafe fn refuse<S: Server>(header: NonNull<Header>) {
    // SAFETY: by the caller.
    let body = unsafe { header.cast::<Body<S>>().as_ref() };
    close(
        body,
        &links::exit_of(&body.header).unwrap_or(ExitReason::NoProc),
    );
}

/// # Safety
/// As for [`refuse`], but the caller has taken the run state.
unsafe fn bury<S: Server>(header: NonNull<Header>) {
    // SAFETY: by the caller.
    let body = unsafe { header.cast::<Body<S>>().as_ref() };
    let reason = links::exit_of(&body.header).unwrap_or(ExitReason::NoProc);
    body.header.state.set_dead();
    close(body, &reason);
    if let Some(last) = body.header.last_pid() {
        directory::give_up(last);
    }
    // SAFETY: the caller has a count of its own, and the process has just ended for good.
    unsafe { cell::release_life(header) }
}

/// Closes the mailbox; what is in it, and those who wait for room, learn the reason.
fn close<S: Server>(body: &Body<S>, reason: &ExitReason) {
    let (mut messages, control) = body.mailbox.close();
    current::drop_remains(reason, &mut || drop(std::mem::take(&mut messages)));
    end_control(control, reason);
}

impl Header {
    /// Nothing of the last incarnation is told about this one.
    pub(super) fn reset_counts(&self) {
        self.handled.store(0, Ordering::Relaxed);
        self.dropped.store(0, Ordering::Relaxed);
        self.trap_exit.store(false, Ordering::Relaxed);
    }
}
