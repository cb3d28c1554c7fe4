//! What a server's type declares once for all its processes.

use std::time::Duration;

/// What happens to a message that finds the mailbox full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// The sender waits for room. What cannot wait ([`Cast::try_send`](crate::Cast::try_send),
    /// [`Pid::send`](crate::Pid::send)) is refused.
    Wait,
    /// The sender is told that the mailbox is full.
    Reject,
    /// The new message is dropped. Dropped messages are counted and traced.
    DropNewest,
    /// The oldest message is dropped to make room; the caller of a call that is dropped so gets
    /// [`CallError::Full`](crate::CallError::Full).
    DropOldest,
}

/// Whether callers may run the server on their own thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Donate {
    /// As long as its handlers are short.
    Auto,
    /// Never: each message is run by a task of the server's own.
    Never,
}

/// What a server's type declares once for all its processes.
///
/// ```
/// use otp_core::{Options, Overflow};
///
/// const OPTIONS: Options = Options::new("Counter").mailbox(16).overflow(Overflow::Reject);
/// assert_eq!(OPTIONS.mailbox, Some(16));
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The server's name in errors and traces.
    pub type_name: &'static str,
    /// The fixed name under which the one server of this type is started.
    pub name: Option<&'static str>,
    /// How many messages may wait; `None` is no limit.
    pub mailbox: Option<usize>,
    /// What happens when as many wait.
    pub overflow: Overflow,
    /// How long a call waits for its answer, unless it says otherwise. `Duration::MAX` is for ever.
    pub call_timeout: Duration,
    /// Whether callers may run the server on their own thread.
    pub donate: Donate,
    /// A handler that holds its thread for longer than this is traced with its name.
    pub slow_handler: Duration,
    /// What waits in the mailbox when a supervised server ends is handled by its next incarnation,
    /// instead of being dropped.
    pub keeps_mailbox: bool,
    /// Whether it is a supervisor.
    pub(crate) supervises: bool,
    /// Not a server: a process whose one future runs from its beginning to its end.
    pub(crate) plain: bool,
}

impl Options {
    /// The defaults: a mailbox of 1024, senders wait, calls time out after 5 s.
    pub const fn new(type_name: &'static str) -> Self {
        Self {
            type_name,
            name: None,
            mailbox: Some(1024),
            overflow: Overflow::Wait,
            call_timeout: Duration::from_secs(5),
            donate: Donate::Auto,
            slow_handler: Duration::from_millis(50),
            keeps_mailbox: false,
            supervises: false,
            plain: false,
        }
    }

    /// The same for a supervisor.
    pub(crate) const fn supervises(mut self) -> Self {
        self.supervises = true;
        self
    }

    /// The options of a process that is no server.
    pub(crate) const fn plain() -> Self {
        Self::new("process").unbounded().one_future()
    }

    /// The same for a process that ends when its first future does, and at once when it is told to.
    pub(crate) const fn one_future(mut self) -> Self {
        self.plain = true;
        self
    }

    /// The same with a fixed name.
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// The same with room for `messages` messages. Zero counts as one.
    #[must_use]
    pub const fn mailbox(mut self, messages: usize) -> Self {
        self.mailbox = Some(if messages == 0 { 1 } else { messages });
        self
    }

    /// The same without a limit on the messages that wait.
    #[must_use]
    pub const fn unbounded(mut self) -> Self {
        self.mailbox = None;
        self
    }

    /// The same with another rule for a full mailbox.
    #[must_use]
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// The same with another time for calls.
    #[must_use]
    pub const fn call_timeout(mut self, timeout: Duration) -> Self {
        self.call_timeout = timeout;
        self
    }

    /// The same with another rule for donation.
    #[must_use]
    pub const fn donate(mut self, donate: Donate) -> Self {
        self.donate = donate;
        self
    }

    /// The same with a mailbox that outlives a restart: what waits in it when the server ends is
    /// handled by its next incarnation. Without this it is dropped, and the callers among it get
    /// [`CallError::Down`](crate::CallError::Down).
    #[must_use]
    pub const fn keep_mailbox(mut self) -> Self {
        self.keeps_mailbox = true;
        self
    }

    /// The same with another limit from which a handler counts as slow.
    #[must_use]
    pub const fn slow_handler(mut self, limit: Duration) -> Self {
        self.slow_handler = limit;
        self
    }
}
