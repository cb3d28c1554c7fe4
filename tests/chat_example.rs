//! The chat example over loopback: what its users see, and what its misusers cannot do.

#[path = "../examples/chat/connection.rs"]
mod connection;
#[path = "../examples/chat/lines.rs"]
mod lines;
#[path = "../examples/chat/room.rs"]
mod room;
#[path = "../examples/chat/serve.rs"]
mod serve;

use std::net::SocketAddr;
use std::time::Duration;

use futures::StreamExt;
use otp::test::Faults;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use lines::{Input, LONGEST, Pace, lines};
use serve::{Failure, Limits, listen, serve};

/// Only a hang takes so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// Later than any test.
const NEVER: Duration = Duration::from_secs(36_000);

struct Server {
    address: SocketAddr,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<Result<u64, Failure>>,
}

impl Server {
    async fn start(limits: Limits) -> Self {
        let listener = listen("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (shutdown, asked) = oneshot::channel();
        let task = tokio::spawn(serve(listener, limits, async {
            let _ = asked.await;
        }));
        Self {
            address,
            shutdown,
            task,
        }
    }

    /// A client that was let in.
    async fn join(&self) -> Client {
        let mut client = Client::connect(self.address).await;
        let welcome = client.line().await;
        assert!(welcome.starts_with("* welcome, guest"), "{welcome}");
        client
    }

    /// Asks it to end; how many clients it served.
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
    async fn connect(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).await.expect("it listens");
        let (reader, writer) = socket.into_split();
        Self {
            reader: BufReader::new(reader),
            writer,
        }
    }

    async fn send(&mut self, line: &str) {
        self.send_bytes(format!("{line}\n").as_bytes()).await;
    }

    async fn send_bytes(&mut self, bytes: &[u8]) {
        let sent = timeout(PATIENCE, self.writer.write_all(bytes)).await;
        sent.expect("it is read").expect("it is connected");
    }

    async fn line(&mut self) -> String {
        self.line_or_end().await.expect("it is connected")
    }

