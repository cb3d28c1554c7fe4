//! Exchange rates that everybody reads and one server writes: OTP's ETS pattern.
//!
//! The server loads a CSV of `currency,rate` lines and keeps the rates in a [`Table`]. Readers look
//! them up on their own thread, without a lock and without a message, while the server updates them.
//!
//! `cargo run --release --example rates [FILE]`

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use otp::prelude::*;

const SAMPLE: &str = "examples/data/rates.csv";
const READERS: u64 = 8;
/// Bad lines that are printed.
const SHOWN: usize = 10;
const SPAN: Duration = Duration::from_millis(700);

/// A currency's code: three letters, cheap to copy and to hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Currency(pub(crate) [u8; 3]);

/// A line that is no rate.
#[derive(Clone, Debug)]
pub(crate) struct BadLine {
    number: usize,
    what: String,
}

#[derive(Debug)]
pub(crate) enum LoadError {
    Unreadable(PathBuf, io::Error),
    NoRates(PathBuf),
}

#[gen_server]
pub(crate) struct Rates {
    #[table]
    by_currency: Table<Currency, f64>,
    skipped: Vec<BadLine>,
    updates: u64,
}

#[gen_server]
impl Rates {
    /// Loads the rates of the file at `path`.
    #[init]
    async fn load(path: PathBuf) -> Result<Self, LoadError> {
        let bytes = match tokio::fs::read(&path).await {
            Ok(bytes) => bytes,
            Err(error) => return Err(LoadError::Unreadable(path, error)),
        };
        let (rates, skipped) = parse(&bytes);
        if rates.is_empty() {
            return Err(LoadError::NoRates(path));
        }
        let by_currency = Table::new();
        for (currency, rate) in rates {
            by_currency.insert(currency, rate);
        }
        Ok(Rates {
            by_currency,
            skipped,
            updates: 0,
        })
    }

    /// Sets the rate of `currency`.
    #[call]
    pub(crate) fn publish(&mut self, currency: Currency, rate: f64) {
        self.updates += 1;
        self.by_currency.insert(currency, rate);
    }

    /// The rate of `currency`, asked of the server.
    #[call]
    fn ask(&self, currency: Currency) -> Option<f64> {
        self.by_currency.get(&currency)
    }

    /// The rate of `currency`, read past the server.
    #[read]
    pub(crate) fn rate(
        by_currency: &TableReader<Currency, f64>,
        currency: Currency,
    ) -> Option<f64> {
        by_currency.get(&currency)
    }

    /// All currencies, sorted, read past the server.
    #[read]
    fn currencies(by_currency: &TableReader<Currency, f64>) -> Vec<Currency> {
        let mut all = Vec::with_capacity(by_currency.len());
        by_currency.scan(|currency, _| all.push(*currency));
        all.sort_unstable_by_key(|currency| currency.0);
        all
    }

    /// The lines of the file that were no rates.
    #[call]
    fn skipped(&self) -> Vec<BadLine> {
        self.skipped.clone()
    }

    /// How many rates were published.
    #[call]
    fn updates(&self) -> u64 {
        self.updates
    }
}

/// The rates of a CSV, and its bad lines.
fn parse(bytes: &[u8]) -> (Vec<(Currency, f64)>, Vec<BadLine>) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rates = Vec::new();
    let mut skipped = Vec::new();
    let mut seen = HashMap::new();
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let number = index + 1;
        let parsed = match std::str::from_utf8(line) {
            Ok(line) => parse_line(line),
            Err(_) => Err("not UTF-8".to_owned()),
        };
        match parsed {
            Ok(None) => {}
            Ok(Some((currency, rate))) => match seen.get(&currency) {
                None => {
                    seen.insert(currency, number);
                    rates.push((currency, rate));
                }
                Some(first) => skipped.push(BadLine {
                    number,
                    what: format!("{currency} again, line {first} counts"),
                }),
            },
            Err(what) => skipped.push(BadLine { number, what }),
        }
    }
    (rates, skipped)
}

/// The rate of one line; none for a comment, an empty line or the header.
fn parse_line(line: &str) -> Result<Option<(Currency, f64)>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') || line.eq_ignore_ascii_case("currency,rate") {
        return Ok(None);
    }
    let (currency, rate) = line
        .split_once(',')
        .ok_or_else(|| format!("`{}` has no comma", shortened(line)))?;
    let currency = match <[u8; 3]>::try_from(currency.trim().as_bytes()) {
        Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Currency(code),
        _ => return Err(format!("`{}` is no currency code", shortened(currency))),
    };
    let rate = rate.trim();
    match rate.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(Some((currency, rate))),
        _ => Err(format!("`{}` is no rate for {currency}", shortened(rate))),
    }
}

/// The beginning of what may be a megabyte of garbage.
fn shortened(text: &str) -> String {
    text.chars().take(24).flat_map(char::escape_debug).collect()
}

/// How readers get a rate.
#[derive(Clone, Copy)]
enum By {
    Table,
    Call,
}

