//! What can be a key, and what can stand beside one.

use std::hash::Hash;

/// What servers are found by: a type that can be compared, hashed and copied. Every type that can is one.
///
/// Keys are equal as `Eq` has it: exactly.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key of a registry or the name of a group",
    label = "not `Clone + Eq + Hash + Send + Sync + 'static`",
    note = "a key is found by its hash and compared exactly: write `#[derive(Clone, PartialEq, Eq, Hash)]` on it; for a float take its bits, for a reference an owned type (`String` instead of `&str`)"
)]
pub trait NameKey: Clone + Eq + Hash + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<K: Clone + Eq + Hash + Send + Sync + 'static> NameKey for K {}

/// What can stand beside a key: a type whose values are copied to who asks. Every type that can is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value beside a key",
    label = "not `Clone + Send + Sync + 'static`",
    note = "a value is copied to who asks for it, in any thread: write `#[derive(Clone)]` on it, or put it in an `Arc`"
)]
pub trait NameValue: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> NameValue for V {}
