//! Partition supervisors: from keys to partitions, and how many there are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildError, ChildKind, ChildState, DynamicFlags, DynamicSupervisor, Flags, Intensity,
    PartitionFlags, PartitionRef, PartitionSupervisor, ResizeError, Restart, Shutdown, SpecError,
    Strategy, Supervisor, SupervisorError,
};
use proptest::prelude::*;

#[gen_server]
struct Shard {
    index: usize,
    count: u64,
}

#[gen_server]
impl Shard {
    #[init]
    fn new(index: usize) -> Self {
        Shard { index, count: 0 }
    }

    #[call]
    fn index(&self) -> usize {
        self.index
    }

    #[call]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[cast]
    fn note(&mut self) {
        self.count += 1;
    }

    #[call]
    fn crash(&mut self) {
        self.count += 1;
        panic!("on purpose");
    }
}

const FLAGS: PartitionFlags = PartitionFlags::new(Intensity::new(3, Duration::from_secs(5)));

async fn shards(partitions: usize) -> PartitionRef<Shard> {
    let start = PartitionSupervisor::start("shards", Some(partitions), FLAGS, Shard::start);
    start.await.unwrap()
}

// PSU-001, PSU-007, PSU-008
#[tokio::test(start_paused = true)]
async fn there_are_as_many_as_asked_for_called_by_their_numbers() {
    let shards = shards(4).await;
    assert_eq!(shards.partitions(), 4);
    let children = shards.which_children().await.unwrap();
    let ids: Vec<_> = children
        .iter()
        .rev()
        .map(|child| child.id.clone())
        .collect();
    let numbers: Vec<_> = (0_usize..4).map(|index| Some(index.into())).collect();
    assert_eq!(ids, numbers);
    for (child, shard) in children.iter().rev().zip(shards.iter()) {
        assert_eq!(child.pid, Some(shard.pid()));
        assert_eq!((child.kind, child.type_name), (ChildKind::Worker, "Shard"));
    }
    let counts = shards.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.active), (4, 4));
    assert_eq!((counts.workers, counts.supervisors), (4, 0));
}

// PSU-001
#[tokio::test(start_paused = true)]
async fn there_are_as_many_as_cores_without_a_number() {
    let start = PartitionSupervisor::start("shards", None, FLAGS, Shard::start);
    let shards = start.await.unwrap();
    let cores = std::thread::available_parallelism().unwrap().get();
    assert_eq!(shards.partitions(), cores);
}

// PSU-002
#[tokio::test(start_paused = true)]
async fn integers_choose_by_modulo_and_the_rest_by_hash() {
    let shards = shards(7).await;
    for key in [0_i64, 1, 6, 7, 50, -1, -8, i64::MIN] {
        let index = usize::try_from(key.unsigned_abs() % 7).unwrap();
        assert_eq!(shards.of(&key).index().await, Ok(index), "{key}");
    }
    assert_eq!(shards.of(&9_u8).index().await, Ok(2));
    assert_eq!(shards.of(&u128::MAX).index().await, Ok(3));
    let mut spread: HashMap<usize, u32> = HashMap::new();
    for n in 0..7000 {
        let key = format!("user {n}");
        let index = shards.of(&key).index().await.unwrap();
        assert_eq!(shards.of(key.as_str()).index().await, Ok(index));
        *spread.entry(index).or_default() += 1;
    }
    assert!((0..7).all(|index| spread[&index] > 700), "{spread:?}");
    assert_eq!(shards.of(&("pair", 7)), shards.of(&("pair", 7)));
}

// PSU-003
#[tokio::test(start_paused = true)]
async fn a_key_leads_to_all_that_a_server_has() {
    let shards = shards(3).await;
    shards.of(&4).note().await.unwrap();
    assert_eq!(shards.of(&1).add(1).await, Ok(2));
    let flags = DynamicFlags::new(Intensity::NEVER);
    let rooms = PartitionSupervisor::start("rooms", Some(3), FLAGS, move |_| {
        DynamicSupervisor::<Shard>::start("room", flags)
    });
    let rooms = rooms.await.unwrap();
    let child = rooms.of("lobby").start_child(5_usize).await.unwrap();
    assert_eq!(child.index().await, Ok(5));
    let counts = rooms.count_children().await.unwrap();
    assert_eq!((counts.workers, counts.supervisors), (0, 3));
    let inside = rooms.of("lobby").count_children().await.unwrap();
    assert_eq!(inside.active, 1);
}

