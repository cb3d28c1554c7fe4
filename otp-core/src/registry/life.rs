//! The registry as a server: it has the keys, and takes their holders with it when it fails.

use std::sync::Arc;

use super::entries::Entries;
use super::keeper::keeper;
use super::key::{NameKey, NameValue};
use super::{RegistryFlags, RegistryRef};
use crate::process::Server;
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

keeper! { Registry, RegistryRef, "Registry" }
