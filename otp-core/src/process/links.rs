//! Links and monitors: what a process has to do with others.
//!
//! Kept beside the cell, made when first needed, under one lock a process. No two of these locks are
//! ever held at once.

mod ending;
mod waits;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

pub(super) use self::ending::{Parking, cut, cut_and_park, let_go, park, refuse, reset};
pub(crate) use self::waits::{begin_stop, begin_wait, end_wait, label, wait_for_keeper};
use super::cell::{Header, ProcessRef};
use super::control::Signal;
use super::directory;
use super::few::Few;
use super::registration::Registration;
use super::reply::Slot;
use crate::link::{Down, Exit, MonitorRef};
use crate::{ExitReason, Pid};

/// Numbers for links, monitors and waits, unique in the program.
static NUMBER: AtomicU64 = AtomicU64::new(1);

pub(crate) fn number() -> u64 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

/// What a process has to do with others.
#[derive(Default)]
pub(crate) struct Extras {
    /// Why it ended, once it has.
    pub(crate) exit: Option<ExitReason>,
    name: Option<&'static str>,
    /// Who else knows it by something, and whether they were told of its end.
    pub(super) registrations: Vec<Arc<dyn Registration>>,
    pub(super) retired: bool,
    links: Few<Pid, Link>,
    /// Those who watch this process.
    watchers: Few<u64, Watcher>,
    /// Those whom this process watches.
    watching: Few<u64, Pid>,
    /// The processes whose answers this one waits for.
    waits: Few<u64, ProcessRef>,
}

#[derive(Clone, Copy)]
enum Link {
    Up(u64),
    /// The exit of the other end is on its way, or is not to come.
    Broken(u64),
}

enum Watcher {
    Process(Pid),
    Outside(Arc<Slot<Down>>),
    Told(Arc<dyn Watch>),
}

/// What is told of an end on the stack of who ends: it has to be quick, and must not panic.
pub(crate) trait Watch: Send + Sync {
    /// The process has ended. Its links are told about the same time, in any order.
    fn ended(&self, pid: Pid, reason: &ExitReason);
}

impl Extras {
    fn last_wait(&self) -> Option<ProcessRef> {
        let last = self.waits.iter().max_by_key(|wait| *wait.0)?;
        Some(last.1.clone())
    }
}

/// The extras of a process, made if there were none.
pub(crate) fn extras(header: &Header) -> impl std::ops::DerefMut<Target = Extras> + '_ {
    struct Guard<'a>(MutexGuard<'a, Option<Box<Extras>>>);
    impl std::ops::Deref for Guard<'_> {
        type Target = Extras;
        fn deref(&self) -> &Extras {
            self.0.as_ref().expect("made below")
        }
    }
    impl std::ops::DerefMut for Guard<'_> {
        fn deref_mut(&mut self) -> &mut Extras {
            self.0.as_mut().expect("made below")
        }
    }
    let mut guard = header.extras.lock().unwrap_or_else(PoisonError::into_inner);
    guard.get_or_insert_default();
    Guard(guard)
}

/// Reads the extras, if there are any.
pub(crate) fn peek<R>(header: &Header, read: impl FnOnce(&mut Extras) -> R) -> Option<R> {
    let mut guard = header.extras.lock().unwrap_or_else(PoisonError::into_inner);
    guard.as_deref_mut().map(read)
}

/// Why the process ended, if it has.
pub(crate) fn exit_of(header: &Header) -> Option<ExitReason> {
    peek(header, |extras| extras.exit.clone()).flatten()
}

/// The process has a fixed name from now on.
pub(crate) fn set_name(this: &Header, name: &'static str) {
    extras(this).name = Some(name);
    this.known.store(true, Ordering::Relaxed);
}

/// Nobody registers this incarnation any more; its name, and those who have, are handed out.
pub(super) fn retire(this: &Header) -> (Option<&'static str>, Vec<Arc<dyn Registration>>) {
    let mut extras = extras(this);
    extras.retired = true;
    let registrations = std::mem::take(&mut extras.registrations);
    (extras.name.take(), registrations)
}

/// Counts for `info`: links, watchers, and whom the process waits for.
pub(crate) fn counts(header: &Header) -> (Vec<Pid>, usize, Option<ProcessRef>) {
    peek(header, |extras| {
        let links = extras.links.iter();
        let up = links.filter_map(|(pid, link)| matches!(link, Link::Up(_)).then_some(*pid));
        (up.collect(), extras.watchers.len(), extras.last_wait())
    })
    .unwrap_or_default()
}

/// Links two processes. With the other gone, its exit (`NoProc`) comes at once.
pub(crate) fn link(this: &ProcessRef, other: Pid) {
    link_with(this, other, directory::find(other).as_ref());
}

