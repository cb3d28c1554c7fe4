//! Groups on one node: PG-001 to 009, 011 to 014, 029.

use std::time::Duration;

use otp::prelude::*;
use otp::{
    AnyProcess, ChildSpec, Flags, Intensity, JoinError, Process, Scope, ScopeRef, Strategy,
    Supervisor, spawn,
};

type Rooms = ScopeRef<String, User>;

#[gen_server]
struct User {
    heard: Vec<String>,
}

#[gen_server]
impl User {
    #[init]
    fn new() -> Self {
        User { heard: Vec::new() }
    }

    #[cast]
    fn say(&mut self, text: String) {
        self.heard.push(text);
    }

    #[call]
    fn heard(&self) -> Vec<String> {
        self.heard.clone()
    }
}

async fn rooms() -> Rooms {
    Scope::start("rooms").await.unwrap()
}

async fn user() -> UserRef {
    User::start().await.unwrap()
}

fn room(name: &str) -> String {
    name.to_owned()
}

fn pids(members: &[UserRef]) -> Vec<Pid> {
    let mut pids: Vec<_> = members.iter().map(|member| member.pid()).collect();
    pids.sort();
    pids
}

fn sorted<const N: usize>(mut pids: [Pid; N]) -> [Pid; N] {
    pids.sort();
    pids
}

#[tokio::test]
async fn pg_001_scopes_are_processes_that_know_nothing_of_each_other() {
    let (one, other) = (rooms().await, rooms().await);
    let ada = user().await;
    one.join(&room("lobby"), &ada).unwrap();
    assert_eq!(pids(&one.members("lobby")), [ada.pid()]);
    assert!(other.members("lobby").is_empty());
    assert!(one.is_alive() && one.pid() != other.pid());
}

#[tokio::test]
async fn pg_002_pg_003_pg_012_a_group_comes_with_its_first_member_and_goes_with_its_last() {
    let rooms = rooms().await;
    assert!(rooms.members("lobby").is_empty());
    assert!(rooms.which_groups().is_empty());
    let (ada, bob) = (user().await, user().await);
    rooms.join_all(&room("lobby"), [&*ada, &*bob]).unwrap();
    // Joined when `join` has returned.
    assert_eq!(
        pids(&rooms.members("lobby")),
        sorted([ada.pid(), bob.pid()])
    );
    assert_eq!(rooms.which_groups(), ["lobby"]);
    assert_eq!(rooms.local_groups(), ["lobby"]);
    rooms.leave("lobby", &ada).unwrap();
    assert_eq!(rooms.which_groups(), ["lobby"]);
    rooms.leave("lobby", &bob).unwrap();
    assert!(rooms.which_groups().is_empty() && rooms.local_groups().is_empty());
    assert!(rooms.members("lobby").is_empty() && rooms.local_members("lobby").is_empty());
}

#[tokio::test]
async fn pg_004_pg_006_who_joins_twice_is_a_member_twice_and_leaves_twice() {
    let rooms = rooms().await;
    let (ada, bob) = (user().await, user().await);
    for _ in 0..3 {
        rooms.join(&room("lobby"), &ada).unwrap();
    }
    rooms.join(&room("lobby"), &bob).unwrap();
    assert_eq!(rooms.members("lobby").len(), 4);
    rooms.leave("lobby", &ada).unwrap();
    let expected = {
        let mut all = vec![ada.pid(), ada.pid(), bob.pid()];
        all.sort();
        all
    };
    assert_eq!(pids(&rooms.members("lobby")), expected);
    // As many as are given.
    rooms.leave_all("lobby", [&*ada, &*ada]).unwrap();
    assert_eq!(pids(&rooms.members("lobby")), [bob.pid()]);
}

