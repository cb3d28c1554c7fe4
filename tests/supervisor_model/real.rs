//! The same tree, run: workers that write down what happens to them, and the questions to their
//! supervisors.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildError, ChildSpec, ChildState, Flags, Intensity, Shutdown, StartChildError, StartFailure,
    Supervisor, SupervisorError, SupervisorRef, SupervisorStart,
};
use tokio::time::{Instant, sleep};

use super::{Action, Answer, Asked, Ending, Entry, Kind, State, Tree, What, Worker};

/// What the workers of one tree share.
#[derive(Clone)]
pub(crate) struct World(Arc<Shared>);

struct Shared {
    tree: Tree,
    epoch: Instant,
    seen: Mutex<Seen>,
}

#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) log: Vec<Entry>,
    /// Incarnations of each worker that are alive. More than one is a mistake by itself.
    pub(crate) alive: BTreeMap<usize, u32>,
    pub(crate) twice: Option<usize>,
    /// Every process there ever was.
    pub(crate) pids: Vec<Pid>,
    failing: BTreeMap<usize, u32>,
    /// How much longer the next init of a worker takes.
    slow: BTreeMap<usize, u64>,
    /// The refs of each, the latest last: a child that was deleted and added anew has several.
    workers: BTreeMap<usize, Vec<LoggerRef>>,
    supervisors: BTreeMap<usize, SupervisorRef>,
}

