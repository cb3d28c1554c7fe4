//! The tasks of a stream that are in flight: begun, awaited, out of time, killed.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep};

use super::results::Results;
use super::scout::{Begun, Scout};
use super::tasks::{Config, OnTimeout};
use super::woken::Woken;
use crate::process::{self, clock, current, links};
use crate::task::outcome::Outcome;
use crate::{CallError, ExitReason, NotAProcess, Pid, StartChildError, TaskError};

/// After an item that has held the consumer's thread for longer than this, the next are not begun on it.
const LONG: Duration = Duration::from_micros(20);
/// So many, at the least and at the most: twice as many after each that was long again. A thread that was
/// taken away for a moment looks the same, and must not cost much.
const AVOIDED: (u32, u32) = (16, 1024);

/// The tasks of one stream.
pub(super) struct Line<F, K>
where
    F: Future<Output: Send> + Send + 'static,
{
    config: Config,
    runtime: Handle,
    results: Results<Result<F::Output, (TaskError, K)>>,
    running: BTreeMap<u64, Running<F::Output, K>>,
    begun: u64,
    woken: Arc<Woken>,
    /// Empty between two looks.
    numbers: Vec<u64>,
    scout: Option<Scout<F>>,
    /// Items that are not begun on the consumer's stack, from now on, and after the next that is long.
    avoid: u32,
    avoid_next: u32,
    sleep: Option<Pin<Box<Sleep>>>,
    /// Why there are no more items, once something is wrong with all of them.
    failure: Option<(TaskError, K)>,
}

/// A task that runs.
struct Running<T, K> {
    /// Its place among the results.
    place: u64,
    pid: Pid,
    /// The process that it is linked with.
    owner: Option<Pid>,
    outcome: Arc<Outcome<T>>,
    waker: Waker,
    deadline: Option<Instant>,
    /// Whether it was killed for that.
    late: bool,
    /// Given out with an error, once.
    kept: Option<K>,
}

impl<T, K> Running<T, K> {
    /// Its end is no exit for who consumes the stream.
    fn kill(&self) {
        if let Some(owner) = self.owner
            && let Some(process) = process::find(self.pid)
        {
            links::unlink(&process, owner);
        }
        self.pid.exit(ExitReason::Kill);
    }
}

