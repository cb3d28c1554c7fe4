//! The run state: each transition, and who has to put a runner on its way.

use crate::process::state::{News, Refusal, Rest, RunState};

fn idle() -> RunState {
    let state = RunState::owned(false);
    assert!(!state.release(Rest::Idle));
    state
}

#[test]
fn a_new_process_is_owned_by_its_maker() {
    let state = RunState::owned(false);
    assert!(state.try_donate().is_err());
    assert!(!state.looks_idle());
    assert_eq!(state.activity(), (true, false));
    assert!(!state.release(Rest::Idle));
    assert!(state.looks_idle());
    assert_eq!(state.activity(), (false, false));
}

#[test]
fn one_donor_at_a_time() {
    let state = idle();
    assert_eq!(state.try_donate(), Ok(()));
    assert_eq!(state.try_donate(), Err(Refusal::Running));
    assert!(state.end_donation());
    assert_eq!(state.try_donate(), Ok(()));
}

#[test]
fn news_during_a_donation_are_not_lost() {
    for news in [News::Mail, News::Wake] {
        let state = idle();
        state.try_donate().unwrap();
        assert!(!state.notify(news), "the owner will see it");
        assert_eq!(state.try_donate(), Err(Refusal::Busy));
        assert!(!state.end_donation());
        assert!(state.release(Rest::Idle), "the donor calls a runner");
        assert_eq!(state.try_donate(), Err(Refusal::Busy));
        state.begin_run();
        assert!(!state.take_news(), "whoever begins has seen all");
        assert!(!state.release(Rest::Idle));
        assert!(state.looks_idle());
    }
}

#[test]
fn only_the_first_to_notify_calls_a_runner() {
    for news in [News::Mail, News::Wake] {
        let state = idle();
        assert!(state.notify(news));
        assert!(!state.notify(News::Mail));
        assert!(!state.notify(News::Wake));
        state.begin_run();
    }
}

#[test]
fn a_runner_sees_news_once() {
    let state = idle();
    assert!(state.notify(News::Mail));
    state.begin_run();
    assert!(!state.notify(News::Mail));
    assert!(state.take_news());
    assert!(!state.take_news());
    assert!(!state.notify(News::Wake));
    assert!(state.release(Rest::Idle));
}

#[test]
fn a_waiting_handler_is_run_for_its_waker_and_not_for_mail() {
    let state = idle();
    state.try_donate().unwrap();
    assert!(!state.release(Rest::Pending));
    assert_eq!(state.activity(), (false, true));
    assert_eq!(state.try_donate(), Err(Refusal::Busy));
    assert!(!state.notify(News::Mail));
    assert!(state.notify(News::Wake));
    state.begin_run();
    assert!(!state.release(Rest::Idle));
    assert!(state.looks_idle());
}

#[test]
fn a_handler_that_was_woken_while_it_ran_is_run_again() {
    let state = idle();
    state.try_donate().unwrap();
    assert!(!state.notify(News::Wake));
    assert!(state.release(Rest::Pending));

    let state = idle();
    state.try_donate().unwrap();
    assert!(!state.notify(News::Mail));
    assert!(!state.release(Rest::Pending), "mail waits for the handler");
}

#[test]
fn more_to_do_is_scheduled_at_once() {
    let state = idle();
    assert!(state.notify(News::Wake));
    state.begin_run();
    assert!(state.release(Rest::More));
    assert_eq!(state.activity(), (true, false));
}

#[test]
fn reservation_and_suspension_outlive_owners() {
    let state = RunState::owned(true);
    assert!(state.is_reserved());
    state.set_suspended(true);
    assert!(!state.release(Rest::Idle));
    assert!(state.is_reserved() && state.is_suspended());
    assert_eq!(state.try_donate(), Err(Refusal::Busy));
    assert!(state.notify(News::Mail));
    state.begin_run();
    state.set_reserved(false);
    state.set_suspended(false);
    assert!(!state.release(Rest::Idle));
    assert_eq!(state.try_donate(), Ok(()));
}

#[test]
fn a_donor_that_reserves_has_to_release() {
    let state = idle();
    state.try_donate().unwrap();
    state.set_reserved(true);
    assert!(!state.end_donation());
    assert!(!state.release(Rest::Idle));
    assert_eq!(state.try_donate(), Err(Refusal::Busy));
}

#[test]
fn the_dead_are_never_run() {
    let state = idle();
    assert!(state.notify(News::Wake));
    state.begin_run();
    assert!(!state.notify(News::Wake));
    state.set_dead();
    assert!(state.is_dead());
    assert!(!state.notify(News::Mail));
    assert!(!state.notify(News::Wake));
    assert_eq!(state.try_donate(), Err(Refusal::Dead));
    assert!(!state.looks_idle());
}

#[test]
fn a_parked_process_is_nobodys_until_it_is_taken_up() {
    let state = RunState::parked();
    assert!(state.is_down() && !state.is_dead());
    assert!(!state.looks_idle());
    assert_eq!(state.try_donate(), Err(Refusal::Busy), "a message waits");
    assert!(!state.notify(News::Mail), "nobody is told");
    assert!(!state.notify(News::Wake));
    assert_eq!(state.activity(), (false, false));
    assert!(state.unpark(false));
    assert!(!state.is_down());
    assert!(!state.unpark(false), "it has an owner");
    assert!(!state.release(Rest::Idle));
    assert_eq!(state.try_donate(), Ok(()));
}

#[test]
fn parking_forgets_what_was_left_of_an_incarnation() {
    let state = idle();
    assert!(state.notify(News::Mail));
    state.begin_run();
    state.set_suspended(true);
    state.set_reserved(true);
    assert!(!state.notify(News::Wake));
    state.park();
    assert!(!state.is_suspended() && !state.is_reserved());
    assert!(state.unpark(true));
    assert!(state.is_reserved() && !state.take_news());
    assert!(!state.release(Rest::Idle));
    assert_eq!(state.try_donate(), Err(Refusal::Busy));
}

#[test]
fn the_dead_are_not_taken_up() {
    let state = RunState::parked();
    state.set_dead();
    assert!(!state.unpark(false));
    assert!(state.is_dead() && state.is_down());
}
