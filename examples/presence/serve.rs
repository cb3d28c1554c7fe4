//! What runs, and accepting users.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures::future::join_all;
use otp::Scope;
use otp::prelude::*;
use tokio::net::TcpListener;

use crate::user::User;

/// Whatever the server cannot go on with.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long a user may take for a goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

supervisor! {
    /// Who is called what, and who is where.
    pub(crate) Presence {
        strategy: rest_for_one,
        intensity: 3 per 5s,

        names: registry<String, User>,
        rooms: Scope<String, User>("rooms"),
    }
}

/// Serves until `shutdown` is done, then ends in order: no new users, the users, the rest. How many users
/// there were.
pub(crate) async fn serve(
    listener: TcpListener,
    shutdown: impl Future<Output = ()>,
) -> Result<u64, Failure> {
    let presence = Presence::start().await?;
    let mut shutdown = pin!(shutdown);
    let mut served = 0_u64;
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let socket = match accepted {
            Ok((socket, _)) => socket,
            Err(error) => {
                // Out of descriptors, most likely: it helps to wait until some user is gone.
                eprintln!("presence: cannot accept: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        served += 1;
        let name = format!("guest{served}");
        let (names, rooms) = (presence.names().clone(), presence.rooms().clone());
        // Its name is what keeps it alive.
        let start = User::start(socket, name.clone(), names, rooms).via(presence.names(), name);
        if let Err(error) = start.await {
            eprintln!("presence: a user was not let in: {error}");
        }
    }
    drop(listener);
    let users = presence.names().select(|_, user, ()| Some(user.clone()));
    let stops = users.into_iter().map(|user| async move {
        let stop = user.stop_with(ExitReason::Shutdown).timeout(GOODBYE);
        if let Err(StopError::Timeout) = stop.await {
            user.exit(ExitReason::Kill);
        }
    });
    join_all(stops).await;
    presence.stop().await?;
    Ok(served)
}
