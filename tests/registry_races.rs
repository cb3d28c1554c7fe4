//! What may happen at once: registering, looking up and ending on real threads. REG-005, 025 to 030, 033,
//! 035.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use otp::prelude::*;
use otp::{DuplicateRegistry, DuplicateRegistryRef, Registry, RegistryFlags, RegistryRef};

type Names = RegistryRef<u64, Worker>;
type Topics = DuplicateRegistryRef<u64, Worker>;

#[gen_server]
struct Worker {
    names: Names,
    topics: Topics,
}

#[gen_server]
impl Worker {
    #[init]
    fn new(names: Names, topics: Topics) -> Self {
        Worker { names, topics }
    }

    /// Takes as many keys as it can.
    #[call]
    fn take(&mut self, keys: u64, cx: &mut Context<Self>) {
        for key in 0..keys {
            let _ = self.names.register(key, cx);
            let _ = self.topics.register(key, cx);
        }
    }
}

async fn both(partitions: usize) -> (Names, Topics) {
    let flags = RegistryFlags::new().partitions(partitions);
    let names = Registry::start_with("names", flags).await.unwrap();
    let topics = DuplicateRegistry::start_with("topics", flags).await;
    (names, topics.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reg_005_no_entry_outlives_a_process_that_ends_while_it_registers() {
    for partitions in [1, 8] {
        let (names, topics) = both(partitions).await;
        for round in 0..300 {
            let worker = Worker::start(names.clone(), topics.clone()).await.unwrap();
            let pid = worker.pid();
            let taking = {
                let worker = worker.clone();
                tokio::spawn(async move { drop(worker.take(50).await) })
            };
            let end = worker.monitor();
            for _ in 0..round % 40 {
                std::hint::spin_loop();
            }
            worker.exit(ExitReason::Kill);
            end.await;
            // Nothing of it from here on, whatever it was in the middle of.
            for key in 0..50 {
                assert!(names.lookup(&key).is_none());
                assert!(topics.lookup(&key).is_empty());
            }
            assert!(names.keys_of(pid).is_empty() && topics.keys_of(pid).is_empty());
            assert_eq!((names.count(), topics.count()), (0, 0));
            taking.await.unwrap();
        }
        assert!(names.info().links.is_empty() && topics.info().links.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reg_027_reg_028_a_lookup_never_finds_one_whose_end_was_seen() {
    let (names, topics) = both(4).await;
    let last_dead = Arc::new(AtomicU64::new(0));
    let done = Arc::new(AtomicBool::new(false));
    // Each worker is numbered by its own key; readers know up to which all have ended.
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (names, dead) = (names.clone(), Arc::clone(&last_dead));
            let done = Arc::clone(&done);
            std::thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    let dead = dead.load(Ordering::Acquire);
                    assert!(names.lookup(&dead).is_none(), "{dead} has ended");
                }
            })
        })
        .collect();
    for number in 1..2000_u64 {
        let start = Worker::start(names.clone(), topics.clone()).via(&names, number);
        let worker = start.await.unwrap();
        let end = worker.monitor();
        worker.exit(ExitReason::Kill);
        end.await;
        last_dead.store(number, Ordering::Release);
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    assert_eq!(names.count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reg_026_reg_029_reg_030_a_second_start_that_races_with_the_firsts_end_is_clean() {
    for partitions in [1, 8] {
        let (names, topics) = both(partitions).await;
        for _ in 0..300 {
            let start = || Worker::start(names.clone(), topics.clone());
            let first = start().via(&names, 1).await.unwrap();
            let end = first.monitor();
            let killer = {
                let first = first.clone();
                tokio::spawn(async move { first.exit(ExitReason::Kill) })
            };
            let second = names.start_or_get(1, start).await.unwrap();
            let pid = second.pid();
            end.await;
            killer.await.unwrap();
            if pid == first.pid() {
                assert!(names.lookup(&1).is_none());
            } else {
                // The late end of the first has not taken the key of the second.
                assert_eq!(names.lookup(&1).unwrap().pid(), pid);
                assert_eq!(names.keys_of(pid), [1]);
                second.stop().await.unwrap();
            }
            assert_eq!(names.count(), 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reg_025_reg_035_many_that_take_the_same_keys_share_them_out() {
    for partitions in [1, 8] {
        let (names, topics) = both(partitions).await;
        for _ in 0..20 {
            let mut workers = Vec::new();
            for _ in 0..8 {
                workers.push(Worker::start(names.clone(), topics.clone()).await.unwrap());
            }
            let taking = workers.iter().cloned().map(|worker| {
                tokio::spawn(async move {
                    worker.take(100).await.unwrap();
                })
            });
            for one in taking.collect::<Vec<_>>() {
                one.await.unwrap();
            }
            let held: usize = workers
                .iter()
                .map(|one| names.keys_of(one.pid()).len())
                .sum();
            assert_eq!((held, names.count(), topics.count()), (100, 100, 800));
            for key in 0..100 {
                let holder = names.lookup(&key).unwrap().pid();
                assert!(names.keys_of(holder).contains(&key));
                assert_eq!(topics.lookup(&key).len(), 8);
            }
            for worker in workers {
                worker.stop().await.unwrap();
            }
            assert_eq!((names.count(), topics.count()), (0, 0));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_of_ten_thousand_servers_and_a_million_keys() {
    const SERVERS: u64 = 10_000;
    const KEYS: u64 = 100;
    let (names, topics) = both(8).await;
    let numbers: RegistryRef<u64, Holder> = Registry::start("numbers").await.unwrap();
    let mut servers = Vec::new();
    for number in 0..SERVERS {
        let holder = Holder::start(numbers.clone(), number * KEYS, KEYS);
        servers.push(holder.await.unwrap());
    }
    assert_eq!(numbers.count() as u64, SERVERS * KEYS);
    for key in (0..SERVERS * KEYS).step_by(997) {
        let found = numbers.lookup(&key).unwrap().pid();
        assert_eq!(found, servers[usize::try_from(key / KEYS).unwrap()].pid());
    }
    let last = servers.pop().unwrap();
    last.stop().await.unwrap();
    assert_eq!(numbers.count() as u64, (SERVERS - 1) * KEYS);
    numbers.stop().await.unwrap();
    assert_eq!(numbers.count(), 0);
    drop((names, topics));
}

#[gen_server]
struct Holder {
    first: u64,
}

#[gen_server]
impl Holder {
    #[init]
    fn new(
        numbers: RegistryRef<u64, Holder>,
        first: u64,
        count: u64,
        cx: &mut Context<Self>,
    ) -> Result<Self, otp::RegisterError> {
        for key in first..first + count {
            numbers.register(key, cx)?;
        }
        Ok(Holder { first })
    }

    #[call]
    fn raise(&mut self) -> u64 {
        self.first += 1;
        self.first
    }
}
