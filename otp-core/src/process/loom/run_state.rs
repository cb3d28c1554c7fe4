//! The run state with a mailbox: donors, senders, wakers, stops and restarts around one process.

use loom::sync::atomic::Ordering;

use super::check;
use super::process::{Process, SLOW, assert_all_accounted_for, beside};
use crate::process::mailbox::Push;
use crate::process::state::{News, Rest};

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
fn loom_a_donor_comes_after_what_it_has_sent() {
    check(3, || {
        let process = Process::start(1);
        // It may have put its message in, and not have told the process of it yet.
        let other = beside(&process, |process| process.queue(1));
        process.queue(2);
        process.send(3);
        other.join().unwrap();
        let own: Vec<u32> = process.in_order().into_iter().filter(|n| *n != 1).collect();
        assert_eq!(own, [2, 3]);
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
