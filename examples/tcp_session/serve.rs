//! The listener: a supervised session for each connection.

use std::io;

use otp::prelude::*;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::session::{Session, SessionRef};

supervisor! {
    /// All sessions.
    pub(crate) Service {
        strategy: one_for_one,
        intensity: 3 per 5s,
        // A connection cannot be made again from here.
        sessions: dynamic<Session> { intensity: never, restart: temporary, max_children: 1000 },
    }
}

/// Accepts connections until the listener fails.
///
/// # Errors
/// That of the listener.
pub(crate) async fn serve(listener: TcpListener, service: ServiceRef) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let service = service.clone();
        tokio::spawn(async move { connection(stream, &service).await });
    }
}

async fn connection(stream: TcpStream, service: &ServiceRef) {
    let (read, write) = stream.into_split();
    let (out, lines) = unbounded_channel();
    // One too many, or at a stop: the connection is closed.
    let Ok(session) = service.sessions().start_child(out).await else {
        return;
    };
    tokio::spawn(write_lines(write, lines));
    let gone = session.monitor();
    tokio::select! {
        _ = read_lines(read, &session) => {
            // It may have ended meanwhile, which comes to the same.
            let _ = session.gone().await;
        }
        _ = gone => {}
    }
}

async fn write_lines(mut write: OwnedWriteHalf, mut lines: UnboundedReceiver<String>) {
    while let Some(line) = lines.recv().await {
        if write
            .write_all(format!("{line}\n").as_bytes())
            .await
            .is_err()
        {
            return;
        }
    }
}

/// Ends with the connection, or with the session.
async fn read_lines(read: OwnedReadHalf, session: &SessionRef) -> Result<(), CastError> {
    let mut lines = BufReader::new(read).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            ["HELLO", user, token] => session.hello((*user).into(), (*token).into()).await?,
            ["QUIT"] => session.quit().await?,
            _ => session.request(line).await?,
        }
    }
    Ok(())
}