// PSU-004
#[tokio::test(start_paused = true)]
async fn each_partition_has_its_own_arguments_at_each_start() {
    let seen = Arc::new(AtomicUsize::new(0));
    let starts = Arc::clone(&seen);
    let start = PartitionSupervisor::start("shards", Some(3), FLAGS, move |index| {
        starts.fetch_add(1, Ordering::SeqCst);
        Shard::start(100 + index)
    });
    let shards = start.await.unwrap();
    for index in 0..3 {
        assert_eq!(shards.of(&index).index().await, Ok(100 + index));
    }
    let _ = shards.of(&1).crash().await;
    assert_eq!(shards.of(&1).index().await, Ok(101));
    assert_eq!(seen.load(Ordering::SeqCst), 4);
}

// PSU-005: without a name or a child it cannot be written, and neither can automatic shutdown.
#[tokio::test(start_paused = true)]
async fn zero_partitions_are_refused() {
    let start = PartitionSupervisor::start("shards", Some(0), FLAGS, Shard::start);
    let error = SupervisorError::Spec {
        supervisor: "shards",
        error: SpecError::NoPartitions,
    };
    assert_eq!(start.await.unwrap_err(), error);
}

// PSU-006, PSU-013
#[tokio::test(start_paused = true)]
async fn a_stop_ends_all_frees_the_name_and_is_told_to_who_asks() {
    let flags = FLAGS.registered();
    let start = || PartitionSupervisor::start("named", Some(2), flags, Shard::start);
    let shards = start().await.unwrap();
    let taken = start().await.unwrap_err();
    assert_eq!(taken, SupervisorError::AlreadyStarted(shards.pid()));
    shards.stop().await.unwrap();
    assert!(!shards.is_alive() && shards.iter().all(|shard| !shard.is_alive()));
    assert!(matches!(
        shards.of(&1).add(1).await,
        Err(CallError::Down(_))
    ));
    assert!(matches!(
        shards.count_children().await,
        Err(CallError::Down(_))
    ));
    let error = shards.resize(1).await;
    assert!(matches!(
        error,
        Err(ResizeError::Partition {
            index: 1,
            error: ChildError::Supervisor(CallError::Down(_))
        })
    ));
    start().await.unwrap();
}

// PSU-009, PSU-012
#[tokio::test(start_paused = true)]
async fn fewer_partitions_stop_the_rest_and_more_bring_them_back() {
    let shards = shards(4).await;
    shards.of(&1).add(5).await.unwrap();
    shards.of(&3).add(5).await.unwrap();
    let last = shards.of(&3).clone();
    assert_eq!(shards.resize(2).await, Ok(4));
    assert_eq!(shards.partitions(), 2);
    assert!(!last.is_alive());
    assert_eq!(shards.of(&3).index().await, Ok(1));
    let counts = shards.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.workers, counts.active), (4, 4, 2));
    let stopped = &shards.which_children().await.unwrap()[0];
    assert_eq!((stopped.state, stopped.pid), (ChildState::Stopped, None));
    assert_eq!(shards.resize(4).await, Ok(2));
    assert_eq!(shards.of(&3), &last);
    // One that went on has its state, one that is back has begun anew.
    assert_eq!(shards.of(&1).add(1).await, Ok(6));
    assert_eq!(shards.of(&3).add(1).await, Ok(1));
    assert_eq!(shards.count_children().await.unwrap().active, 4);
    assert_eq!(shards.resize(4).await, Ok(4));
}

// PSU-010
#[tokio::test(start_paused = true)]
async fn a_key_leads_nowhere_with_zero_partitions() {
    let shards = shards(2).await;
    assert_eq!(shards.resize(0).await, Ok(2));
    assert_eq!(shards.get(&1), None);
    assert_eq!(shards.iter().count(), 0);
    let lookup = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| shards.of(&1).pid()));
    let message = *lookup.unwrap_err().downcast::<String>().unwrap();
    assert!(message.contains("zero partitions"), "{message}");
    let counts = shards.count_children().await.unwrap();
    assert_eq!((counts.specs, counts.active), (2, 0));
    assert_eq!(shards.resize(2).await, Ok(0));
    assert_eq!(shards.of(&1).index().await, Ok(1));
}

// PSU-011
#[tokio::test(start_paused = true)]
async fn there_are_never_more_than_at_the_start() {
    let shards = shards(2).await;
    assert_eq!(
        shards.resize(3).await,
        Err(ResizeError::TooMany { most: 2 })
    );
    assert_eq!(shards.partitions(), 2);
}

