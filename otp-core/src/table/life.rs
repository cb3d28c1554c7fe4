//! Whether a table is there: readers look here first.

use std::sync::atomic::{AtomicU8, Ordering};

/// No owner has it: not yet, or not any more.
const GONE: u8 = 0;
const THERE: u8 = 1;
/// There, and being emptied: what is in the map still is gone to readers.
const EMPTYING: u8 = 2;

#[derive(Debug, Default)]
pub(super) struct Life(AtomicU8);

impl Life {
    /// There is an owner from now on.
    pub(super) fn begin(&self) {
        self.0.store(THERE, Ordering::Release);
    }

    /// Whether readers may look into the map. Before they do: what they then find was there at that
    /// moment, even if the table goes meanwhile.
    #[inline]
    pub(super) fn is_readable(&self) -> bool {
        self.0.load(Ordering::Acquire) == THERE
    }

    /// Whether the table has its owner.
    pub(super) fn is_there(&self) -> bool {
        self.0.load(Ordering::Acquire) != GONE
    }

    /// Runs `empty`, during which the table is empty to readers.
    pub(super) fn emptied(&self, empty: impl FnOnce()) {
        let _there = Emptying(&self.0);
        self.0.store(EMPTYING, Ordering::Release);
        empty();
    }

    /// For good.
    pub(super) fn end(&self) {
        self.0.store(GONE, Ordering::Release);
    }
}

/// Also when a value panics as it is dropped.
struct Emptying<'a>(&'a AtomicU8);

impl Drop for Emptying<'_> {
    fn drop(&mut self) {
        self.0.store(THERE, Ordering::Release);
    }
}
