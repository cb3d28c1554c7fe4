//! How a tree is looked at without knowing the types in it: each supervisor answers an `Inspect`.

use super::ChildInfo;
use super::line::Child;
use crate::CallError;
use crate::process::cell::{InfoPush, ProcessRef};
use crate::process::reply::Slot;
use crate::server::ReplyTo;

/// Asks a supervisor of any kind for its children, the last started first.
#[doc(hidden)]
pub struct Inspect(pub(crate) ReplyTo<Vec<Inspected>>);

/// A child, and its process.
pub(crate) struct Inspected {
    pub(crate) info: ChildInfo,
    pub(crate) process: ProcessRef,
}

impl Inspected {
    pub(super) fn of(child: &Child) -> Self {
        Self {
            info: child.info(),
            process: child.seat.process().clone(),
        }
    }
}

/// The children of a supervisor, in the order of their start.
pub(super) async fn inspect(process: &ProcessRef) -> Result<Vec<Inspected>, CallError> {
    let slot = Slot::new();
    let mut question = Some(Inspect(ReplyTo::new(slot.clone())));
    if process.send_info(&mut question) != InfoPush::Pushed {
        let reason = crate::process::links::exit_of(process);
        return Err(CallError::Down(reason.unwrap_or(crate::ExitReason::NoProc)));
    }
    let mut children: Vec<Inspected> =
        std::future::poll_fn(|cx| slot.poll_take(cx.waker())).await?;
    children.reverse();
    Ok(children)
}
