//! A tree that runs: typed handles, a handle given to a child below, a clean stop.

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
    async fn sell(&mut self) -> Result<u64, CallError> {
        self.sold += self.rates.next().await?;
        Ok(self.sold)
    }
}

supervisor! {
    Shop(start: u64) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        rates: Rates(start),
        back: supervisor {
            strategy: rest_for_one,
            intensity: never,
            till: Till(rates.clone()),
        },
    }
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let shop = Shop::start(40).await.unwrap();
        assert_eq!(shop.rates().next().await.unwrap(), 41);
        assert_eq!(shop.back().till().sell().await.unwrap().unwrap(), 42);
        assert_eq!(shop.which_children().await.unwrap().len(), 2);
        let tree = shop.tree().await.unwrap().to_string();
        assert!(tree.contains("till"), "{tree}");
        shop.stop().await.unwrap();
        assert!(!shop.back().is_alive());
    });
}
