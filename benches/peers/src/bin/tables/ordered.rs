//! Ordered sets beside the skip list beneath, and beside a tree behind a lock.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::RwLock;

use crossbeam_skiplist::SkipMap;
use otp::prelude::*;

use crate::set::in_two;
use crate::turns::{KEYS, Keys, compare};

fn filled() -> (OrderedTable<u64, u64>, SkipMap<u64, u64>) {
    let (table, bare) = (OrderedTable::new(), SkipMap::new());
    for key in 0..KEYS {
        table.insert(key, key);
        bare.insert(key, key);
    }
    (table, bare)
}

pub fn reads() {
    let (table, bare) = filled();
    let (mut one, mut other) = (Keys::new(), Keys::new());
    compare(
        "ordered read",
        200_000,
        |count| {
            for _ in 0..count {
                black_box(table.get(&one.next()));
            }
        },
        |count| {
            for _ in 0..count {
                black_box(bare.get(&other.next()).map(|entry| *entry.value()));
            }
        },
    );
}

pub fn writes() {
    let (table, bare) = filled();
    let (mut one, mut other) = (Keys::new(), Keys::new());
    compare(
        "ordered write",
        100_000,
        |count| {
            for n in 0..count {
                black_box(table.insert(one.next(), n));
            }
        },
        |count| {
            for n in 0..count {
                black_box(bare.insert(other.next(), n));
            }
        },
    );
}

/// Of ten keys each.
pub fn walks() {
    let (table, bare) = filled();
    let (mut one, mut other) = (Keys::new(), Keys::new());
    compare(
        "ordered range of 10",
        50_000,
        |count| {
            for _ in 0..count {
                let (key, mut sum) = (one.next(), 0);
                table.scan_range(key..key + 10, |_, value| sum += value);
                black_box(sum);
            }
        },
        |count| {
            for _ in 0..count {
                let key = other.next();
                let range = bare.range(key..key + 10);
                black_box(range.map(|entry| *entry.value()).sum::<u64>());
            }
        },
    );
}

/// Two threads write; the bare one is a tree behind a lock, which a reader would block.
pub fn public_writes() {
    let (table, bare) = (PublicOrderedTable::new(), RwLock::new(BTreeMap::new()));
    for key in 0..KEYS {
        table.insert(key, key);
        bare.write().unwrap().insert(key, key);
    }
    compare(
        "public ordered, 2 thr.",
        100_000,
        |count| {
            in_two(|| {
                let mut keys = Keys::new();
                for n in 0..count / 2 {
                    black_box(table.insert(keys.next(), n));
                }
            });
        },
        |count| {
            in_two(|| {
                let mut keys = Keys::new();
                for n in 0..count / 2 {
                    black_box(bare.write().unwrap().insert(keys.next(), n));
                }
            });
        },
    );
}
