//! Payments, by way of something that crashes now and then.

use std::sync::atomic::{AtomicU64, Ordering};

use otp::prelude::*;

/// So many tills there have been.
static INCARNATIONS: AtomicU64 = AtomicU64::new(0);

/// Takes payments.
#[gen_server]
pub(crate) struct Till {
    random: u64,
    taken: u64,
}

#[gen_server]
impl Till {
    #[init]
    fn new(seed: u64) -> Self {
        // Another incarnation is to fail at another time.
        let incarnation = INCARNATIONS.fetch_add(1, Ordering::Relaxed);
        let mixed = seed
            .wrapping_add(incarnation)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let random = mixed | 1;
        Till { random, taken: 0 }
    }

    /// Takes the money for an order. Fails one time in four.
    #[call]
    pub(crate) async fn charge(&mut self, order: u64, amount: u64) -> u64 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        assert!(
            !self.random.is_multiple_of(4),
            "the card reader hangs at order {order}"
        );
        self.taken += amount;
        self.taken
    }
}
