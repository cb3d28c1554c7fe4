//! The drivers: each calls, casts, reads, and does harm, one thing after another.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use otp::prelude::*;
use tokio::task::JoinSet;

use crate::books::{Books, DRIVERS, Pen, Present, count};
use crate::kinds::{GateRef, SessionRef, ShardRef};
use crate::tree::{AGENTS, GATES, SESSIONS, SoakRef, Town, WORKERS};

/// How long a call may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How late an answer may be taken by a driver that waits for a thread.
const SLACK: Duration = Duration::from_millis(500);
/// In so many steps, one does harm.
const HARM: u64 = 200;
const ROOMS: u64 = 200;

pub struct Traffic {
    books: Arc<Books>,
    drivers: JoinSet<()>,
}

impl Traffic {
    pub async fn begin(
        soak: &SoakRef,
        town: &Town,
        books: &Arc<Books>,
    ) -> Result<Self, Box<dyn std::error::Error>> {
        for at in 0..SESSIONS / 2 {
            soak.sessions().start_child(at).await?;
        }
        let mut gates = Vec::new();
        for at in 0..GATES {
            gates.push(soak.gates().start_child(at).await?);
        }
        let mut agents = Vec::new();
        for at in 0..AGENTS {
            agents.push(soak.agents().start_child(at).await?);
        }
        let (gates, agents) = (Arc::new(gates), Arc::new(agents));
        books.blows.store(true, Relaxed);
        let mut drivers = JoinSet::new();
        for number in 0..DRIVERS {
            let driver = Driver {
                soak: soak.clone(),
                town: town.clone(),
                books: Arc::clone(books),
                pens: vec![Pen::new(number); town.workers.len()],
                session_pens: vec![Pen::new(number); SESSIONS],
                gates: Arc::clone(&gates),
                gate_pens: vec![Pen::new(number); GATES],
                agents: Arc::clone(&agents),
                agent_pens: vec![Pen::new(number); AGENTS],
            };
            drivers.spawn(driver.drive());
        }
        Ok(Self {
            books: Arc::clone(books),
            drivers,
        })
    }

    /// Waits for the drivers. Returns how long that took.
    pub async fn end(mut self) -> Result<Duration, tokio::task::JoinError> {
        let start = Instant::now();
        self.books.blows.store(false, Relaxed);
        while let Some(driver) = self.drivers.join_next().await {
            driver?;
        }
        Ok(start.elapsed())
    }
}

struct Driver {
    soak: SoakRef,
    town: Town,
    books: Arc<Books>,
    pens: Vec<Pen>,
    session_pens: Vec<Pen>,
    gates: Arc<Vec<GateRef>>,
    gate_pens: Vec<Pen>,
    agents: Arc<Vec<AgentRef<Present>>>,
    agent_pens: Vec<Pen>,
}

impl Driver {
    async fn drive(mut self) {
        while self.books.blows() {
            if self.books.draw(HARM) == 0 {
                self.harm().await;
                continue;
            }
            match self.books.draw(100) {
                0..35 => self.ask().await,
                35 => self.ask_slowly().await,
                36..58 => self.tell().await,
                58..66 => self.gate().await,
                66..72 => self.agent().await,
                72..80 => self.session().await,
                80..85 => self.come_or_go().await,
                85..88 => self.say(),
                88..97 => self.shard().await,
                _ => self.task().await,
            }
        }
    }

    fn draw(&self, most: usize) -> usize {
        self.books.draw(most as u64) as usize
    }

    /// Checks an answer, and that it came in time.
    fn answer(
        books: &Books,
        pen: &mut Pen,
        wanted: u64,
        began: Instant,
        answer: Result<u64, CallError>,
    ) {
        count(&books.calls);
        match answer {
            Ok(number) => {
                pen.answered();
                if number != wanted {
                    books.violation(format_args!("{wanted} answers {number}"));
                }
                if began.elapsed() > PATIENCE + SLACK {
                    count(&books.late);
                    books.violation(format_args!("{wanted} answers late"));
                }
            }
            Err(error) => {
                pen.failed();
                count(&books.down);
                if !matches!(error, CallError::Down(_)) {
                    books.violation(format_args!("{wanted}: {error}"));
                }
            }
        }
    }

    async fn ask(&mut self) {
        let at = self.draw(self.pens.len());
        let crews = self.soak.crews();
        let worker = &crews.crews[at / WORKERS].workers[at % WORKERS];
        let pen = &mut self.pens[at];
        let began = Instant::now();
        let answer = worker.ask(pen.mark()).timeout(PATIENCE).await;
        Self::answer(&self.books, pen, at as u64, began, answer);
    }

    async fn ask_slowly(&mut self) {
        let at = self.draw(self.pens.len());
        let time = Duration::from_micros(self.books.draw(3_000));
        let crews = self.soak.crews();
        let worker = &crews.crews[at / WORKERS].workers[at % WORKERS];
        let pen = &mut self.pens[at];
        let began = Instant::now();
        let answer = worker.ask_slowly(pen.mark(), time).timeout(PATIENCE).await;
        Self::answer(&self.books, pen, at as u64, began, answer);
    }

