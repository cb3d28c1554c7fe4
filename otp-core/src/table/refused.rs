//! What the compiler says to who would write through a reader.

/// Whether a handle may write its table. Readers may not.
#[diagnostic::on_unimplemented(
    message = "a reader cannot write its table",
    label = "this writes, and `{Self}` only reads",
    note = "the owner alone writes a table: do it in a `#[call]` or `#[cast]` of the server that has it, or make it a `PublicTable`, which all who have a clone may write"
)]
pub trait MayWrite {}

/// Writes a reader's writers, which nobody can call: their error says why.
macro_rules! writes_refused {
    ($reader:ident) => {
        #[doc(hidden)]
        #[allow(clippy::unused_self)]
        impl<K, V> $reader<K, V> {
            pub fn insert<A, B>(&self, _: A, _: B)
            where
                Self: super::refused::MayWrite,
            {
            }

            pub fn insert_new<A, B>(&self, _: A, _: B)
            where
                Self: super::refused::MayWrite,
            {
            }

            pub fn insert_all<A>(&self, _: A)
            where
                Self: super::refused::MayWrite,
            {
            }

            pub fn remove<A>(&self, _: A)
            where
                Self: super::refused::MayWrite,
            {
            }

            pub fn take<A>(&self, _: A)
            where
                Self: super::refused::MayWrite,
            {
            }

            pub fn update<A, B>(&self, _: A, _: B)
            where
                Self: super::refused::MayWrite,
            {
            }

            pub fn update_counter<A, B>(&self, _: A, _: B)
            where
                Self: super::refused::MayWrite,
            {
            }

            pub fn clear(&self)
            where
                Self: super::refused::MayWrite,
            {
            }
        }
    };
}

pub(super) use writes_refused;
