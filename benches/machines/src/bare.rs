//! Transitions of machines without a process.

use std::hint::black_box;
use std::time::Instant;

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
    let times = if quick { 4 } else { 40 };
    println!("bare: ns an event");
    println!("  {:<14} {:>9} {:>9}", "", "in turn", "by chance");
    let in_turn = measure(quick, &events(|at| at), times);
    let by_chance = measure(quick, &events(chance), times);
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        println!(
            "  {name:<14} {:>9.3} {:>9.3}",
            in_turn[kind], by_chance[kind]
        );
    }
}

/// More events than a branch predictor learns by heart: a coin for each even `number`.
///
/// Known to nobody before it runs, so that no compiler works out the end by itself.
fn events(number: impl Fn(u64) -> u64) -> Vec<Event> {
    (0..1 << 16)
        .map(|at| match number(black_box(at)) % 2 {
            0 => Event::Coin,
            _ => Event::Push,
        })
        .collect()
}

/// The same numbers in every run, as good as chance to a branch predictor (splitmix64).
fn chance(at: u64) -> u64 {
    let mixed = (at + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)) >> 31
}

/// The median of each kind's rounds; the kinds take turns.
fn measure(quick: bool, events: &[Event], times: u32) -> Vec<f64> {
    let mut figures = vec![Vec::new(); KINDS.len()];
    for round in 0..rounds(quick) {
        for turn in 0..KINDS.len() {
            let kind = (turn + round) % KINDS.len();
            figures[kind].push((KINDS[kind].1)(black_box(events), times));
        }
    }
    figures.into_iter().map(median).collect()
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
    let mut machine = ours::Turnstile::bare(ours::Turnstile::Locked, ours::Tally::default());
    let time = repeat(events, times, |event| match event {
        Event::Coin => machine.drop_coin(),
        Event::Push => machine.pass(),
    });
    black_box((machine.data().coins, machine.data().pushes));
    time
}

#[inline(never)]
fn calls(events: &[Event], times: u32) -> f64 {
    let mut machine = ours::Turnstile::bare(ours::Turnstile::Locked, ours::Tally::default());
    let time = repeat(events, times, |event| {
        let answer = match event {
            Event::Coin => machine.coin(),
            Event::Push => machine.push(),
        };
        debug_assert!(answer.is_ok());
    });
    black_box((machine.data().coins, machine.data().pushes));
    time
}