impl World {
    pub(crate) fn new(tree: &Tree) -> Self {
        Self(Arc::new(Shared {
            tree: tree.clone(),
            epoch: Instant::now(),
            seen: Mutex::default(),
        }))
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn at(&self, millis: u64) -> Instant {
        self.0.epoch + Duration::from_millis(millis)
    }

    fn note(&self, what: What, id: usize) {
        let now = u64::try_from(self.0.epoch.elapsed().as_millis()).expect("a short test");
        self.seen().log.push((now, what, id));
    }

    fn worker(&self, id: usize) -> Worker {
        match self.0.tree.0[id].kind {
            Kind::Worker(worker) => worker,
            Kind::Supervisor(_) => unreachable!("only workers are loggers"),
        }
    }

    pub(crate) fn supervisor(&self, id: usize) -> SupervisorRef {
        self.seen().supervisors[&id].clone()
    }

    /// The ref of the incarnation that is alive; any, if none is.
    pub(crate) fn logger(&self, id: usize) -> LoggerRef {
        let seen = self.seen();
        let refs = &seen.workers[&id];
        let alive = refs.iter().find(|worker| worker.is_alive());
        alive.unwrap_or(&refs[0]).clone()
    }

    pub(crate) fn loggers(&self) -> Vec<LoggerRef> {
        self.seen().workers.values().flatten().cloned().collect()
    }

    fn keep(&self, id: usize, worker: LoggerRef) {
        self.seen().workers.entry(id).or_default().push(worker);
    }

    /// Lets go of all refs: a supervisor whose ref is kept in here would keep the world, and the world
    /// it.
    pub(crate) fn clear(&self) {
        let mut seen = self.seen();
        let refs = (
            std::mem::take(&mut seen.workers),
            std::mem::take(&mut seen.supervisors),
        );
        drop(seen);
        drop(refs);
    }

    pub(crate) fn fail_inits(&self, id: usize, times: u32) {
        self.seen().failing.insert(id, times);
    }

    pub(crate) fn slow_init(&self, id: usize, millis: u64) {
        self.seen().slow.insert(id, millis);
    }

    /// The spec of a worker.
    fn spec(&self, id: usize) -> ChildSpec<otp::Start<Logger>> {
        let world = self.clone();
        let node = &self.0.tree.0[id];
        ChildSpec::new(id, move || Logger::start(world.clone(), id))
            .restart(node.restart)
            .significant(node.significant)
            .shutdown(match self.worker(id).shutdown {
                Asked::Kill => Shutdown::BrutalKill,
                Asked::Within(time) => Shutdown::After(Duration::from_millis(time)),
                Asked::Forever => Shutdown::Infinity,
            })
    }

    /// A supervisor with all that is below it.
    pub(crate) fn start(&self, id: usize) -> SupervisorStart<()> {
        let Kind::Supervisor(rules) = self.0.tree.0[id].kind else {
            unreachable!("only supervisors have children")
        };
        let within = Duration::from_millis(rules.period);
        let flags = Flags::new(rules.strategy, Intensity::new(rules.limit, within))
            .auto_shutdown(rules.auto_shutdown);
        let world = self.clone();
        Supervisor::start("chaos", flags, move |children| {
            let supervisor = children.supervisor();
            world.seen().supervisors.insert(id, supervisor);
            for child in world.0.tree.children(id) {
                let node = &world.0.tree.0[child];
                if let Kind::Worker(_) = node.kind {
                    let worker = children.add(world.spec(child));
                    world.keep(child, worker);
                } else {
                    let world = world.clone();
                    let spec = ChildSpec::new(child, move || world.start(child));
                    let spec = spec.restart(node.restart).significant(node.significant);
                    children.add(spec);
                }
            }
        })
    }

    /// Does it, and waits for the answer if it is a question. Of a worker it is asked by any ref.
    pub(crate) async fn apply(&self, action: Action) -> Answer {
        match action {
            Action::FailInits(id, times) => self.fail_inits(id, times),
            Action::Panic(id) => drop(self.logger(id).boom().try_send()),
            Action::Quit(id) => drop(self.logger(id).quit(true).try_send()),
            Action::Fail(id) => drop(self.logger(id).quit(false).try_send()),
            Action::Kill(id) => match self.0.tree.0[id].kind {
                Kind::Worker(_) => self.logger(id).exit(ExitReason::Kill),
                Kind::Supervisor(_) => self.supervisor(id).exit(ExitReason::Kill),
            },
            Action::Stop(id) => drop(self.supervisor(id).stop().await),
            Action::Terminate(id) => {
                return answer(&self.parent(id).terminate_child(id).await);
            }
            Action::Restart(id) => {
                return answer(&self.parent(id).restart_child(id).await.map(drop));
            }
            Action::Delete(id) => return answer(&self.parent(id).delete_child(id).await),
            Action::Start(id) => return self.start_child(id).await,
        }
        Answer::Nothing
    }

    pub(crate) fn parent(&self, id: usize) -> SupervisorRef {
        self.supervisor(self.0.tree.0[id].parent)
    }

    async fn start_child(&self, id: usize) -> Answer {
        match self.parent(id).start_child(self.spec(id)).await {
            Ok(worker) => {
                self.keep(id, worker);
                Answer::Ok
            }
            Err(StartChildError::AlreadyStarted(_)) => Answer::Running,
            Err(StartChildError::AlreadyPresent) => Answer::AlreadyPresent,
            Err(StartChildError::Failed(_)) => Answer::Failed,
            Err(StartChildError::Supervisor(CallError::Down(_))) => Answer::Down,
            Err(_) => Answer::Other,
        }
    }

    /// The children of a supervisor that runs, in order of start.
    pub(crate) async fn line(&self, id: usize) -> Vec<(String, State)> {
        let children = self.supervisor(id).which_children().await;
        let children = children.unwrap_or_default().into_iter().rev();
        let states = children.map(|child| {
            let state = match (child.state, child.pid) {
                (ChildState::Running, Some(_)) => State::Running,
                (ChildState::Restarting, None) => State::Restarting,
                (ChildState::Stopped, None) => State::Stopped,
                _ => State::Absent,
            };
            (child.id.expect("an ordered child").to_string(), state)
        });
        states.collect()
    }
}

fn answer(result: &Result<(), ChildError>) -> Answer {
    match result {
        Ok(()) => Answer::Ok,
        Err(ChildError::NotFound) => Answer::NotFound,
        Err(ChildError::Running) => Answer::Running,
        Err(ChildError::Failed(_)) => Answer::Failed,
        Err(ChildError::Supervisor(CallError::Down(_))) => Answer::Down,
        Err(_) => Answer::Other,
    }
}

/// The child whose failure made the start of a whole tree fail.
pub(crate) fn culprit(error: &SupervisorError) -> Option<String> {
    let SupervisorError::Child { child, failure, .. } = error else {
        return None;
    };
    match &**failure {
        StartFailure::Supervisor(inner) => culprit(inner),
        _ => Some(child.to_string()),
    }
}

/// A worker that writes down what happens to it.
#[gen_server]
pub(crate) struct Logger {
    present: Present,
}

/// That an incarnation is alive.
struct Present(World, usize);

impl Present {
    fn new(world: World, id: usize) -> Self {
        let mut seen = world.seen();
        let alive = seen.alive.entry(id).or_default();
        *alive += 1;
        if *alive > 1 {
            seen.twice = Some(id);
        }
        drop(seen);
        Self(world, id)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut seen = self.0.seen();
        if let Some(alive) = seen.alive.get_mut(&self.1) {
            *alive -= 1;
            if *alive == 0 {
                seen.alive.remove(&self.1);
            }
        }
    }
}

#[gen_server]
impl Logger {
    #[init]
    async fn new(cx: &mut Context<Self>, world: World, id: usize) -> Result<Self, String> {
        world.seen().pids.push(cx.pid());
        let present = Present::new(world, id);
        let world = &present.0;
        let slow = world.seen().slow.remove(&id);
        let init = world.worker(id).init + slow.unwrap_or(0);
        if init > 0 {
            sleep(Duration::from_millis(init)).await;
        }
        let fails = match world.seen().failing.get_mut(&id) {
            Some(times) if *times > 0 => {
                *times -= 1;
                true
            }
            _ => false,
        };
        if fails {
            world.note(What::Failed, id);
            return Err("told to fail".to_owned());
        }
        world.note(What::Started, id);
        Ok(Logger { present })
    }

    #[cast]
    pub(crate) fn boom(&mut self) {
        let id = self.present.1;
        panic!("{CRASH} {id}");
    }

    #[cast]
    pub(crate) fn quit(&mut self, cx: &mut Context<Self>, clean: bool) {
        assert!(self.present.1 > 0);
        cx.stop(if clean {
            ExitReason::Normal
        } else {
            ExitReason::error("failed by itself")
        });
    }

    /// Whether it is there.
    #[call]
    pub(crate) fn touch(&mut self) -> usize {
        self.present.1
    }

    #[terminate]
    async fn bye(&mut self, reason: &ExitReason) {
        let Present(world, id) = &self.present;
        world.note(What::Terminated, *id);
        if *reason != ExitReason::Shutdown {
            return;
        }
        match world.worker(*id).ending {
            Ending::Takes(0) => {}
            Ending::Takes(time) => sleep(Duration::from_millis(time)).await,
            Ending::Hangs => std::future::pending().await,
        }
    }
}

/// What the panics that are part of the test begin with.
const CRASH: &str = "crash on demand of";

/// Those panics are not printed.
pub(crate) fn silence_crashes() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let next = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let text = info.payload().downcast_ref::<String>();
            if !text.is_some_and(|text| text.starts_with(CRASH)) {
                next(info);
            }
        }));
    });
}
