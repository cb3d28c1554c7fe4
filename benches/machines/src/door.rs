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
    use otp::prelude::*;

    #[derive(Default)]
    pub struct Tally {
        pub coins: u64,
        pub pushes: u64,
    }

    #[state_machine(initial = Locked, data = Tally)]
    pub enum Turnstile {
        Locked,
        Unlocked,
    }

    #[state_machine]
    impl Turnstile {
        #[call]
        #[on(Locked => Unlocked)]
        pub fn coin(data: &mut Tally, next: Next) -> u64 {
            data.coins += 1;
            next.unlocked();
            data.coins
        }

        #[call]
        #[on(Unlocked)]
        pub fn coin(data: &mut Tally) -> u64 {
            data.coins += 1;
            data.coins
        }

        #[call]
        #[on(Unlocked => Locked)]
        pub fn push(data: &mut Tally, next: Next) -> u64 {
            data.pushes += 1;
            next.locked();
            data.pushes
        }

        #[call]
        #[on(Locked)]
        pub fn push(data: &mut Tally) -> u64 {
            data.pushes
        }

        #[cast]
        #[on(Locked => Unlocked)]
        pub fn drop_coin(data: &mut Tally, next: Next) {
            data.coins += 1;
            next.unlocked();
        }

        #[cast]
        #[on(Unlocked)]
        pub fn drop_coin(data: &mut Tally) {
            data.coins += 1;
        }

        #[cast]
        #[on(Unlocked => Locked)]
        pub fn pass(data: &mut Tally, next: Next) {
            data.pushes += 1;
            next.locked();
        }

        #[cast]
        #[on(Locked)]
        pub fn pass() {}
    }
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
