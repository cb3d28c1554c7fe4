//! Counters: values that are integers, and how they are counted.

/// An integer that a table can count with: `i8` to `i128`, `u8` to `u128`, `isize` and `usize`.
///
/// It cannot be implemented for others.
#[diagnostic::on_unimplemented(
    message = "a table cannot count with `{Self}`",
    label = "`update_counter` adds to integers",
    note = "make the value an integer, or change it by a closure: `table.update(&key, |value| ..)`"
)]
pub trait Counter: Copy + PartialOrd + sealed::Sealed + 'static {
    #[doc(hidden)]
    fn plus(self, other: Self) -> Option<Self>;
    #[doc(hidden)]
    fn is_negative(self) -> bool;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! counters {
    ($($int:ty),*) => {$(
        impl sealed::Sealed for $int {}
        impl Counter for $int {
            fn plus(self, other: Self) -> Option<Self> {
                self.checked_add(other)
            }

            #[allow(unused_comparisons)]
            fn is_negative(self) -> bool {
                self < 0
            }
        }
    )*};
}

counters!(
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize
);

/// One step of a counter: what is added, and what follows at a threshold. An integer is a step without
/// one.
///
/// ```
/// use otp_core::{Step, Table};
///
/// let hits = Table::new();
/// hits.insert("home", 98);
/// assert_eq!(hits.update_counter("home", 1), Ok(99));
/// assert_eq!(hits.update_counter("home", Step::by(5).wrapping(100, 0)), Ok(0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<V> {
    by: V,
    wrap: Option<(V, V)>,
}

impl<V: Counter> Step<V> {
    /// Adds `by`.
    pub fn by(by: V) -> Self {
        Self { by, wrap: None }
    }

    /// Past `threshold` the counter becomes `to`: above it, or below it if less than zero is added.
    #[must_use]
    pub fn wrapping(self, threshold: V, to: V) -> Self {
        Self {
            wrap: Some((threshold, to)),
            ..self
        }
    }

    /// What `value` becomes.
    pub(super) fn of(self, value: V) -> Result<V, CounterError> {
        let sum = value.plus(self.by);
        match (sum, self.wrap) {
            // What has no number is past every threshold.
            (None, Some((_, to))) => Ok(to),
            (None, None) => Err(CounterError::Overflow),
            (Some(sum), Some((threshold, to))) => {
                let past = if self.by.is_negative() {
                    sum < threshold
                } else {
                    sum > threshold
                };
                Ok(if past { to } else { sum })
            }
            (Some(sum), None) => Ok(sum),
        }
    }
}

impl<V> From<V> for Step<V> {
    fn from(by: V) -> Self {
        Self { by, wrap: None }
    }
}

/// Why a counter was not counted; nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CounterError {
    /// There is nothing under the key.
    #[error("there is no counter under this key")]
    NoKey,
    /// The sum is no number of the counter's type, and the step does not wrap.
    #[error("the counter would overflow its type")]
    Overflow,
}
