//! What the tests of supervisors share: a child that does as its script says, and notes what happens.

#![allow(dead_code)] // each test binary uses its own part

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildInfo, ChildSpec, ChildState, Flags, Intensity, Start, Strategy, Supervisor, SupervisorRef,
};
use tokio::sync::Notify;

/// What happened, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// What was noted since the last look.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// What an init does.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Init {
    Up,
    Fail,
    Ignore,
    Panic,
    Hang,
    After(Duration),
}

/// How a child stops when it is asked to.
#[derive(Clone, Debug)]
pub(crate) enum Bye {
    AtOnce,
    After(Duration),
    Never,
    Panics,
}

/// What a child does; the test holds it too.
#[derive(Clone, Debug)]
pub(crate) struct Script(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: &'static str,
    log: Log,
    /// What the next inits do; then `last`.
    next: Mutex<VecDeque<Init>>,
    last: Mutex<Init>,
    bye: Mutex<Bye>,
    gate: Notify,
}

impl Script {
    pub(crate) fn new(name: &'static str, log: &Log) -> Self {
        Self(Arc::new(Inner {
            name,
            log: log.clone(),
            next: Mutex::default(),
            last: Mutex::new(Init::Up),
            bye: Mutex::new(Bye::AtOnce),
            gate: Notify::new(),
        }))
    }

    pub(crate) fn next(&self, inits: impl IntoIterator<Item = Init>) {
        self.0.next.lock().unwrap().extend(inits);
    }

    /// What all further inits do.
    pub(crate) fn always(&self, init: Init) {
        *self.0.last.lock().unwrap() = init;
    }

    pub(crate) fn bye(&self, bye: Bye) {
        *self.0.bye.lock().unwrap() = bye;
    }

    /// Lets one `wait` go on.
    pub(crate) fn open(&self) {
        self.0.gate.notify_one();
    }

    pub(crate) fn spec(&self) -> ChildSpec<Start<Probe>> {
        let script = self.clone();
        ChildSpec::new(self.0.name, move || Probe::start(script.clone()))
    }
}

/// A child.
#[gen_server]
pub(crate) struct Probe {
    script: Script,
    count: u64,
}

#[gen_server]
impl Probe {
    #[init]
    async fn new(script: Script) -> Result<Option<Self>, &'static str> {
        let inner = &script.0;
        let queued = inner.next.lock().unwrap().pop_front();
        let init = queued.unwrap_or(*inner.last.lock().unwrap());
        inner.log.note(format!("start {}", inner.name));
        match init {
            Init::Up => {}
            Init::Fail => return Err("no luck"),
            Init::Ignore => return Ok(None),
            Init::Panic => panic!("init panics"),
            Init::Hang => pending().await,
            Init::After(time) => tokio::time::sleep(time).await,
        }
        inner.log.note(format!("up {}", inner.name));
        Ok(Some(Probe { script, count: 0 }))
    }

    #[call]
    pub(crate) fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[cast]
    pub(crate) fn bump(&mut self) {
        self.count += 1;
    }

    #[call]
    pub(crate) fn crash(&mut self) {
        panic!("crash {}", self.count);
    }

    #[call]
    pub(crate) fn end(&mut self, reason: ExitReason, cx: &mut Context<Self>) {
        self.count += 1;
        cx.stop(reason);
    }

    /// Waits for the script to open; then panics if it is told to.
    #[call]
    pub(crate) async fn wait(&mut self, then_panic: bool) -> u64 {
        self.script.0.gate.notified().await;
        assert!(!then_panic, "crash {}", self.count);
        self.count
    }

    #[call]
    pub(crate) fn unlink(&mut self, other: Pid, cx: &mut Context<Self>) {
        self.count += 1;
        cx.unlink(other);
    }

    #[call]
    pub(crate) fn exit_to(&mut self, other: Pid, reason: ExitReason) {
        self.count += 1;
        other.exit(reason);
    }

    #[terminate]
    async fn bye(&mut self, reason: &ExitReason) {
        let inner = &self.script.0;
        let reason = match reason {
            ExitReason::Panic { message, .. } => message.to_string(),
            other => other.to_string(),
        };
        inner.log.note(format!("stop {}: {reason}", inner.name));
        let bye = inner.bye.lock().unwrap().clone();
        match bye {
            Bye::AtOnce => {}
            Bye::After(time) => tokio::time::sleep(time).await,
            Bye::Never => pending().await,
            Bye::Panics => panic!("bye panics"),
        }
        inner.log.note(format!("down {}", inner.name));
    }
}

/// Three restarts in five seconds.
pub(crate) fn flags(strategy: Strategy) -> Flags {
    Flags::new(strategy, Intensity::new(3, Duration::from_secs(5)))
}

/// Any number of restarts.
pub(crate) fn tireless(strategy: Strategy) -> Flags {
    Flags::new(strategy, Intensity::NEVER)
}

/// A supervisor of permanent children with these scripts.
pub(crate) async fn shop<const N: usize>(
    flags: Flags,
    scripts: [&Script; N],
) -> (SupervisorRef, [ProbeRef; N]) {
    let specs = scripts.map(Script::spec);
    shop_of(flags, specs).await
}

/// A supervisor of these children.
pub(crate) async fn shop_of<const N: usize>(
    flags: Flags,
    specs: [ChildSpec<Start<Probe>>; N],
) -> (SupervisorRef, [ProbeRef; N]) {
    Supervisor::start("Shop", flags, |children| {
        let refs = specs.map(|spec| children.add(spec));
        (children.supervisor(), refs)
    })
    .await
    .expect("all of them start")
}

/// Kills a child; its supervisor knows when this is done.
pub(crate) async fn kill(child: &ProbeRef) {
    let end = child.monitor();
    child.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);
}

/// Has a child panic; its supervisor knows when this is done.
pub(crate) async fn crash(child: &ProbeRef) {
    let end = child.monitor();
    let error = child.crash().await.unwrap_err();
    assert_eq!(error, CallError::Down(end.await.reason));
}

/// Has a child end with a reason; its supervisor knows when this is done.
pub(crate) async fn end(child: &ProbeRef, reason: ExitReason) {
    let end = child.monitor();
    child.end(reason.clone()).await.unwrap();
    assert_eq!(end.await.reason, reason);
}

/// What the supervisor says of a child.
pub(crate) async fn info(shop: &SupervisorRef, id: &'static str) -> Option<ChildInfo> {
    let children = shop.which_children().await.unwrap();
    children
        .into_iter()
        .find(|child| child.id == Some(id.into()))
}

/// What a child does, for its supervisor.
pub(crate) async fn state(shop: &SupervisorRef, id: &'static str) -> Option<ChildState> {
    let info = info(shop, id).await?;
    assert_eq!(info.pid.is_some(), info.state == ChildState::Running);
    Some(info.state)
}

/// The error that a process which was shut down gives to who calls it.
pub(crate) fn is_down<T>(answer: &Result<T, CallError>) -> bool {
    matches!(answer, Err(CallError::Down(_)))
}