/// As [`link`], with a process that is at hand; `None` is one that is gone.
pub(crate) fn link_with(this: &ProcessRef, other: Pid, process: Option<&ProcessRef>) {
    if this.pid() == other {
        return;
    }
    let number = number();
    {
        let mut extras = extras(this);
        if extras.exit.is_some() || matches!(extras.links.get(&other), Some(Link::Up(_))) {
            return;
        }
        extras.links.insert(other, Link::Up(number));
    }
    let linked = process.is_some_and(|process| {
        let mut extras = extras(process);
        if extras.exit.is_some() {
            return false;
        }
        if extras.links.get(&this.pid()).is_none() {
            extras.links.insert(this.pid(), Link::Up(number));
        }
        true
    });
    if !linked {
        break_link(this, other, &ExitReason::NoProc);
    } else if let Some(process) = process
        && let Some(reason) = exit_of(this)
    {
        // It ended meanwhile, and may have told its links before this one was whole.
        break_link(process, this.pid(), &reason);
    }
}

/// The parent's end of a link with a child that has begun with the other one, and that nobody has run yet.
pub(crate) fn link_child(this: &Header, child: Pid, number: u64) {
    let mut extras = extras(this);
    if extras.exit.is_none() {
        extras.links.insert(child, Link::Up(number));
    }
}

/// The exit of the other end of a link is not to come. That end still learns of this one's.
pub(crate) fn hush(this: &Header, other: Pid) {
    peek(this, |extras| {
        if let Some(link) = extras.links.get_mut(&other) {
            let (Link::Up(number) | Link::Broken(number)) = *link;
            *link = Link::Broken(number);
        }
    });
}

/// Forgets the link with a process that has ended, together with an exit of it that is not handled yet.
pub(crate) fn forget(this: &Header, other: Pid) {
    peek(this, |extras| extras.links.remove(&other));
}

/// Removes a link, if there is one, together with an exit of it that is not handled yet.
pub(crate) fn unlink(this: &Header, other: Pid) {
    peek(this, |extras| extras.links.remove(&other));
    if let Some(process) = directory::find(other) {
        peek(&process, |extras| extras.links.remove(&this.pid()));
    }
}

/// Tells `this` that the other end of a link is gone.
fn break_link(this: &ProcessRef, other: Pid, reason: &ExitReason) {
    let number = peek(this, |extras| match extras.links.get_mut(&other) {
        Some(link) => match *link {
            Link::Up(number) => {
                *link = Link::Broken(number);
                Some(number)
            }
            Link::Broken(_) => None,
        },
        None => None,
    })
    .flatten();
    if number.is_some() {
        this.signal(
            this.pid(),
            Signal::Exit {
                exit: Exit {
                    pid: other,
                    reason: reason.clone(),
                },
                link: number,
            },
        );
    }
}

/// Whether the exit that comes over a link still means something; the link is then used up.
pub(crate) fn take_exit(this: &Header, other: Pid, link: u64) -> bool {
    peek(this, |extras| match extras.links.get(&other) {
        Some(Link::Broken(number)) if *number == link => {
            extras.links.remove(&other);
            true
        }
        _ => false,
    })
    .unwrap_or(false)
}

/// Watches `other` on behalf of a process; its `Down` comes as a message.
pub(crate) fn monitor(this: &ProcessRef, other: Pid) -> MonitorRef {
    let number = number();
    let reference = MonitorRef(number);
    extras(this).watching.insert(number, other);
    if !watch(other, number, Watcher::Process(this.pid())) {
        this.signal(
            this.pid(),
            Signal::Down(Down {
                reference,
                pid: other,
                reason: ExitReason::NoProc,
            }),
        );
    }
    reference
}

/// Watches `other` from outside any process.
pub(crate) fn monitor_outside(other: Pid, number: u64, slot: &Arc<Slot<Down>>) {
    if !watch(other, number, Watcher::Outside(Arc::clone(slot))) {
        let _ = slot.answer(Down {
            reference: MonitorRef(number),
            pid: other,
            reason: ExitReason::NoProc,
        });
    }
}

fn watch(other: Pid, number: u64, watcher: Watcher) -> bool {
    directory::find(other).is_some_and(|process| {
        let mut extras = extras(&process);
        if extras.exit.is_some() {
            return false;
        }
        extras.watchers.insert(number, watcher);
        true
    })
}

/// Has `watch` told of the end of a process that cannot have ended yet.
pub(crate) fn watch_from_birth(process: &Header, watch: Arc<dyn Watch>) {
    extras(process)
        .watchers
        .insert(number(), Watcher::Told(watch));
}

/// Stops watching; a `Down` that is not handled yet is dropped with it.
pub(crate) fn demonitor(this: &Header, reference: MonitorRef) {
    let other = peek(this, |extras| extras.watching.remove(&reference.0)).flatten();
    if let Some(other) = other {
        demonitor_outside(other, reference.0);
    }
}

pub(crate) fn demonitor_outside(other: Pid, number: u64) {
    if let Some(process) = directory::find(other) {
        peek(&process, |extras| extras.watchers.remove(&number));
    }
}

/// Whether a `Down` is still waited for; it comes once.
pub(crate) fn take_down(this: &Header, reference: MonitorRef) -> bool {
    peek(this, |extras| {
        extras.watching.remove(&reference.0).is_some()
    })
    .unwrap_or(false)
}
