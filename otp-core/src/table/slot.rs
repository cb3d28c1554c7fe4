//! What a table keeps under a key: a value, or a value that a batch will bring.
//!
//! A batch puts its values beside the old ones, key by key, and then makes them all valid by one store.
//! Knows neither maps nor tables.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Several writes that readers see all or none of.
#[derive(Clone, Default)]
pub(super) struct Batch(Arc<AtomicBool>);

impl Batch {
    /// Makes all that was put in by this batch valid.
    pub(super) fn commit(&self) {
        self.0.store(true, Ordering::Release);
    }
}

pub(super) enum Slot<V> {
    Settled(V),
    Pending(Box<Pending<V>>),
}

pub(super) struct Pending<V> {
    batch: Batch,
    old: Option<V>,
    new: V,
}

impl<V> Slot<V> {
    /// What readers find here.
    #[inline]
    pub(super) fn value(&self) -> Option<&V> {
        match self {
            Self::Settled(value) => Some(value),
            Self::Pending(pending) => pending.value(),
        }
    }
}

impl<V: Clone> Slot<V> {
    /// A slot in which `new` takes the place of what is in `before` once `batch` is committed.
    pub(super) fn pending(batch: &Batch, before: Option<&Self>, new: V) -> Self {
        let old = match before {
            // The same key twice in one batch: the later wins.
            Some(Self::Pending(pending)) if Arc::ptr_eq(&pending.batch.0, &batch.0) => {
                pending.old.clone()
            }
            before => before.and_then(Self::value).cloned(),
        };
        Self::Pending(Box::new(Pending {
            batch: batch.clone(),
            old,
            new,
        }))
    }

    /// The same to readers, without the batch. None: the key is to go.
    pub(super) fn settled(&self) -> Option<Self> {
        self.value().cloned().map(Self::Settled)
    }
}

impl<V> Pending<V> {
    #[cold]
    fn value(&self) -> Option<&V> {
        if self.batch.0.load(Ordering::Acquire) {
            Some(&self.new)
        } else {
            self.old.as_ref()
        }
    }
}
