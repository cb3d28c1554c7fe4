//! One generated crate, and what cargo takes for it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, str};

use crate::peers::Peer;

const NAME: &str = "servers";

/// What was measured of one crate.
#[derive(Clone, Default)]
pub struct Figures {
    pub check: Vec<Cost>,
    pub release: Vec<Cost>,
    pub again: Vec<Cost>,
    pub expanded: Option<usize>,
    pub functions: Option<usize>,
}

/// What one command took.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    pub wall: Duration,
    /// Of all processors, where the system tells it: what a machine with other work to do changes least.
    pub processor: Option<Duration>,
}

/// A generated crate.
pub struct Subject {
    pub peer: Peer,
    directory: PathBuf,
}

impl Subject {
    /// Writes the crate and builds it once in each way, so that its dependencies are there.
    pub fn prepare(peer: Peer, servers: usize, parent: &Path) -> Result<Self, String> {
        let directory = parent.join(peer.name());
        let source = directory.join("src");
        let write = |path: PathBuf, text: String| {
            fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
        };
        let _ = fs::remove_dir_all(&source);
        fs::create_dir_all(&source).map_err(|error| format!("{}: {error}", source.display()))?;
        let manifest = format!(
            "[package]\nname = \"{NAME}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}",
            peer.dependencies()
        );
        write(directory.join("Cargo.toml"), manifest)?;
        let modules = (0..servers).map(|number| format!("pub mod s{number};\n"));
        write(source.join("lib.rs"), modules.collect())?;
        for number in 0..servers {
            write(source.join(format!("s{number}.rs")), peer.server(number))?;
        }
        let subject = Self { peer, directory };
        eprintln!("building {} and what it depends on", peer.name());
        subject.cargo(&["check"])?;
        subject.cargo(&["build", "--release"])?;
        subject.cargo(&["build"])?;
        Ok(subject)
    }

    /// One round of all measurements.
    pub fn measure(&self, round: usize, figures: &mut Figures) -> Result<(), String> {
        self.forget(&[])?;
        figures.check.push(self.cost(&["check"])?);
        self.forget(&["--release"])?;
        figures.release.push(self.cost(&["build", "--release"])?);
        self.cargo(&["build"])?;
        self.change(round)?;
        figures.again.push(self.cost(&["build"])?);
        Ok(())
    }

    /// Changes a number in the first server's first handler.
    fn change(&self, round: usize) -> Result<(), String> {
        let path = self.directory.join("src/s0.rs");
        let complain = |error: std::io::Error| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path).map_err(complain)?;
        let (before, after) = (
            format!("+ {}", 1_000 + round),
            format!("+ {}", 1_001 + round),
        );
        if !text.contains(&before) {
            return Err(format!("{}: no `{before}` to change", path.display()));
        }
        fs::write(&path, text.replacen(&before, &after, 1)).map_err(complain)
    }

    /// Forgets what was built of the crate, not of its dependencies.
    fn forget(&self, profile: &[&str]) -> Result<(), String> {
        let words = [&["clean", "--package", NAME], profile].concat();
        self.cargo(&words).map(drop)
    }

    fn cost(&self, words: &[&str]) -> Result<Cost, String> {
        let (start, before) = (Instant::now(), processor_time());
        self.cargo(words)?;
        let wall = start.elapsed();
        let processor = processor_time().zip(before);
        let processor = processor.map(|(after, before)| after.saturating_sub(before));
        Ok(Cost { wall, processor })
    }

    /// The lines of the crate with all macros expanded. `None` if the compiler does not say.
    pub fn expanded_lines(&self) -> Option<usize> {
        let text = self.rustc(&["-Zunpretty=expanded"])?;
        Some(text.lines().filter(|line| !line.trim().is_empty()).count())
    }

    /// How many functions the compiler makes code of, generic ones once for each use.
    pub fn functions(&self) -> Option<usize> {
        let text = self.rustc(&["-Zprint-mono-items=yes"])?;
        let lines = text.lines();
        Some(
            lines
                .filter(|line| line.starts_with("MONO_ITEM fn"))
                .count(),
        )
    }

    /// What the compiler says when it is asked with an unstable option.
    fn rustc(&self, options: &[&str]) -> Option<String> {
        self.forget(&["--release"]).ok()?;
        let mut command = self.command(&["rustc", "--release", "--lib", "--"]);
        command.args(options).env("RUSTC_BOOTSTRAP", "1");
        let output = command
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command
            .args(words)
            .current_dir(&self.directory)
            .env("CARGO_TARGET_DIR", self.directory.join("target"))
            .env("CARGO_TERM_COLOR", "never");
        command
    }

    fn cargo(&self, words: &[&str]) -> Result<(), String> {
        let output = self
            .command(words)
            .output()
            .map_err(|error| format!("cargo: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        let text = str::from_utf8(&output.stderr).unwrap_or_default();
        Err(format!(
            "{}: `cargo {}` fails:\n{text}",
            self.peer.name(),
            words.join(" ")
        ))
    }
}

/// The processor time of all commands so far.
fn processor_time() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name in parentheses, the 14th and 15th fields are the user and system time of children
    // that have ended, in ticks of 10 ms.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut ticks = fields.split_whitespace().skip(13).map(str::parse::<u64>);
    let sum = ticks.next()?.ok()? + ticks.next()?.ok()?;
    Some(Duration::from_millis(sum * 10))
}
