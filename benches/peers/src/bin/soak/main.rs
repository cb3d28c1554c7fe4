//! A tree of 20,000 processes of all kinds under random load, crashes, restarts, joins and leaves, for
//! as long as asked. At the end no message may have been lost or handled twice, no call answered long
//! after its timeout, nobody missing or there twice, and the memory must not have grown.
//!
//! `soak [SECONDS] [SEED]`; 60 seconds by default. Exit code: 0 if all held, 1 if something did not.

mod books;
#[path = "../../chance.rs"]
mod chance;
mod idle;
mod kinds;
mod measure;
#[path = "../../resident.rs"]
mod resident;
mod traffic;
mod tree;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use std::{env, process, thread};

use books::Books;
use measure::{Memory, Pauses};
use traffic::Traffic;
use tree::{Soak, Town};

/// How long the tree may take to be whole again, and to stop.
const CALM: Duration = Duration::from_secs(60);

async fn run(time: Duration, books: &Arc<Books>) -> Result<(), Box<dyn std::error::Error>> {
    let town = Town::new(books);
    let soak = Soak::start(town.clone()).await?;
    let traffic = Traffic::begin(&soak, &town, books).await?;
    println!(
        "{} processes, {:.1} MiB",
        town.present(),
        resident::resident_mib()
    );
    let pauses = Pauses::watch();
    let cpu = measure::cpu();
    let memory = Memory::watch(time).await;
    let cpu = measure::cpu().saturating_sub(cpu);
    let pauses = pauses.end();
    let took = traffic.end().await?;
    books.print();
    println!(
        "{:.1} s of CPU in {:.1} s; drivers done after {took:.1?}",
        cpu.as_secs_f64(),
        time.as_secs_f64()
    );
    println!("scheduling delay: {pauses}");
    println!("memory: {memory}");
    if memory.grows() {
        books.violation("the memory grows");
    }
    match town.calm(&soak, CALM).await {
        Ok(took) => println!("whole again after {took:.1?}"),
        Err(what) => books.violation(what),
    }
    let start = Instant::now();
    soak.stop().await?;
    println!("stopped in {:.1?}", start.elapsed());
    if town.present() != 0 {
        books.violation(format_args!("{} processes are left over", town.present()));
    }
    drop((soak, town));
    println!("idle: {}", idle::measure().await?);
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut numbers = env::args().skip(1).map(|text| text.parse::<u64>());
    let (Ok(seconds), Ok(seed)) = (
        numbers.next().unwrap_or(Ok(60)),
        numbers.next().unwrap_or(Ok(1)),
    ) else {
        eprintln!("usage: soak [SECONDS] [SEED]");
        return ExitCode::from(2);
    };
    std::panic::set_hook(Box::new(|_| {}));
    let time = Duration::from_secs(seconds);
    thread::spawn(move || {
        thread::sleep(time + 4 * CALM);
        eprintln!("violation: something hangs");
        process::exit(1);
    });
    let books = Arc::new(Books::new(seed));
    if let Err(error) = run(time, &books).await {
        books.violation(error);
    }
    println!("{} violations", books.violations());
    ExitCode::from(u8::from(books.violations() > 0))
}
