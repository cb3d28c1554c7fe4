//! The run state with a mailbox: donors, senders, wakers, stops and the last handle around one process.
//!
//! What only the owner may touch is a loom cell, so two owners at a time are found; a message that is
//! pushed and never handled is found by counting.

use std::collections::VecDeque;
use std::sync::Arc;

use loom::cell::UnsafeCell;
use loom::sync::Mutex;
use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use loom::thread::{self, JoinHandle};

use super::check;
use crate::process::mailbox::{Mailbox, Push};
use crate::process::state::{News, Rest, RunState};

/// One count of memory.
const MEMORY: u64 = 1;
/// A handle: a count of memory, and a reason to live.
const HANDLE: u64 = 1 << 32 | MEMORY;

/// A process whose messages are numbers.
struct Process {
    state: RunState,
    mailbox: Mailbox<u32, Control>,
    owned: UnsafeCell<Owned>,
    /// Whether a handler that waits may go on.
    ready: AtomicBool,
    /// Whether it is parked at its end.
    kept: Mutex<bool>,
    refs: AtomicU64,
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
enum Control {
    Kill,
}

/// A message whose handler waits until the process is ready.
const SLOW: u32 = 100;

impl Process {
    /// As a process that has just been started.
    fn start(handles: u64) -> Arc<Self> {
        let process = Arc::new(Self {
            state: RunState::owned(false),
            mailbox: Mailbox::new(),
            owned: UnsafeCell::new(Owned::default()),
            ready: AtomicBool::new(false),
            kept: Mutex::new(false),
            refs: AtomicU64::new(handles * HANDLE + MEMORY),
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
    fn send(&self, message: u32) {
        match self.state.try_donate() {
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

    fn queue(&self, message: u32) {
        match self.mailbox.push(message, None) {
            Push::Pushed { notify: true } => self.tell(News::Mail),
            Push::Pushed { notify: false } | Push::Closed(_) => {}
            Push::Full(_) => unreachable!("there is no limit"),
        }
    }

    fn kill(&self) {
        if self.mailbox.push_control(Control::Kill).is_ok() {
            self.tell(News::Wake);
        }
    }

    fn tell(&self, news: News) {
        if self.state.notify(news) {
            self.run();
        }
    }

    fn let_go(&self, rest: Rest) {
        if self.state.release(rest) {
            self.run();
        }
    }

    /// Begins a handler; `false`: it waits.
    fn handle(&self, message: u32) -> bool {
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
    fn poll(&self) -> bool {
        match self.owned(|owned| owned.pending.take()) {
            Some(message) => self.handle(message),
            None => true,
        }
    }

    /// A runner, run by who had to put it on its way.
    fn run(&self) {
        while self.run_once() {}
    }

    /// `true`: it is scheduled, and this runner comes back.
    fn run_once(&self) -> bool {
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

    fn finish(&self) {
        self.state.set_dead();
        let rest = self.mailbox.close().0;
        self.owned(|owned| {
            owned.dropped.extend(owned.pending.take());
            owned.dropped.extend(rest);
        });
        self.release(MEMORY);
    }

    /// The end of an incarnation that another may follow, by its owner; as `end::end`.
    fn park(&self) {
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
    fn unpark(&self) {
        assert!(self.state.unpark(false), "only the keeper takes it up");
        if self.mailbox.reopen().1 {
            self.tell(News::Mail);
        }
        self.let_go(Rest::Idle);
    }

    /// The keeper lets go of it; as the drop of a `Keep`.
    fn forget(&self) {
        let mut kept = self.kept.lock().unwrap();
        *kept = false;
        let down = self.state.is_down();
        drop(kept);
        if down && self.state.unpark(true) {
            self.finish();
        }
    }

    /// A stop by the keeper, who runs the end if the process is idle; as `donate::stop`.
    fn stop(&self) -> bool {
        if self.state.try_donate().is_err() {
            return false;
        }
        self.mailbox.doom();
        self.park();
        true
    }

    /// As `cell::refs::release_handle`.
    fn drop_handle(&self) {
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

    /// As `cell::refs::release`.
    fn release(&self, counts: u64) {
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

    /// What was handled, in order of the numbers; by the test, when all threads have ended.
    fn handled(&self) -> Vec<u32> {
        self.owned(|owned| {
            owned.handled.sort_unstable();
            std::mem::take(&mut owned.handled)
        })
    }

    fn is_freed(&self) -> bool {
        // SAFETY: all other threads have ended.
        self.freed.with(|freed| unsafe { *freed })
    }
}

fn beside(process: &Arc<Process>, act: impl Fn(&Process) + Send + 'static) -> JoinHandle<()> {
    let process = Arc::clone(process);
    thread::spawn(move || act(&process))
}

#[test]
fn loom_donors_take_turns() {
    check(3, || {
        let process = Process::start(1);
        let others = [1, 2].map(|n| beside(&process, move |process| process.send(n)));
        process.send(3);
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(process.handled(), [1, 2, 3]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_donor_and_a_sender_lose_nothing() {
    check(3, || {
        let process = Process::start(1);
        let donor = beside(&process, |process| process.send(1));
        let sender = beside(&process, |process| {
            process.queue(2);
            process.queue(3);
        });
        donor.join().unwrap();
        sender.join().unwrap();
        assert_eq!(process.handled(), [1, 2, 3]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_runner_and_senders_lose_nothing() {
    check(3, || {
        let process = Process::start(1);
        let others = [1, 2].map(|n| beside(&process, move |process| process.queue(n)));
        process.queue(3);
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(process.handled(), [1, 2, 3]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_waiting_handler_is_woken_and_what_came_meanwhile_is_handled() {
    check(3, || {
        let process = Process::start(1);
        let waker = beside(&process, |process| {
            process.ready.store(true, Ordering::Release);
            process.tell(News::Wake);
        });
        let sender = beside(&process, |process| process.send(1));
        process.send(SLOW);
        waker.join().unwrap();
        sender.join().unwrap();
        assert_eq!(process.handled(), [1, SLOW]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_queued_message_that_waits_is_woken_too() {
    check(3, || {
        let process = Process::start(1);
        let waker = beside(&process, |process| {
            process.ready.store(true, Ordering::Release);
            process.tell(News::Wake);
        });
        process.queue(SLOW);
        process.queue(1);
        waker.join().unwrap();
        assert_eq!(process.handled(), [1, SLOW]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_kill_ends_it_once_whatever_runs() {
    check(3, || {
        let process = Process::start(1);
        let donor = beside(&process, |process| process.send(1));
        let sender = beside(&process, |process| process.queue(2));
        process.kill();
        donor.join().unwrap();
        sender.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.handled().len() <= 2);
        assert!(process.state.try_donate().is_err());
        assert_eq!(process.mailbox.push(3, None), Push::Closed(3));
        process.drop_handle();
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_kill_reaches_a_handler_that_waits() {
    check(3, || {
        let process = Process::start(1);
        let sender = beside(&process, |process| process.send(SLOW));
        let killers = [(), ()].map(|()| beside(&process, Process::kill));
        sender.join().unwrap();
        killers.into_iter().for_each(|other| other.join().unwrap());
        assert!(process.state.is_dead());
        assert_eq!(process.handled(), []);
    });
}

#[test]
fn loom_the_last_handle_ends_it_after_what_was_sent() {
    check(3, || {
        let process = Process::start(2);
        let others = [1, 2].map(|n| {
            beside(&process, move |process| {
                process.send(n);
                process.drop_handle();
            })
        });
        others.into_iter().for_each(|other| other.join().unwrap());
        assert!(process.state.is_dead());
        assert!(process.is_freed());
        assert_eq!(process.handled(), [1, 2]);
    });
}

#[test]
fn loom_a_donor_that_reserves_the_process_lets_nobody_starve() {
    check(3, || {
        let process = Process::start(1);
        let other = beside(&process, |process| process.send(1));
        let third = beside(&process, |process| process.queue(2));
        if process.state.try_donate().is_ok() {
            process.handle(3);
            process.state.set_reserved(true);
            if !process.state.end_donation() {
                process.let_go(Rest::Idle);
            }
        } else {
            process.queue(3);
        }
        other.join().unwrap();
        third.join().unwrap();
        assert_eq!(process.handled(), [1, 2, 3]);
    });
}

/// What became of `messages`: each was handled, or ended with an incarnation, once.
fn assert_all_accounted_for(process: &Process, messages: &[u32]) {
    let mut all = process.handled();
    all.extend(process.owned(|owned| std::mem::take(&mut owned.dropped)));
    all.sort_unstable();
    assert_eq!(all, messages);
}

#[test]
fn loom_a_message_to_a_parked_process_is_handled_when_it_is_taken_up() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        process.kill();
        assert!(process.state.is_down() && !process.state.is_dead());
        let others = [
            beside(&process, |process| process.send(1)),
            beside(&process, |process| process.queue(2)),
        ];
        process.unpark();
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_eq!(process.handled(), [1, 2]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_message_beside_a_restart_is_handled_or_ends_once() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        let sender = beside(&process, |process| process.send(1));
        process.kill();
        sender.join().unwrap();
        let sender = beside(&process, |process| process.queue(2));
        // The kill may have left its work to the sender, who has done it by now.
        assert!(process.state.is_down());
        process.unpark();
        sender.join().unwrap();
        assert_all_accounted_for(&process, &[1, 2]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_stop_in_place_beside_messages_ends_each_once_or_leaves_it_for_the_next() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        let others = [
            beside(&process, |process| process.send(1)),
            beside(&process, |process| process.queue(2)),
        ];
        if process.stop() {
            process.unpark();
        }
        others.into_iter().for_each(|other| other.join().unwrap());
        assert_all_accounted_for(&process, &[1, 2]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_a_parked_process_takes_no_donation() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        process.kill();
        let donor = beside(&process, |process| {
            assert!(process.state.try_donate().is_err());
        });
        let sender = beside(&process, |process| process.queue(1));
        donor.join().unwrap();
        sender.join().unwrap();
        assert_eq!(process.handled(), []);
        process.unpark();
        assert_eq!(process.handled(), [1]);
    });
}

#[test]
fn loom_who_lets_go_beside_the_end_buries_it_once() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        let killer = beside(&process, Process::kill);
        let sender = beside(&process, |process| process.queue(1));
        process.forget();
        killer.join().unwrap();
        sender.join().unwrap();
        assert!(process.state.is_dead());
        assert_eq!(process.mailbox.push(2, None), Push::Closed(2));
        assert!(process.handled().len() <= 1);
        process.drop_handle();
        assert!(process.is_freed(), "its life was given up, and once");
    });
}
