//! A child's place: its process, kept from one incarnation to the next, and how one is begun.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use super::error::{StartFailure, failure};
use super::info::ChildKind;
use crate::process::cell::ProcessRef;
use crate::process::keep::Keep;
use crate::process::{Server, ServerRef, create_server, panics};
use crate::server::Start;

/// A child whose type is not known any more.
pub(crate) trait Seat: Send + Sync {
    /// Begins an incarnation, in the supervisor's process, as far as it gets without waiting. The last
    /// one must be down.
    fn begin(&self) -> Beginning;

    /// The child's process.
    fn process(&self) -> &ProcessRef;

    /// There will be no further incarnation by itself: whoever waits for one learns why the last ended.
    fn refuse(&self);
}

/// How far the start of a child got.
pub(crate) enum Beginning {
    Done(Result<(), StartFailure>),
    Pending(Pin<Box<dyn Future<Output = Result<(), StartFailure>> + Send>>),
}

impl dyn Seat {
    pub(super) fn kind(&self) -> ChildKind {
        ChildKind::of(self.process().vtable.options)
    }
}

/// The place of a server.
pub(super) struct ServerSeat<S: Server> {
    /// Before the handle, so that the process is let go of before it could end for want of one.
    keep: Keep,
    process: ProcessRef,
    server: ServerRef<S>,
    make: Mutex<Box<dyn FnMut() -> Start<S> + Send>>,
    /// The places of its own children, if it is a supervisor.
    within: Vec<Arc<dyn Seat>>,
}

impl<S: Server> ServerSeat<S> {
    /// A place for a server, on `runtime`, and the handle on it.
    pub(super) fn new(
        make: Box<dyn FnMut() -> Start<S> + Send>,
        runtime: &tokio::runtime::Handle,
        within: Vec<Arc<dyn Seat>>,
    ) -> (Self, ServerRef<S>) {
        let server = create_server::<S>(runtime.clone(), true);
        (Self::at(server.clone(), make, within), server)
    }

    /// A place for a server whose cell was made to be kept.
    pub(super) fn at(
        server: ServerRef<S>,
        make: Box<dyn FnMut() -> Start<S> + Send>,
        within: Vec<Arc<dyn Seat>>,
    ) -> Self {
        Self {
            keep: Keep::new(&server),
            process: server.process().clone(),
            server,
            make: Mutex::new(make),
            within,
        }
    }
}

impl<S: Server> Seat for ServerSeat<S> {
    fn begin(&self) -> Beginning {
        let make = || {
            let mut make = self.make.lock().unwrap_or_else(PoisonError::into_inner);
            make()
        };
        begin_start(make, &self.server)
    }

    fn process(&self) -> &ProcessRef {
        &self.process
    }

    fn refuse(&self) {
        self.keep.refuse();
        for seat in &self.within {
            seat.refuse();
        }
    }
}

/// Begins the incarnation of `server` that `make` describes, as far as it gets without waiting.
pub(super) fn begin_start<S: Server>(
    make: impl FnOnce() -> Start<S>,
    server: &ServerRef<S>,
) -> Beginning {
    let mut start = match panics::guard(make) {
        Ok(start) => start.link(),
        Err(reason) => return Beginning::Done(Err(StartFailure::Down(reason))),
    };
    match start.begin_at(server) {
        Poll::Ready(result) => Beginning::Done(result.map_err(failure)),
        Poll::Pending => {
            Beginning::Pending(Box::pin(async { start.await.map(drop).map_err(failure) }))
        }
    }
}
