//! The reply slot: one who answers, one who asks, and the end of either.

use std::sync::Arc;
use std::task::Poll;

use loom::thread;

use super::{Park, check};
use crate::process::reply::Slot;

#[test]
fn loom_an_answer_wakes_the_asker() {
    check(3, || {
        let slot = Slot::new();
        let answerer = Arc::clone(&slot);
        let other = thread::spawn(move || answerer.answer(7).expect("nobody closes it"));
        let (park, waker) = Park::new();
        let answer = loop {
            match slot.poll_take(&waker) {
                Poll::Ready(answer) => break answer,
                Poll::Pending => park.wait(),
            }
        };
        assert_eq!(answer, 7);
        other.join().unwrap();
        assert_eq!(slot.answer(8), Err(8));
    });
}

#[test]
fn loom_a_new_waker_replaces_the_old_one() {
    check(3, || {
        let slot = Slot::new();
        let answerer = Arc::clone(&slot);
        let other = thread::spawn(move || answerer.answer(7).expect("nobody closes it"));
        // The first waker belongs to nobody by the time the asker waits.
        let first = slot.poll_take(&Park::new().1);
        let (park, waker) = Park::new();
        let answer = match first {
            Poll::Ready(answer) => answer,
            Poll::Pending => loop {
                match slot.poll_take(&waker) {
                    Poll::Ready(answer) => break answer,
                    Poll::Pending => park.wait(),
                }
            },
        };
        assert_eq!(answer, 7);
        other.join().unwrap();
    });
}

#[test]
fn loom_an_answer_and_a_close_give_the_value_to_one() {
    check(3, || {
        let slot = Slot::new();
        let answerer = Arc::clone(&slot);
        let other = thread::spawn(move || answerer.answer(7).err());
        let waker = Park::new().1;
        let kept = match slot.poll_take(&waker) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => slot.close(),
        };
        let back = other.join().unwrap();
        assert_eq!(kept.or(back), Some(7));
        assert!(kept.is_none() || back.is_none(), "the value is there once");
        assert!(!slot.is_open());
        assert_eq!(slot.close(), None);
    });
}

#[test]
fn loom_one_of_two_answers_counts() {
    check(3, || {
        let slot = Slot::new();
        let others = [1, 2].map(|value| {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.answer(value).is_ok())
        });
        let (park, waker) = Park::new();
        let answer = loop {
            match slot.poll_take(&waker) {
                Poll::Ready(answer) => break answer,
                Poll::Pending => park.wait(),
            }
        };
        let [first, second] = others.map(|other| other.join().unwrap());
        assert_eq!((first, second), (answer == 1, answer == 2));
    });
}

#[test]
fn loom_an_answer_is_taken_once() {
    check(3, || {
        let slot = Slot::new();
        let answerer = Arc::clone(&slot);
        let other = thread::spawn(move || answerer.answer(7).expect("nobody closes it"));
        let early = slot.try_take();
        other.join().unwrap();
        let late = slot.try_take();
        assert_eq!(early.or(late), Some(7));
        assert!(early.is_none() || late.is_none());
    });
}

#[test]
fn loom_two_answers_and_a_close_leave_each_value_with_one() {
    check(3, || {
        // The handler, and the end of its process, beside a caller that gives up.
        let slot = Slot::new();
        let others = [1, 2].map(|value| {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.answer(value).err())
        });
        let mut all = Vec::from_iter(match slot.poll_take(&Park::new().1) {
            Poll::Ready(answer) => Some(answer),
            Poll::Pending => slot.close(),
        });
        for other in others {
            all.extend(other.join().unwrap());
        }
        all.sort_unstable();
        assert_eq!(all, [1, 2], "each came back, or was taken, once");
    });
}

#[test]
fn loom_who_asks_whether_an_answer_would_be_heard_takes_nothing() {
    check(3, || {
        let slot = Slot::new();
        let answerer = Arc::clone(&slot);
        let other = thread::spawn(move || {
            let was_open = answerer.is_open();
            let refused = answerer.answer(7).is_err();
            assert!(was_open || refused, "a closed slot stays closed");
            refused
        });
        let kept = slot.close();
        let refused = other.join().unwrap();
        assert_eq!(kept.is_none(), refused);
    });
}
