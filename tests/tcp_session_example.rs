//! The `tcp_session` example: what its clients see over loopback, and one session with the test kit, which
//! has a probe for a client.

#[path = "../examples/tcp_session/serve.rs"]
mod serve;
#[path = "../examples/tcp_session/session.rs"]
mod session;

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use otp::prelude::*;
use otp::test::{self, Faults, Kind, Probe, Reports, Started, started};
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

/// A session whose client is a probe, which watches it.
async fn session() -> (Started<SessionRef>, Probe<String>) {
    let mut client = Probe::start().await;
    let session = started(Session::start(client.sender())).await;
    client.monitor(session.pid()).await.unwrap();
    client.expect("220 who are you?".into()).await;
    (session, client)
}

async fn logged_in() -> (Started<SessionRef>, Probe<String>) {
    let (session, mut client) = session().await;
    session.hello("ann".into(), "nna".into()).await.unwrap();
    client.expect("230 welcome, ann".into()).await;
    (session, client)
}

#[tokio::test(start_paused = true)]
async fn a_silent_client_is_closed_in_time() {
    let (session, mut client) = session().await;
    client.expect_none(Duration::from_millis(4_999)).await;
    test::advance(Duration::from_millis(1)).await;
    client.expect("421 too slow".into()).await;
    // Time to read it.
    client.expect_none(Duration::from_millis(49)).await;
    let down = client.expect_down(session.pid()).await;
    assert_eq!(down.reason, ExitReason::Normal);
    session.finish().await;
}

#[tokio::test(start_paused = true)]
async fn an_idle_session_is_closed_only_when_nothing_comes() {
    let (session, mut client) = logged_in().await;
    for _ in 0..5 {
        test::advance(Duration::from_secs(29)).await;
        session.request("GET a".into()).await.unwrap();
        client.expect("550 there is no such key".into()).await;
    }
    client.expect_none(Duration::from_millis(29_999)).await;
    client.expect("421 nothing to do".into()).await;
    let down = client.expect_down(session.pid()).await;
    assert_eq!(down.reason, ExitReason::Normal);
    session.finish().await;
}

#[tokio::test(start_paused = true)]
async fn requests_during_the_check_are_answered_after_it() {
    let (session, mut client) = session().await;
    session.hello("ann".into(), "nna".into()).await.unwrap();
    session.request("PUT a 1".into()).await.unwrap();
    session.request("GET a".into()).await.unwrap();
    client.expect_none(Duration::from_millis(19)).await;
    let answers = ["230 welcome, ann", "250 kept", "250 1"];
    client.expect_in_order(answers.map(String::from)).await;
    session.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_session_that_hangs_keeps_its_time_limits_from_working_but_not_its_service_from_stopping()
{
    let service = started(Service::start()).await;
    let mut client = Probe::start().await;
    let session = service.sessions().start_child(client.sender());
    let session = session.await.unwrap();
    client.monitor(session.pid()).await.unwrap();
    client.expect("220 who are you?".into()).await;
    let faults = Faults::here();
    faults.next_message_to(&session, "too_slow").hangs();
    client.expect_none(Duration::from_secs(60)).await;
    let asked = tokio::time::Instant::now();
    // Killed when its time to stop is over: nothing is left.
    service.finish().await;
    assert_eq!(asked.elapsed(), Duration::from_secs(5));
    let down = client.expect_down(session.pid()).await;
    assert_eq!(down.reason, ExitReason::Killed);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_crashes_ends_alone_by_any_seed() {
    for seed in 0..8 {
        let reports = Reports::capture();
        let service = started(Service::start()).await;
        let faults = Faults::seeded(seed).panics_one_in(12).only::<Session>();
        let mut clients = Vec::new();
        for _ in 0..10 {
            let client = Probe::<String>::start().await;
            let session = service.sessions().start_child(client.sender());
            let session = session.await.unwrap();
            client.monitor(session.pid()).await.unwrap();
            session.hello("ann".into(), "nna".into()).await.unwrap();
            session.request("PUT a 1".into()).await.unwrap();
            session.request("GET a".into()).await.unwrap();
            session.quit().await.unwrap();
            clients.push((client, session.pid()));
        }
        test::advance(Duration::from_secs(1)).await;
        let crashed: Vec<Pid> = faults.injected().iter().map(|it| it.pid).collect();
        for (mut client, session) in clients {
            if crashed.contains(&session) {
                continue;
            }
            let lines = [
                "220 who are you?",
                "230 welcome, ann",
                "250 kept",
                "250 1",
                "221 goodbye, ann: 2 requests",
            ];
            client.expect_in_order(lines.map(String::from)).await;
            let down = client.expect_down(session).await;
            assert_eq!(down.reason, ExitReason::Normal);
        }
        assert_eq!(reports.count(Kind::Crashed), crashed.len());
        assert_eq!(reports.count(Kind::Restarted), 0);
        let mut left = test::processes_here().into_iter();
        assert!(left.all(|process| process.type_name != "Session"));
        service.finish().await;
    }
}
