//! Generates the same hundred servers, with eight handlers each, for us, for ractor, for kameo and by hand,
//! and measures what they cost to compile.
//!
//! `cargo run --release --manifest-path benches/compile/Cargo.toml -- [ROUNDS [SERVERS]]`
//!
//! The dependencies are built first and are in no figure. Times are processor time where the system tells it,
//! and the rounds are interleaved, so that a machine with other work to do is equally unfair to all.

mod crates;
mod measure;
mod report;
mod subjects;

use std::env;
use std::error::Error;

use crates::Workspace;
use report::Report;
use subjects::SUBJECTS;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let mut args = env::args().skip(1);
    let mut number = |default: usize| match args.next() {
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number")),
        None => Ok(default),
    };
    let (rounds, servers) = (number(5)?, number(100)?);
    let workspace = Workspace::generate(&SUBJECTS, servers)?;
    let mut report = Report::default();
    for subject in &SUBJECTS {
        println!("building what {} depends on", subject.name);
        measure::warm_up(&workspace, subject)?;
    }
    for round in 0..rounds {
        println!("round {} of {rounds}", round + 1);
        for subject in &SUBJECTS {
            for (what, time) in measure::times(&workspace, subject)? {
                report.time(subject.name, what, time);
            }
        }
    }
    for subject in &SUBJECTS {
        for (what, count) in measure::counts(&workspace, subject)? {
            report.count(subject.name, what, count);
        }
    }
    println!("\n{report}");
    Ok(())
}
