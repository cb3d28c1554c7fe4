//! The tree, and the places in it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use otp::prelude::*;
use otp::{
    ChildKind, ChildSpec, Flags, Intensity, Node, Scope, Shutdown, Strategy, Supervisable,
    Supervisor, SupervisorRef, SupervisorStart,
};

use crate::books::{Books, Place, Present};
use crate::kinds::{Gate, Session, Shard, Worker, WorkerRef};

const CREWS: usize = 100;
pub const WORKERS: usize = 120;
pub const SESSIONS: usize = 6_000;
pub const GATES: usize = 3_000;
pub const AGENTS: usize = 2_000;

supervisor! {
    /// Everything that is under load.
    pub Soak(town: Town) {
        strategy: one_for_one,
        intensity: never,

        /// Crews of workers, with every strategy.
        crews: Crews(town.workers),
        /// Which session has which place.
        names: registry<usize, Session>,
        /// Servers that come and go.
        sessions: dynamic<Session>(|at: usize| Session::start(town.sessions[at].clone()).via(&names, at)) {
            intensity: never,
            restart: transient,
        },
        /// Which sessions are in which room.
        rooms: Scope<usize, Session>("rooms"),
        /// State machines.
        gates: dynamic<Gate>(|at: usize| Gate::start(town.gates[at].clone())) { intensity: never },
        agents: dynamic<Agent<Present>>(|at: usize| {
            let place = town.agents[at].clone();
            Agent::start(move || Present::new(place))
        }) {
            intensity: never,
        },
        shards: partition<Shard>(16) { intensity: never },
        jobs: task_supervisor,
    }
}

/// The places of the tree: what its processes are started with.
#[derive(Clone)]
pub struct Town {
    pub workers: Arc<Vec<Arc<Place>>>,
    pub gates: Arc<Vec<Arc<Place>>>,
    pub agents: Arc<Vec<Arc<Place>>>,
    pub sessions: Arc<Vec<Arc<Place>>>,
}

impl Town {
    pub fn new(books: &Arc<Books>) -> Self {
        let places = |from: usize, number: usize| {
            let numbers = from..from + number;
            Arc::new(numbers.map(|at| Place::new(at as u64, books)).collect())
        };
        let workers = CREWS * WORKERS;
        Self {
            workers: places(0, workers),
            gates: places(workers, GATES),
            agents: places(workers + GATES, AGENTS),
            sessions: places(workers + GATES + AGENTS, SESSIONS),
        }
    }

    fn places(&self) -> impl Iterator<Item = &Arc<Place>> {
        let all = [&self.workers, &self.gates, &self.agents, &self.sessions];
        all.into_iter().flat_map(|places| places.iter())
    }

    /// How many processes are in their places.
    pub fn present(&self) -> u64 {
        self.places().map(|place| place.present()).sum()
    }

    /// Waits till every worker is there, and nobody twice. Returns how long that took.
    pub async fn calm(&self, soak: &SoakRef, most: Duration) -> Result<Duration, String> {
        let start = Instant::now();
        loop {
            let tree = soak.tree().await.map_err(|error| error.to_string())?;
            let crews = tree.children.iter().take(1);
            let running = crews.map(running).sum::<usize>();
            if running == self.workers.len() {
                break;
            }
            if start.elapsed() > most {
                return Err(format!("{running} workers run after the storm"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let took = start.elapsed();
        for place in self.places() {
            let may_be_away = place.number() >= self.sessions[0].number();
            let present = place.present();
            if present > 1 || (present == 0 && !may_be_away) {
                let number = place.number();
                return Err(format!("{number} is there {present} times"));
            }
        }
        Ok(took)
    }
}

/// The workers that run below, by the tree's own account.
fn running(node: &Node) -> usize {
    match node.info.kind {
        ChildKind::Worker => usize::from(node.info.pid.is_some()),
        _ => node.children.iter().map(running).sum(),
    }
}

/// A supervisor of supervisors, whose number is known at run time only.
pub struct Crews;

impl Supervisable for Crews {
    type Ref = CrewsRef;
}

#[derive(Clone)]
pub struct CrewsRef {
    pub crews: Arc<Vec<Crew>>,
}

/// A supervisor of workers, with their refs.
#[derive(Clone)]
pub struct Crew {
    pub supervisor: SupervisorRef,
    pub workers: Arc<Vec<WorkerRef>>,
}

impl Crews {
    pub fn start(places: Arc<Vec<Arc<Place>>>) -> SupervisorStart<CrewsRef> {
        let flags = Flags::new(Strategy::OneForOne, Intensity::NEVER);
        Supervisor::start("crews", flags, move |list| {
            let crews = places.chunks(WORKERS).enumerate().map(|(id, places)| {
                let places = places.to_vec();
                list.add(ChildSpec::new(id, move || crew(places.clone(), id)))
            });
            let crews = Arc::new(crews.collect());
            CrewsRef { crews }
        })
    }
}

fn crew(places: Vec<Arc<Place>>, number: usize) -> SupervisorStart<Crew> {
    let strategy = match number % 8 {
        0 => Strategy::OneForAll,
        1 => Strategy::RestForOne,
        _ => Strategy::OneForOne,
    };
    // Some give up now and then, and are restarted as a whole.
    let intensity = match number % 4 {
        0 => Intensity::new(50, Duration::from_secs(1)),
        _ => Intensity::NEVER,
    };
    Supervisor::start("crew", Flags::new(strategy, intensity), move |list| {
        let worker = |(id, place): (usize, &Arc<Place>)| {
            let place = Arc::clone(place);
            let spec = ChildSpec::new(id, move || Worker::start(Arc::clone(&place)));
            list.add(spec.shutdown(Shutdown::After(Duration::from_millis(40))))
        };
        let workers = Arc::new(places.iter().enumerate().map(worker).collect());
        Crew {
            supervisor: list.supervisor(),
            workers,
        }
    })
}
