//! The same state machine on ours, on other state machine crates, by hand, as a process, and on the BEAM.
//!
//! Kinds that are compared run in turns in one process, several rounds of each; the median counts.

mod bare;
mod beam;
mod call;
mod door;
mod timeouts;

use std::time::Duration;

const HELP: &str = "\
Usage: otp-machines [bare] [call] [timeouts] [--quick]

  bare      transitions of a machine without a process, beside statig, rust-fsm and a match by hand
  call      a call to a machine beside a call to a server, and to Erlang's gen_statem if it is installed
  timeouts  state timeouts that are set and cancelled, and the memory that they leave behind
";

fn main() {
    let mut names = Vec::new();
    let mut quick = false;
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "--quick" => quick = true,
            "bare" | "call" | "timeouts" => names.push(arg),
            _ => {
                eprint!("{HELP}");
                std::process::exit(2);
            }
        }
    }
    let wants = |name: &str| names.is_empty() || names.iter().any(|other| other == name);
    if wants("bare") {
        bare::run(quick);
    }
    if wants("call") {
        call::run(quick);
    }
    if wants("timeouts") {
        timeouts::run(quick);
    }
}

/// Rounds of each kind.
fn rounds(quick: bool) -> usize {
    if quick { 5 } else { 31 }
}

/// Nanoseconds for each of `count`.
fn each(time: Duration, count: u32) -> f64 {
    time.as_secs_f64() * 1e9 / f64::from(count)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
