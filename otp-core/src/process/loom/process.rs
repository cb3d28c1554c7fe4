//! The process that the models run: a run state with a mailbox, counts and a place in the table.
//!
//! It does with them what the modules do that it names, and nothing else. What only the owner may touch is a loom cell, so two owners at a time are found; a message that is
//! pushed and never handled is found by counting.

use std::collections::VecDeque;
use std::sync::Arc;

use loom::cell::UnsafeCell;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use loom::thread::{self, JoinHandle};

use crate::process::mailbox::{Mailbox, Push};
use crate::process::state::{News, Rest, RunState};

/// One count of memory.
const MEMORY: u64 = 1;
/// A handle: a count of memory, and a reason to live.
const HANDLE: u64 = 1 << 32 | MEMORY;

/// A process whose messages are numbers.
pub(super) struct Process {
    pub(super) state: RunState,
    pub(super) mailbox: Mailbox<u32, Control>,
    owned: UnsafeCell<Owned>,
    /// Whether a handler that waits may go on.
    pub(super) ready: AtomicBool,
    /// Whether it is parked at its end.
    pub(super) kept: Mutex<bool>,
    refs: AtomicU64,
    /// Whether a pid finds it, under the lock of its slot.
    listed: Mutex<bool>,
    freed: UnsafeCell<bool>,
}

/// What only the owner may touch.
#[derive(Default)]
struct Owned {
    handled: Vec<u32>,
    dropped: Vec<u32>,
    /// The message whose handler waits.
    pending: Option<u32>,
}

#[derive(Debug)]
pub(super) enum Control {
    Kill,
}

/// A message whose handler waits until the process is ready.
pub(super) const SLOW: u32 = 100;

impl Process {
    /// As a process that has just been started.
    pub(super) fn start(handles: u64) -> Arc<Self> {
        let process = Arc::new(Self {
            state: RunState::owned(false),
            mailbox: Mailbox::new(),
            owned: UnsafeCell::new(Owned::default()),
            ready: AtomicBool::new(false),
            kept: Mutex::new(false),
            refs: AtomicU64::new(handles * HANDLE + MEMORY),
            listed: Mutex::new(true),
            freed: UnsafeCell::new(false),
        });
        assert!(!process.state.release(Rest::Idle));
        process
    }

    fn owned<R>(&self, touch: impl FnOnce(&mut Owned) -> R) -> R {
        // SAFETY: that the caller is the owner is what the model checks.
        self.owned.with_mut(|owned| touch(unsafe { &mut *owned }))
    }

    /// A call or a cast: donates, or queues.
    pub(super) fn send(&self, message: u32) {
        match self.state.try_donate() {
            Ok(()) if self.mailbox.is_awake() => {
                self.let_go(Rest::Idle);
                self.queue(message);
            }
            Ok(()) => {
                if self.handle(message) {
                    if !self.state.end_donation() {
                        self.let_go(Rest::Idle);
                    }
                } else {
                    self.let_go(Rest::Pending);
                }
            }
            Err(_) => self.queue(message),
        }
    }

    pub(super) fn queue(&self, message: u32) {
        match self.mailbox.push(message, None) {
            Push::Pushed { notify: true } => self.tell(News::Mail),
            Push::Pushed { notify: false } | Push::Closed(_) => {}
            Push::Full(_) => unreachable!("there is no limit"),
        }
    }

    pub(super) fn kill(&self) {
        if self.mailbox.push_control(Control::Kill).is_ok() {
            self.tell(News::Wake);
        }
    }

    pub(super) fn tell(&self, news: News) {
        if self.state.notify(news) {
            self.run();
        }
    }

    pub(super) fn let_go(&self, rest: Rest) {
        if self.state.release(rest) {
            self.run();
        }
    }

    /// Begins a handler; `false`: it waits.
    pub(super) fn handle(&self, message: u32) -> bool {
        self.owned(|owned| {
            if message >= SLOW && !self.ready.load(Ordering::Acquire) {
                owned.pending = Some(message);
                return false;
            }
            owned.handled.push(message);
            true
        })
    }

    /// Polls the handler that waits, if there is one; `false`: it still waits.
    pub(super) fn poll(&self) -> bool {
        match self.owned(|owned| owned.pending.take()) {
            Some(message) => self.handle(message),
            None => true,
        }
    }

    /// A runner, run by who had to put it on its way.
    pub(super) fn run(&self) {
        while self.run_once() {}
    }

    /// `true`: it is scheduled, and this runner comes back.
    pub(super) fn run_once(&self) -> bool {
        self.state.begin_run();
        let mut batch = VecDeque::new();
        let mut look = true;
        loop {
            if self.state.take_news() || look {
                look = false;
                if !self.mailbox.take_control().is_empty() {
                    self.mailbox.give_back(&mut batch, None);
                    self.park();
                    return false;
                }
            }
            if !self.poll() {
                self.mailbox.give_back(&mut batch, None);
                return self.state.release(Rest::Pending);
            }
            if batch.is_empty() {
                let _ = self.mailbox.take_batch(&mut batch, 2, None);
            }
            let Some(message) = batch.pop_front() else {
                if self.refs.load(Ordering::Acquire) < 1 << 32 {
                    self.finish();
                    return false;
                }
                return self.state.release(Rest::Idle);
            };
            if !self.handle(message) {
                self.mailbox.give_back(&mut batch, None);
                return self.state.release(Rest::Pending);
            }
        }
    }

