//! Supervisors against a model, on a clock that stands still: random trees, random events, and after
//! each of them the log of starts and ends to the millisecond, who runs, and every answer. And one large
//! tree, where only what must never be is looked for.
//!
//! SUP-003, 006, 008, 027, 028, 030, 033 to 038, 041, 042, 045 to 049, 052 to 059, 063 to 078, 081, 083,
//! 096 to 102, 104.

mod supervisor_model;

use futures::FutureExt;
use otp::prelude::*;
use otp::{Restart, Strategy};
use proptest::prelude::{
    Just, ProptestConfig, TestCaseError, any, prop_assert, prop_assert_eq, prop_oneof, proptest,
};
use proptest::strategy::Strategy as _;
use supervisor_model::real::{World, culprit, silence_crashes};
use supervisor_model::trees::{Event, events, tree};
use supervisor_model::{Action, Answer, Kind, Model, RootEnd, Tree};
use tokio::time::sleep_until;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn supervisors_do_what_the_model_does(
        tree in tree(),
        failing in prop_oneof![4 => Just(None), 1 => any::<u16>().prop_map(Some)],
        events in events(),
    ) {
        silence_crashes();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(compare(&tree, failing, &events))?;
    }
}

async fn compare(
    tree: &Tree,
    failing: Option<u16>,
    events: &[(u64, Event)],
) -> Result<(), TestCaseError> {
    let (mut model, world) = (Model::new(tree), World::new(tree));
    let failing = failing.map(|target| Event {
        kind: 11,
        target,
        times: 1,
    });
    if let Some(action) = failing.and_then(|event| event.action(tree)) {
        model.apply(action);
        world.apply(action).await;
    }
    let started = world.start(0).await;
    let expected = model.start_root();
    if let Err(error) = &started {
        let culprit = culprit(error);
        prop_assert_eq!(
            expected,
            culprit.and_then(|id| id.parse().ok()).map_or(Ok(()), Err)
        );
        settle(&mut model, &world).await?;
        world.clear();
        return Ok(());
    }
    prop_assert_eq!(expected, Ok(()));
    let mut end = world.supervisor(0).monitor();
    settle(&mut model, &world).await?;
    for (pause, event) in events {
        model.now += pause;
        sleep_until(world.at(model.now)).await;
        for action in event.actions(tree) {
            let answer = world.apply(action).await;
            prop_assert_eq!(model.apply(action), answer, "answer to {:?}", action);
            let settled = settle(&mut model, &world).await;
            settled.map_err(|error| TestCaseError::fail(format!("after {action:?}: {error}")))?;
        }
        if model.root_end.is_some() {
            break;
        }
    }
    if model.root_end.is_none() {
        world.apply(Action::Stop(0)).await;
        model.stop_root();
        settle(&mut model, &world).await?;
    }
    let reason = match (&mut end).now_or_never().map(|down| down.reason) {
        Some(ExitReason::Normal) => Some(RootEnd::Normal),
        Some(ExitReason::Shutdown) => Some(RootEnd::Shutdown),
        Some(ExitReason::Killed) => Some(RootEnd::Killed),
        _ => None,
    };
    prop_assert_eq!(model.root_end, reason, "end of the root");
    nothing_is_left(&world).await?;
    world.clear();
    Ok(())
}

/// Waits until all must have happened, and compares.
async fn settle(model: &mut Model, world: &World) -> Result<(), TestCaseError> {
    model.now += 1;
    sleep_until(world.at(model.now)).await;
    {
        let seen = world.seen();
        prop_assert_eq!(&model.log, &seen.log, "log");
        prop_assert_eq!(seen.twice, None, "a child was there twice");
        let alive: Vec<usize> = seen.alive.keys().copied().collect();
        prop_assert_eq!(model.workers_that_run(), alive, "who runs");
    }
    for id in model.supervisors_that_run() {
        let expected = model.lines[id].iter();
        let expected: Vec<_> = expected
            .map(|&child| (child.to_string(), model.state[child]))
            .collect();
        prop_assert_eq!(expected, world.line(id).await, "children of {}", id);
    }
    Ok(())
}

/// The root has ended: so has everybody, and every ref says so at once.
async fn nothing_is_left(world: &World) -> Result<(), TestCaseError> {
    let pids = world.seen().pids.clone();
    for pid in pids {
        prop_assert!(pid.info().is_none(), "{} is still there", pid);
    }
    for worker in world.loggers() {
        let answer = worker.touch().await;
        prop_assert!(matches!(answer, Err(CallError::Down(_))), "{:?}", answer);
    }
    Ok(())
}

/// A supervisor is killed that has a copy of one of its declared children: the copy ends before the
/// declared one starts.
#[tokio::test(start_paused = true)]
async fn a_killed_supervisor_starts_anew_when_all_its_children_have_ended() {
    let tree = Tree::nested(3, Restart::Temporary);
    let world = World::new(&tree);
    world.start(0).await.unwrap();
    for round in 0..30 {
        // A copy of 4, which a new incarnation knows nothing of.
        world.apply(Action::Quit(4)).await;
        sleep_until(world.at(10_000 * round + 1)).await;
        assert_eq!(world.apply(Action::Start(4)).await, Answer::Ok);
        world.apply(Action::Kill(1)).await;
        sleep_until(world.at(10_000 * (round + 1))).await;
        assert_eq!(world.seen().twice, None);
        for id in 2..=4 {
            assert_eq!(world.logger(id).touch().await, Ok(id));
        }
    }
    world.apply(Action::Stop(0)).await;
    world.clear();
}

/// A supervisor that gives up since another below it was killed: nobody waits for those below that, who
/// are just ending, and nobody waits for them to come back.
#[tokio::test(start_paused = true)]
async fn refs_of_what_died_with_its_supervisors_are_down() {
    let mut tree = Tree::nested(3, Restart::Permanent);
    for worker in &mut tree.0[2..] {
        worker.parent = 2;
    }
    let mut middle = tree.0[1].clone();
    middle.restart = Restart::Transient;
    if let Kind::Supervisor(rules) = &mut middle.kind {
        rules.limit = 0;
    }
    tree.0[1].parent = 1;
    tree.0.insert(1, middle);
    let world = World::new(&tree);
    world.start(0).await.unwrap();
    world.apply(Action::Kill(2)).await;
    sleep_until(world.at(1)).await;
    assert!(world.supervisor(0).is_alive() && !world.supervisor(1).is_alive());
    for logger in world.loggers() {
        assert!(matches!(logger.touch().await, Err(CallError::Down(_))));
    }
    assert_eq!(world.apply(Action::Restart(1)).await, Answer::Ok);
    for logger in world.loggers() {
        assert!(logger.touch().await.is_ok());
    }
    world.apply(Action::Stop(0)).await;
    world.clear();
}

/// Two children that are killed at once: the second is found dead when it is to be stopped.
#[tokio::test(start_paused = true)]
async fn a_child_that_died_before_it_was_stopped_is_restarted_once_and_stays() {
    for strategy in [Strategy::OneForAll, Strategy::RestForOne] {
        let tree = Tree::flat(strategy, 3);
        let world = World::new(&tree);
        world.start(0).await.unwrap();
        for id in 1..=3 {
            world.apply(Action::Kill(id)).await;
        }
        sleep_until(world.at(10)).await;
        for id in 1..=3 {
            assert_eq!(world.logger(id).touch().await, Ok(id));
        }
        let log: Vec<_> = world.seen().log.iter().map(|entry| entry.2).collect();
        assert_eq!(log, [1, 2, 3, 1, 2, 3]);
        world.apply(Action::Stop(0)).await;
        world.clear();
    }
}
