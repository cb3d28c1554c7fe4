//! What is kept of an item for the case that its task fails.

use std::fmt;

use crate::TaskError;

/// What a stream of tasks keeps of its items.
pub trait Keep<I>: Send + sealed::Sealed {
    /// What the stream answers for an item without a value.
    type Error;

    #[doc(hidden)]
    fn keep(item: &I) -> Self;

    #[doc(hidden)]
    fn fail(self, error: TaskError) -> Self::Error;
}

/// Nothing is kept of an item.
#[derive(Clone, Copy, Debug)]
pub struct NoInput;

/// The item is kept, to be given out with the error of its task.
#[derive(Clone, Copy, Debug)]
pub struct KeepInput<I>(I);

/// An item whose task has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedItem<I> {
    /// The item.
    pub input: I,
    /// Why there is no value.
    pub error: TaskError,
}

impl<I> Keep<I> for NoInput {
    type Error = TaskError;

    fn keep(_: &I) -> Self {
        Self
    }

    fn fail(self, error: TaskError) -> TaskError {
        error
    }
}

impl<I: Clone + Send> Keep<I> for KeepInput<I> {
    type Error = FailedItem<I>;

    fn keep(item: &I) -> Self {
        Self(item.clone())
    }

    fn fail(self, error: TaskError) -> FailedItem<I> {
        FailedItem {
            input: self.0,
            error,
        }
    }
}

impl<I> fmt::Display for FailedItem<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<I: fmt::Debug> std::error::Error for FailedItem<I> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::NoInput {}
    impl<I> Sealed for super::KeepInput<I> {}
}
