//! The mailbox: order, capacity, the line of those that wait, control, and the end.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Poll, Waker};

use super::Woken;
use crate::process::mailbox::{Mailbox, Push};

type Numbers = Mailbox<u32, &'static str>;

const QUIET: Push<u32> = Push::Pushed { notify: false };
const TOLD: Push<u32> = Push::Pushed { notify: true };

fn take(mailbox: &Numbers, most: usize, capacity: Option<usize>) -> Vec<u32> {
    let mut batch = VecDeque::new();
    let wake = mailbox.take_batch(&mut batch, most, capacity);
    wake.into_iter().for_each(Waker::wake);
    batch.into()
}

#[test]
fn a_message_is_told_of_once_until_the_owner_sleeps() {
    let mailbox = Numbers::new();
    assert_eq!(mailbox.push(1, None), TOLD);
    assert_eq!(mailbox.push(2, None), QUIET);
    assert_eq!(take(&mailbox, 8, None), [1, 2]);
    assert_eq!(mailbox.push(3, None), QUIET, "the owner looks again");
    assert_eq!(take(&mailbox, 8, None), [3]);
    assert_eq!(take(&mailbox, 8, None), []);
    assert_eq!(mailbox.push(4, None), TOLD);
    mailbox.sleep();
    assert_eq!(mailbox.push(5, None), TOLD);
}

