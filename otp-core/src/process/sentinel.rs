//! One task a tokio runtime that does nothing but be dropped with it: then the processes that live on
//! the runtime are told, so that none waits, or holds its name, for ever.

use std::cell::Cell;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

use tokio::runtime::{Handle, Id};

use super::directory;
use super::state::News;

static GUARDED: LazyLock<Mutex<HashSet<Id>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The runtime that this thread has last started a process on.
    static LAST: Cell<Option<Id>> = const { Cell::new(None) };
}

struct Sentinel(Id);

impl Drop for Sentinel {
    fn drop(&mut self) {
        GUARDED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.0);
        // A runner that is put on a runtime which shuts down is dropped there and then, and ends its
        // process.
        directory::for_each(|process| {
            if process.runtime_id == self.0 {
                super::tell(&process, News::Wake);
            }
        });
    }
}

/// Sees to it that the processes of `runtime` learn of its end.
#[inline]
pub(super) fn guard(runtime: &Handle) {
    let id = runtime.id();
    if LAST.get() != Some(id) {
        guard_new(runtime, id);
    }
}

#[cold]
fn guard_new(runtime: &Handle, id: Id) {
    LAST.set(Some(id));
    let mut guarded = GUARDED.lock().unwrap_or_else(PoisonError::into_inner);
    if guarded.insert(id) {
        drop(guarded);
        let sentinel = Sentinel(id);
        drop(runtime.spawn(async move {
            let _sentinel = sentinel;
            std::future::pending::<()>().await;
        }));
    }
}
