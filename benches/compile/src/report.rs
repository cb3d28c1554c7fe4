//! The table that is printed.

use std::time::Duration;

use crate::args::Args;
use crate::measure::{Cost, Figures};

fn median(costs: &[Cost], of: impl Fn(&Cost) -> Duration) -> f64 {
    let mut times: Vec<_> = costs.iter().map(of).collect();
    times.sort();
    times
        .get(times.len() / 2)
        .copied()
        .unwrap_or_default()
        .as_secs_f64()
}

/// The costs of one of the commands.
type Costs = fn(&Figures) -> &[Cost];

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
    let commands: [(&str, Costs); 3] = [
        ("cargo check", |figures| &figures.check),
        ("cargo build --release", |figures| &figures.release),
        ("cargo build after a change", |figures| &figures.again),
    ];
    for (name, costs) in commands {
        row(name, &|figures| median(costs(figures), |cost| cost.wall), 2);
        let told = |figures: &Figures| costs(figures).iter().all(|cost| cost.processor.is_some());
        if figures.iter().all(told) {
            let of = |figures: &Figures| {
                median(costs(figures), |cost| cost.processor.unwrap_or_default())
            };
            row(&format!("{name}: processor time"), &of, 2);
        }
    }
    if figures.iter().all(|figures| figures.expanded.is_some()) {
        let of = |figures: &Figures| figures.expanded.unwrap_or_default() as f64;
        row("lines of the expanded crate", &of, 0);
    }
    if figures.iter().all(|figures| figures.functions.is_some()) {
        let of = |figures: &Figures| figures.functions.unwrap_or_default() as f64;
        row("functions that code is made of", &of, 0);
    }
}
