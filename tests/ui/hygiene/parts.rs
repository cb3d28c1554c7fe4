//! Only the parts are dependencies: `otp-core` and `otp-macros`.

use otp_macros::{gen_server, supervisor};

#[derive(Clone)]
pub struct Config {
    feed: String,
}

#[gen_server(crate = ::otp_core)]
pub struct Rates {
    feed: String,
}

#[gen_server(crate = ::otp_core)]
impl Rates {
    #[init]
    fn new(feed: String) -> Self {
        Rates { feed }
    }

    #[call]
    pub fn change(&mut self, feed: String) -> String {
        std::mem::replace(&mut self.feed, feed)
    }
}

#[gen_server(crate = ::otp_core)]
pub struct Till {
    rates: RatesRef,
    sold: Vec<String>,
}

#[gen_server(crate = ::otp_core)]
impl Till {
    #[init]
    fn new(rates: RatesRef) -> Self {
        Till { rates, sold: Vec::new() }
    }

    #[call]
    pub async fn sell(&mut self, item: String) -> bool {
        self.sold.push(item);
        self.rates.is_alive()
    }
}

#[gen_server(crate = ::otp_core)]
pub struct Session {
    user: u64,
    seen: u64,
}

#[gen_server(crate = ::otp_core)]
impl Session {
    #[init]
    fn new(user: u64) -> Self {
        Session { user, seen: 0 }
    }

    #[call]
    pub fn seen(&mut self) -> (u64, u64) {
        self.seen += 1;
        (self.user, self.seen)
    }
}

supervisor! {
    /// Everything the shop runs.
    pub Shop(config: Config) {
        strategy: one_for_one,
        crate: ::otp_core,
        intensity: 3 per 5s,

        rates: Rates(config.feed),
        till: Till(rates.clone()) { restart: transient, shutdown: 10s },
        back: supervisor {
            strategy: rest_for_one,
            intensity: 10 per 1m,
            left: Rates("left".to_owned()),
            right: Till(left.clone()),
        },
        sessions: dynamic<Session> { intensity: 100 per 1s, max_children: 10_000 },
        shards: partition<Session>(8, |index| Session::start(index as u64)) { intensity: never },
        jobs: task_supervisor,
        names: registry<String, Session>,
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shop = Shop::start(Config { feed: "EUR".to_owned() }).await?;
    shop.till().sell("apple".to_owned()).await?;
    shop.sessions().start_child(42).await?;
    shop.stop().await?;
    Ok(())
}
