//! Unique registries: REG-002 to 010, 024 to 030, 032, 033, 035; GS-010 for custom names; SUP-082 for
//! keys.

use std::collections::HashSet;
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildSpec, Flags, Intensity, RegisterError, Registry, RegistryRef, Strategy, Supervisor,
};

#[derive(Debug)]
#[gen_server]
struct Session {
    user: String,
    sessions: Option<RegistryRef<String, Session>>,
}

#[gen_server]
impl Session {
    #[init]
    async fn new(user: String, wait: u64) -> Result<Self, String> {
        tokio::time::sleep(Duration::from_secs(wait)).await;
        if user == "nobody" {
            return Err("unknown user".to_owned());
        }
        Ok(Session {
            user,
            sessions: None,
        })
    }

    #[call]
    fn user(&mut self) -> String {
        self.user.clone()
    }

    #[call]
    fn join(
        &mut self,
        cx: &mut Context<Self>,
        sessions: RegistryRef<String, Session>,
        key: String,
    ) -> Result<(), RegisterError> {
        let sessions = self.sessions.insert(sessions);
        sessions.register(key, cx)
    }

    #[call]
    fn leave(&mut self, cx: &mut Context<Self>, key: String) -> bool {
        let sessions = self.sessions.as_ref();
        sessions.is_some_and(|sessions| sessions.unregister(&key, cx))
    }

    #[call]
    fn crash(&mut self) -> u64 {
        assert!(self.user.is_empty(), "crash on demand");
        0
    }
}

type Sessions = RegistryRef<String, Session>;

async fn sessions() -> Sessions {
    Registry::<String, Session>::start("sessions")
        .await
        .unwrap()
}

async fn session(sessions: &Sessions, user: &str) -> SessionRef {
    Session::start(user.to_owned(), 0)
        .via(sessions, user.to_owned())
        .await
        .unwrap()
}

fn links(pid: Pid) -> HashSet<Pid> {
    pid.info()
        .map(|info| info.links)
        .into_iter()
        .flatten()
        .collect()
}

#[tokio::test]
async fn reg_002_reg_032_a_server_is_found_under_its_key_until_its_end() {
    let sessions = sessions().await;
    assert_eq!(sessions.count(), 0);
    let ada = session(&sessions, "ada").await;
    let bob = session(&sessions, "bob").await;
    assert_eq!(sessions.count(), 2);
    let found = sessions.lookup("ada").unwrap();
    assert_eq!(found.pid(), ada.pid());
    assert_eq!(found.user().await.unwrap(), "ada");
    assert_eq!(sessions.lookup("bob").unwrap().pid(), bob.pid());
    assert!(sessions.lookup("eve").is_none());
    ada.stop().await.unwrap();
    assert!(sessions.lookup("ada").is_none());
    assert_eq!(sessions.count(), 1);
}

#[tokio::test]
async fn gs_010_reg_033_a_second_start_under_a_key_names_the_first() {
    let sessions = sessions().await;
    let ada = session(&sessions, "ada").await;
    let again = Session::start("eve".to_owned(), 0).via(&sessions, "ada".to_owned());
    assert_eq!(
        again.await.unwrap_err(),
        StartError::AlreadyStarted(ada.pid())
    );
    assert_eq!(sessions.lookup("ada").unwrap().user().await.unwrap(), "ada");
    // With a monitor, a link or a timeout beside, too.
    let again = Session::start("eve".to_owned(), 0)
        .via(&sessions, "ada".to_owned())
        .timeout(Duration::from_secs(1))
        .monitored();
    assert_eq!(
        again.await.unwrap_err(),
        StartError::AlreadyStarted(ada.pid())
    );
    ada.stop().await.unwrap();
    session(&sessions, "ada").await;
}

#[tokio::test]
async fn reg_024_reg_025_reg_032_the_key_is_taken_before_init_and_free_when_it_fails() {
    let sessions = sessions().await;
    let failed = Session::start("nobody".to_owned(), 0).via(&sessions, "nobody".to_owned());
    assert_eq!(
        failed.await.unwrap_err(),
        StartError::Init("unknown user".to_owned())
    );
    assert!(sessions.lookup("nobody").is_none());
    assert_eq!(sessions.count(), 0);

    let mut slow =
        Box::pin(Session::start("ada".to_owned(), 3600).via(&sessions, "ada".to_owned()));
    assert!(futures::poll!(&mut slow).is_pending());
    let pid = sessions.lookup("ada").unwrap().pid();
    let second = Session::start("ada".to_owned(), 0).via(&sessions, "ada".to_owned());
    assert_eq!(second.await.unwrap_err(), StartError::AlreadyStarted(pid));
    let end = pid.monitor();
    drop(slow);
    end.await;
    assert!(sessions.lookup("ada").is_none());
    assert_eq!(sessions.keys_of(pid), Vec::<String>::new());
}

