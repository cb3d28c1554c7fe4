//! What can be a key, and what the compiler says of what cannot.

use std::hash::Hash;

/// A key of a [`Table`](super::Table), a [`BagTable`](super::BagTable) or a
/// [`PublicTable`](super::PublicTable): anything that is `Hash` and `Eq`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a table",
    label = "a table finds its keys by hash and equality",
    note = "derive both: `#[derive(PartialEq, Eq, Hash)]`; or take an `OrderedTable`, whose keys are `Ord` and `Clone`"
)]
pub trait TableKey: Hash + Eq {}

#[diagnostic::do_not_recommend]
impl<K: Hash + Eq> TableKey for K {}

/// A key of an [`OrderedTable`](super::OrderedTable) or a
/// [`PublicOrderedTable`](super::PublicOrderedTable): anything that is `Ord`, `Clone`
/// and `Send`, and borrows nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of an ordered table",
    label = "an ordered table sorts its keys",
    note = "derive what it needs: `#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]`; or take a `Table`, whose keys are `Hash` and `Eq`"
)]
pub trait OrderedKey: Ord + Clone + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<K: Ord + Clone + Send + 'static> OrderedKey for K {}
