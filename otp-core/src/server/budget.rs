//! The caller's share of tokio's cooperative budget: what a donated call takes of it.
//!
//! A loop of calls that are all answered on the spot must let other tasks run, as a loop over any of
//! tokio's own operations does. One unit a call would be too much: yielding costs more than a hundred
//! donated calls. So a unit is taken for about a microsecond of donation.

use std::cell::Cell;
use std::task::{Context, Poll};

use tokio::task::coop;

/// Ticks of donation for one unit.
const UNIT: u64 = 3_000;
/// Units for a message that was queued although its sender wanted to donate: see [`charge_queued`].
const QUEUED: u32 = 4;
/// What a donation takes beside its handler, about.
const OVERHEAD: u64 = 100;

thread_local! {
    static OWED: Cell<u64> = const { Cell::new(0) };
}

/// Pending when the caller has had its share, and is to be polled again.
#[inline]
pub(super) fn poll_share(cx: &mut Context<'_>) -> Poll<()> {
    if coop::has_budget_remaining() {
        return Poll::Ready(());
    }
    coop::poll_proceed(cx).map(drop)
}

/// Takes what a donation of `ticks` costs.
#[inline]
pub(super) fn charge(cx: &mut Context<'_>, ticks: u64) {
    let owed = OWED.get() + ticks + OVERHEAD;
    if owed < UNIT {
        OWED.set(owed);
        return;
    }
    OWED.set(0);
    if let Poll::Ready(unit) = coop::poll_proceed(cx) {
        unit.made_progress();
    }
}

/// Takes what a message costs that had to be queued, to a server that takes donations.
///
/// Much, since the next donation has to wait until the queue is empty: the sender soon lets the server
/// have its thread. Otherwise senders and server would go on with a queue for as long as messages come.
#[inline]
pub(super) fn charge_queued(cx: &mut Context<'_>) {
    for _ in 0..QUEUED {
        if let Poll::Ready(unit) = coop::poll_proceed(cx) {
            unit.made_progress();
        }
    }
}

/// The caller's budget before a donation. Dropped, it gives back what the handler has spent of it.
pub(super) struct Spare(
    #[expect(dead_code, reason = "dropped is all it is used for")]
    Option<Poll<coop::RestoreOnPending>>,
);

/// Keeps what a donation spends of the caller's budget from being spent, as long as this is held.
#[inline]
pub(super) fn spare(cx: &mut Context<'_>) -> Spare {
    // Dropped without progress made, this gives back whatever was taken since.
    Spare(coop::has_budget_remaining().then(|| coop::poll_proceed(cx)))
}
