//! The BEAM's tables and terms, measured there by a module of ours.

use crate::erlang::Erlang;

/// Prints what the BEAM takes; says so where there is none.
pub fn print() {
    match measure() {
        Ok(text) => println!("\nBEAM, ns\n{}", text.trim_end()),
        Err(error) => eprintln!("note: the BEAM is left out: {error}"),
    }
}

fn measure() -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
    let erlang = Erlang::with("otp_tables", include_str!("../../../beam/otp_tables.erl"))?;
    let output = erlang.main::<u64>(1 << 18, []).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stdout).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}
