//! How things reach a process: messages by the rule for a full mailbox, signals, control.
//!
//! Runs on the sender's thread. Knows the mailbox and the run state, and nothing of how the process is
//! run.

use std::any::Any;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::behaviour::Server;
use super::cell::{Body, Header, InfoPush, Item, ProcessRef};
use super::control::{Control, Signal};
use super::mailbox::Push;
use super::options::Overflow;
use super::reply::Slot;
use super::reports::note_dropped;
use super::state::News;
use super::{current, links, runner};
use crate::{ExitReason, Pid};

/// Tells the process that there are news.
pub(crate) fn tell(header: &Header, news: News) {
    let news = if header.vtable.options.plain {
        News::Wake
    } else {
        news
    };
    if header.state.notify(news) {
        runner::put(NonNull::from(header));
    }
}

impl ProcessRef {
    /// Sends a signal to the incarnation `to`. One that follows it never gets an exit that was meant
    /// for it.
    pub(crate) fn signal(&self, to: Pid, signal: Signal) {
        let control = match signal {
            Signal::Exit { exit, link: None } if exit.reason == ExitReason::Kill => {
                Control::Kill { to }
            }
            Signal::Exit { exit, link } => {
                let trapped = self.trap_exit.load(Ordering::Acquire);
                let from_parent =
                    self.starter() == Some(exit.pid) && self.linked.load(Ordering::Relaxed);
                if trapped && !from_parent {
                    return self.push_signal(Signal::Exit { exit, link });
                }
                if exit.reason == ExitReason::Normal && !trapped {
                    if let Some(link) = link {
                        links::take_exit(self, exit.pid, link);
                    }
                    return;
                }
                Control::Exit {
                    to,
                    exit,
                    link,
                    orderly: trapped,
                }
            }
            Signal::Down(_) => return self.push_signal(signal),
        };
        self.push_control(control);
    }

    /// Asks the process to end in order; `done` gets the reason with which it ended.
    pub(crate) fn stop(&self, reason: ExitReason, done: Arc<Slot<ExitReason>>) {
        let control = Control::Stop { reason, done };
        if let Some(Control::Stop { done, .. }) = self.push_control(control) {
            let reason = links::exit_of(self).unwrap_or(ExitReason::NoProc);
            let _ = done.answer(reason);
        }
    }

    /// Adds control and sees to it that it is looked at. The control comes back if the process has ended.
    pub(crate) fn push_control(&self, control: Control) -> Option<Control> {
        // SAFETY: the table belongs to this header, whose memory this count holds.
        match unsafe { (self.vtable.control)(self.as_ptr(), control) } {
            Ok(()) => {
                tell(self, News::Wake);
                None
            }
            Err(control) => Some(control),
        }
    }

    /// Puts a signal behind the messages that came before it; dropped if the process has ended.
    fn push_signal(&self, signal: Signal) {
        // SAFETY: as above.
        if unsafe { (self.vtable.signal)(self.as_ptr(), Box::new(signal)) } {
            tell(self, News::Mail);
        }
    }
}

/// # Safety
/// The header of a live cell's memory whose server is an `S`.
pub(super) unsafe fn add_control<S: Server>(
    header: NonNull<Header>,
    control: Control,
) -> Result<(), Control> {
    // SAFETY: by the caller.
    let body = unsafe { header.cast::<Body<S>>().as_ref() };
    body.mailbox.push_control(control)
}

/// # Safety
/// As for [`add_control`].
pub(super) unsafe fn add_signal<S: Server>(header: NonNull<Header>, signal: Box<Signal>) -> bool {
    // SAFETY: by the caller.
    let body = unsafe { header.cast::<Body<S>>().as_ref() };
    matches!(
        body.mailbox.push_past_capacity(Item::Signal(signal)),
        Push::Pushed { notify: true }
    )
}

/// # Safety
/// As for [`add_control`].
pub(super) unsafe fn info<S: Server>(header: NonNull<Header>, message: &mut dyn Any) -> InfoPush {
    // SAFETY: by the caller.
    let body = unsafe { header.cast::<Body<S>>().as_ref() };
    match S::info(message) {
        Some(message) => match offer(body, message) {
            Offer::In => InfoPush::Pushed,
            Offer::Full(_) => InfoPush::Full,
            Offer::Gone(_) => InfoPush::Gone,
        },
        None => InfoPush::Unhandled,
    }
}

/// What became of a message that does not wait.
pub(crate) enum Offer<M> {
    In,
    Full(M),
    Gone(M),
}

/// Queues a message by the server's rule for a full mailbox, without waiting.
pub(crate) fn offer<S: Server>(body: &Body<S>, message: S::Message) -> Offer<S::Message> {
    let capacity = S::OPTIONS.mailbox;
    // In a constant, so that no code is made of what few servers ask for.
    let push = if const { matches!(S::OPTIONS.overflow, Overflow::DropOldest) } {
        let (push, mut displaced) = body.mailbox.push_displacing(
            Item::Message(message),
            capacity,
            |item| matches!(item, Item::Message(message) if S::may_drop(message)),
        );
        if displaced.is_some() {
            note_dropped(&body.header);
            current::drop_calls(crate::CallError::Full, &mut || displaced = None);
        }
        push
    } else {
        body.mailbox.push(Item::Message(message), capacity)
    };
    match push {
        Push::Pushed { notify } => {
            if notify {
                tell(&body.header, News::Mail);
            }
            Offer::In
        }
        Push::Full(Item::Message(message)) => Offer::Full(message),
        Push::Closed(Item::Message(message)) => Offer::Gone(message),
        Push::Full(Item::Signal(_)) | Push::Closed(Item::Signal(_)) => Offer::In,
    }
}
