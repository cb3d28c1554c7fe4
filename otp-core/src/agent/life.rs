//! The agent as a server: how it is started, and what it does with a function.

use std::convert::Infallible;
use std::fmt;

use super::AgentRef;
use crate::process::{Context, NoContinue, Options, Server, ServerDecl};
use crate::{ChildId, ChildSpec, Start};

/// A value behind a mailbox, read and changed by functions that its callers send: the smallest server,
/// for state that needs no rules of its own. Started by [`Agent::start`], spoken to by [`AgentRef`].
///
/// The functions run in the agent, one after the other; while one runs, all others wait. For state with
/// rules, write a server; for state that many read, a [`Table`](crate::Table).
///
/// ```
/// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use otp_core::Agent;
///
/// let stock = Agent::start(|| vec!["apple"]).await?;
/// stock.update(|items| items.push("pear")).await?;
/// assert_eq!(stock.get(|items| items.len()).await?, 2);
/// assert_eq!(stock.get_and_update(|items| items.pop()).await?, Some("pear"));
/// # Ok(()) }
/// ```
///
/// A closure must own what it takes along, since it may outlive its caller's wait: `move`, with clones.
pub struct Agent<T> {
    pub(super) state: T,
}

impl<T: Send + 'static> Agent<T> {
    /// A start of an agent, whose state `make` makes in its process. An `Err` of the start is a panic of
    /// `make`. [`Start::link`] and [`Start::via`] say what else it is to be.
    pub fn start(make: impl FnOnce() -> T + Send + 'static) -> Start<Self> {
        Start::new(Make(Box::new(make)))
    }

    /// As [`start`](Self::start), linked with the process that awaits it: when one ends badly, so does the
    /// other.
    pub fn start_link(make: impl FnOnce() -> T + Send + 'static) -> Start<Self> {
        Self::start(make).link()
    }

    /// A child that is an agent, permanent unless the spec is told otherwise. `make` makes the state of
    /// each incarnation: after a crash, the agent begins anew.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use otp_core::{Agent, Flags, Intensity, Strategy, Supervisor};
    ///
    /// let flags = Flags::new(Strategy::OneForOne, Intensity::new(3, Duration::from_secs(5)));
    /// let (web, hits) = Supervisor::start("Web", flags, |children| {
    ///     (children.supervisor(), children.add(Agent::child("hits", || 0_u64)))
    /// })
    /// .await?;
    /// hits.update(|count| *count += 1).await?;
    /// assert_eq!(hits.get(|count| *count).await?, 1);
    /// web.stop().await?;
    /// # Ok(()) }
    /// ```
    pub fn child(
        id: impl Into<ChildId>,
        make: impl Fn() -> T + Clone + Send + 'static,
    ) -> ChildSpec<Start<Self>> {
        ChildSpec::new(id, move || Self::start(make.clone()))
    }
}

/// What makes the state.
#[doc(hidden)]
pub struct Make<T>(Box<dyn FnOnce() -> T + Send>);

/// A function for the agent to run, which answers whoever waits for that.
#[doc(hidden)]
pub struct Message<T> {
    pub(super) name: &'static str,
    pub(super) run: Box<Run<T>>,
}

pub(super) type Run<T> = dyn FnOnce(&mut T) + Send;

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> ServerDecl for Agent<T> {
    const OPTIONS: Options = Options::new("Agent");
    type Ref = AgentRef<T>;
    type Shared = ();
}

#[diagnostic::do_not_recommend]
impl<T: Send + 'static> Server for Agent<T> {
    type Args = Make<T>;
    type InitError = Infallible;
    type Message = Message<T>;
    type Continue = NoContinue;

    async fn init(make: Make<T>, _: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self { state: (make.0)() }))
    }

    async fn handle(&mut self, message: Message<T>, _: &mut Context<Self>) {
        (message.run)(&mut self.state);
    }

    fn describe(message: &Message<T>) -> &'static str {
        message.name
    }
}

impl<T: fmt::Debug> fmt::Debug for Agent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Agent").field(&self.state).finish()
    }
}
