//! State timeouts that are set by each entry of a state and cancelled by the next change.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use otp::{
    CallSpec, Machine, MachineContext, MachineDecl, Options, ReplyTo, ServerRef, Start,
    StateMachine, Turn,
};

use crate::each;

/// A session that is busy or idle, and idle for 10 s at the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Session {
    Busy,
    Idle,
}

impl std::fmt::Display for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

enum Event {
    Work(ReplyTo<()>),
    Tired,
}

impl MachineDecl for Session {
    const OPTIONS: Options = Options::new("Session");
    type Data = ();
    type State = Self;

    fn state(&self) -> Self {
        *self
    }
}

impl StateMachine for Session {
    type Args = ();
    type Ref = ServerRef<Machine<Self>>;
    type InitError = Infallible;
    type Event = Event;
    type Timeout = Infallible;

    async fn init(
        (): (),
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) -> Result<Option<(Self, ())>, Infallible> {
        Ok(Some((Session::Busy, ())))
    }

    async fn handle(
        &mut self,
        (): &mut (),
        event: Event,
        turn: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        match event {
            Event::Work(reply) => {
                self.work(turn);
                reply.send(());
            }
            Event::Tired => turn.go(Session::Busy),
        }
    }

    fn state_timeout(&self) -> Option<(Duration, Event)> {
        (*self == Session::Idle).then_some((Duration::from_secs(10), Event::Tired))
    }
}

impl Session {
    fn work(self, turn: &mut Turn<Self>) {
        turn.go(match self {
            Session::Busy => Session::Idle,
            Session::Idle => Session::Busy,
        });
    }
}

static WORK: CallSpec<Machine<Session>, (), ()> = CallSpec::attempted(
    "work",
    |machine, cx, ()| {
        machine.in_place(cx, (), |state, (), (), turn, _| {
            state.work(turn);
            Ok(())
        })
    },
    |(), reply| Machine::message(Event::Work(reply)),
);

pub fn run(quick: bool) {
    let timeouts: u32 = if quick { 1_000_000 } else { 10_000_000 };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (time, before, after) = runtime.block_on(async move {
        let measured = tokio::spawn(async move {
            let session = Start::<Machine<Session>>::new(()).await.expect("it starts");
            for _ in 0..1000 {
                session.call(&WORK, ()).await.expect("alive");
            }
            let before = resident();
            let began = Instant::now();
            for _ in 0..timeouts {
                session.call(&WORK, ()).await.expect("alive");
                session.call(&WORK, ()).await.expect("alive");
            }
            (each(began.elapsed(), timeouts), before, resident())
        });
        measured.await.expect("no panic")
    });
    println!("timeouts: {timeouts} state timeouts set and cancelled");
    println!("  {time:.1} ns for each, with its two calls");
    println!("  resident memory {before} kB before, {after} kB after");
}

/// Resident memory in kB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
