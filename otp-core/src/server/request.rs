//! Requests: calls whose answer is taken later, one or many at a time.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::wait::Wait;
use crate::CallError;
use crate::process::{Server, ServerRef};

/// A call that was sent, and whose answer is taken later: a future of it that borrows nothing.
///
/// It waits for ever unless it is waited for with a time. Dropped, the answer is dropped when it
/// comes. A server that had ended is no error before the answer is asked for.
///
/// Cancel safe: the answer is kept until it is taken.
#[must_use = "the answer of a request has to be waited for"]
pub struct Request<S: Server, R> {
    server: ServerRef<S>,
    state: State<R>,
}

enum State<R> {
    Waits(Wait<R>),
    Failed(CallError),
    Done,
}

// Nothing in a request is pinned in place.
impl<S: Server, R> Unpin for Request<S, R> {}

impl<S: Server, R> Request<S, R> {
    pub(super) fn new(server: ServerRef<S>, wait: Result<Wait<R>, CallError>) -> Self {
        let state = match wait {
            Ok(wait) => State::Waits(wait),
            Err(error) => State::Failed(error),
        };
        Self { server, state }
    }

    /// Waits for the answer until `deadline`; `None` if it has not come by then. The request lives
    /// on, and can be waited for again.
    ///
    /// # Errors
    /// As the call, without [`CallError::Timeout`].
    ///
    /// # Panics
    /// Outside a tokio runtime with a timer.
    pub async fn wait_until(&mut self, deadline: Instant) -> Option<Result<R, CallError>> {
        tokio::time::timeout_at(deadline, Waiting(self)).await.ok()
    }

    /// As [`Request::wait_until`], for a time from now.
    ///
    /// # Errors
    /// As the call, without [`CallError::Timeout`].
    ///
    /// # Panics
    /// Outside a tokio runtime with a timer.
    pub async fn wait(&mut self, time: Duration) -> Option<Result<R, CallError>> {
        tokio::time::timeout(time, Waiting(self)).await.ok()
    }

    /// Waits for the answer for `time`, and gives the request up if it has not come by then.
    ///
    /// # Errors
    /// As the call.
    ///
    /// # Panics
    /// Outside a tokio runtime with a timer.
    pub async fn receive(mut self, time: Duration) -> Result<R, CallError> {
        self.wait(time).await.unwrap_or(Err(CallError::Timeout))
    }

    /// The answer, if it is there.
    pub fn check(&mut self) -> Option<Result<R, CallError>> {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        match &mut self.state {
            State::Waits(wait) if !wait.waits_for_room() => {
                let answer = wait.try_take()?;
                wait.forget_edge();
                self.state = State::Done;
                Some(answer)
            }
            State::Done => None,
            _ => match Pin::new(&mut *self).poll(&mut cx) {
                Poll::Ready(answer) => Some(answer),
                Poll::Pending => {
                    self.forget_edge();
                    None
                }
            },
        }
    }

    /// Who only looks does not wait.
    fn forget_edge(&mut self) {
        if let State::Waits(wait) = &mut self.state {
            wait.forget_edge();
        }
    }
}

impl<S: Server, R> Future for Request<S, R> {
    type Output = Result<R, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let answer = match &mut this.state {
            State::Waits(wait) => std::task::ready!(wait.poll(this.server.process(), cx)),
            State::Failed(error) => Err(error.clone()),
            State::Done => return Poll::Pending,
        };
        this.state = State::Done;
        Poll::Ready(answer)
    }
}

/// A wait that may end before the answer: the process does not wait for it any longer then.
struct Waiting<'a, S: Server, R>(&'a mut Request<S, R>);

impl<S: Server, R> Future for Waiting<'_, S, R> {
    type Output = Result<R, CallError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut *self.0).poll(cx)
    }
}

impl<S: Server, R> Drop for Waiting<'_, S, R> {
    fn drop(&mut self) {
        if let State::Waits(wait) = &mut self.0.state {
            wait.forget_edge();
        }
    }
}

impl<S: Server, R> Drop for Request<S, R> {
    fn drop(&mut self) {
        if let State::Waits(wait) = &mut self.state {
            wait.abandon();
        }
    }
}

impl<S: Server, R> fmt::Debug for Request<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}

/// Requests to any servers, each with a label; their answers come in the order in which they arrive.
#[derive(Default)]
pub struct RequestSet<L, R> {
    requests: FuturesUnordered<Labelled<L, R>>,
}

type Labelled<L, R> = Pin<Box<dyn Future<Output = (L, Result<R, CallError>)> + Send>>;

impl<L: Send + 'static, R: Send + 'static> RequestSet<L, R> {
    /// An empty set.
    pub fn new() -> Self {
        Self {
            requests: FuturesUnordered::new(),
        }
    }

    /// Adds a request. A request can be in one set only: it moves there.
    pub fn add<S: Server>(&mut self, label: L, mut request: Request<S, R>) {
        if let State::Waits(wait) = &mut request.state {
            wait.set_one_of_many();
        }
        self.requests
            .push(Box::pin(async move { (label, request.await) }));
    }

    /// How many answers have not been taken.
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there is no request (any more).
    pub fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// The next answer, taken out of the set; `None` if the set is empty.
    ///
    /// Cancel safe: an answer is taken out only when it is returned.
    pub async fn next(&mut self) -> Option<(L, Result<R, CallError>)> {
        self.requests.next().await
    }
}

impl<L, R> fmt::Debug for RequestSet<L, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSet")
            .field("requests", &self.requests.len())
            .finish()
    }
}
