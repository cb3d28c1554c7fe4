//! Random machines as tables, and random scripts of events.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

pub(crate) const STATES: u8 = 4;
pub(crate) const EVENTS: u8 = 4;
/// Turns that may do something, in all: so that no machine runs for ever.
pub(crate) const FUEL: u32 = 40;

/// Which timeout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    State,
    Event,
    Named(u8),
}

/// One thing that a turn does to a timeout. Times are in milliseconds, contents are numbers of events.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Start(Kind, u64, u8),
    Cancel(Kind),
    Update(Kind, u8),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Goes {
    Stay,
    To(u8),
    Repeat,
}

/// What one event does in one state.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) goes: Goes,
    pub(crate) postpones: bool,
    pub(crate) inserts: Vec<u8>,
    pub(crate) ops: Vec<Op>,
}

/// What entering a state does.
#[derive(Clone, Debug)]
pub(crate) struct Enter {
    pub(crate) repeats: bool,
    pub(crate) ops: Vec<Op>,
}

/// A machine: by state, and by state and event.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) cells: Vec<Vec<Cell>>,
    pub(crate) enters: Vec<Enter>,
    /// Whether the last state is terminal.
    pub(crate) ends: bool,
}

/// After some milliseconds, an event from outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) after: u64,
    pub(crate) event: u8,
    /// Whether it is a call; a cast otherwise.
    pub(crate) calls: bool,
}

pub(crate) type Script = Vec<Sent>;

/// What a handler saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// In this state, this event, from here; at this time.
    Handled(u8, u8, From, u64),
    /// This state, entered from that one.
    Entered(u8, u8),
    /// This state, left for that one.
    Left(u8, u8),
}

/// Where an event came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    /// The script, with its number there.
    Outside(usize),
    Inserted,
    Timeout(Kind),
}

/// All that a run shows: what the handlers saw, and in which state each call was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) log: Vec<Entry>,
    pub(crate) answers: BTreeMap<usize, Option<u8>>,
}

/// How often what happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) retried: u32,
    pub(crate) inserted: u32,
    pub(crate) at_once: u32,
    pub(crate) fired: u32,
    pub(crate) repeated: u32,
    pub(crate) ended: u32,
}

impl Seen {
    pub(crate) fn add(&mut self, other: &Self) {
        self.retried += other.retried;
        self.inserted += other.inserted;
        self.at_once += other.at_once;
        self.fired += other.fired;
        self.repeated += other.repeated;
        self.ended += other.ended;
    }
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        Just(Kind::State),
        Just(Kind::Event),
        (0..2_u8).prop_map(Kind::Named)
    ]
}

fn times() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0), 1 => Just(101), 1 => Just(307), 1 => Just(1009), 1 => Just(2003)]
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        4 => (kinds(), times(), 0..EVENTS).prop_map(|(kind, time, event)| Op::Start(kind, time, event)),
        1 => kinds().prop_map(Op::Cancel),
        1 => (kinds(), 0..EVENTS).prop_map(|(kind, event)| Op::Update(kind, event)),
    ];
    prop_oneof![2 => Just(Vec::new()), 3 => vec(op, 1..4)]
}

fn cells() -> impl Strategy<Value = Cell> {
    let goes = prop_oneof![
        2 => Just(Goes::Stay),
        4 => (0..STATES).prop_map(Goes::To),
        1 => Just(Goes::Repeat),
    ];
    let postpones = proptest::bool::weighted(0.3);
    let inserts = prop_oneof![3 => Just(Vec::new()), 1 => vec(0..EVENTS, 1..3)];
    (goes, postpones, inserts, ops()).prop_map(|(goes, postpones, inserts, ops)| Cell {
        goes,
        postpones,
        inserts,
        ops,
    })
}

fn enters() -> impl Strategy<Value = Enter> {
    let repeats = proptest::bool::weighted(0.2);
    (repeats, ops()).prop_map(|(repeats, ops)| Enter { repeats, ops })
}

pub(crate) fn tables() -> impl Strategy<Value = Table> {
    let states = usize::from(STATES);
    let cells = vec(vec(cells(), usize::from(EVENTS)), states);
    (cells, vec(enters(), states), proptest::bool::weighted(0.3)).prop_map(
        |(cells, enters, ends)| Table {
            cells,
            enters,
            ends,
        },
    )
}

pub(crate) fn scripts() -> impl Strategy<Value = Script> {
    let after = prop_oneof![3 => Just(0), 2 => Just(500), 1 => Just(2500)];
    let sent = (after, 0..EVENTS, any::<bool>()).prop_map(|(after, event, calls)| Sent {
        after,
        event,
        calls,
    });
    vec(sent, 1..12)
}
