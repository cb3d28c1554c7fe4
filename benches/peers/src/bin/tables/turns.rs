//! Two ways to do the same work, in turns.

use std::time::Instant;

/// Rounds, each of one turn of both.
const ROUNDS: usize = 15;

/// Keys of each table.
pub const KEYS: u64 = 100_000;

/// Keys in an order that has no pattern.
pub struct Keys(u64);

impl Keys {
    pub fn new() -> Self {
        Self(88_172_645_463_325_252)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % KEYS
    }
}

/// Runs both in turns, `count` times each a turn, and prints the middle times and ratio.
pub fn compare(name: &str, count: u64, mut ours: impl FnMut(u64), mut bare: impl FnMut(u64)) {
    let (mut times, mut bares, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (a, b) = if round % 2 == 0 {
            let a = timed(count, &mut ours);
            (a, timed(count, &mut bare))
        } else {
            let b = timed(count, &mut bare);
            (timed(count, &mut ours), b)
        };
        if round > 0 {
            times.push(a);
            bares.push(b);
            ratios.push(b / a);
        }
    }
    let (a, b, ratio) = (middle(times), middle(bares), middle(ratios));
    println!("{name:<22} {a:>10.1} {b:>10.1} {ratio:>8.2}");
}

/// Nanoseconds for one of `count`.
fn timed(count: u64, run: &mut impl FnMut(u64)) -> f64 {
    let clock = Instant::now();
    run(count);
    clock.elapsed().as_secs_f64() * 1e9 / count as f64
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
