//! A task as a child of an ordered supervisor, which may start it again.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::Task;
use crate::process::{Context, IntoExit, Options, Server, ServerDecl, ServerRef};
use crate::{ChildId, ChildSpec, ExitReason, Restart, Start};

/// What an ordered supervisor runs for [`Task::child`]: one future from its beginning to its end.
///
/// Its handle has what every server's has; it takes no messages.
pub struct Job<F> {
    future: Option<Pin<Box<F>>>,
}

impl Task<()> {
    /// A child that is a task: `make` makes the future of each incarnation.
    ///
    /// It is temporary, as tasks are, unless [`ChildSpec::restart`] says otherwise: a transient one is
    /// started again after a crash or an `Err`, a permanent one always. It ends at its next `.await` when
    /// it is asked to.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use otp_core::{Flags, Intensity, Restart, Strategy, Supervisor, Task};
    ///
    /// async fn poll_feed() -> Result<(), String> {
    ///     std::future::pending().await
    /// }
    ///
    /// let flags = Flags::new(Strategy::OneForOne, Intensity::new(3, Duration::from_secs(5)));
    /// let feeds = Supervisor::start("Feeds", flags, |children| {
    ///     children.add(Task::child("feed", poll_feed).restart(Restart::Transient));
    ///     children.supervisor()
    /// })
    /// .await?;
    /// assert_eq!(feeds.count_children().await?.active, 1);
    /// # Ok(()) }
    /// ```
    pub fn child<F>(
        id: impl Into<ChildId>,
        mut make: impl FnMut() -> F + Send + 'static,
    ) -> ChildSpec<Start<Job<F>>>
    where
        F: Future<Output: IntoExit> + Send + 'static,
    {
        ChildSpec::new(id, move || Start::new(make())).restart(Restart::Temporary)
    }
}

/// The one step of a [`Job`].
#[doc(hidden)]
pub struct Begin;

#[diagnostic::do_not_recommend]
impl<F> ServerDecl for Job<F>
where
    F: Future<Output: IntoExit> + Send + 'static,
{
    const OPTIONS: Options = Options::new("Task").one_future();
    type Ref = ServerRef<Self>;
    type Shared = ();
}

#[diagnostic::do_not_recommend]
impl<F> Server for Job<F>
where
    F: Future<Output: IntoExit> + Send + 'static,
{
    type Args = F;
    type InitError = Infallible;
    type Message = Infallible;
    type Continue = Begin;

    async fn init(future: F, cx: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        cx.continue_with(Begin);
        Ok(Some(Self {
            future: Some(Box::pin(future)),
        }))
    }

    async fn handle(&mut self, message: Infallible, _: &mut Context<Self>) {
        match message {}
    }

    async fn handle_continue(&mut self, _: Begin, cx: &mut Context<Self>) {
        if let Some(future) = self.future.take() {
            let reason = future.await.into_exit();
            if reason != ExitReason::Normal {
                cx.stop(reason);
            }
        }
    }
}

impl<F> fmt::Debug for Job<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Job")
    }
}
