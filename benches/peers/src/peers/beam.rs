//! Erlang's `gen_server` and `supervisor` on the BEAM: a module of ours does the same work there, in an `erl` of its
//! own for each measurement.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs, process};

use super::READS_BY_CALL;
use crate::Result;
use crate::child::{Job, TIME_LIMIT};
use crate::workload::{GROUP, KEYS, RESTARTS, RING};

/// ETS is read without a message, so it needs more reads for a run of a readable length.
const READS_BY_ETS: u64 = 40 * READS_BY_CALL;

const SOURCE: &str = include_str!("../../beam/otp_peers.erl");

/// Erlang, with our module compiled for it in a folder that goes when this does.
pub struct Erlang {
    folder: PathBuf,
}

impl Erlang {
    /// Compiles our module; an error where `erl` or `erlc` is missing.
    pub fn find() -> Result<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        for program in ["erl", "erlc"] {
            if !env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
                return Err(format!("no `{program}` on the PATH").into());
            }
        }
        let erlang = Self {
            folder: env::temp_dir().join(format!("otp-peers-{}", process::id())),
        };
        fs::create_dir_all(&erlang.folder)?;
        let source = erlang.folder.join("otp_peers.erl");
        fs::write(&source, SOURCE)?;
        let mut compiler = Command::new("erlc");
        compiler.arg("-o").arg(&erlang.folder).arg(&source);
        let output = compiler.stdin(Stdio::null()).output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            return Err(format!("erlc: {}", said.trim()).into());
        }
        Ok(erlang)
    }

    /// The command that measures `job` and prints the value.
    pub fn command(&self, job: Job) -> Command {
        let count = job.workload.count(READS_BY_ETS, job.quick);
        let mut command = Command::new("erl");
        // Two schedulers, as the other peers have two workers, and room for the idle servers.
        command
            .args(["-noinput", "+S", "2:2", "+P", "1048576", "-pa"])
            .arg(&self.folder);
        command.args(["-run", "otp_peers", "main", job.workload.name()]);
        let numbers = [
            job.workload.clients(),
            job.workload.warm_up(count),
            count,
            RING as u64,
            KEYS,
            GROUP,
            RESTARTS,
            TIME_LIMIT.as_secs(),
        ];
        command.args(numbers.map(|number| number.to_string()));
        command
    }
}

impl Drop for Erlang {
    fn drop(&mut self) {
        // A temporary folder left behind is no reason to fail the run.
        let _ = fs::remove_dir_all(&self.folder);
    }
}
