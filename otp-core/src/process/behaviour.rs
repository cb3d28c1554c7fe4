//! What a server is: the traits that the engine runs, and that the macros implement.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::future::Future;

use super::cell::ServerRef;
use super::context::Context;
use super::options::Options;
use crate::ExitReason;

/// What a server's struct declares: its options, its handle, and what of it can be read without it.
///
/// Written by `#[gen_server]` on the struct.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not declared as a server",
    label = "no `#[gen_server]` on the struct `{Self}`",
    note = "write `#[gen_server]` on the struct and on its impl: the first makes the handle, the second its methods"
)]
pub trait ServerDecl: Sized + 'static {
    /// Name, mailbox, timeouts.
    const OPTIONS: Options;
    /// The handle that [`Start`](crate::Start) gives.
    type Ref: From<ServerRef<Self>> + Clone + Send + Sync + 'static;
    /// What readers see without asking the server: its tables' readers, or `()`. The default is what
    /// they see while there is no server.
    type Shared: Default + Send + Sync + 'static;

    /// Called once, when `init` has made the server. One that shares nothing needs none.
    fn share(&self) -> Self::Shared {
        Self::Shared::default()
    }
}

/// A server: one state, one mailbox, one message at a time.
///
/// Usually written by `#[gen_server]`; by hand it looks like this:
///
/// ```
/// use otp_core::{
///     CallSpec, Context, ExitReason, NoContinue, Options, ReplyTo, Server, ServerDecl, ServerRef,
///     Start,
/// };
///
/// struct Counter(u64);
///
/// enum Message {
///     Add(u64, ReplyTo<u64>),
/// }
///
/// impl ServerDecl for Counter {
///     const OPTIONS: Options = Options::new("Counter");
///     type Ref = ServerRef<Self>;
///     type Shared = ();
/// }
///
/// impl Server for Counter {
///     type Args = u64;
///     type InitError = std::convert::Infallible;
///     type Message = Message;
///     type Continue = NoContinue;
///
///     async fn init(start: u64, _: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> {
///         Ok(Some(Counter(start)))
///     }
///
///     async fn handle(&mut self, message: Message, _: &mut Context<Self>) {
///         match message {
///             Message::Add(n, reply) => {
///                 self.0 += n;
///                 reply.send(self.0);
///             }
///         }
///     }
/// }
///
/// const ADD: CallSpec<Counter, u64, u64> = CallSpec::Queued("add", Message::Add);
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let counter = Start::<Counter>::new(40).await.unwrap();
/// assert_eq!(counter.call(&ADD, 2).await, Ok(42));
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server",
    label = "no `#[gen_server]` on an `impl {Self}`",
    note = "write `#[gen_server]` on the struct and on the impl that has its `#[init]`"
)]
pub trait Server: ServerDecl + Send {
    /// What `init` takes.
    type Args: Send + 'static;
    /// What `init` may fail with; [`Infallible`] if it cannot.
    type InitError: fmt::Display + Send + 'static;
    /// The messages, one enum of them.
    type Message: Send + 'static;
    /// The steps that [`Context::continue_with`] takes; [`NoContinue`] if there are none.
    type Continue: Send + 'static;

