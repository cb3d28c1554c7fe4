//! The kinds of processes in the tree. Each answers with its place's number, and crashes when asked.

use std::sync::Arc;
use std::time::Duration;

use otp::prelude::*;

use crate::books::{Mark, Place, Present, count};

/// Some take their time to begin, some fail; but only while it storms.
async fn arrive(place: Arc<Place>) -> Result<Present, &'static str> {
    let present = Present::new(place);
    let books = present.books();
    if books.blows() {
        match books.draw(2_000) {
            0 => panic!("init panics"),
            1 => return Err("no luck"),
            2..6 => tokio::time::sleep(Duration::from_millis(books.draw(20))).await,
            _ => {}
        }
    }
    Ok(present)
}

/// And some to end.
async fn leave(present: &Present) {
    let books = present.books();
    if books.blows() && books.draw(1_000) == 0 {
        tokio::time::sleep(Duration::from_millis(books.draw(60))).await;
    }
}

/// A server under a supervisor.
#[gen_server]
pub struct Worker {
    present: Present,
}

#[gen_server]
impl Worker {
    #[init]
    async fn new(place: Arc<Place>) -> Result<Self, &'static str> {
        let present = arrive(place).await?;
        Ok(Self { present })
    }

    #[call]
    pub fn ask(&mut self, mark: Mark) -> u64 {
        self.present.see(mark)
    }

    /// Answers after a while, with the mailbox open.
    #[call]
    pub async fn ask_slowly(&mut self, mark: Mark, time: Duration) -> u64 {
        let number = self.present.see(mark);
        tokio::time::sleep(time).await;
        number
    }

    #[cast]
    pub fn tell(&mut self, mark: Mark) {
        self.present.see(mark);
    }

    #[cast]
    pub fn crash(&mut self) {
        panic!("worker {}", self.present.place().number());
    }

    #[terminate]
    async fn bye(&mut self) {
        leave(&self.present).await;
    }
}

/// One of a partition's, with a table that everybody reads.
#[gen_server]
pub struct Shard {
    #[table]
    marks: Table<u64, u64>,
}

#[gen_server]
impl Shard {
    #[init]
    fn new() -> Self {
        Self {
            marks: Table::new(),
        }
    }

    #[call]
    pub fn put(&mut self, key: u64, value: u64) {
        self.marks.insert(key, value);
    }

    #[read]
    pub fn get(marks: &TableReader<u64, u64>, key: u64) -> Option<u64> {
        marks.get(&key)
    }
}

/// A server that comes and goes, found by its key.
#[gen_server]
pub struct Session {
    present: Present,
}

#[gen_server]
impl Session {
    #[init]
    fn new(place: Arc<Place>) -> Self {
        Self {
            present: Present::new(place),
        }
    }

    #[call]
    pub fn ask(&mut self, mark: Mark) -> u64 {
        self.present.see(mark)
    }

    /// What is said in a room that it has joined.
    #[cast]
    pub fn hear(&mut self) {
        count(&self.present.books().heard);
    }

    #[cast]
    pub fn crash(&mut self) {
        panic!("session {}", self.present.place().number());
    }
}

/// A state machine whose state ends by itself.
#[state_machine(initial = Idle, data = Present)]
pub enum Gate {
    Idle,
    Busy { asked: u32 },
}

#[state_machine]
impl Gate {
    #[init]
    async fn new(place: Arc<Place>) -> Result<Present, &'static str> {
        arrive(place).await
    }

    #[call]
    #[on(Idle => Busy)]
    pub fn ask(data: &mut Present, mark: Mark, next: Next) -> u64 {
        next.busy(1);
        data.see(mark)
    }

    #[call]
    #[on(Busy { asked })]
    pub fn ask(data: &mut Present, asked: &mut u32, mark: Mark) -> u64 {
        *asked += 1;
        data.see(mark)
    }

    #[cast]
    #[on(_)]
    pub fn crash(data: &Present) {
        panic!("gate {}", data.place().number());
    }

    #[state_timeout(Busy, 20ms)]
    #[on(Busy => Idle)]
    fn rest(data: &Present, next: Next) {
        count(&data.books().timeouts);
        next.idle();
    }
}
