//! Accepting clients, and the order in which everything ends.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures::future::join_all;
use otp::prelude::*;
use tokio::net::{TcpListener, TcpSocket};

use crate::connection::{Connection, Refused};
use crate::lines::Pace;
use crate::room::{Room, RoomRef};

/// Bytes that the kernel keeps for a client that does not read.
const SEND_BUFFER: u32 = 64 * 1024;
const BACKLOG: u32 = 128;

/// Whatever the server cannot go on with.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a client may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Clients at a time.
    pub(crate) clients: usize,
    /// How fast a client's lines are read.
    pub(crate) pace: Pace,
    /// How long a client may take to read a line before it is dropped.
    pub(crate) write_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            clients: 1000,
            pace: Pace {
                burst: 20,
                pause: Duration::from_millis(100),
            },
            write_timeout: Duration::from_secs(10),
        }
    }
}

/// Listens on the first address of `address` that can be bound.
pub(crate) async fn listen(address: &str) -> io::Result<TcpListener> {
    let mut last = io::Error::new(io::ErrorKind::InvalidInput, "no such address");
    for address in tokio::net::lookup_host(address).await? {
        match bind(address) {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    // Sockets that it accepts inherit this.
    socket.set_send_buffer_size(SEND_BUFFER)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves until `shutdown` is done, then ends in order: no new clients, the connections, the room.
/// How many clients there were.
pub(crate) async fn serve(
    listener: TcpListener,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> Result<u64, Failure> {
    let room = Room::start(limits.clients).await?;
    let mut shutdown = pin!(shutdown);
    let mut served = 0;
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
        };
        let (socket, peer) = match accepted {
            Ok(client) => client,
            Err(error) => {
                // Out of descriptors, most likely: it helps to wait until some client is gone.
                eprintln!("chat: cannot accept: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // The room has a handle on the connection: it lives until it ends itself.
        match Connection::start(socket, room.clone(), limits).await {
            Ok(_) => served += 1,
            Err(StartError::Init(Refused::RoomFull)) => {}
            Err(error) => eprintln!("chat: {peer} was not let in: {error}"),
        }
    }
    drop(listener);
    close(&room, limits).await?;
    Ok(served)
}

async fn close(room: &RoomRef, limits: Limits) -> Result<(), Failure> {
    let stops = room
        .connections()
        .await?
        .into_iter()
        .map(|connection| async move {
            let stop = connection.stop_with(ExitReason::Shutdown);
            // A line in progress, then the goodbye.
            if let Err(StopError::Timeout) = stop.timeout(limits.write_timeout * 2).await {
                connection.exit(ExitReason::Kill);
            }
        });
    join_all(stops).await;
    room.stop().await?;
    Ok(())
}
