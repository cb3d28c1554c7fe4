//! Streams attached to a server: their items come as messages.

use std::any::Any;
use std::pin::pin;

use futures_core::Stream;
use tokio::task::AbortHandle;

use super::infos::deliver;
use crate::process::{Context, HandleInfo, Server};

/// A stream that was attached to the server has ended. Sent to servers that have a handler for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamEnd {
    /// The stream, as [`Context::attach`] numbered it.
    pub id: tokio::task::Id,
}

impl<S: Server> Context<S> {
    /// Sends each item of `stream` to this server's handler for it, in order; then a [`StreamEnd`], if
    /// the server has a handler for that.
    ///
    /// The stream is read on a task of its own, which waits while the mailbox is full, and ends with
    /// the server. The handle that is returned ends it earlier.
    pub fn attach<T>(&mut self, stream: T) -> AbortHandle
    where
        T: Stream + Send + 'static,
        T::Item: Send + 'static,
        S: Server + HandleInfo<T::Item>,
    {
        let process = self.process();
        self.run_beside(async move {
            let mut stream = pin!(stream);
            while let Some(item) = std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
                deliver::<S>(&process, S::wrap(item)).await;
            }
            let mut end = tokio::task::try_id().map(|id| StreamEnd { id });
            let end: &mut dyn Any = &mut end;
            if let Some(message) = S::info(end) {
                deliver::<S>(&process, message).await;
            }
        })
    }
}
