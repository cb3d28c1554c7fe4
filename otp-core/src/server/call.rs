//! Calls: a question, and the wait for its answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::Duration;

use tokio::time::Sleep;

use super::request::Request;
use super::wait::{Wait, Way};
use super::{ReplyTo, blocking, budget};
use crate::CallError;
use crate::process::cell::ProcessRef;
use crate::process::donate::{self, Donated, Ran};
use crate::process::reply::Slot;
use crate::process::{Context, Server, ServerRef};

/// How one handler is called: made once for a handler, by the macro or by hand.
///
/// Each begins with the handler's name, for traces, and ends with what makes the message that reaches it.
#[allow(
    clippy::type_complexity,
    reason = "they are signatures of handlers, and best read as such"
)]
pub enum CallSpec<S: Server, A, R> {
    /// A handler that is always reached by a message.
    Queued(&'static str, fn(A, ReplyTo<R>) -> S::Message),
    /// A handler that does not await. A caller that finds the server idle may run it in place, by a function
    /// that has to do the same as the server does with the message.
    Direct(
        &'static str,
        fn(&mut S, &mut Context<S>, A) -> R,
        fn(A, ReplyTo<R>) -> S::Message,
    ),
    /// A handler that does not await, and does not always answer at once. A caller that finds the server
    /// idle makes an attempt in place, by a function that has to do the same as the server does with the
    /// message, or nothing: it gives the arguments back then, and the message is sent.
    Attempted(
        &'static str,
        fn(&mut S, &mut Context<S>, A) -> Result<R, A>,
        fn(A, ReplyTo<R>) -> S::Message,
    ),
}

impl<S: Server, A, R> CallSpec<S, A, R> {
    /// The handler's name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        let (Self::Queued(name, ..) | Self::Direct(name, ..) | Self::Attempted(name, ..)) = self;
        name
    }

    /// The message, and where its answer will be.
    fn question(&self, args: A) -> (S::Message, Arc<Slot<Result<R, CallError>>>) {
        let (Self::Queued(_, message)
        | Self::Direct(_, _, message)
        | Self::Attempted(_, _, message)) = self;
        let slot = Slot::new();
        let message = message(args, ReplyTo::new(Arc::clone(&slot)));
        (message, slot)
    }
}

/// A call: a future of the answer. Nothing is sent before it is first polled.
///
/// It waits for room in a full mailbox (or fails with [`CallError::Full`], by the server's
/// `overflow`), then for the answer, both within one timeout that begins at the first poll.
///
/// Cancel safe in this sense: dropped before its message was taken, it was never sent; dropped later,
/// the server still handles it, and the answer is dropped. A call is not sent twice.
///
/// # Errors
/// See [`CallError`]. A server that has ended, or ends meanwhile, is [`CallError::Down`] at once.
///
/// # Panics
/// If it has to wait and the tokio runtime was built without its timer.
#[must_use = "a call does nothing unless it is awaited"]
pub struct Call<'a, S: Server, A: 'static, R: 'static> {
    server: &'a ServerRef<S>,
    spec: &'static CallSpec<S, A, R>,
    args: Option<A>,
    timeout: Duration,
    waiting: Option<Box<Waiting<R>>>,
}

/// A call that was not answered in its first poll.
struct Waiting<R> {
    wait: Wait<R>,
    /// `None`: the caller keeps the time itself, or waits for ever.
    sleep: Option<Pin<Box<Sleep>>>,
    answered: bool,
}

/// Why a call is `Send`, which the engine declares so that it is not found out again for each handler.
#[allow(dead_code, reason = "it is there for the compiler to check")]
fn is_sent<S: Server, A: Send, R: Send>(call: Call<'_, S, A, R>) -> impl Send {
    let Call {
        server,
        spec,
        args,
        timeout,
        waiting,
    } = call;
    (server, spec, args, timeout, waiting)
}

