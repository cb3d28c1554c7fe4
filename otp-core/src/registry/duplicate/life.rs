//! The registry with duplicate keys as a server.

use std::sync::Arc;

use super::DuplicateRegistryRef;
use super::entries::Entries;
use crate::process::Server;
use crate::registry::flags::RegistryFlags;
use crate::registry::keeper::keeper;
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

keeper! { DuplicateRegistry, DuplicateRegistryRef, "DuplicateRegistry" }
