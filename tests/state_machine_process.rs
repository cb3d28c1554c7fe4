//! A machine is a process like a server: donated calls, full mailboxes, supervisors, registries.

use std::convert::Infallible;
use std::time::Duration;

use otp::prelude::*;
use otp::{
    CallSpec, CastSpec, Machine, MachineContext, MachineDecl, Options, Overflow, Served, ServerRef,
    Start, StateMachine, Supervisable, Turn,
};

/// A lamp that goes out by itself. Its mailbox has room for two messages, and drops the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Lamp {
    Dark,
    Lit,
}

impl std::fmt::Display for Lamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

enum Event {
    /// Answers with the thread that has handled it.
    Light(ReplyTo<std::thread::ThreadId>),
    Touch,
    Smash,
    Out,
}

impl MachineDecl for Lamp {
    const OPTIONS: Options = Options::new("Lamp")
        .mailbox(2)
        .overflow(Overflow::DropOldest);
    type Data = u32;
    type State = Self;

    fn state(&self) -> Self {
        *self
    }
}

impl StateMachine for Lamp {
    type Args = u32;
    type Ref = ServerRef<Machine<Self>>;
    type InitError = Infallible;
    type Event = Event;
    type Timeout = Infallible;

    async fn init(
        touched: u32,
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) -> Result<Option<(Self, u32)>, Infallible> {
        Ok(Some((Lamp::Dark, touched)))
    }

    async fn handle(
        &mut self,
        touched: &mut u32,
        event: Event,
        turn: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        match event {
            Event::Light(reply) => {
                turn.go(Lamp::Lit);
                reply.send(std::thread::current().id());
            }
            Event::Touch => *touched += 1,
            Event::Smash => panic!("smashed"),
            Event::Out => turn.go(Lamp::Dark),
        }
    }

    fn state_timeout(&self) -> Option<(Duration, Event)> {
        (*self == Lamp::Lit).then_some((Duration::from_secs(10), Event::Out))
    }
}

impl Supervisable for Lamp {
    type Ref = ServerRef<Machine<Self>>;
}

impl Served for Lamp {
    type Server = Machine<Self>;
}

impl Lamp {
    fn start(touched: u32) -> Start<Machine<Self>> {
        Start::new(touched)
    }
}

static LIGHT: CallSpec<Machine<Lamp>, (), std::thread::ThreadId> = CallSpec::Attempted(
    "light",
    |machine, cx, ()| {
        machine.in_place(cx, (), |state, _, (), turn, _| {
            // Only a dark one takes it in place.
            if *state == Lamp::Lit {
                return Err(());
            }
            turn.go(Lamp::Lit);
            Ok(std::thread::current().id())
        })
    },
    |(), reply| Machine::message(Event::Light(reply)),
);

static TOUCH: CastSpec<Machine<Lamp>, ()> =
    CastSpec::Queued("touch", |()| Machine::message(Event::Touch));

static SMASH: CastSpec<Machine<Lamp>, ()> =
    CastSpec::Queued("smash", |()| Machine::message(Event::Smash));

async fn state(lamp: &ServerRef<Machine<Lamp>>) -> Lamp {
    *lamp.sys().get_state().await.unwrap().state()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_runs_on_its_callers_thread_and_so_does_one_that_is_not_taken_in_place() {
    tokio::spawn(async {
        let lamp = Lamp::start(0).await.unwrap();
        let here = std::thread::current().id();
        // The first is handled in place; the second is given back, and donated as a message.
        assert_eq!(lamp.call(&LIGHT, ()).await, Ok(here));
        assert_eq!(lamp.call(&LIGHT, ()).await, Ok(here));
        assert_eq!(state(&lamp).await, Lamp::Lit);
    })
    .await
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_timeout_comes_through_a_full_mailbox_and_is_not_dropped_from_it() {
    let lamp = Lamp::start(0).await.unwrap();
    lamp.call(&LIGHT, ()).await.unwrap();
    lamp.sys().suspend().await.unwrap();
    lamp.cast(&TOUCH, ()).await.unwrap();
    lamp.cast(&TOUCH, ()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(11)).await;
    for _ in 0..5 {
        lamp.cast(&TOUCH, ()).await.unwrap();
    }
    lamp.sys().resume().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(state(&lamp).await, Lamp::Dark);
    // It rings again: the first is not the last.
    lamp.call(&LIGHT, ()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(state(&lamp).await, Lamp::Dark);
}

supervisor! {
    House {
        strategy: one_for_one,
        intensity: 3 per 5s,
        porch: Lamp(1),
        lamps: dynamic<Lamp> { intensity: 3 per 5s },
        halls: partition<Lamp>(2, |_| Lamp::start(2)) { intensity: 3 per 5s },
        names: registry<String, Lamp>,
    }
}

#[tokio::test]
async fn a_tree_starts_machines_as_it_does_servers() {
    let house = House::start().await.unwrap();
    let porch = house.porch();
    porch.call(&LIGHT, ()).await.unwrap();
    assert_eq!(state(porch).await, Lamp::Lit);
    let lamp = house.lamps().start_child(7).await.unwrap();
    assert_eq!(*lamp.sys().get_state().await.unwrap().data(), 7);
    let named = Lamp::start(8)
        .via(house.names(), "named".to_owned())
        .await
        .unwrap();
    assert_eq!(house.names().lookup("named").as_ref(), Some(&named));
    house.stop().await.unwrap();
}

#[tokio::test]
async fn a_machine_that_crashes_is_started_again_in_its_first_state() {
    let house = House::start().await.unwrap();
    let porch = house.porch();
    let first = porch.pid();
    porch.call(&LIGHT, ()).await.unwrap();
    porch.cast(&SMASH, ()).await.unwrap();
    // The ref outlives the incarnation: the call waits for the next.
    while porch.pid() == first {
        tokio::task::yield_now().await;
    }
    porch.call(&LIGHT, ()).await.unwrap();
    assert_eq!(*porch.sys().get_state().await.unwrap().data(), 1);
    house.stop().await.unwrap();
}