#[tokio::test(start_paused = true)]
async fn those_who_resize_at_once_do_it_one_after_another() {
    let shards = shards(6).await;
    let resizes = [2, 5, 0, 6, 3].map(|count| shards.resize(count));
    let old = futures::future::join_all(resizes).await;
    assert_eq!(old, [Ok(6), Ok(2), Ok(5), Ok(0), Ok(6)]);
    assert_eq!(shards.partitions(), 3);
    assert_eq!(shards.count_children().await.unwrap().active, 3);
    for key in 0..6 {
        assert_eq!(shards.of(&key).index().await, Ok(key % 3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_partition_that_does_not_come_back_is_named() {
    let starts = Arc::new(AtomicUsize::new(0));
    let make = move |index| {
        let start = starts.fetch_add(1, Ordering::SeqCst);
        assert!(start < 4 || index < 3, "made on purpose");
        Shard::start(index)
    };
    let shards = PartitionSupervisor::start("shards", Some(4), FLAGS, make);
    let shards = shards.await.unwrap();
    shards.resize(1).await.unwrap();
    let error = shards.resize(4).await.unwrap_err();
    assert!(error.to_string().starts_with("partition 3: "), "{error}");
    assert_eq!(shards.partitions(), 3);
    assert_eq!(shards.of(&5).index().await, Ok(2));
}

// PSU-014
#[tokio::test(start_paused = true)]
async fn a_restarted_partition_has_its_number_at_once() {
    let shards = shards(3).await;
    let old = shards.of(&2).pid();
    assert!(matches!(
        shards.of(&2).crash().await,
        Err(CallError::Down(_))
    ));
    assert_eq!(shards.of(&2).add(1).await, Ok(1));
    assert_eq!(shards.of(&2).index().await, Ok(2));
    assert_ne!(shards.of(&2).pid(), old);
    let child = &shards.which_children().await.unwrap()[0];
    assert_eq!(child.pid, Some(shards.of(&2).pid()));
    assert_eq!(child.restarts, 1);
}

// PSU-015
#[tokio::test(start_paused = true)]
async fn it_is_a_child_called_by_its_name_and_its_refs_outlive_it() {
    let flags = Flags::new(
        Strategy::OneForOne,
        Intensity::new(3, Duration::from_secs(5)),
    );
    let (top, shards) = Supervisor::start("Top", flags, |children| {
        let spec = PartitionSupervisor::child("shards", Some(4), FLAGS, Shard::start);
        (children.supervisor(), children.add(spec))
    })
    .await
    .unwrap();
    let children = top.which_children().await.unwrap();
    assert_eq!(children[0].id, Some("shards".into()));
    assert_eq!(children[0].kind, ChildKind::Supervisor);
    assert_eq!(top.tree().await.unwrap().children[0].children.len(), 4);
    shards.resize(2).await.unwrap();
    let first = shards.of(&0).clone();
    let (old, end) = (first.pid(), first.monitor());
    shards.exit(ExitReason::Kill);
    end.await;
    assert_eq!(first.add(1).await, Ok(1));
    assert_ne!(first.pid(), old);
    // It has begun anew, with all of them.
    assert_eq!(shards.count_children().await.unwrap().active, 4);
    assert_eq!(shards.partitions(), 4);
    assert_eq!(shards.of(&3).index().await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn partitions_have_the_terms_that_the_flags_say() {
    let flags = FLAGS
        .strategy(Strategy::OneForAll)
        .restart(Restart::Transient)
        .shutdown(Shutdown::Infinity);
    let shards = PartitionSupervisor::start("shards", Some(2), flags, Shard::start);
    let shards = shards.await.unwrap();
    let spec = shards.get_childspec(1_usize).await.unwrap().unwrap();
    assert_eq!(
        (spec.restart, spec.shutdown),
        (Restart::Transient, Shutdown::Infinity)
    );
    let other = shards.of(&0).pid();
    let _ = shards.of(&1).crash().await;
    shards.of(&1).add(1).await.unwrap();
    assert_ne!(shards.of(&0).pid(), other);
}

/// Started once for all cases: choosing a partition asks nobody.
fn fixed() -> &'static PartitionRef<Shard> {
    static SHARDS: OnceLock<(tokio::runtime::Runtime, PartitionRef<Shard>)> = OnceLock::new();
    let make = || {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let shards = runtime.block_on(shards(11));
        (runtime, shards)
    };
    &SHARDS.get_or_init(make).1
}

proptest! {
    // PSU-002
    #[test]
    fn a_key_always_has_the_same_partition(
        text in ".*",
        number in any::<i64>(),
        pair in any::<(u32, bool)>(),
        bytes in prop::collection::vec(any::<u8>(), 0..32),
    ) {
        let shards = fixed();
        let other = shards.clone();
        prop_assert_eq!(shards.of(&text), other.of(text.clone().as_str()));
        prop_assert_eq!(shards.of(&pair), other.of(&pair));
        prop_assert_eq!(shards.of(&bytes), other.of(&bytes[..]));
        prop_assert_eq!(shards.of(&number), other.of(&number.unsigned_abs()));
        let index = usize::try_from(number.unsigned_abs() % 11).unwrap();
        prop_assert_eq!(shards.of(&number), shards.iter().nth(index).unwrap());
    }
}
