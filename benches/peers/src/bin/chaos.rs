//! A tree of depth four with 10,000 workers, in real time and under full load: kills, panics, stops,
//! slow and failing inits, killed supervisors. At the end nobody may be missing, there twice or left
//! over, and the memory must not have grown.
//!
//! `chaos [SECONDS] [SEED]`; 60 seconds by default. Exit code: 0 if all held, 1 if something did not.

#[path = "../chance.rs"]
mod chance;
#[path = "../resident.rs"]
mod resident;

use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use std::{env, process, thread};

use otp::prelude::*;
use otp::{
    ChildError, ChildSpec, Flags, Intensity, Node, Shutdown, Strategy, Supervisor, SupervisorRef,
    SupervisorStart,
};

use chance::Chance;
use resident::resident_mib;

const AREAS: usize = 10;
const GROUPS: usize = 10;
const WORKERS: usize = 100;
/// Tasks that call workers and do them harm.
const DRIVERS: u64 = 16;
/// In so many steps, one of a driver's does harm; the others are calls.
const HARM: u64 = 30;
/// How long the tree may take to be whole again after the storm.
const CALM: Duration = Duration::from_secs(60);
/// How much the memory may grow from the second quarter of the time to the last.
const GROWTH: f64 = 1.2;

/// What goes on, for all to see.
#[derive(Default)]
struct Storm {
    chance: Chance,
    blows: AtomicBool,
    calls: AtomicU64,
    unanswered: AtomicU64,
    kills: AtomicU64,
    panics: AtomicU64,
    stops: AtomicU64,
    rests: AtomicU64,
    supervisors: AtomicU64,
    inits: AtomicU64,
    slow_inits: AtomicU64,
    failed_inits: AtomicU64,
    violations: AtomicU64,
}

impl Storm {
    /// A number out of so many.
    fn draw(&self, most: u64) -> u64 {
        self.chance.draw(most)
    }

    fn blows(&self) -> bool {
        self.blows.load(Relaxed)
    }

    fn violation(&self, what: impl Display) {
        if self.violations.fetch_add(1, Relaxed) < 20 {
            eprintln!("violation: {what}");
        }
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Relaxed);
}

/// A worker's place in the tree: how many are in it.
struct Place {
    number: u64,
    present: AtomicU64,
    storm: Arc<Storm>,
}

/// Somebody is in the place.
struct Present(Arc<Place>);

impl Present {
    fn new(place: Arc<Place>) -> Self {
        if place.present.fetch_add(1, Relaxed) != 0 {
            place
                .storm
                .violation(format_args!("worker {} is there twice", place.number));
        }
        Self(place)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.present.fetch_sub(1, Relaxed);
    }
}

#[gen_server]
struct Worker {
    present: Present,
}

#[gen_server]
impl Worker {
    #[init]
    async fn new(place: Arc<Place>) -> Result<Self, &'static str> {
        let present = Present::new(place);
        let storm = &present.0.storm;
        count(&storm.inits);
        if storm.blows() {
            match storm.draw(2_000) {
                0 => panic!("init panics"),
                1 | 2 => {
                    count(&storm.failed_inits);
                    return Err("no luck");
                }
                3..10 => {
                    count(&storm.slow_inits);
                    tokio::time::sleep(Duration::from_millis(storm.draw(20))).await;
                }
                _ => {}
            }
        }
        Ok(Self { present })
    }

    #[call]
    fn number(&self) -> u64 {
        self.present.0.number
    }

    #[cast]
    fn crash(&mut self) {
        panic!("worker {}", self.present.0.number);
    }

    /// Some take their time, and some more than they have.
    #[terminate]
    async fn bye(&mut self, _: &ExitReason) {
        let storm = &self.present.0.storm;
        if storm.blows() && storm.draw(1_000) == 0 {
            tokio::time::sleep(Duration::from_millis(storm.draw(60))).await;
        }
    }
}

/// A supervisor of workers, with their refs.
#[derive(Clone)]
struct Group {
    supervisor: SupervisorRef,
    workers: Vec<WorkerRef>,
}

/// The groups of a tree, and the supervisors above them.
#[derive(Clone)]
struct Area {
    supervisor: SupervisorRef,
    groups: Vec<Group>,
}

