//! Process identifiers.

use std::fmt;
use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

/// Names one incarnation of one process; never used for another again.
///
/// A pid is a plain value: copying or keeping one keeps nothing alive. What is sent to the pid of a
/// process that has ended is dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pid(NonZeroU64);

impl Pid {
    /// The place in the process table, and how often that place had been used before.
    pub(crate) fn new(index: u32, generation: u32) -> Self {
        let bits = (u64::from(generation) << 32) | (u64::from(index) + 1);
        Self(NonZeroU64::new(bits).expect("the index part is at least one"))
    }

    pub(crate) fn index(self) -> u32 {
        u32::try_from((self.0.get() & 0xffff_ffff) - 1).expect("a 32-bit part")
    }

    pub(crate) fn generation(self) -> u32 {
        u32::try_from(self.0.get() >> 32).expect("a 32-bit part")
    }
}

impl fmt::Display for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{}.{}>", self.index(), self.generation())
    }
}

impl fmt::Debug for Pid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pid{self}")
    }
}

/// A pid that changes with each incarnation of its process.
#[derive(Debug)]
pub(crate) struct PidCell(AtomicU64);

impl PidCell {
    /// Before the first incarnation.
    pub(crate) fn none() -> Self {
        Self(AtomicU64::new(Pid::new(u32::MAX - 1, u32::MAX).0.get()))
    }

    #[inline]
    pub(crate) fn get(&self) -> Pid {
        let bits = NonZeroU64::new(self.0.load(Ordering::Relaxed));
        Pid(bits.expect("only pids are stored"))
    }

    /// The pid, if there has been one.
    pub(crate) fn known(&self) -> Option<Pid> {
        let pid = self.get();
        (pid != Self::none().get()).then_some(pid)
    }

    pub(crate) fn set(&self, pid: Pid) {
        self.0.store(pid.0.get(), Ordering::Relaxed);
    }
}
