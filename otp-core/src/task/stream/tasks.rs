//! A stream of what tasks answer, and how it is to be.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;
use pin_project_lite::pin_project;
use tokio::task::coop;

use super::kept::{Keep, KeepInput, NoInput};
use super::line::Line;
use crate::task::home::Home;

/// What becomes of an item of a [`TaskStream`] whose time is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnTimeout {
    /// The stream fails: all its tasks are killed, and after one
    /// [`TaskError::Timeout`](crate::TaskError::Timeout) it is at its end.
    #[default]
    Fail,
    /// Its task is killed, and [`TaskError::Timeout`](crate::TaskError::Timeout) stands in its place. The
    /// others go on.
    Kill,
}

/// How a stream of tasks is to be.
#[derive(Clone)]
pub(super) struct Config {
    pub(super) home: Arc<dyn Home>,
    pub(super) linked: bool,
    pub(super) max_concurrency: usize,
    pub(super) ordered: bool,
    pub(super) timeout: Duration,
    pub(super) on_timeout: OnTimeout,
}

pin_project! {
    /// One task for each item of a source, some at a time: a stream of what they answer.
    ///
    /// Made by [`Task::stream`](crate::Task::stream), [`Task::stream_of`](crate::Task::stream_of) and the same of a
    /// [`TaskSupervisorRef`](crate::TaskSupervisorRef). The methods say how it is to be, and are for before its first
    /// poll. By default there are as many tasks at a time as the machine runs threads in parallel, the answers come in
    /// the order of the items, and an item has 5 s.
    ///
    /// ```
    /// # #[tokio::main] async fn main() {
    /// use futures_util::StreamExt;
    /// use otp_core::{Task, TaskError};
    ///
    /// let halves = Task::stream(["8", "x", "6"], |text| async move { text.parse::<u32>().unwrap() / 2 });
    /// let halves: Vec<_> = halves.collect().await;
    /// assert_eq!(halves[0], Ok(4));
    /// assert!(matches!(halves[1], Err(TaskError::Down(_))));
    /// assert_eq!(halves[2], Ok(3));
    /// # }
    /// ```
    ///
    /// Each item is answered by a value, or by the error of its task: a crash of one is an `Err` in its place, and the
    /// others go on. If no task can be started at all, the stream kills what runs, answers that error once, and is at
    /// its end.
    ///
    /// **Back-pressure.** An item is taken from the source when there is room, that is while fewer than
    /// `max_concurrency` items were taken and not answered yet. Nothing runs ahead of a consumer that does not ask.
    ///
    /// **Where items run.** An item is begun by who polls the stream. One that is done at once is answered there and
    /// then; one that has to wait goes on as a process of its own, beside the consumer, as does one that asks for its
    /// pid or has to do with other processes. After an item that has computed for long (above some 20 us), the next are
    /// processes from their beginning. Nothing that an item can do tells the difference.
    ///
    /// **Cancel safety.** Dropping a wait for the next answer loses nothing. Dropping the stream kills its tasks;
    /// [`close`](Self::close) also waits for their ends. If the consumer is a process that ends, linked tasks end with
    /// its reason, and tasks of a supervisor that are not linked go on under it.
    #[must_use = "no item is begun before this stream is polled: consume it, by `next`, `collect` or `for_each`"]
    pub struct TaskStream<S, F, Fut, K = NoInput>
    where
        Fut: Future,
        Fut: Send,
        Fut: 'static,
        Fut::Output: Send,
    {
        // `None`: it has no more items.
        #[pin]
        source: Option<S>,
        work: F,
        config: Config,
        line: Option<Line<Fut, K>>,
        over: bool,
        kept: PhantomData<fn() -> K>,
    }
}

impl<S, F, Fut> TaskStream<S, F, Fut>
where
    Fut: Future<Output: Send> + Send + 'static,
{
    pub(crate) fn new(home: Arc<dyn Home>, linked: bool, source: S, work: F) -> Self {
        let parallel = std::thread::available_parallelism();
        let config = Config {
            home,
            linked,
            max_concurrency: parallel.map_or(1, std::num::NonZero::get),
            ordered: true,
            timeout: Duration::from_secs(5),
            on_timeout: OnTimeout::Fail,
        };
        Self {
            source: Some(source),
            work,
            config,
            line: None,
            over: false,
            kept: PhantomData,
        }
    }
}

