//! Medians, side by side, and what ours is of the best peer.

use std::fmt;
use std::time::Duration;

use crate::measure::{AGAIN, CHECK, ITEMS, LINES, REBUILD, RELEASE};
use crate::subjects::SUBJECTS;

/// All that was measured.
#[derive(Default)]
pub struct Report {
    times: Vec<(&'static str, &'static str, Duration)>,
    counts: Vec<(&'static str, &'static str, usize)>,
}

impl Report {
    pub fn time(&mut self, subject: &'static str, what: &'static str, time: Duration) {
        self.times.push((subject, what, time));
    }

    pub fn count(&mut self, subject: &'static str, what: &'static str, count: usize) {
        self.counts.push((subject, what, count));
    }

    fn median(&self, subject: &str, what: &str) -> f64 {
        let of = self
            .times
            .iter()
            .filter(|(s, w, _)| *s == subject && *w == what);
        let mut times: Vec<f64> = of.map(|(.., time)| time.as_secs_f64()).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
    }

    fn counted(&self, subject: &str, what: &str) -> usize {
        let mut of = self.counts.iter();
        of.find(|(s, w, _)| *s == subject && *w == what)
            .map_or(0, |(.., count)| *count)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = SUBJECTS.iter().map(|subject| subject.name).collect();
        writeln!(f, "| | {} | ours / faster peer |", names.join(" | "))?;
        writeln!(f, "|{}", " --- |".repeat(names.len() + 2))?;
        for what in [CHECK, RELEASE, AGAIN, REBUILD] {
            let times: Vec<f64> = names.iter().map(|name| self.median(name, what)).collect();
            let shown: Vec<String> = times.iter().map(|time| format!("{time:.2} s")).collect();
            // The subjects begin with ours and end with what is written by hand.
            let peers = times[1..times.len() - 1].iter().copied();
            let best = peers.fold(f64::INFINITY, f64::min);
            writeln!(
                f,
                "| {what} | {} | {:.2} x |",
                shown.join(" | "),
                times[0] / best
            )?;
        }
        for what in [LINES, ITEMS] {
            let counts: Vec<usize> = names.iter().map(|name| self.counted(name, what)).collect();
            let shown: Vec<String> = counts.iter().map(ToString::to_string).collect();
            writeln!(f, "| {what} | {} | |", shown.join(" | "))?;
        }
        Ok(())
    }
}
