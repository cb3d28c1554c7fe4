//! No name of the user's clashes with one of ours, and none of ours is needed in scope.

#![deny(warnings)]

use otp::{gen_server, supervisor};

#[allow(dead_code)]
mod shadows {
    pub struct Arc;
    pub struct Option;
    pub struct Clone;
    pub struct Supervisor;
    pub struct Children;
}
#[allow(unused_imports)]
use shadows::*;

#[gen_server]
struct Rates {
    count: u64,
}

#[gen_server]
impl Rates {
    #[init]
    fn new(children: u64, more: u64) -> Self {
        Rates {
            count: children + more,
        }
    }

    #[call]
    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

#[derive(Clone)]
struct Config {
    own: u64,
    later: u64,
}

fn third(config: &Config) -> u64 {
    config.later
}

supervisor! {
    Shop(children: u64, own: u64, config: Config) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        backoff: 1ms..1ms,

        // A field, a function and a path may have the names of children below.
        supervisor: Rates(children, config.later),
        r#type: Rates(third(&config), std::cmp::max(own, 1)),
        sessions: dynamic<Rates>(|children: u64| Rates::start(children, own)) { intensity: never },
        more: dynamic<Rates>(|first: u64| Rates::start(first, config.own)) { intensity: never },
        shards: partition<Rates>(2, |own| Rates::start(own as u64, children)) { intensity: never },
        later: Rates(1, 2,),
        max: Rates(1, 2),
        third: Rates(1, 2),
        handle: Rates(u64::from(r#type.is_alive()), 1),
        start: Rates(1, 1),
        child: Rates(1, 1),
        children_: Rates(1, 1),
    }
}

async fn uses(config: Config) {
    let shop = Shop::start(1, 2, config).await.unwrap();
    let _ = shop.r#type().next().await;
    let _ = shop.supervisor().next().await;
    let _ = shop.sessions().start_child(1).await;
}

fn main() {
    let _ = uses;
}