#[test]
fn batches_keep_the_order() {
    let mailbox = Numbers::new();
    for number in 0..10 {
        let _ = mailbox.push(number, None);
    }
    assert_eq!(take(&mailbox, 3, None), [0, 1, 2]);
    assert_eq!(mailbox.len(), 9, "two of them have not begun");
    let mut batch = VecDeque::from([1, 2]);
    assert!(mailbox.give_back(&mut batch, None).is_empty());
    assert!(batch.is_empty());
    assert_eq!(mailbox.len(), 9);
    assert_eq!(take(&mailbox, 64, None), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_full_mailbox_gives_the_message_back() {
    let mailbox = Numbers::new();
    assert_eq!(mailbox.push(1, Some(2)), TOLD);
    assert_eq!(mailbox.push(2, Some(2)), QUIET);
    assert_eq!(mailbox.push(3, Some(2)), Push::Full(3));
    assert_eq!(mailbox.push_past_capacity(4), QUIET);
    assert_eq!(take(&mailbox, 64, Some(2)), [1, 2, 4]);
    // Two are in the owner's hand: there is no room before it has begun with one of them.
    assert_eq!(mailbox.push(5, Some(2)), Push::Full(5));
    mailbox.begun(1);
    assert_eq!(mailbox.push(5, Some(2)), QUIET);
    assert_eq!(mailbox.push(6, Some(2)), Push::Full(6));
    mailbox.begun(0);
    assert_eq!(mailbox.push(6, Some(2)), QUIET);
}

#[test]
fn the_oldest_that_may_go_is_displaced() {
    let mailbox = Numbers::new();
    for number in 1..=3 {
        let push = mailbox.push_displacing(number, Some(3), |_| true);
        assert_eq!(push.1, None);
    }
    let push = mailbox.push_displacing(4, Some(3), |number| number % 2 == 0);
    assert_eq!(push, (QUIET, Some(2)));
    let push = mailbox.push_displacing(5, Some(3), |_| false);
    assert_eq!(push, (Push::Full(5), None));
    assert_eq!(take(&mailbox, 64, Some(3)), [1, 3, 4]);
}

#[test]
fn those_in_line_get_room_in_their_order() {
    let mailbox = Numbers::new();
    let capacity = 1;
    assert_eq!(mailbox.push(1, Some(capacity)), TOLD);
    let ((first, first_waker), (second, second_waker)) = (Woken::new(), Woken::new());
    let (mut one, mut two) = (0, 0);
    assert!(
        mailbox
            .poll_room(&mut one, capacity, &first_waker)
            .is_pending()
    );
    assert!(
        mailbox
            .poll_room(&mut two, capacity, &second_waker)
            .is_pending()
    );
    assert!(
        mailbox
            .poll_room(&mut one, capacity, &first_waker)
            .is_pending()
    );

    assert_eq!(take(&mailbox, 1, Some(capacity)), [1]);
    assert_eq!((first.times(), second.times()), (1, 0));
    assert_eq!(
        mailbox.push(9, Some(capacity)),
        Push::Full(9),
        "nobody overtakes those in line"
    );
    assert!(
        mailbox
            .poll_room(&mut two, capacity, &second_waker)
            .is_pending()
    );
    assert!(
        mailbox
            .poll_room(&mut one, capacity, &first_waker)
            .is_ready()
    );
    assert_eq!(mailbox.push_granted(one, 2), QUIET);

    assert_eq!(take(&mailbox, 1, Some(capacity)), [2]);
    assert_eq!(second.times(), 1);
    assert_eq!(
        mailbox.push(9, Some(capacity)),
        Push::Full(9),
        "the room is kept"
    );
    assert_eq!(mailbox.push_granted(two, 3), QUIET);
    assert_eq!(take(&mailbox, 1, Some(capacity)), [3]);
    assert_eq!(mailbox.push(9, Some(capacity)), QUIET);
}

#[test]
fn who_leaves_the_line_hands_its_room_on() {
    let mailbox = Numbers::new();
    assert_eq!(mailbox.push(1, Some(1)), TOLD);
    let (woken, waker) = Woken::new();
    let (mut first, mut second, mut third) = (0, 0, 0);
    let quiet = Waker::noop();
    assert!(mailbox.poll_room(&mut first, 1, quiet).is_pending());
    assert!(mailbox.poll_room(&mut second, 1, quiet).is_pending());
    assert!(mailbox.poll_room(&mut third, 1, &waker).is_pending());
    mailbox.leave(second, 1);
    assert_eq!(take(&mailbox, 1, Some(1)), [1]);
    assert_eq!(woken.times(), 0, "the first one has the room");
    mailbox.leave(first, 1);
    assert_eq!(woken.times(), 1);
    assert!(mailbox.poll_room(&mut third, 1, &waker).is_ready());
    assert_eq!(mailbox.push_granted(third, 2), QUIET);
    assert_eq!(take(&mailbox, 1, Some(1)), [2]);
}

#[test]
fn room_that_is_there_is_had_at_once() {
    let mailbox = Numbers::new();
    let mut place = 0;
    assert!(mailbox.poll_room(&mut place, 1, Waker::noop()).is_ready());
    assert_ne!(place, 0);
    assert_eq!(mailbox.push(9, Some(1)), Push::Full(9), "it is kept");
    mailbox.leave(place, 1);
    assert_eq!(mailbox.push(1, Some(1)), TOLD);
}

#[test]
fn a_message_is_taken_out_of_the_middle() {
    let mailbox = Numbers::new();
    for number in 1..=4 {
        let _ = mailbox.push(number, None);
    }
    assert_eq!(mailbox.take_first(|number| number % 2 == 0), Some(2));
    assert_eq!(mailbox.take_first(|number| *number > 4), None);
    assert_eq!(take(&mailbox, 64, None), [1, 3, 4]);
}

#[test]
fn messages_of_a_kind_are_taken_out_and_the_others_keep_their_order() {
    let mailbox = Numbers::new();
    for number in 1..=6 {
        let _ = mailbox.push(number, None);
    }
    let mut even = VecDeque::new();
    mailbox.take_all(|number| number % 2 == 0, &mut even);
    assert_eq!(even, [2, 4, 6]);
    assert_eq!(take(&mailbox, 64, None), [1, 3, 5]);
}

#[test]
fn control_ignores_the_capacity() {
    let mailbox = Numbers::new();
    assert_eq!(mailbox.push(1, Some(1)), TOLD);
    assert_eq!(mailbox.push_control("first"), Ok(()));
    assert_eq!(mailbox.push_control("second"), Ok(()));
    assert_eq!(mailbox.take_control(), ["first", "second"]);
    assert!(mailbox.take_control().is_empty());
}

#[test]
fn a_closed_mailbox_hands_out_what_is_left_and_takes_nothing() {
    let mailbox = Numbers::new();
    assert_eq!(mailbox.push(1, Some(1)), TOLD);
    assert_eq!(mailbox.push_control("stop"), Ok(()));
    let (woken, waker) = Woken::new();
    let (mut place, mut later) = (0, 0);
    assert!(mailbox.poll_room(&mut place, 1, &waker).is_pending());
    let (messages, control) = mailbox.close();
    assert_eq!(
        (messages, control),
        (VecDeque::from([1]), VecDeque::from(["stop"]))
    );
    assert_eq!(woken.times(), 1);
    assert_eq!(mailbox.poll_room(&mut place, 1, &waker), Poll::Ready(()));
    assert_eq!(mailbox.poll_room(&mut later, 1, &waker), Poll::Ready(()));
    assert_eq!(mailbox.push_granted(place, 2), Push::Closed(2));
    assert_eq!(mailbox.push(2, None), Push::Closed(2));
    assert_eq!(mailbox.push_past_capacity(2), Push::Closed(2));
    let push = mailbox.push_displacing(2, Some(1), |_| true);
    assert_eq!(push, (Push::Closed(2), None));
    assert_eq!(mailbox.push_control("late"), Err("late"));
    mailbox.leave(place, 1);
    assert_eq!(mailbox.len(), 0);
}

#[test]
fn many_threads_and_an_owner_lose_nothing() {
    let (threads, each) = (3_u32, if cfg!(miri) { 20 } else { 2000 });
    let mailbox = Arc::new(Numbers::new());
    let senders: Vec<_> = (0..threads)
        .map(|sender| {
            let mailbox = Arc::clone(&mailbox);
            std::thread::spawn(move || {
                for number in 0..each {
                    while let Push::Full(_) = mailbox.push(sender * each + number, Some(8)) {
                        std::thread::yield_now();
                    }
                }
            })
        })
        .collect();
    let mut taken: Vec<Vec<u32>> = vec![Vec::new(); 3];
    while taken.iter().map(Vec::len).sum::<usize>() < (threads * each) as usize {
        for number in take(&mailbox, 4, Some(8)) {
            taken[(number / each) as usize].push(number % each);
        }
        std::thread::yield_now();
    }
    for sender in senders {
        sender.join().unwrap();
    }
    assert!(
        taken
            .iter()
            .all(|numbers| numbers.iter().copied().eq(0..each))
    );
}

#[test]
fn what_came_before_the_end_was_known_ends_with_it_and_the_rest_waits() {
    let mailbox = Numbers::new();
    for number in 1..=3 {
        let _ = mailbox.push(number, None);
    }
    assert_eq!(take(&mailbox, 2, None), [1, 2]);
    mailbox.doom();
    mailbox.doom();
    let _ = mailbox.push(4, None);
    let mut batch = VecDeque::from([2]);
    let _ = mailbox.give_back(&mut batch, None);
    mailbox.push_control("stop").unwrap();
    let ended = mailbox.drain(None).unwrap();
    assert_eq!(ended.messages, [2, 3]);
    assert_eq!(ended.control, ["stop"]);
    assert!(ended.wake.is_empty());
    assert_eq!(mailbox.len(), 1);
    mailbox.reopen();
    assert_eq!(take(&mailbox, 8, None), [4]);
}

#[test]
fn without_a_notice_all_that_waits_ends() {
    let mailbox = Numbers::new();
    let _ = mailbox.push(1, None);
    assert_eq!(mailbox.drain(None).unwrap().messages, [1]);
    assert!(mailbox.drain(None).is_none());
    assert_eq!(mailbox.reopen(), (None, false));
    assert_eq!(mailbox.push(2, None), TOLD, "the next incarnation is told");
    assert_eq!(take(&mailbox, 8, None), [2]);
}

#[test]
fn a_displaced_message_is_not_counted_among_those_that_end() {
    let mailbox = Numbers::new();
    for number in 1..=2 {
        let _ = mailbox.push(number, Some(2));
    }
    mailbox.doom();
    let push = mailbox.push_displacing(3, Some(2), |_| true);
    assert_eq!(push.1, Some(1));
    assert_eq!(mailbox.drain(Some(2)).unwrap().messages, [2]);
    mailbox.reopen();
    assert_eq!(take(&mailbox, 8, Some(2)), [3]);
}

#[test]
fn who_waits_for_room_has_it_between_two_incarnations() {
    let mailbox = Numbers::new();
    let _ = mailbox.push(1, Some(1));
    let (woken, waker) = Woken::new();
    let mut place = 0;
    assert!(mailbox.poll_room(&mut place, 1, &waker).is_pending());
    mailbox.doom();
    let ended = mailbox.drain(Some(1)).unwrap();
    ended.wake.into_iter().for_each(Waker::wake);
    assert_eq!(ended.messages, [1]);
    assert_eq!(woken.times(), 1);
    assert!(mailbox.poll_room(&mut place, 1, &waker).is_ready());
    let _ = mailbox.push_granted(place, 2);
    assert_eq!(mailbox.reopen(), (None, true), "what waits is told of");
    assert_eq!(take(&mailbox, 1, Some(1)), [2]);
}

#[test]
fn a_closed_mailbox_opens_again() {
    let mailbox = Numbers::new();
    mailbox.close();
    assert_eq!(mailbox.push(1, None), Push::Closed(1));
    mailbox.reopen();
    assert_eq!(mailbox.push(2, None), TOLD);
    assert_eq!(take(&mailbox, 8, None), [2]);
}

#[test]
fn who_was_in_line_at_a_close_joins_it_anew_when_the_mailbox_is_open_again() {
    let mailbox = Numbers::new();
    let _ = mailbox.push(1, Some(1));
    let (mut early, mut late) = (0, 0);
    let waker = Waker::noop();
    assert!(mailbox.poll_room(&mut early, 1, waker).is_pending());
    let _ = mailbox.close();
    let _ = mailbox.reopen();
    assert_eq!(mailbox.push(2, Some(1)), TOLD);
    assert!(mailbox.poll_room(&mut late, 1, waker).is_pending());
    assert!(mailbox.poll_room(&mut early, 1, waker).is_pending());
    assert_ne!(early, late, "no place is given twice");
    assert_eq!(take(&mailbox, 1, Some(1)), [2]);
    assert_eq!(mailbox.poll_room(&mut late, 1, waker), Poll::Ready(()));
    assert!(mailbox.poll_room(&mut early, 1, waker).is_pending());
    assert_eq!(mailbox.push_granted(late, 3), QUIET);
    assert_eq!(take(&mailbox, 1, Some(1)), [3]);
    assert_eq!(mailbox.poll_room(&mut early, 1, waker), Poll::Ready(()));
}
