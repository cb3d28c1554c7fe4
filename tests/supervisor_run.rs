//! `otp::run` as the whole of a program: signals, exit codes, what goes to standard error.
//!
//! Each test runs this very binary again, with the name of a program in a variable: the test of the
//! program's name then is the program. What the two say to each other goes over pipes.

#![cfg(unix)]

use std::env;
use std::io::{BufRead, BufReader, Lines, Read};
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::time::Duration;

use otp::prelude::*;
use otp::{ChildSpec, Flags, Intensity, Shutdown, Strategy, Supervisor, SupervisorStart};

const PROGRAM: &str = "OTP_TEST_PROGRAM";

/// A line for the test. `println!` would go to the test harness.
fn say(line: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n> {line}").unwrap();
    out.flush().unwrap();
}

#[gen_server]
struct Part {
    name: &'static str,
    hangs: bool,
    asked: u32,
}

#[gen_server]
impl Part {
    #[init]
    async fn new(name: &'static str) -> Result<Self, &'static str> {
        use tokio::signal::unix::{SignalKind, signal};
        if name == "broken" {
            return Err("no disk");
        }
        // One that is still starting when the signal comes.
        let mut terminate = signal(SignalKind::terminate()).map_err(|_| "no signals")?;
        say(&format!("up {name}"));
        if name == "slow" {
            terminate.recv().await;
        }
        let hangs = name == "stubborn";
        Ok(Part {
            name,
            hangs,
            asked: 0,
        })
    }

    #[cast]
    fn crash(&mut self) {
        panic!("crash {}", self.asked);
    }

    #[terminate]
    async fn bye(&mut self) {
        say(&format!("stop {}", self.name));
        if self.hangs {
            std::future::pending::<()>().await;
        }
        self.asked += 1;
    }
}

type Tree = ChildSpec<SupervisorStart<PartRef>>;

/// A tree of two parts.
fn tree(first: &'static str, second: &'static str) -> Tree {
    ChildSpec::new("tree", move || {
        let flags = Flags::new(
            Strategy::OneForOne,
            Intensity::new(1, Duration::from_secs(60)),
        );
        Supervisor::start("Tree", flags, move |children| {
            let first = ChildSpec::new("first", move || Part::start(first));
            let second = ChildSpec::new("second", move || Part::start(second));
            let first = children.add(first.shutdown(Shutdown::Infinity));
            children.add(second.shutdown(Shutdown::Infinity));
            first
        })
    })
}

async fn program(name: &str) -> ExitCode {
    match name {
        "orderly" => otp::run(tree("a", "b")).await,
        "stubborn" => otp::run(tree("a", "stubborn")).await,
        "slow" => otp::run(tree("a", "slow")).await,
        "broken" => otp::run(tree("a", "broken")).await,
        "with a body" => otp::run_with(tree("a", "b"), |_| async { say("body") }).await,
        "gives up" => {
            otp::run_with(tree("a", "b"), |a| async move {
                for _ in 0..2 {
                    let end = a.monitor();
                    a.crash().await.unwrap();
                    end.await;
                }
                std::future::pending::<()>().await;
            })
            .await
        }
        other => panic!("no program {other}"),
    }
}

/// Runs as the program, if this binary was started as one.
#[test]
fn as_a_program() {
    let Ok(name) = env::var(PROGRAM) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let code = runtime.block_on(program(&name));
    // An exit code has no number that can be read; it has a text.
    let failed = code != ExitCode::SUCCESS;
    std::process::exit(i32::from(failed));
}

/// A program that runs.
struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(program: &str) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "as_a_program", "--nocapture", "--quiet"])
            .env(PROGRAM, program)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let lines = BufReader::new(stdout).lines();
        Self { child, lines }
    }

    /// The next line that it says.
    fn line(&mut self) -> Option<String> {
        loop {
            let line = self.lines.next()?.unwrap();
            if let Some(line) = line.strip_prefix("> ") {
                return Some(line.to_owned());
            }
        }
    }

    fn hears(&mut self, lines: &[&str]) {
        for line in lines {
            assert_eq!(self.line().as_deref(), Some(*line));
        }
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill")
            .args([format!("-{signal}"), self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// Its exit code, and what went to standard error.
    fn end(mut self) -> (Option<i32>, String) {
        assert_eq!(self.line(), None);
        let mut text = String::new();
        let mut stderr = self.child.stderr.take().unwrap();
        stderr.read_to_string(&mut text).unwrap();
        (self.child.wait().unwrap().code(), text)
    }
}

#[test]
fn a_signal_stops_the_tree_in_reverse_order_and_that_is_success() {
    for signal in ["TERM", "INT"] {
        let mut program = Running::start("orderly");
        program.hears(&["up a", "up b"]);
        program.signal(signal);
        program.hears(&["stop b", "stop a"]);
        assert_eq!(program.end().0, Some(0));
    }
}

#[test]
fn a_signal_during_the_start_stops_in_order_what_has_started() {
    let mut program = Running::start("slow");
    program.hears(&["up a", "up slow"]);
    program.signal("TERM");
    program.hears(&["stop slow", "stop a"]);
    assert_eq!(program.end().0, Some(0));
}

#[test]
fn a_second_signal_ends_the_program_at_once() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let mut program = Running::start("stubborn");
        program.hears(&["up a", "up stubborn"]);
        program.signal("TERM");
        program.hears(&["stop stubborn"]);
        program.signal(signal);
        assert_eq!(program.end().0, Some(code));
    }
}

#[test]
fn a_failing_start_is_told_on_standard_error_and_is_a_failure() {
    let mut program = Running::start("broken");
    program.hears(&["up a", "stop a"]);
    let (code, text) = program.end();
    assert_eq!(code, Some(1));
    assert!(
        text.contains("Tree: child `second` failed to start: init failed: no disk"),
        "{text}"
    );
}

#[test]
fn a_tree_that_gave_up_is_a_failure() {
    let mut program = Running::start("gives up");
    program.hears(&["up a", "up b", "stop a", "up a", "stop a", "stop b"]);
    assert_eq!(program.end().0, Some(1));
}

#[test]
fn a_body_that_is_done_stops_the_tree() {
    let mut program = Running::start("with a body");
    program.hears(&["up a", "up b", "body", "stop b", "stop a"]);
    assert_eq!(program.end().0, Some(0));
}
