//! One measurement in a process of its own, so that neither the allocator's history nor the tasks
//! that an earlier measurement left behind can show.

use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, process, thread};

use crate::erlang::Erlang;
use crate::peers::beam;
use crate::peers::{self, PeerName};
use crate::workload::Workload;
use crate::{Result, report};

/// Longer than any measurement should ever take: one that hangs has lost a message.
pub const TIME_LIMIT: Duration = Duration::from_secs(60);

/// What one process measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// The work.
    pub workload: Workload,
    /// Who does it.
    pub peer: PeerName,
    /// A tenth of it.
    pub quick: bool,
}

/// Measures `job` in a new process and returns what it reports, in the workload's unit.
pub fn measure(job: Job, erlang: Option<&Erlang>) -> Result<f64> {
    let mut command = match (job.peer, erlang) {
        (PeerName::Beam, Some(erlang)) => beam::command(erlang, job),
        (PeerName::Beam, None) => return Err("Erlang was not found".into()),
        _ => {
            let mut command = Command::new(env::current_exe()?);
            let scale = if job.quick { "quick" } else { "full" };
            let job = format!("{},{},{scale}", job.workload.name(), job.peer.name());
            command.args(["--child", &job]);
            command
        }
    };
    // What a failing child says becomes one error here; run it by hand to see a backtrace.
    let output = command
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{}: {}", output.status, said.trim()).into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let value = text.trim();
    value
        .parse()
        .map_err(|_| format!("printed `{value}` instead of a number").into())
}

/// The child's whole life: measures and prints the value.
pub fn run(job: Job) -> ExitCode {
    thread::spawn(|| {
        thread::sleep(TIME_LIMIT);
        report::error(&format!("not done after {} s", TIME_LIMIT.as_secs()));
        process::exit(1);
    });
    match peers::measure(job) {
        Ok(value) => {
            report::child_value(value);
            // Past every destructor: taking down 200,000 servers is not part of any workload.
            process::exit(0);
        }
        Err(error) => {
            report::error(&error.to_string());
            ExitCode::FAILURE
        }
    }
}
