//! The mailbox: messages in order, control beside them, and the senders that wait for room.
//!
//! Owns capacity, back-pressure and the flag that says whether the process has been told. It knows
//! nothing of what a message is, nor how a process is run: senders learn from it whether they have
//! to notify the process, the owner learns whether there is anything left.
//!
//! Control ignores the capacity and is taken before messages. Signals that keep their place among
//! the messages of their sender (a `Down`, a trapped `Exit`) are messages pushed with
//! [`Mailbox::push_past_capacity`].

use std::collections::VecDeque;
use std::task::{Poll, Waker};

use super::line::{self, Line, Place};
use crate::sync::{AtomicBool, AtomicU32, Mutex, Ordering, lock, lock_crowded};

/// A queue with many senders and one owner.
#[derive(Debug)]
pub(crate) struct Mailbox<M, C> {
    inner: Mutex<Inner<M, C>>,
    /// Messages that the owner has taken in its last batch and not begun yet. Written by the owner
    /// alone; read by a sender that would otherwise find the mailbox full.
    in_hand: AtomicU32,
    /// Whether the process knows that there is something here, or is about to be told by who put it in.
    /// Written under the lock.
    awake: AtomicBool,
    /// Whether senders wait for room, so that an owner that has none to serve takes no lock.
    crowded: AtomicBool,
}

#[derive(Debug)]
struct Inner<M, C> {
    messages: VecDeque<M>,
    control: VecDeque<C>,
    /// Size of the owner's last batch: an upper bound of `in_hand`.
    batch: u32,
    closed: bool,
    /// The owner is about to end, and so many messages came before that was known: they end with it.
    doomed: Option<usize>,
    /// The senders that wait for room.
    line: Option<Box<Line>>,
}

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Push<M> {
    /// It is in. `notify`: the process has to be told.
    Pushed { notify: bool },
    /// There is no room.
    Full(M),
    /// The process has ended.
    Closed(M),
}

/// What is left of an incarnation.
#[derive(Debug)]
pub(crate) struct Drained<M, C> {
    /// For the caller to drop.
    pub(crate) messages: VecDeque<M>,
    pub(crate) control: VecDeque<C>,
    /// The senders that have room now, to be woken.
    pub(crate) wake: Vec<Waker>,
}

impl<M, C> Mailbox<M, C> {
    /// An empty mailbox of a process that is about to run.
    pub(crate) fn new() -> Self {
        Self {
            inner: Mutex::new(Inner {
                messages: VecDeque::new(),
                control: VecDeque::new(),
                batch: 0,
                closed: false,
                doomed: None,
                line: None,
            }),
            in_hand: AtomicU32::new(0),
            awake: AtomicBool::new(false),
            crowded: AtomicBool::new(false),
        }
    }

    /// Puts `message` at the end, if there is room for it and nobody waits for room already.
    pub(crate) fn push(&self, message: M, capacity: Option<usize>) -> Push<M> {
        let mut inner = lock_crowded(&self.inner);
        if inner.closed {
            return Push::Closed(message);
        }
        if let Some(capacity) = capacity
            && !self.has_room(&inner, capacity)
        {
            return Push::Full(message);
        }
        self.put(&mut inner, message)
    }

    /// Puts `message` at the end whatever the capacity says.
    pub(crate) fn push_past_capacity(&self, message: M) -> Push<M> {
        let mut inner = lock(&self.inner);
        if inner.closed {
            return Push::Closed(message);
        }
        self.put(&mut inner, message)
    }

    /// Puts `message` at the end in the room of the oldest message that `may_go`, which is returned.
    /// Without such a message, and without room, `message` itself comes back.
    pub(crate) fn push_displacing(
        &self,
        message: M,
        capacity: Option<usize>,
        may_go: impl Fn(&M) -> bool,
    ) -> (Push<M>, Option<M>) {
        let mut inner = lock(&self.inner);
        if inner.closed {
            return (Push::Closed(message), None);
        }
        let full = capacity.is_some_and(|capacity| !self.has_room(&inner, capacity));
        if !full {
            return (self.put(&mut inner, message), None);
        }
        match inner.messages.iter().position(may_go) {
            Some(oldest) => {
                let displaced = inner.messages.remove(oldest);
                if let Some(doomed) = &mut inner.doomed {
                    *doomed -= usize::from(oldest < *doomed);
                }
                (self.put(&mut inner, message), displaced)
            }
            None => (Push::Full(message), None),
        }
    }

    /// Waits for room at `place` (0: not in line yet). Ready once `message` may be pushed by
    /// [`Mailbox::push_granted`], or when the mailbox closed.
    pub(crate) fn poll_room(&self, place: &mut Place, capacity: usize, waker: &Waker) -> Poll<()> {
        let mut inner = lock(&self.inner);
        if inner.closed {
            return Poll::Ready(());
        }
        let room = self.has_room(&inner, capacity);
        let poll = inner.line.get_or_insert_default().poll(place, room, waker);
        if poll.is_pending() {
            self.crowded.store(true, Ordering::Release);
        }
        poll
    }

