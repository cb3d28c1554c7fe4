//! What is counted, and who has seen which message: one book for the whole run.
//!
//! Each driver numbers what it sends to one place. An incarnation sees a driver's numbers without a gap,
//! no number is seen twice by the incarnations of a place, and what was answered had been seen.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use crate::chance::Chance;

/// Tasks that send and call.
pub const DRIVERS: usize = 32;

/// What happened, for all to count.
#[derive(Default)]
pub struct Books {
    chance: Chance,
    pub blows: AtomicBool,
    pub calls: AtomicU64,
    pub down: AtomicU64,
    pub casts: AtomicU64,
    pub handled: AtomicU64,
    pub reads: AtomicU64,
    pub tasks: AtomicU64,
    pub kills: AtomicU64,
    pub panics: AtomicU64,
    pub stops: AtomicU64,
    pub supervisors: AtomicU64,
    pub joins: AtomicU64,
    pub leaves: AtomicU64,
    pub inits: AtomicU64,
    pub heard: AtomicU64,
    pub timeouts: AtomicU64,
    pub late: AtomicU64,
    violations: AtomicU64,
}

impl Books {
    pub fn new(seed: u64) -> Self {
        Self {
            chance: Chance::new(seed),
            ..Self::default()
        }
    }

    /// A number out of so many.
    pub fn draw(&self, most: u64) -> u64 {
        self.chance.draw(most)
    }

    pub fn blows(&self) -> bool {
        self.blows.load(Relaxed)
    }

    pub fn violation(&self, what: impl Display) {
        if self.violations.fetch_add(1, Relaxed) < 20 {
            eprintln!("violation: {what}");
        }
    }

    pub fn violations(&self) -> u64 {
        self.violations.load(Relaxed)
    }

    pub fn print(&self) {
        let of = |counter: &AtomicU64| counter.load(Relaxed);
        println!(
            "{} calls ({} to one that was down), {} casts, {} messages handled, {} reads, {} tasks",
            of(&self.calls),
            of(&self.down),
            of(&self.casts),
            of(&self.handled),
            of(&self.reads),
            of(&self.tasks),
        );
        println!(
            "{} kills, {} panics, {} stops, {} supervisors killed, {} joins, {} leaves, {} inits",
            of(&self.kills),
            of(&self.panics),
            of(&self.stops),
            of(&self.supervisors),
            of(&self.joins),
            of(&self.leaves),
            of(&self.inits),
        );
        println!(
            "{} messages to groups heard, {} state timeouts, {} calls answered after their timeout",
            of(&self.heard),
            of(&self.timeouts),
            of(&self.late),
        );
    }
}

pub fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// A place in the tree: which one process may be in it, and what its incarnations have seen.
pub struct Place {
    number: u64,
    present: AtomicU64,
    seen: [AtomicU64; DRIVERS],
    pub books: Arc<Books>,
}

impl Place {
    pub fn new(number: u64, books: &Arc<Books>) -> Arc<Self> {
        Arc::new(Self {
            number,
            present: AtomicU64::new(0),
            seen: Default::default(),
            books: Arc::clone(books),
        })
    }

    pub fn present(&self) -> u64 {
        self.present.load(Relaxed)
    }

    pub fn number(&self) -> u64 {
        self.number
    }
}

/// What a driver writes on a message to a place.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    driver: usize,
    number: u64,
    answered: u64,
    gap: bool,
}

/// A driver's side of the numbers.
#[derive(Clone, Copy)]
pub struct Pen {
    driver: usize,
    number: u64,
    answered: u64,
    gap: bool,
}

impl Pen {
    pub fn new(driver: usize) -> Self {
        Self {
            driver,
            number: 0,
            answered: 0,
            gap: false,
        }
    }

    pub fn mark(&mut self) -> Mark {
        self.number += 1;
        Mark {
            driver: self.driver,
            number: self.number,
            answered: self.answered,
            gap: std::mem::take(&mut self.gap),
        }
    }

    /// The last message was answered.
    pub fn answered(&mut self) {
        self.answered = self.number;
    }

    /// The last message may not have arrived.
    pub fn failed(&mut self) {
        self.gap = true;
    }
}

/// One incarnation in its place, and what it has seen.
pub struct Present {
    place: Arc<Place>,
    last: [u64; DRIVERS],
}

impl Present {
    pub fn new(place: Arc<Place>) -> Self {
        count(&place.books.inits);
        if place.present.fetch_add(1, Relaxed) != 0 {
            let number = place.number;
            place
                .books
                .violation(format_args!("{number} is there twice"));
        }
        Self {
            place,
            last: [0; DRIVERS],
        }
    }

    /// Sees a message. Returns the place's number, as the answer.
    pub fn see(&mut self, mark: Mark) -> u64 {
        let Self { place, last } = self;
        let (books, at) = (&place.books, place.number);
        count(&books.handled);
        let before = place.seen[mark.driver].swap(mark.number, Relaxed);
        if mark.number <= before {
            books.violation(format_args!("{at} sees {mark:?} after {before}"));
        }
        if before < mark.answered {
            books.violation(format_args!(
                "{at} has answered {mark:?} but seen only {before}"
            ));
        }
        let last = &mut last[mark.driver];
        if *last != 0 && *last + 1 != mark.number && !mark.gap {
            books.violation(format_args!("{at} sees {mark:?} right after {last}"));
        }
        *last = mark.number;
        place.number
    }

    pub fn books(&self) -> &Books {
        &self.place.books
    }

    pub fn place(&self) -> &Arc<Place> {
        &self.place
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.place.present.fetch_sub(1, Relaxed);
    }
}
