//! A tree whose parts come through a `macro_rules!`.

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

macro_rules! tree {
    ($name:ident, $child:ident: $ty:ty = $start:expr, $times:literal in $time:literal) => {
        supervisor! {
            $name(first: $ty) {
                strategy: one_for_one,
                intensity: $times per $time,
                $child: Rates($start + first) { shutdown: $time },
            }
        }
    };
}

tree!(Shop, rates: u64 = 7, 3 in 5s);

macro_rules! one_of {
    ($name:ident, $server:ty) => {
        supervisor! {
            $name {
                strategy: one_for_one,
                intensity: never,
                only: $server(1),
            }
        }
    };
}

one_of!(One, Rates);

async fn uses() {
    let _ = Shop::start(1).await.unwrap().rates().next().await;
    let _ = One::start().await.unwrap().only().next().await;
}

fn main() {
    let _ = uses;
}
