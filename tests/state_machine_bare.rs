//! Machines without a process. Conformance SM-066.

use std::convert::Infallible;
use std::time::Duration;

use otp::prelude::*;
use otp::{
    Bare, BareError, BareMachine, Machine, MachineContext, MachineDecl, Options, ServerRef,
    StateMachine, Turn,
};

/// A tank that fills up, and is closed when it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tank {
    Filling { level: u32 },
    Full,
    Burst,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum TankState {
    Filling,
    Full,
    Burst,
}

impl std::fmt::Display for TankState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

enum Event {
    Fill(u32, ReplyTo<u32>),
    /// Waits for a full tank.
    Taste(ReplyTo<&'static str>),
    Drain,
    /// Full for too long.
    Strain,
}

impl MachineDecl for Tank {
    const OPTIONS: Options = Options::new("Tank");
    type Data = u32;
    type State = TankState;

    fn state(&self) -> TankState {
        match self {
            Tank::Filling { .. } => TankState::Filling,
            Tank::Full => TankState::Full,
            Tank::Burst => TankState::Burst,
        }
    }

    fn is_terminal(state: TankState) -> bool {
        state == TankState::Burst
    }
}

impl StateMachine for Tank {
    type Args = ();
    type Ref = ServerRef<Machine<Self>>;
    type InitError = Infallible;
    type Event = Event;
    type Timeout = Infallible;

    async fn init(
        (): (),
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) -> Result<Option<(Self, u32)>, Infallible> {
        Ok(Some((Tank::Filling { level: 0 }, 0)))
    }

    async fn handle(
        &mut self,
        data: &mut u32,
        event: Event,
        turn: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        self.handle_bare(data, event, turn);
    }

    fn state_timeout(&self) -> Option<(Duration, Event)> {
        (*self == Tank::Full).then_some((Duration::from_secs(60), Event::Strain))
    }
}

impl BareMachine for Tank {
    fn handle_bare(&mut self, fills: &mut u32, event: Event, turn: &mut Turn<Self>) {
        match (*self, event) {
            (Tank::Filling { .. }, Event::Fill(more, reply)) => {
                reply.send(self.fill(fills, more, turn));
            }
            (Tank::Full, Event::Fill(_, reply)) => reply.refuse("Full", "fill"),
            (Tank::Full, Event::Taste(reply)) => reply.send("salty"),
            (Tank::Full, Event::Drain) => turn.go(Tank::Filling { level: 0 }),
            (Tank::Full, Event::Strain) => turn.go(Tank::Burst),
            (_, event @ Event::Taste(_)) => turn.postpone(event),
            _ => {}
        }
    }
}

impl Tank {
    fn fill(self, fills: &mut u32, more: u32, turn: &mut Turn<Self>) -> u32 {
        let Tank::Filling { level } = self else {
            return 0;
        };
        *fills += 1;
        let level = level + more;
        turn.go(if level < 10 {
            Tank::Filling { level }
        } else {
            Tank::Full
        });
        level
    }
}

fn tank() -> Bare<Tank> {
    Bare::new(Tank::Filling { level: 0 }, 0)
}

fn fill(tank: &mut Bare<Tank>, more: u32) -> Result<u32, BareError<u32>> {
    tank.call(
        more,
        |state, fills, more, turn| match state {
            Tank::Filling { .. } => Ok(state.fill(fills, more, turn)),
            _ => Err(more),
        },
        Event::Fill,
    )
}

#[test]
fn a_call_is_answered_where_it_is_made() {
    let mut tank = tank();
    assert_eq!(fill(&mut tank, 4).unwrap(), 4);
    assert_eq!(tank.state(), &Tank::Filling { level: 4 });
    assert_eq!(fill(&mut tank, 8).unwrap(), 12);
    assert_eq!((tank.state(), tank.data()), (&Tank::Full, &2));
}

#[test]
fn a_refused_call_says_what_and_where() {
    let mut tank = tank();
    fill(&mut tank, 10).unwrap();
    let refused = fill(&mut tank, 1).unwrap_err();
    assert!(
        matches!(
            &refused,
            BareError::Call(CallError::Refused {
                state: "Full",
                event: "fill"
            })
        ),
        "{refused:?}"
    );
    assert_eq!(refused.to_string(), "`fill` is refused in the state `Full`");
}

#[test]
fn a_postponed_call_is_answered_after_the_change() {
    let mut tank = tank();
    let Err(BareError::Waits(answer)) = tank.ask(Event::Taste) else {
        panic!("it is postponed while the tank is filling");
    };
    assert!(answer.take().is_none());
    fill(&mut tank, 10).unwrap();
    assert_eq!(answer.take(), Some(Ok("salty")));
}

#[test]
fn sm_066_a_change_of_a_variants_own_fields_is_no_change_of_state() {
    let mut tank = tank();
    let Err(BareError::Waits(answer)) = tank.ask(Event::Taste) else {
        panic!("it is postponed while the tank is filling");
    };
    fill(&mut tank, 1).unwrap();
    fill(&mut tank, 1).unwrap();
    assert_eq!(tank.state(), &Tank::Filling { level: 2 });
    assert!(answer.take().is_none(), "nothing was retried");
}

#[test]
fn its_clock_stands_still_until_it_is_moved() {
    let mut tank = tank();
    fill(&mut tank, 10).unwrap();
    assert_eq!(tank.timeouts().len(), 1);
    tank.advance(Duration::from_secs(59));
    assert_eq!(tank.state(), &Tank::Full);
    tank.send(Event::Drain);
    assert!(tank.timeouts().is_empty());
    tank.advance(Duration::from_secs(3600));
    assert_eq!(tank.state(), &Tank::Filling { level: 0 });
    fill(&mut tank, 10).unwrap();
    tank.advance(Duration::from_secs(60));
    assert_eq!(tank.ended(), Some(&ExitReason::Normal));
}

#[test]
fn what_is_sent_to_one_that_has_ended_is_dropped() {
    let mut tank = tank();
    fill(&mut tank, 10).unwrap();
    tank.advance(Duration::from_secs(60));
    assert_eq!(tank.state(), &Tank::Burst);
    tank.send(Event::Drain);
    let over = fill(&mut tank, 1).unwrap_err();
    assert!(matches!(over, BareError::Over), "{over:?}");
}
