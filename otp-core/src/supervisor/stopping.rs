//! Starting and stopping one child, and waiting for it.

use std::future::poll_fn;
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

/// Stops a process and waits for its end. Returns its reason; its exit is not told beside.
///
/// Who waits, in its turn, for an incarnation that cannot begin before is not waited for: see
/// [`links::begin_stop`].
pub(crate) async fn stop_process(process: &ProcessRef, pid: Pid, shutdown: Shutdown) -> ExitReason {
    let Some(this) = current::process() else {
        return stop_and_wait(process, pid, shutdown).await;
    };
    links::hush(&this, pid);
    let wait = links::begin_stop(&this, process);
    let reason = stop_and_wait(process, pid, shutdown).await;
    links::end_wait(&this, wait);
    links::forget(&this, pid);
    links::wait_for_keeper(process, this);
    reason
}

async fn stop_and_wait(process: &ProcessRef, pid: Pid, shutdown: Shutdown) -> ExitReason {
    let killed_by = current::pid().unwrap_or(pid);
    let kill = || {
        let exit = Exit {
            pid: killed_by,
            reason: ExitReason::Kill,
        };
        process.signal(pid, Signal::Exit { exit, link: None });
    };
    if !process.state.is_down() {
        match shutdown {
            Shutdown::BrutalKill => kill(),
            _ => process.stop(ExitReason::Shutdown, Slot::new()),
        }
        // One that ends without awaiting anything does so here, on this stack.
        run_next(process);
    }
    if process.state.is_down()
        && let Some(reason) = links::exit_of(process)
    {
        return reason;
    }
    let mut monitor = Monitor::new(pid);
    let end = match shutdown {
        Shutdown::After(time) => {
            if let Ok(down) = tokio::time::timeout(time, &mut monitor).await {
                down
            } else {
                kill();
                monitor.await
            }
        }
        _ => monitor.await,
    };
    match end.reason {
        // It had ended before it was watched.
        ExitReason::NoProc => links::exit_of(process).unwrap_or(ExitReason::NoProc),
        reason => reason,
    }
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
    let first = poll_fn(|task| Poll::Ready(begin.take().map(|begin| begin(task)))).await;
    let result = match first.expect("polled once") {
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
