//! The same on the BEAM: ETS lookups as Elixir's `Registry` makes them, with the check that the process
//! found is alive, and `pg`.

use crate::erlang::Erlang;
use crate::{Result, Size};

pub fn measure(size: Size) -> Result<()> {
    let erlang = match Erlang::with("otp_names", include_str!("../../../beam/otp_names.erl")) {
        Ok(erlang) => erlang,
        Err(error) => {
            println!("the BEAM is left out: {error}");
            return Ok(());
        }
    };
    let numbers = [
        size.rounds as u64,
        size.keys,
        size.reads,
        size.members,
        size.names,
    ];
    if erlang.main(1 << 21, numbers).status()?.success() {
        Ok(())
    } else {
        Err("erl failed".into())
    }
}
