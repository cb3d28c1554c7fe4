//! Faults: servers that fail because a test wants them to.
//!
//! Owns what is to fail, and what has. `random` decides by a seed, `judge` answers the runtime.

mod judge;
mod random;

use std::any::{Any, TypeId};
use std::fmt;
use std::sync::Arc;

use otp_core::Pid;
use otp_core::Served;
use otp_core::kit::{self, Fault, Place, Subject};

use self::judge::{Guard, Target, When};
use self::random::Random;

/// What a test wants to fail, without a change to the code under test. For the servers on one runtime,
/// until it is dropped; what hangs then goes on.
///
/// ```
/// # use otp::prelude::*;
/// # #[gen_server] struct Counter { count: u64 }
/// # #[gen_server] impl Counter {
/// #     #[init] fn new(count: u64) -> Self { Counter { count } }
/// #     #[call] fn add(&mut self, n: u64) -> u64 { self.count += n; self.count }
/// # }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use otp::test::{self, Faults};
///
/// let faults = Faults::here();
/// let counter = test::started(Counter::start(0)).await;
///
/// faults.next_message(&counter).hangs();
/// assert_eq!(counter.add(1).await, Err(CallError::Timeout)); // 5 s of virtual time later
/// faults.release(&counter);
/// assert_eq!(counter.add(1).await, Ok(2)); // the first one was late, and counted
///
/// faults.next_message(&counter).panics();
/// assert!(matches!(counter.add(1).await, Err(CallError::Down(ExitReason::Panic { .. }))));
/// counter.finish().await;
/// # }
/// ```
///
/// While there is one, calls on this runtime are queued: none is run by its caller in place. Supervisors
/// fail only when they are named. Plain processes and tasks do not fail.
#[must_use = "faults end when this is dropped"]
pub struct Faults {
    guard: Arc<Guard>,
}

/// Something that was made to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Injected {
    /// Where.
    pub pid: Pid,
    /// The type of the server.
    pub server: &'static str,
    /// In what.
    pub at: InjectedAt,
    /// How.
    pub fault: InjectedFault,
}

/// What was made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InjectedAt {
    /// An `init`.
    Init,
    /// The handler of this name.
    Handler(&'static str),
    /// A `terminate`.
    Terminate,
}

/// How it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InjectedFault {
    /// It panicked, before it had done anything.
    Panic,
    /// It hung.
    Hang,
    /// It returned an error.
    Error,
}

