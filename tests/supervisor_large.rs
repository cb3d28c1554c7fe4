//! One large tree of four levels, with ten thousand children, under thousands of random events that do
//! not wait for each other: kills, panics, ends, failing, slow and hanging inits and terminates,
//! supervisors that are killed, stopped and give up, questions meanwhile. Only what must never be is
//! looked for: nobody is there twice, nobody is there whom no supervisor knows, every ref works or says
//! that its server is down, and with the root all are gone.
//!
//! SUP-048, 057, 060, 065, 070, 071, 076, 080, 081, 083, 094.

mod supervisor_model;

use std::collections::BTreeSet;
use std::time::Duration;

use otp::prelude::*;
use otp::{AutoShutdown, ChildState, Node as Branch, Restart, Strategy};
use supervisor_model::real::{World, silence_crashes};
use supervisor_model::{Action, Asked, Ending, Kind, Node, Rules, Tree, Worker};
use tokio::time::sleep;

/// Children of each supervisor, level by level.
const LEVELS: [usize; 4] = [10, 10, 10, 10];
const EVENTS: usize = 2_000;

/// The same numbers in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % sides as u64).expect("small")
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

fn tree(dice: &mut Dice) -> Tree {
    let mut nodes = Vec::new();
    plant(0, &LEVELS, dice, &mut nodes);
    Tree(nodes)
}

fn plant(parent: usize, levels: &[usize], dice: &mut Dice, nodes: &mut Vec<Node>) {
    let id = nodes.len();
    let kind = if levels.is_empty() {
        Kind::Worker(worker(dice))
    } else {
        let strategies = [
            Strategy::OneForOne,
            Strategy::OneForOne,
            Strategy::OneForAll,
            Strategy::RestForOne,
        ];
        Kind::Supervisor(Rules {
            strategy: dice.one_of(&strategies),
            // The root stays, whatever happens.
            limit: if id == 0 { u32::MAX } else { 2 },
            period: 5_000,
            auto_shutdown: AutoShutdown::Never,
        })
    };
    let transient = levels.is_empty() && dice.below(4) == 0;
    nodes.push(Node {
        parent,
        kind,
        restart: if transient {
            Restart::Transient
        } else {
            Restart::Permanent
        },
        significant: false,
    });
    if let Some((&children, below)) = levels.split_first() {
        for _ in 0..children {
            plant(id, below, dice, nodes);
        }
    }
}

fn worker(dice: &mut Dice) -> Worker {
    let ending = match dice.below(20) {
        0 => Ending::Hangs,
        1..4 => Ending::Takes(30),
        _ => Ending::Takes(0),
    };
    let init = if dice.below(10) == 0 { 20 } else { 0 };
    Worker {
        init,
        ending,
        shutdown: if dice.below(8) == 0 {
            Asked::Kill
        } else {
            Asked::Within(100)
        },
    }
}

/// Something happens to somebody; nobody waits for it.
fn event(dice: &mut Dice, tree: &Tree, world: &World) {
    let (mut worker, mut supervisor) = (0, 0);
    while worker == 0 || supervisor == 0 {
        let id = 1 + dice.below(tree.0.len() - 1);
        match tree.0[id].kind {
            Kind::Worker(_) => worker = id,
            Kind::Supervisor(_) => supervisor = id,
        }
    }
    let action = match dice.below(40) {
        0..8 => Action::Panic(worker),
        8..14 => Action::Kill(worker),
        14..18 => Action::Quit(worker),
        18..22 => Action::Fail(worker),
        22..26 => {
            world.fail_inits(worker, 1 + u32::try_from(dice.below(4)).expect("small"));
            Action::Kill(worker)
        }
        26..29 => {
            world.slow_init(worker, 1 + dice.below(3_000) as u64);
            Action::Panic(worker)
        }
        29..31 => Action::Kill(supervisor),
        31 => Action::Stop(supervisor),
        32..34 => Action::Terminate(worker),
        34..38 => Action::Restart(worker),
        38 => Action::Delete(worker),
        _ => Action::Start(worker),
    };
    let world = world.clone();
    tokio::spawn(async move { world.apply(action).await });
}

/// The workers that their supervisors know to run.
fn known(nodes: &[Branch], running: &mut BTreeSet<Pid>) {
    for node in nodes {
        if node.info.type_name == "Logger" && node.info.state == ChildState::Running {
            running.extend(node.info.pid);
        }
        known(&node.children, running);
    }
}

/// When all is quiet: who is alive is who is known, and every ref works or is down.
async fn check(dice: &mut Dice, world: &World) {
    sleep(Duration::from_secs(600)).await;
    let mut running = BTreeSet::new();
    let tree = world.supervisor(0).tree().await.unwrap();
    known(&tree.children, &mut running);
    {
        let mut seen = world.seen();
        assert_eq!(seen.twice, None, "a child was there twice");
        seen.pids.retain(|pid| pid.info().is_some());
        let alive: BTreeSet<Pid> = seen.pids.iter().copied().collect();
        assert_eq!(alive, running, "who is alive, and who is known");
        assert_eq!(seen.alive.len(), running.len());
    }
    let loggers = world.loggers();
    for _ in 0..500 {
        let logger = &loggers[dice.below(loggers.len())];
        match logger.touch().timeout(Duration::from_secs(1)).await {
            Ok(_) => assert!(running.contains(&logger.pid())),
            Err(CallError::Down(_)) => assert!(!logger.is_alive()),
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_children_survive_thousands_of_events() {
    silence_crashes();
    let mut dice = Dice(20_261_124);
    let tree = tree(&mut dice);
    let world = World::new(&tree);
    world.start(0).await.unwrap();
    assert_eq!(world.seen().alive.len(), 10_000);
    let end = world.supervisor(0).monitor();
    for number in 1..=EVENTS {
        event(&mut dice, &tree, &world);
        if dice.below(4) == 0 {
            sleep(Duration::from_millis(dice.below(150) as u64)).await;
        }
        if number % (EVENTS / 5) == 0 {
            check(&mut dice, &world).await;
        }
    }
    // The root is stopped in the middle of it all.
    for _ in 0..100 {
        event(&mut dice, &tree, &world);
    }
    sleep(Duration::from_millis(20)).await;
    world.supervisor(0).stop().await.unwrap();
    assert_eq!(end.await.reason, ExitReason::Normal);
    let pids = world.seen().pids.clone();
    let left = pids.iter().filter(|pid| pid.info().is_some()).count();
    assert_eq!((left, world.seen().alive.len()), (0, 0));
    for logger in world.loggers() {
        assert!(matches!(logger.touch().await, Err(CallError::Down(_))));
    }
    world.clear();
}
