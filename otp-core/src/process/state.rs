//! The run state of a process: one word that says who may run it and what waits for it.
//!
//! Owns the transitions between idle, donated, scheduled, running and pending, and nothing else: it
//! knows no mailbox, no future and no tokio, so that loom can try every interleaving of it.
//!
//! Whoever moves the word to `RUNNING` owns the process's state and its future until it lets go.
//! A process is idle when the word is zero; only then can a caller donate its own thread to it.

use crate::sync::{AtomicU32, Ordering};

/// Somebody owns the process.
const RUNNING: u32 = 1;
/// ... and it is a caller that will let go after one message.
const DONATED: u32 = 1 << 1;
/// A runner is on its way.
const SCHEDULED: u32 = 1 << 2;
/// A message came since the owner last looked.
const MAIL: u32 = 1 << 3;
/// A waker was woken, or control came, since the owner last looked.
const WAKE: u32 = 1 << 4;
/// A handler is in the middle of its work and waits for its waker.
const PENDING: u32 = 1 << 5;
/// The process takes no donations: its handlers run long, or it is traced, or it asked for none.
const RESERVED: u32 = 1 << 6;
/// The process takes no messages for the time being.
const SUSPENDED: u32 = 1 << 7;
/// The process has ended.
const DEAD: u32 = 1 << 8;
/// The process is down, between two incarnations: nobody runs it until its keeper takes it up again.
const PARKED: u32 = 1 << 9;

/// Bits that stay as they are when the owner changes.
const STICKY: u32 = RESERVED | SUSPENDED;

/// What an owner leaves behind when it lets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    /// Nothing to do until a message or control comes.
    Idle,
    /// A handler waits for its waker; messages wait for the handler.
    Pending,
    /// There is more to do right now.
    More,
}

/// What came for the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// A message: of no interest to a process in the middle of another.
    Mail,
    /// A wake-up of the pending handler, or control.
    Wake,
}

/// Why a donation was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Another owner is in, and knows of nothing more to do: it may be out in a moment.
    Running,
    /// Queue the message.
    Busy,
    /// The process has ended.
    Dead,
}

/// The word itself.
#[derive(Debug)]
pub(crate) struct RunState(AtomicU32);

impl RunState {
    /// The state of a process that its maker is about to run for the first time.
    #[cfg(test)]
    pub(crate) fn owned(reserved: bool) -> Self {
        Self(AtomicU32::new(
            RUNNING | if reserved { RESERVED } else { 0 },
        ))
    }

    /// The state of a process that waits for its first incarnation.
    pub(crate) fn parked() -> Self {
        Self(AtomicU32::new(PARKED))
    }

    /// Takes an idle process for the time of one message.
    #[inline]
    pub(crate) fn try_donate(&self) -> Result<(), Refusal> {
        match self
            .0
            .compare_exchange(0, RUNNING | DONATED, Ordering::Acquire, Ordering::Relaxed)
        {
            Ok(_) => Ok(()),
            Err(bits) if bits & DEAD != 0 => Err(Refusal::Dead),
            Err(bits) if bits & !DONATED == RUNNING => Err(Refusal::Running),
            Err(_) => Err(Refusal::Busy),
        }
    }