fn group(places: Vec<Arc<Place>>, number: usize) -> SupervisorStart<Group> {
    let strategy = match number % 3 {
        0 => Strategy::OneForOne,
        1 => Strategy::OneForAll,
        _ => Strategy::RestForOne,
    };
    // Some give up now and then, and are restarted as a whole.
    let intensity = match number % 4 {
        0 => Intensity::new(50, Duration::from_secs(1)),
        _ => Intensity::NEVER,
    };
    Supervisor::start("group", Flags::new(strategy, intensity), move |list| {
        let worker = |(id, place): (usize, &Arc<Place>)| {
            let place = Arc::clone(place);
            let spec = ChildSpec::new(id, move || Worker::start(Arc::clone(&place)));
            list.add(spec.shutdown(Shutdown::After(Duration::from_millis(40))))
        };
        let workers = places.iter().enumerate().map(worker).collect();
        Group {
            supervisor: list.supervisor(),
            workers,
        }
    })
}

fn area(places: Vec<Arc<Place>>) -> SupervisorStart<Area> {
    let flags = Flags::new(Strategy::OneForOne, Intensity::NEVER);
    Supervisor::start("area", flags, move |list| {
        let groups = places.chunks(WORKERS).enumerate().map(|(id, places)| {
            let places = places.to_vec();
            list.add(ChildSpec::new(id, move || group(places.clone(), id)))
        });
        let groups = groups.collect();
        Area {
            supervisor: list.supervisor(),
            groups,
        }
    })
}

fn root(places: Vec<Arc<Place>>) -> SupervisorStart<(SupervisorRef, Vec<Area>)> {
    let flags = Flags::new(Strategy::OneForOne, Intensity::NEVER);
    Supervisor::start("root", flags, move |list| {
        let areas = places
            .chunks(GROUPS * WORKERS)
            .enumerate()
            .map(|(id, places)| {
                let places = places.to_vec();
                list.add(ChildSpec::new(id, move || area(places.clone())))
            });
        let areas = areas.collect();
        (list.supervisor(), areas)
    })
}

/// Calls workers and does them harm, till the storm is over.
async fn drive(areas: Arc<Vec<Area>>, storm: Arc<Storm>) {
    while storm.blows() {
        let (at, id) = (
            storm.draw((AREAS * GROUPS) as u64) as usize,
            storm.draw(WORKERS as u64) as usize,
        );
        let area = &areas[at / GROUPS];
        let group = &area.groups[at % GROUPS];
        let worker = &group.workers[id];
        if storm.draw(HARM) > 0 {
            count(&storm.calls);
            let wanted = (at * WORKERS + id) as u64;
            match worker.number().timeout(Duration::from_secs(10)).await {
                Ok(number) if number == wanted => {}
                Ok(number) => storm.violation(format_args!("worker {wanted} answers {number}")),
                Err(CallError::Timeout) => {
                    storm.violation(format_args!("worker {wanted} is silent"));
                }
                Err(_) => count(&storm.unanswered),
            }
            continue;
        }
        match storm.draw(1_000) {
            0 => {
                count(&storm.supervisors);
                area.supervisor.exit(ExitReason::Kill);
            }
            1..5 => {
                count(&storm.supervisors);
                group.supervisor.exit(ExitReason::Kill);
            }
            5..30 => {
                count(&storm.rests);
                rest(group, id).await;
            }
            30..330 => {
                count(&storm.kills);
                worker.exit(ExitReason::Kill);
            }
            330..660 => {
                count(&storm.stops);
                let _ = worker.stop().await;
            }
            _ => {
                count(&storm.panics);
                let _ = worker.crash().await;
            }
        }
    }
}

/// Stops a worker and starts it again, by its supervisor.
async fn rest(group: &Group, id: usize) {
    if group.supervisor.terminate_child(id).await.is_err() {
        return;
    }
    while let Err(ChildError::Failed(_)) = group.supervisor.restart_child(id).await {}
}