// Nothing in a call is pinned in place.
impl<S: Server, A: 'static, R: 'static> Unpin for Call<'_, S, A, R> {}

impl<S: Server> ServerRef<S> {
    /// Calls a handler; see [`Call`].
    #[inline]
    pub fn call<A: 'static, R: 'static>(
        &self,
        spec: &'static CallSpec<S, A, R>,
        args: A,
    ) -> Call<'_, S, A, R> {
        Call {
            server: self,
            spec,
            args: Some(args),
            timeout: S::OPTIONS.call_timeout,
            waiting: None,
        }
    }
}

impl<S: Server, A: 'static, R: 'static> Call<'_, S, A, R> {
    /// Waits for the answer for `timeout` at the most; `Duration::MAX` is for ever.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Waits with this thread instead of a task: for threads outside any tokio runtime, and for
    /// `spawn_blocking`.
    ///
    /// # Errors
    /// As the call itself; [`CallError::InsideRuntime`] on a thread that polls tasks.
    pub fn blocking(mut self) -> Result<R, CallError>
    where
        R: Send + 'static,
    {
        if !blocking::may_block() {
            return Err(CallError::InsideRuntime);
        }
        let Some(args) = self.args.take() else {
            return Err(CallError::NoReply);
        };
        let timeout = self.timeout;
        let (message, slot) = self.spec.question(args);
        let wait = Wait::new(Way::queue(self.server, message)?, slot);
        self.waiting = Some(Box::new(Waiting::new(wait, None)));
        blocking::block_on(self, timeout).unwrap_or(Err(CallError::Timeout))
    }

    /// Sends the question now and gives a handle for its answer, which needs no borrow of the ref.
    pub fn send_request(mut self) -> Request<S, R>
    where
        R: Send + 'static,
    {
        let wait = match self.args.take() {
            Some(args) => {
                let (message, slot) = self.spec.question(args);
                Way::queue(self.server, message).map(|way| Wait::new(way, slot))
            }
            None => Err(CallError::NoReply),
        };
        Request::new(self.server.clone(), wait)
    }

    /// Sends the message, and looks for its answer.
    #[inline(never)]
    fn send(&mut self, donate: bool, cx: &mut TaskContext<'_>) -> Poll<Result<R, CallError>> {
        let Some(args) = self.args.take() else {
            return Poll::Ready(Err(CallError::NoReply));
        };
        let (message, slot) = self.spec.question(args);
        let way = send(self.server, message, donate, self.timeout, cx);
        let waiting = &mut self.waiting;
        Waiting::begin(waiting, way, slot, self.timeout, self.server.process(), cx)
    }
}

/// A handler that is run in place: its arguments, which stay where they are if there has to be a message
/// after all, and its answer.
struct Direct<'a, S: Server, A, R> {
    spec: &'a CallSpec<S, A, R>,
    args: &'a mut Option<A>,
    answer: Option<R>,
}

impl<S: Server, A, R> Donated<S> for Direct<'_, S, A, R> {
    fn run(&mut self, server: &mut S, cx: &mut Context<S>) {
        let Some(args) = self.args.take() else { return };
        match self.spec {
            CallSpec::Direct(_, run, _) => self.answer = Some(run(server, cx, args)),
            CallSpec::Attempted(_, attempt, _) => match attempt(server, cx, args) {
                Ok(answer) => self.answer = Some(answer),
                Err(back) => *self.args = Some(back),
            },
            CallSpec::Queued(..) => *self.args = Some(args),
        }
    }
}

/// Sends the message of a call: to be handled here and now if `donate` says so and the server is idle
/// (`None` then), else by way of the queue.
fn send<S: Server>(
    server: &ServerRef<S>,
    mut message: S::Message,
    donate: bool,
    timeout: Duration,
    cx: &mut TaskContext<'_>,
) -> Result<Option<Way>, CallError> {
    if donate {
        let spare = budget::spare(cx);
        let donated = donate::donate(server, message, true);
        drop(spare);
        match donated {
            Ok(()) => {
                budget::charge(cx, 0);
                return Ok(None);
            }
            Err(back) => message = back,
        }
    }
    if timeout != Duration::MAX && tokio::runtime::Handle::try_current().is_err() {
        return Err(CallError::NoRuntime);
    }
    Way::queue(server, message).map(Some)
}

