//! Registries with duplicate keys: REG-001, 002, 004 to 008, 013, 016, 017, 021, 022, 036 to 040.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use otp::prelude::*;
use otp::{DuplicateRegistry, DuplicateRegistryRef, RegisterError, RegistryFlags, self_pid};

type Topics = DuplicateRegistryRef<String, Screen, u64>;

#[gen_server]
struct Screen {
    topics: Topics,
    seen: Vec<u64>,
}

#[gen_server]
impl Screen {
    #[init]
    fn new(topics: Topics) -> Self {
        let seen = Vec::new();
        Screen { topics, seen }
    }

    #[call]
    fn join(
        &mut self,
        key: String,
        value: u64,
        cx: &mut Context<Self>,
    ) -> Result<(), RegisterError> {
        self.topics.register_with(key, value, cx)
    }

    #[call]
    fn leave(&mut self, key: String, cx: &mut Context<Self>) -> usize {
        self.topics.unregister(&key, cx)
    }

    #[call]
    fn leave_from(&mut self, key: String, least: u64, cx: &mut Context<Self>) -> usize {
        let topics = &self.topics;
        topics.unregister_match(&key, |value| *value >= least, cx)
    }

    #[cast]
    fn show(&mut self, number: u64) {
        self.seen.push(number);
    }

    #[call]
    fn seen(&self) -> Vec<u64> {
        self.seen.clone()
    }
}

async fn topics(partitions: usize) -> Topics {
    let flags = RegistryFlags::new().partitions(partitions);
    DuplicateRegistry::start_with("topics", flags)
        .await
        .unwrap()
}

async fn screen(topics: &Topics, entries: &[(&str, u64)]) -> ScreenRef {
    let screen = Screen::start(topics.clone()).await.unwrap();
    for (key, value) in entries {
        let joined = screen.join((*key).to_owned(), *value).await;
        joined.unwrap().unwrap();
    }
    screen
}

fn found(topics: &Topics, key: &str) -> Vec<(Pid, u64)> {
    let found = topics.lookup(key).into_iter();
    found.map(|(server, value)| (server.pid(), value)).collect()
}

#[tokio::test]
async fn reg_002_reg_004_reg_036_reg_038_a_server_may_have_a_key_several_times_in_order() {
    for partitions in [1, 8] {
        let topics = topics(partitions).await;
        assert_eq!(topics.partitions(), partitions);
        let ada = screen(&topics, &[("a", 3), ("a", 1), ("b", 7), ("a", 2)]).await;
        let bob = screen(&topics, &[("a", 9)]).await;
        assert_eq!(topics.count(), 5);
        let mut keys = topics.keys_of(ada.pid());
        keys.sort();
        assert_eq!(keys, ["a", "a", "a", "b"]);
        assert_eq!(topics.values_of("a", ada.pid()), [3, 1, 2]);
        assert_eq!(topics.values_of("a", bob.pid()), [9]);
        assert_eq!(topics.values_of("c", bob.pid()), []);
        assert_eq!(
            found(&topics, "a"),
            [
                (ada.pid(), 3),
                (ada.pid(), 1),
                (ada.pid(), 2),
                (bob.pid(), 9)
            ]
        );
        assert_eq!(found(&topics, "c"), []);
    }
}

#[tokio::test]
async fn reg_006_reg_016_reg_037_entries_are_given_back_by_key_or_by_value() {
    for partitions in [1, 8] {
        let topics = topics(partitions).await;
        let ada = screen(&topics, &[("a", 1), ("a", 2), ("a", 3), ("_", 1)]).await;
        let bob = screen(&topics, &[("a", 3)]).await;
        assert_eq!(ada.leave("c".into()).await, Ok(0));
        assert_eq!(ada.leave_from("a".into(), 4).await, Ok(0));
        assert_eq!(ada.leave_from("a".into(), 2).await, Ok(2));
        assert_eq!(found(&topics, "a"), [(ada.pid(), 1), (bob.pid(), 3)]);
        assert_eq!(ada.leave("a".into()).await, Ok(1));
        assert_eq!(found(&topics, "a"), [(bob.pid(), 3)]);
        // A key that looks like a pattern is a key.
        assert_eq!(ada.leave("_".into()).await, Ok(1));
        assert_eq!(topics.count(), 1);
    }
}

#[tokio::test]
async fn reg_005_entries_go_with_their_process_and_leave_nothing() {
    for partitions in [1, 8] {
        let topics = topics(partitions).await;
        for _ in 0..100 {
            let ada = screen(&topics, &[("a", 1), ("a", 2), ("b", 3)]).await;
            let end = ada.monitor();
            ada.exit(ExitReason::Kill);
            let pid = end.await.pid;
            assert_eq!(topics.count(), 0);
            assert_eq!(found(&topics, "a"), []);
            assert_eq!(topics.keys_of(pid), Vec::<String>::new());
            assert_eq!(
                topics.select(|key, _, _| Some(key.clone())),
                Vec::<String>::new()
            );
        }
        assert!(topics.info().links.is_empty());
    }
}

