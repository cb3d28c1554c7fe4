//! A machine whose events say themselves what they do, so that each test shows one rule and nothing else.

#![allow(dead_code, reason = "each test file uses its part")]

use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex};

use otp::{
    Call, CallSpec, CastSpec, ExitReason, HandleMachineInfo, Hook, Machine, MachineContext,
    MachineDecl, Options, ReplyTo, ServerRef, Start, StateMachine, Turn,
};

/// The states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    A,
    B,
    C,
    /// The machine ends in it.
    End,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

pub(crate) type Gate = ServerRef<Machine<Place>>;
pub(crate) type Cx = MachineContext<Place>;
pub(crate) type Log = Arc<Mutex<Vec<String>>>;

/// What an event sees and does.
pub(crate) struct At<'a> {
    pub(crate) place: Place,
    pub(crate) data: &'a mut Data,
    pub(crate) turn: &'a mut Turn<Place>,
    pub(crate) cx: &'a mut Cx,
    pub(crate) reply: &'a mut Option<ReplyTo<String>>,
    postpones: bool,
}

impl At<'_> {
    pub(crate) fn postpone(&mut self) {
        self.postpones = true;
    }

    pub(crate) fn answer(&mut self, text: &str) {
        if let Some(reply) = self.reply.take() {
            reply.send(text.to_owned());
        }
    }
}

type Act = Box<dyn FnMut(&mut At<'_>) + Send>;
type Entered = Box<dyn FnMut(Place, Place, &mut Turn<Place>, &mut Cx) + Send>;
type Opening = Box<dyn FnOnce(&mut Turn<Place>, &mut Cx) -> Result<Option<Place>, String> + Send>;

pub(crate) struct Event {
    name: &'static str,
    act: Act,
    reply: Option<ReplyTo<String>>,
}

/// An event to insert, postpone, or give to a timeout.
pub(crate) fn event(name: &'static str, act: impl FnMut(&mut At<'_>) + Send + 'static) -> Event {
    Event {
        name,
        act: Box::new(act),
        reply: None,
    }
}

impl Event {
    pub(crate) fn with(mut self, reply: Option<ReplyTo<String>>) -> Self {
        self.reply = reply;
        self
    }
}

#[derive(Default)]
pub(crate) struct Data {
    pub(crate) log: Log,
    /// Calls to be answered by somebody else.
    pub(crate) kept: Vec<ReplyTo<String>>,
    /// Whether `terminate` panics.
    pub(crate) bad_end: bool,
    /// Asked of each enter handler, with the new state and the one before.
    pub(crate) entered: Option<Entered>,
}

/// A copy, for `sys`, can be looked at and no more.
impl Clone for Data {
    fn clone(&self) -> Self {
        Self {
            log: Arc::clone(&self.log),
            kept: Vec::new(),
            bad_end: self.bad_end,
            entered: None,
        }
    }
}

impl Data {
    pub(crate) fn note(&self, text: impl Into<String>) {
        self.log.lock().unwrap().push(text.into());
    }
}

/// A message by pid.
#[derive(Debug)]
pub(crate) struct Word(pub(crate) &'static str);

pub(crate) struct Setup {
    opening: Opening,
    data: Data,
}

impl Setup {
    /// Starts in `A`.
    pub(crate) fn new() -> (Self, Log) {
        Self::with(|_, _| Ok(Some(Place::A)))
    }

    pub(crate) fn with(
        opening: impl FnOnce(&mut Turn<Place>, &mut Cx) -> Result<Option<Place>, String>
        + Send
        + 'static,
    ) -> (Self, Log) {
        let data = Data::default();
        let log = Arc::clone(&data.log);
        let opening = Box::new(opening);
        (Self { opening, data }, log)
    }

    pub(crate) fn entered(
        mut self,
        entered: impl FnMut(Place, Place, &mut Turn<Place>, &mut Cx) + Send + 'static,
    ) -> Self {
        self.data.entered = Some(Box::new(entered));
        self
    }

    pub(crate) fn start(self) -> Start<Machine<Place>> {
        Start::new(self)
    }
}

impl MachineDecl for Place {
    const OPTIONS: Options = Options::new("Place");
    type Data = Data;
    type State = Self;

    fn state(&self) -> Self {
        *self
    }

    fn is_terminal(state: Self) -> bool {
        state == Place::End
    }
}

impl StateMachine for Place {
    type Args = Setup;
    type Ref = Gate;
    type InitError = String;
    type Event = Event;
    type Timeout = &'static str;

    const ENTER: Hook = Hook::Now;

    async fn init(
        setup: Setup,
        turn: &mut Turn<Self>,
        cx: &mut Cx,
    ) -> Result<Option<(Self, Data)>, String> {
        let Setup { opening, data } = setup;
        Ok(opening(turn, cx)?.map(|place| (place, data)))
    }

    async fn handle(&mut self, data: &mut Data, event: Event, turn: &mut Turn<Self>, cx: &mut Cx) {
        let Event {
            name,
            mut act,
            mut reply,
        } = event;
        data.note(format!("{self}: {name}"));
        let mut at = At {
            place: *self,
            data,
            turn,
            cx,
            reply: &mut reply,
            postpones: false,
        };
        act(&mut at);
        if at.postpones {
            turn.postpone(Event { name, act, reply });
        }
    }

    fn enter_now(&mut self, data: &mut Data, from: Self, turn: &mut Turn<Self>, cx: &mut Cx) {
        if let Some(mut entered) = data.entered.take() {
            data.note(format!("{self} from {from}"));
            entered(*self, from, turn, cx);
            data.entered = Some(entered);
        }
    }

    async fn terminate(&mut self, data: &mut Data, reason: &ExitReason, _: &mut Cx) {
        data.note(format!("{self} ends: {reason}"));
        assert!(!data.bad_end, "bad end");
    }

    fn info(message: &mut dyn Any) -> Option<Event> {
        let word = message.downcast_mut::<Option<Word>>()?.take()?;
        Some(Self::wrap(word))
    }

    fn describe(event: &Event) -> &'static str {
        event.name
    }

    fn describe_data(data: &Data) -> Option<String> {
        Some(format!("{} lines noted", data.log.lock().unwrap().len()))
    }
}

impl HandleMachineInfo<Word> for Place {
    fn wrap(word: Word) -> Event {
        event(word.0, |_| {})
    }
}

static CALL: CallSpec<Machine<Place>, Event, String> =
    CallSpec::Queued("call", |mut event, reply| {
        event.reply = Some(reply);
        Machine::message(event)
    });

static CAST: CastSpec<Machine<Place>, Event> = CastSpec::Queued("cast", Machine::message);

/// A call whose event does this.
pub(crate) fn call<'a>(
    gate: &'a Gate,
    name: &'static str,
    act: impl FnMut(&mut At<'_>) + Send + 'static,
) -> Call<'a, Machine<Place>, Event, String> {
    gate.call(&CALL, event(name, act))
}

/// A cast whose event does this.
pub(crate) async fn cast(
    gate: &Gate,
    name: &'static str,
    act: impl FnMut(&mut At<'_>) + Send + 'static,
) {
    gate.cast(&CAST, event(name, act)).await.unwrap();
}

/// Waits until the machine has done all that it has been sent.
pub(crate) async fn settled(gate: &Gate) {
    let done = call(gate, "settled", |at| at.answer("")).await;
    assert_eq!(done.as_deref(), Ok(""));
}

/// What was noted, without the question that [`settled`] asks.
pub(crate) fn noted(log: &Log) -> Vec<String> {
    let mut log = log.lock().unwrap().clone();
    log.retain(|line| !line.ends_with("settled"));
    log
}
