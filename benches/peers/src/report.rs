//! All that is printed: the table or the JSON lines, progress, notes and errors.

use std::io::{IsTerminal, stderr};

use crate::Result;
use crate::peers::PeerName;
use crate::workload::Workload;

/// The values measured so far.
pub struct Results {
    pairs: Vec<Pair>,
}

/// One peer's values for one workload.
struct Pair {
    workload: Workload,
    peer: PeerName,
    values: Vec<f64>,
    failure: Option<String>,
}

impl Pair {
    /// The values in order; empty after a failure, since a wrong result has no speed.
    fn sorted(&self) -> Vec<f64> {
        if self.failure.is_some() {
            return Vec::new();
        }
        let mut values = self.values.clone();
        values.sort_by(f64::total_cmp);
        values
    }

    fn median(&self) -> Option<f64> {
        median(&self.sorted())
    }
}

impl Results {
    /// An empty one.
    pub fn new(workloads: &[Workload], peers: &[PeerName]) -> Self {
        let pair = |workload, peer| Pair {
            workload,
            peer,
            values: Vec::new(),
            failure: None,
        };
        let pairs = workloads
            .iter()
            .flat_map(|&workload| peers.iter().map(move |&peer| (workload, peer)))
            .filter(|(workload, peer)| workload.is_for(*peer))
            .map(|(workload, peer)| pair(workload, peer))
            .collect();
        Self { pairs }
    }

    /// Keeps one measurement.
    pub fn add(&mut self, workload: Workload, peer: PeerName, value: Result<f64>) {
        let pair = self
            .pairs
            .iter_mut()
            .find(|pair| (pair.workload, pair.peer) == (workload, peer));
        let pair = pair.expect("only pairs that `new` was told of are measured");
        match value {
            Ok(value) => pair.values.push(value),
            Err(error) => pair.failure = Some(error.to_string()),
        }
    }

    /// Whether this pair gave a wrong result before.
    pub fn has_failed(&self, workload: Workload, peer: PeerName) -> bool {
        self.pairs
            .iter()
            .any(|pair| (pair.workload, pair.peer) == (workload, peer) && pair.failure.is_some())
    }

    fn median(&self, workload: Workload, peer: PeerName) -> Option<f64> {
        self.pairs
            .iter()
            .find(|pair| (pair.workload, pair.peer) == (workload, peer))
            .and_then(Pair::median)
    }

    /// The peer, ours aside, with the best median.
    fn best(&self, workload: Workload) -> Option<PeerName> {
        let medians = self.pairs.iter().filter(|pair| {
            pair.workload == workload && pair.peer != PeerName::Ours && pair.median().is_some()
        });
        let by_median =
            |a: &&Pair, b: &&Pair| f64::total_cmp(&a.median().unwrap(), &b.median().unwrap());
        let best = if workload.lower_is_better() {
            medians.min_by(by_median)
        } else {
            medians.max_by(by_median)
        };
        best.map(|pair| pair.peer)
    }

    /// The table.
    pub fn print_table(&self) {
        for line in self.table() {
            println!("{line}");
        }
    }

    fn table(&self) -> Vec<String> {
        let compares = self.pairs.iter().any(|pair| pair.peer == PeerName::Ours);
        let mut lines = vec![line([
            "workload",
            "unit",
            "peer",
            "median",
            "[min - max]",
            if compares { "ours/peer" } else { "" },
        ])];
        let mut last = None;
        for pair in &self.pairs {
            let workload = pair.workload;
            let is_first = last.replace(workload) != Some(workload);
            if is_first {
                lines.push(String::new());
            }
            let unit = if is_first { workload.unit() } else { "" };
            let name = if is_first { workload.name() } else { "" };
            let mark = if self.best(workload) == Some(pair.peer) {
                " *"
            } else {
                ""
            };
            let peer = format!("{}{mark}", pair.peer.name());
            let values = pair.sorted();
            let (Some(middle), Some(&least), Some(&most)) =
                (median(&values), values.first(), values.last())
            else {
                lines.push(line([name, unit, &peer, "failed", "", ""]));
                continue;
            };
            let range = format!("[{} - {}]", number(least), number(most));
            let ratio = match self.median(workload, PeerName::Ours) {
                Some(ours) => format!("{:.2}", ours / middle),
                None => String::new(),
            };
            lines.push(line([name, unit, &peer, &number(middle), &range, &ratio]));
        }
        lines.push(String::new());
        lines.push(
            "* the best peer; of ns, us and bytes less is better, of the others more".to_owned(),
        );
        lines
    }

    /// One JSON object a line.
    pub fn print_json(&self) {
        for line in self.json() {
            println!("{line}");
        }
    }

