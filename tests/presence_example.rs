//! The presence example over loopback: what users see of each other.

#[path = "../examples/chat/lines.rs"]
mod lines;
#[path = "../examples/presence/serve.rs"]
mod serve;
#[path = "../examples/presence/user.rs"]
mod user;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use serve::{Failure, serve};

/// Only a hang takes so long.
const PATIENCE: Duration = Duration::from_secs(30);

struct Server {
    address: SocketAddr,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<Result<u64, Failure>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (shutdown, asked) = oneshot::channel();
        let task = tokio::spawn(serve(listener, async {
            let _ = asked.await;
        }));
        Self {
            address,
            shutdown,
            task,
        }
    }

    /// A user of this name.
    async fn user(&self, name: &str) -> Client {
        let socket = TcpStream::connect(self.address).await.expect("it listens");
        let (reader, writer) = socket.into_split();
        let reader = BufReader::new(reader);
        let mut client = Client { reader, writer };
        let welcome = client.line().await.expect("a welcome");
        assert!(welcome.starts_with("OK you are guest"), "{welcome}");
        let answer = format!("OK you are {name}");
        client.ask(&format!("NAME {name}"), &answer).await;
        client
    }

    async fn end(self) -> u64 {
        self.shutdown.send(()).expect("the server runs");
        let ended = timeout(PATIENCE, self.task).await.expect("it ends");
        ended.expect("no panic").expect("no error")
    }
}

struct Client {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

impl Client {
    async fn send(&mut self, line: &str) {
        let line = format!("{line}\n");
        let sent = timeout(PATIENCE, self.writer.write_all(line.as_bytes())).await;
        sent.expect("it is read").expect("it is connected");
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.reader.read_line(&mut line)).await;
        let read = read.expect("a line comes").expect("it is connected");
        (read > 0).then(|| line.trim_end().to_owned())
    }

    async fn expect(&mut self, line: &str) {
        assert_eq!(self.line().await.as_deref(), Some(line));
    }

    async fn ask(&mut self, line: &str, answer: &str) {
        self.send(line).await;
        self.expect(answer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_join_talk_and_leave() {
    let server = Server::start().await;
    let mut ada = server.user("ada").await;
    let mut bob = server.user("bob").await;
    ada.ask("JOIN lobby", "OK joined lobby, 0 others here")
        .await;
    bob.ask("JOIN lobby", "OK joined lobby, 1 others here")
        .await;
    ada.expect("* lobby: bob joined").await;
    ada.ask("WHO lobby", "OK lobby: 2 here: ada, bob").await;
    bob.send("SAY lobby good morning").await;
    ada.expect("lobby bob: good morning").await;
    bob.expect("lobby bob: good morning").await;
    bob.ask("LEAVE lobby", "OK left lobby").await;
    ada.expect("* lobby: bob left").await;
    // Another room is another group.
    bob.ask("JOIN cellar", "OK joined cellar, 0 others here")
        .await;
    ada.ask("WHO cellar", "OK cellar: 1 here: bob").await;
    ada.ask("WHO attic", "OK attic: 0 here:").await;
    assert_eq!(server.end().await, 2);
    ada.expect("OK the server closes").await;
    assert_eq!(ada.line().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_are_unique_and_free_again_with_their_user() {
    let server = Server::start().await;
    let mut ada = server.user("ada").await;
    let mut bob = server.user("bob").await;
    bob.ask("NAME ada", "ERR the name ada is taken").await;
    ada.ask("QUIT", "OK goodbye").await;
    assert_eq!(ada.line().await, None);
    // The goodbye was written before the end.
    loop {
        bob.send("NAME ada").await;
        match bob.line().await.as_deref() {
            Some("OK you are ada") => break,
            other => assert_eq!(other, Some("ERR the name ada is taken")),
        }
    }
    // The old one is free as well.
    let _eve = server.user("bob").await;
    assert_eq!(server.end().await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_breaks_is_a_leave_that_everybody_sees() {
    let server = Server::start().await;
    let mut ada = server.user("ada").await;
    ada.ask("JOIN a", "OK joined a, 0 others here").await;
    ada.ask("JOIN b", "OK joined b, 0 others here").await;
    let mut bob = server.user("bob").await;
    bob.ask("JOIN a", "OK joined a, 1 others here").await;
    ada.expect("* a: bob joined").await;
    bob.ask("JOIN b", "OK joined b, 1 others here").await;
    ada.expect("* b: bob joined").await;
    drop(bob);
    let mut left = [ada.line().await, ada.line().await];
    left.sort();
    let expected = ["* a: bob left", "* b: bob left"];
    assert_eq!(left, expected.map(|line| Some(line.to_owned())));
    ada.ask("WHO a", "OK a: 1 here: ada").await;
    server.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mistakes_are_answered() {
    let server = Server::start().await;
    let mut ada = server.user("ada").await;
    ada.ask("SAY lobby hello", "ERR you are not in lobby").await;
    ada.ask("LEAVE lobby", "ERR you are not in lobby").await;
    let name = "ERR a name has 1 to 16 letters and digits";
    for line in [
        "JOIN",
        "JOIN a-b",
        "NAME abcdefghijklmnopq",
        "WHO \u{1f980}",
    ] {
        ada.ask(line, name).await;
    }
    ada.ask(
        "DANCE",
        "ERR there are NAME, JOIN, LEAVE, SAY, WHO and QUIT",
    )
    .await;
    ada.send("").await;
    ada.ask("JOIN lobby", "OK joined lobby, 0 others here")
        .await;
    ada.ask("JOIN lobby", "ERR you are in lobby").await;
    ada.ask("NAME eve", "ERR leave your rooms first").await;
    ada.writer
        .write_all(b"\xff\xfe\n")
        .await
        .expect("connected");
    ada.expect("ERR that line was no UTF-8").await;
    ada.send(&"x".repeat(lines::LONGEST + 1)).await;
    ada.expect("ERR a line has 1024 bytes at the most").await;
    server.end().await;
}