/// Looks up one currency after the other until told to stop; how many rates there were.
async fn read(rates: RatesRef, by: By, stop: Arc<AtomicBool>) -> Result<u64, String> {
    let currencies = rates.currencies();
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        for &currency in &currencies {
            let rate = match by {
                By::Table => rates.rate(currency),
                By::Call => rates.ask(currency).await.map_err(|e| e.to_string())?,
            };
            if !rate.is_some_and(|rate| rate > 0.0) {
                return Err(format!("{currency} has lost its rate: {rate:?}"));
            }
            count += 1;
        }
        // A loop that never awaits would hold its thread: no table can change that.
        tokio::task::yield_now().await;
    }
    Ok(count)
}

/// Moves all rates up and down by a little until told to stop.
async fn update(rates: RatesRef, stop: Arc<AtomicBool>) -> Result<(), CallError> {
    let currencies = rates.currencies();
    let mut factor = 0.999;
    while !stop.load(Ordering::Relaxed) {
        for &currency in &currencies {
            if let Some(rate) = rates.rate(currency) {
                rates.publish(currency, rate * factor).await?;
            }
        }
        factor = 1.0 / factor;
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// What `READERS` tasks read in `span` while one task updates: reads and updates a second.
async fn measure(
    rates: &RatesRef,
    by: By,
    span: Duration,
) -> Result<(u64, u64), Box<dyn std::error::Error>> {
    let stop = Arc::new(AtomicBool::new(false));
    let before = rates.updates().await?;
    let began = Instant::now();
    let tasks: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(read(rates.clone(), by, Arc::clone(&stop))))
        .collect();
    let feed = tokio::spawn(update(rates.clone(), Arc::clone(&stop)));
    tokio::time::sleep(span).await;
    stop.store(true, Ordering::Relaxed);
    let mut reads = 0;
    for task in tasks {
        reads += task.await??;
    }
    feed.await??;
    let updates = rates.updates().await? - before;
    let micros = u64::try_from(began.elapsed().as_micros())?.max(1);
    let a_second = |count: u64| count.saturating_mul(1_000_000) / micros;
    Ok((a_second(reads), a_second(updates)))
}

/// `1234567` as `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Loads `file`, measures for twice `span`, and says on `out` what it finds.
pub(crate) async fn run(
    out: &mut impl Write,
    shown: &Path,
    file: PathBuf,
    span: Duration,
) -> Result<(), Box<dyn std::error::Error>> {
    let rates = match Rates::start(file).await {
        Ok(rates) => rates,
        // What `init` failed with, in its own words.
        Err(StartError::Init(error)) => return Err(error.into()),
        Err(error) => return Err(error.into()),
    };
    let currencies = rates.currencies();
    let skipped = rates.skipped().await?;
    writeln!(
        out,
        "{}: {} rates, {} bad lines skipped",
        shown.display(),
        currencies.len(),
        skipped.len()
    )?;
    for bad in skipped.iter().take(SHOWN) {
        writeln!(out, "  line {}: {}", bad.number, bad.what)?;
    }
    if skipped.len() > SHOWN {
        writeln!(out, "  and {} more", skipped.len() - SHOWN)?;
    }
    writeln!(out)?;
    for &currency in currencies.iter().take(4) {
        if let Some(rate) = rates.rate(currency) {
            writeln!(out, "  100 EUR = {:>12.2} {currency}", rate * 100.0)?;
        }
    }

    writeln!(out, "\n{READERS} tasks read while one updates:")?;
    let (reads, updates) = measure(&rates, By::Table, span).await?;
    writeln!(
        out,
        "  past the server  {:>12} reads/s  {:>10} updates/s",
        grouped(reads),
        grouped(updates)
    )?;
    let (reads, updates) = measure(&rates, By::Call, span).await?;
    writeln!(
        out,
        "  by calls         {:>12} reads/s  {:>10} updates/s",
        grouped(reads),
        grouped(updates)
    )?;

    let handled = rates.sys().statistics().handled;
    writeln!(
        out,
        "\nthe server handled {} messages; none of the reads past it is among them",
        grouped(handled)
    )?;
    rates.stop().await?;
    writeln!(
        out,
        "stopped: a handle still reads, and finds {:?}",
        currencies.first().and_then(|&first| rates.rate(first))
    )?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (shown, file) = match (arguments.next(), arguments.next()) {
        (None, _) => (
            PathBuf::from(SAMPLE),
            Path::new(env!("CARGO_MANIFEST_DIR")).join(SAMPLE),
        ),
        (Some(file), None) => (PathBuf::from(&file), PathBuf::from(file)),
        (Some(_), Some(_)) => {
            eprintln!("usage: rates [FILE]");
            return ExitCode::from(2);
        }
    };
    match run(&mut io::stdout(), &shown, file, SPAN).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rates: {error}");
            ExitCode::FAILURE
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|&letter| write!(f, "{}", char::from(letter)))
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read {}: {error}", path.display()),
            Self::NoRates(path) => write!(f, "no line of {} is a rate", path.display()),
        }
    }
}

impl std::error::Error for LoadError {}
