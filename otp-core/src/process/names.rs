//! Fixed names: literals in the program's source, each held by one process at a time.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use crate::Pid;

type Map = HashMap<&'static str, Pid, foldhash::fast::RandomState>;

static NAMES: LazyLock<Mutex<Map>> = LazyLock::new(Mutex::default);

/// Gives `name` to `pid`, or says who has it.
pub(crate) fn register(name: &'static str, pid: Pid) -> Result<(), Pid> {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    match names.entry(name) {
        std::collections::hash_map::Entry::Occupied(holder) => Err(*holder.get()),
        std::collections::hash_map::Entry::Vacant(free) => {
            free.insert(pid);
            Ok(())
        }
    }
}

/// Takes `name` from `pid`; of no effect if another holds it.
pub(crate) fn unregister(name: &'static str, pid: Pid) -> bool {
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if names.get(name) == Some(&pid) {
        names.remove(name);
        return true;
    }
    false
}

/// Who holds `name`.
pub(crate) fn holder(name: &str) -> Option<Pid> {
    let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    names.get(name).copied()
}
