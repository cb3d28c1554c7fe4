//! What every registry is: a server that keeps its entries open for as long as it lives, and the questions
//! that its handle answers in the caller whatever a key stands for.

/// What a registry is told: ends of the registered, which it knows of already.
#[doc(hidden)]
pub struct Message(pub(super) ());

/// `keeper! { Registry, RegistryRef, "Registry" }` for a type with the fields `name` and `entries`, beside its
/// `Entries`, and a handle with the field `server`.
macro_rules! keeper {
    ($registry:ident, $handle:ident, $name:literal) => {
        #[diagnostic::do_not_recommend]
        impl<K: NameKey, S: Server, V: NameValue> $crate::ServerDecl for $registry<K, S, V> {
            const OPTIONS: $crate::Options = $crate::Options::new($name).unbounded();
            type Ref = $handle<K, S, V>;
            type Shared = Arc<Entries<K, S, V>>;

            fn share(&self) -> Arc<Entries<K, S, V>> {
                Arc::clone(&self.entries)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<K: NameKey, S: Server, V: NameValue> Server for $registry<K, S, V> {
            type Args = (&'static str, RegistryFlags);
            type InitError = std::convert::Infallible;
            type Message = $crate::registry::keeper::Message;
            type Continue = $crate::NoContinue;

            async fn init(
                (name, flags): Self::Args,
                cx: &mut $crate::Context<Self>,
            ) -> Result<Option<Self>, Self::InitError> {
                cx.trap_exit(true);
                Ok(Some(Self {
                    name,
                    entries: Arc::new(Entries::new(cx.pid(), flags.partitions)),
                }))
            }

            async fn handle(&mut self, _: Self::Message, _: &mut $crate::Context<Self>) {}

            fn info(message: &mut dyn std::any::Any) -> Option<Self::Message> {
                let exit = message.downcast_mut::<Option<$crate::Exit>>()?;
                exit.take().map(|_| $crate::registry::keeper::Message(()))
            }
        }

        impl<K: NameKey, S: Server, V: NameValue> Drop for $registry<K, S, V> {
            fn drop(&mut self) {
                self.entries.close();
            }
        }

        impl<K: NameKey, S: Server, V: NameValue> std::fmt::Debug for $registry<K, S, V> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple($name).field(&self.name).finish()
            }
        }
    };
}

/// The part of a handle that both kinds have.
macro_rules! asked {
    ($handle:ident) => {
        impl<K: NameKey, S: Server, V: NameValue> $handle<K, S, V> {
            /// How many partitions the registry has; none while it is gone.
            pub fn partitions(&self) -> usize {
                let shared = self.server.shared();
                if shared.is_open() {
                    shared.partitions()
                } else {
                    0
                }
            }

            /// All that is registered and unregistered from now on. Those of one process come in order.
            pub fn subscribe(&self) -> $crate::Events<$crate::RegistryEvent<K, V>> {
                let shared = self.server.shared();
                if shared.is_open() {
                    shared.events().subscribe()
                } else {
                    $crate::Events::none()
                }
            }
        }
    };
}

pub(super) use asked;
pub(super) use keeper;
