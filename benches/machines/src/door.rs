//! The machine: a turnstile that counts, as ours, as others write it, by hand, and as a server.

/// What happens to a turnstile.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    Coin,
    Push,
}

/// A match by hand, as one would write it without any crate.
pub mod by_hand {
    use super::Event;

    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum State {
        Locked,
        Unlocked,
    }

    pub struct Turnstile {
        pub state: State,
        pub coins: u64,
        pub pushes: u64,
    }

    impl Turnstile {
        pub fn new() -> Self {
            Self {
                state: State::Locked,
                coins: 0,
                pushes: 0,
            }
        }

        #[inline]
        pub fn handle(&mut self, event: Event) {
            match (self.state, event) {
                (State::Locked, Event::Coin) => {
                    self.coins += 1;
                    self.state = State::Unlocked;
                }
                (State::Unlocked, Event::Push) => {
                    self.pushes += 1;
                    self.state = State::Locked;
                }
                (State::Unlocked, Event::Coin) => self.coins += 1,
                (State::Locked, Event::Push) => {}
            }
        }
    }
}

pub mod with_statig {
    use statig::Outcome::{Handled, Transition};
    use statig::prelude::*;

    use super::Event;

    #[derive(Default)]
    pub struct Turnstile {
        pub coins: u64,
        pub pushes: u64,
    }

    #[state_machine(initial = "State::locked()", state(derive(Debug)))]
    impl Turnstile {
        #[state]
        fn locked(&mut self, event: &Event) -> Outcome<State> {
            match event {
                Event::Coin => {
                    self.coins += 1;
                    Transition(State::unlocked())
                }
                Event::Push => Handled,
            }
        }

        #[state]
        fn unlocked(&mut self, event: &Event) -> Outcome<State> {
            match event {
                Event::Push => {
                    self.pushes += 1;
                    Transition(State::locked())
                }
                Event::Coin => {
                    self.coins += 1;
                    Handled
                }
            }
        }
    }
}

/// It has no data of its own: the outputs are counted outside.
pub mod with_rust_fsm {
    rust_fsm::state_machine! {
        pub turnstile(Locked)

        Locked => {
            Coin => Unlocked [Paid],
            Push => Locked [Stood],
        },
        Unlocked => {
            Push => Locked [Passed],
            Coin => Unlocked [Paid],
        }
    }
    pub use turnstile::{Input, Output, StateMachine};
}

/// Ours, in a process and without one.
pub mod ours {
    use std::convert::Infallible;

    use otp::{
        BareMachine, CallSpec, Machine, MachineContext, MachineDecl, Options, ReplyTo, ServerRef,
        StateMachine, Turn,
    };

    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Turnstile {
        Locked,
        Unlocked,
    }

    impl std::fmt::Display for Turnstile {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            std::fmt::Debug::fmt(self, f)
        }
    }

    #[derive(Default)]
    pub struct Tally {
        pub coins: u64,
        pub pushes: u64,
    }

    pub enum Event {
        Coin(ReplyTo<u64>),
        Push(ReplyTo<u64>),
        DropCoin,
        Pass,
    }

    impl MachineDecl for Turnstile {
        const OPTIONS: Options = Options::new("Turnstile");
        type Data = Tally;
        type State = Self;

        #[inline]
        fn state(&self) -> Self {
            *self
        }
    }

    impl StateMachine for Turnstile {
        type Args = ();
        type Ref = ServerRef<Machine<Self>>;
        type InitError = Infallible;
        type Event = Event;
        type Timeout = Infallible;

        const TIMEOUTS: bool = false;
        const EVENT_TIMEOUTS: bool = false;
        const INNER: bool = false;
        const TERMINAL: bool = false;

        async fn init(
            (): (),
            _: &mut Turn<Self>,
            _: &mut MachineContext<Self>,
        ) -> Result<Option<(Self, Tally)>, Infallible> {
            Ok(Some((Turnstile::Locked, Tally::default())))
        }

        async fn handle(
            &mut self,
            data: &mut Tally,
            event: Event,
            turn: &mut Turn<Self>,
            _: &mut MachineContext<Self>,
        ) {
            self.handle_bare(data, event, turn);
        }
    }

    impl BareMachine for Turnstile {
        #[inline]
        fn handle_bare(&mut self, data: &mut Tally, event: Event, turn: &mut Turn<Self>) {
            match event {
                Event::Coin(reply) => reply.send(self.coin(data, turn)),
                Event::Push(reply) => reply.send(self.push(data, turn)),
                Event::DropCoin => drop(self.coin(data, turn)),
                Event::Pass => drop(self.push(data, turn)),
            }
        }
    }

    impl Turnstile {
        #[inline]
        pub fn coin(self, data: &mut Tally, turn: &mut Turn<Self>) -> u64 {
            data.coins += 1;
            if self == Turnstile::Locked {
                turn.go(Turnstile::Unlocked);
            }
            data.coins
        }

        #[inline]
        pub fn push(self, data: &mut Tally, turn: &mut Turn<Self>) -> u64 {
            if self == Turnstile::Unlocked {
                data.pushes += 1;
                turn.go(Turnstile::Locked);
            }
            data.pushes
        }
    }

    pub static COIN: CallSpec<Machine<Turnstile>, (), u64> = CallSpec::attempted(
        "coin",
        |machine, cx, ()| {
            machine.in_place(
                cx,
                (),
                |state, data, (), turn, _| Ok(state.coin(data, turn)),
            )
        },
        |(), reply| Machine::message(Event::Coin(reply)),
    );

    pub static PUSH: CallSpec<Machine<Turnstile>, (), u64> = CallSpec::attempted(
        "push",
        |machine, cx, ()| {
            machine.in_place(
                cx,
                (),
                |state, data, (), turn, _| Ok(state.push(data, turn)),
            )
        },
        |(), reply| Machine::message(Event::Push(reply)),
    );
}

/// The same work as a server: what a call to one costs.
pub mod server {
    use otp::prelude::*;

    #[gen_server]
    pub struct Turnstile {
        unlocked: bool,
        coins: u64,
        pushes: u64,
    }

    #[gen_server]
    impl Turnstile {
        #[init]
        fn new() -> Self {
            Self {
                unlocked: false,
                coins: 0,
                pushes: 0,
            }
        }

        #[call]
        pub fn coin(&mut self) -> u64 {
            self.coins += 1;
            self.unlocked = true;
            self.coins
        }

        #[call]
        pub fn push(&mut self) -> u64 {
            if self.unlocked {
                self.pushes += 1;
                self.unlocked = false;
            }
            self.pushes
        }
    }
}
