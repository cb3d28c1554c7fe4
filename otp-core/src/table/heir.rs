//! Tables that change hands: by gift, or at the end of their owner.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::process::{HandleInfo, Server, ServerRef};
use crate::server::send_past_capacity;
use crate::{Pid, self_pid};

/// A table that has come to its new owner: OTP's `'ETS-TRANSFER'`.
///
/// It reaches the `#[info]` handler for its type before the [`Down`](crate::Down) or
/// [`Exit`](crate::Exit) of the old owner does, and is not refused by a full mailbox. Dropped instead
/// of kept, it deletes the table.
#[derive(Debug)]
#[non_exhaustive]
pub struct Transfer<T, D = ()> {
    /// The table, with everything in it and its readers.
    pub table: T,
    /// Who had it before, unless that was no process.
    pub from: Option<Pid>,
    /// What the old owner had to say about it.
    pub data: D,
}

impl<T, D> Transfer<T, D> {
    fn new(table: T, data: D) -> Self {
        let from = self_pid();
        Self { table, from, data }
    }
}

/// A table was not given away: the server is not alive. Here it is back.
#[derive(thiserror::Error)]
#[error("the server that was given a table is not alive")]
pub struct GiveAwayError<T>(pub T);

impl<T> fmt::Debug for GiveAwayError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GiveAwayError(..)")
    }
}

/// Gives `table` to a live server.
pub(super) fn give<T, D, S>(table: T, to: &ServerRef<S>, data: D) -> Result<(), GiveAwayError<T>>
where
    S: Server + HandleInfo<Transfer<T, D>>,
{
    if !to.is_alive() {
        return Err(GiveAwayError(table));
    }
    let transfer = S::wrap(Transfer::new(table, data));
    // It may have ended since: then as its owner, and the table with it.
    send_past_capacity(to.body(), transfer);
    Ok(())
}

/// Who gets a table `T` at its owner's end.
pub(super) struct Heir<T>(Mutex<Option<Inherit<T>>>);

/// Hands a table over.
type Inherit<T> = Box<dyn FnOnce(T) + Send>;

impl<T> Heir<T> {
    pub(super) const fn none() -> Self {
        Self(Mutex::new(None))
    }

    pub(super) fn set<D, S>(&self, heir: ServerRef<S>, data: D)
    where
        D: Send + 'static,
        S: Server + HandleInfo<Transfer<T, D>>,
    {
        let inherit = move |table| {
            let transfer = S::wrap(Transfer::new(table, data));
            send_past_capacity(heir.body(), transfer);
        };
        self.replace(Some(Box::new(inherit)));
    }

    pub(super) fn clear(&self) {
        self.replace(None);
    }

    /// Whoever was to be heir until now is dropped outside of the lock.
    fn replace(&self, heir: Option<Inherit<T>>) {
        let old = {
            let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *place, heir)
        };
        drop(old);
    }

    /// At the end of the owner.
    pub(super) fn take(&mut self) -> Option<Inherit<T>> {
        self.0
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
