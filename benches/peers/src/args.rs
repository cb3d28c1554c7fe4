//! The command line.

use std::fmt;
use std::str::FromStr;

use crate::child::Job;
use crate::peers::PeerName;
use crate::workload::Workload;

/// The text of `--help`.
pub const HELP: &str = "\
Runs the same work on other actor crates and prints one table.

Usage: otp-peers [OPTIONS]

  --only NAME    only this workload; repeatable, and NAME may be a comma list:
                 call_seq     one client, one call after another
                 call_conc    64 clients call one server
                 cast         one client casts, then calls once
                 cast_mpsc    four clients cast
                 spawn        idle servers started, init done
                 memory       resident bytes of an idle server
                 ring         a token goes round 1,000 servers by casts
                 read_mostly  8 clients read one server's data
                 restart      a supervised server from its panic to its next answer
                 start_child  idle servers started by a supervisor
                 stop_tree    an ordered supervisor stops its idle servers
                 memory_supervised  resident bytes of an idle supervised server
                 one_for_all  as restart, of 100 servers together
                 task         one task after another, spawned and awaited
                 stream       1,000,000 items that are done at once, 64 at a time
                              (raw: futures' `buffered`, which runs no task for an item)
  --peers NAME   only these peers; repeatable, and NAME may be a comma list:
                 ours, raw, raw-unb, ractor, kameo, actix, beam
                 (raw: hand-written tokio, mpsc of 1024 + oneshot; raw-unb: unbounded;
                 beam: Erlang's gen_server and supervisor, where `erl` and `erlc` are on the PATH;
                 ours: only when built with the feature `ours`)
  --rounds N     rounds, interleaved over the peers [default: 5; with --quick: 1]
  --quick        a tenth of the work, one round
  --json         one JSON object a line instead of the table
  --help         this text

Exit code: 0 if every workload gave the right result, 1 if one did not, 2 for a wrong argument.";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub enum Command {
    /// Measure and report.
    Run(Options),
    /// One measurement, in the process that the parent made for it.
    Child(Job),
    /// Print the help.
    Help,
}

/// What to measure, and how to show it.
#[derive(Debug, PartialEq)]
pub struct Options {
    /// In the order in which they run.
    pub workloads: Vec<Workload>,
    /// `None`: all that can be measured here.
    pub peers: Option<Vec<PeerName>>,
    /// At least one.
    pub rounds: usize,
    /// A tenth of the work.
    pub quick: bool,
    /// JSON lines instead of the table.
    pub json: bool,
}

/// A command line that cannot be obeyed.
#[derive(Debug, PartialEq)]
pub struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the arguments after the program's name.
pub fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, UsageError> {
    let mut args = args.into_iter();
    let mut workloads = Vec::new();
    let mut peers = Vec::new();
    let mut rounds = None;
    let (mut quick, mut json) = (false, false);
    while let Some(arg) = args.next() {
        let (flag, inline) = match arg.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => (flag, Some(value.to_owned())),
            _ => (arg.as_str(), None),
        };
        let takes_value = ["--only", "--peers", "--rounds", "--child"].contains(&flag);
        if inline.is_some() && !takes_value {
            return Err(UsageError(format!("unknown argument `{arg}`")));
        }
        let mut value = || {
            inline
                .clone()
                .or_else(|| args.next())
                .ok_or_else(|| UsageError(format!("`{flag}` needs a value")))
        };
        match flag {
            "--only" => add_names(&mut workloads, &value()?)?,
            "--peers" => add_names(&mut peers, &value()?)?,
            "--rounds" => rounds = Some(parse_rounds(&value()?)?),
            "--quick" => quick = true,
            "--json" => json = true,
            "--help" | "-h" => return Ok(Command::Help),
            // Hidden: `--child WORKLOAD,PEER[,quick]`. Also the way to profile one measurement.
            "--child" => return parse_child(&value()?).map(Command::Child),
            _ => return Err(UsageError(format!("unknown argument `{arg}`"))),
        }
    }
    if workloads.is_empty() {
        workloads = Workload::ALL.to_vec();
    }
    Ok(Command::Run(Options {
        workloads,
        peers: (!peers.is_empty()).then_some(peers),
        rounds: rounds.unwrap_or(if quick { 1 } else { 5 }),
        quick,
        json,
    }))
}

fn add_names<N>(names: &mut Vec<N>, list: &str) -> Result<(), UsageError>
where
    N: FromStr<Err = String> + PartialEq,
{
    for name in list.split(',') {
        let name = name.trim().parse().map_err(UsageError)?;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(())
}

fn parse_rounds(text: &str) -> Result<usize, UsageError> {
    match text.parse() {
        Ok(rounds) if rounds > 0 => Ok(rounds),
        _ => Err(UsageError(format!(
            "`--rounds` needs a number from 1 up, not `{text}`"
        ))),
    }
}

fn parse_child(text: &str) -> Result<Job, UsageError> {
    let mut parts = text.split(',');
    let mut next = || parts.next().unwrap_or_default();
    let workload = next().parse().map_err(UsageError)?;
    let peer = next().parse().map_err(UsageError)?;
    let quick = next() == "quick";
    Ok(Job {
        workload,
        peer,
        quick,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, UsageError> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    fn options(line: &str) -> Options {
        match parsed(line) {
            Ok(Command::Run(options)) => options,
            other => panic!("{line:?} gave {other:?}"),
        }
    }

    fn message(line: &str) -> String {
        parsed(line).expect_err(line).to_string()
    }

    #[test]
    fn defaults_are_everything_in_five_rounds() {
        let options = options("");
        assert_eq!(options.workloads, Workload::ALL);
        assert_eq!(options.peers, None);
        assert_eq!(options.rounds, 5);
        assert!(!options.quick && !options.json);
    }

    #[test]
    fn names_repeat_and_come_in_lists() {
        let options =
            options("--only cast,ring --only=call_seq --only ring --peers raw,actix --json");
        assert_eq!(
            options.workloads,
            [Workload::Cast, Workload::Ring, Workload::CallSeq]
        );
        assert_eq!(options.peers, Some(vec![PeerName::Raw, PeerName::Actix]));
        assert!(options.json);
    }

    #[test]
    fn quick_is_one_round_unless_told() {
        assert_eq!(options("--quick").rounds, 1);
        assert_eq!(options("--rounds 3 --quick").rounds, 3);
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(message("--fast"), "unknown argument `--fast`");
        assert_eq!(message("call_seq"), "unknown argument `call_seq`");
        assert_eq!(message("--quick=yes"), "unknown argument `--quick=yes`");
        assert_eq!(message("--only"), "`--only` needs a value");
        assert_eq!(
            message("--rounds 0"),
            "`--rounds` needs a number from 1 up, not `0`"
        );
        assert!(message("--only calls").starts_with("no workload `calls`: one of call_seq, "));
        assert!(message("--peers tokio").starts_with("no peer `tokio`: one of "));
    }

    #[test]
    fn help_names_every_workload_and_peer() {
        for workload in Workload::ALL {
            assert!(HELP.contains(workload.name()), "{}", workload.name());
        }
        for peer in PeerName::ALL {
            assert!(HELP.contains(peer.name()), "{}", peer.name());
        }
    }

    #[test]
    fn a_child_gets_one_job() {
        let job = Job {
            workload: Workload::Memory,
            peer: PeerName::RawUnb,
            quick: true,
        };
        assert_eq!(
            parsed("--child memory,raw-unb,quick"),
            Ok(Command::Child(job))
        );
    }
}