    /// Makes the state, in the future that it returns: what is done before that is done by the starter.
    /// `Ok(None)` means that there is nothing to start
    /// ([`StartError::Ignored`](crate::StartError::Ignored)).
    fn init(
        args: Self::Args,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = Result<Option<Self>, Self::InitError>> + Send;

    /// Handles one message, in the future that it returns or before: where nothing is awaited,
    /// [`ready`](std::future::ready) will do.
    fn handle(
        &mut self,
        message: Self::Message,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = ()> + Send;

    /// Runs a step that was asked for by [`Context::continue_with`], before any further message.
    fn handle_continue(
        &mut self,
        step: Self::Continue,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (step, cx);
        std::future::ready(())
    }

    /// Runs before the state is dropped: at a stop (by its supervisor too), after a panic in a handler, at
    /// the exit of the parent if exits are trapped. Not when the process is killed, nor when a link takes
    /// it down.
    fn terminate(
        &mut self,
        reason: &ExitReason,
        cx: &mut Context<Self>,
    ) -> impl Future<Output = ()> + Send {
        let _ = (reason, cx);
        std::future::ready(())
    }

    /// Turns a message sent by pid into one of the server's: `message` is a `&mut Option<T>`, to be
    /// taken if the server has a use for a `T`.
    fn info(message: &mut dyn Any) -> Option<Self::Message> {
        let _ = message;
        None
    }

    /// The state as text, for the report of a crash; `None` shows nothing. `#[gen_server]` shows the
    /// first 2048 bytes of that of a server that is `Debug`, whose `Debug` decides what is shown.
    fn describe_state(&self) -> Option<String> {
        None
    }

    /// The name of the handler that a message goes to, for traces.
    fn describe(message: &Self::Message) -> &'static str {
        let _ = message;
        "message"
    }

    /// The name of a step, for traces.
    #[doc(hidden)]
    fn describe_step(step: &Self::Continue) -> &'static str {
        let _ = step;
        "handle_continue"
    }

    /// Whether a message may be dropped to make room, where `overflow` says so.
    #[doc(hidden)]
    #[inline]
    fn may_drop(message: &Self::Message) -> bool {
        let _ = message;
        true
    }

    /// Puts another state in this one's place, for a debugger.
    #[doc(hidden)]
    fn replace(&mut self, by: Self) {
        *self = by;
    }
}

/// A server that has a handler for messages of type `M` sent by pid, timer or stream.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no handler for `{M}`",
    label = "would send a `{M}` to a `{Self}`",
    note = "give `{Self}` a handler: `#[info] fn on_message(&mut self, message: {M}) {{ .. }}`"
)]
pub trait HandleInfo<M>: Sized {
    /// The server's own message for `message`. A generic server writes the result as it stands here.
    fn wrap(message: M) -> <Self as Server>::Message
    where
        Self: Server;
}

/// The continue steps of a server that has none.
#[derive(Clone, Copy, Debug)]
pub enum NoContinue {}

/// What an `#[init]` may return: the server, an `Option` of it (`None`: nothing to start), or a
/// `Result` of either.
#[diagnostic::on_unimplemented(
    message = "an `#[init]` makes a `{S}`, and this one returns `{Self}`\nhelp: return `Self`, `Option<Self>`, `Result<Self, E>` or `Result<Option<Self>, E>`",
    label = "not the server"
)]
pub trait IntoInit<S> {
    /// What init fails with.
    type Error;
    /// The server, nothing, or an error.
    ///
    /// # Errors
    /// What init failed with.
    fn into_init(self) -> Result<Option<S>, Self::Error>;
}

impl<S> IntoInit<S> for S {
    type Error = Infallible;
    fn into_init(self) -> Result<Option<S>, Infallible> {
        Ok(Some(self))
    }
}

impl<S> IntoInit<S> for Option<S> {
    type Error = Infallible;
    fn into_init(self) -> Result<Option<S>, Infallible> {
        Ok(self)
    }
}

impl<S, E> IntoInit<S> for Result<S, E> {
    type Error = E;
    fn into_init(self) -> Result<Option<S>, E> {
        self.map(Some)
    }
}

impl<S, E> IntoInit<S> for Result<Option<S>, E> {
    type Error = E;
    fn into_init(self) -> Result<Option<S>, E> {
        self
    }
}

/// What an `#[init]` returns, where an expansion asks whether it is that: [`IntoInit`] as a question.
#[diagnostic::on_unimplemented(
    message = "an `#[init]` makes a `{S}`, and this one returns `{Self}`\nhelp: return `Self`, `Option<Self>`, `Result<Self, E>` or `Result<Option<Self>, E>`",
    label = "not the server"
)]
pub trait InitType<S> {
    /// That it is one.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<S, T: IntoInit<S>> InitType<S> for T {}

/// What an `#[init]` returns, checked at one place.
pub trait CheckedInit<S, const CHECKED: bool> {
    /// The type.
    type Itself;
}

#[diagnostic::do_not_recommend]
impl<S, T: IntoInit<S>> CheckedInit<S, true> for T {
    type Itself = T;
}
