//! `gen_statem`, as its documentation tells it, on lists and numbers: the reference.

use std::collections::{BTreeMap, VecDeque};

use super::table::{Entry, FUEL, From, Goes, Kind, Op, Outcome, STATES, Script, Seen, Table};

/// After the last event of the script, time goes on for so long.
pub(crate) const AFTER: u64 = 20_000;

#[derive(Clone, Copy)]
struct Event {
    number: u8,
    from: From,
    calls: bool,
}

/// A timeout that runs. `due` is `None` for one of no time.
struct Timer {
    kind: Kind,
    due: Option<u64>,
    content: u8,
}

struct Reference<'a> {
    table: &'a Table,
    state: u8,
    now: u64,
    fuel: u32,
    /// Events that were inserted, or are retried.
    queue: VecDeque<Event>,
    postponed: Vec<Event>,
    /// In the order in which they were set.
    timers: Vec<Timer>,
    ended: bool,
    log: Vec<Entry>,
    answers: BTreeMap<usize, Option<u8>>,
    seen: Seen,
}

/// What a machine does, unless it depends on the order of two things at one time.
pub(crate) fn run(table: &Table, script: &Script) -> Option<(Outcome, Seen)> {
    let mut machine = Reference {
        table,
        state: 0,
        now: 0,
        fuel: FUEL,
        queue: VecDeque::new(),
        postponed: Vec::new(),
        timers: Vec::new(),
        ended: false,
        log: Vec::new(),
        answers: BTreeMap::new(),
        seen: Seen::default(),
    };
    machine.enter(0);
    machine.work_off();
    for (number, sent) in script.iter().enumerate() {
        machine.pass(sent.after)?;
        if sent.calls {
            machine.answers.insert(number, None);
        }
        if !machine.ended {
            machine.handle(Event {
                number: sent.event,
                from: From::Outside(number),
                calls: sent.calls,
            });
            machine.work_off();
        }
    }
    machine.pass(AFTER)?;
    machine.seen.ended += u32::from(machine.ended);
    let outcome = Outcome {
        log: machine.log,
        answers: machine.answers,
    };
    Some((outcome, machine.seen))
}

impl Reference<'_> {
    /// Lets time pass. `None`: a timeout is due in the moment in which it has passed.
    fn pass(&mut self, time: u64) -> Option<()> {
        let until = self.now + time;
        loop {
            let due = self.timers.iter().filter_map(|timer| timer.due).min();
            match due {
                Some(due) if due <= until && !self.ended => {
                    if due == until {
                        return None;
                    }
                    self.now = due;
                    let first = self.timers.iter().position(|timer| timer.due == Some(due));
                    let timer = self.timers.remove(first.unwrap());
                    self.seen.fired += 1;
                    self.fire(&timer);
                    self.work_off();
                }
                _ => break,
            }
        }
        self.now = until;
        Some(())
    }

    fn fire(&mut self, timer: &Timer) {
        self.handle(Event {
            number: timer.content,
            from: From::Timeout(timer.kind),
            calls: false,
        });
    }

    /// What comes before any message: the queue, then timeouts of no time in the order of their setting.
    fn work_off(&mut self) {
        while !self.ended {
            if let Some(event) = self.queue.pop_front() {
                self.handle(event);
            } else if let Some(at) = self.timers.iter().position(|timer| timer.due.is_none()) {
                let timer = self.timers.remove(at);
                self.seen.at_once += 1;
                self.fire(&timer);
            } else {
                return;
            }
        }
    }

    fn handle(&mut self, event: Event) {
        self.log.push(Entry::Handled(
            self.state,
            event.number,
            event.from,
            self.now,
        ));
        let cell = self.table.cells[usize::from(self.state)][usize::from(event.number)].clone();
        if self.fuel == 0 {
            self.answer(event);
            self.timers.retain(|timer| timer.kind != Kind::Event);
            return;
        }
        self.fuel -= 1;
        if cell.postpones && matches!(event.from, From::Outside(_)) {
            self.postponed.push(event);
        } else {
            self.answer(event);
        }
        self.timers.retain(|timer| timer.kind != Kind::Event);
        let old = self.state;
        let changes = matches!(cell.goes, Goes::To(to) if to != old);
        if let Goes::To(to) = cell.goes
            && changes
        {
            self.log.push(Entry::Left(old, to));
            self.state = to;
            // Retried before what waits, inserted before what is retried.
            for event in self.postponed.drain(..).rev() {
                self.seen.retried += 1;
                self.queue.push_front(event);
            }
            self.timers.retain(|timer| timer.kind != Kind::State);
        }
        for number in cell.inserts.iter().rev() {
            self.seen.inserted += 1;
            self.queue.push_front(Event {
                number: *number,
                from: From::Inserted,
                calls: false,
            });
        }
        self.apply(&cell.ops);
        if changes {
            self.enter(old);
            self.ended = self.table.ends && self.state == STATES - 1;
        } else if matches!(cell.goes, Goes::Repeat) {
            self.seen.repeated += 1;
            self.enter(old);
        }
    }

    fn enter(&mut self, from: u8) {
        let mut from = from;
        loop {
            self.log.push(Entry::Entered(self.state, from));
            if self.fuel == 0 {
                return;
            }
            self.fuel -= 1;
            let enter = self.table.enters[usize::from(self.state)].clone();
            self.apply(&enter.ops);
            if !enter.repeats {
                return;
            }
            self.seen.repeated += 1;
            from = self.state;
        }
    }

    fn answer(&mut self, event: Event) {
        if let From::Outside(number) = event.from
            && event.calls
        {
            self.answers.insert(number, Some(self.state));
        }
    }

    fn apply(&mut self, ops: &[Op]) {
        for op in ops {
            match *op {
                Op::Start(kind, time, content) => self.start(kind, time, content),
                Op::Cancel(kind) => self.timers.retain(|timer| timer.kind != kind),
                Op::Update(kind, content) => {
                    match self.timers.iter_mut().find(|timer| timer.kind == kind) {
                        Some(timer) => timer.content = content,
                        None => self.start(kind, 0, content),
                    }
                }
            }
        }
    }

    fn start(&mut self, kind: Kind, time: u64, content: u8) {
        self.timers.retain(|timer| timer.kind != kind);
        let due = (time > 0).then(|| self.now + time);
        self.timers.push(Timer { kind, due, content });
    }
}
