//! Many children of one ordered supervisor.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use otp::prelude::*;
use otp::{ChildCounts, ChildSpec, Flags, Intensity, Restart, Strategy, Supervisor};

static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// Counts those that are alive.
#[gen_server]
struct Leaf {
    number: usize,
}

#[gen_server]
impl Leaf {
    #[init]
    fn new(number: usize) -> Self {
        ALIVE.fetch_add(1, Ordering::Relaxed);
        Leaf { number }
    }

    #[call]
    fn number(&self) -> usize {
        self.number
    }

    #[cast]
    fn renumber(&mut self, number: usize) {
        self.number = number;
    }
}

impl Drop for Leaf {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

// SUP-094: with a list that is scanned for each child, this would take minutes.
#[tokio::test]
async fn a_hundred_thousand_ordered_children_start_stop_and_are_deleted() {
    const MANY: usize = 100_000;
    let flags = Flags::new(
        Strategy::RestForOne,
        Intensity::new(3, Duration::from_secs(5)),
    );
    let (top, leaves) = Supervisor::start("Many", flags, |children| {
        let leaf = |number| ChildSpec::new(number, move || Leaf::start(number));
        let leaves: Vec<LeafRef> = (0..MANY).map(|number| children.add(leaf(number))).collect();
        (children.supervisor(), leaves)
    })
    .await
    .unwrap();
    assert_eq!(ALIVE.load(Ordering::Relaxed), MANY);
    assert_eq!(leaves[MANY / 2].number().await, Ok(MANY / 2));
    for number in (0..MANY).step_by(2) {
        top.terminate_child(number).await.unwrap();
        top.delete_child(number).await.unwrap();
    }
    let extra = ChildSpec::new("extra", || Leaf::start(0)).restart(Restart::Temporary);
    top.start_child(extra).await.unwrap();
    let left = MANY / 2 + 1;
    assert_eq!(
        top.count_children().await,
        Ok(ChildCounts {
            specs: left,
            active: left,
            supervisors: 0,
            workers: left
        })
    );
    top.stop().await.unwrap();
    assert_eq!(ALIVE.load(Ordering::Relaxed), 0);
}
