//! The registry as a server: it has the keys, and takes their holders with it when it fails.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use super::entries::Entries;
use super::key::{NameKey, NameValue};
use super::{RegistryFlags, RegistryRef};
use crate::Exit;
use crate::process::{Context, NoContinue, Options, Server, ServerDecl};
use crate::server::Start;

/// A registry: servers of type `S`, each under keys of its own, found by them without a message.
/// Started by [`Registry::start`], used by [`RegistryRef`].
///
/// A key stands for one incarnation. It is free again before anybody is told of that one's end, so that
/// who has seen the end never finds the dead, and can take the key at once. A server that can be found
/// is kept alive by that, as by a handle.
///
/// Registry and registered are linked: when the registry fails, so do they, and their supervisors start
/// them under their keys again. When it is stopped, its keys are gone, and nobody else.
///
/// Beside each key there may be a value of type `V`, copied to who asks. Where one key is to stand for
/// many, there is [`DuplicateRegistry`](crate::DuplicateRegistry).
pub struct Registry<K: NameKey, S: Server, V: NameValue = ()> {
    name: &'static str,
    entries: Arc<Entries<K, S, V>>,
}

impl<K: NameKey, S: Server, V: NameValue> Registry<K, S, V> {
    /// A start of a registry called `name`, for reports.
    ///
    /// ```
    /// # use otp_core::{Context, Options, Server, ServerDecl, ServerRef, NoContinue};
    /// # struct Session;
    /// # impl ServerDecl for Session {
    /// #     const OPTIONS: Options = Options::new("Session");
    /// #     type Ref = ServerRef<Self>;
    /// #     type Shared = ();
    /// #     fn share(&self) {}
    /// # }
    /// # impl Server for Session {
    /// #     type Args = ();
    /// #     type InitError = std::convert::Infallible;
    /// #     type Message = ();
    /// #     type Continue = NoContinue;
    /// #     async fn init((): (), _: &mut Context<Self>) -> Result<Option<Self>, Self::InitError> { Ok(Some(Session)) }
    /// #     async fn handle(&mut self, (): (), _: &mut Context<Self>) {}
    /// # }
    /// use otp_core::{Registry, Start, StartError};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sessions = Registry::<String, Session>::start("sessions").await?;
    /// let ada = Start::<Session>::new(()).via(&sessions, "ada".to_owned()).await?;
    /// assert_eq!(sessions.lookup("ada"), Some(ada.clone()));
    ///
    /// let second = Start::<Session>::new(()).via(&sessions, "ada".to_owned()).await;
    /// assert_eq!(second, Err(StartError::AlreadyStarted(ada.pid())));
    ///
    /// ada.stop().await?;
    /// assert_eq!(sessions.lookup("ada"), None);
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
impl<K: NameKey, S: Server, V: NameValue> ServerDecl for Registry<K, S, V> {
    const OPTIONS: Options = Options::new("Registry").unbounded();
    type Ref = RegistryRef<K, S, V>;
    type Shared = Arc<Entries<K, S, V>>;

    fn share(&self) -> Arc<Entries<K, S, V>> {
        Arc::clone(&self.entries)
    }
}

#[diagnostic::do_not_recommend]
impl<K: NameKey, S: Server, V: NameValue> Server for Registry<K, S, V> {
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

impl<K: NameKey, S: Server, V: NameValue> Drop for Registry<K, S, V> {
    fn drop(&mut self) {
        self.entries.close();
    }
}

impl<K: NameKey, S: Server, V: NameValue> fmt::Debug for Registry<K, S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registry").field(&self.name).finish()
    }
}
