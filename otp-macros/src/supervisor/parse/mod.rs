//! The first pass: the user's tokens become the model.
//!
//! What is wrong is reported and stepped over, so that the checks and the editor see as much of the
//! tree as there is.

mod body;
mod child;
mod entries;
mod groups;
mod head;
pub(super) mod values;

pub(super) use head::tree;

/// The names that messages offer.
pub(super) use self::{
    body::OPTIONS,
    child::KINDS,
    values::{AUTO_SHUTDOWN, RESTARTS, STRATEGIES},
};
