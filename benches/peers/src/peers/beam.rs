//! Erlang's `gen_server` and `supervisor` on the BEAM: a module of ours does the same work there, in an `erl` of its
//! own for each measurement.

use std::process::Command;

use super::READS_BY_CALL;
use crate::Result;
use crate::child::{Job, TIME_LIMIT};
use crate::erlang::Erlang;
use crate::workload::{GROUP, KEYS, RESTARTS, RING};

/// ETS is read without a message, so it needs more reads for a run of a readable length.
const READS_BY_ETS: u64 = 40 * READS_BY_CALL;

/// Room for the idle servers.
const PROCESSES: u32 = 1 << 20;

/// Our module for it; an error where Erlang is missing.
pub fn find() -> Result<Erlang> {
    Erlang::with("otp_peers", include_str!("../../beam/otp_peers.erl"))
}

/// The command that measures `job` and prints the value.
pub fn command(erlang: &Erlang, job: Job) -> Command {
    let count = job.workload.count(READS_BY_ETS, job.quick);
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
    let workload = [job.workload.name().to_owned()];
    let numbers = numbers.map(|number| number.to_string());
    erlang.main(PROCESSES, workload.into_iter().chain(numbers))
}
