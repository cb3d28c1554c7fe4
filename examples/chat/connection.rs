//! One client: its lines come in as messages, the room's lines as casts, all through one bounded
//! mailbox.

use std::fmt;
use std::io;
use std::sync::Arc;

use otp::prelude::*;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::timeout;

use crate::lines::{Input, LONGEST, lines};
use crate::room::RoomRef;
use crate::serve::Limits;

// The room does not wait when this mailbox is full: the client misses lines until it reads again.
#[gen_server(mailbox = 64)]
pub(crate) struct Connection {
    socket: OwnedWriteHalf,
    room: RoomRef,
    limits: Limits,
}

/// Why a client was not let in.
#[derive(Debug)]
pub(crate) enum Refused {
    RoomFull,
    Room(CallError),
}

#[gen_server]
impl Connection {
    /// Joins the room and reads what the client sends.
    #[init]
    async fn enter(
        socket: TcpStream,
        room: RoomRef,
        limits: Limits,
        cx: &mut Context<Self>,
    ) -> Result<Self, Refused> {
        let (reader, socket) = socket.into_split();
        let mut connection = Connection {
            socket,
            room,
            limits,
        };
        match connection.room.join(cx.me()).await {
            Ok(Some(nick)) => connection.answer(&format!("welcome, {nick}"), cx).await,
            Ok(None) => {
                connection.answer("the room is full", cx).await;
                return Err(Refused::RoomFull);
            }
            Err(error) => return Err(Refused::Room(error)),
        }
        cx.attach(lines(BufReader::new(reader), limits.pace));
        Ok(connection)
    }

    /// Writes a line of the room to the client.
    #[cast]
    pub(crate) async fn deliver(&mut self, line: Arc<str>, cx: &mut Context<Self>) {
        self.write(&line, cx).await;
    }

    #[info]
    async fn on_input(&mut self, input: Input, cx: &mut Context<Self>) {
        let line = match input {
            Input::Line(line) => line,
            Input::NotUtf8 => return self.answer("that line was no UTF-8", cx).await,
            Input::TooLong => {
                let limit = format!("a line has {LONGEST} bytes at the most: goodbye");
                self.answer(&limit, cx).await;
                return cx.stop(ExitReason::error("endless line"));
            }
            Input::Closed => return cx.stop(ExitReason::Normal),
        };
        let outcome = match line.trim().split_once(' ').unwrap_or((line.trim(), "")) {
            ("", _) => Ok(()),
            ("/quit", _) => {
                cx.stop(ExitReason::Normal);
                Ok(())
            }
            ("/who", _) => match self.room.who().await {
                Ok(nicks) => {
                    let nicks = format!("{} here: {}", nicks.len(), nicks.join(", "));
                    self.answer(&nicks, cx).await;
                    Ok(())
                }
                Err(error) => Err(error),
            },
            ("/nick", nick) => match self.room.rename(cx.pid(), nick.trim().to_owned()).await {
                Ok(Ok(())) => Ok(()),
                Ok(Err(why)) => {
                    self.answer(why, cx).await;
                    Ok(())
                }
                Err(error) => Err(error),
            },
            (command, _) if command.starts_with('/') => {
                self.answer("there are /nick NAME, /who and /quit", cx)
                    .await;
                Ok(())
            }
            _ => self.room.say(cx.pid(), line).await,
        };
        if let Err(error) = outcome {
            cx.stop(ExitReason::error(format!(
                "the room does not answer: {error}"
            )));
        }
    }

    #[terminate]
    async fn leave(&mut self, reason: &ExitReason) {
        // In good order only: a client that does not read has waited long enough.
        let goodbye: &[u8] = match reason {
            ExitReason::Shutdown => b"* the server closes: goodbye\n",
            reason if reason.is_clean() => b"* goodbye\n",
            _ => return,
        };
        let written = self.socket.write_all(goodbye);
        let _ = timeout(self.limits.write_timeout, written).await;
        let _ = self.socket.shutdown().await;
    }

    /// Writes a line of the server's own.
    async fn answer(&mut self, text: &str, cx: &mut Context<Self>) {
        self.write(&format!("* {text}"), cx).await;
    }

    async fn write(&mut self, line: &str, cx: &mut Context<Self>) {
        let line = format!("{line}\n");
        let written = timeout(
            self.limits.write_timeout,
            self.socket.write_all(line.as_bytes()),
        );
        match written.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => cx.stop(broken(&error)),
            Err(_) => cx.stop(ExitReason::error("does not read")),
        }
    }
}

fn broken(error: &io::Error) -> ExitReason {
    ExitReason::error(format!("connection broken: {error}"))
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RoomFull => f.write_str("the room is full"),
            Self::Room(error) => write!(f, "the room does not answer: {error}"),
        }
    }
}

impl std::error::Error for Refused {}
