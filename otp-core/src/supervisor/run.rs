//! A program that is one tree: started, run until a signal or its end, stopped in order.

use std::future::{Future, pending};
use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{ChildSpec, Startable, SupervisorRef, SupervisorStart};
use crate::ExitReason;

/// Starts the tree, waits for SIGTERM, SIGINT (ctrl-c) or the end of its top supervisor, stops
/// everything in reverse order, each child within its own shutdown time, and gives the exit code of the
/// program: 0 after a signal or an orderly end, 1 if the tree failed to start (the reason goes to
/// standard error) or gave up.
///
/// A second signal ends the program at once, with 128 and the signal's number.
///
/// ```no_run
/// use otp_core::{ChildSpec, Flags, Intensity, Strategy, Supervisor, TaskSupervisor};
///
/// #[tokio::main]
/// async fn main() -> std::process::ExitCode {
///     let shop = ChildSpec::new("shop", || {
///         let flags = Flags::new(Strategy::OneForOne, Intensity::NEVER);
///         Supervisor::start("Shop", flags, |children| {
///             children.add(ChildSpec::new("jobs", || TaskSupervisor::start("jobs")))
///         })
///     });
///     otp_core::run(shop).await
/// }
/// ```
pub async fn run<R>(tree: ChildSpec<SupervisorStart<R>>) -> ExitCode
where
    R: Clone + Send + Sync + 'static,
{
    run_with(tree, |_| pending::<()>()).await
}

/// As [`run`], with something to do beside: the tree is stopped when what `body` makes of its ref is
/// done, too.
pub async fn run_with<R, F>(
    tree: ChildSpec<SupervisorStart<R>>,
    body: impl FnOnce(R) -> F,
) -> ExitCode
where
    R: Clone + Send + Sync + 'static,
    F: Future,
    SupervisorStart<R>: Startable,
{
    let mut make = tree.make;
    let mut signals = match Signals::new() {
        Ok(signals) => signals,
        Err(error) => return failed(&error),
    };
    let mut start = std::pin::pin!(make().with_supervisor());
    let mut asked = false;
    let started = tokio::select! {
        started = &mut start => started,
        _ = signals.next() => {
            // What is being started is stopped in order too: when it has started.
            asked = true;
            tokio::select! {
                started = start => started,
                number = signals.next() => std::process::exit(128 + number),
            }
        }
    };
    let (supervisor, gave_up, value) = match started {
        Ok(started) => started,
        Err(error) => return failed(&error),
    };
    let end = supervisor.monitor();
    let mut end = std::pin::pin!(end);
    if !asked {
        tokio::select! {
            down = &mut end => return code(&down.reason, &gave_up),
            _ = body(value) => {}
            _ = signals.next() => {}
        }
    }
    tokio::select! {
        reason = stop(&supervisor) => code(&reason, &gave_up),
        number = signals.next() => std::process::exit(128 + number),
    }
}

async fn stop(supervisor: &SupervisorRef) -> ExitReason {
    let end = supervisor.monitor();
    // An end with another reason is told by the monitor.
    let _ = supervisor.stop_with(ExitReason::Shutdown).await;
    match end.await.reason {
        ExitReason::NoProc => ExitReason::Shutdown,
        reason => reason,
    }
}

fn code(reason: &ExitReason, gave_up: &AtomicBool) -> ExitCode {
    if reason.is_clean() && !gave_up.load(Ordering::Relaxed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// As for a `main` that returns an error: without this, a program without a log would end in silence.
fn failed(error: &dyn std::error::Error) -> ExitCode {
    tracing::error!(%error, "the tree failed to start");
    let _ = writeln!(std::io::stderr(), "error: {error}");
    ExitCode::FAILURE
}

#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The number of the next signal.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.terminate.recv() => 15,
            _ = self.interrupt.recv() => 2,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
        2
    }
}
