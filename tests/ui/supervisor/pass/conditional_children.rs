//! A child that is not compiled leaves no trace, and those that use it may say the same.

#![deny(warnings)]

use otp::prelude::*;

#[gen_server]
struct Rates {
    count: u64,
}

#[gen_server]
impl Rates {
    #[init]
    fn new(start: u64) -> Self {
        Rates { count: start }
    }

    #[call]
    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

#[gen_server]
struct Till {
    rates: RatesRef,
    sold: u64,
}

#[gen_server]
impl Till {
    #[init]
    fn new(rates: RatesRef) -> Self {
        Till { rates, sold: 0 }
    }

    #[call]
    fn sell(&mut self) -> bool {
        self.sold += 1;
        self.rates.is_alive()
    }
}

supervisor! {
    Shop(start: u64) {
        strategy: one_for_one,
        intensity: 3 per 5s,

        #[cfg(any())]
        gone: NoType(start),
        #[cfg(all())]
        rates: Rates(start),
        #[cfg(any())]
        store: Rates(1),
        #[cfg(not(any()))]
        store: Rates(2),
        back: supervisor {
            strategy: one_for_one,
            intensity: 3 per 5s,
            #[cfg(any())]
            lost: Till(gone.clone()),
            #[cfg(all())]
            till: Till(rates.clone()),
        },
        #[cfg(any())]
        nowhere: supervisor {
            strategy: one_for_one,
            intensity: 3 per 5s,
            lost: NoType(),
        },
    }
}

#[cfg(any())]
supervisor! {
    Nothing {
        strategy: one_for_one,
        intensity: 3 per 5s,
        lost: NoType(),
    }
}

supervisor! {
    /// Not compiled either.
    #[cfg(any())]
    Other {
        strategy: one_for_one,
        intensity: 3 per 5s,
        lost: NoType(),
    }
}

async fn uses() {
    let shop = Shop::start(1).await.unwrap();
    let _ = shop.rates().next().await;
    let _ = shop.store().next().await;
    let _ = shop.back().till().sell().await;
}

fn main() {
    let _ = uses;
}
