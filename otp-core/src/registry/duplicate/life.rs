//! The registry with duplicate keys as a server.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use super::DuplicateRegistryRef;
use super::entries::Entries;
use crate::Exit;
use crate::process::{Context, NoContinue, Options, Server, ServerDecl};
use crate::registry::flags::RegistryFlags;
use crate::registry::key::{NameKey, NameValue};
use crate::server::Start;

/// A registry in which a key stands for any number of servers of type `S`, and a server may have a key any
/// number of times: who is interested in what, say. Started by [`DuplicateRegistry::start`], used by
/// [`DuplicateRegistryRef`].
///
/// Otherwise as a [`Registry`](crate::Registry): entries go with their process, before anybody is told of
/// its end, and registry and registered are linked.
pub struct DuplicateRegistry<K: NameKey, S: Server, V: NameValue = ()> {
    name: &'static str,
    entries: Arc<Entries<K, S, V>>,
}

impl<K: NameKey, S: Server, V: NameValue> DuplicateRegistry<K, S, V> {
    /// A start of a registry called `name`, for reports.
    ///
    /// ```
    /// # use otp_core::{Context, Options, Server, ServerDecl, ServerRef, NoContinue};
    /// # struct Screen;
    /// # impl ServerDecl for Screen {
    /// #     const OPTIONS: Options = Options::new("Screen");
    /// #     type Ref = ServerRef<Self>;
    /// #     type Shared = ();
    /// #     fn share(&self) {}
    /// # }
    /// # impl Server for Screen {
    /// #     type Args = DuplicateRegistryRef<&'static str, Screen>;
    /// #     type InitError = std::convert::Infallible;
    /// #     type Message = ();
    /// #     type Continue = NoContinue;
    /// #     async fn init(topics: Self::Args, cx: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> {
    /// #         topics.register("weather", cx).unwrap();
    /// #         Ok(Some(Screen))
    /// #     }
    /// #     async fn handle(&mut self, (): (), _: &mut Context<Self>) {}
    /// # }
    /// use otp_core::{DuplicateRegistry, DuplicateRegistryRef, Start};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let topics = DuplicateRegistry::start("topics").await?;
    /// // Each registers itself in its `init`: `topics.register("weather", cx)`.
    /// let hall = Start::<Screen>::new(topics.clone()).await?;
    /// let yard = Start::<Screen>::new(topics.clone()).await?;
    /// assert_eq!(topics.lookup("weather"), [(hall.clone(), ()), (yard.clone(), ())]);
    ///
    /// hall.stop().await?;
    /// assert_eq!(topics.dispatch("weather", |screen, ()| assert_eq!(*screen, yard)), 1);
    /// # Ok(()) }
    /// ```
    pub fn start(name: &'static str) -> Start<Self> {
        Self::start_with(name, RegistryFlags::new())
    }

    /// As [`start`](Self::start), with flags.
    pub fn start_with(name: &'static str, flags: RegistryFlags) -> Start<Self> {
        Start::new((name, flags))
    }
}

/// What a registry is told: ends of the registered, which it knows of already.
#[doc(hidden)]
pub struct Message(());

#[diagnostic::do_not_recommend]
impl<K: NameKey, S: Server, V: NameValue> ServerDecl for DuplicateRegistry<K, S, V> {
    const OPTIONS: Options = Options::new("DuplicateRegistry").unbounded();
    type Ref = DuplicateRegistryRef<K, S, V>;
    type Shared = Arc<Entries<K, S, V>>;

    fn share(&self) -> Arc<Entries<K, S, V>> {
        Arc::clone(&self.entries)
    }
}

#[diagnostic::do_not_recommend]
impl<K: NameKey, S: Server, V: NameValue> Server for DuplicateRegistry<K, S, V> {
    type Args = (&'static str, RegistryFlags);
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(
        (name, flags): Self::Args,
        cx: &mut Context<Self>,
    ) -> Result<Option<Self>, Infallible> {
        cx.trap_exit(true);
        Ok(Some(Self {
            name,
            entries: Arc::new(Entries::new(cx.pid(), flags.partitions)),
        }))
    }

    async fn handle(&mut self, Message(()): Message, _: &mut Context<Self>) {}

    fn info(message: &mut dyn Any) -> Option<Message> {
        let exit = message.downcast_mut::<Option<Exit>>()?;
        exit.take().map(|_| Message(()))
    }
}

impl<K: NameKey, S: Server, V: NameValue> Drop for DuplicateRegistry<K, S, V> {
    fn drop(&mut self) {
        self.entries.close();
    }
}

impl<K: NameKey, S: Server, V: NameValue> fmt::Debug for DuplicateRegistry<K, S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DuplicateRegistry")
            .field(&self.name)
            .finish()
    }
}
