//! Who is where: users join and leave rooms over TCP, and everybody in a room sees it.
//!
//! `cargo run --example presence [ADDRESS]`, then `nc 127.0.0.1 7001` from several terminals; `--demo`
//! plays two clients against a server of its own. The lines that a client may send:
//!
//! ```text
//! NAME ada            takes a name that is free
//! JOIN lobby          WHO lobby          SAY lobby hello          LEAVE lobby
//! QUIT
//! ```
//!
//! A registry knows each user by name, so that no two have the same; a scope knows who is in which room;
//! a monitor of the room tells of joins and leaves, however a user came to leave. None of the three is
//! asked by a message.

mod demo;
#[path = "../chat/lines.rs"]
mod lines;
mod serve;
mod user;

use std::process::ExitCode;

use serve::Failure;

const ADDRESS: &str = "127.0.0.1:7001";

async fn run(address: &str) -> Result<(), Failure> {
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    println!("presence: listening on {}", listener.local_addr()?);
    let ctrl_c = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            eprintln!("presence: cannot wait for ctrl-c: {error}");
        }
        println!("presence: closing");
    };
    let served = serve::serve(listener, ctrl_c).await?;
    println!("presence: closed after {served} connections");
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let ended = match std::env::args().nth(1).as_deref() {
        Some("--demo") => demo::run().await,
        address => run(address.unwrap_or(ADDRESS)).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("presence: {error}");
            ExitCode::FAILURE
        }
    }
}
