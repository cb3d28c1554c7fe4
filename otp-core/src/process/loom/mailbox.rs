//! The mailbox: senders, an owner that sleeps, waiting for room, displacing, and the end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Poll, Waker};

use loom::sync::Notify;
use loom::thread::{self, JoinHandle};

use super::{Park, check};
use crate::process::mailbox::{Mailbox, Push};

/// A mailbox with the flag that says to its owner that it was notified.
pub(super) struct Model {
    pub(super) mailbox: Mailbox<u32, u32>,
    told: Notify,
}

impl Model {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            mailbox: Mailbox::new(),
            told: Notify::new(),
        })
    }

    /// As `run::offer` does it.
    pub(super) fn pushed(&self, push: Push<u32>) -> Option<u32> {
        match push {
            Push::Pushed { notify } => {
                if notify {
                    self.told.notify();
                }
                None
            }
            Push::Full(message) | Push::Closed(message) => Some(message),
        }
    }

    pub(super) fn push(&self, message: u32, capacity: Option<usize>) -> Option<u32> {
        self.pushed(self.mailbox.push(message, capacity))
    }

    /// Pushes, or waits for room; the message comes back if the mailbox was closed.
    pub(super) fn push_or_wait(&self, message: u32, capacity: usize) -> Option<u32> {
        match self.mailbox.push(message, Some(capacity)) {
            Push::Full(message) => {
                let (park, waker) = Park::new();
                let mut place = 0;
                while self
                    .mailbox
                    .poll_room(&mut place, capacity, &waker)
                    .is_pending()
                {
                    park.wait();
                }
                self.pushed(self.mailbox.push_granted(place, message))
            }
            push => self.pushed(push),
        }
    }

    /// The owner: takes batches and sleeps until it has had `count` messages.
    pub(super) fn take(&self, count: usize, most: usize, capacity: Option<usize>) -> Vec<u32> {
        let mut taken = Vec::new();
        let mut batch = VecDeque::new();
        while taken.len() < count {
            if batch.is_empty() {
                let wake = self.mailbox.take_batch(&mut batch, most, capacity);
                wake.into_iter().for_each(Waker::wake);
            } else {
                self.mailbox.begun(batch.len() - 1);
            }
            match batch.pop_front() {
                Some(message) => taken.push(message),
                None => self.told.wait(),
            }
        }
        let wake = self.mailbox.give_back(&mut batch, capacity);
        wake.into_iter().for_each(Waker::wake);
        taken
    }
}

pub(super) fn sender(
    model: &Arc<Model>,
    send: impl Fn(&Model) -> Option<u32> + Send + 'static,
) -> JoinHandle<Option<u32>> {
    let model = Arc::clone(model);
    thread::spawn(move || send(&model))
}

#[test]
fn loom_two_senders_and_an_owner_lose_nothing() {
    check(3, || {
        let model = Model::new();
        let first = sender(&model, |model| model.push(1, None).or(model.push(2, None)));
        let second = sender(&model, |model| model.push(10, None));
        let taken = model.take(3, 2, None);
        assert_eq!(first.join().unwrap(), None);
        assert_eq!(second.join().unwrap(), None);
        let of_first: Vec<u32> = taken.iter().copied().filter(|n| *n < 10).collect();
        assert_eq!(of_first, [1, 2], "in order, each once");
        assert_eq!(taken.len(), 3);
        assert!(taken.contains(&10));
        assert_eq!(model.mailbox.len(), 0);
    });
}

#[test]
fn loom_a_batch_that_is_given_back_is_ahead_of_what_came() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, None).or(model.push(2, None)), None);
        let other = sender(&model, |model| model.push(3, None));
        let mut batch = VecDeque::new();
        let _ = model.mailbox.take_batch(&mut batch, 8, None);
        assert_eq!(batch.pop_front(), Some(1));
        let _ = model.mailbox.give_back(&mut batch, None);
        assert_eq!(model.take(2, 8, None), [2, 3]);
        assert_eq!(other.join().unwrap(), None);
    });
}

#[test]
fn loom_who_waits_for_room_gets_it() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let first = sender(&model, |model| model.push_or_wait(2, 1));
        let second = sender(&model, |model| model.push_or_wait(3, 1));
        let mut taken = model.take(3, 1, Some(1));
        assert_eq!(first.join().unwrap(), None);
        assert_eq!(second.join().unwrap(), None);
        taken.sort_unstable();
        assert_eq!(taken, [1, 2, 3]);
    });
}

#[test]
fn loom_room_in_a_batch_is_room() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(2)).or(model.push(2, Some(2))), None);
        let other = sender(&model, |model| model.push_or_wait(3, 2));
        assert_eq!(model.take(3, 2, Some(2)), [1, 2, 3]);
        assert_eq!(other.join().unwrap(), None);
    });
}