#[tokio::test]
async fn reg_008_reg_009_the_link_stays_until_the_last_entry_and_ends_who_has_any() {
    let topics = topics(2).await;
    let ada = screen(&topics, &[("a", 1), ("a", 2)]).await;
    let bob = screen(&topics, &[("a", 1)]).await;
    let linked = |screen: &ScreenRef| screen.info().links.contains(&topics.pid());
    assert_eq!(ada.leave_from("a".into(), 2).await, Ok(1));
    assert!(linked(&ada));
    assert_eq!(ada.leave("a".into()).await, Ok(1));
    assert!(!linked(&ada) && linked(&bob));
    let end = bob.monitor();
    topics.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert!(ada.is_alive());
    let refused = ada.join("a".into(), 1).await.unwrap();
    assert_eq!(refused, Err(RegisterError::Down(ExitReason::Killed)));
}

#[tokio::test]
async fn reg_012_reg_015_reg_017_entries_are_matched_and_chosen_by_closures() {
    let topics = topics(4).await;
    let ada = screen(&topics, &[("a", 1), ("a", 2), ("b", 3)]).await;
    let bob = screen(&topics, &[("a", 2)]).await;
    let matching = topics.matching("a", |value| *value == 2);
    let pids: Vec<_> = matching.iter().map(|one| one.0.pid()).collect();
    assert_eq!(pids, [ada.pid(), bob.pid()]);
    assert_eq!(topics.count_match("a", |value| *value == 2), 2);
    assert_eq!(topics.count_select(|_, _, value| *value >= 2), 3);
    let mut chosen = topics.select(|key, _, value| (*value > 1).then(|| (key.clone(), *value)));
    chosen.sort();
    let expected = [("a", 2), ("a", 2), ("b", 3)];
    assert_eq!(chosen, expected.map(|(key, value)| (key.to_owned(), value)));
}

#[tokio::test]
async fn reg_021_reg_022_a_dispatch_reaches_all_of_one_key_from_the_caller() {
    let topics = topics(1).await;
    let ada = screen(&topics, &[("a", 1), ("b", 1)]).await;
    let bob = screen(&topics, &[("a", 2)]).await;
    let send = |screen: &ScreenRef, value: &u64| screen.show(*value).try_send().unwrap();
    assert_eq!(topics.dispatch("nobody", send), 0);
    assert_eq!(topics.dispatch("a", send), 2);
    assert_eq!(ada.seen().await.unwrap(), [1]);
    assert_eq!(bob.seen().await.unwrap(), [2]);
    // With one partition the parallel one is the same.
    let here = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&here);
    let count = topics.dispatch_parallel("a", move |_, _| {
        kept.lock().unwrap().push(self_pid());
    });
    assert_eq!(count.await, 2);
    assert_eq!(*here.lock().unwrap(), [None, None]);
}

#[tokio::test]
async fn reg_039_reg_040_a_parallel_dispatch_runs_a_process_for_each_partition() {
    let topics = topics(8).await;
    let mut screens = Vec::new();
    for value in 0..64 {
        screens.push(screen(&topics, &[("a", value)]).await);
    }
    let by = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&by);
    let (caller, end) = otp::spawn_monitor(move |mut me: otp::Process| async move {
        let count = topics.dispatch_parallel("a", move |_, value| {
            kept.lock().unwrap().push((self_pid(), *value));
        });
        assert_eq!(count.await, 64);
        // One that panics ends its partition's, and nobody else.
        let count = topics.dispatch_parallel("a", |_, value| assert_ne!(*value, 0, "as asked"));
        let count = count.await;
        assert!((1..64).contains(&count), "{count}");
        assert_eq!(topics.dispatch_parallel("nobody", |_, _| ()).await, 0);
        assert!(me.try_receive::<Down>().is_none() && me.try_receive::<Exit>().is_none());
        assert!(self_pid().unwrap().links().is_empty());
    });
    assert_eq!(end.await.reason, ExitReason::Normal);
    let by = by.lock().unwrap();
    let processes: HashSet<_> = by.iter().map(|one| one.0.unwrap()).collect();
    assert!(processes.len() > 1 && processes.len() <= 8 && !processes.contains(&caller));
    let mut values: Vec<_> = by.iter().map(|one| one.1).collect();
    values.sort_unstable();
    assert_eq!(values, (0..64).collect::<Vec<_>>());
    drop(screens);
}
