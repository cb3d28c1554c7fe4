//! Who waits for whom, so that circles are found: edges from a process to those whose answers, or ends,
//! it waits for.

use super::{Few, extras, number, peek};
use crate::ProcessLabel;
use crate::process::cell::{Header, ProcessRef};

/// The wait of a process that is down for its keeper.
pub(super) const FOR_KEEPER: u64 = 0;

/// The process waits for an answer of `other` from now on, unless that closes a circle: then the
/// circle comes back, beginning with the process itself.
pub(crate) fn begin_wait(this: &ProcessRef, other: &ProcessRef) -> Result<u64, Vec<ProcessLabel>> {
    let (number, circle) = note_wait(this, other);
    match circle {
        Some(circle) => {
            end_wait(this, number);
            Err(circle.iter().map(|process| label(process)).collect())
        }
        None => Ok(number),
    }
}

/// The process waits for the end of `other` from now on. If `other` waits, directly or not, for the
/// next incarnation of a process that is down, which cannot begin before, it waits no more: its call
/// ends with the reason of the last.
pub(crate) fn begin_stop(this: &ProcessRef, other: &ProcessRef) -> u64 {
    let (number, circle) = note_wait(this, other);
    for process in circle.into_iter().flatten() {
        process.refuse();
    }
    number
}

/// The process, which is down, waits for its keeper to begin its next incarnation.
pub(crate) fn wait_for_keeper(this: &ProcessRef, keeper: ProcessRef) {
    if this.state.is_down() {
        let waits = Few::One(FOR_KEEPER, keeper);
        let before = std::mem::replace(&mut extras(this).waits, waits);
        drop(before);
    }
}

/// First says so, then looks: of two who close a circle in the same moment, one at least sees it.
fn note_wait(this: &ProcessRef, other: &ProcessRef) -> (u64, Option<Vec<ProcessRef>>) {
    let number = number();
    extras(this).waits.insert(number, other.clone());
    let mut path = vec![this.clone(), other.clone()];
    let mut seen = vec![other.clone()];
    let closed = circle(this, other, &mut path, &mut seen);
    (number, closed.then_some(path))
}

fn circle(
    goal: &ProcessRef,
    at: &ProcessRef,
    path: &mut Vec<ProcessRef>,
    seen: &mut Vec<ProcessRef>,
) -> bool {
    let next: Vec<ProcessRef> = peek(at, |extras| {
        extras
            .waits
            .iter()
            .map(|(_, other)| other.clone())
            .collect()
    })
    .unwrap_or_default();
    for process in next {
        if process == *goal {
            return true;
        }
        if seen.contains(&process) {
            continue;
        }
        seen.push(process.clone());
        path.push(process.clone());
        if circle(goal, &process, path, seen) {
            return true;
        }
        path.pop();
    }
    false
}

pub(crate) fn end_wait(this: &Header, number: u64) {
    let gone = peek(this, |extras| extras.waits.remove(&number));
    // The last count of a cell must not go under a lock.
    drop(gone);
}

/// Who a process is, for people.
pub(crate) fn label(process: &Header) -> ProcessLabel {
    ProcessLabel {
        pid: process.pid(),
        type_name: process.vtable.options.type_name,
    }
}