#[test]
fn loom_who_leaves_the_line_leaves_its_room() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let leaver = sender(&model, |model| {
            let mut place = 0;
            let _ = model.mailbox.poll_room(&mut place, 1, &Park::new().1);
            model.mailbox.leave(place, 1);
            None
        });
        let stayer = sender(&model, |model| model.push_or_wait(2, 1));
        assert_eq!(model.take(2, 1, Some(1)), [1, 2]);
        leaver.join().unwrap();
        assert_eq!(stayer.join().unwrap(), None);
        // Nobody keeps room that nobody uses.
        assert_eq!(model.push(3, Some(1)), None);
    });
}

#[test]
fn loom_a_close_frees_who_waits_and_loses_nothing() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let waiter = sender(&model, |model| model.push_or_wait(2, 1));
        let other = sender(&model, |model| model.push(3, None));
        let (mut all, control) = model.mailbox.close();
        assert!(control.is_empty());
        all.extend(waiter.join().unwrap());
        all.extend(other.join().unwrap());
        let mut all: Vec<u32> = all.into();
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3], "each is in the rest or came back");
        assert_eq!(model.mailbox.push_control(9), Err(9));
    });
}

#[test]
fn loom_a_displaced_message_and_a_taken_one_are_not_the_same() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let other = sender(&model, |model| {
            let (push, displaced) = model.mailbox.push_displacing(2, Some(1), |_| true);
            assert_eq!(model.pushed(push), None);
            displaced
        });
        let mut batch = VecDeque::new();
        let _ = model.mailbox.take_batch(&mut batch, 1, Some(1));
        let first = batch.pop_front().expect("one is always there");
        // The room of what has begun is free.
        match other.join().unwrap() {
            Some(displaced) => assert_eq!((displaced, first), (1, 2)),
            None => assert_eq!((first, model.take(1, 1, Some(1))), (1, vec![2])),
        }
    });
}

#[test]
fn loom_control_is_taken_or_refused() {
    check(3, || {
        let model = Model::new();
        let other = sender(&model, |model| model.mailbox.push_control(7).err());
        let mut control = model.mailbox.take_control();
        control.extend(model.mailbox.close().1);
        control.extend(other.join().unwrap());
        assert_eq!(control, [7]);
        let mut place = 0;
        let closed = model.mailbox.poll_room(&mut place, 1, Waker::noop());
        assert_eq!(closed, Poll::Ready(()));
    });
}

#[test]
fn loom_two_that_displace_leave_as_many_as_there_is_room_for() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let others = [2, 3].map(|n| {
            sender(&model, move |model| {
                let (push, displaced) = model.mailbox.push_displacing(n, Some(1), |_| true);
                assert_eq!(model.pushed(push), None);
                displaced
            })
        });
        let mut all: Vec<u32> = others
            .into_iter()
            .map(|other| other.join().unwrap().expect("there was no room"))
            .collect();
        assert_eq!(model.mailbox.len(), 1);
        all.extend(model.take(1, 8, Some(1)));
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3]);
    });
}

#[test]
fn loom_what_is_pushed_past_the_capacity_takes_nobodys_room() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let waiter = sender(&model, |model| model.push_or_wait(2, 1));
        let signal = sender(&model, |model| {
            model.pushed(model.mailbox.push_past_capacity(3))
        });
        let mut taken = model.take(3, 1, Some(1));
        assert_eq!(waiter.join().unwrap(), None);
        assert_eq!(signal.join().unwrap(), None);
        taken.sort_unstable();
        assert_eq!(taken, [1, 2, 3]);
    });
}

#[test]
fn loom_what_one_takes_out_and_what_comes_meanwhile_are_both_there() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, None).or(model.push(2, None)), None);
        let other = sender(&model, |model| model.push(4, None));
        model.mailbox.sleep();
        let even = model.mailbox.take_first(|n| n % 2 == 0);
        assert_eq!(even, Some(2));
        assert_eq!(model.take(2, 8, None), [1, 4]);
        assert_eq!(other.join().unwrap(), None);
    });
}

#[test]
fn loom_who_looks_after_it_has_said_that_it_sleeps_misses_nothing() {
    check(3, || {
        let model = Model::new();
        let other = sender(&model, |model| model.push(1, None));
        let taken = loop {
            // As `Process::try_receive`: what comes after it notifies.
            model.mailbox.sleep();
            match model.mailbox.take_first(|_| true) {
                Some(taken) => break taken,
                None => model.told.wait(),
            }
        };
        assert_eq!(taken, 1);
        assert_eq!(other.join().unwrap(), None);
    });
}
