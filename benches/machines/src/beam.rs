//! The same calls to Erlang's `gen_statem`, if Erlang is installed.

use std::process::Command;

use crate::median;

/// Nanoseconds a call; `None` without Erlang.
pub fn call(calls: u32, rounds: u32) -> Option<Result<f64, String>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/beam/turnstile.escript");
    let mut figures = Vec::new();
    for _ in 0..rounds {
        let output = Command::new("escript")
            .arg(script)
            .arg(calls.to_string())
            .output()
            .ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        match text.trim().parse() {
            Ok(figure) => figures.push(figure),
            Err(_) => {
                return Some(Err(String::from_utf8_lossy(&output.stderr)
                    .trim()
                    .to_owned()));
            }
        }
    }
    Some(Ok(median(figures)))
}