    /// The runner that was put on its way is dropped by its runtime; as `run::abandon`.
    pub(super) fn abandon(&self) {
        self.state.begin_run();
        self.park();
    }

    fn finish(&self) {
        *self.listed.lock().unwrap() = false;
        self.state.set_dead();
        let rest = self.mailbox.close().0;
        self.owned(|owned| {
            owned.dropped.extend(owned.pending.take());
            owned.dropped.extend(rest);
        });
        self.release(MEMORY);
    }

    /// The end of an incarnation that another may follow, by its owner; as `end::end`.
    pub(super) fn park(&self) {
        let ended = self.mailbox.drain(None);
        self.owned(|owned| {
            owned.dropped.extend(owned.pending.take());
            owned
                .dropped
                .extend(ended.into_iter().flat_map(|drained| drained.messages));
        });
        let kept = self.kept.lock().unwrap();
        if *kept {
            self.state.park();
            return;
        }
        drop(kept);
        self.finish();
    }

    /// The keeper begins the next incarnation; as `incarnation::begin` and `Run::as_starter`.
    pub(super) fn unpark(&self) {
        assert!(self.state.unpark(false), "only the keeper takes it up");
        if self.mailbox.reopen().1 {
            self.tell(News::Mail);
        }
        self.let_go(Rest::Idle);
    }

    /// The keeper lets go of it; as the drop of a `Keep`.
    pub(super) fn forget(&self) {
        let mut kept = self.kept.lock().unwrap();
        *kept = false;
        let down = self.state.is_down();
        drop(kept);
        if down && self.state.unpark(true) {
            self.finish();
        }
    }

    /// A stop by the keeper, who runs the end if the process is idle; as `donate::stop`.
    pub(super) fn stop(&self) -> bool {
        if self.state.try_donate().is_err() {
            return false;
        }
        self.mailbox.doom();
        self.park();
        true
    }

    /// As `cell::refs::release_handle`.
    pub(super) fn drop_handle(&self) {
        let refs = self.refs.load(Ordering::Relaxed);
        if refs >> 32 > 1
            && self
                .refs
                .compare_exchange(refs, refs - HANDLE, Ordering::Release, Ordering::Relaxed)
                .is_ok()
        {
            return;
        }
        let before = self.refs.fetch_sub(HANDLE - MEMORY, Ordering::AcqRel);
        if before >> 32 == 1 && self.state.notify(News::Wake) {
            // The runner holds the memory for the time that it runs.
            self.refs.fetch_add(MEMORY, Ordering::Relaxed);
            self.run();
            self.release(MEMORY);
        }
        self.release(MEMORY);
    }

    /// As `ServerRef::upgrade`, by one who holds the memory.
    pub(super) fn upgrade(&self) -> bool {
        self.refs
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |refs| {
                (refs >= 1 << 32).then_some(refs + HANDLE)
            })
            .is_ok()
    }

    /// As `directory::find`: one count more of the memory of a process that is in the table.
    pub(super) fn find(&self) -> bool {
        let listed = self.listed.lock().unwrap();
        if *listed {
            self.refs.fetch_add(MEMORY, Ordering::Relaxed);
        }
        *listed
    }

    /// What every count of the memory allows.
    pub(super) fn read(&self) {
        // SAFETY: a count holds the memory, which is what the model checks.
        self.freed
            .with(|freed| unsafe { assert!(!*freed, "read after it was freed") });
    }

    pub(super) fn drop_memory(&self) {
        self.release(MEMORY);
    }

    /// As `cell::refs::release`.
    pub(super) fn release(&self, counts: u64) {
        let before = self.refs.fetch_sub(counts, Ordering::Release);
        if before == counts {
            loom::sync::atomic::fence(Ordering::Acquire);
            // Frees: whoever may still touch the process races with this.
            self.owned(|_| {});
            // SAFETY: the last count was given up, so this happens once; the model checks it.
            self.freed.with_mut(|freed| unsafe {
                assert!(!*freed, "freed twice");
                *freed = true;
            });
        }
    }

    /// The messages that were handled, in their order.
    pub(super) fn in_order(&self) -> Vec<u32> {
        self.owned(|owned| owned.handled.clone())
    }

    /// What was handled, in order of the numbers; by the test, when all threads have ended.
    pub(super) fn handled(&self) -> Vec<u32> {
        self.owned(|owned| {
            owned.handled.sort_unstable();
            std::mem::take(&mut owned.handled)
        })
    }

    pub(super) fn is_freed(&self) -> bool {
        // SAFETY: all other threads have ended.
        self.freed.with(|freed| unsafe { *freed })
    }
}

pub(super) fn beside(
    process: &Arc<Process>,
    act: impl Fn(&Process) + Send + 'static,
) -> JoinHandle<()> {
    let process = Arc::clone(process);
    thread::spawn(move || act(&process))
}

/// What became of `messages`: each was handled, or ended with an incarnation, once.
pub(super) fn assert_all_accounted_for(process: &Process, messages: &[u32]) {
    let mut all = process.handled();
    all.extend(process.owned(|owned| std::mem::take(&mut owned.dropped)));
    all.sort_unstable();
    assert_eq!(all, messages);
}
