//! The scope as a server: it has the groups, and forgets them with its end.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use super::handle::ScopeRef;
use super::member::GroupMember;
use super::replica::{NoReplica, Replica};
use super::roster::Roster;
use crate::process::{Context, NoContinue, Options, Server, ServerDecl};
use crate::registry::NameKey;
use crate::server::Start;

/// A scope: groups of processes, by names of type `K`, whose members are servers of one type `M`, or
/// processes of any kind ([`AnyProcess`](crate::AnyProcess)). Started by [`Scope::start`], used by
/// [`ScopeRef`]. Scopes know nothing of each other.
///
/// A group comes with its first member and goes with its last; nobody makes or deletes one. Members leave
/// when their process ends, before anybody is told of its end: who has seen the end never finds the dead.
/// A server that is a member is kept alive by that, as by a handle.
///
/// With the scope ended, all members have left, and live on; they join again when it is restarted.
pub struct Scope<K: NameKey, M: GroupMember> {
    name: &'static str,
    roster: Arc<Roster<K, M>>,
}

impl<K: NameKey, M: GroupMember> Scope<K, M> {
    /// A start of a scope called `name`, for reports. It knows this node alone.
    ///
    /// ```
    /// use otp_core::{AnyProcess, ExitReason, Process, Scope, spawn};
    ///
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let rooms = Scope::<String, AnyProcess>::start("rooms").await?;
    /// let lobby = rooms.group("lobby".to_owned());
    /// let ada = spawn(|_: Process| std::future::pending::<()>());
    /// lobby.join(&ada)?;
    /// assert_eq!(rooms.members("lobby"), [ada]);
    ///
    /// let end = ada.monitor();
    /// ada.exit(ExitReason::Kill);
    /// end.await;
    /// assert_eq!(rooms.which_groups(), [] as [String; 0]);
    /// # Ok(()) }
    /// ```
    pub fn start(name: &'static str) -> Start<Self> {
        Self::start_with(name, Arc::new(NoReplica))
    }

    /// As [`start`](Self::start), with somebody who tells other nodes of the members here.
    pub fn start_with(name: &'static str, replica: Arc<dyn Replica<K, M::Handle>>) -> Start<Self> {
        Start::new((name, replica))
    }
}

/// A scope is told nothing.
#[doc(hidden)]
pub enum Message {}

#[diagnostic::do_not_recommend]
impl<K: NameKey, M: GroupMember> ServerDecl for Scope<K, M> {
    const OPTIONS: Options = Options::new("Scope").unbounded();
    type Ref = ScopeRef<K, M>;
    type Shared = Arc<Roster<K, M>>;

    fn share(&self) -> Arc<Roster<K, M>> {
        Arc::clone(&self.roster)
    }
}

#[diagnostic::do_not_recommend]
impl<K: NameKey, M: GroupMember> Server for Scope<K, M> {
    type Args = (&'static str, Arc<dyn Replica<K, M::Handle>>);
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(
        (name, replica): Self::Args,
        _: &mut Context<Self>,
    ) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self {
            name,
            roster: Arc::new(Roster::new(replica)),
        }))
    }

    async fn handle(&mut self, message: Message, _: &mut Context<Self>) {
        match message {}
    }

    fn info(_: &mut dyn Any) -> Option<Message> {
        None
    }
}

impl<K: NameKey, M: GroupMember> Drop for Scope<K, M> {
    fn drop(&mut self) {
        self.roster.close();
    }
}

impl<K: NameKey, M: GroupMember> fmt::Debug for Scope<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Scope").field(&self.name).finish()
    }
}
