//! The reply slot.

use std::sync::Arc;
use std::task::Poll;

use super::Woken;
use crate::process::reply::Slot;

#[test]
fn an_answer_wakes_the_last_waker_and_is_taken_once() {
    let slot = Slot::new();
    let ((old, old_waker), (new, new_waker)) = (Woken::new(), Woken::new());
    assert_eq!(slot.poll_take(&old_waker), Poll::<u32>::Pending);
    assert_eq!(slot.poll_take(&new_waker), Poll::Pending);
    assert!(slot.is_open());
    assert_eq!(slot.answer(7), Ok(()));
    assert_eq!((old.times(), new.times()), (0, 1));
    assert!(!slot.is_open());
    assert_eq!(slot.poll_take(&new_waker), Poll::Ready(7));
    assert_eq!(slot.try_take(), None);
}

#[test]
fn a_second_answer_comes_back() {
    let slot = Slot::new();
    assert_eq!(slot.answer(1), Ok(()));
    assert_eq!(slot.answer(2), Err(2));
    assert_eq!(slot.try_take(), Some(1));
    assert_eq!(slot.answer(3), Err(3));
}

#[test]
fn a_closed_slot_refuses_answers_and_drops_its_waker() {
    let slot = Slot::new();
    let (woken, waker) = Woken::new();
    assert_eq!(slot.poll_take(&waker), Poll::<u32>::Pending);
    assert_eq!(Arc::strong_count(&woken), 3);
    assert_eq!(slot.close(), None);
    assert_eq!(Arc::strong_count(&woken), 2);
    assert_eq!(slot.answer(1), Err(1));
    assert_eq!(woken.times(), 0);
}

#[test]
fn a_close_returns_an_answer_that_was_there() {
    let slot = Slot::new();
    assert_eq!(slot.answer(Box::new(1)), Ok(()));
    assert_eq!(slot.close(), Some(Box::new(1)));
    assert_eq!(slot.close(), None);
}

#[test]
fn an_answer_crosses_threads() {
    let slot = Slot::new();
    let other = Arc::clone(&slot);
    let answerer = std::thread::spawn(move || other.answer(String::from("answer")));
    assert_eq!(answerer.join().unwrap(), Ok(()));
    assert_eq!(slot.try_take().as_deref(), Some("answer"));
}
