//! The server that everything happens to.

use std::convert::Infallible;
use std::time::Duration;

use otp_core::{
    CallSpec, CastSpec, Context, HandleInfo, NoContinue, Options, ReplyTo, Server, ServerDecl,
    ServerRef, Timer,
};

use super::tally::{STATES, Token};

/// Counts what it has handled.
#[derive(Debug)]
pub struct Worker {
    books: Books,
    kept: Vec<ReplyTo<u64>>,
    timers: Vec<Timer>,
    /// Counts the state.
    _state: State,
}

/// What a worker has handled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Books {
    /// Calls of [`ADD`] and [`YIELD`], and casts.
    pub handled: u64,
    /// Timers that were set, ended by hand, and fired.
    pub set: u64,
    pub cancelled: u64,
    pub fired: u64,
}

#[derive(Debug)]
struct State;

impl State {
    fn new() -> Self {
        STATES.begin();
        Self
    }
}

impl Drop for State {
    fn drop(&mut self) {
        STATES.end();
    }
}

pub enum Message {
    Add(Token, ReplyTo<u64>),
    Yield(Token, ReplyTo<u64>),
    Keep(Token, ReplyTo<u64>),
    Books(ReplyTo<Books>),
    Bump(Token),
    Alarm(Token),
    Tick(Tick),
    Panic,
}

/// What a timer brings.
pub struct Tick(Token);

impl ServerDecl for Worker {
    const OPTIONS: Options = Options::new("Worker").mailbox(8);
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl Server for Worker {
    type Args = bool;
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(slow: bool, _: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        if slow {
            tokio::task::yield_now().await;
        }
        Ok(Some(Worker {
            books: Books::default(),
            kept: Vec::new(),
            timers: Vec::new(),
            _state: State::new(),
        }))
    }

    async fn handle(&mut self, message: Message, cx: &mut Context<Self>) {
        match message {
            Message::Add(token, reply) => reply.send(self.add(&token)),
            Message::Yield(token, reply) => {
                tokio::task::yield_now().await;
                reply.send(self.add(&token));
            }
            Message::Keep(token, reply) => {
                drop(token);
                self.kept.push(cx.hold(reply));
                if self.kept.len() > 3 {
                    self.kept.remove(0).send(0);
                }
            }
            Message::Books(reply) => reply.send(self.books),
            Message::Bump(token) => {
                self.add(&token);
            }
            Message::Alarm(token) => self.alarm(token, cx),
            Message::Tick(Tick(_token)) => self.books.fired += 1,
            Message::Panic => std::panic::resume_unwind(Box::new("asked to")),
        }
    }

    fn info(message: &mut dyn std::any::Any) -> Option<Message> {
        Some(Message::Bump(
            message.downcast_mut::<Option<Token>>()?.take()?,
        ))
    }
}

impl HandleInfo<Tick> for Worker {
    fn wrap(tick: Tick) -> Message {
        Message::Tick(tick)
    }
}

impl Worker {
    fn add(&mut self, token: &Token) -> u64 {
        self.books.handled += token.worth();
        self.books.handled
    }

    /// Sets a timer, and ends an older one.
    fn alarm(&mut self, token: Token, cx: &mut Context<Self>) {
        let delay = Duration::from_millis(token.worth());
        self.timers.push(cx.send_after(delay, Tick(token)));
        self.books.set += 1;
        if self.timers.len() > 2 && self.timers.remove(0).cancel().is_some() {
            self.books.cancelled += 1;
        }
    }
}

/// Runs in place, on the caller's thread, if the worker is idle.
pub const ADD: CallSpec<Worker, Token, u64> =
    CallSpec::Direct("add", |worker, _, token| worker.add(&token), Message::Add);
/// Waits in its handler.
pub const YIELD: CallSpec<Worker, Token, u64> = CallSpec::Queued("yield", Message::Yield);
/// Is answered by a later one, or by the end of the worker.
pub const KEEP: CallSpec<Worker, Token, u64> = CallSpec::Queued("keep", Message::Keep);
pub const BOOKS: CallSpec<Worker, (), Books> =
    CallSpec::Queued("books", |(), reply| Message::Books(reply));
pub const BUMP: CastSpec<Worker, Token> = CastSpec::Direct(
    "bump",
    |worker, _, token| {
        worker.add(&token);
    },
    Message::Bump,
);
pub const ALARM: CastSpec<Worker, Token> = CastSpec::Queued("alarm", Message::Alarm);
pub const PANIC: CastSpec<Worker, ()> = CastSpec::Queued("panic", |()| Message::Panic);
