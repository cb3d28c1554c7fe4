//! What the tests of processes share.

#![allow(dead_code)] // each test binary uses its own part

use std::future::{Future, pending};

use otp::{Pid, Process, spawn};
use tokio::sync::oneshot;

/// Runs `body` in a process of its own and gives its answer to the test.
pub(crate) async fn inside<T, B, F>(body: B) -> T
where
    T: Send + 'static,
    B: FnOnce(Process) -> F + Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let (answer, answered) = oneshot::channel();
    spawn(move |me| async move {
        let _ = answer.send(body(me).await);
    });
    answered.await.expect("the process answers before it ends")
}

/// A process that does nothing, for ever.
pub(crate) fn idle() -> Pid {
    spawn(|_me| pending::<()>())
}

/// A process that has ended.
pub(crate) async fn gone() -> Pid {
    let (pid, end) = otp::spawn_monitor(|_me| async {});
    end.await;
    pid
}

/// A process that is linked with `other` and does nothing, once the link is made.
pub(crate) async fn linked_with(other: Pid) -> Pid {
    let (ready, made) = oneshot::channel();
    let pid = spawn(move |mut me| async move {
        me.link(other);
        let _ = ready.send(());
        pending::<()>().await;
    });
    made.await.expect("the link is made");
    pid
}