    /// Whether a donation could succeed just now. A hint: for waiting without writing.
    #[inline]
    pub(crate) fn looks_idle(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// Lets go after a donation that left nothing behind. `false`: somebody left news, or a sticky
    /// bit was set meanwhile, and [`RunState::release`] has to be called.
    #[inline]
    pub(crate) fn end_donation(&self) -> bool {
        self.0
            .compare_exchange(RUNNING | DONATED, 0, Ordering::Release, Ordering::Relaxed)
            .is_ok()
    }

    /// A runner that was scheduled takes the process. It has then seen all news up to now.
    pub(crate) fn begin_run(&self) {
        let mut bits = self.0.load(Ordering::Relaxed);
        loop {
            debug_assert_eq!(bits & (RUNNING | SCHEDULED), SCHEDULED);
            match self.0.compare_exchange_weak(
                bits,
                (bits & STICKY) | RUNNING,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(now) => bits = now,
            }
        }
    }

    /// Takes note of the news that came while the owner ran: whether there were any.
    pub(crate) fn take_news(&self) -> bool {
        if self.0.load(Ordering::Relaxed) & (MAIL | WAKE) == 0 {
            return false;
        }
        self.0.fetch_and(!(MAIL | WAKE), Ordering::AcqRel);
        true
    }

    /// Lets go, leaving `rest` behind. `true`: the process is now scheduled, and the caller has to
    /// put a runner on its way.
    #[must_use]
    pub(crate) fn release(&self, rest: Rest) -> bool {
        let mut bits = self.0.load(Ordering::Relaxed);
        loop {
            debug_assert_ne!(bits & RUNNING, 0);
            let sticky = bits & STICKY;
            let (next, schedule) = match rest {
                Rest::Idle if bits & (MAIL | WAKE) == 0 => (sticky, false),
                Rest::Pending if bits & WAKE == 0 => (sticky | PENDING, false),
                _ => (sticky | SCHEDULED, true),
            };
            match self
                .0
                .compare_exchange_weak(bits, next, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => return schedule,
                Err(now) => bits = now,
            }
        }
    }

    /// Tells the owner, or the owner to come, that `news` are there. `true`: nobody owned the process,
    /// it is now scheduled, and the caller has to put a runner on its way.
    #[must_use]
    pub(crate) fn notify(&self, news: News) -> bool {
        let mut bits = self.0.load(Ordering::Relaxed);
        loop {
            if bits & DEAD != 0 {
                return false;
            }
            let (next, schedule) = if bits & RUNNING != 0 {
                let bit = if news == News::Mail { MAIL } else { WAKE };
                (bits | bit, false)
            } else if bits & (SCHEDULED | PARKED) != 0
                || (news == News::Mail && bits & PENDING != 0)
            {
                // Whoever runs it next looks for news anyway. The exchange still has to happen, for
                // what was written before this call to be seen then.
                (bits, false)
            } else {
                ((bits & STICKY) | SCHEDULED, true)
            };
            match self
                .0
                .compare_exchange_weak(bits, next, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => return schedule,
                Err(now) => bits = now,
            }
        }
    }

    /// Whether donors are refused until further notice. Owner only.
    pub(crate) fn set_reserved(&self, on: bool) {
        self.set_sticky(RESERVED, on);
    }

    /// Whether messages wait until further notice. Owner only.
    pub(crate) fn set_suspended(&self, on: bool) {
        self.set_sticky(SUSPENDED, on);
    }

    fn set_sticky(&self, bit: u32, on: bool) {
        if on {
            self.0.fetch_or(bit, Ordering::Relaxed);
        } else {
            self.0.fetch_and(!bit, Ordering::Relaxed);
        }
    }

    /// The owner says that the process has ended. It is never owned again.
    pub(crate) fn set_dead(&self) {
        let mut bits = self.0.load(Ordering::Relaxed);
        while let Err(now) =
            self.0
                .compare_exchange_weak(bits, DEAD, Ordering::AcqRel, Ordering::Relaxed)
        {
            bits = now;
        }
    }

    pub(crate) fn is_dead(&self) -> bool {
        self.0.load(Ordering::Acquire) & DEAD != 0
    }

    /// Whether there is no incarnation of the process: it has ended, or waits for its next one.
    pub(crate) fn is_down(&self) -> bool {
        self.0.load(Ordering::Acquire) & (DEAD | PARKED) != 0
    }

    /// The owner says that this incarnation has ended, and lets go: another may follow.
    pub(crate) fn park(&self) {
        let mut bits = self.0.load(Ordering::Relaxed);
        while let Err(now) =
            self.0
                .compare_exchange_weak(bits, PARKED, Ordering::AcqRel, Ordering::Relaxed)
        {
            bits = now;
        }
    }

    /// Takes up a parked process, of which the caller is the owner then. It has to look for all that
    /// came meanwhile. `false`: the process is not parked.
    #[must_use]
    pub(crate) fn unpark(&self, reserved: bool) -> bool {
        let next = RUNNING | if reserved { RESERVED } else { 0 };
        self.0
            .compare_exchange(PARKED, next, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    pub(crate) fn is_reserved(&self) -> bool {
        self.0.load(Ordering::Relaxed) & RESERVED != 0
    }

    pub(crate) fn is_suspended(&self) -> bool {
        self.0.load(Ordering::Relaxed) & SUSPENDED != 0
    }

    /// For `info`: whether somebody runs the process or is about to, and whether a handler waits.
    pub(crate) fn activity(&self) -> (bool, bool) {
        let bits = self.0.load(Ordering::Relaxed);
        (bits & (RUNNING | SCHEDULED) != 0, bits & PENDING != 0)
    }
}