    /// Pushes into the room that was kept for `place`.
    pub(crate) fn push_granted(&self, place: Place, message: M) -> Push<M> {
        let mut inner = lock(&self.inner);
        if let Some(line) = &mut inner.line {
            line.take(place);
        }
        if inner.closed {
            return Push::Closed(message);
        }
        self.put(&mut inner, message)
    }

    /// Leaves the line, and lets the next one have the room that was kept.
    pub(crate) fn leave(&self, place: Place, capacity: usize) {
        let mut inner = lock(&self.inner);
        let Some(line) = &mut inner.line else {
            return;
        };
        line.leave(place);
        let wake = self.grant(&mut inner, capacity);
        drop(inner);
        line::wake_all(wake);
    }

    /// Adds control. `None`: the process has ended, and `control` comes back.
    pub(crate) fn push_control(&self, control: C) -> Result<(), C> {
        let mut inner = lock(&self.inner);
        if inner.closed {
            return Err(control);
        }
        inner.control.push_back(control);
        Ok(())
    }

    /// Owner: takes all control.
    pub(crate) fn take_control(&self) -> VecDeque<C> {
        std::mem::take(&mut lock(&self.inner).control)
    }

    /// Owner: fills the empty `batch` with up to `most` messages. With none there, the process counts
    /// as not told from now on, and the next sender will notify it. Returns the senders that have room
    /// now, to be woken once no lock is held.
    pub(crate) fn take_batch(
        &self,
        batch: &mut VecDeque<M>,
        most: usize,
        capacity: Option<usize>,
    ) -> Vec<Waker> {
        debug_assert!(batch.is_empty());
        let mut inner = lock_crowded(&self.inner);
        if inner.messages.len() <= most {
            std::mem::swap(&mut inner.messages, batch);
        } else {
            move_front(&mut inner.messages, batch, most);
        }
        if batch.is_empty() {
            self.awake.store(false, Ordering::Relaxed);
        }
        // The first of the batch begins right away.
        let in_hand = u32::try_from(batch.len().saturating_sub(1)).unwrap_or(u32::MAX);
        inner.batch = in_hand;
        self.in_hand.store(in_hand, Ordering::Relaxed);
        match capacity {
            // Senders in line are let in by the half, not one by one: an owner that takes batches
            // comes back soon.
            Some(capacity)
                if self.crowded.load(Ordering::Relaxed)
                    && (inner.messages.len() <= capacity / 2 || most == 1) =>
            {
                self.grant(&mut inner, capacity)
            }
            _ => Vec::new(),
        }
    }

    /// Owner: one more of the batch has begun, `left` are still in hand.
    #[inline]
    pub(crate) fn begun(&self, left: usize) {
        self.in_hand
            .store(u32::try_from(left).unwrap_or(u32::MAX), Ordering::Relaxed);
    }

    /// Owner: gives back the rest of a batch, ahead of all that came since, because it will not go on
    /// with it for a while. Returns the senders that have room now.
    pub(crate) fn give_back(&self, batch: &mut VecDeque<M>, capacity: Option<usize>) -> Vec<Waker> {
        let mut inner = lock(&self.inner);
        inner.batch = 0;
        self.in_hand.store(0, Ordering::Relaxed);
        if !batch.is_empty() {
            self.awake.store(true, Ordering::Relaxed);
            let given = batch.len();
            if let Some(doomed) = &mut inner.doomed {
                *doomed += given;
            }
            while let Some(message) = batch.pop_back() {
                inner.messages.push_front(message);
            }
        }
        match capacity {
            Some(capacity) if self.crowded.load(Ordering::Relaxed) => {
                self.grant(&mut inner, capacity)
            }
            _ => Vec::new(),
        }
    }

    /// Owner: the process has ended. Hands out all that is left, for the caller to drop.
    pub(crate) fn close(&self) -> (VecDeque<M>, VecDeque<C>) {
        let (rest, in_line) = {
            let mut inner = lock(&self.inner);
            inner.closed = true;
            self.in_hand.store(0, Ordering::Relaxed);
            let rest = (
                std::mem::take(&mut inner.messages),
                std::mem::take(&mut inner.control),
            );
            let in_line = match &mut inner.line {
                Some(line) => line.close(),
                None => Vec::new(),
            };
            (rest, in_line)
        };
        line::wake_all(in_line);
        rest
    }

