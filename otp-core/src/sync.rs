//! The primitives the engine synchronises with: std's, or loom's when its models are run.
//!
//! Only the modules that loom checks (`process::{state, mailbox, reply}`) go through here.

/// Always std's: the rest of the crate holds slots by it, and loom's knows no `Weak`.
pub(crate) use std::sync::Arc;

#[cfg(otp_loom)]
pub(crate) use loom::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU32, Ordering},
};
#[cfg(not(otp_loom))]
pub(crate) use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

/// Locks `mutex`. No user code runs under the engine's locks, so a poisoned one holds whole data.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}

/// Locks `mutex`, whose holders are out in a moment, under contention: who finds it taken stays away for
/// a while, so that the other gets on undisturbed. Fairer locks hand the cache line back and forth.
#[cfg(not(otp_loom))]
pub(crate) fn lock_crowded<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    for round in 0..6 {
        match mutex.try_lock() {
            Ok(guard) => return guard,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => return poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => {}
        }
        for _ in 0..8_u32 << round {
            std::hint::spin_loop();
        }
    }
    lock(mutex)
}

#[cfg(otp_loom)]
pub(crate) use lock as lock_crowded;