#[tokio::test]
async fn reg_003_reg_004_reg_006_reg_007_a_server_takes_and_gives_back_keys_of_its_own() {
    let sessions = sessions().await;
    let ada = Session::start("ada".to_owned(), 0).await.unwrap();
    let bob = session(&sessions, "bob").await;
    for key in ["ada", "lovelace"] {
        let joined = ada.join(sessions.clone(), key.to_owned()).await;
        assert_eq!(joined.unwrap(), Ok(()));
    }
    let mut keys = sessions.keys_of(ada.pid());
    keys.sort();
    assert_eq!(keys, ["ada", "lovelace"]);
    for key in ["ada", "bob"] {
        let holder = sessions.lookup(key).unwrap().pid();
        assert_eq!(
            ada.join(sessions.clone(), key.to_owned()).await.unwrap(),
            Err(RegisterError::AlreadyRegistered(holder))
        );
    }
    assert_eq!(sessions.count(), 3);
    assert_eq!(ada.leave("bob".to_owned()).await, Ok(false));
    assert_eq!(ada.leave("nothing".to_owned()).await, Ok(false));
    assert_eq!(sessions.lookup("bob").unwrap().pid(), bob.pid());
    assert_eq!(ada.leave("ada".to_owned()).await, Ok(true));
    assert!(sessions.lookup("ada").is_none());
    assert_eq!(sessions.keys_of(ada.pid()), ["lovelace"]);
    assert_eq!(sessions.keys_of(bob.pid()), ["bob"]);
}

#[tokio::test]
async fn reg_008_the_link_stays_until_the_last_key_is_given_back() {
    let sessions = sessions().await;
    let ada = session(&sessions, "ada").await;
    let more = ada.join(sessions.clone(), "lovelace".to_owned()).await;
    assert_eq!(more.unwrap(), Ok(()));
    assert!(links(ada.pid()).contains(&sessions.pid()));
    assert_eq!(ada.leave("ada".to_owned()).await, Ok(true));
    assert!(links(ada.pid()).contains(&sessions.pid()));
    assert_eq!(ada.leave("lovelace".to_owned()).await, Ok(true));
    assert!(links(ada.pid()).is_empty());
    assert!(links(sessions.pid()).is_empty());
    assert!(ada.is_alive());
}

#[tokio::test]
async fn reg_009_a_registry_that_fails_takes_the_registered_with_it() {
    let sessions = sessions().await;
    let ada = session(&sessions, "ada").await;
    let end = ada.monitor();
    sessions.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert!(sessions.lookup("ada").is_none());
    let late = Session::start("bob".to_owned(), 0).via(&sessions, "bob".to_owned());
    assert_eq!(late.await.unwrap_err(), StartError::NoRegistry);
    let bob = Session::start("bob".to_owned(), 0).await.unwrap();
    assert_eq!(
        bob.join(sessions, "bob".to_owned()).await.unwrap(),
        Err(RegisterError::Down(ExitReason::Killed))
    );
}

#[tokio::test]
async fn a_registry_that_is_stopped_forgets_and_harms_nobody() {
    let sessions = sessions().await;
    let ada = session(&sessions, "ada").await;
    sessions.stop().await.unwrap();
    assert!(sessions.lookup("ada").is_none());
    assert_eq!(sessions.count(), 0);
    assert_eq!(ada.user().await.unwrap(), "ada");
}

