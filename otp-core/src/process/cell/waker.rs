//! Wakers of a process: its header, with a count of its memory.

use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::task::{RawWaker, RawWakerVTable, Waker};

use super::Header;
use super::refs::{MEMORY, release};
use crate::process::runner;
use crate::process::state::News;

/// A waker of a process, which puts a runner on its way.
static WAKER: RawWakerVTable = RawWakerVTable::new(
    |data| {
        let header = header_of(data);
        // SAFETY: the waker that is cloned holds the memory.
        unsafe { header.as_ref() }.retain(MEMORY);
        RawWaker::new(data, &WAKER)
    },
    |data| {
        wake(header_of(data));
        // SAFETY: `wake` consumes the waker and its count.
        unsafe { release(header_of(data), MEMORY) }
    },
    |data| wake(header_of(data)),
    // SAFETY: the waker's count.
    |data| unsafe { release(header_of(data), MEMORY) },
);

fn header_of(data: *const ()) -> NonNull<Header> {
    NonNull::new(data.cast_mut().cast()).expect("a waker's data is its header")
}

fn wake(header: NonNull<Header>) {
    // SAFETY: only called with the header of a waker that holds the memory.
    if unsafe { header.as_ref() }.state.notify(News::Wake) {
        runner::put(header);
    }
}

/// A waker for the time of one poll, which costs no count of its own.
///
/// # Safety
/// The cell's memory must be held for as long as the result is used.
pub(in crate::process) unsafe fn borrow_waker(header: NonNull<Header>) -> ManuallyDrop<Waker> {
    let raw = RawWaker::new(header.as_ptr().cast_const().cast(), &WAKER);
    // SAFETY: the functions keep a waker's contract, and the result is never dropped, so that the
    // count which it does not have is never given up.
    ManuallyDrop::new(unsafe { Waker::from_raw(raw) })
}
