//! Agents: AGT-001 to 011.

mod process_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildSpec, Flags, Intensity, Registry, Restart, Strategy, Supervisor, self_pid, supervisor,
};
use process_support::inside;
use tokio::time::sleep;

const SECOND: Duration = Duration::from_secs(1);

async fn list() -> AgentRef<Vec<u32>> {
    Agent::start(|| vec![1, 2]).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn agt_001_the_state_is_made_in_the_agent() {
    let made = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&made);
    let start = Agent::start(move || {
        flag.store(true, Ordering::Relaxed);
        self_pid().unwrap()
    });
    let agent = start.await.unwrap();
    assert!(made.load(Ordering::Relaxed), "start waits for it");
    assert_eq!(agent.get(|maker| *maker).await, Ok(agent.pid()));
}

#[tokio::test(start_paused = true)]
async fn agt_002_get_leaves_the_state_as_it_is() {
    let agent = list().await;
    assert_eq!(agent.get(|list| list.iter().sum::<u32>()).await, Ok(3));
    assert_eq!(agent.get(Vec::len).await, Ok(2));
    assert_eq!(agent.get(|_| self_pid()).await, Ok(Some(agent.pid())));
}

#[tokio::test(start_paused = true)]
async fn agt_003_agt_004_update_and_get_and_update_change_it() {
    let agent = list().await;
    assert_eq!(agent.update(|list| list.push(3)).await, Ok(()));
    assert_eq!(agent.get_and_update(Vec::pop).await, Ok(Some(3)));
    assert_eq!(agent.get(Vec::clone).await, Ok(vec![1, 2]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agt_004_nothing_comes_between_the_two_halves() {
    let agent = Agent::start(|| 0_u64).await.unwrap();
    let callers = (0..4).map(|_| {
        let agent = agent.clone();
        Task::spawn(async move {
            for _ in 0..500 {
                let step = agent.get_and_update(|count| {
                    let before = *count;
                    *count += 1;
                    *count - before
                });
                assert_eq!(step.await, Ok(1));
            }
        })
    });
    otp::await_many(callers, SECOND * 30).await.unwrap();
    assert_eq!(agent.get(|count| *count).await, Ok(2000));
}

#[tokio::test(start_paused = true)]
async fn agt_005_a_cast_comes_before_what_is_asked_later_and_never_fails() {
    let agent = list().await;
    for n in 0..10 {
        assert_eq!(agent.cast(move |list| list.push(n)).await, Ok(()));
    }
    assert_eq!(agent.get(Vec::len).await, Ok(12));
    agent.stop().await.unwrap();
    assert_eq!(agent.cast(Vec::clear).await, Ok(()));
}

/// An agent that is busy for as long as it takes to release it.
fn busy(agent: &AgentRef<Vec<u32>>) -> std::sync::mpsc::Sender<()> {
    let (release, held) = std::sync::mpsc::channel();
    let agent = agent.clone();
    let (tell, begun) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let held = agent.update(move |_| {
            tell.send(()).unwrap();
            let _ = held.recv();
        });
        held.blocking()
    });
    begun.recv().unwrap();
    release
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agt_006_each_has_a_timeout() {
    let agent = list().await;
    let release = tokio::task::spawn_blocking({
        let agent = agent.clone();
        move || busy(&agent)
    });
    let release = release.await.unwrap();
    let short = Duration::from_millis(10);
    assert_eq!(
        agent.get(Vec::len).timeout(short).await,
        Err(CallError::Timeout)
    );
    let update = agent.update(Vec::clear).timeout(short);
    assert_eq!(update.await, Err(CallError::Timeout));
    let both = agent.get_and_update(Vec::pop).timeout(short);
    assert_eq!(both.await, Err(CallError::Timeout));
    drop(release);
    // What was asked in vain was done: also by message.
    assert_eq!(agent.get(Vec::len).await, Ok(0));
}

#[tokio::test]
async fn outside_a_runtime_there_is_blocking() {
    let agent = list().await;
    let thread = std::thread::spawn(move || {
        agent.cast(|list| list.push(3)).blocking().unwrap();
        agent.update(|list| list.push(4)).blocking().unwrap();
        agent.get(Vec::clone).blocking()
    });
    let list = tokio::task::spawn_blocking(|| thread.join().unwrap()).await;
    assert_eq!(list.unwrap(), Ok(vec![1, 2, 3, 4]));
}

#[tokio::test(start_paused = true)]
async fn agt_006_without_one_it_is_five_seconds() {
    let agent = list().await;
    agent.sys().suspend().await.unwrap();
    let begin = tokio::time::Instant::now();
    assert_eq!(agent.get(Vec::len).await, Err(CallError::Timeout));
    assert_eq!(agent.update(Vec::clear).await, Err(CallError::Timeout));
    let both = agent.get_and_update(Vec::pop).await;
    assert_eq!(both, Err(CallError::Timeout));
    assert_eq!(begin.elapsed(), SECOND * 15);
}

#[tokio::test(start_paused = true)]
async fn agt_007_a_start_links_or_not() {
    let (mine, links, alone) = inside(|me| async move {
        let linked = Agent::start_link(|| 0).await.unwrap();
        let alone = Agent::start(|| 0).await.unwrap();
        (me.pid(), linked.info().links, alone.info().links)
    })
    .await;
    assert_eq!((links, alone), (vec![mine], vec![]));
}

#[tokio::test(start_paused = true)]
async fn agt_007_agt_010_a_key_is_taken_once_and_free_after_stop() {
    let carts = Registry::<&str, Agent<u32>>::start("carts").await.unwrap();
    let ann = Agent::start(|| 1).via(&carts, "ann").await.unwrap();
    let again = Agent::start(|| 2).via(&carts, "ann").await;
    assert_eq!(again, Err(StartError::AlreadyStarted(ann.pid())));
    assert_eq!(ann.stop().await, Ok(()));
    assert!(!ann.is_alive());
    let ann = Agent::start(|| 3).via(&carts, "ann").await.unwrap();
    assert_eq!(ann.get(|n| *n).await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn agt_008_a_panic_in_the_start_function_is_an_error_of_start() {
    let agent = Agent::<u32>::start(|| panic!("no state")).await;
    let Err(StartError::Down(ExitReason::Panic { message, .. })) = agent else {
        panic!("{agent:?}");
    };
    assert_eq!(&*message, "no state");
}

#[tokio::test(start_paused = true)]
async fn agt_009_a_panic_in_a_function_ends_the_agent_and_tells_its_caller() {
    let ends: [fn(&AgentRef<Vec<u32>>) -> _; 2] = [
        |agent| agent.get(|_| panic!("in get")).send_request(),
        |agent| agent.update(|_| panic!("in update")).send_request(),
    ];
    for end in ends {
        let agent = list().await;
        let error = end(&agent).await.unwrap_err();
        assert!(
            matches!(&error, CallError::Down(ExitReason::Panic { .. })),
            "{error}"
        );
        assert!(!agent.is_alive());
    }
    // In place, too.
    let agent = list().await;
    let error = agent.get_and_update(|_| -> u32 { panic!("in both") }).await;
    assert!(matches!(
        error,
        Err(CallError::Down(ExitReason::Panic { .. }))
    ));
}

#[tokio::test(start_paused = true)]
async fn agt_011_an_agent_is_a_child_and_permanent_by_default() {
    let flags = || Flags::new(Strategy::OneForOne, Intensity::new(3, SECOND * 5));
    for (spec, restarts) in [
        (Agent::child("hits", || 7_u32), true),
        (
            Agent::child("hits", || 7_u32).restart(Restart::Temporary),
            false,
        ),
    ] {
        let start = Supervisor::start("Web", flags(), |children| {
            let hits = children.add(spec);
            (children.supervisor(), hits)
        });
        let (_web, hits) = start.await.unwrap();
        hits.update(|count| *count += 1).await.unwrap();
        let end = hits.monitor();
        hits.stop().await.unwrap();
        end.await;
        sleep(SECOND).await;
        assert_eq!(hits.is_alive(), restarts);
        if restarts {
            assert_eq!(hits.get(|count| *count).await, Ok(7));
        }
    }
    let spec: ChildSpec<_> = Agent::child("hits", String::new);
    assert!(format!("{spec:?}").contains("hits"));
}

supervisor! {
    Shop(start: u32) {
        strategy: one_for_one,
        intensity: 3 per 5s,

        stock: Agent<u32>(move || start),
        total: Agent<u32>(|| 0) { restart: transient },
    }
}

#[tokio::test(start_paused = true)]
async fn an_agent_is_declared_in_a_tree() {
    let shop = Shop::start(5).await.unwrap();
    let sold = shop.stock().get_and_update(|left| {
        *left -= 2;
        2
    });
    let sold = sold.await.unwrap();
    shop.total()
        .cast(move |total| *total += sold)
        .await
        .unwrap();
    assert_eq!(shop.stock().get(|left| *left).await, Ok(3));
    assert_eq!(shop.total().get(|total| *total).await, Ok(2));
    assert!(shop.tree().await.unwrap().to_string().contains("stock"));
}
