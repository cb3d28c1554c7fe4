//! Two clients that show what the server does: a program that ends by itself.

use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::serve::{Failure, serve};

struct Client {
    who: &'static str,
    lines: Lines<BufReader<OwnedReadHalf>>,
    writer: OwnedWriteHalf,
}

impl Client {
    async fn connect(who: &'static str, address: SocketAddr) -> Result<Self, Failure> {
        let (reader, writer) = TcpStream::connect(address).await?.into_split();
        let lines = BufReader::new(reader).lines();
        let mut client = Self { who, lines, writer };
        client.hear("OK you are").await?;
        Ok(client)
    }

    async fn say(&mut self, line: &str) -> Result<(), Failure> {
        println!("{:>4} > {line}", self.who);
        self.writer
            .write_all(format!("{line}\n").as_bytes())
            .await?;
        Ok(())
    }

    /// The next line, which begins like this.
    async fn hear(&mut self, start: &str) -> Result<(), Failure> {
        let line = self.lines.next_line().await?;
        let line = line.ok_or_else(|| format!("{}: no line, instead of `{start}`", self.who))?;
        println!("{:>4} < {line}", self.who);
        if line.starts_with(start) {
            return Ok(());
        }
        Err(format!("{}: `{line}` instead of `{start}`", self.who).into())
    }

    async fn ask(&mut self, line: &str, answer: &str) -> Result<(), Failure> {
        self.say(line).await?;
        self.hear(answer).await
    }
}

pub(crate) async fn run() -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (close, closing) = oneshot::channel::<()>();
    let server = tokio::spawn(serve(listener, async {
        let _ = closing.await;
    }));
    let mut ada = Client::connect("ada", address).await?;
    let mut bob = Client::connect("bob", address).await?;
    ada.ask("NAME ada", "OK you are ada").await?;
    bob.ask("NAME ada", "ERR the name ada is taken").await?;
    bob.ask("NAME bob", "OK you are bob").await?;
    ada.ask("JOIN lobby", "OK joined lobby, 0 others here")
        .await?;
    bob.ask("JOIN lobby", "OK joined lobby, 1 others here")
        .await?;
    ada.hear("* lobby: bob joined").await?;
    ada.ask("WHO lobby", "OK lobby: 2 here: ada, bob").await?;
    ada.ask("SAY lobby hello", "lobby ada: hello").await?;
    bob.hear("lobby ada: hello").await?;
    bob.ask("QUIT", "OK goodbye").await?;
    ada.hear("* lobby: bob left").await?;
    ada.ask("LEAVE lobby", "OK left lobby").await?;
    ada.ask("SAY lobby anybody?", "ERR you are not in lobby")
        .await?;
    let _ = close.send(());
    ada.hear("OK the server closes").await?;
    let users = server.await??;
    println!("presence: closed after {users} connections");
    Ok(())
}
