//! Who may write a public table when: many, each one key, or one alone.

use std::array;
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

const LANES: usize = 8;

/// A lock for which its usual holders, who share it, do not meet: each thread has a lane, and who wants
/// to be alone takes all of them.
#[derive(Default)]
pub(super) struct Gate([Lane; LANES]);

/// On a cache line of its own; two, since processors fetch them in pairs.
#[derive(Default)]
#[repr(align(128))]
struct Lane(RwLock<()>);

/// All lanes.
pub(super) type Alone<'a> = [RwLockWriteGuard<'a, ()>; LANES];

impl Gate {
    /// Beside the others.
    #[inline]
    pub(super) fn shared(&self) -> RwLockReadGuard<'_, ()> {
        let lane = &self.0[lane()].0;
        lane.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Alone.
    pub(super) fn alone(&self) -> Alone<'_> {
        array::from_fn(|lane| {
            let lane = &self.0[lane].0;
            lane.write().unwrap_or_else(PoisonError::into_inner)
        })
    }
}

/// This thread's lane.
#[inline]
fn lane() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static LANE: Cell<usize> = const { Cell::new(usize::MAX) });
    LANE.with(|lane| {
        if lane.get() == usize::MAX {
            lane.set(NEXT.fetch_add(1, Ordering::Relaxed) % LANES);
        }
        lane.get()
    })
}
