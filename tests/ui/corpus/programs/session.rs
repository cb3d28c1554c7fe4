use std::collections::HashMap;
use std::time::Duration;

use otp::prelude::*;
use tokio::sync::mpsc::UnboundedSender;

pub struct Peer {
    out: UnboundedSender<String>,
    values: HashMap<String, String>,
}

impl Peer {
    fn say(&self, line: &str) {
        drop(self.out.send(line.to_owned()));
    }
}

struct Verdict(bool);

#[state_machine(initial = Handshake, data = Peer)]
pub enum Session {
    Handshake,
    Checking { user: String },
    Authenticated { user: String, served: u32 },
    Draining,
    #[terminal]
    Closed,
}

#[state_machine]
impl Session {
    #[init]
    fn new(out: UnboundedSender<String>) -> Peer {
        Peer { out, values: HashMap::new() }
    }

    #[cast]
    #[on(Handshake => Checking)]
    #[ignore(_)]
    pub fn hello(user: String, token: String, cx: &mut MachineContext<Self>, next: Next) {
        cx.send_after(Duration::from_millis(20), Verdict(token == user));
        next.checking(user);
    }

    #[info]
    #[on(Checking { user } => Authenticated | Draining)]
    #[ignore(_)]
    fn checked(data: &mut Peer, user: &mut String, verdict: Verdict, next: Next) {
        if verdict.0 {
            data.say("230 welcome");
            next.authenticated(std::mem::take(user), 0);
        } else {
            data.say("530 wrong token");
            next.draining();
        }
    }

    /// `None` if there is no such key.
    #[call]
    #[on(Authenticated { served })]
    #[postpone(Checking)]
    #[refuse(Handshake | Draining)]
    pub async fn get(data: &mut Peer, served: &mut u32, reply: ReplyTo<Option<String>>, key: String) {
        *served += 1;
        reply.send(data.values.get(&key).cloned());
    }

    #[cast]
    #[on(Authenticated { user, served } => Draining)]
    #[postpone(Checking)]
    #[ignore(_)]
    pub fn quit(data: &mut Peer, user: &str, served: &u32, next: Next) {
        data.say(&format!("221 goodbye, {user}: {served} requests"));
        next.draining();
    }

    /// The client has closed the connection.
    #[cast]
    #[on(_ => Closed)]
    pub fn gone(next: Next) {
        next.closed();
    }

    #[state_timeout(Handshake | Checking, 5s)]
    #[on(Handshake | Checking => Draining)]
    fn too_slow(data: &mut Peer, next: Next) {
        data.say("421 too slow");
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (out, mut lines) = tokio::sync::mpsc::unbounded_channel();
    let session = Session::start(out).await?;
    session.hello("ana".to_owned(), "ana".to_owned()).await?;
    println!("{:?}", session.get("colour".to_owned()).await?);
    session.quit().await?;
    while let Some(line) = lines.recv().await {
        println!("{line}");
    }
    Ok(())
}
