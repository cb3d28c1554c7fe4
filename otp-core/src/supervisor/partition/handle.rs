//! The handle on a partition supervisor: from a key to a partition, and how many there are.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::lock::Mutex;

use super::PartitionKey;
use crate::process::Server;
use crate::supervisor::{ChildError, SupervisorRef};

/// A handle on a partition supervisor: what every supervisor's handle has, and its partitions.
///
/// A partition's ref lasts as long as the supervisor and its tree do, whatever is restarted. With the
/// supervisor gone, what is asked of a partition is answered [`CallError::Down`](crate::CallError).
pub struct PartitionRef<S: Server> {
    supervisor: SupervisorRef,
    parts: Arc<Parts<S>>,
}

/// The partitions.
pub(super) struct Parts<S: Server> {
    refs: Box<[S::Ref]>,
    /// So many of them run, from the first on.
    live: Arc<AtomicUsize>,
    /// Held by who changes their number.
    resizing: Mutex<()>,
}

impl<S: Server> Parts<S> {
    pub(super) fn new(refs: Box<[S::Ref]>, live: Arc<AtomicUsize>) -> Arc<Self> {
        live.store(refs.len(), Ordering::Relaxed);
        Arc::new(Self {
            refs,
            live,
            resizing: Mutex::new(()),
        })
    }
}

/// Why the number of partitions was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResizeError {
    /// There cannot be more partitions than there were at the start.
    #[error("there can be {most} partitions at the most, as many as at the start")]
    TooMany {
        /// How many there were.
        most: usize,
    },
    /// A partition was not started or stopped. Those before it were.
    #[error("partition {index}: {error}")]
    Partition {
        /// Its number.
        index: usize,
        /// Why.
        error: ChildError,
    },
}

impl<S: Server> PartitionRef<S> {
    pub(super) fn new(supervisor: SupervisorRef, parts: Arc<Parts<S>>) -> Self {
        Self { supervisor, parts }
    }

    /// The partition that `key` belongs to: the same one each time, as long as their number is not
    /// changed. No message is sent.
    ///
    /// A partition that is being restarted is found as well: what is sent to it waits.
    ///
    /// # Panics
    /// After a [`resize`](Self::resize) to zero partitions; [`get`](Self::get) does not.
    #[inline]
    pub fn of<K: PartitionKey + ?Sized>(&self, key: &K) -> &S::Ref {
        match self.get(key) {
            Some(partition) => partition,
            None => panic!("{:?} has zero partitions", self.supervisor),
        }
    }

    /// As [`of`](Self::of); `None` if there are zero partitions.
    #[inline]
    pub fn get<K: PartitionKey + ?Sized>(&self, key: &K) -> Option<&S::Ref> {
        let live = self.partitions();
        let index = (live > 0).then(|| key.partition(live))?;
        self.parts.refs.get(index)
    }

    /// How many partitions keys are spread over. No message is sent; of a supervisor that is gone, how
    /// many there were.
    #[inline]
    pub fn partitions(&self) -> usize {
        self.parts.live.load(Ordering::Relaxed)
    }

    /// All partitions that keys are spread over, by their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &S::Ref> {
        self.parts.refs[..self.partitions()].iter()
    }

    /// Changes the number of partitions, and gives the old one. Those that are too many are stopped, the
    /// last first; those that are missing are started. There can be no more than at the start.
    ///
    /// Most keys belong to another partition afterwards. Those that are stopped are still counted as
    /// children of the supervisor. A restart of the supervisor itself brings all of them back, and so
    /// does the restart of one by another strategy than one for one.
    ///
    /// Cancel safe: dropped before it is done, keys are spread over partitions that run; another resize
    /// sets the rest right.
    ///
    /// # Errors
    /// See [`ResizeError`]; with [`ChildError::Supervisor`] in it if the supervisor is gone.
    pub async fn resize(&self, partitions: usize) -> Result<usize, ResizeError> {
        let most = self.parts.refs.len();
        if partitions > most {
            return Err(ResizeError::TooMany { most });
        }
        let _alone = self.parts.resizing.lock().await;
        let old = self.partitions();
        for index in old..partitions {
            let started = match self.supervisor.restart_child(index).await {
                Ok(_) | Err(ChildError::Running | ChildError::Restarting) => Ok(()),
                Err(error) => Err(ResizeError::Partition { index, error }),
            };
            let live = if started.is_ok() { index + 1 } else { index };
            self.parts.live.store(live, Ordering::Relaxed);
            started?;
        }
        // No key leads to one of these any more by the time it is stopped.
        self.parts.live.store(partitions, Ordering::Relaxed);
        for index in (partitions..most).rev() {
            match self.supervisor.terminate_child(index).await {
                Ok(()) | Err(ChildError::NotFound) => {}
                Err(error) => return Err(ResizeError::Partition { index, error }),
            }
        }
        // One that was just being restarted has counted itself again.
        self.parts.live.store(partitions, Ordering::Relaxed);
        Ok(old)
    }
}

impl<S: Server> Deref for PartitionRef<S> {
    type Target = SupervisorRef;

    fn deref(&self) -> &SupervisorRef {
        &self.supervisor
    }
}

impl<S: Server> Clone for PartitionRef<S> {
    fn clone(&self) -> Self {
        Self {
            supervisor: self.supervisor.clone(),
            parts: Arc::clone(&self.parts),
        }
    }
}

impl<S: Server> PartialEq for PartitionRef<S> {
    fn eq(&self, other: &Self) -> bool {
        self.supervisor == other.supervisor
    }
}

impl<S: Server> Eq for PartitionRef<S> {}

impl<S: Server> fmt::Debug for PartitionRef<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionRef")
            .field("supervisor", &self.supervisor)
            .field("partitions", &self.partitions())
            .finish_non_exhaustive()
    }
}
