//! Registries and groups beside what else there is: `cargo run --release --bin names [--quick]
//! [PART]`.
//!
//! Each part has a process of its own, so that none runs on the heap that another has left; in it, maps and
//! ours are measured in turn. Erlang has an `erl` with two schedulers, where it is installed. Prints a line
//! a figure, the median of the rounds.

mod beam;
#[path = "../../erlang.rs"]
mod erlang;
mod group;
mod memory;
mod registry;

use std::process::Command;
use std::time::Instant;

/// What a measurement fails with.
type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

/// How much is done, and how often.
#[derive(Clone, Copy)]
struct Size {
    rounds: usize,
    /// Keys that are looked up.
    keys: u64,
    /// Lookups of each reader.
    reads: u64,
    /// Members that join and leave.
    members: u64,
    /// Names whose memory is measured.
    names: u64,
}

const FULL: Size = Size {
    rounds: 5,
    keys: 10_000,
    reads: 2_000_000,
    members: 100_000,
    names: 1_000_000,
};
const QUICK: Size = Size {
    rounds: 1,
    keys: 1_000,
    reads: 200_000,
    members: 10_000,
    names: 100_000,
};

/// What is measured, by its name on the command line.
const PARTS: [&str; 4] = ["memory", "registry", "group", "beam"];

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (part, size) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["--quick"] => return all(&arguments),
        [part] => (part, FULL),
        ["--quick", part] => (part, QUICK),
        _ => return Err("there are `--quick` and the name of one part".into()),
    };
    match part {
        "memory" => memory::measure(size).await,
        "registry" => registry::measure(size).await,
        "group" => group::measure(size).await,
        "beam" => beam::measure(size),
        other => Err(format!("unknown part `{other}`: there are {}", PARTS.join(", ")).into()),
    }
}

fn all(arguments: &[String]) -> Result<()> {
    for part in PARTS {
        let mut command = Command::new(std::env::current_exe()?);
        let status = command.args(arguments).arg(part).status()?;
        if !status.success() {
            return Err(format!("{part}: {status}").into());
        }
    }
    Ok(())
}

/// Nanoseconds that `work` takes for each of `count`.
fn each(count: u64, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64() * 1e9 / count as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn print(what: &str, value: f64, unit: &str) {
    println!("{what:<44} {value:>12.1} {unit}");
}
