//! A chat server: one process for each connection, one for the room.
//!
//! `cargo run --example chat [ADDRESS]`, then `nc 127.0.0.1 7000` from several terminals. Lines go to
//! everybody; `/nick NAME`, `/who` and `/quit` are for the server.
//!
//! What a client does is its own trouble: one that floods is read more slowly, one that does not read
//! is dropped, one that sends garbage is told so, or dropped where the line has no end.

mod connection;
mod lines;
mod room;
mod serve;

use std::process::ExitCode;

use serve::{Failure, Limits};

const ADDRESS: &str = "127.0.0.1:7000";

async fn run(address: &str) -> Result<(), Failure> {
    let listener = serve::listen(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    println!("chat: listening on {}", listener.local_addr()?);
    let ctrl_c = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            eprintln!("chat: cannot wait for ctrl-c: {error}");
        }
        println!("chat: closing");
    };
    let served = serve::serve(listener, Limits::default(), ctrl_c).await?;
    println!("chat: closed after {served} connections");
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let address = std::env::args().nth(1);
    match run(address.as_deref().unwrap_or(ADDRESS)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat: {error}");
            ExitCode::FAILURE
        }
    }
}
