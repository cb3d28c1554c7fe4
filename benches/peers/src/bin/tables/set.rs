//! Sets beside the map beneath.

use std::hint::black_box;
use std::thread;

use otp::prelude::*;
use papaya::HashMap;

use crate::turns::{KEYS, Keys, compare};

type Bare = HashMap<u64, u64, foldhash::fast::RandomState>;

fn filled() -> (Table<u64, u64>, Bare) {
    let (table, bare) = (Table::new(), Bare::default());
    for key in 0..KEYS {
        table.insert(key, key);
        bare.pin().insert(key, key);
    }
    (table, bare)
}

pub fn reads() {
    let (table, bare) = filled();
    let reader = table.reader();
    let (mut one, mut other) = (Keys::new(), Keys::new());
    compare(
        "table_read",
        500_000,
        |count| {
            for _ in 0..count {
                black_box(reader.get(&one.next()));
            }
        },
        |count| {
            for _ in 0..count {
                black_box(bare.pin().get(&other.next()).copied());
            }
        },
    );
}

pub fn writes() {
    let (table, bare) = filled();
    let (mut one, mut other) = (Keys::new(), Keys::new());
    compare(
        "table_write",
        200_000,
        |count| {
            for n in 0..count {
                black_box(table.insert(one.next(), n));
            }
        },
        |count| {
            for n in 0..count {
                black_box(bare.pin().insert(other.next(), n).is_none());
            }
        },
    );
}

/// Two threads count.
pub fn public_writes() {
    let (table, bare) = (PublicTable::new(), Bare::default());
    for key in 0..KEYS {
        table.insert(key, 0_u64);
        bare.pin().insert(key, 0);
    }
    compare(
        "public count, 2 thr.",
        200_000,
        |count| {
            in_two(|| {
                let mut keys = Keys::new();
                for _ in 0..count / 2 {
                    let _ = black_box(table.update_counter(&keys.next(), 1));
                }
            });
        },
        |count| {
            in_two(|| {
                let mut keys = Keys::new();
                for _ in 0..count / 2 {
                    black_box(bare.pin().update(keys.next(), |n| n + 1));
                }
            });
        },
    );
}

pub fn in_two(run: impl Fn() + Sync) {
    thread::scope(|scope| {
        scope.spawn(&run);
        scope.spawn(&run);
    });
}
