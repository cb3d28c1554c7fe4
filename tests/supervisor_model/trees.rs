//! Random trees and random events, by proptest.

use otp::{AutoShutdown, Restart, Strategy};
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy as Random, any, prop_oneof};

use super::{Action, Asked, Ending, Kind, Node, Rules, Tree, Worker};

/// A tree of three levels at the most. Numbers go from top to bottom, so that declared order is that of
/// the numbers.
pub(crate) fn tree() -> impl Random<Value = Tree> {
    let leaf = (rules(), vec((terms(), worker()), 0..4));
    let below = prop_oneof![
        3 => (terms(), worker()).prop_map(|(terms, worker)| Branch {
            terms,
            kind: Kind::Worker(worker),
            below: Vec::new(),
        }),
        2 => (terms(), leaf).prop_map(|(terms, (rules, workers))| Branch {
            terms,
            kind: Kind::Supervisor(rules),
            below: workers.into_iter().map(|(terms, worker)| Branch {
                terms,
                kind: Kind::Worker(worker),
                below: Vec::new(),
            }).collect(),
        }),
    ];
    let middle =
        (terms(), rules(), vec(below.clone(), 0..4)).prop_map(|(terms, rules, below)| Branch {
            terms,
            kind: Kind::Supervisor(rules),
            below,
        });
    let top = (rules(), vec(prop_oneof![2 => below, 1 => middle], 1..5));
    top.prop_map(|(rules, below)| {
        let mut nodes = Vec::new();
        Branch {
            terms: (Restart::Permanent, false),
            kind: Kind::Supervisor(rules),
            below,
        }
        .plant(0, AutoShutdown::Never, &mut nodes);
        Tree(nodes)
    })
}

struct Branch {
    terms: (Restart, bool),
    kind: Kind,
    below: Vec<Branch>,
}

impl std::fmt::Debug for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.kind.fmt(f)
    }
}

impl Branch {
    fn plant(self, parent: usize, auto_shutdown: AutoShutdown, nodes: &mut Vec<Node>) {
        let id = nodes.len();
        let (restart, significant) = self.terms;
        let rules = match &self.kind {
            Kind::Supervisor(rules) => rules.auto_shutdown,
            Kind::Worker(_) => AutoShutdown::Never,
        };
        nodes.push(Node {
            parent,
            kind: self.kind,
            restart,
            significant: significant
                && restart != Restart::Permanent
                && auto_shutdown != AutoShutdown::Never,
        });
        for branch in self.below {
            branch.plant(id, rules, nodes);
        }
    }
}

fn terms() -> impl Random<Value = (Restart, bool)> {
    let restart = prop_oneof![
        3 => Just(Restart::Permanent),
        2 => Just(Restart::Transient),
        1 => Just(Restart::Temporary),
    ];
    (restart, any::<bool>())
}

fn rules() -> impl Random<Value = Rules> + Clone {
    let strategy = prop_oneof![
        Just(Strategy::OneForOne),
        Just(Strategy::OneForAll),
        Just(Strategy::RestForOne),
    ];
    let auto_shutdown = prop_oneof![
        2 => Just(AutoShutdown::Never),
        1 => Just(AutoShutdown::AnySignificant),
        1 => Just(AutoShutdown::AllSignificant),
    ];
    (strategy, 0_u32..5, 1_u64..4, auto_shutdown).prop_map(
        |(strategy, limit, period, auto_shutdown)| Rules {
            strategy,
            limit,
            period: period * 1000,
            auto_shutdown,
        },
    )
}

fn worker() -> impl Random<Value = Worker> + Clone {
    let init = prop_oneof![3 => Just(0), 1 => Just(150)];
    let ending = prop_oneof![
        4 => Just(Ending::Takes(0)),
        1 => Just(Ending::Takes(200)),
        1 => Just(Ending::Hangs),
    ];
    let shutdown = prop_oneof![
        1 => Just(Asked::Kill),
        4 => Just(Asked::Within(500)),
        1 => Just(Asked::Within(90)),
        1 => Just(Asked::Forever),
    ];
    (init, ending, shutdown).prop_map(|(init, ending, shutdown)| Worker {
        init,
        ending,
        shutdown: match (ending, shutdown) {
            (Ending::Hangs, Asked::Forever) => Asked::Within(700),
            _ => shutdown,
        },
    })
}

/// Events by numbers that are made to fit the tree: a pause before each, and what is done to whom.
pub(crate) fn events() -> impl Random<Value = Vec<(u64, Event)>> {
    let pause = prop_oneof![3 => Just(0), 2 => 0_u64..600, 1 => 900_u64..4000];
    vec((pause, event()), 1..40)
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) kind: u8,
    pub(crate) target: u16,
    pub(crate) times: u32,
}

fn event() -> impl Random<Value = Event> {
    (0_u8..24, any::<u16>(), 1_u32..6).prop_map(|(kind, target, times)| Event {
        kind,
        target,
        times,
    })
}

impl Event {
    /// What it is in this tree: nothing, if nobody fits. A worker whose inits are to fail gets a reason to
    /// be started: one of its siblings, or itself, panics.
    pub(crate) fn actions(self, tree: &Tree) -> Vec<Action> {
        let mut actions: Vec<Action> = self.action(tree).into_iter().collect();
        if let Some(Action::FailInits(id, _)) = actions.first() {
            let mut siblings = tree.children(tree.0[*id].parent);
            siblings.retain(|&child| matches!(tree.0[child].kind, Kind::Worker(_)));
            let other = siblings[self.times as usize % siblings.len()];
            actions.push(Action::Panic(other));
        }
        actions
    }

    /// What it is in this tree. `None`: nobody fits.
    pub(crate) fn action(self, tree: &Tree) -> Option<Action> {
        let is_worker = |id: &usize| matches!(tree.0[*id].kind, Kind::Worker(_));
        let of_workers = |id: &usize| !is_worker(id) && tree.children(*id).iter().all(is_worker);
        let pick = |fits: &dyn Fn(&usize) -> bool| {
            let all: Vec<usize> = (0..tree.0.len()).filter(fits).collect();
            let at = usize::from(self.target) % all.len().max(1);
            all.get(at).copied()
        };
        let worker = || pick(&is_worker);
        let child = || pick(&|id: &usize| *id != 0);
        Some(match self.kind {
            0..5 => Action::Panic(worker()?),
            5..8 => Action::Kill(worker()?),
            8..10 => Action::Quit(worker()?),
            10 => Action::Fail(worker()?),
            11..15 => Action::FailInits(worker()?, self.times),
            15 => Action::Kill(pick(&of_workers)?),
            16 => Action::Stop(pick(&|id: &usize| !is_worker(id) && *id != 0)?),
            17 | 18 => Action::Terminate(child()?),
            19 | 20 => Action::Restart(child()?),
            21 => Action::Delete(child()?),
            _ => Action::Start(worker()?),
        })
    }
}
