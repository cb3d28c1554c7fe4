//! The `tcp_session` example over loopback: what its clients see.

#[path = "../examples/tcp_session/serve.rs"]
mod serve;
#[path = "../examples/tcp_session/session.rs"]
mod session;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use otp::prelude::*;
use serve::{Service, serve};
use session::{Session, SessionRef};

/// What a client reads that writes all of `text` at once.
async fn dialogue(text: &str) -> Vec<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = Service::start().await.unwrap();
    let server = tokio::spawn(serve(listener, service.clone()));
    let mut client = TcpStream::connect(address).await.unwrap();
    client.write_all(text.as_bytes()).await.unwrap();
    let mut answers = String::new();
    client.read_to_string(&mut answers).await.unwrap();
    server.abort();
    service.stop().await.unwrap();
    answers.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn requests_wait_for_the_check_and_are_answered_in_order() {
    let answers = dialogue("HELLO ann nna\nPUT a 1\nGET a\nGET b\nQUIT\n").await;
    assert_eq!(
        answers,
        [
            "220 who are you?",
            "230 welcome, ann",
            "250 kept",
            "250 1",
            "550 there is no such key",
            "221 goodbye, ann: 3 requests",
        ]
    );
}

#[tokio::test]
async fn nothing_is_served_before_the_handshake() {
    let answers = dialogue("GET a\nQUIT\n").await;
    assert_eq!(answers, ["220 who are you?", "503 not now: GET a"]);
}

#[tokio::test]
async fn a_wrong_token_ends_the_session() {
    let answers = dialogue("HELLO ann ann\nGET a\n").await;
    assert_eq!(
        answers,
        ["220 who are you?", "530 wrong token", "503 not now: GET a"]
    );
}

async fn session() -> (SessionRef, UnboundedReceiver<String>) {
    let (out, mut lines) = unbounded_channel();
    let session = Session::start(out).await.unwrap();
    assert_eq!(lines.recv().await.unwrap(), "220 who are you?");
    (session, lines)
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_closed_in_time() {
    let (session, mut lines) = session().await;
    let begun = tokio::time::Instant::now();
    assert_eq!(session.monitor().await.reason, ExitReason::Normal);
    assert_eq!(begun.elapsed().as_millis(), 5_050);
    assert_eq!(lines.recv().await.unwrap(), "421 too slow");
    assert_eq!(lines.recv().await, None);
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_closed_only_when_nothing_comes() {
    let (session, mut lines) = session().await;
    session.hello("ann".into(), "nna".into()).await.unwrap();
    assert_eq!(lines.recv().await.unwrap(), "230 welcome, ann");
    for _ in 0..5 {
        tokio::time::sleep(std::time::Duration::from_secs(29)).await;
        session.request("GET a".into()).await.unwrap();
        assert_eq!(lines.recv().await.unwrap(), "550 there is no such key");
    }
    assert_eq!(session.monitor().await.reason, ExitReason::Normal);
    assert_eq!(lines.recv().await.unwrap(), "421 nothing to do");
}
