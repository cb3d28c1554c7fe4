//! A clock cheap enough to be read twice for each message: how long a handler held its thread.
//!
//! On x86-64 it is the time stamp counter, about a third of the cost of `Instant::now`; elsewhere it
//! is `Instant`. Ticks are turned into time by comparing both clocks since the first use.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

static ORIGIN: OnceLock<(Instant, u64)> = OnceLock::new();
/// Ticks in a millisecond; a guess (3 GHz) until the first measurement.
static TICKS_PER_MS: AtomicU64 = AtomicU64::new(3_000_000);

/// Starts the comparison of the two clocks, once.
pub(crate) fn init() {
    ORIGIN.get_or_init(|| (Instant::now(), ticks()));
}

/// The counter's value.
#[cfg(all(target_arch = "x86_64", not(miri)))]
#[inline]
pub(crate) fn ticks() -> u64 {
    // SAFETY: the instruction exists on every x86-64 processor and reads a counter, nothing else.
    unsafe { core::arch::x86_64::_rdtsc() }
}

/// The counter's value.
#[cfg(not(all(target_arch = "x86_64", not(miri))))]
#[inline]
pub(crate) fn ticks() -> u64 {
    let origin = ORIGIN.get().map_or_else(Instant::now, |origin| origin.0);
    u64::try_from(origin.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// The ticks of about `time`.
pub(crate) fn to_ticks(time: Duration) -> u64 {
    let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    micros.saturating_mul(TICKS_PER_MS.load(Ordering::Relaxed) / 1000)
}

/// The time of `ticks`, after a fresh comparison of the clocks.
pub(crate) fn to_duration(ticks: u64) -> Duration {
    calibrate();
    let per_ms = TICKS_PER_MS.load(Ordering::Relaxed).max(1);
    Duration::from_nanos(ticks.saturating_mul(1000) / (per_ms / 1000).max(1))
}

/// Compares the clocks. Called where a handler was slow, so that it costs the fast ones nothing.
#[cold]
pub(crate) fn calibrate() {
    let Some((instant, origin)) = ORIGIN.get() else {
        return;
    };
    let micros = u64::try_from(instant.elapsed().as_micros()).unwrap_or(u64::MAX);
    if micros >= 1000 {
        let per_ms = u128::from(ticks().saturating_sub(*origin)) * 1000 / u128::from(micros);
        TICKS_PER_MS.store(
            u64::try_from(per_ms).unwrap_or(u64::MAX).max(1000),
            Ordering::Relaxed,
        );
    }
}
