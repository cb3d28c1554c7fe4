//! Messages that are neither calls nor casts: sent by pid, by timers, by streams.

use std::any::Any;

use super::entrance::enter;
use crate::process::cell::{Body, BodyRef, InfoPush, Item, ProcessRef};
use crate::process::mailbox::Push;
use crate::process::state::News;
use crate::process::{
    self, Offer, Overflow, Server, links, note_dropped, offer, tell, warn_unhandled,
};
use crate::{ExitReason, Monitor, Pid, ProcessInfo, SendError};

/// Queues a message that cannot wait.
pub(super) fn send<S: Server>(body: &Body<S>, message: S::Message) -> Result<(), SendError> {
    match offer(body, message) {
        Offer::In | Offer::Gone(_) => Ok(()),
        Offer::Full(_) => refused(body),
    }
}

/// Queues a message that must not be lost for want of room; dropped if the server has ended. There must
/// be a bound for such messages elsewhere.
pub(crate) fn send_past_capacity<S: Server>(body: &Body<S>, message: S::Message) {
    let pushed = body.mailbox.push_past_capacity(Item::Message(message));
    if let Push::Pushed { notify: true } = pushed {
        tell(&body.header, News::Mail);
    }
}

fn refused<S: Server>(body: &Body<S>) -> Result<(), SendError> {
    match S::OPTIONS.overflow {
        Overflow::Wait | Overflow::Reject => Err(SendError::Full),
        Overflow::DropNewest | Overflow::DropOldest => {
            note_dropped(&body.header);
            Ok(())
        }
    }
}

/// Queues a message, and waits for room if that is the server's rule.
pub(super) async fn deliver<S: Server>(process: &ProcessRef, message: S::Message) {
    let Some(body) = BodyRef::<S>::downcast(process.clone()) else {
        return;
    };
    let message = match offer(&*body, message) {
        Offer::In | Offer::Gone(_) => return,
        Offer::Full(message) if S::OPTIONS.overflow == Overflow::Wait => message,
        Offer::Full(_) => return note_dropped(&body.header),
    };
    let mut entrance = enter(body, message);
    std::future::poll_fn(|cx| entrance.poll(cx.waker())).await;
}

impl Pid {
    /// Sends a message of any type, without waiting: to the server's `#[info]` handler for that type,
    /// or to a plain process's [`receive`](crate::Process::receive).
    ///
    /// A process that has ended drops it. A server without a handler for it drops it too, and a
    /// warning is traced.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let (pid, end) = otp_core::spawn_monitor(|mut me| async move {
    ///     assert_eq!(me.receive::<&str>().await, "hello");
    /// });
    /// pid.send("hello").unwrap();
    /// end.await;
    /// pid.send("anybody there?").unwrap();
    /// # });
    /// ```
    ///
    /// # Errors
    /// [`SendError::Full`].
    pub fn send<M: Any + Send>(self, message: M) -> Result<(), SendError> {
        let Some(process) = process::find(self) else {
            return Ok(());
        };
        let mut message = Some(message);
        let push = if process.vtable.options.plain {
            process.send_info(&mut message.map(|message| Box::new(message) as Box<dyn Any + Send>))
        } else {
            process.send_info(&mut message)
        };
        match push {
            InfoPush::Pushed | InfoPush::Gone => Ok(()),
            InfoPush::Full => match process.vtable.options.overflow {
                Overflow::Wait | Overflow::Reject => Err(SendError::Full),
                Overflow::DropNewest | Overflow::DropOldest => {
                    note_dropped(&process);
                    Ok(())
                }
            },
            InfoPush::Unhandled => {
                warn_unhandled(&process, std::any::type_name::<M>());
                Ok(())
            }
        }
    }

    /// Sends an exit signal, as OTP's `exit/2`.
    ///
    /// [`ExitReason::Kill`] ends the process at once, with [`ExitReason::Killed`], and cannot be
    /// trapped; [`ExitReason::Normal`] is ignored. Any other reason ends it with that reason, without
    /// its `terminate`. A process that traps exits gets an [`Exit`](crate::Exit) message instead. A
    /// handler in progress is dropped where it awaits; one that does not await runs to its end first.
    pub fn exit(self, reason: ExitReason) {
        crate::signals::exit(self, reason);
    }

    /// Whether the process has not ended.
    pub fn is_alive(self) -> bool {
        process::find(self).is_some()
    }

    /// Watches the process from outside any process.
    pub fn monitor(self) -> Monitor {
        Monitor::new(self)
    }

    /// What there is to know about the process; `None` if it has ended.
    pub fn info(self) -> Option<ProcessInfo> {
        process::find(self).map(|process| ProcessInfo::of(&process))
    }

    /// The processes that it is linked with.
    pub fn links(self) -> Vec<Pid> {
        process::find(self).map_or_else(Vec::new, |process| links::counts(&process).0)
    }
}
