//! Two ends at once, and ends beside everything else: kills, stops in place, last handles, wake-ups,
//! restarts, keepers that let go.

use loom::sync::atomic::Ordering;

use super::check;
use super::process::{Process, SLOW, assert_all_accounted_for, beside};
use crate::process::state::{News, Rest};

pub(super) fn wake(process: &Process) {
    process.ready.store(true, Ordering::Release);
    process.tell(News::Wake);
}

#[test]
fn loom_a_kill_and_the_last_handle_end_it_once() {
    check(3, || {
        let process = Process::start(2);
        let killer = beside(&process, |process| {
            process.kill();
            process.drop_handle();
        });
        process.drop_handle();
        killer.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_kill_beside_a_wake_up_ends_the_handler_that_waits_or_follows_it() {
    check(3, || {
        let process = Process::start(1);
        process.send(SLOW);
        let waker = beside(&process, wake);
        process.kill();
        waker.join().unwrap();
        assert!(process.state.is_dead());
        assert_all_accounted_for(&process, &[SLOW]);
    });
}

#[test]
fn loom_the_last_handle_goes_while_a_handler_waits_and_is_woken() {
    check(3, || {
        let process = Process::start(1);
        process.send(SLOW);
        let waker = beside(&process, wake);
        process.drop_handle();
        waker.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.is_freed());
        assert_eq!(process.handled(), [SLOW], "it ends after what was sent");
    });
}

#[test]
fn loom_two_stops_in_place_end_it_once() {
    check(3, || {
        let process = Process::start(1);
        let other = beside(&process, |process| {
            process.stop();
        });
        process.stop();
        other.join().unwrap();
        assert!(process.state.is_dead());
        process.drop_handle();
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_stop_in_place_and_a_kill_end_it_once() {
    check(3, || {
        let process = Process::start(1);
        let killer = beside(&process, Process::kill);
        let sender = beside(&process, |process| process.send(1));
        process.stop();
        killer.join().unwrap();
        sender.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.handled().len() <= 1);
        process.drop_handle();
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_stop_in_place_and_the_last_handle_end_it_once() {
    check(3, || {
        let process = Process::start(1);
        // Who stops has a count of the memory, not a handle.
        assert!(process.find());
        let dropper = beside(&process, Process::drop_handle);
        process.stop();
        process.read();
        process.drop_memory();
        dropper.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_stop_in_place_leaves_a_handler_that_waits_alone() {
    check(3, || {
        let process = Process::start(1);
        process.send(SLOW);
        let waker = beside(&process, wake);
        let stopped = process.stop();
        waker.join().unwrap();
        assert_eq!(process.handled(), [SLOW]);
        assert_eq!(process.state.is_dead(), stopped);
    });
}

#[test]
fn loom_a_kill_beside_a_restart_is_for_one_incarnation_and_loses_no_message() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        process.kill();
        let killer = beside(&process, Process::kill);
        let sender = beside(&process, |process| process.queue(1));
        process.unpark();
        killer.join().unwrap();
        sender.join().unwrap();
        if process.state.is_down() {
            process.unpark();
        }
        assert_all_accounted_for(&process, &[1]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_the_last_handle_beside_a_restart_ends_the_new_incarnation() {
    check(3, || {
        let process = Process::start(2);
        *process.kept.lock().unwrap() = true;
        process.kill();
        let sender = beside(&process, |process| {
            process.send(1);
            process.drop_handle();
        });
        // Who begins an incarnation has a handle.
        process.unpark();
        process.forget();
        process.drop_handle();
        sender.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.is_freed());
        assert_eq!(process.handled(), [1]);
    });
}

#[test]
fn loom_who_lets_go_beside_the_last_handle_frees_it_once() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        // The keeper's count.
        assert!(process.find());
        let dropper = beside(&process, Process::drop_handle);
        process.forget();
        process.drop_memory();
        dropper.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_wake_up_of_a_past_incarnation_does_the_next_no_harm() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        process.send(SLOW);
        process.kill();
        let waker = beside(&process, |process| process.tell(News::Wake));
        let sender = beside(&process, |process| process.queue(1));
        process.unpark();
        waker.join().unwrap();
        sender.join().unwrap();
        assert_all_accounted_for(&process, &[1, SLOW]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_two_wake_ups_run_a_handler_that_waits_once() {
    check(3, || {
        let process = Process::start(1);
        process.send(SLOW);
        let other = beside(&process, wake);
        wake(&process);
        other.join().unwrap();
        assert_eq!(process.handled(), [SLOW]);
        assert!(process.state.looks_idle());
    });
}

#[test]
fn loom_who_lets_go_of_a_process_that_lives_changes_nothing_for_it() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        process.send(SLOW);
        let waker = beside(&process, wake);
        let donor = beside(&process, |process| process.send(1));
        process.forget();
        waker.join().unwrap();
        donor.join().unwrap();
        assert_eq!(process.handled(), [1, SLOW]);
        assert!(process.state.looks_idle());
        process.drop_handle();
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_new_handle_keeps_it_alive_or_is_refused() {
    check(3, || {
        let process = Process::start(1);
        // Who asks has a count of the memory: a name, say.
        assert!(process.find());
        let dropper = beside(&process, Process::drop_handle);
        if process.upgrade() {
            process.queue(1);
            assert!(!process.state.is_dead(), "a handle keeps it alive");
            process.drop_handle();
            dropper.join().unwrap();
            assert_eq!(process.handled(), [1]);
        } else {
            dropper.join().unwrap();
        }
        assert!(process.state.is_dead());
        process.drop_memory();
        assert!(process.is_freed());
    });
}

#[test]
fn loom_who_finds_it_by_pid_beside_its_end_may_read_it() {
    check(3, || {
        let process = Process::start(1);
        let finders = [(), ()].map(|()| {
            beside(&process, |process| {
                if process.find() {
                    process.read();
                    process.drop_memory();
                }
            })
        });
        process.kill();
        process.drop_handle();
        finders
            .into_iter()
            .for_each(|finder| finder.join().unwrap());
        assert!(!process.find());
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_suspension_in_a_donated_run_loses_no_message() {
    check(3, || {
        let process = Process::start(1);
        let sender = beside(&process, |process| process.queue(1));
        let donor = beside(&process, |process| process.send(2));
        if process.state.try_donate().is_ok() {
            // As a job of `sys` would: nobody is let in until the next owner has looked.
            process.state.set_suspended(true);
            process.state.set_suspended(false);
            if !process.state.end_donation() {
                process.let_go(Rest::Idle);
            }
        }
        sender.join().unwrap();
        donor.join().unwrap();
        assert_eq!(process.handled(), [1, 2]);
        assert!(process.state.looks_idle());
    });
}

/// An owner that reserves and suspends its process, beside `act`, which ends it.
fn sticky_bits_beside(act: fn(&Process)) {
    check(3, move || {
        let process = Process::start(1);
        assert!(process.find());
        let other = beside(&process, act);
        if process.state.try_donate().is_ok() {
            process.state.set_reserved(true);
            process.state.set_suspended(true);
            process.let_go(Rest::Idle);
        }
        other.join().unwrap();
        assert!(process.state.is_dead());
        process.drop_memory();
    });
}

#[test]
fn loom_what_an_owner_says_of_its_process_keeps_no_end_away() {
    sticky_bits_beside(Process::kill);
    sticky_bits_beside(Process::drop_handle);
}

#[test]
fn loom_a_wake_up_beside_what_an_owner_says_is_not_lost() {
    check(3, || {
        let process = Process::start(1);
        let waker = beside(&process, wake);
        if process.state.try_donate().is_ok() {
            let waits = !process.handle(SLOW);
            process.state.set_reserved(true);
            process.let_go(if waits { Rest::Pending } else { Rest::Idle });
        } else {
            process.queue(SLOW);
        }
        waker.join().unwrap();
        assert_eq!(process.handled(), [SLOW]);
    });
}
