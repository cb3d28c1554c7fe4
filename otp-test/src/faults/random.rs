//! Faults by a seed.

use std::any::TypeId;

use otp_core::kit::{Fault, Moment, Point};

/// What fails at random.
pub(super) struct Random {
    pub(super) seed: u64,
    state: u64,
    pub(super) panics: u32,
    pub(super) hangs: u32,
    pub(super) init_panics: u32,
    pub(super) only: Vec<TypeId>,
    pub(super) sparing: Vec<TypeId>,
    pub(super) left: usize,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            state: seed,
            panics: 0,
            hangs: 0,
            init_panics: 0,
            only: Vec::new(),
            sparing: Vec::new(),
            left: usize::MAX,
        }
    }

    /// What becomes of a step that is looked at for the first time.
    pub(super) fn draw(&mut self, point: &Point) -> Option<Fault> {
        let spared = point.supervises
            || self.sparing.contains(&point.type_id)
            || !(self.only.is_empty() || self.only.contains(&point.type_id));
        if spared || self.left == 0 {
            return None;
        }
        let fault = match point.moment {
            Moment::Init if self.one_in(self.init_panics) => self.panic(),
            Moment::Message(_) if self.one_in(self.panics) => self.panic(),
            Moment::Message(_) if self.one_in(self.hangs) => Fault::Hang,
            _ => return None,
        };
        self.left -= 1;
        Some(fault)
    }

    fn panic(&self) -> Fault {
        Fault::Panic(format!("a fault that seed {} injected", self.seed))
    }

    fn one_in(&mut self, n: u32) -> bool {
        n > 0 && self.next().is_multiple_of(u64::from(n))
    }

    /// The next number of the generator `SplitMix64`.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
