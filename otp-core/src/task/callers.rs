//! Whose work a task does.

use std::sync::atomic::Ordering;

use crate::Pid;
use crate::process::{self, current};

/// The processes for which the task that this code runs in works: the one that started it, then, if that
/// is a task too, the one that started that, and so on. Empty in a process that is no task.
///
/// This is not the line of supervisors. It goes as far back as the tasks in it are alive, and one step
/// beyond.
///
/// ```
/// # #[tokio::main] async fn main() {
/// use otp_core::{Task, callers, self_pid};
///
/// let outer = Task::spawn(async {
///     let inner = Task::spawn(async { callers() });
///     (self_pid(), inner.await.unwrap())
/// });
/// let (outer, callers) = outer.await.unwrap();
/// assert_eq!(callers, [outer.unwrap()]);
/// # }
/// ```
pub fn callers() -> Vec<Pid> {
    let mut callers = Vec::new();
    let mut next = current::process();
    while let Some(process) = next {
        if !process.task.load(Ordering::Relaxed) {
            break;
        }
        let Some(starter) = process.starter() else {
            break;
        };
        callers.push(starter);
        next = process::find(starter);
    }
    callers
}
