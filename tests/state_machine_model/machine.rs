//! A machine that is driven by a table: in a process, and without one.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use otp::{
    Bare, BareError, BareMachine, CallSpec, CastSpec, Hook, Machine, MachineContext, MachineDecl,
    Options, ReplyTo, ServerRef, Start, StateMachine, TimeoutKey, Turn,
};
use tokio::time::Instant;

use super::reference::AFTER;
use super::table::{Entry, FUEL, From, Goes, Kind, Op, Outcome, STATES, Script, Table};

/// A state of the machine. `AWAITS`: its enter and exit handlers are async; `ENDS`: the last is terminal.
#[derive(Clone, Copy)]
pub(crate) struct Place<const AWAITS: bool, const ENDS: bool>(u8);

pub(crate) struct Data {
    table: Arc<Table>,
    fuel: u32,
    began: Option<Instant>,
    log: Arc<Mutex<Vec<Entry>>>,
}

pub(crate) struct Event {
    number: u8,
    from: From,
    reply: Option<ReplyTo<u8>>,
}

impl Data {
    fn new(table: &Arc<Table>) -> Self {
        Self {
            table: Arc::clone(table),
            fuel: FUEL,
            began: None,
            log: Arc::default(),
        }
    }

    fn note(&self, entry: Entry) {
        self.log.lock().unwrap().push(entry);
    }
}

impl<const AWAITS: bool, const ENDS: bool> MachineDecl for Place<AWAITS, ENDS> {
    const OPTIONS: Options = Options::new("Place");
    type Data = Data;
    type State = u8;

    fn state(&self) -> u8 {
        self.0
    }

    fn is_terminal(state: u8) -> bool {
        ENDS && state == STATES - 1
    }
}

const HOOK: [Hook; 2] = [Hook::Now, Hook::Awaits];

impl<const AWAITS: bool, const ENDS: bool> StateMachine for Place<AWAITS, ENDS> {
    type Args = Data;
    type Ref = ServerRef<Machine<Self>>;
    type InitError = Infallible;
    type Event = Event;
    type Timeout = u8;

    const ENTER: Hook = HOOK[AWAITS as usize];
    const EXIT: Hook = HOOK[AWAITS as usize];

    async fn init(
        data: Data,
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) -> Result<Option<(Self, Data)>, Infallible> {
        Ok(Some((Self(0), data)))
    }

    async fn handle(
        &mut self,
        data: &mut Data,
        event: Event,
        turn: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        if AWAITS {
            tokio::task::yield_now().await;
        }
        self.act(data, event, turn);
    }

    async fn enter(
        &mut self,
        data: &mut Data,
        from: u8,
        turn: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        tokio::task::yield_now().await;
        self.entered(data, from, turn);
    }

    fn enter_now(
        &mut self,
        data: &mut Data,
        from: u8,
        turn: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        self.entered(data, from, turn);
    }

    async fn exit(
        &mut self,
        data: &mut Data,
        to: u8,
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        tokio::task::yield_now().await;
        data.note(Entry::Left(self.0, to));
    }

    fn exit_now(
        &mut self,
        data: &mut Data,
        to: u8,
        _: &mut Turn<Self>,
        _: &mut MachineContext<Self>,
    ) {
        data.note(Entry::Left(self.0, to));
    }
}

impl<const ENDS: bool> BareMachine for Place<false, ENDS> {
    fn handle_bare(&mut self, data: &mut Data, event: Event, turn: &mut Turn<Self>) {
        self.act(data, event, turn);
    }

    fn enter_bare(&mut self, data: &mut Data, from: u8, turn: &mut Turn<Self>) {
        self.entered(data, from, turn);
    }

    fn exit_bare(&mut self, data: &mut Data, to: u8, _: &mut Turn<Self>) {
        data.note(Entry::Left(self.0, to));
    }
}

impl<const AWAITS: bool, const ENDS: bool> Place<AWAITS, ENDS> {
    fn act(self, data: &mut Data, event: Event, turn: &mut Turn<Self>) {
        let now = turn.now();
        let began = *data.began.get_or_insert(now);
        let at = u64::try_from((now - began).as_millis()).unwrap();
        data.note(Entry::Handled(self.0, event.number, event.from, at));
        let cell = &data.table.cells[usize::from(self.0)][usize::from(event.number)];
        if data.fuel == 0 {
            return self.answer(event);
        }
        data.fuel -= 1;
        if cell.postpones && matches!(event.from, From::Outside(_)) {
            turn.postpone(event);
        } else {
            self.answer(event);
        }
        let to = match cell.goes {
            Goes::To(to) => to,
            Goes::Stay | Goes::Repeat => self.0,
        };
        apply(&cell.ops, to, turn);
        for number in &cell.inserts {
            turn.insert(Event {
                number: *number,
                from: From::Inserted,
                reply: None,
            });
        }
        match cell.goes {
            Goes::Stay => {}
            Goes::To(to) => turn.go(Self(to)),
            Goes::Repeat => turn.repeat(),
        }
    }

