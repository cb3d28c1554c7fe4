//! Memory, CPU, and how long a task that is ready waits for a thread.

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::resident::resident_mib;

/// How much the memory may grow from the second quarter of the time to the last.
const GROWTH: f64 = 1.1;
const SAMPLES: usize = 80;

/// The CPU time of all threads, in the kernel's ticks of 10 ms.
pub fn cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<_> = after.split_whitespace().collect();
    let ticks = |at: usize| {
        fields
            .get(at)
            .and_then(|field| field.parse::<u64>().ok())
            .unwrap_or_default()
    };
    Duration::from_millis(10 * (ticks(11) + ticks(12)))
}

/// How often threads of this process were put on a CPU.
pub fn wakes() -> u64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
    let of = |path: std::path::PathBuf| {
        let text = fs::read_to_string(path.join("schedstat")).ok()?;
        text.split_whitespace().nth(2)?.parse::<u64>().ok()
    };
    threads
        .flatten()
        .filter_map(|thread| of(thread.path()))
        .sum()
}

/// The memory over the time.
pub struct Memory(Vec<f64>);

impl Memory {
    pub async fn watch(time: Duration) -> Self {
        let mut samples = Vec::new();
        let start = Instant::now();
        while start.elapsed() < time {
            tokio::time::sleep(time / SAMPLES as u32).await;
            samples.push(resident_mib());
        }
        Self(samples)
    }

    /// The most of the quarter with this number.
    fn quarter(&self, number: usize) -> f64 {
        let size = self.0.len().div_ceil(4);
        let quarter = self.0.iter().skip(number * size).take(size);
        quarter.copied().fold(0.0, f64::max)
    }

    pub fn grows(&self) -> bool {
        self.quarter(3) > self.quarter(1) * GROWTH
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, third, last] = [0, 1, 2, 3].map(|number| self.quarter(number));
        write!(
            f,
            "{first:.1}, {second:.1}, {third:.1}, {last:.1} MiB at the most in each quarter"
        )
    }
}

/// How late tasks run that sleep for a millisecond: a thread that is held up shows here.
pub struct Pauses {
    longest: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
}

impl Pauses {
    pub fn watch() -> Self {
        let longest = Arc::new(AtomicU64::new(0));
        let over = Arc::new(AtomicBool::new(false));
        for _ in 0..8 {
            let (longest, over) = (Arc::clone(&longest), Arc::clone(&over));
            tokio::spawn(async move {
                while !over.load(Relaxed) {
                    let due = Instant::now() + Duration::from_millis(1);
                    tokio::time::sleep_until(due.into()).await;
                    let late = due.elapsed().as_micros();
                    longest.fetch_max(u64::try_from(late).unwrap_or(u64::MAX), Relaxed);
                }
            });
        }
        Self { longest, over }
    }

    pub fn end(self) -> String {
        self.over.store(true, Relaxed);
        let longest = Duration::from_micros(self.longest.load(Relaxed));
        format!("at the most {longest:.1?}")
    }
}