/// Waits till every worker is there and answers. Returns how long that took.
async fn calm(root: &SupervisorRef, areas: &[Area]) -> Result<Duration, String> {
    let start = Instant::now();
    loop {
        let running = root.tree().await.map(|tree| running(&tree.children));
        if running
            .as_ref()
            .is_ok_and(|&running| running == AREAS * GROUPS * WORKERS)
        {
            break;
        }
        if start.elapsed() > CALM {
            return Err(format!("{running:?} workers run after the storm"));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let groups = areas.iter().flat_map(|area| &area.groups);
    for (wanted, worker) in groups.flat_map(|group| &group.workers).enumerate() {
        let number = worker.number().timeout(Duration::from_secs(10)).await;
        if number != Ok(wanted as u64) {
            return Err(format!("worker {wanted} answers {number:?}"));
        }
    }
    Ok(start.elapsed())
}

/// The workers that run below, by the tree's own account.
fn running(nodes: &[Node]) -> usize {
    let one = |node: &Node| match node.info.kind {
        otp::ChildKind::Worker => usize::from(node.info.pid.is_some()),
        _ => running(&node.children),
    };
    nodes.iter().map(one).sum()
}

async fn run(time: Duration, storm: &Arc<Storm>) -> Result<(), Box<dyn std::error::Error>> {
    let places: Vec<_> = (0..(AREAS * GROUPS * WORKERS) as u64)
        .map(|number| {
            Arc::new(Place {
                number,
                present: AtomicU64::new(0),
                storm: Arc::clone(storm),
            })
        })
        .collect();
    let present = || {
        places
            .iter()
            .map(|place| place.present.load(Relaxed))
            .sum::<u64>()
    };

    let (root, areas) = root(places.clone()).await?;
    println!("{} workers, {:.1} MiB", present(), resident_mib());
    let areas = Arc::new(areas);
    storm.blows.store(true, Relaxed);
    let drivers: Vec<_> = (0..DRIVERS)
        .map(|_| tokio::spawn(drive(Arc::clone(&areas), Arc::clone(storm))))
        .collect();
    let mut memory = Vec::new();
    let start = Instant::now();
    while start.elapsed() < time {
        tokio::time::sleep(time / 40).await;
        memory.push(resident_mib());
    }
    storm.blows.store(false, Relaxed);
    for driver in drivers {
        driver.await?;
    }
    let most = |from: usize| {
        memory
            .iter()
            .skip(from)
            .take(10)
            .copied()
            .fold(0.0, f64::max)
    };
    println!(
        "memory: {:.1} MiB, at the end {:.1} MiB",
        most(10),
        most(30)
    );
    if most(30) > most(10) * GROWTH {
        storm.violation("the memory grows");
    }
    // Those that were stopped by hand while their supervisor went away are started again by it.
    match calm(&root, &areas).await {
        Ok(took) => println!("whole again after {took:.1?}"),
        Err(what) => storm.violation(what),
    }
    for place in &places {
        let present = place.present.load(Relaxed);
        if present != 1 {
            storm.violation(format_args!(
                "worker {} is there {present} times",
                place.number
            ));
        }
    }
    let start = Instant::now();
    root.stop().await?;
    println!("stopped in {:.1?}", start.elapsed());
    if present() != 0 {
        storm.violation(format_args!("{} workers are left over", present()));
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut numbers = env::args().skip(1).map(|text| text.parse::<u64>());
    let (Ok(seconds), Ok(seed)) = (
        numbers.next().unwrap_or(Ok(60)),
        numbers.next().unwrap_or(Ok(1)),
    ) else {
        eprintln!("usage: chaos [SECONDS] [SEED]");
        return ExitCode::from(2);
    };
    std::panic::set_hook(Box::new(|_| {}));
    let time = Duration::from_secs(seconds);
    thread::spawn(move || {
        thread::sleep(time + 2 * CALM);
        eprintln!("violation: something hangs");
        process::exit(1);
    });
    let storm = Arc::new(Storm {
        chance: Chance::new(seed),
        ..Storm::default()
    });
    if let Err(error) = run(time, &storm).await {
        storm.violation(error);
    }
    let of = |counter: &AtomicU64| counter.load(Relaxed);
    println!(
        "{} calls ({} to one that was down), {} kills, {} panics, {} stops, {} by their supervisor, \
         {} supervisors killed",
        of(&storm.calls),
        of(&storm.unanswered),
        of(&storm.kills),
        of(&storm.panics),
        of(&storm.stops),
        of(&storm.rests),
        of(&storm.supervisors),
    );
    println!(
        "{} inits, {} slow, {} failed; {} violations",
        of(&storm.inits),
        of(&storm.slow_inits),
        of(&storm.failed_inits),
        of(&storm.violations),
    );
    ExitCode::from(u8::from(of(&storm.violations) > 0))
}
