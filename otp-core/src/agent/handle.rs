//! What can be asked of a running agent.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;

use super::Agent;
use super::life::Message;
use crate::process::ServerRef;
use crate::{Call, CallSpec, Cast, CastSpec, ReplyTo};

/// A handle on an [`Agent`]: what every server's handle has, and functions on its state.
///
/// Each is a [`Call`] with a server's timeouts (5 s unless `.timeout(..)` says otherwise), errors and
/// `.blocking()`, or a [`Cast`]. An agent that is idle runs the function on its caller's stack, without a
/// message. A panic in a function ends the agent, and is [`CallError::Down`](crate::CallError::Down) for
/// who sent it.
pub struct AgentRef<T> {
    server: ServerRef<Agent<T>>,
}

impl<T: Send + 'static> AgentRef<T> {
    /// What `read` makes of the state. What it answers must own itself: clone what is to leave the agent.
    ///
    /// ```
    /// # #[tokio::main] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use otp_core::Agent;
    ///
    /// let motto = Agent::start(|| String::from("let it crash")).await?;
    /// let length = motto.get(|text| text.len()).timeout(Duration::from_millis(100));
    /// assert_eq!(length.await?, 12);
    /// # Ok(()) }
    /// ```
    pub fn get<R, F>(&self, read: F) -> Call<'_, Agent<T>, F, R>
    where
        F: FnOnce(&T) -> R + Send + 'static,
        R: Send + 'static,
    {
        self.server.call(&Function::<T, F, R>::GET, read)
    }

    /// Changes the state; done when it has been changed.
    pub fn update<F>(&self, change: F) -> Call<'_, Agent<T>, F, ()>
    where
        F: FnOnce(&mut T) + Send + 'static,
    {
        self.server.call(&Function::<T, F, ()>::UPDATE, change)
    }

    /// Changes the state and answers something, in one step: nothing comes between.
    pub fn get_and_update<F, R>(&self, change: F) -> Call<'_, Agent<T>, F, R>
    where
        F: FnOnce(&mut T) -> R + Send + 'static,
        R: Send + 'static,
    {
        self.server
            .call(&Function::<T, F, R>::GET_AND_UPDATE, change)
    }

    /// Has the state changed at some time: before whatever the same caller asks for later. With the agent
    /// gone, nothing happens.
    pub fn cast<F>(&self, change: F) -> Cast<'_, Agent<T>, F>
    where
        F: FnOnce(&mut T) + Send + 'static,
    {
        self.server.cast(&Function::<T, F, ()>::CAST, change)
    }
}

/// How a function of the type `F` reaches the agent: as it is, where it can be run in place; in a box as
/// a message.
struct Function<T, F, R>(PhantomData<(T, F, R)>);

impl<T, F, R> Function<T, F, R>
where
    T: Send + 'static,
    F: FnOnce(&T) -> R + Send + 'static,
    R: Send + 'static,
{
    const GET: CallSpec<Agent<T>, F, R> = CallSpec::Direct(
        "get",
        |agent, _, read| read(&agent.state),
        |read, reply: ReplyTo<R>| Message {
            name: "get",
            run: Box::new(move |state| reply.send(read(state))),
        },
    );
}

impl<T, F> Function<T, F, ()>
where
    T: Send + 'static,
    F: FnOnce(&mut T) + Send + 'static,
{
    const UPDATE: CallSpec<Agent<T>, F, ()> = call("update");

    const CAST: CastSpec<Agent<T>, F> = CastSpec::Direct(
        "cast",
        |agent, _, change| change(&mut agent.state),
        |change| Message {
            name: "cast",
            run: Box::new(change),
        },
    );
}

impl<T, F, R> Function<T, F, R>
where
    T: Send + 'static,
    F: FnOnce(&mut T) -> R + Send + 'static,
    R: Send + 'static,
{
    const GET_AND_UPDATE: CallSpec<Agent<T>, F, R> = call("get_and_update");
}

const fn call<T, F, R>(name: &'static str) -> CallSpec<Agent<T>, F, R>
where
    T: Send + 'static,
    F: FnOnce(&mut T) -> R + Send + 'static,
    R: Send + 'static,
{
    CallSpec::Direct(
        name,
        |agent, _, change| change(&mut agent.state),
        |change, reply: ReplyTo<R>| Message {
            name: "update",
            run: Box::new(move |state| reply.send(change(state))),
        },
    )
}

impl<T: Send + 'static> From<ServerRef<Agent<T>>> for AgentRef<T> {
    fn from(server: ServerRef<Agent<T>>) -> Self {
        Self { server }
    }
}

impl<T> Deref for AgentRef<T> {
    type Target = ServerRef<Agent<T>>;

    fn deref(&self) -> &ServerRef<Agent<T>> {
        &self.server
    }
}

impl<T> Clone for AgentRef<T> {
    fn clone(&self) -> Self {
        Self {
            server: self.server.clone(),
        }
    }
}

impl<T> PartialEq for AgentRef<T> {
    fn eq(&self, other: &Self) -> bool {
        self.server == other.server
    }
}

impl<T> Eq for AgentRef<T> {}

impl<T> Hash for AgentRef<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.server.hash(state);
    }
}

impl<T> fmt::Debug for AgentRef<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.server, f)
    }
}
