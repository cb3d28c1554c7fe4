//! Values for the whole program that are read all the time and hardly ever written. OTP's
//! `persistent_term`.
//!
//! Knows no process: a term belongs to the program.

use std::fmt;
use std::mem;
use std::ops::Deref;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwapOption, Guard};

/// A value for the whole program, declared as a `static`: its name and its type are the compiler's to
/// check.
///
/// A read costs about as much as loading an [`Arc`]: it takes no lock, copies nothing, and does not
/// touch what other readers touch. A write allocates, takes a lock that all terms share, and looks at a
/// few words of every thread that has ever read a term: some hundred nanoseconds. Unlike OTP's it stops
/// nobody and makes no process collect garbage, but what is written many times a second belongs into a
/// [`Table`](crate::Table).
///
/// ```
/// use otp_core::PersistentTerm;
///
/// #[derive(PartialEq)]
/// struct Config {
///     greeting: String,
/// }
///
/// static CONFIG: PersistentTerm<Config> = PersistentTerm::new();
///
/// let greeting = "hello".to_owned();
/// CONFIG.put(Config { greeting });
/// let config = CONFIG.get().expect("it was put");
/// assert_eq!(config.greeting, "hello");
/// assert!(CONFIG.erase());
/// // Who has got a value keeps it.
/// assert_eq!(config.greeting, "hello");
/// assert!(CONFIG.get().is_none());
/// ```
pub struct PersistentTerm<T: Send + Sync + 'static> {
    value: ArcSwapOption<T>,
    declared: &'static Location<'static>,
}

/// A value that was got of a [`PersistentTerm`]. It stays as it is, whatever is put meanwhile.
///
/// For a short time: a thread that holds more than eight at once pays for each as for an [`Arc`]. To
/// keep one, take [`PersistentTerm::get_arc`].
pub struct TermGuard<T>(Guard<Option<Arc<T>>>);

/// What [`persistent_terms`] tells of a term that has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct TermInfo {
    /// The name of its value's type.
    pub type_name: &'static str,
    /// The size of its value in bytes, without what the value points to.
    pub memory: usize,
    /// Where the term is declared.
    pub declared: &'static Location<'static>,
}

/// The terms that have a value, by address. Held by whoever writes any.
static TERMS: Mutex<Vec<(usize, TermInfo)>> = Mutex::new(Vec::new());

/// The terms that have a value at this moment.
///
/// ```
/// use otp_core::{PersistentTerm, persistent_terms};
///
/// static LIMIT: PersistentTerm<u64> = PersistentTerm::new();
///
/// LIMIT.put(10);
/// let all = persistent_terms();
/// assert_eq!((all.len(), all[0].type_name, all[0].memory), (1, "u64", 8));
/// ```
pub fn persistent_terms() -> Vec<TermInfo> {
    let terms = TERMS.lock().unwrap_or_else(PoisonError::into_inner);
    terms.iter().map(|(_, info)| *info).collect()
}

impl<T: Send + Sync + 'static> PersistentTerm<T> {
    /// A term without a value.
    #[track_caller]
    pub const fn new() -> Self {
        Self {
            value: ArcSwapOption::const_empty(),
            declared: Location::caller(),
        }
    }

    /// The value, if there is one.
    #[inline]
    pub fn get(&self) -> Option<TermGuard<T>> {
        let guard = self.value.load();
        guard.is_some().then_some(TermGuard(guard))
    }

    /// The value, to be kept. It costs a little more than [`get`](Self::get): the count of the `Arc` is
    /// shared with all who do the same.
    pub fn get_arc(&self) -> Option<Arc<T>> {
        self.value.load_full()
    }

    /// What `read` makes of the value, if there is one.
    #[inline]
    pub fn with<R>(&self, read: impl FnOnce(&T) -> R) -> Option<R> {
        self.value.load().as_deref().map(read)
    }

    /// Puts `value`. An equal one is left as it is, and who has got it has still the current one.
    /// Whether anything has changed.
    pub fn put(&'static self, value: T) -> bool
    where
        T: PartialEq,
    {
        let value = Arc::new(value);
        let mut seen = self.value.load_full();
        loop {
            if seen.as_deref() == Some(&*value) {
                return false;
            }
            match self.exchange(seen.as_ref(), Some(Arc::clone(&value))) {
                Ok(()) => return true,
                Err(now) => seen = now,
            }
        }
    }

    /// Puts `value` without a look at the one before, which is returned.
    pub fn replace(&'static self, value: T) -> Option<Arc<T>> {
        let value = Arc::new(value);
        let mut seen = self.value.load_full();
        while let Err(now) = self.exchange(seen.as_ref(), Some(Arc::clone(&value))) {
            seen = now;
        }
        seen
    }

    /// Puts `value` if there is none.
    ///
    /// # Errors
    /// `value` comes back if there is one.
    pub fn put_new(&'static self, value: T) -> Result<(), T> {
        let value = Arc::new(value);
        match self.exchange(None, Some(Arc::clone(&value))) {
            Ok(()) => Ok(()),
            // Nobody else has seen it.
            Err(_) => match Arc::try_unwrap(value) {
                Ok(value) => Err(value),
                Err(_) => unreachable!("an `Arc` that was not stored has one holder"),
            },
        }
    }

    /// Takes the value out. Whether there was one.
    pub fn erase(&'static self) -> bool {
        let mut seen = self.value.load_full();
        while seen.is_some() {
            match self.exchange(seen.as_ref(), None) {
                Ok(()) => return true,
                Err(now) => seen = now,
            }
        }
        false
    }

    /// Puts `new` if the value is `old` still; otherwise the value that it is. No code of the user's
    /// runs under the lock.
    fn exchange(
        &'static self,
        old: Option<&Arc<T>>,
        new: Option<Arc<T>>,
    ) -> Result<(), Option<Arc<T>>> {
        let mut terms = TERMS.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.value.load_full();
        if now.as_ref().map(Arc::as_ptr) != old.map(Arc::as_ptr) {
            drop((terms, new));
            return Err(now);
        }
        let address = std::ptr::from_ref(self).addr();
        match (&now, &new) {
            (None, Some(_)) => terms.push((address, self.info())),
            (Some(_), None) => terms.retain(|(other, _)| *other != address),
            _ => {}
        }
        let before = self.value.swap(new);
        drop(terms);
        drop((now, before));
        Ok(())
    }

    fn info(&self) -> TermInfo {
        TermInfo {
            type_name: std::any::type_name::<T>(),
            memory: mem::size_of::<T>(),
            declared: self.declared,
        }
    }
}

impl<T: Send + Sync + 'static> Default for PersistentTerm<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Send + Sync + fmt::Debug + 'static> fmt::Debug for PersistentTerm<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.load();
        f.debug_tuple("PersistentTerm").field(&*value).finish()
    }
}

impl<T> Deref for TermGuard<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self.0.as_deref() {
            Some(value) => value,
            None => unreachable!("a guard is made of a value"),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for TermGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
