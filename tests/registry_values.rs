//! Values beside the keys of a registry, questions over all of it, listeners, partitions: REG-001, 002,
//! 004, 011 to 017, 019 to 022, 026, 031, 034.

use otp::prelude::*;
use otp::{
    Events, NotRegistered, RegisterError, Registry, RegistryEvent, RegistryFlags, RegistryRef,
};

type Sessions = RegistryRef<String, Session, u64>;

#[gen_server]
struct Session {
    sessions: Sessions,
    asked: u64,
}

#[gen_server]
impl Session {
    #[init]
    fn new(sessions: Sessions) -> Self {
        Session { sessions, asked: 0 }
    }

    #[call]
    fn join(
        &mut self,
        key: String,
        value: u64,
        cx: &mut Context<Self>,
    ) -> Result<(), RegisterError> {
        self.sessions.register_with(key, value, cx)
    }

    /// Adds to the value; what came of it, and how often the function was called.
    #[call]
    fn raise(
        &mut self,
        key: String,
        by: u64,
        cx: &mut Context<Self>,
    ) -> (Result<(u64, u64), NotRegistered>, u64) {
        let (sessions, asked) = (&self.sessions, &mut self.asked);
        let change = |old: &u64| {
            *asked += 1;
            old + by
        };
        (sessions.update_value(&key, change, cx), self.asked)
    }

    #[call]
    fn leave_if(&mut self, key: String, value: u64, cx: &mut Context<Self>) -> bool {
        let is_it = |found: &u64| *found == value;
        self.sessions.unregister_match(&key, is_it, cx)
    }
}

async fn registry(partitions: usize) -> Sessions {
    let flags = RegistryFlags::new().partitions(partitions);
    Registry::start_with("sessions", flags).await.unwrap()
}

async fn session(sessions: &Sessions, key: &str, value: u64) -> SessionRef {
    let start = Session::start(sessions.clone()).via_with(sessions, key.to_owned(), value);
    start.await.unwrap()
}

fn all(events: &mut Events<RegistryEvent<String, u64>>) -> Vec<RegistryEvent<String, u64>> {
    std::iter::from_fn(|| events.try_next()).collect()
}

#[tokio::test]
async fn reg_001_a_registry_has_as_many_partitions_as_asked_for_and_one_by_default() {
    assert_eq!(registry(1).await.partitions(), 1);
    assert_eq!(registry(8).await.partitions(), 8);
    assert_eq!(registry(0).await.partitions(), 1);
    let gone = Registry::<String, Session, u64>::start("sessions")
        .await
        .unwrap();
    assert_eq!(gone.partitions(), 1);
    gone.stop().await.unwrap();
    assert_eq!(gone.partitions(), 0);
}

#[tokio::test]
async fn reg_004_reg_034_a_start_can_put_a_value_beside_its_key() {
    for partitions in [1, 8] {
        let sessions = registry(partitions).await;
        let ada = session(&sessions, "ada", 7).await;
        let (found, value) = sessions.lookup_value("ada").unwrap();
        assert_eq!((found.pid(), value), (ada.pid(), 7));
        assert_eq!(sessions.value_of("ada", ada.pid()), Some(7));
        assert_eq!(sessions.value_of("ada", sessions.pid()), None);
        assert_eq!(sessions.value_of("bob", ada.pid()), None);
        let make = || Session::start(sessions.clone());
        let same = sessions.start_or_get_with("ada".to_owned(), 9, make).await;
        assert_eq!(same.unwrap().pid(), ada.pid());
        assert_eq!(sessions.lookup_value("ada").unwrap().1, 7);
        ada.stop().await.unwrap();
        assert!(sessions.lookup_value("ada").is_none());
        assert_eq!(sessions.value_of("ada", ada.pid()), None);
    }
}

#[tokio::test]
async fn reg_031_only_the_holder_changes_the_value_of_a_key() {
    let sessions = registry(4).await;
    let ada = session(&sessions, "ada", 1).await;
    let bob = session(&sessions, "bob", 10).await;
    assert_eq!(ada.raise("ada".into(), 5).await, Ok((Ok((6, 1)), 1)));
    assert_eq!(sessions.lookup_value("ada").unwrap().1, 6);
    // Not called for another's, nor for nobody's.
    for key in ["bob", "eve"] {
        let refused = ada.raise(key.into(), 1).await;
        assert_eq!(refused, Ok((Err(NotRegistered), 1)));
    }
    assert_eq!(sessions.lookup_value("bob").unwrap().1, 10);
    drop(bob);
}

