//! What cargo is asked to do, and how long it takes.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::crates::Workspace;
use crate::subjects::Subject;

pub const CHECK: &str = "cargo check";
pub const RELEASE: &str = "cargo build --release";
pub const AGAIN: &str = "cargo check, one handler changed";
pub const REBUILD: &str = "cargo build, one handler changed";
pub const LINES: &str = "lines of expansion";
pub const ITEMS: &str = "functions instantiated";

/// Builds all that the crate depends on, and the crate itself.
pub fn warm_up(workspace: &Workspace, subject: &Subject) -> Result<()> {
    for args in [&["check"][..], &["build"], &["build", "--release"]] {
        // Dependencies by path are built anew for each of the two.
        run(workspace, subject, args, true)?;
        run(workspace, subject, args, false)?;
    }
    Ok(())
}

/// One time of each kind.
pub fn times(workspace: &Workspace, subject: &Subject) -> Result<Vec<(&'static str, Duration)>> {
    let mut times = Vec::new();
    workspace.change_main(subject)?;
    times.push((CHECK, run(workspace, subject, &["check"], false)?));
    times.push((
        RELEASE,
        run(workspace, subject, &["build", "--release"], false)?,
    ));
    // The incremental caches are those of this very crate as it is now.
    run(workspace, subject, &["check"], true)?;
    run(workspace, subject, &["build"], true)?;
    workspace.change_handler(subject)?;
    times.push((AGAIN, run(workspace, subject, &["check"], true)?));
    times.push((REBUILD, run(workspace, subject, &["build"], true)?));
    Ok(times)
}

/// What there is to compile. The compiler's own switches are unstable, so it is told to allow them.
pub fn counts(workspace: &Workspace, subject: &Subject) -> Result<Vec<(&'static str, usize)>> {
    let expanded = rustc(workspace, subject, "-Zunpretty=expanded")?;
    let items = rustc(workspace, subject, "-Zprint-mono-items=yes")?;
    let functions = |line: &&str| line.starts_with("MONO_ITEM fn");
    Ok(vec![
        (LINES, expanded.lines().count()),
        (ITEMS, items.lines().filter(functions).count()),
    ])
}

fn run(
    workspace: &Workspace,
    subject: &Subject,
    args: &[&str],
    incremental: bool,
) -> Result<Duration> {
    let (started, used) = (Instant::now(), children_time());
    let output = Command::new("cargo")
        .current_dir(&workspace.root)
        .args(args)
        .args(["--quiet", "-p", &subject.package()])
        .env("CARGO_INCREMENTAL", if incremental { "1" } else { "0" })
        .env_remove("CARGO_TARGET_DIR")
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} {args:?}: {text}", subject.name).into());
    }
    Ok(match (used, children_time()) {
        (Some(before), Some(after)) => after - before,
        _ => started.elapsed(),
    })
}

/// The processor time of all that was run so far, where the system tells it: on a machine with other work to
/// do, it says more than the clock.
fn children_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses, the 14th and 15th fields: user and system time of children, in ticks
    // of 10 ms.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(13).map(str::parse::<u64>);
    let sum = ticks.next()?.ok()? + ticks.next()?.ok()?;
    Some(Duration::from_millis(sum * 10))
}

fn rustc(workspace: &Workspace, subject: &Subject, switch: &str) -> Result<String> {
    workspace.change_main(subject)?;
    let output = Command::new("cargo")
        .current_dir(&workspace.root)
        .args(["rustc", "--quiet", "-p", &subject.package(), "--", switch])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("CARGO_TARGET_DIR")
        .output()?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} {switch}: {text}", subject.name).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
