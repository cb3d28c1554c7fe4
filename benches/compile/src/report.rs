//! The table that is printed.

use std::time::Duration;

use crate::args::Args;
use crate::measure::Figures;

fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort();
    times
        .get(times.len() / 2)
        .copied()
        .unwrap_or_default()
        .as_secs_f64()
}

pub fn print(args: &Args, names: &[&str], figures: &[Figures]) {
    println!(
        "{} servers with 8 handlers each; medians of {} rounds in s, and the ratio of ours\n",
        args.servers, args.rounds
    );
    let row = |name: &str, of: &dyn Fn(&Figures) -> f64, precision: usize| {
        println!("{name}");
        let ours = names
            .iter()
            .position(|&name| name == "ours")
            .map(|at| of(&figures[at]));
        for (peer, figures) in names.iter().zip(figures) {
            let value = of(figures);
            let ratio = ours.map_or_else(String::new, |ours| format!("{:.2}", ours / value));
            println!("  {peer:<8} {value:>10.precision$} {ratio:>8}");
        }
        println!();
    };
    row("cargo check", &|figures| median(&figures.check), 2);
    row(
        "cargo build --release",
        &|figures| median(&figures.release),
        2,
    );
    row(
        "cargo build after a change",
        &|figures| median(&figures.again),
        2,
    );
    if figures.iter().all(|figures| figures.expanded.is_some()) {
        let of = |figures: &Figures| figures.expanded.unwrap_or_default() as f64;
        row("lines of the expanded crate", &of, 0);
    }
    if figures.iter().all(|figures| figures.functions.is_some()) {
        let of = |figures: &Figures| figures.functions.unwrap_or_default() as f64;
        row("functions that code is made of", &of, 0);
    }
}
