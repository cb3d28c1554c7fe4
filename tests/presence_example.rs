//! The presence example over loopback: what users see of each other, also when one crashes.

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

use otp::prelude::*;
use otp::test::{self, Faults, Kind, Reports, started};

use serve::{Failure, Presence, PresenceRef, serve};
use user::{User, UserRef};

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
        let mut client = Client::new(socket);
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
    fn new(socket: TcpStream) -> Self {
        let (reader, writer) = socket.into_split();
        let reader = BufReader::new(reader);
        Self { reader, writer }
    }

    async fn send(&mut self, line: &str) {
        let line = format!("{line}\n");
        let sent = timeout(PATIENCE, self.writer.write_all(line.as_bytes())).await;
        sent.expect("it is read").expect("it is connected");
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.reader.read_line(&mut line)).await;
        // A connection that is reset has ended too.
        let read = read.expect("a line comes").unwrap_or(0);
        (read > 0).then(|| line.trim_end().to_owned())
    }

    async fn expect(&mut self, line: &str) {
        assert_eq!(self.line().await.as_deref(), Some(line));
    }

    /// The next line that begins like this, or the end.
    async fn until(&mut self, start: &str) -> Option<String> {
        loop {
            match self.line().await {
                Some(line) if !line.starts_with(start) => {}
                other => return other,
            }
        }
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

/// A user that is let in without a listener, and its client.
async fn let_in(presence: &PresenceRef, name: &str) -> (UserRef, Client) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    let (names, rooms) = (presence.names().clone(), presence.rooms().clone());
    let (socket, _) = accepted.expect("it connects");
    let start = User::start(socket, name.to_owned(), names, rooms);
    let user = start.via(presence.names(), name.to_owned()).await;
    let mut client = Client::new(client.expect("it listens"));
    client.expect(&format!("OK you are {name}")).await;
    (user.expect("a free name"), client)
}

#[tokio::test]
async fn a_user_that_crashes_is_a_leave_and_its_name_is_free() {
    let reports = Reports::capture();
    let presence = started(Presence::start()).await;
    let (_ada, mut ada) = let_in(&presence, "ada").await;
    let (bob, mut bob_client) = let_in(&presence, "bob").await;
    ada.ask("JOIN lobby", "OK joined lobby, 0 others here")
        .await;
    bob_client
        .ask("JOIN lobby", "OK joined lobby, 1 others here")
        .await;
    ada.expect("* lobby: bob joined").await;
    let faults = Faults::here();
    faults.next_message_to(&bob, "on_input").panics();
    bob_client.send("SAY lobby good morning").await;
    assert_eq!(bob_client.line().await, None, "no goodbye");
    ada.expect("* lobby: bob left").await;
    assert_eq!(reports.of_pid(bob.pid())[0].kind, Kind::Crashed);
    let (_bob, _client) = let_in(&presence, "bob").await;
    presence.finish().await;
}

#[tokio::test]
async fn whoever_crashes_all_that_are_left_agree_on_who_is_there() {
    let mut crashed = 0;
    for seed in 0..6 {
        let presence = started(Presence::start()).await;
        let mut users = Vec::new();
        for name in ["ada", "bob", "cy", "dora", "eve", "fay"] {
            let (user, mut client) = let_in(&presence, name).await;
            let joined = format!("OK joined lobby, {} others here", users.len());
            client.send("JOIN lobby").await;
            assert_eq!(client.until("OK").await, Some(joined));
            users.push((name, user, client));
        }
        let faults = Faults::seeded(seed).panics_one_in(15).only::<User>();
        for (_, user, client) in &mut users {
            // Its socket may be closed already.
            let _ = client
                .writer
                .write_all(b"SAY lobby hello\nWHO lobby\n")
                .await;
            let end = user.monitor();
            tokio::select! {
                _ = client.until("OK lobby:") => {}
                _ = end => {}
            }
        }
        test::run_until_idle().await;
        crashed += faults.injected().len();
        drop(faults);
        users.retain(|(_, user, _)| user.is_alive());
        let names: Vec<&str> = users.iter().map(|(name, ..)| *name).collect();
        let here = format!("OK lobby: {} here: {}", names.len(), names.join(", "));
        for (_, _, client) in &mut users {
            client.send("WHO lobby").await;
            assert_eq!(client.until("OK lobby:").await.as_ref(), Some(&here));
        }
        presence.finish().await;
    }
    assert!(crashed > 6, "{crashed}");
}

#[tokio::test]
async fn new_names_come_with_new_rooms() {
    let reports = Reports::capture();
    let presence = started(Presence::start()).await;
    let (ada, mut client) = let_in(&presence, "ada").await;
    client
        .ask("JOIN lobby", "OK joined lobby, 0 others here")
        .await;
    let here = presence.rooms().members("lobby");
    assert_eq!(here, std::slice::from_ref(&ada));
    presence.names().exit(ExitReason::Kill);
    test::idle(&presence).await;
    for child in ["names", "rooms"] {
        let kinds: Vec<_> = reports.of_child(child).iter().map(|it| it.kind).collect();
        assert_eq!(
            kinds.iter().filter(|kind| **kind == Kind::Started).count(),
            2
        );
    }
    assert_eq!(presence.rooms().members("lobby"), []);
    let (_ada, _client) = let_in(&presence, "ada").await;
    presence.finish().await;
}

#[tokio::test]
async fn a_user_that_does_not_get_to_its_goodbye_is_named() {
    let presence = started(Presence::start()).await;
    let (names, rooms) = (presence.names().clone(), presence.rooms().clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (client, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    let (socket, _) = accepted.expect("it connects");
    let user = started(User::start(socket, "ada".to_owned(), names, rooms)).await;
    let faults = Faults::here();
    faults.next_terminate(&user).hangs();
    // The sockets have nothing more to say: a minute of patience passes at once.
    tokio::time::pause();
    let (pid, leftovers) = (user.pid(), user.try_finish().await);
    let text = leftovers.expect_err("it hangs").to_string();
    let expected =
        format!("did not stop within 60s; what did not:\n    User{pid}: a handler of it waits");
    assert!(text.ends_with(&expected), "{text}");
    drop(client);
    presence.finish().await;
}
