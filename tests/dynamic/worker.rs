//! A child for the tests of dynamic supervisors, that begins and ends as it is told.

#![allow(dead_code, reason = "no test program needs all of it")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use otp::prelude::*;
use otp::{DynamicFlags, DynamicRef, DynamicSupervisor, Intensity, Restart, Shutdown};
use tokio::time::Instant;

/// How a start goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Begin {
    Up,
    Ignore,
    Fail,
    Panic,
    Hang,
}

/// What is done when it is asked to end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Bye {
    Quick,
    After(Duration),
    Panic,
    Never,
}

/// What a worker is started with, the same for each of its incarnations.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) name: &'static str,
    /// One for each start in turn; the last for all after.
    pub(crate) begins: Vec<Begin>,
    pub(crate) bye: Bye,
    pub(crate) starts: Arc<AtomicUsize>,
    pub(crate) log: Log,
}

/// When each worker has ended, and why.
pub(crate) type Log = Arc<Mutex<Vec<(&'static str, String, Duration)>>>;

pub(crate) fn job(name: &'static str) -> Job {
    Job {
        name,
        begins: vec![Begin::Up],
        bye: Bye::Quick,
        starts: Arc::default(),
        log: Log::default(),
    }
}

impl Job {
    pub(crate) fn begins(mut self, begins: &[Begin]) -> Self {
        self.begins = begins.to_vec();
        self
    }

    pub(crate) fn bye(mut self, bye: Bye) -> Self {
        self.bye = bye;
        self
    }

    pub(crate) fn log(mut self, log: &Log) -> Self {
        self.log = Arc::clone(log);
        self
    }

    pub(crate) fn starts(&self) -> usize {
        self.starts.load(Ordering::SeqCst)
    }
}

#[gen_server]
pub(crate) struct Worker {
    job: Job,
    began: Instant,
    count: u64,
}

#[gen_server]
impl Worker {
    #[init]
    async fn new(job: Job) -> Result<Option<Self>, String> {
        let start = job.starts.fetch_add(1, Ordering::SeqCst);
        let last = job.begins.len() - 1;
        match job.begins[start.min(last)] {
            Begin::Up => {}
            Begin::Ignore => return Ok(None),
            Begin::Fail => return Err("no luck".to_owned()),
            Begin::Panic => panic!("init on purpose"),
            Begin::Hang => std::future::pending().await,
        }
        Ok(Some(Worker {
            job,
            began: Instant::now(),
            count: 0,
        }))
    }

    #[call]
    pub(crate) fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    /// Ends by itself.
    #[call]
    pub(crate) fn end(&mut self, reason: ExitReason, cx: &mut Context<Self>) {
        self.count += 1;
        cx.stop(reason);
    }

    #[call]
    pub(crate) fn crash(&mut self) {
        self.count += 1;
        panic!("on purpose");
    }

    /// Is about to end for `reason` while it is asked to.
    #[cast]
    pub(crate) async fn end_slowly(&mut self, reason: ExitReason, cx: &mut Context<Self>) {
        self.count += 1;
        cx.stop(reason);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    #[terminate]
    async fn bye(&mut self, reason: &ExitReason) {
        match self.job.bye {
            Bye::Quick => {}
            Bye::After(time) => tokio::time::sleep(time).await,
            Bye::Panic => panic!("bye on purpose"),
            Bye::Never => std::future::pending().await,
        }
        let note = (self.job.name, reason.to_string(), self.began.elapsed());
        self.job.log.lock().unwrap().push(note);
    }
}

pub(crate) type Workers = DynamicRef<Worker>;

/// Three restarts in five seconds.
pub(crate) fn flags() -> DynamicFlags {
    DynamicFlags::new(Intensity::new(3, Duration::from_secs(5)))
}

pub(crate) async fn workers(flags: DynamicFlags) -> Workers {
    let start = DynamicSupervisor::<Worker>::start("workers", flags);
    start.await.unwrap()
}

pub(crate) async fn permanent() -> Workers {
    workers(flags()).await
}

pub(crate) async fn temporary() -> Workers {
    workers(flags().restart(Restart::Temporary)).await
}

pub(crate) async fn killing() -> Workers {
    workers(flags().shutdown(Shutdown::BrutalKill)).await
}

/// Lets all that is ready to run do so.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}