    /// Owner: this incarnation of the process has ended, and another may follow. Hands out all that is
    /// left, if there is anything.
    pub(crate) fn drain(&self, capacity: Option<usize>) -> Option<Drained<M, C>> {
        let mut inner = lock(&self.inner);
        inner.batch = 0;
        self.in_hand.store(0, Ordering::Relaxed);
        let doomed = inner.doomed.take().unwrap_or(inner.messages.len());
        if doomed == 0 && inner.control.is_empty() && inner.line.is_none() {
            return None;
        }
        let mut messages = VecDeque::new();
        move_front(&mut inner.messages, &mut messages, doomed);
        let control = std::mem::take(&mut inner.control);
        let wake = match capacity {
            Some(capacity) => self.grant(&mut inner, capacity),
            None => Vec::new(),
        };
        Some(Drained {
            messages,
            control,
            wake,
        })
    }

    /// Owner: this incarnation is about to end, which others may know from now on. What comes later is
    /// for the next one.
    pub(crate) fn doom(&self) {
        let mut inner = lock(&self.inner);
        let messages = inner.messages.len();
        inner.doomed.get_or_insert(messages);
    }

    /// A new incarnation of the process begins. Hands out the control that came for the last, if there is
    /// any, and tells whether messages wait: of both nobody was told.
    pub(crate) fn reopen(&self) -> (Option<VecDeque<C>>, bool) {
        let mut inner = lock(&self.inner);
        inner.closed = false;
        inner.doomed = None;
        // Who comes from now on has to tell it, unless it is going to look for what is here.
        let awake = !inner.messages.is_empty();
        self.awake.store(awake, Ordering::Relaxed);
        let control = if inner.control.is_empty() {
            None
        } else {
            Some(std::mem::take(&mut inner.control))
        };
        (control, awake)
    }

    /// Messages that wait, those in the owner's hand included.
    pub(crate) fn len(&self) -> usize {
        let inner = lock(&self.inner);
        inner.messages.len() + self.in_hand.load(Ordering::Relaxed) as usize
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let inner = lock(&self.inner);
        inner.messages.capacity() * size_of::<M>() + inner.control.capacity() * size_of::<C>()
    }

    /// Runs `each` over the messages that wait, oldest first, and takes out the first it says yes to.
    pub(crate) fn take_first(&self, mut each: impl FnMut(&M) -> bool) -> Option<M> {
        let mut inner = lock(&self.inner);
        let index = inner.messages.iter().position(&mut each)?;
        inner.messages.remove(index)
    }

    /// Owner: takes out all messages that `each` says yes to, in their order.
    pub(crate) fn take_all(&self, each: fn(&M) -> bool, taken: &mut VecDeque<M>) {
        let mut inner = lock(&self.inner);
        // Once around: every other message comes to stand where it was.
        for _ in 0..inner.messages.len() {
            let Some(message) = inner.messages.pop_front() else {
                break;
            };
            if each(&message) {
                taken.push_back(message);
            } else {
                inner.messages.push_back(message);
            }
        }
    }

    /// Owner: the process sleeps until the next message.
    pub(crate) fn sleep(&self) {
        let _inner = lock(&self.inner);
        self.awake.store(false, Ordering::Relaxed);
    }

    /// Whether messages may wait, those included of which their sender is about to tell the process. Whoever
    /// has put one in itself, and finds `false`, knows that an owner has taken it since.
    #[inline]
    pub(crate) fn is_awake(&self) -> bool {
        self.awake.load(Ordering::Relaxed)
    }

    fn put(&self, inner: &mut Inner<M, C>, message: M) -> Push<M> {
        inner.messages.push_back(message);
        let notify = !self.awake.load(Ordering::Relaxed);
        self.awake.store(true, Ordering::Relaxed);
        Push::Pushed { notify }
    }

    fn has_room(&self, inner: &Inner<M, C>, capacity: usize) -> bool {
        let (in_line, granted) = match &inner.line {
            Some(line) => line.lengths(),
            None => (0, 0),
        };
        if in_line > 0 {
            return false;
        }
        let queued = inner.messages.len() + granted;
        queued + (inner.batch as usize) < capacity
            || queued + (self.in_hand.load(Ordering::Relaxed) as usize) < capacity
    }

    /// Keeps room for as many of those in line as there is room for.
    fn grant(&self, inner: &mut Inner<M, C>, capacity: usize) -> Vec<Waker> {
        let queued = inner.messages.len() + self.in_hand.load(Ordering::Relaxed) as usize;
        let Some(line) = &mut inner.line else {
            self.crowded.store(false, Ordering::Relaxed);
            return Vec::new();
        };
        let wake = line.grant(queued, capacity);
        self.crowded.store(line.lengths().0 > 0, Ordering::Relaxed);
        wake
    }
}

/// Moves `count` messages from the front of one queue to the end of another.
fn move_front<M>(from: &mut VecDeque<M>, to: &mut VecDeque<M>, count: usize) {
    for _ in 0..count {
        let Some(message) = from.pop_front() else {
            break;
        };
        to.push_back(message);
    }
}

/// Moves all messages to the end of another queue.
pub(super) fn move_all<M>(from: &mut VecDeque<M>, to: &mut VecDeque<M>) {
    if to.is_empty() {
        std::mem::swap(from, to);
    }
    move_front(from, to, usize::MAX);
}
