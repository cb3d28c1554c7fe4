//! A runtime that goes drops the runner that was on its way: the process ends beside everything else.

use super::check;
use super::ends::wake;
use super::process::{Process, beside};
use crate::process::mailbox::Push;
use crate::process::state::News;

#[test]
fn loom_a_process_whose_runner_is_dropped_ends_with_all_that_waits() {
    check(3, || {
        let process = Process::start(1);
        let sender = beside(&process, |process| process.queue(1));
        let donor = beside(&process, |process| process.send(2));
        match process.mailbox.push(3, None) {
            Push::Pushed { notify: true } => {
                if process.state.notify(News::Mail) {
                    process.abandon();
                }
            }
            Push::Pushed { notify: false } => {}
            push => assert_eq!(push, Push::Closed(3)),
        }
        sender.join().unwrap();
        donor.join().unwrap();
        let all = process.handled();
        if process.state.is_dead() {
            assert!(all.len() <= 2, "who found it dead kept its message");
        } else {
            assert_eq!(all, [1, 2, 3], "another had its runner");
            assert!(process.state.looks_idle());
        }
    });
}

/// A runner that its runtime drops, beside `act`: the process ends once, or another runner had it.
fn dropped_runner_beside(act: fn(&Process)) {
    check(3, move || {
        let process = Process::start(1);
        let other = beside(&process, act);
        if process.state.notify(News::Wake) {
            process.abandon();
        }
        other.join().unwrap();
        process.drop_handle();
        assert!(process.state.is_dead());
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_dropped_runner_beside_another_end_ends_it_once() {
    dropped_runner_beside(Process::kill);
    dropped_runner_beside(wake);
    dropped_runner_beside(|process| {
        process.stop();
    });
    dropped_runner_beside(|process| {
        assert!(process.upgrade(), "there is a handle");
        process.drop_handle();
    });
}

#[test]
fn loom_a_dropped_runner_beside_the_last_handle_ends_it_once() {
    check(3, || {
        let process = Process::start(1);
        // A runner has a count of the memory.
        assert!(process.find());
        let dropper = beside(&process, Process::drop_handle);
        if process.state.notify(News::Wake) {
            process.abandon();
        }
        process.drop_memory();
        dropper.join().unwrap();
        assert!(process.state.is_dead());
        assert!(process.is_freed());
    });
}

#[test]
fn loom_a_dropped_runner_beside_a_keeper_that_lets_go_ends_it_once() {
    check(3, || {
        let process = Process::start(1);
        *process.kept.lock().unwrap() = true;
        let keeper = beside(&process, Process::forget);
        if process.state.notify(News::Wake) {
            process.abandon();
        }
        keeper.join().unwrap();
        assert!(process.state.is_dead());
        process.drop_handle();
        assert!(process.is_freed());
    });
}
