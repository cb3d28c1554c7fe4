//! What a crate of servers costs its author at the compiler, beside the same crate in other forms.
//!
//! Generates a crate of so many servers with eight handlers each for every peer, builds its dependencies
//! once, and then measures in turns: `cargo check` of the crate, `cargo build --release` of it, and
//! `cargo build` after a change of one handler. Prints medians and ratios, of time and of processor time,
//! the lines of the expanded crate, and how many functions the compiler was given to make code of.
//!
//! All do the same: eight handlers, eight callers, and each call has a timeout of 5 s, as ours have unless
//! told otherwise.
//!
//! `otp-compile [--servers 100] [--rounds 3] [--peers ours,ractor,kameo,enum] [--directory DIR]`

mod args;
mod measure;
mod peers;
mod report;

use std::process::ExitCode;

use args::Args;
use measure::Subject;
use peers::Peer;

fn run(args: &Args) -> Result<(), String> {
    let subjects = args
        .peers
        .iter()
        .map(|&peer| Subject::prepare(peer, args.servers, &args.directory))
        .collect::<Result<Vec<_>, _>>()?;
    let mut figures = vec![measure::Figures::default(); subjects.len()];
    for round in 0..args.rounds {
        for (subject, figures) in subjects.iter().zip(&mut figures) {
            subject.measure(round, figures)?;
        }
    }
    for (subject, figures) in subjects.iter().zip(&mut figures) {
        figures.expanded = subject.expanded_lines();
        figures.functions = subject.functions();
    }
    let names: Vec<_> = subjects.iter().map(|subject| subject.peer.name()).collect();
    report::print(args, &names, &figures);
    Ok(())
}

fn main() -> ExitCode {
    match Args::parse(std::env::args().skip(1)).and_then(|args| run(&args)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// All of them, in the order of the report.
const PEERS: [Peer; 4] = [Peer::Ours, Peer::Ractor, Peer::Kameo, Peer::Enum];
