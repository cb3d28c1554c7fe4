//! Enter handlers. Conformance SM-030 to SM-036; SM-034 is a matter of what `Next` offers, see
//! `tests/ui/state_machine`.

#[path = "state_machine_support/mod.rs"]
mod support;

use std::time::Duration;

use otp::{Bare, BareMachine, Hook, Machine, MachineContext, MachineDecl, Options, ServerRef};
use otp::{StateMachine, TimeoutKey, Turn};

use support::{Place, Setup, Word, cast, event, noted, settled};

#[tokio::test]
async fn sm_030_the_first_state_is_entered_from_itself_before_any_event() {
    let (setup, log) = Setup::with(|turn, cx| {
        cx.me().send(Word("message")).unwrap();
        turn.insert(event("inserted", |_| {}));
        Ok(Some(Place::B))
    });
    let gate = setup.entered(|_, _, _, _| {}).start().await.unwrap();
    assert_eq!(
        noted(&log)[0],
        "B from B",
        "and it has been when `start` returns"
    );
    settled(&gate).await;
    assert_eq!(noted(&log), ["B from B", "B: inserted", "B: message"]);
}

#[tokio::test]
async fn sm_031_enter_then_inserted_then_retried_then_zero_timeouts_then_messages() {
    let (setup, log) = Setup::new();
    let setup = setup.entered(|place, _, turn, _| {
        if place == Place::B {
            turn.start_timeout(
                TimeoutKey::Named("zero"),
                Duration::ZERO,
                event("by enter", |_| {}),
            );
        }
    });
    let gate = setup.start().await.unwrap();
    cast(&gate, "postponed", |at| {
        if at.place == Place::A {
            at.postpone();
        }
    })
    .await;
    cast(&gate, "change", |at| {
        at.cx.me().send(Word("message")).unwrap();
        at.turn
            .start_state_timeout(Place::B, Duration::ZERO, event("by change", |_| {}));
        at.turn.insert(event("inserted", |_| {}));
        at.turn.go(Place::B);
    })
    .await;
    settled(&gate).await;
    let expected = [
        "A from A",
        "A: postponed",
        "A: change",
        "B from A",
        "B: inserted",
        "B: postponed",
        "B: by change",
        "B: by enter",
        "B: message",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test]
async fn sm_032_only_a_change_and_a_repeat_enter() {
    let (setup, log) = Setup::new();
    let gate = setup.entered(|_, _, _, _| {}).start().await.unwrap();
    cast(&gate, "keep", |_| {}).await;
    cast(&gate, "same", |at| at.turn.go(Place::A)).await;
    cast(&gate, "repeat", |at| at.turn.repeat()).await;
    cast(&gate, "change", |at| at.turn.go(Place::C)).await;
    settled(&gate).await;
    let expected = [
        "A from A",
        "A: keep",
        "A: same",
        "A: repeat",
        "A from A",
        "A: change",
        "C from A",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test]
async fn sm_033_an_enter_handler_that_repeats_runs_again_at_once() {
    let (setup, log) = Setup::new();
    let mut times = 0;
    let setup = setup.entered(move |place, _, turn, _| {
        if place == Place::B && times < 3 {
            times += 1;
            turn.repeat();
        }
    });
    let gate = setup.start().await.unwrap();
    cast(&gate, "change", |at| {
        at.turn.insert(event("inserted", |_| {}));
        at.turn.go(Place::B);
    })
    .await;
    settled(&gate).await;
    let expected = [
        "A from A",
        "A: change",
        "B from A",
        "B from B",
        "B from B",
        "B from B",
        "B: inserted",
    ];
    assert_eq!(noted(&log), expected);
}

#[tokio::test]
async fn sm_034_what_an_enter_handler_may_not_do_has_no_effect() {
    let (setup, log) = Setup::new();
    let setup = setup.entered(|place, _, turn, _| {
        if place == Place::B {
            turn.go(Place::C);
        }
    });
    let gate = setup.start().await.unwrap();
    cast(&gate, "change", |at| at.turn.go(Place::B)).await;
    cast(&gate, "still", |_| {}).await;
    settled(&gate).await;
    assert_eq!(
        noted(&log),
        ["A from A", "A: change", "B from A", "B: still"]
    );
}

#[tokio::test(start_paused = true)]
async fn sm_035_of_repeated_enters_the_last_setting_fires() {
    let (setup, log) = Setup::new();
    let mut times = 0;
    let setup = setup.entered(move |place, _, turn, _| {
        if place == Place::B && times < 3 {
            let after = Duration::from_millis(10 * (3 - times));
            let names = ["first", "second", "third"];
            let name = names[usize::try_from(times).unwrap()];
            turn.start_state_timeout(Place::B, after, event(name, |_| {}));
            turn.start_timeout(TimeoutKey::Named("tea"), after * 10, event(name, |_| {}));
            times += 1;
            if times < 3 {
                turn.repeat();
            }
        }
    });
    let gate = setup.start().await.unwrap();
    cast(&gate, "change", |at| at.turn.go(Place::B)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    settled(&gate).await;
    assert_eq!(noted(&log)[5..], ["B: third", "B: third"]);
}

/// A machine whose enter and exit handlers must not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Plain {
    On,
    Off,
}

impl std::fmt::Display for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

impl MachineDecl for Plain {
    const OPTIONS: Options = Options::new("Plain");
    type Data = ();
    type State = Self;

    fn state(&self) -> Self {
        *self
    }
}

impl StateMachine for Plain {
    type Args = ();
    type Ref = ServerRef<Machine<Self>>;
    type InitError = std::convert::Infallible;
    type Event = ();
    type Timeout = std::convert::Infallible;

    const ENTER: Hook = Hook::None;
    const EXIT: Hook = Hook::None;

    async fn init(
        (): (),
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) -> Result<Option<(Self, ())>, Self::InitError> {
        Ok(Some((Plain::Off, ())))
    }

    async fn handle(
        &mut self,
        data: &mut (),
        (): (),
        turn: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        self.handle_bare(data, (), turn);
    }

    fn enter_now(
        &mut self,
        (): &mut (),
        _: Self,
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        unreachable!("there are no enter handlers");
    }

    fn exit_now(&mut self, (): &mut (), _: Self, _: &mut Turn<Self>, _: &mut MachineContext<Self>) {
        unreachable!("there are no exit handlers");
    }
}

impl BareMachine for Plain {
    fn handle_bare(&mut self, (): &mut (), (): (), turn: &mut Turn<Self>) {
        turn.go(match self {
            Plain::On => Plain::Off,
            Plain::Off => Plain::On,
        });
    }

    fn enter_bare(&mut self, (): &mut (), _: Self, _: &mut Turn<Self>) {
        unreachable!("there are no enter handlers");
    }

    fn exit_bare(&mut self, (): &mut (), _: Self, _: &mut Turn<Self>) {
        unreachable!("there are no exit handlers");
    }
}

static FLIP: otp::CastSpec<Machine<Plain>, ()> = otp::CastSpec::Queued("flip", Machine::message);

#[tokio::test]
async fn sm_036_with_enter_off_nothing_of_it_runs() {
    let mut bare = Bare::new(Plain::Off, ());
    bare.send(());
    assert_eq!(bare.state(), &Plain::On);
    let machine = otp::Start::<Machine<Plain>>::new(()).await.unwrap();
    machine.cast(&FLIP, ()).await.unwrap();
    // What `sys` asks comes before messages.
    while machine.info().messages_handled == 0 {
        tokio::task::yield_now().await;
    }
    let seen = machine.sys().get_state().await.unwrap();
    assert_eq!(seen.state(), &Plain::On);
    machine.stop().await.unwrap();
}