#[tokio::test]
async fn reg_012_reg_014_to_reg_016_one_key_is_matched_by_a_closure_over_its_value() {
    let sessions = registry(1).await;
    let ada = session(&sessions, "ada", 3).await;
    let _bob = session(&sessions, "bob", 4).await;
    let found = sessions.matching("ada", |value| *value == 3).unwrap();
    assert_eq!((found.0.pid(), found.1), (ada.pid(), 3));
    assert!(sessions.matching("ada", |value| *value > 3).is_none());
    assert_eq!(sessions.count_match("ada", |value| *value == 3), 1);
    assert_eq!(sessions.count_match("ada", |value| *value == 4), 0);
    assert_eq!(sessions.count_match("eve", |_| true), 0);
    assert_eq!(ada.leave_if("ada".into(), 4).await, Ok(false));
    assert_eq!(ada.leave_if("bob".into(), 4).await, Ok(false));
    assert_eq!(sessions.count(), 2);
    assert_eq!(ada.leave_if("ada".into(), 3).await, Ok(true));
    assert_eq!(sessions.count(), 1);
}

#[tokio::test]
async fn reg_013_keys_that_look_like_patterns_are_plain_keys() {
    let sessions = registry(1).await;
    let odd = session(&sessions, "_", 1).await;
    let _plain = session(&sessions, "$1", 2).await;
    assert_eq!(sessions.lookup("_").unwrap().pid(), odd.pid());
    assert_eq!(sessions.count_match("_", |_| true), 1);
    assert_eq!(odd.leave_if("$1".into(), 2).await, Ok(false));
    assert_eq!(odd.leave_if("_".into(), 1).await, Ok(true));
    assert_eq!(sessions.count(), 1);
}

#[tokio::test]
async fn reg_002_reg_017_all_entries_can_be_chosen_from_and_counted() {
    for partitions in [1, 8] {
        let sessions = registry(partitions).await;
        assert_eq!(sessions.count(), 0);
        let mut kept = Vec::new();
        for number in 0..10 {
            kept.push(session(&sessions, &number.to_string(), number).await);
        }
        let even = |_: &String, _: &SessionRef, value: &u64| value.is_multiple_of(2);
        assert_eq!(sessions.count_select(even), 5);
        let mut chosen = sessions.select(|key, server, value| {
            value
                .is_multiple_of(2)
                .then(|| (key.clone(), server.pid(), *value))
        });
        chosen.sort();
        let expected = |at: usize| (at.to_string(), kept[at].pid(), at as u64);
        let expected: Vec<_> = (0..10).step_by(2).map(expected).collect();
        assert_eq!(chosen, expected);
        kept[0].stop().await.unwrap();
        assert_eq!(sessions.count_select(even), 4);
        assert_eq!(sessions.count(), 9);
    }
}

#[tokio::test]
async fn reg_021_reg_022_a_dispatch_runs_in_the_caller_or_not_at_all() {
    let sessions = registry(1).await;
    let ada = session(&sessions, "ada", 3).await;
    let mut seen = Vec::new();
    assert!(!sessions.dispatch("bob", |server, _| seen.push(server.pid())));
    assert!(sessions.dispatch("ada", |server, _| seen.push(server.pid())));
    assert_eq!(seen, [ada.pid()]);
}

#[tokio::test]
async fn reg_019_reg_020_listeners_hear_of_keys_and_not_of_ends() {
    for partitions in [1, 8] {
        let sessions = registry(partitions).await;
        let before = session(&sessions, "before", 0).await;
        let mut events = sessions.subscribe();
        let mut other = sessions.subscribe();
        let ada = session(&sessions, "ada", 1).await;
        let pid = ada.pid();
        ada.join("more".into(), 2).await.unwrap().unwrap();
        assert!(ada.join("before".into(), 2).await.unwrap().is_err());
        assert!(ada.leave_if("more".into(), 2).await.unwrap());
        let register = |key: &str, value| registered(key, pid, value);
        let expected = vec![
            register("ada", 1),
            register("more", 2),
            unregister("more", pid),
        ];
        assert_eq!(all(&mut events), expected);
        ada.stop().await.unwrap();
        before.exit(ExitReason::Kill);
        before.monitor().await;
        assert_eq!(all(&mut events), []);
        // One that has gone is not in the way of others, and the end of the registry is the end.
        drop(events);
        let _bob = session(&sessions, "bob", 3).await;
        assert_eq!(all(&mut other).len(), 4);
        sessions.stop().await.unwrap();
        assert_eq!(other.next().await, None);
        assert_eq!(sessions.subscribe().next().await, None);
    }
}

fn registered(key: &str, pid: Pid, value: u64) -> RegistryEvent<String, u64> {
    RegistryEvent::Register {
        key: key.to_owned(),
        pid,
        value,
    }
}

fn unregister(key: &str, pid: Pid) -> RegistryEvent<String, u64> {
    RegistryEvent::Unregister {
        key: key.to_owned(),
        pid,
    }
}

#[tokio::test]
async fn reg_011_a_registry_that_is_gone_finds_nobody_and_says_so_to_who_registers() {
    let sessions = registry(8).await;
    let ada = session(&sessions, "ada", 1).await;
    sessions.stop().await.unwrap();
    let refused = ada.join("more".into(), 1).await.unwrap();
    assert_eq!(refused, Err(RegisterError::Down(ExitReason::Normal)));
    assert_eq!(sessions.count_select(|_, _, _| true), 0);
    assert_eq!(
        ada.raise("ada".into(), 1).await,
        Ok((Err(NotRegistered), 0))
    );
}
