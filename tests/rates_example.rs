//! The rates example on files good and bad.

#[path = "../examples/rates.rs"]
#[allow(dead_code, reason = "its `main` is the example's")]
mod rates;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use otp::test::{Faults, Kind, Reports, run_until_idle, started};

/// What the example prints of the file at `path`, or the error that it ends with.
async fn run(path: &Path) -> Result<String, String> {
    let mut out = Vec::new();
    let span = Duration::from_millis(1);
    match rates::run(&mut out, Path::new("rates.csv"), path.to_owned(), span).await {
        Ok(()) => Ok(String::from_utf8(out).expect("UTF-8")),
        Err(error) => Err(error.to_string()),
    }
}

/// A file that is removed with this.
struct File(PathBuf);

impl File {
    fn new(name: &str, bytes: &[u8]) -> io::Result<Self> {
        let name = format!("otp-rates-{}-{name}.csv", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, bytes)?;
        Ok(Self(path))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sample_is_loaded_and_read() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/rates.csv");
    let text = run(&sample).await.expect("the sample");
    let expected = "rates.csv: 29 rates, 3 bad lines skipped\n  \
        line 27: `n/a` is no rate for SEK\n  \
        line 31: `usd 1.1527` has no comma\n  \
        line 34: CHF again, line 7 counts\n";
    assert!(text.starts_with(expected), "{text}");
    assert!(text.contains("100 EUR =       176.55 AUD\n"), "{text}");
    assert!(text.ends_with("finds None\n"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_lines_are_named_and_skipped() -> io::Result<()> {
    let bytes =
        b"\xef\xbb\xbfCurrency,Rate\r\nUSD, 1.15\r\n\r\n# no\n\xff\xfe,1\nGBP,NaN\nCHF,-1\n\
        SEK,1e999\nEURO,1\nusd,1\nJPY 180\n,\nNOK,1,5\nDKK,7.5";
    let file = File::new("bad", bytes)?;
    let text = run(&file.0).await.expect("two rates");
    let expected = "rates.csv: 2 rates, 9 bad lines skipped\n  \
        line 5: not UTF-8\n  \
        line 6: `NaN` is no rate for GBP\n  \
        line 7: `-1` is no rate for CHF\n  \
        line 8: `1e999` is no rate for SEK\n  \
        line 9: `EURO` is no currency code\n  \
        line 10: `usd` is no currency code\n  \
        line 11: `JPY 180` has no comma\n  \
        line 12: `` is no currency code\n  \
        line 13: `1,5` is no rate for NOK\n\n  \
        100 EUR =       750.00 DKK\n  \
        100 EUR =       115.00 USD\n";
    assert!(text.starts_with(expected), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_missing_file_and_one_without_rates_are_errors() -> io::Result<()> {
    let file = File::new("empty", b"currency,rate\n")?;
    let path = file.0.clone();
    let error = run(&path).await.expect_err("no rates");
    assert_eq!(error, format!("no line of {} is a rate", path.display()));
    drop(file);
    let error = run(&path).await.expect_err("no file");
    let expected = format!("cannot read {}: ", path.display());
    assert!(error.starts_with(&expected), "{error}");
    Ok(())
}

#[tokio::test]
async fn readers_see_what_is_published_and_nothing_of_a_server_that_crashed() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/rates.csv");
    let reports = Reports::capture();
    let rates = started(rates::Rates::start(sample)).await;
    let euro = rates::Currency(*b"EUR");
    rates.publish(euro, 2.5).await.expect("it runs");
    assert_eq!(rates.rate(euro), Some(2.5));
    let faults = Faults::here();
    faults.next_message_to(&rates, "publish").panics();
    assert!(rates.publish(euro, 3.5).await.is_err());
    run_until_idle().await;
    assert_eq!(rates.rate(euro), None, "its table has ended with it");
    assert_eq!(reports.count(Kind::Crashed), 1);
    rates.finish().await;
}
