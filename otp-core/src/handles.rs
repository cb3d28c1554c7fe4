//! What every handle that wraps a [`ServerRef`](crate::ServerRef) is: a clone, comparable, hashable.

/// `handle! { RegistryRef<K: NameKey, S: Server> of Registry<K, S> }` for a handle with a field
/// `server`, an `OpenRef`.
macro_rules! handle {
    ($handle:ident<$($param:ident: $bound:path),+> of $server:ty) => {
        impl<$($param: $bound),+> From<$crate::ServerRef<$server>> for $handle<$($param),+> {
            fn from(server: $crate::ServerRef<$server>) -> Self {
                Self {
                    server: $crate::open_ref::OpenRef::from(server),
                }
            }
        }

        impl<$($param: $bound),+> std::ops::Deref for $handle<$($param),+> {
            type Target = $crate::ServerRef<$server>;

            fn deref(&self) -> &Self::Target {
                &self.server
            }
        }

        impl<$($param: $bound),+> Clone for $handle<$($param),+> {
            fn clone(&self) -> Self {
                Self {
                    server: self.server.clone(),
                }
            }
        }

        impl<$($param: $bound),+> PartialEq for $handle<$($param),+> {
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl<$($param: $bound),+> Eq for $handle<$($param),+> {}

        impl<$($param: $bound),+> std::hash::Hash for $handle<$($param),+> {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                (**self).hash(state);
            }
        }

        impl<$($param: $bound),+> std::fmt::Debug for $handle<$($param),+> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&**self, f)
            }
        }
    };
}

pub(crate) use handle;
