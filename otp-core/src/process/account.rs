//! How long a process's messages take, on average, and how many there were.
//!
//! Written by the owner, read by callers who would donate themselves.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::cell::Header;
use super::clock;

/// A message that took fewer ticks leaves nothing to look into (at most 20 us on any machine we know).
pub(crate) const QUICK: u64 = 20_000;
/// Above this average, callers do not donate.
const LONG: Duration = Duration::from_micros(20);

/// Counts a message. Only the owner writes.
#[inline]
pub(crate) fn count(header: &Header) {
    let handled = header.handled.load(Ordering::Relaxed);
    header.handled.store(handled + 1, Ordering::Relaxed);
}

/// Adds a message's ticks to the average. `true`: it is long enough to be looked at.
#[inline]
pub(crate) fn account(header: &Header, ticks: u64) -> bool {
    let ticks = u32::try_from(ticks).unwrap_or(u32::MAX);
    let before = header.cost.load(Ordering::Relaxed);
    let after = before - before / 8 + ticks / 8;
    header.cost.store(after, Ordering::Relaxed);
    u64::from(after) >= QUICK
}

/// After a donation that was not quick: the next callers queue if the average says so.
#[cold]
pub(crate) fn reserve_if_long(header: &Header) {
    if is_long(header) {
        header.state.set_reserved(true);
    }
}

/// Whether the server's messages hold their thread for long, on average.
pub(super) fn is_long(header: &Header) -> bool {
    u64::from(header.cost.load(Ordering::Relaxed)) > clock::to_ticks(LONG)
}
