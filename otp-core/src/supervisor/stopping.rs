//! Starting and stopping one child, and waiting for it.

use std::future::poll_fn;
use std::task::Poll;

use super::line::{Child, Place};
use super::seat::{Beginning, Seat};
use super::{ChildState, Shutdown, StartFailure, Supervisor, reports};
use crate::process::cell::ProcessRef;
use crate::process::control::Signal;
use crate::process::reply::Slot;
use crate::process::{Context, Monitor, Server, current, donate, links, run_next};
use crate::{Exit, ExitReason, Pid};

/// Stops a process and waits for its end. Returns its reason; its exit is not told beside.
///
/// Who waits, in its turn, for an incarnation that cannot begin before is not waited for: see
/// [`links::begin_stop`].
pub(crate) async fn stop_process(process: &ProcessRef, pid: Pid, shutdown: Shutdown) -> ExitReason {
    let asked = match shutdown {
        Shutdown::BrutalKill => ExitReason::Kill,
        _ => ExitReason::Shutdown,
    };
    match donate::stop(process, asked) {
        Some(reason) => {
            current::with(|this| {
                if let Some(this) = this {
                    links::forget(this, pid);
                }
            });
            reason
        }
        None => ask_to_stop(process, pid, shutdown).await,
    }
}

/// Stops a process that is not idle, or that waits in its end already.
async fn ask_to_stop(process: &ProcessRef, pid: Pid, shutdown: Shutdown) -> ExitReason {
    let this = current::process();
    if let Some(this) = &this {
        links::hush(this, pid);
    }
    if !process.state.is_down() {
        match shutdown {
            Shutdown::BrutalKill => kill(process, pid),
            _ => process.stop(ExitReason::Shutdown, Slot::new()),
        }
        // One that ends without awaiting anything does so here, on this stack.
        run_next(process);
    }
    let reason = if let Some(reason) = end_of(process) {
        reason
    } else {
        let wait = this.as_ref().map(|this| links::begin_stop(this, process));
        let reason = wait_for_end(process, pid, shutdown).await;
        if let (Some(this), Some(wait)) = (&this, wait) {
            links::end_wait(this, wait);
        }
        reason
    };
    if let Some(this) = this {
        links::forget(&this, pid);
        links::wait_for_keeper(process, this);
    }
    reason
}

/// Kills a process in the name of the one that runs here.
fn kill(process: &ProcessRef, pid: Pid) {
    let exit = Exit {
        pid: current::pid().unwrap_or(pid),
        reason: ExitReason::Kill,
    };
    process.signal(pid, Signal::Exit { exit, link: None });
}

/// How the process ended, if it is down.
fn end_of(process: &ProcessRef) -> Option<ExitReason> {
    let down = process.state.is_down();
    down.then(|| links::exit_of(process)).flatten()
}

async fn wait_for_end(process: &ProcessRef, pid: Pid, shutdown: Shutdown) -> ExitReason {
    let mut monitor = Monitor::new(pid);
    let end = match shutdown {
        Shutdown::After(time) => {
            if let Ok(down) = tokio::time::timeout(time, &mut monitor).await {
                down
            } else {
                kill(process, pid);
                monitor.await
            }
        }
        _ => monitor.await,
    };
    if end.reason != ExitReason::NoProc {
        return end.reason;
    }
    // It is out of the process table. Who ends it, on another thread, has it down in a moment, and awaits
    // nothing until then.
    while process.pid() == pid && !process.state.is_down() {
        tokio::task::yield_now().await;
    }
    links::exit_of(process).unwrap_or(ExitReason::NoProc)
}

/// Begins an incarnation in this place and waits for its `init`.
pub(super) async fn start_seat<S: Server>(
    seat: &dyn Seat,
    shutdown: Shutdown,
    cx: &mut Context<S>,
) -> Result<Pid, StartFailure> {
    start_process(seat.process(), || seat.begin(), shutdown, cx).await
}

/// Has `begin` begin an incarnation of a process, and waits for its `init`. An incarnation that is
/// still there, since its supervisor was killed, is stopped first.
pub(super) async fn start_process<S: Server>(
    process: &ProcessRef,
    begin: impl FnOnce() -> Beginning,
    shutdown: Shutdown,
    cx: &mut Context<S>,
) -> Result<Pid, StartFailure> {
    if !process.state.is_down() {
        stop_process(process, process.pid(), shutdown).await;
    }
    let result = match begin() {
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
        let Some(seated) = self.line.seated(place) else {
            return Ok(());
        };
        let child = &mut *seated.child;
        self.pace.note_start(&mut child.streak);
        let shutdown = child.terms.shutdown(child.seat.kind());
        match start_seat(&*child.seat, shutdown, cx).await {
            Ok(pid) => {
                let child = seated.set_running(pid);
                reports::started(self.plan.name, &child.subject());
                Ok(())
            }
            Err(StartFailure::Ignored) => {
                seated.set_down(ChildState::Stopped);
                self.rest(place);
                Ok(())
            }
            Err(failure) => {
                seated.set_down(ChildState::Stopped);
                Err(failure)
            }
        }
    }

    /// Stops the child of this place, if it runs, and waits for its end.
    pub(super) async fn stop_place(&mut self, place: Place) -> Option<&Child> {
        let seated = self.line.seated(place)?;
        seated.child.stop(self.plan.name).await;
        Some(seated.set_down(ChildState::Stopped))
    }
}

impl Child {
    /// Stops it, if it runs, and waits for its end.
    pub(super) async fn stop(&self, supervisor: &'static str) {
        let Some(pid) = self.pid else { return };
        let shutdown = self.terms.shutdown(self.seat.kind());
        let reason = stop_process(self.seat.process(), pid, shutdown).await;
        reports::stopped(supervisor, &self.subject(), shutdown, &reason);
    }
}