#[tokio::test]
async fn what_can_be_found_is_alive_and_ends_when_nothing_can_reach_it() {
    let sessions = sessions().await;
    let ada = session(&sessions, "ada").await;
    let end = ada.monitor();
    drop(ada);
    tokio::task::yield_now().await;
    let ada = sessions.lookup("ada").unwrap();
    assert_eq!(ada.user().await.unwrap(), "ada");
    sessions.stop().await.unwrap();
    drop(ada);
    assert_eq!(end.await.reason, ExitReason::Normal);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reg_005_reg_026_to_reg_030_after_the_down_the_key_is_free_at_once() {
    let sessions = sessions().await;
    for round in 0..300 {
        let ada = session(&sessions, "ada").await;
        let end = ada.monitor();
        match round % 3 {
            0 => ada.exit(ExitReason::Kill),
            1 => drop(ada.crash().await),
            _ => ada.exit(ExitReason::error("enough")),
        }
        let down = end.await;
        assert!(sessions.lookup("ada").is_none());
        assert!(sessions.keys_of(down.pid).is_empty());
        assert_eq!(sessions.count(), 0);
        // No retry: the key is free.
        let next = session(&sessions, "ada").await;
        assert_ne!(next.pid(), down.pid);
        next.stop().await.unwrap();
    }
    assert!(links(sessions.pid()).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reg_035_of_many_who_start_at_once_one_does_and_all_get_it() {
    let sessions = sessions().await;
    for round in 0..50_u32 {
        let starts: Vec<_> = (0..8)
            .map(|_| {
                let sessions = sessions.clone();
                tokio::spawn(async move {
                    let user = round.to_string();
                    let key = user.clone();
                    if round % 2 == 0 {
                        let start = || Session::start(user.clone(), 0);
                        let got = sessions.start_or_get(key, start).await.unwrap();
                        return Ok(got);
                    }
                    Session::start(user, 0).via(&sessions, key).await
                })
            })
            .collect();
        let mut pids = HashSet::new();
        let mut first = None;
        for start in starts {
            match start.await.unwrap() {
                Ok(session) => {
                    pids.insert(session.pid());
                    first = Some(session);
                }
                Err(StartError::AlreadyStarted(pid)) => drop(pids.insert(pid)),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(pids.len(), 1);
        assert_eq!(first.map(|first| first.pid()), pids.into_iter().next());
    }
    assert_eq!(sessions.count(), 50);
}

#[tokio::test]
async fn reg_010_keys_are_of_any_type_that_can_be_compared() {
    #[derive(Clone, PartialEq, Eq, Hash, Debug)]
    enum Key {
        Number(u64),
        Pair(u64, String),
    }
    let sessions = Registry::<Key, Session>::start("sessions").await.unwrap();
    let key = || Key::Pair(1, "a".to_owned());
    let start = Session::start("ada".to_owned(), 0).via(&sessions, key());
    let ada = start.await.unwrap();
    let start = Session::start("bob".to_owned(), 0).via(&sessions, Key::Number(1));
    let bob = start.await.unwrap();
    assert_eq!(sessions.lookup(&key()).unwrap().pid(), ada.pid());
    assert_eq!(sessions.lookup(&Key::Number(1)).unwrap().pid(), bob.pid());
    assert_eq!(sessions.keys_of(ada.pid()), [key()]);
}

#[tokio::test(start_paused = true)]
async fn sup_082_a_child_takes_its_key_anew_with_each_incarnation() {
    let flags = Flags::new(
        Strategy::RestForOne,
        Intensity::new(10, Duration::from_secs(5)),
    );
    let (shop, sessions, ada) = Supervisor::start("Shop", flags, |children| {
        let start = || Registry::<String, Session>::start("sessions");
        let sessions = children.add(ChildSpec::new("sessions", start));
        let registry = sessions.clone();
        let start = move || Session::start("ada".to_owned(), 0).via(&registry, "ada".to_owned());
        let ada = children.add(ChildSpec::new("ada", start));
        (children.supervisor(), sessions, ada)
    })
    .await
    .unwrap();
    for _ in 0..3 {
        let old = sessions.lookup("ada").unwrap().pid();
        assert!(ada.crash().await.is_err());
        assert_eq!(ada.user().await.unwrap(), "ada");
        let new = sessions.lookup("ada").unwrap().pid();
        assert!(new != old && new == ada.pid());
    }
    // The registry's end is that of all; both are back after it.
    let end = sessions.monitor();
    sessions.exit(ExitReason::Kill);
    end.await;
    assert_eq!(ada.user().await.unwrap(), "ada");
    assert_eq!(sessions.lookup("ada").unwrap().pid(), ada.pid());
    // A key that is taken is a failed start.
    let registry = sessions.clone();
    let start = move || Session::start("eve".to_owned(), 0).via(&registry, "ada".to_owned());
    let error = shop.start_child(ChildSpec::new("eve", start)).await;
    assert!(error.unwrap_err().to_string().contains("already started"));
    shop.stop().await.unwrap();
    assert!(sessions.lookup("ada").is_none());
}