impl<F, K> Line<F, K>
where
    F: Future<Output: Send> + Send + 'static,
{
    pub(super) fn new(config: &Config) -> Self {
        Self {
            config: config.clone(),
            runtime: config.home.runtime(),
            results: Results::new(config.ordered),
            running: BTreeMap::new(),
            begun: 0,
            woken: Arc::default(),
            numbers: Vec::new(),
            scout: None,
            avoid: 0,
            avoid_next: AVOIDED.0,
            sleep: None,
            failure: None,
        }
    }

    /// Whether another item may be begun.
    pub(super) fn has_room(&self) -> bool {
        self.failure.is_none() && self.results.len() < self.config.max_concurrency.max(1)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Whether no item is in flight, nor answered and not given out.
    pub(super) fn is_empty(&self) -> bool {
        self.results.len() == 0
    }

    /// The next answer, if it is there.
    pub(super) fn take(&mut self) -> Option<Result<F::Output, (TaskError, K)>> {
        self.results.take()
    }

    /// Something is wrong with all items: the tasks are being killed. Ready when they have ended.
    pub(super) fn poll_failure(&mut self) -> Option<Poll<(TaskError, K)>> {
        self.failure.as_ref()?;
        if !self.running.is_empty() {
            return Some(Poll::Pending);
        }
        self.failure.take().map(Poll::Ready)
    }

    /// Begins an item.
    pub(super) fn begin(&mut self, make: impl FnOnce() -> F, kept: K) {
        if let Err(error) = self.may_begin() {
            return self.fail(error, kept);
        }
        let owner = if self.config.linked {
            match current::process() {
                Some(owner) => Some(owner),
                None => return self.fail(NotAProcess.into(), kept),
            }
        } else {
            None
        };
        let place = self.results.begin();
        let scout = match self.scout.take() {
            Some(scout) if scout.starter() == current::pid() => scout,
            _ => Scout::new(&*self.config.home, self.config.linked),
        };
        let in_place =
            self.avoid == 0 && current::may_nest() && current::on_runtime(self.runtime.id());
        let home = &*self.config.home;
        let (begun, ticks) = scout.begin(make, in_place, home, owner.as_ref());
        self.account(in_place, ticks);
        match begun {
            Begun::Done(scout, value) => {
                self.scout = Some(scout);
                self.results.put(place, Ok(value));
            }
            Begun::Runs(pid, outcome) => {
                let owner = owner.map(|owner| owner.pid());
                self.add(place, pid, owner, outcome, kept);
            }
            Begun::Refused(error) => self.fail(error, kept),
        }
    }

    /// Notes for how long the item has held the consumer's thread.
    fn account(&mut self, in_place: bool, ticks: u64) {
        if !in_place {
            self.avoid = self.avoid.saturating_sub(1);
        } else if ticks > clock::to_ticks(LONG) {
            self.avoid = self.avoid_next;
            self.avoid_next = (self.avoid_next * 2).min(AVOIDED.1);
        } else if self.avoid_next > AVOIDED.0 {
            self.avoid_next -= 1;
        }
    }

    fn may_begin(&self) -> Result<(), TaskError> {
        if self.config.max_concurrency == 0 {
            return Err(TaskError::NotStarted(StartChildError::MaxChildren));
        }
        self.config.home.room()
    }

    fn add(
        &mut self,
        place: u64,
        pid: Pid,
        owner: Option<Pid>,
        outcome: Arc<Outcome<F::Output>>,
        kept: K,
    ) {
        let number = self.begun;
        self.begun += 1;
        let waker = self.woken.ticket(number);
        let deadline = Instant::now().checked_add(self.config.timeout);
        let running = Running {
            place,
            pid,
            owner,
            outcome,
            waker,
            deadline,
            late: false,
            kept: Some(kept),
        };
        self.running.insert(number, running);
        self.look(number);
    }

    /// Looks at the tasks that have ended, and says if there were any; the consumer is woken when there is
    /// another.
    pub(super) fn collect(&mut self, cx: &mut Context<'_>) -> bool {
        if self.running.is_empty() {
            return false;
        }
        let mut numbers = std::mem::take(&mut self.numbers);
        self.woken.take(&mut numbers, cx.waker());
        let some = !numbers.is_empty();
        for number in numbers.drain(..) {
            self.look(number);
        }
        self.numbers = numbers;
        some
    }

    fn look(&mut self, number: u64) {
        let Some(running) = self.running.get(&number) else {
            return;
        };
        let Poll::Ready(result) = running.outcome.poll(&running.waker) else {
            return;
        };
        if let Some(Running {
            place,
            late,
            kept: Some(kept),
            ..
        }) = self.running.remove(&number)
        {
            let result = result.map_err(|error| match error {
                TaskError::Down(ExitReason::Killed) if late => TaskError::Timeout,
                error => error,
            });
            self.results
                .put(place, result.map_err(|error| (error, kept)));
        }
    }

    /// Kills the tasks whose time is over. Ready: there were some; else it wakes when there are.
    pub(super) fn poll_deadlines(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        // Those that were begun first are out of time first.
        let Some(next) = self.next_deadline() else {
            return Poll::Pending;
        };
        let sleep = self.sleep.get_or_insert_with(|| {
            let _entered = self.runtime.enter();
            Box::pin(tokio::time::sleep_until(next))
        });
        if sleep.deadline() != next {
            sleep.as_mut().reset(next);
        }
        if sleep.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        let now = Instant::now();
        for running in self.running.values_mut() {
            if running.deadline.is_none_or(|deadline| deadline > now) {
                break;
            }
            running.late = true;
            if self.config.on_timeout == OnTimeout::Kill {
                running.kill();
            }
        }
        if self.config.on_timeout == OnTimeout::Fail
            && let Some(kept) = self.running.values_mut().find_map(|late| late.kept.take())
        {
            self.fail(TaskError::Timeout, kept);
        }
        Poll::Ready(())
    }

    fn next_deadline(&self) -> Option<Instant> {
        if self.failure.is_some() {
            return None;
        }
        let waiting = self.running.values().find(|running| !running.late);
        waiting.and_then(|running| running.deadline)
    }

    fn fail(&mut self, error: TaskError, kept: K) {
        self.failure.get_or_insert((error, kept));
        self.kill();
    }

    pub(super) fn kill(&mut self) {
        for running in self.running.values() {
            running.kill();
        }
    }

    /// Whether no task is left, of those that were killed.
    pub(super) fn poll_killed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.collect(cx);
        if self.running.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// The consumer has enough: what it will not see is killed. If the consumer itself is ending, links do
/// that with its reason, and tasks that are not linked belong to their supervisor.
impl<F, K> Drop for Line<F, K>
where
    F: Future<Output: Send> + Send + 'static,
{
    fn drop(&mut self) {
        if self.running.is_empty() {
            return;
        }
        let end = process::unwinding().or(match process::ending() {
            Some(CallError::Down(reason)) => Some(reason),
            _ => None,
        });
        let left_to_others = match end {
            None => false,
            Some(reason) if self.config.linked => reason != ExitReason::Normal,
            Some(_) => self.config.home.supervisor().is_some(),
        };
        if !left_to_others {
            self.kill();
        }
    }
}
