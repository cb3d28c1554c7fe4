//! The senders that wait for room in a mailbox, in order of arrival.
//!
//! Owns their places and the room that is kept for them. It knows neither messages nor locks: the
//! mailbox holds it under its own, and says how much room there is.

use std::collections::{HashSet, VecDeque};
use std::task::{Poll, Waker};

/// A sender's place among those that wait for room. 0 is none.
pub(crate) type Place = u64;

/// Senders that wait for room.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The last place that was given. None is given twice.
    last: Place,
    queue: VecDeque<(Place, Waker)>,
    /// Those whose room is kept for them.
    granted: HashSet<Place>,
}

impl Line {
    /// How many wait, and for how many room is kept.
    pub(super) fn lengths(&self) -> (usize, usize) {
        (self.queue.len(), self.granted.len())
    }

    /// Waits at `place` (0: not in line yet); ready once its room is kept. `room`: whether there is
    /// some for one who comes now.
    pub(super) fn poll(&mut self, place: &mut Place, room: bool, waker: &Waker) -> Poll<()> {
        if self.granted.contains(place) {
            return Poll::Ready(());
        }
        if let Ok(index) = self.queue.binary_search_by_key(place, |entry| entry.0) {
            self.queue[index].1.clone_from(waker);
            return Poll::Pending;
        }
        // Not in line yet, or no longer: the mailbox has closed and is open again.
        self.last += 1;
        *place = self.last;
        if room {
            self.granted.insert(*place);
            return Poll::Ready(());
        }
        self.queue.push_back((*place, waker.clone()));
        Poll::Pending
    }

    /// The room that was kept for `place` is taken.
    pub(super) fn take(&mut self, place: Place) {
        self.granted.remove(&place);
    }

    /// Leaves the line.
    pub(super) fn leave(&mut self, place: Place) {
        if let Ok(index) = self.queue.binary_search_by_key(&place, |entry| entry.0) {
            self.queue.remove(index);
        }
        self.granted.remove(&place);
    }

    /// Keeps room for as many as there is room for, beside `queued` messages. Returns them, to be woken.
    pub(super) fn grant(&mut self, queued: usize, capacity: usize) -> Vec<Waker> {
        let mut wake = Vec::new();
        while queued + self.granted.len() < capacity {
            let Some((place, waker)) = self.queue.pop_front() else {
                break;
            };
            self.granted.insert(place);
            wake.push(waker);
        }
        wake
    }

    /// There is no room any more, for nobody. Returns those who wait, to be woken.
    ///
    /// Who was in line may find the mailbox open again.
    pub(super) fn close(&mut self) -> Vec<Waker> {
        self.granted.clear();
        self.queue.drain(..).map(|(_, waker)| waker).collect()
    }
}

/// Wakes those who have room.
pub(crate) fn wake_all(wakers: Vec<Waker>) {
    for waker in wakers {
        waker.wake();
    }
}