/// The timer of a call that waits; none for one that waits for ever.
fn sleep(timeout: Duration) -> Option<Pin<Box<Sleep>>> {
    (timeout != Duration::MAX).then(|| Box::pin(tokio::time::sleep(timeout)))
}

impl<S: Server, A: 'static, R: 'static> Future for Call<'_, S, A, R> {
    type Output = Result<R, CallError>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let (server, spec) = (this.server, this.spec);
        if this.args.is_none() {
            return Waiting::poll(&mut this.waiting, server.process(), cx);
        }
        ready!(budget::poll_share(cx));
        // It donates if it can, and queues the message if not.
        let may_donate = donate::may(server.header());
        if may_donate && let CallSpec::Direct(name, ..) | CallSpec::Attempted(name, ..) = spec {
            let mut work = Direct {
                spec,
                args: &mut this.args,
                answer: None,
            };
            match donate::run_direct(server, name, true, &mut work) {
                Ran::Done(ticks) => {
                    if let Some(answer) = work.answer {
                        budget::charge(cx, ticks);
                        return Poll::Ready(Ok(answer));
                    }
                }
                Ran::Crashed(reason) => return Poll::Ready(Err(CallError::Down(*reason))),
                Ran::Refused => {}
            }
        }
        // A handler that can be run in place was, or the server is not idle.
        let donate = may_donate && !matches!(spec, CallSpec::Direct(..));
        this.send(donate, cx)
    }
}

impl<R> Waiting<R> {
    fn new(wait: Wait<R>, sleep: Option<Pin<Box<Sleep>>>) -> Self {
        Self {
            wait,
            sleep,
            answered: false,
        }
    }

    /// The answer of a message that was sent on its `way` (`None`: that was handled at once, or is being
    /// handled), or what there is to wait for.
    fn begin(
        this: &mut Option<Box<Self>>,
        way: Result<Option<Way>, CallError>,
        slot: Arc<Slot<Result<R, CallError>>>,
        timeout: Duration,
        server: &ProcessRef,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<R, CallError>> {
        let way = match way? {
            Some(way) => way,
            None => match slot.try_take() {
                Some(answer) => return Poll::Ready(answer),
                None => Way::default(),
            },
        };
        let wait = Wait::new(way, slot);
        let sleep = sleep(timeout);
        *this = Some(Box::new(Self::new(wait, sleep)));
        Self::poll(this, server, cx)
    }

    #[inline(never)]
    fn poll(
        this: &mut Option<Box<Self>>,
        server: &ProcessRef,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Result<R, CallError>> {
        let waiting = this
            .as_mut()
            .expect("a call is not polled after its answer");
        let answer = match waiting.wait.poll(server, cx) {
            Poll::Ready(answer) => {
                waiting.answered = true;
                answer
            }
            Poll::Pending => {
                let Some(sleep) = &mut waiting.sleep else {
                    return Poll::Pending;
                };
                ready!(sleep.as_mut().poll(cx));
                Err(CallError::Timeout)
            }
        };
        *this = None;
        Poll::Ready(answer)
    }
}

impl<R> Drop for Waiting<R> {
    fn drop(&mut self) {
        if !self.answered {
            self.wait.abandon();
        }
    }
}

impl<S: Server, A: 'static, R: 'static> fmt::Debug for Call<'_, S, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("server", self.server)
            .field("handler", &self.spec.name())
            .finish_non_exhaustive()
    }
}

impl<S: Server, A, R> fmt::Debug for CallSpec<S, A, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CallSpec").field(&self.name()).finish()
    }
}