    fn json(&self) -> Vec<String> {
        let object = |pair: &Pair| {
            let (workload, peer) = (pair.workload.name(), pair.peer.name());
            let (median, unit) = (pair.median()?, pair.workload.unit());
            Some(format!(
                r#"{{"workload": "{workload}", "peer": "{peer}", "median": {median:.1}, "unit": "{unit}"}}"#
            ))
        };
        self.pairs.iter().filter_map(object).collect()
    }

    /// Says what went wrong, and whether anything did.
    pub fn print_failures(&self) -> bool {
        let mut any = false;
        for pair in &self.pairs {
            if let Some(failure) = &pair.failure {
                error(&format!(
                    "{} on {}: {failure}",
                    pair.workload.name(),
                    pair.peer.name()
                ));
                any = true;
            }
        }
        any
    }
}

/// Of sorted values; none of none.
fn median(values: &[f64]) -> Option<f64> {
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        Some(upper)
    } else {
        Some(f64::midpoint(values[values.len() / 2 - 1], upper))
    }
}

/// Three or four digits that can be read at a glance.
fn number(value: f64) -> String {
    match value {
        1e6.. => format!("{:.2} M", value / 1e6),
        1e4.. => format!("{:.0} k", value / 1e3),
        1e3.. => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}

fn line([workload, unit, peer, median, range, ratio]: [&str; 6]) -> String {
    format!("{workload:<17} {unit:<10} {peer:<10} {median:>9}  {range:<21} {ratio:>9}")
        .trim_end()
        .to_owned()
}

/// The text that was asked for.
pub fn help(text: &str) {
    println!("{text}");
}

/// The one line that a child prints for its parent.
pub fn child_value(value: f64) {
    println!("{value}");
}

/// Something that the user should know, beside the results.
pub fn note(text: &str) {
    eprintln!("note: {text}");
}

/// Something that went wrong.
pub fn error(text: &str) {
    eprintln!("error: {text}");
}

/// Where the run is, for someone who waits at a terminal.
pub fn progress(round: usize, rounds: usize, workload: Workload) {
    if stderr().is_terminal() {
        eprint!("\r\x1b[Kround {round} of {rounds}: {}", workload.name());
    }
}

/// Clears the progress line.
pub fn progress_done() {
    if stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn results() -> Results {
        let peers = [PeerName::Ours, PeerName::Raw, PeerName::Actix];
        let mut results = Results::new(&[Workload::CallSeq, Workload::Cast], &peers);
        for (ours, raw) in [(100.0, 400.0), (90.0, 300.0), (98.0, 392.0)] {
            results.add(Workload::CallSeq, PeerName::Ours, Ok(ours));
            results.add(Workload::CallSeq, PeerName::Raw, Ok(raw));
        }
        results.add(Workload::CallSeq, PeerName::Actix, Ok(1.0));
        results.add(
            Workload::CallSeq,
            PeerName::Actix,
            Err("count is 1, not 2".into()),
        );
        results.add(Workload::Cast, PeerName::Ours, Ok(20e6));
        results.add(Workload::Cast, PeerName::Raw, Ok(10e6));
        results.add(Workload::Cast, PeerName::Actix, Ok(12.5e6));
        results
    }

    #[test]
    fn medians_of_odd_and_even_counts() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[1.0, 2.0, 9.0]), Some(2.0));
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), Some(3.0));
    }

    #[test]
    fn best_goes_by_the_workload() {
        assert_eq!(results().best(Workload::CallSeq), Some(PeerName::Raw));
        assert_eq!(results().best(Workload::Cast), Some(PeerName::Actix));
    }

    #[test]
    fn a_table_with_ratios_and_a_failure() {
        let table = results().table();
        assert_eq!(
            table[0],
            "workload          unit       peer          median  [min - max]           ours/peer"
        );
        assert_eq!(
            table[2],
            "call_seq          ns         ours            98.0  [90.0 - 100.0]             1.00"
        );
        assert_eq!(
            table[3],
            "                             raw *          392.0  [300.0 - 400.0]            0.25"
        );
        assert_eq!(
            table[4],
            "                             actix         failed"
        );
        assert_eq!(
            table[8],
            "                             actix *      12.50 M  [12.50 M - 12.50 M]        1.60"
        );
    }

    #[test]
    fn json_has_one_object_for_each_right_result() {
        let json = results().json();
        assert_eq!(json.len(), 5);
        assert_eq!(
            json[0],
            r#"{"workload": "call_seq", "peer": "ours", "median": 98.0, "unit": "ns"}"#
        );
    }

    #[test]
    fn a_failed_pair_is_not_measured_again() {
        assert!(results().has_failed(Workload::CallSeq, PeerName::Actix));
        assert!(!results().has_failed(Workload::Cast, PeerName::Actix));
    }

    #[test]
    fn numbers_are_short() {
        let shown = [98.0, 754.62, 2185.2, 56_123.0, 427_900.0, 13_220_000.0].map(number);
        assert_eq!(shown, ["98.0", "754.6", "2185", "56 k", "428 k", "13.22 M"]);
    }
}
