//! Runs the same work on ours, on other actor crates, on hand-written tokio and on the BEAM, and
//! prints one table. `--help` says what can be picked.

mod args;
mod child;
mod erlang;
mod peers;
mod report;
mod work;
mod workload;

use std::process::ExitCode;

use args::{Command, Options};
use erlang::Erlang;
use peers::PeerName;
use report::Results;

/// What a measurement fails with.
type Error = Box<dyn std::error::Error + Send + Sync>;
/// What a measurement returns.
type Result<T, E = Error> = std::result::Result<T, E>;

fn main() -> ExitCode {
    match args::parse(std::env::args().skip(1)) {
        Ok(Command::Help) => {
            report::help(args::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Child(job)) => child::run(job),
        Ok(Command::Run(options)) => compare(&options),
        Err(error) => {
            report::error(&format!("{error}\nTry --help."));
            ExitCode::from(2)
        }
    }
}

fn compare(options: &Options) -> ExitCode {
    let (peers, erlang) = match take_part(options) {
        Ok(found) => found,
        Err(error) => {
            report::error(&error.to_string());
            return ExitCode::FAILURE;
        }
    };
    let mut results = Results::new(&options.workloads, &peers);
    // Rounds outermost: a noisy minute of the machine then costs every pair one sample, not one
    // pair all of them. The peer that goes first changes from round to round.
    for round in 0..options.rounds {
        for &workload in &options.workloads {
            report::progress(round + 1, options.rounds, workload);
            for turn in 0..peers.len() {
                let peer = peers[(turn + round) % peers.len()];
                if !workload.is_for(peer) || results.has_failed(workload, peer) {
                    continue;
                }
                let job = child::Job {
                    workload,
                    peer,
                    quick: options.quick,
                };
                results.add(workload, peer, child::measure(job, erlang.as_ref()));
            }
        }
    }
    report::progress_done();
    if options.json {
        results.print_json();
    } else {
        results.print_table();
    }
    if results.print_failures() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// The peers that can be measured here; the BEAM only where Erlang is installed.
fn take_part(options: &Options) -> Result<(Vec<PeerName>, Option<Erlang>)> {
    let mut peers = options
        .peers
        .clone()
        .unwrap_or_else(|| PeerName::available().collect());
    if !peers.contains(&PeerName::Beam) {
        return Ok((peers, None));
    }
    match peers::beam::find() {
        Ok(erlang) => Ok((peers, Some(erlang))),
        Err(error) if options.peers.is_some() => Err(error),
        Err(error) => {
            report::note(&format!("beam is left out: {error}"));
            peers.retain(|&peer| peer != PeerName::Beam);
            Ok((peers, None))
        }
    }
}
