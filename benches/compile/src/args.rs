//! The command line.

use std::path::PathBuf;

use crate::PEERS;
use crate::peers::Peer;

pub struct Args {
    pub servers: usize,
    pub rounds: usize,
    pub peers: Vec<Peer>,
    pub directory: PathBuf,
}

impl Args {
    pub fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            servers: 100,
            rounds: 3,
            peers: PEERS.to_vec(),
            directory: std::env::temp_dir().join("otp-compile"),
        };
        while let Some(word) = words.next() {
            let mut value = || {
                let value = words.next();
                value.ok_or_else(|| format!("`{word}` needs a value"))
            };
            match word.as_str() {
                "--servers" => args.servers = number(&word, &value()?)?,
                "--rounds" => args.rounds = number(&word, &value()?)?,
                "--peers" => args.peers = peers(&value()?)?,
                "--directory" => args.directory = value()?.into(),
                _ => {
                    return Err(format!(
                        "unknown option `{word}`: there are --servers, --rounds, --peers and --directory"
                    ));
                }
            }
        }
        Ok(args)
    }
}

fn number(option: &str, value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(format!("`{option} {value}`: a number from 1 is expected")),
    }
}

fn peers(value: &str) -> Result<Vec<Peer>, String> {
    let find = |name: &str| {
        let found = PEERS.into_iter().find(|peer| peer.name() == name);
        found.ok_or_else(|| format!("no peer `{name}`: there are ours, ractor, kameo and enum"))
    };
    value.split(',').map(find).collect()
}
