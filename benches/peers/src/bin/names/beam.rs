//! The same on the BEAM: ETS lookups as Elixir's `Registry` makes them, with the check that the process
//! found is alive, and `pg`.

use std::process::{Command, Stdio};
use std::{env, fs, process};

use crate::{Result, Size};

const SOURCE: &str = include_str!("../../../beam/otp_names.erl");

pub fn measure(size: Size) -> Result<()> {
    let folder = env::temp_dir().join(format!("otp-names-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let source = folder.join("otp_names.erl");
    fs::write(&source, SOURCE)?;
    let compiled = Command::new("erlc")
        .arg("-o")
        .arg(&folder)
        .arg(&source)
        .stdin(Stdio::null())
        .status();
    if !compiled.is_ok_and(|status| status.success()) {
        println!("beam is left out: no `erlc` that works");
        return Ok(());
    }
    let numbers = [
        size.rounds as u64,
        size.keys,
        size.reads,
        size.members,
        size.names,
    ];
    let status = Command::new("erl")
        .args(["-noinput", "+S", "2:2", "+P", "2097152", "-pa"])
        .arg(&folder)
        .args(["-run", "otp_names", "main"])
        .args(numbers.map(|number| number.to_string()))
        .stdin(Stdio::null())
        .status()?;
    fs::remove_dir_all(&folder)?;
    if status.success() {
        Ok(())
    } else {
        Err("erl failed".into())
    }
}
