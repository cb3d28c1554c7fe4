//! Many children of one ordered supervisor.

use std::time::{Duration, Instant};

use otp::prelude::*;
use otp::{ChildSpec, Flags, Intensity, Strategy, Supervisor};

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(start: u64) -> Self {
        Counter { count: start }
    }

    #[call]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }
}

/// Starts so many children, ends a third of them one by one, and stops the rest.
async fn round(count: usize) -> Duration {
    let flags = Flags::new(Strategy::OneForOne, Intensity::NEVER);
    let start = Supervisor::start("Many", flags, |children| children.supervisor());
    let many = start.await.unwrap();
    let began = Instant::now();
    let mut children = Vec::new();
    for id in 0..count {
        let spec = ChildSpec::new(id, || Counter::start(0));
        children.push(many.start_child(spec).await.unwrap());
    }
    for id in (0..count).step_by(3) {
        many.terminate_child(id).await.unwrap();
        many.delete_child(id).await.unwrap();
    }
    assert_eq!(children[1].add(1).await, Ok(1));
    let counts = many.count_children().await.unwrap();
    assert_eq!(counts.active, count - count.div_ceil(3));
    many.stop().await.unwrap();
    assert!(children.iter().all(|child| !child.is_alive()));
    began.elapsed()
}

// SUP-094
#[test]
fn starting_and_ending_children_costs_about_the_same_for_each() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        round(500).await;
        let few = round(1000).await;
        let many = round(20_000).await;
        // Twenty times as many: a list that is gone through for each would make it four hundred.
        assert!(many < few * 100, "{few:?} {many:?}");
    });
}
