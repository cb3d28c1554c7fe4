//! The process table: from a pid to its process.
//!
//! Slots are never freed, only used again under a new generation, so a look-up takes the lock of one
//! slot and no other. A slot holds no count of its process; the process leaves the table before the
//! count that its being alive stands for is given up. A process that may have another incarnation keeps
//! its slot meanwhile.

use std::ptr::NonNull;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::cell::{Header, ProcessRef};
use crate::Pid;

/// Slots in the first chunk; each further chunk is twice as large.
const FIRST: u32 = 1024;
const CHUNKS: usize = 22;

static CHUNK: [OnceLock<Box<[Slot]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];
static FREE: Mutex<Free> = Mutex::new(Free {
    slots: Vec::new(),
    next: 0,
});

struct Free {
    slots: Vec<u32>,
    next: u32,
}

#[derive(Default)]
struct Slot(Mutex<Entry>);

#[derive(Default)]
struct Entry {
    generation: u32,
    process: Option<Tenant>,
}

struct Tenant(NonNull<Header>);

// SAFETY: the pointer is only followed under the slot's lock, while the process is in the table and
// therefore alive; a header is made to be shared between threads.
unsafe impl Send for Tenant {}

fn slot(index: u32) -> Option<&'static Slot> {
    let chunk = (index / FIRST + 1).ilog2();
    let start = FIRST * ((1 << chunk) - 1);
    CHUNK
        .get(chunk as usize)?
        .get()?
        .get((index - start) as usize)
}

fn slot_or_grow(index: u32) -> &'static Slot {
    let chunk = (index / FIRST + 1).ilog2();
    let start = FIRST * ((1 << chunk) - 1);
    let slots = CHUNK[chunk as usize].get_or_init(|| {
        (0..FIRST << chunk)
            .map(|_| Slot::default())
            .collect::<Vec<_>>()
            .into_boxed_slice()
    });
    &slots[(index - start) as usize]
}

/// Enters a process and names it. `process` must leave by [`remove`] before its memory goes, and give
/// its slot up by [`give_up`].
pub(super) fn insert(process: NonNull<Header>) -> Pid {
    let index = {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        free.slots.pop().unwrap_or_else(|| {
            let next = free.next;
            free.next += 1;
            next
        })
    };
    let mut entry = slot_or_grow(index)
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    entry.process = Some(Tenant(process));
    Pid::new(index, entry.generation)
}

/// Enters a process that has left, with the pid `last`, and kept its slot.
pub(super) fn insert_again(process: NonNull<Header>, last: Pid) -> Pid {
    let index = last.index();
    let mut entry = slot_or_grow(index)
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    entry.process = Some(Tenant(process));
    Pid::new(index, entry.generation)
}

/// Takes a process out: its pid finds nothing from now on. The slot stays its own until it is given up.
pub(super) fn remove(pid: Pid) {
    let Some(slot) = slot(pid.index()) else {
        return;
    };
    let mut entry = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
    debug_assert_eq!(entry.generation, pid.generation(), "it leaves once");
    entry.process = None;
    entry.generation = entry.generation.wrapping_add(1);
}

/// A process that was taken out does not come back: its slot is free.
pub(super) fn give_up(pid: Pid) {
    FREE.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .slots
        .push(pid.index());
}

/// The process that `pid` names, if it is alive.
pub(crate) fn find(pid: Pid) -> Option<ProcessRef> {
    let entry = slot(pid.index())?
        .0
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if entry.generation != pid.generation() {
        return None;
    }
    let Tenant(process) = entry.process.as_ref()?;
    // SAFETY: the process is in the table, so it is alive, and stays so while the slot is locked.
    Some(unsafe { ProcessRef::share(*process) })
}

/// Calls `each` with every process there is, one after another.
pub(crate) fn for_each(mut each: impl FnMut(ProcessRef)) {
    for slot in CHUNK.iter().map_while(OnceLock::get).flatten() {
        let process = {
            let entry = slot.0.lock().unwrap_or_else(PoisonError::into_inner);
            entry.process.as_ref().map(|Tenant(process)| {
                // SAFETY: as in `find`.
                unsafe { ProcessRef::share(*process) }
            })
        };
        if let Some(process) = process {
            each(process);
        }
    }
}