    fn entered(self, data: &mut Data, from: u8, turn: &mut Turn<Self>) {
        data.began.get_or_insert_with(|| turn.now());
        data.note(Entry::Entered(self.0, from));
        if data.fuel == 0 {
            return;
        }
        data.fuel -= 1;
        let enter = &data.table.enters[usize::from(self.0)];
        apply(&enter.ops, self.0, turn);
        if enter.repeats {
            turn.repeat();
        }
    }

    fn answer(self, event: Event) {
        if let Some(reply) = event.reply {
            reply.send(self.0);
        }
    }
}

/// What a turn that ends in the state `to` does to timeouts.
fn apply<const AWAITS: bool, const ENDS: bool>(
    ops: &[Op],
    to: u8,
    turn: &mut Turn<Place<AWAITS, ENDS>>,
) {
    let timeout = |kind, number| Event {
        number,
        from: From::Timeout(kind),
        reply: None,
    };
    let key = |kind| match kind {
        Kind::State => TimeoutKey::State,
        Kind::Event => TimeoutKey::Event,
        Kind::Named(name) => TimeoutKey::Named(name),
    };
    for op in ops {
        match *op {
            Op::Start(kind, time, content) => {
                let (after, event) = (Duration::from_millis(time), timeout(kind, content));
                match kind {
                    Kind::State => turn.start_state_timeout(to, after, event),
                    _ => turn.start_timeout(key(kind), after, event),
                }
            }
            Op::Cancel(kind) => turn.cancel_timeout(key(kind)),
            Op::Update(Kind::State, content) => {
                turn.update_state_timeout(to, timeout(Kind::State, content));
            }
            Op::Update(kind, content) => turn.update_timeout(key(kind), timeout(kind, content)),
        }
    }
}

/// Casts are tried in place, as far as the state takes them.
const fn cast<const AWAITS: bool, const ENDS: bool>()
-> CastSpec<Machine<Place<AWAITS, ENDS>>, (usize, u8)> {
    CastSpec::Attempted(
        "cast",
        |machine, cx, args| {
            machine.in_place(cx, args, |state, data, args, turn, _| {
                let cell = &data.table.cells[usize::from(state.0)][usize::from(args.1)];
                if AWAITS || cell.postpones {
                    return Err(args);
                }
                state.act(data, outside(args, None), turn);
                Ok(())
            })
        },
        |args| Machine::message(outside(args, None)),
    )
}

const fn call<const AWAITS: bool, const ENDS: bool>()
-> CallSpec<Machine<Place<AWAITS, ENDS>>, (usize, u8), u8> {
    CallSpec::Queued("call", |args, reply| {
        Machine::message(outside(args, Some(reply)))
    })
}

fn outside((number, event): (usize, u8), reply: Option<ReplyTo<u8>>) -> Event {
    Event {
        number: event,
        from: From::Outside(number),
        reply,
    }
}

/// Runs a machine in a process.
pub(crate) async fn drive<const AWAITS: bool, const ENDS: bool>(
    table: &Arc<Table>,
    script: &Script,
) -> Outcome {
    let data = Data::new(table);
    let log = Arc::clone(&data.log);
    let machine = Start::<Machine<Place<AWAITS, ENDS>>>::new(data)
        .await
        .unwrap();
    let mut requests = Vec::new();
    for (number, sent) in script.iter().enumerate() {
        if sent.after > 0 {
            tokio::time::sleep(Duration::from_millis(sent.after)).await;
        }
        let args = (number, sent.event);
        if sent.calls {
            let request = machine
                .call(const { &call::<AWAITS, ENDS>() }, args)
                .send_request();
            requests.push((number, request));
        } else {
            machine
                .cast(const { &cast::<AWAITS, ENDS>() }, args)
                .await
                .unwrap();
        }
    }
    tokio::time::sleep(Duration::from_millis(AFTER)).await;
    let answers = requests.into_iter().map(|(number, mut request)| {
        let answer = request.check().and_then(Result::ok);
        (number, answer)
    });
    let answers = answers.collect();
    let log = log.lock().unwrap().clone();
    Outcome { log, answers }
}

/// Runs a machine without a process.
pub(crate) fn drive_bare<const ENDS: bool>(table: &Arc<Table>, script: &Script) -> Outcome {
    let data = Data::new(table);
    let log = Arc::clone(&data.log);
    let mut machine = Bare::new(Place::<false, ENDS>(0), data);
    let mut answers = BTreeMap::new();
    let mut waiting = Vec::new();
    for (number, sent) in script.iter().enumerate() {
        machine.advance(Duration::from_millis(sent.after));
        let args = (number, sent.event);
        if sent.calls {
            match machine.ask(|reply| outside(args, Some(reply))) {
                Ok(state) => drop(answers.insert(number, Some(state))),
                Err(BareError::Waits(answer)) => waiting.push((number, answer)),
                Err(_) => drop(answers.insert(number, None)),
            }
        } else {
            machine.send(outside(args, None));
        }
    }
    machine.advance(Duration::from_millis(AFTER));
    answers.extend(waiting.into_iter().map(|(number, answer)| {
        let answer = answer.take().and_then(Result::ok);
        (number, answer)
    }));
    let log = log.lock().unwrap().clone();
    Outcome { log, answers }
}
