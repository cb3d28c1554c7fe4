//! Terms beside the `ArcSwap` beneath.

use std::hint::black_box;

use arc_swap::ArcSwap;
use otp::prelude::*;

use crate::turns::compare;

static TERM: PersistentTerm<[u64; 4]> = PersistentTerm::new();

pub fn reads() {
    TERM.put([1, 2, 3, 4]);
    let bare = ArcSwap::from_pointee([1_u64, 2, 3, 4]);
    compare(
        "term",
        2_000_000,
        |count| {
            for _ in 0..count {
                black_box(TERM.get().map(|value| value[0]));
            }
        },
        |count| {
            for _ in 0..count {
                black_box(black_box(&bare).load()[0]);
            }
        },
    );
}