    async fn line_or_end(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = timeout(PATIENCE, self.reader.read_line(&mut line)).await;
        let read = read.expect("a line comes").expect("it is connected");
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// The next line is this one.
    async fn expect(&mut self, line: &str) {
        assert_eq!(self.line().await, line);
    }

    /// Reads up to this line.
    async fn until(&mut self, line: &str) {
        while self.line().await != line {}
    }
}

fn no_pace() -> Limits {
    Limits {
        pace: Pace {
            burst: 1,
            pause: Duration::ZERO,
        },
        ..Limits::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_talk_rename_and_leave() {
    let server = Server::start(no_pace()).await;
    let mut ann = server.join().await;
    let mut bob = server.join().await;
    ann.expect("* guest2 joined").await;

    ann.send("/nick ann").await;
    ann.expect("* guest1 is now ann").await;
    bob.expect("* guest1 is now ann").await;

    bob.send("hello\r").await;
    ann.expect("guest2: hello").await;
    bob.expect("guest2: hello").await;

    bob.send("/who").await;
    bob.expect("* 2 here: ann, guest2").await;
    bob.send("/quit").await;
    bob.expect("* goodbye").await;
    assert_eq!(bob.line_or_end().await, None);
    ann.expect("* guest2 left").await;

    // A connection that breaks with something unread, and one that ends with half a line.
    drop(server.join().await);
    ann.expect("* guest3 joined").await;
    let left = ann.line().await;
    assert!(left.starts_with("* guest3 left"), "{left}");
    let mut eve = server.join().await;
    eve.send_bytes(b"no newline").await;
    eve.writer.shutdown().await.expect("it is connected");
    ann.expect("* guest4 joined").await;
    ann.expect("guest4: no newline").await;
    ann.expect("* guest4 left").await;
    assert_eq!(server.end().await, 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nicks_and_commands_are_checked() {
    let server = Server::start(no_pace()).await;
    let mut ann = server.join().await;
    let mut bob = server.join().await;
    ann.expect("* guest2 joined").await;
    bob.send("/nick guest1").await;
    bob.expect("* that nick is taken").await;
    bob.send("/nick").await;
    bob.expect("* a nick has 1 to 16 letters").await;
    bob.send("/nick abcdefghijklmnopq").await;
    bob.expect("* a nick has 1 to 16 letters").await;
    bob.send("/nick a b").await;
    bob.expect("* a nick is of letters, digits, `-` and `_`")
        .await;
    bob.send("/nick Jürgen-2").await;
    bob.expect("* guest2 is now Jürgen-2").await;
    bob.send("/help").await;
    bob.expect("* there are /nick NAME, /who and /quit").await;
    // Nothing of all that is for others, nor is an empty line.
    bob.send("").await;
    bob.send("done").await;
    ann.expect("* guest2 is now Jürgen-2").await;
    ann.expect("Jürgen-2: done").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn garbage_is_refused_and_disturbs_nobody() {
    let server = Server::start(no_pace()).await;
    let mut ann = server.join().await;
    let mut bad = server.join().await;
    ann.expect("* guest2 joined").await;

    bad.send_bytes(b"\xff\xfe\x00\n").await;
    bad.expect("* that line was no UTF-8").await;
    bad.send("\u{1b}[2J\u{7}still here").await;
    ann.expect("guest2: [2Jstill here").await;
    bad.expect("guest2: [2Jstill here").await;

    let longest = "x".repeat(LONGEST);
    bad.send(&longest).await;
    bad.expect(&format!("guest2: {longest}")).await;
    ann.expect(&format!("guest2: {longest}")).await;

    bad.send_bytes(longest.as_bytes()).await;
    bad.send_bytes(b"x").await;
    bad.expect("* a line has 1024 bytes at the most: goodbye")
        .await;
    assert_eq!(bad.line_or_end().await, None);
    ann.expect("* guest2 left (endless line)").await;

    // A megabyte of nothing in particular; the server closes in the middle of it.
    let mut bad = server.join().await;
    let _ = bad.writer.write_all(&vec![0x80; 1 << 20]).await;
    ann.expect("* guest3 joined").await;
    ann.expect("* guest3 left (endless line)").await;
    ann.send("all well").await;
    ann.expect("guest1: all well").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_read_at_its_pace() {
    let server = Server::start(Limits {
        pace: Pace {
            burst: 5,
            pause: NEVER,
        },
        ..Limits::default()
    })
    .await;
    let mut ann = server.join().await;
    let mut flooder = server.join().await;
    ann.expect("* guest2 joined").await;
    let flood = tokio::spawn(async move {
        let lines = "flood\n".repeat(10_000);
        for _ in 0..2_000 {
            flooder.writer.write_all(lines.as_bytes()).await?;
        }
        std::io::Result::Ok(())
    });
    for _ in 0..5 {
        ann.expect("guest2: flood").await;
    }
    ann.send("/who").await;
    ann.expect("* 2 here: guest1, guest2").await;
    let mut bob = server.join().await;
    bob.send("hello").await;
    ann.expect("* guest3 joined").await;
    ann.expect("guest3: hello").await;
    // 120 MB: neither read nor stored.
    assert!(!flood.is_finished());
    assert_eq!(server.end().await, 3);
    let flood = timeout(PATIENCE, flood).await.expect("it is cut off");
    assert!(flood.expect("no panic").is_err());
}

#[tokio::test(start_paused = true)]
async fn a_pace_is_a_burst_and_then_one_line_a_pause() {
    let pace = Pace {
        burst: 3,
        pause: Duration::from_secs(2),
    };
    let began = tokio::time::Instant::now();
    let bytes: &[u8] = b"1\n2\n3\n4\n5\n";
    let times: Vec<_> = lines(bytes, pace)
        .map(|input| (input, began.elapsed().as_secs()))
        .collect()
        .await;
    let line = |text: &str| Input::Line(text.to_owned());
    let expected = [
        (line("1"), 0),
        (line("2"), 0),
        (line("3"), 0),
        (line("4"), 2),
        (line("5"), 4),
        (Input::Closed, 6),
    ];
    assert_eq!(times, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_is_dropped() {
    let server = Server::start(Limits {
        write_timeout: Duration::from_millis(200),
        ..no_pace()
    })
    .await;
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("a small buffer");
    let mut hanging = socket.connect(server.address).await.expect("it listens");
    // It is in before the other.
    let welcome = timeout(PATIENCE, hanging.read_u8()).await;
    welcome.expect("a welcome").expect("it is connected");
    let mut ann = server.join().await;
    let long = "x".repeat(1000);
    let said = format!("guest2: {long}");
    let left = timeout(PATIENCE, async {
        loop {
            ann.send(&long).await;
            let line = ann.line().await;
            if line != said {
                return line;
            }
        }
    });
    let left = left.await.expect("it is dropped");
    assert!(left.starts_with("* guest1 left (does not read)"), "{left}");
    ann.until(&said).await;
    ann.send("/who").await;
    ann.expect("* 1 here: guest2").await;
    drop(hanging);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_room_lets_nobody_in() {
    let server = Server::start(Limits {
        clients: 1,
        ..no_pace()
    })
    .await;
    let mut ann = server.join().await;
    let mut bob = Client::connect(server.address).await;
    bob.expect("* the room is full").await;
    assert_eq!(bob.line_or_end().await, None);
    ann.send("/quit").await;
    ann.until("* goodbye").await;
    assert_eq!(ann.line_or_end().await, None);
    // The room hears of an end by its monitor.
    let mut next = Client::connect(server.address).await;
    while next.line().await == "* the room is full" {
        next = Client::connect(server.address).await;
    }
    assert_eq!(server.end().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_in_order() {
    let server = Server::start(no_pace()).await;
    let address = server.address;
    let mut ann = server.join().await;
    let mut bob = server.join().await;
    ann.expect("* guest2 joined").await;
    assert_eq!(server.end().await, 2);
    for client in [&mut ann, &mut bob] {
        client.until("* the server closes: goodbye").await;
        assert_eq!(client.line_or_end().await, None);
    }
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_connection_that_crashes_leaves_the_room_to_the_others() {
    let server = Server::start(no_pace()).await;
    let mut ann = server.join().await;
    let mut bob = server.join().await;
    ann.expect("* guest2 joined").await;
    let faults = Faults::seeded(1)
        .panics_one_in(1)
        .only::<connection::Connection>()
        .at_most(1);
    ann.send("this line crashes her connection").await;
    let left = bob.line().await;
    assert!(left.starts_with("* guest1 left (panic at "), "{left}");
    assert_eq!(ann.line_or_end().await, None);
    assert_eq!(faults.injected().len(), 1);
    bob.send("still here").await;
    bob.expect("guest2: still here").await;
    server.end().await;
}