impl Faults {
    /// None yet: each is asked for by a method.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn here() -> Self {
        Self {
            guard: Guard::new(None),
        }
    }

    /// Faults at random, but the same ones for the same seed, as long as the servers do the same in the
    /// same order: on a `current_thread` runtime with a paused clock they do. None until a chance is
    /// given, as by [`Faults::panics_one_in`].
    ///
    /// If the test fails, the seed is printed.
    ///
    /// ```
    /// # use otp::prelude::*;
    /// # #[gen_server] struct Counter { count: u64 }
    /// # #[gen_server] impl Counter {
    /// #     #[init] fn new(count: u64) -> Self { Counter { count } }
    /// #     #[call] fn add(&mut self, n: u64) -> u64 { self.count += n; self.count }
    /// # }
    /// # supervisor! { Tree() { strategy: one_for_one, intensity: 1000 per 1s, counter: Counter(0) } }
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use otp::test::{self, Faults};
    ///
    /// let tree = test::started(Tree::start()).await;
    /// let faults = Faults::seeded(7).panics_one_in(10);
    /// let mut failed = 0;
    /// for _ in 0..100 {
    ///     if tree.counter().add(1).await.is_err() {
    ///         failed += 1;
    ///     }
    /// }
    /// assert!(failed > 0);
    /// assert_eq!(faults.injected().len(), failed);
    /// tree.finish().await;
    /// # }
    /// ```
    ///
    /// # Panics
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn seeded(seed: u64) -> Self {
        Self {
            guard: Guard::new(Some(Random::new(seed))),
        }
    }

    /// One message of `n` panics. `0` is none.
    pub fn panics_one_in(self, n: u32) -> Self {
        self.random(|random| random.panics = n)
    }

    /// One message of `n` hangs, until [`Faults::release`] or its server's end. `0` is none. Who hangs is in
    /// [`Faults::injected`], and can be released by its pid.
    pub fn hangs_one_in(self, n: u32) -> Self {
        self.random(|random| random.hangs = n)
    }

    /// One `init` of `n` panics. `0` is none.
    pub fn init_panics_one_in(self, n: u32) -> Self {
        self.random(|random| random.init_panics = n)
    }

    /// Only servers of type `S` fail at random, be it a `#[gen_server]` or a `#[state_machine]`; may be
    /// said for several.
    pub fn only<S: Served>(self) -> Self {
        self.random(|random| random.only.push(TypeId::of::<S::Server>()))
    }

    /// Servers of type `S` do not fail at random.
    pub fn sparing<S: Served>(self) -> Self {
        self.random(|random| random.sparing.push(TypeId::of::<S::Server>()))
    }

    /// Not more than `n` faults at random.
    pub fn at_most(self, n: usize) -> Self {
        self.random(|random| random.left = n)
    }

    fn random(self, change: impl FnOnce(&mut Random)) -> Self {
        if let Some(random) = &mut self.guard.lock().random {
            change(random);
        }
        self
    }

    /// The next message that `who` handles, in this incarnation or a later one.
    pub fn next_message(&self, who: &(impl Subject + ?Sized)) -> Aim<'_> {
        self.aim(Target::of(who), When::Message(None))
    }

    /// The next message of `who` for the handler called `handler`.
    ///
    /// None comes up for a name that no handler has. If the test fails, what has not come up is
    /// printed.
    pub fn next_message_to(&self, who: &(impl Subject + ?Sized), handler: &'static str) -> Aim<'_> {
        self.aim(Target::of(who), When::Message(Some(handler)))
    }

    /// The `init` of the next incarnation of `who`.
    pub fn next_init(&self, who: &(impl Subject + ?Sized)) -> Aim<'_> {
        self.aim(Target::of(who), When::Init)
    }

    /// The next `init` of a server of type `S`.
    pub fn next_init_of<S: Served>(&self) -> Aim<'_> {
        self.aim(Target::Type(TypeId::of::<S::Server>()), When::Init)
    }

    /// The `terminate` of `who`.
    pub fn next_terminate(&self, who: &(impl Subject + ?Sized)) -> Aim<'_> {
        self.aim(Target::of(who), When::Terminate)
    }

    fn aim(&self, target: Target, when: When) -> Aim<'_> {
        Aim {
            faults: self,
            target,
            when,
        }
    }

    /// Lets what hangs in `who` go on, from its beginning.
    pub fn release(&self, who: &(impl Subject + ?Sized)) {
        let pid = who.subject_pid();
        self.guard.lock().hung.remove(&pid);
        kit::wake(pid);
    }

    /// What has failed so far, in order.
    pub fn injected(&self) -> Vec<Injected> {
        self.guard.lock().injected.clone()
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        let held = self.guard.remove();
        for pid in held {
            kit::wake(pid);
        }
        if !std::thread::panicking() {
            return;
        }
        let inner = self.guard.lock();
        for (_, when, _) in &inner.aims {
            eprintln!("a fault for {when:?} has not come up");
        }
        if let Some(random) = &inner.random {
            eprintln!(
                "faults of seed {}: {} injected",
                random.seed,
                inner.injected.len()
            );
        }
    }
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.guard.lock();
        let waits: Vec<_> = inner.aims.iter().map(|(_, when, _)| when).collect();
        f.debug_struct("Faults")
            .field("seed", &inner.random.as_ref().map(|random| random.seed))
            .field("injected", &inner.injected)
            .field("not_come_up", &waits)
            .finish_non_exhaustive()
    }
}

/// Something that is to fail; how, says a method.
#[must_use = "nothing fails unless it is said how"]
pub struct Aim<'a> {
    faults: &'a Faults,
    target: Target,
    when: When,
}

impl Aim<'_> {
    /// It panics, before it has done anything.
    pub fn panics(self) {
        self.panics_with("a fault that a test injected");
    }

    /// It panics with this message.
    pub fn panics_with(self, message: impl Into<String>) {
        self.is(Fault::Panic(message.into()));
    }

    /// It hangs, before it has done anything, until [`Faults::release`] or the end of its server.
    pub fn hangs(self) {
        self.is(Fault::Hang);
    }

    /// An `init` fails with `error`, which must be of the type that it fails with.
    ///
    /// An error of another type, or one for what is no `init`, is a panic there, which says so.
    pub fn fails<E: Any + Send>(self, error: E) {
        self.is(Fault::Fail(Box::new(error)));
    }

    fn is(self, fault: Fault) {
        let mut inner = self.faults.guard.lock();
        inner.aims.push((self.target, self.when, fault));
    }
}

impl fmt::Debug for Aim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aim").field("when", &self.when).finish()
    }
}

impl Target {
    fn of(who: &(impl Subject + ?Sized)) -> Self {
        who.place()
            .map_or(Target::Gone, |place: Place| Target::Place(place))
    }
}
