//! Probes: processes that a test holds the strings of.
//!
//! `stand` is the process, `expect` what the test asks of it, `failure` and `difference` the words for
//! what was not as expected.

mod difference;
mod expect;
mod failure;
mod stand;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use otp_core::{
    CallError, CallSpec, Context, Down, Exit, ExitReason, MonitorRef, Pid, Recipient, ServerRef,
    Start,
};
use tokio::sync::mpsc;

use self::stand::{Message, Stand, Work};

/// For how long an expectation waits, unless [`Probe::patience`] says otherwise.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a [`Probe`] receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received<M> {
    /// A message.
    Message(M),
    /// A process that it watches has ended.
    Down(Down),
    /// A process that it is linked with has ended, or somebody asked it to end.
    Exit(Exit),
}

/// A process that stands in for another in a test: it has a pid and a [`Recipient`], can be linked and
/// watched, links and watches others, and does nothing but keep what it receives, in order.
///
/// It traps exits. It ends when it is dropped, or as [`Probe::end`] says.
///
/// What is expected is taken; everything before it must have been expected too. All waiting is in the
/// runtime's time, which on the paused clock is virtual.
///
/// ```
/// # use otp::prelude::*;
/// use otp::test::{Probe, expect};
///
/// #[derive(Debug, PartialEq)]
/// enum News {
///     Sold { item: &'static str, cents: u32 },
///     Closed,
/// }
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// let mut desk = Probe::<News>::start().await;
/// let recipient = desk.recipient(); // for the code under test
/// recipient.send(News::Sold { item: "tea", cents: 310 }).unwrap();
/// recipient.send(News::Closed).unwrap();
///
/// let sold = expect!(desk, News::Sold { item: "tea", .. });
/// assert_eq!(sold, News::Sold { item: "tea", cents: 310 });
/// desk.expect(News::Closed).await;
/// # }
/// ```
pub struct Probe<M: fmt::Debug + Send + 'static> {
    server: ServerRef<Stand<M>>,
    comes: mpsc::UnboundedReceiver<Received<M>>,
    /// The other way in; see [`Probe::sender`].
    sender: mpsc::UnboundedSender<M>,
    sent: mpsc::UnboundedReceiver<M>,
    /// Came, and not expected yet.
    waiting: VecDeque<Received<M>>,
    /// All that ever came, as text.
    history: Vec<String>,
    patience: Duration,
}

impl<M: fmt::Debug + Send + 'static> Probe<M> {
    const DO: CallSpec<Stand<M>, Work<M>, ()> = CallSpec::Queued("probe", Message::Do);

    /// Starts one on the runtime of this task.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub async fn start() -> Self {
        let (out, comes) = mpsc::unbounded_channel();
        let server = match Start::<Stand<M>>::new(out).await {
            Ok(server) => server,
            Err(error) => panic!("a probe was not started: {error}"),
        };
        let (sender, sent) = mpsc::unbounded_channel();
        Self {
            server,
            comes,
            sender,
            sent,
            waiting: VecDeque::new(),
            history: Vec::new(),
            patience: PATIENCE,
        }
    }

    /// The same, whose expectations wait for `time` at the most, instead of 5 s.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// Its pid.
    pub fn pid(&self) -> Pid {
        self.server.pid()
    }

    /// For code that sends messages of type `M` to somebody. By pid it is `probe.pid().send(..)`.
    pub fn recipient(&self) -> Recipient<M> {
        self.server.recipient()
    }

    /// For code that writes into a channel: what is sent comes as a message.
    ///
    /// It does not go through the probe's process: of what has come both ways since the last expectation,
    /// what came this way is looked at first.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
    /// use otp::test::Probe;
    ///
    /// let mut client = Probe::start().await;
    /// let out = client.sender(); // for the code under test
    /// out.send("220 who are you?").unwrap();
    /// client.expect("220 who are you?").await;
    /// # }
    /// ```
    pub fn sender(&self) -> mpsc::UnboundedSender<M> {
        self.sender.clone()
    }

    /// Links it with `other`. The exit of that comes to the probe as [`Received::Exit`]; the end of the
    /// probe takes `other` with it.
    ///
    /// # Errors
    /// As a call to it: [`CallError::Down`] if the probe has ended.
    pub async fn link(&self, other: Pid) -> Result<(), CallError> {
        self.inside(move |cx| cx.link(other)).await
    }

    /// Takes a link back.
    ///
    /// # Errors
    /// As [`Probe::link`].
    pub async fn unlink(&self, other: Pid) -> Result<(), CallError> {
        self.inside(move |cx| cx.unlink(other)).await
    }

    /// Has it watch `other`, whose end comes as [`Received::Down`].
    ///
    /// # Errors
    /// As [`Probe::link`].
    pub async fn monitor(&self, other: Pid) -> Result<MonitorRef, CallError> {
        let (told, hears) = tokio::sync::oneshot::channel();
        self.inside(move |cx| {
            let _ = told.send(cx.monitor(other));
        })
        .await?;
        hears.await.map_err(|_| CallError::NoReply)
    }

    /// Ends a monitor.
    ///
    /// # Errors
    /// As [`Probe::link`].
    pub async fn demonitor(&self, monitor: MonitorRef) -> Result<(), CallError> {
        self.inside(move |cx| cx.demonitor(monitor)).await
    }

    /// Ends it with `reason`, which goes on over its links and to those who watch it. A probe that has
    /// ended stays ended; what it had received can still be expected.
    pub async fn end(&self, reason: ExitReason) {
        // It has ended then, one way or the other.
        let _ = self.server.stop_with(reason).await;
    }

    async fn inside(
        &self,
        work: impl FnOnce(&mut Context<Stand<M>>) + Send + 'static,
    ) -> Result<(), CallError> {
        self.server.call(&Self::DO, Box::new(work)).await
    }
}

impl<M: fmt::Debug + Send + 'static> fmt::Debug for Probe<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("pid", &self.pid())
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}
