//! The types that a tree names, each checked at one place.
//!
//! An expansion names the type of a child many times. If it is no server, each of them would be an
//! error; so they all name an alias, `<Till as CheckedChild<{ <Till as ChildType>::CHECKED }>>::Itself`.
//! The constant is evaluated once, and what depends on a constant with an error is an error that
//! the compiler does not report again.

use std::hash::Hash;

use super::{Served, Supervisable};

/// A type that can be a child.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither a server nor a tree, so it cannot be a child\nhelp: write `#[gen_server]` on `{Self}` and on its impl, or declare it by `supervisor!`",
    label = "cannot be a child"
)]
pub trait ChildType {
    /// That it is one.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<T: Supervisable> ChildType for T {}

/// A type of which a supervisor can start many.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a server, and only servers are started by the many\nhelp: write `#[gen_server]` on `{Self}` and on its impl, or `#[state_machine]` if it is an enum",
    label = "not a server"
)]
pub trait ServerType {
    /// That it is one.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<S: Served> ServerType for S {}

/// A type by whose values a registry finds servers.
#[diagnostic::on_unimplemented(
    message = "a registry finds servers by the hash of a key, on any thread, which `{Self}` does not allow\nhelp: write `String` or another key that is `Clone`, `Eq`, `Hash`, `Send` and `Sync`",
    label = "cannot be a key"
)]
pub trait KeyType {
    /// That it is one.
    const CHECKED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<K: Clone + Eq + Hash + Send + Sync + 'static> KeyType for K {}

/// A child's type that was checked.
pub trait CheckedChild<const CHECKED: bool> {
    /// The type.
    type Itself;
}

#[diagnostic::do_not_recommend]
impl<T: Supervisable> CheckedChild<true> for T {
    type Itself = T;
}

/// A server's type that was checked.
pub trait CheckedServer<const CHECKED: bool> {
    /// The server: the type, or what runs the machine.
    type Itself;
}

#[diagnostic::do_not_recommend]
impl<S: Served> CheckedServer<true> for S {
    type Itself = S::Server;
}

/// A key's type that was checked.
pub trait CheckedKey<const CHECKED: bool> {
    /// The type.
    type Itself;
}

#[diagnostic::do_not_recommend]
impl<K: KeyType> CheckedKey<true> for K {
    type Itself = K;
}
