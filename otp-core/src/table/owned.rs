//! What the kinds of tables have in common: an owner, readers, an heir.

/// Writes the owner's side of a table: `$table` is the only writer of what `$reader` reads.
macro_rules! owned_table {
    ($table:ident, $reader:ident, $key:ident) => {
        impl<K, V> $table<K, V> {
            /// An empty table.
            pub fn new() -> Self
            where
                K: $key,
            {
                Self {
                    reader: $reader::default(),
                    heir: Heir::none(),
                }
                .begun()
            }

            fn begun(self) -> Self {
                self.reader.shared.life().begin();
                self
            }

            /// A reader of this table. Readers can be cloned, kept and sent anywhere.
            pub fn reader(&self) -> $reader<K, V> {
                self.reader.clone()
            }
        }

        impl<K: 'static, V: 'static> $table<K, V> {
            /// Names the server that gets the table when its owner ends or drops it, as a
            /// [`Transfer`] with `data`; it takes the place of an heir named before.
            ///
            /// The transfer reaches the heir before the owner's `Down` or `Exit` does. In the meantime
            /// readers go on reading. An heir that has ended by then gets nothing, and the table is
            /// gone. A ref is an identity: an heir that was restarted since inherits. The table keeps
            /// its heir alive, as every ref does.
            pub fn set_heir<D, S>(&self, heir: &ServerRef<S>, data: D)
            where
                D: Send + 'static,
                S: Server + HandleInfo<Transfer<Self, D>>,
            {
                self.heir.set(heir.clone(), data);
            }

            /// Names no heir any more: the table ends with its owner.
            pub fn clear_heir(&self) {
                self.heir.clear();
            }

            /// Gives the table to a live server, as a [`Transfer`] with `data`. Readers notice nothing;
            /// the heir stays the same.
            ///
            /// # Errors
            /// [`GiveAwayError`], with the table, if the server is not alive: ended, or between two
            /// incarnations.
            pub fn give_away<D, S>(
                self,
                to: &ServerRef<S>,
                data: D,
            ) -> Result<(), GiveAwayError<Self>>
            where
                S: Server + HandleInfo<Transfer<Self, D>>,
            {
                super::heir::give(self, to, data)
            }
        }

        /// What can be read of the table: the owner reads as everybody does.
        impl<K, V> Deref for $table<K, V> {
            type Target = $reader<K, V>;

            fn deref(&self) -> &$reader<K, V> {
                &self.reader
            }
        }

        impl<K, V> Drop for $table<K, V> {
            fn drop(&mut self) {
                match self.heir.take() {
                    Some(inherit) => inherit(Self {
                        reader: self.reader.clone(),
                        heir: Heir::none(),
                    }),
                    None => self.reader.shared.life().end(),
                }
            }
        }

        impl<K: $key, V> Default for $table<K, V> {
            fn default() -> Self {
                Self::new()
            }
        }

        impl<K, V> fmt::Debug for $table<K, V> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($table)).finish_non_exhaustive()
            }
        }
    };
}

/// Writes what every reader is: cloned, shown, and by default of no table.
macro_rules! reader {
    ($reader:ident) => {
        /// A reader of no table: it finds nothing.
        impl<K, V> Default for $reader<K, V> {
            fn default() -> Self {
                Self {
                    shared: Arc::default(),
                }
            }
        }

        impl<K, V> Clone for $reader<K, V> {
            fn clone(&self) -> Self {
                Self {
                    shared: Arc::clone(&self.shared),
                }
            }
        }

        impl<K, V> fmt::Debug for $reader<K, V> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($reader)).finish_non_exhaustive()
            }
        }
    };
}

pub(super) use {owned_table, reader};
