//! Numbers that follow from a seed, drawn by many at once.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Where numbers are drawn.
#[derive(Default)]
pub struct Chance {
    seed: u64,
    drawn: AtomicU64,
}

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            drawn: AtomicU64::new(0),
        }
    }

    /// A number out of so many, which no other draw depends on: splitmix64.
    pub fn draw(&self, most: u64) -> u64 {
        let mut x = self.seed ^ self.drawn.fetch_add(0x9E37_79B9_7F4A_7C15, Relaxed);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (x ^ (x >> 31)) % most
    }
}
