//! The mailbox between two incarnations: what is pushed beside an end is handed out or waits, once.

use std::task::Waker;

use super::check;
use super::mailbox::{Model, sender};

/// The end of an incarnation and the next one, beside `pushes`: each message is handed out by `drain`
/// or is there for the next, and none is both.
fn doom_drain_reopen(known: bool) {
    check(3, move || {
        let model = Model::new();
        assert_eq!(model.push(1, None), None);
        let other = sender(&model, |model| model.push(2, None).or(model.push(3, None)));
        if known {
            model.mailbox.doom();
        }
        let ended = model.mailbox.drain(None).expect("a message was there");
        assert!(ended.control.is_empty() && ended.wake.is_empty());
        model.mailbox.reopen();
        let mut all: Vec<u32> = ended.messages.into();
        assert_eq!(all[0], 1);
        let left = 3 - all.len();
        all.extend(model.take(left, 8, None));
        assert_eq!(other.join().unwrap(), None);
        assert_eq!(all, [1, 2, 3], "in order, each once");
        assert_eq!(model.mailbox.len(), 0);
    });
}

#[test]
fn loom_what_is_pushed_beside_the_end_of_an_incarnation_is_handed_out_once() {
    doom_drain_reopen(false);
    doom_drain_reopen(true);
}

#[test]
fn loom_who_waits_for_room_beside_the_end_of_an_incarnation_gets_it() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let waiter = sender(&model, |model| model.push_or_wait(2, 1));
        model.mailbox.doom();
        let ended = model.mailbox.drain(Some(1)).expect("a message was there");
        ended.wake.into_iter().for_each(Waker::wake);
        model.mailbox.reopen();
        assert_eq!(ended.messages, [1]);
        assert_eq!(model.take(1, 1, Some(1)), [2]);
        assert_eq!(waiter.join().unwrap(), None);
    });
}

#[test]
fn loom_a_close_between_two_incarnations_frees_who_waits() {
    check(3, || {
        let model = Model::new();
        let other = sender(&model, |model| model.push(1, None));
        let ended = model.mailbox.drain(None);
        let mut all = ended.map_or_else(Vec::new, |ended| ended.messages.into());
        // No incarnation is to follow for now; then one does.
        all.extend(model.mailbox.close().0);
        model.mailbox.reopen();
        let back = other.join().unwrap();
        all.extend(back);
        all.extend(model.take(1 - all.len(), 8, None));
        assert_eq!(all, [1]);
    });
}

#[test]
fn loom_who_waits_beside_a_close_and_a_reopening_learns_of_one_of_them() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(1)), None);
        let waiter = sender(&model, |model| model.push_or_wait(2, 1));
        let (rest, _) = model.mailbox.close();
        model.mailbox.reopen();
        assert_eq!(rest, [1]);
        // What was refused came back; all else is for the next incarnation, which has room for it.
        let came = sender(&model, |model| {
            let _ = model.push_or_wait(3, 1);
            None
        });
        let taken = model.take(1, 1, Some(1));
        let mut all = Vec::new();
        if let Some(back) = waiter.join().unwrap() {
            assert_eq!(taken, [3]);
            all.push(back);
        } else {
            all.extend(model.take(1, 1, Some(1)));
        }
        came.join().unwrap();
        all.extend(taken);
        all.sort_unstable();
        assert_eq!(all, [2, 3], "each is handled or came back, once");
        assert_eq!(model.mailbox.len(), 0);
    });
}

#[test]
fn loom_a_displaced_message_beside_the_end_of_an_incarnation_is_handed_out_once() {
    check(3, || {
        let model = Model::new();
        assert_eq!(model.push(1, Some(2)).or(model.push(2, Some(2))), None);
        model.mailbox.doom();
        let other = sender(&model, |model| {
            let (push, displaced) = model.mailbox.push_displacing(3, Some(2), |_| true);
            assert_eq!(model.pushed(push), None);
            displaced
        });
        let ended = model.mailbox.drain(Some(2)).expect("messages were there");
        assert!(!ended.messages.contains(&3), "it is for the next one");
        model.mailbox.reopen();
        let mut all: Vec<u32> = ended.messages.into();
        all.extend(other.join().unwrap());
        let left = 3 - all.len();
        all.extend(model.take(left, 8, Some(2)));
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3], "each once");
    });
}

#[test]
fn loom_control_beside_the_end_of_an_incarnation_is_handed_out_once() {
    check(3, || {
        let model = Model::new();
        let others = [7, 8].map(|n| {
            sender(&model, move |model| {
                let refused = model.mailbox.push_control(n).err();
                assert_eq!(refused, None, "a process that is kept refuses none");
                None
            })
        });
        let mut control: Vec<u32> = model.mailbox.take_control().into();
        let ended = model.mailbox.drain(None);
        control.extend(ended.into_iter().flat_map(|ended| ended.control));
        control.extend(model.mailbox.reopen().0.into_iter().flatten());
        for other in others {
            other.join().unwrap();
        }
        control.extend(model.mailbox.take_control());
        control.sort_unstable();
        assert_eq!(control, [7, 8]);
    });
}
