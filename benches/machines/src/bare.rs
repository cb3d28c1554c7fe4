//! Transitions of machines without a process.

use std::hint::black_box;
use std::time::Instant;

use otp::Bare;
use statig::blocking::IntoStateMachineExt;

use crate::door::{Event, by_hand, ours, with_rust_fsm, with_statig};
use crate::{each, median, rounds};

/// A kind of machine: its name, and how long each event of a list takes it, given how often.
type Kind = (&'static str, fn(&[Event], u32) -> f64);

const KINDS: [Kind; 5] = [
    ("match by hand", hand),
    ("statig", statig),
    ("rust-fsm", rust_fsm),
    ("ours, casts", casts),
    ("ours, calls", calls),
];

pub fn run(quick: bool) {
    // Known to nobody before it runs, so that no compiler works out the end by itself.
    let events: Vec<Event> = (0..1024_u32)
        .map(|at| {
            if black_box(at) % 2 == 0 {
                Event::Coin
            } else {
                Event::Push
            }
        })
        .collect();
    let times = if quick { 200 } else { 2000 };
    let mut figures = vec![Vec::new(); KINDS.len()];
    for round in 0..rounds(quick) {
        for turn in 0..KINDS.len() {
            let kind = (turn + round) % KINDS.len();
            figures[kind].push((KINDS[kind].1)(black_box(&events), times));
        }
    }
    println!("bare: ns a transition");
    for ((name, _), figures) in KINDS.iter().zip(figures) {
        println!("  {name:<14} {:>7.3}", median(figures));
    }
}

/// Each event of the list, so many times.
#[inline(always)]
fn repeat(events: &[Event], times: u32, mut handle: impl FnMut(Event)) -> f64 {
    let began = Instant::now();
    for _ in 0..times {
        for event in events {
            handle(*event);
        }
    }
    each(
        began.elapsed(),
        times * u32::try_from(events.len()).expect("few"),
    )
}

#[inline(never)]
fn hand(events: &[Event], times: u32) -> f64 {
    let mut machine = by_hand::Turnstile::new();
    let time = repeat(events, times, |event| machine.handle(event));
    black_box((machine.coins, machine.pushes));
    time
}

#[inline(never)]
fn statig(events: &[Event], times: u32) -> f64 {
    let mut machine = with_statig::Turnstile::default()
        .uninitialized_state_machine()
        .init();
    let time = repeat(events, times, |event| machine.handle(&event));
    black_box((machine.inner().coins, machine.inner().pushes));
    time
}

#[inline(never)]
fn rust_fsm(events: &[Event], times: u32) -> f64 {
    use with_rust_fsm::{Input, Output, StateMachine};
    let mut machine = StateMachine::new();
    let (mut coins, mut pushes) = (0_u64, 0_u64);
    let time = repeat(events, times, |event| {
        let input = match event {
            Event::Coin => Input::Coin,
            Event::Push => Input::Push,
        };
        match machine.consume(&input) {
            Ok(Some(Output::Paid)) => coins += 1,
            Ok(Some(Output::Passed)) => pushes += 1,
            _ => {}
        }
    });
    black_box((coins, pushes));
    time
}

#[inline(never)]
fn casts(events: &[Event], times: u32) -> f64 {
    let mut machine = Bare::new(ours::Turnstile::Locked, ours::Tally::default());
    let time = repeat(events, times, |event| {
        machine.send(match event {
            Event::Coin => ours::Event::DropCoin,
            Event::Push => ours::Event::Pass,
        });
    });
    black_box((machine.data().coins, machine.data().pushes));
    time
}

#[inline(never)]
fn calls(events: &[Event], times: u32) -> f64 {
    let mut machine = Bare::new(ours::Turnstile::Locked, ours::Tally::default());
    let time = repeat(events, times, |event| {
        let answer = match event {
            Event::Coin => machine.call(
                (),
                |state, data, (), turn| Ok(state.coin(data, turn)),
                |(), reply| ours::Event::Coin(reply),
            ),
            Event::Push => machine.call(
                (),
                |state, data, (), turn| Ok(state.push(data, turn)),
                |(), reply| ours::Event::Push(reply),
            ),
        };
        debug_assert!(answer.is_ok());
    });
    black_box((machine.data().coins, machine.data().pushes));
    time
}