    /// A few casts to one worker.
    async fn tell(&mut self) {
        let at = self.draw(self.pens.len());
        let crews = self.soak.crews();
        let worker = &crews.crews[at / WORKERS].workers[at % WORKERS];
        let pen = &mut self.pens[at];
        for _ in 0..self.books.draw(8) {
            count(&self.books.casts);
            if let Err(error) = worker.tell(pen.mark()).await {
                pen.failed();
                self.books.violation(format_args!("cast to {at}: {error}"));
            }
        }
    }

    async fn session(&mut self) {
        let at = self.draw(SESSIONS);
        let Some(session) = self.soak.names().lookup(&at) else {
            return;
        };
        let wanted = self.town.sessions[at].number();
        let pen = &mut self.session_pens[at];
        let began = Instant::now();
        let answer = session.ask(pen.mark()).timeout(PATIENCE).await;
        Self::answer(&self.books, pen, wanted, began, answer);
    }

    async fn gate(&mut self) {
        let at = self.draw(GATES);
        let wanted = self.town.gates[at].number();
        let pen = &mut self.gate_pens[at];
        let began = Instant::now();
        let answer = self.gates[at].ask(pen.mark()).timeout(PATIENCE).await;
        Self::answer(&self.books, pen, wanted, began, answer);
    }

    async fn agent(&mut self) {
        let at = self.draw(AGENTS);
        let wanted = self.town.agents[at].number();
        let pen = &mut self.agent_pens[at];
        let mark = pen.mark();
        let began = Instant::now();
        let see = move |present: &mut Present| present.see(mark);
        let answer = self.agents[at].get_and_update(see).timeout(PATIENCE).await;
        Self::answer(&self.books, pen, wanted, began, answer);
    }

    /// A session that is there leaves; one that is not comes, and joins a room or two.
    async fn come_or_go(&mut self) {
        let at = self.draw(SESSIONS);
        match self.soak.names().lookup(&at) {
            Some(session) => {
                count(&self.books.leaves);
                let pid = session.pid();
                if session.stop().await.is_ok() {
                    let room = self.draw(ROOMS as usize);
                    let members = self.soak.rooms().members(&room);
                    if members.iter().any(|member| member.pid() == pid) {
                        self.books
                            .violation(format_args!("{pid} has left, and is in room {room}"));
                    }
                }
            }
            None => {
                if let Ok(session) = self.soak.sessions().start_child(at).await {
                    count(&self.books.joins);
                    for _ in 0..=self.books.draw(2) {
                        let room = self.draw(ROOMS as usize);
                        let _ = self.soak.rooms().join(&room, &session);
                    }
                }
            }
        }
    }

    fn say(&self) {
        let room = self.draw(ROOMS as usize);
        self.soak.rooms().broadcast(&room, |session| {
            let _ = session.hear().try_send();
        });
    }

    /// Writes by a call, reads without one.
    async fn shard(&mut self) {
        let key = self.books.draw(1 << 16);
        let shards = self.soak.shards();
        let shard: &ShardRef = shards.of(&key);
        if self.books.draw(8) == 0 {
            count(&self.books.calls);
            let _ = shard.put(key, key * 3).await;
        }
        for _ in 0..16 {
            count(&self.books.reads);
            if let Some(value) = shard.get(key)
                && value != key * 3
            {
                self.books
                    .violation(format_args!("shard of {key} has {value}"));
            }
        }
    }

    async fn task(&mut self) {
        count(&self.books.tasks);
        let number = self.books.draw(1_000);
        let books = Arc::clone(&self.books);
        let task = self.soak.jobs().spawn(async move {
            tokio::task::yield_now().await;
            if books.draw(50) == 0 {
                panic!("a task");
            }
            number
        });
        if let Ok(answer) = task.await
            && answer != number
        {
            self.books
                .violation(format_args!("task {number} answers {answer}"));
        }
    }

    async fn harm(&mut self) {
        let at = self.draw(self.pens.len());
        let crews = self.soak.crews();
        let crew = &crews.crews[at / WORKERS];
        let worker = &crew.workers[at % WORKERS];
        let session = |at: usize| -> Option<SessionRef> { self.soak.names().lookup(&at) };
        match self.books.draw(1_000) {
            0 => {
                count(&self.books.supervisors);
                crew.supervisor.exit(ExitReason::Kill);
            }
            1..10 => {
                let shards = self.soak.shards();
                shards.of(&(at as u64)).exit(ExitReason::Kill);
                count(&self.books.kills);
            }
            10..250 => {
                count(&self.books.kills);
                worker.exit(ExitReason::Kill);
            }
            250..500 => {
                count(&self.books.stops);
                let _ = worker.stop().await;
            }
            500..650 => {
                count(&self.books.panics);
                let _ = worker.crash().await;
            }
            650..750 => {
                count(&self.books.panics);
                let _ = self.gates[self.draw(GATES)].crash().await;
            }
            750..800 => {
                count(&self.books.kills);
                self.agents[self.draw(AGENTS)].exit(ExitReason::Kill);
            }
            _ => {
                if let Some(session) = session(self.draw(SESSIONS)) {
                    count(&self.books.panics);
                    let _ = session.crash().await;
                }
            }
        }
    }
}