#[tokio::test]
async fn pg_005_who_is_no_member_cannot_leave() {
    let rooms = rooms().await;
    let (ada, bob) = (user().await, user().await);
    rooms.join(&room("lobby"), &ada).unwrap();
    assert_eq!(rooms.leave("lobby", &bob), Err(JoinError::NotJoined));
    assert_eq!(rooms.leave("cellar", &ada), Err(JoinError::NotJoined));
    assert_eq!(pids(&rooms.members("lobby")), [ada.pid()]);
    rooms.leave("lobby", &ada).unwrap();
    assert_eq!(rooms.leave("lobby", &ada), Err(JoinError::NotJoined));
    // Some of a list are enough.
    rooms.join(&room("lobby"), &ada).unwrap();
    assert_eq!(rooms.leave_all("lobby", [&*ada, &*bob]), Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pg_007_a_member_that_ended_is_in_no_group_when_its_down_is_seen() {
    let rooms = rooms().await;
    let bob = user().await;
    rooms.join(&room("cellar"), &bob).unwrap();
    for _ in 0..200 {
        let ada = user().await;
        for name in ["lobby", "lobby", "cellar"] {
            rooms.join(&room(name), &ada).unwrap();
        }
        let end = ada.monitor();
        ada.exit(ExitReason::Kill);
        end.await;
        assert!(rooms.members("lobby").is_empty());
        assert_eq!(pids(&rooms.members("cellar")), [bob.pid()]);
        assert_eq!(rooms.which_groups(), ["cellar"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pg_008_a_leave_and_a_join_that_race_with_the_end_leave_nothing() {
    let rooms = rooms().await;
    for round in 0..500 {
        let ada = user().await;
        rooms.join(&room("lobby"), &ada).unwrap();
        let end = ada.monitor();
        let racer = {
            let (rooms, ada) = (rooms.clone(), ada.clone());
            tokio::spawn(async move {
                if round % 2 == 0 {
                    match rooms.leave("lobby", &ada) {
                        Ok(()) | Err(JoinError::NotJoined) => {}
                        Err(error) => panic!("{error}"),
                    }
                } else {
                    rooms.join(&room("lobby"), &ada).unwrap();
                }
            })
        };
        ada.exit(ExitReason::Kill);
        end.await;
        assert!(rooms.members("lobby").is_empty());
        racer.await.unwrap();
        assert!(rooms.members("lobby").is_empty() && rooms.which_groups().is_empty());
    }
}

#[tokio::test]
async fn pg_009_the_dead_can_join_and_are_no_members() {
    let rooms = rooms().await;
    let ada = user().await;
    ada.stop().await.unwrap();
    assert_eq!(rooms.join(&room("lobby"), &ada), Ok(()));
    assert!(rooms.which_groups().is_empty());
    let any = Scope::<u32, AnyProcess>::start("any").await.unwrap();
    assert_eq!(any.join(&1, &ada.pid()), Ok(()));
    assert!(any.members(&1).is_empty() && any.which_groups().is_empty());
}

#[tokio::test]
async fn pg_011_reads_need_nothing_of_the_scopes_process() {
    let rooms = rooms().await;
    let ada = user().await;
    rooms.sys().suspend().await.unwrap();
    rooms.join(&room("lobby"), &ada).unwrap();
    assert_eq!(pids(&rooms.members("lobby")), [ada.pid()]);
    assert_eq!(pids(&rooms.local_members("lobby")), [ada.pid()]);
    assert_eq!(rooms.which_groups(), ["lobby"]);
    rooms.leave("lobby", &ada).unwrap();
    rooms.sys().resume().await.unwrap();
    assert_eq!(rooms.info().messages_handled, 0);
}

#[tokio::test]
async fn pg_013_nobody_joins_or_leaves_in_a_scope_that_is_gone() {
    let rooms = rooms().await;
    let ada = user().await;
    rooms.join(&room("lobby"), &ada).unwrap();
    rooms.exit(ExitReason::Kill);
    rooms.monitor().await;
    let down = Err(JoinError::Down(ExitReason::Killed));
    assert_eq!(rooms.join(&room("lobby"), &ada), down);
    assert_eq!(rooms.leave("lobby", &ada), down);
    assert!(rooms.members("lobby").is_empty() && rooms.which_groups().is_empty());
    let any = Scope::<u32, AnyProcess>::start("any").await.unwrap();
    any.stop().await.unwrap();
    let dead = any.pid();
    assert_eq!(
        any.join(&1, &dead),
        Err(JoinError::Down(ExitReason::Normal))
    );
}

#[tokio::test]
async fn a_broadcast_reaches_each_member_as_often_as_it_joined() {
    let rooms = rooms().await;
    let lobby = rooms.group(room("lobby"));
    let (ada, bob) = (user().await, user().await);
    lobby.join(&ada).unwrap();
    lobby.join(&bob).unwrap();
    lobby.join(&bob).unwrap();
    assert_eq!(lobby.name(), "lobby");
    let sent = lobby.broadcast(|user| user.say("hello".into()).try_send().unwrap());
    assert_eq!(sent, 3);
    assert_eq!(ada.heard().await.unwrap(), ["hello"]);
    assert_eq!(bob.heard().await.unwrap(), ["hello", "hello"]);
    lobby.leave(&bob).unwrap();
    assert_eq!(lobby.members().len(), 2);
    assert_eq!(lobby.local_members().len(), 2);
    assert_eq!(rooms.broadcast("cellar", |_| ()), 0);
}

#[tokio::test]
async fn processes_of_any_kind_join_by_their_pids_and_are_not_kept_alive() {
    let any = Scope::<&'static str, AnyProcess>::start("any")
        .await
        .unwrap();
    let plain = spawn(|_: Process| std::future::pending::<()>());
    let ada = user().await;
    any.join_all(&"all", [&plain, &ada.pid()]).unwrap();
    let mut members = any.members("all");
    members.sort();
    assert_eq!(members, sorted([plain, ada.pid()]));
    let end = ada.monitor();
    drop(ada);
    assert_eq!(end.await.reason, ExitReason::Normal);
    assert_eq!(any.members("all"), [plain]);
    any.leave("all", &plain).unwrap();
    plain.exit(ExitReason::Kill);
}

#[tokio::test]
async fn a_server_that_is_a_member_is_kept_alive_by_that() {
    let rooms = rooms().await;
    let ada = user().await;
    let end = ada.monitor();
    rooms.join(&room("lobby"), &ada).unwrap();
    drop(ada);
    tokio::task::yield_now().await;
    let ada = rooms.members("lobby").pop().unwrap();
    assert!(ada.is_alive());
    rooms.leave("lobby", &ada).unwrap();
    drop(ada);
    assert_eq!(end.await.reason, ExitReason::Normal);
}

#[tokio::test(start_paused = true)]
async fn pg_029_a_scope_is_a_child_and_its_members_join_again_after_a_restart() {
    let flags = Flags::new(
        Strategy::OneForOne,
        Intensity::new(10, Duration::from_secs(5)),
    );
    let (tree, rooms) = Supervisor::start("Tree", flags, |children| {
        let scope = || Scope::<String, User>::start("rooms");
        let rooms = children.add(ChildSpec::new("rooms", scope));
        (children.supervisor(), rooms)
    })
    .await
    .unwrap();
    let ada = user().await;
    rooms.join(&room("lobby"), &ada).unwrap();
    let old = rooms.pid();
    rooms.exit(ExitReason::Kill);
    while rooms.pid() == old || !rooms.is_alive() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(ada.is_alive());
    assert!(rooms.members("lobby").is_empty());
    assert_eq!(rooms.leave("lobby", &ada), Err(JoinError::NotJoined));
    rooms.join(&room("lobby"), &ada).unwrap();
    assert_eq!(pids(&rooms.members("lobby")), [ada.pid()]);
    tree.stop().await.unwrap();
    assert!(matches!(
        rooms.join(&room("lobby"), &ada),
        Err(JoinError::Down(_))
    ));
}

supervisor! {
    /// A tree with a scope.
    Chat {
        strategy: one_for_one,
        intensity: 3 per 5s,

        rooms: Scope<String, User>("rooms"),
        names: registry<String, User>,
    }
}

#[tokio::test]
async fn a_scope_is_a_child_of_a_declared_tree() {
    let chat = Chat::start().await.unwrap();
    let ada = user().await;
    let rooms: &Rooms = chat.rooms();
    rooms.join(&room("lobby"), &ada).unwrap();
    assert_eq!(pids(&rooms.members("lobby")), [ada.pid()]);
    assert_eq!(chat.names().count(), 0);
    chat.stop().await.unwrap();
}
