//! One connection's life: handshake, check of the token, requests, draining.

use std::collections::HashMap;
use std::time::Duration;

use otp::prelude::*;
use tokio::sync::mpsc::UnboundedSender;

/// What a session has in every state.
pub(crate) struct Peer {
    /// Lines to the client. When the session ends it is dropped, and the connection closed.
    out: UnboundedSender<String>,
    values: HashMap<String, String>,
}

impl Peer {
    fn say(&self, line: impl Into<String>) {
        // A client that is gone reads no more; the reader says so soon.
        let _ = self.out.send(line.into());
    }
}

/// What the check of a token has found.
#[derive(Debug)]
struct Verdict(bool);

/// A session.
#[state_machine(initial = Handshake, data = Peer)]
pub(crate) enum Session {
    /// The client has not said who it is.
    Handshake,
    /// Its token is being checked.
    Checking {
        /// Who it says it is.
        user: String,
    },
    /// Its requests are served.
    Authenticated {
        /// Who it is.
        user: String,
        /// How many requests were served.
        served: u32,
    },
    /// It is about to be closed, and takes no more requests.
    Draining,
    /// It is over.
    #[terminal]
    Closed,
}

#[state_machine]
impl Session {
    /// A session that writes to `out`.
    #[init]
    fn new(out: UnboundedSender<String>) -> Peer {
        let peer = Peer {
            out,
            values: HashMap::new(),
        };
        peer.say("220 who are you?");
        peer
    }

    /// `HELLO user token`. The check takes its time, elsewhere.
    #[cast]
    #[on(Handshake => Checking)]
    pub(crate) fn hello(user: String, token: String, cx: &mut MachineContext<Self>, next: Next) {
        let right = token == user.chars().rev().collect::<String>();
        cx.send_after(Duration::from_millis(20), Verdict(right));
        next.checking(user);
    }

    /// Once is enough.
    #[cast]
    #[on(Checking | Authenticated | Draining)]
    pub(crate) fn hello(data: &Peer, user: String, token: String) {
        drop((user, token));
        data.say("503 you have said who you are");
    }

    #[info]
    #[on(Checking { user } => Authenticated | Draining)]
    #[ignore(_)]
    fn checked(data: &mut Peer, user: &mut String, verdict: Verdict, next: Next) {
        if verdict.0 {
            data.say(format!("230 welcome, {user}"));
            next.authenticated(std::mem::take(user), 0);
        } else {
            data.say("530 wrong token");
            next.draining();
        }
    }

    /// `PUT key value` or `GET key`. While the token is being checked, requests wait.
    #[cast]
    #[on(Authenticated { served })]
    #[postpone(Checking)]
    pub(crate) fn request(data: &mut Peer, served: &mut u32, line: String) {
        *served += 1;
        let mut words = line.splitn(3, ' ');
        let answer = match (words.next(), words.next(), words.next()) {
            (Some("PUT"), Some(key), Some(value)) => {
                data.values.insert(key.into(), value.into());
                "250 kept".into()
            }
            (Some("GET"), Some(key), None) => match data.values.get(key) {
                Some(value) => format!("250 {value}"),
                None => "550 there is no such key".into(),
            },
            _ => "500 PUT key value, GET key or QUIT".into(),
        };
        data.say(answer);
    }

    /// Nothing is served before the handshake, nor after the end.
    #[cast]
    #[on(Handshake | Draining)]
    pub(crate) fn request(data: &mut Peer, line: String) {
        data.say(format!("503 not now: {line}"));
    }

    /// `QUIT`: what was asked before is answered, then the connection is closed.
    #[cast]
    #[on(Authenticated { user, served } => Draining)]
    #[postpone(Checking)]
    pub(crate) fn quit(data: &mut Peer, user: &String, served: &u32, next: Next) {
        data.say(format!("221 goodbye, {user}: {served} requests"));
        next.draining();
    }

    /// A client that has said nothing yet may leave at once.
    #[cast]
    #[on(Handshake => Closed)]
    #[ignore(Draining)]
    pub(crate) fn quit(next: Next) {
        next.closed();
    }

    /// The client has closed the connection.
    #[cast]
    #[on(_ => Closed)]
    pub(crate) fn gone(next: Next) {
        next.closed();
    }

    #[state_timeout(Handshake | Checking, 5s)]
    #[on(Handshake | Checking => Draining)]
    fn too_slow(data: &mut Peer, next: Next) {
        data.say("421 too slow");
        next.draining();
    }

    #[event_timeout(Authenticated, 30s)]
    #[on(Authenticated => Draining)]
    fn idle(data: &mut Peer, next: Next) {
        data.say("421 nothing to do");
        next.draining();
    }

    /// Time for the client to read the last lines.
    #[timeout]
    #[on(_ => Closed)]
    fn drained(next: Next) {
        next.closed();
    }

    #[enter(Draining)]
    fn drains(mut next: Next) {
        next.start_drained(Duration::from_millis(50));
    }
}