impl<S, F, Fut, K> TaskStream<S, F, Fut, K>
where
    S: Stream,
    F: FnMut(S::Item) -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
{
    /// At most so many items at a time. With zero, no item can be begun: the stream answers
    /// [`TaskError::NotStarted`](crate::TaskError::NotStarted) and is at its end.
    pub fn max_concurrency(mut self, tasks: usize) -> Self {
        self.config.max_concurrency = tasks;
        self
    }

    /// Whether the answers come in the order of the items, or as they are there.
    pub fn ordered(mut self, ordered: bool) -> Self {
        self.config.ordered = ordered;
        self
    }

    /// For how long an item may run, from its own beginning on; `Duration::MAX` is for ever.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.config.timeout = timeout;
        self
    }

    /// What becomes of an item whose time is over.
    pub fn on_timeout(mut self, on_timeout: OnTimeout) -> Self {
        self.config.on_timeout = on_timeout;
        self
    }

    /// Links each task with the process that consumes the stream: a crash of one is a crash of the consumer.
    /// Outside a process, the stream answers [`TaskError::NotAProcess`](crate::TaskError::NotAProcess) and is
    /// at its end.
    pub fn linked(mut self) -> Self {
        self.config.linked = true;
        self
    }

    /// Gives out the item beside the error of its task; see [`FailedItem`](crate::FailedItem).
    ///
    /// ```
    /// # #[tokio::main] async fn main() {
    /// use futures_util::StreamExt;
    /// use otp_core::Task;
    ///
    /// let counts = Task::stream(["8", "x"], |text| async move { text.parse::<u32>().unwrap() });
    /// let counts: Vec<_> = counts.with_input().collect().await;
    /// assert_eq!(counts[1].as_ref().unwrap_err().input, "x");
    /// # }
    /// ```
    pub fn with_input(self) -> TaskStream<S, F, Fut, KeepInput<S::Item>>
    where
        S::Item: Clone + Send,
    {
        TaskStream {
            source: self.source,
            work: self.work,
            config: self.config,
            line: None,
            over: self.over,
            kept: PhantomData,
        }
    }

    /// Kills the tasks that run and waits for their ends.
    pub async fn close(self) {
        let mut this = pin!(self);
        let this = this.as_mut().project();
        if let Some(line) = this.line {
            line.kill();
            poll_fn(|cx| line.poll_killed(cx)).await;
        }
    }
}

impl<S, F, Fut, K> Stream for TaskStream<S, F, Fut, K>
where
    S: Stream,
    F: FnMut(S::Item) -> Fut,
    Fut: Future<Output: Send> + Send + 'static,
    K: Keep<S::Item>,
{
    type Item = Result<Fut::Output, K::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        if *this.over {
            return Poll::Ready(None);
        }
        // Answers that are all there at once must let other tasks run, as tokio's own do.
        let share = ready!(coop::poll_proceed(cx));
        let line = this.line.get_or_insert_with(|| Line::new(this.config));
        loop {
            line.collect(cx);
            if let Some(failure) = line.poll_failure() {
                let (error, kept) = ready!(failure);
                *this.over = true;
                share.made_progress();
                return Poll::Ready(Some(Err(kept.fail(error))));
            }
            while line.has_room()
                && let Some(source) = this.source.as_mut().as_pin_mut()
            {
                match source.poll_next(cx) {
                    Poll::Ready(Some(item)) => {
                        let kept = K::keep(&item);
                        let work = &mut *this.work;
                        line.begin(|| work(item), kept);
                    }
                    Poll::Ready(None) => this.source.set(None),
                    Poll::Pending => break,
                }
            }
            if line.has_failed() {
                continue;
            }
            if let Some(result) = line.take() {
                share.made_progress();
                return Poll::Ready(Some(result.map_err(|(error, kept)| kept.fail(error))));
            }
            if line.is_empty() && this.source.is_none() {
                *this.over = true;
                return Poll::Ready(None);
            }
            // Some may have been begun, and have ended, since the last look.
            if !line.collect(cx) {
                ready!(line.poll_deadlines(cx));
            }
        }
    }
}

impl<S, F, Fut, K> fmt::Debug for TaskStream<S, F, Fut, K>
where
    Fut: Future<Output: Send> + Send + 'static,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskStream")
            .field("max_concurrency", &self.config.max_concurrency)
            .field("ordered", &self.config.ordered)
            .field("timeout", &self.config.timeout)
            .field("on_timeout", &self.config.on_timeout)
            .finish_non_exhaustive()
    }
}
