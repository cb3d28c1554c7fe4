//! The BEAM's tables and terms, measured there by a module of ours.

use std::process::Command;
use std::{env, fs, process};

const SOURCE: &str = include_str!("../../../beam/otp_tables.erl");

/// Prints what the BEAM takes; says so where there is none.
pub fn print() {
    match measure() {
        Ok(text) => println!("\nBEAM, ns\n{}", text.trim_end()),
        Err(error) => eprintln!("note: the BEAM is left out: {error}"),
    }
}

fn measure() -> Result<String, Box<dyn std::error::Error>> {
    let folder = env::temp_dir().join(format!("otp-tables-{}", process::id()));
    fs::create_dir_all(&folder)?;
    let source = folder.join("otp_tables.erl");
    fs::write(&source, SOURCE)?;
    let compiled = Command::new("erlc")
        .arg("-o")
        .arg(&folder)
        .arg(&source)
        .status()?;
    let output = Command::new("erl")
        .args(["-noinput", "+S", "2:2", "-pa"])
        .arg(&folder)
        .args(["-run", "otp_tables", "main"])
        .output();
    fs::remove_dir_all(&folder)?;
    let output = output?;
    if !compiled.success() || !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stdout).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
