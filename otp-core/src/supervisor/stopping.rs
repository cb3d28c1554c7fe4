//! Starting and stopping one child, and waiting for it.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use super::line::Place;
use super::seat::{Beginning, Seat};
use super::{ChildState, Shutdown, StartFailure, Supervisor, reports};
use crate::process::cell::ProcessRef;
use crate::process::control::Signal;
use crate::process::reply::Slot;
use crate::process::{Context, Monitor, Server, current, links, run_next};
use crate::{Exit, ExitReason, Pid};

/// Stops a process and waits for its end: it is watched first, so that nothing it does can keep its
/// end from being seen. Returns its reason.
///
/// One that ends without awaiting anything does so here, on this stack.
pub(crate) async fn stop_process(process: &ProcessRef, pid: Pid, shutdown: Shutdown) -> ExitReason {
    let mut monitor = Monitor::new(pid);
    let killed_by = current::pid().unwrap_or(pid);
    let kill = || {
        let exit = Exit {
            pid: killed_by,
            reason: ExitReason::Kill,
        };
        process.signal(pid, Signal::Exit { exit, link: None });
    };
    match shutdown {
        Shutdown::BrutalKill => kill(),
        _ => process.stop(ExitReason::Shutdown, Slot::new()),
    }
    let this = current::process();
    let wait = this.as_ref().map(|this| links::begin_stop(this, process));
    run_next(process);
    let end = match (poll_once(&mut monitor).await, shutdown) {
        (Poll::Ready(down), _) => down,
        (Poll::Pending, Shutdown::After(time)) => {
            match tokio::time::timeout(time, &mut monitor).await {
                Ok(down) => down,
                Err(_) => {
                    kill();
                    monitor.await
                }
            }
        }
        (Poll::Pending, _) => monitor.await,
    };
    if let (Some(this), Some(wait)) = (this, wait) {
        links::end_wait(&this, wait);
        links::wait_for_keeper(process, this);
    }
    match end.reason {
        // It had ended before it was watched.
        ExitReason::NoProc => links::exit_of(process).unwrap_or(ExitReason::NoProc),
        reason => reason,
    }
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|task| Poll::Ready(Pin::new(&mut *future).poll(task))).await
}

/// Begins an incarnation in this place and waits for its `init`.
pub(super) async fn start_seat<S: Server>(
    seat: &dyn Seat,
    shutdown: Shutdown,
    cx: &mut Context<S>,
) -> Result<Pid, StartFailure> {
    start_process(seat.process(), |task| seat.begin(task), shutdown, cx).await
}

/// Has `begin` begin an incarnation of a process, and waits for its `init`. An incarnation that is
/// still there, since its supervisor was killed, is stopped first.
pub(super) async fn start_process<S: Server>(
    process: &ProcessRef,
    begin: impl FnOnce(&mut std::task::Context<'_>) -> Beginning,
    shutdown: Shutdown,
    cx: &mut Context<S>,
) -> Result<Pid, StartFailure> {
    if !process.state.is_down() {
        stop_process(process, process.pid(), shutdown).await;
    }
    let mut begin = Some(begin);
    let begun = poll_fn(|task| Poll::Ready(begin.take().map(|begin| begin(task)))).await;
    let result = match begun.expect("polled once") {
        Beginning::Done(result) => result,
        Beginning::Pending(mut init) => {
            // A child whose init calls its supervisor would wait for itself.
            let wait = links::begin_wait(&cx.process(), process).ok();
            let done = poll_fn(|task| match init.as_mut().poll(task) {
                Poll::Pending if cx.exit_asked() => Poll::Ready(None),
                other => other.map(Some),
            });
            let result = done.await;
            if let Some(wait) = wait {
                links::end_wait(&cx.process(), wait);
            }
            if result.is_none() {
                let pid = process.pid();
                // Its start is given up, which kills it.
                drop(init);
                stop_process(process, pid, Shutdown::BrutalKill).await;
            }
            result.unwrap_or(Err(StartFailure::Down(ExitReason::Shutdown)))
        }
    };
    result.map(|()| process.pid())
}

impl Supervisor {
    /// Starts the child of this place. One that has nothing to start is not running, and that is fine.
    pub(super) async fn start_place(
        &mut self,
        place: Place,
        cx: &mut Context<Self>,
    ) -> Result<(), StartFailure> {
        let now = self.now();
        let Some(child) = self.line.get(place) else {
            return Ok(());
        };
        let seat = Arc::clone(&child.seat);
        child.started = now;
        let shutdown = child.terms.shutdown(seat.kind());
        match start_seat(&*seat, shutdown, cx).await {
            Ok(pid) => {
                self.line.set_running(place, pid);
                if let Some(child) = self.line.get(place) {
                    reports::started(self.plan.name, &child.subject());
                }
                Ok(())
            }
            Err(StartFailure::Ignored) => {
                self.line.set_down(place, ChildState::Stopped);
                self.rest(place);
                Ok(())
            }
            Err(failure) => {
                self.line.set_down(place, ChildState::Stopped);
                Err(failure)
            }
        }
    }

    /// Stops the child of this place, if it runs, and waits for its end.
    pub(super) async fn stop_place(&mut self, place: Place) {
        let Some(child) = self.line.get(place) else {
            return;
        };
        let Some(pid) = child.pid else {
            self.line.set_down(place, ChildState::Stopped);
            return;
        };
        let seat = Arc::clone(&child.seat);
        let shutdown = child.terms.shutdown(seat.kind());
        let reason = stop_process(seat.process(), pid, shutdown).await;
        if let Some(child) = self.line.get(place) {
            reports::stopped(self.plan.name, &child.subject(), shutdown, &reason);
        }
        self.line.set_down(place, ChildState::Stopped);
    }
}
