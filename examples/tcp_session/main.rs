//! A line protocol whose connections are state machines.
//!
//! `cargo run --example tcp_session [ADDRESS]` serves (`nc localhost 7070`, then `HELLO ann nna`,
//! `PUT a 1`, `GET a`, `QUIT`); with `--demo` it serves itself, on a port of its own.

mod serve;
mod session;

use std::error::Error;
use std::process::ExitCode;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use serve::{Service, serve};
use session::Session;

const DIALOGUE: &str = "GET a\nHELLO ann nna\nPUT a one two\nGET a\nQUIT\n";

/// A client that says everything at once and reads what it gets.
async fn demo(listener: TcpListener) -> Result<(), Box<dyn Error>> {
    let address = listener.local_addr()?;
    let service = Service::start().await?;
    let server = tokio::spawn(serve(listener, service.clone()));
    let mut client = TcpStream::connect(address).await?;
    client.write_all(DIALOGUE.as_bytes()).await?;
    let mut answers = String::new();
    client.read_to_string(&mut answers).await?;
    print!("{answers}");
    server.abort();
    service.stop().await?;
    if answers.ends_with("221 goodbye, ann: 2 requests\n") {
        println!("\n{}", Session::diagram());
        Ok(())
    } else {
        Err("the session went another way".into())
    }
}

async fn run(argument: Option<String>) -> Result<(), Box<dyn Error>> {
    if argument.as_deref() == Some("--demo") {
        return demo(TcpListener::bind("127.0.0.1:0").await?).await;
    }
    let address = argument.unwrap_or_else(|| "127.0.0.1:7070".into());
    let listener = TcpListener::bind(&address).await?;
    println!("listening on {address}");
    let service = Service::start().await?;
    serve(listener, service).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(std::env::args().nth(1)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
