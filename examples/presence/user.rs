//! One user: its lines come in as messages, and so does what happens in its rooms.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use otp::prelude::*;
use otp::{GroupEvent, RegistryRef, ScopeRef};
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::task::AbortHandle;

use crate::lines::{Input, LONGEST, Pace, lines};

type Names = RegistryRef<String, User>;
type Rooms = ScopeRef<String, User>;

/// How long a user may take to read a line before it is dropped.
const PATIENCE: Duration = Duration::from_secs(10);
const PACE: Pace = Pace {
    burst: 100,
    pause: Duration::from_millis(10),
};
/// Letters of a name at the most, be it a user's or a room's.
const LONGEST_NAME: usize = 16;

// Who says something does not wait when this mailbox is full: the user misses lines until it reads again.
#[gen_server(mailbox = 64)]
pub(crate) struct User {
    socket: OwnedWriteHalf,
    name: String,
    names: Names,
    rooms: Rooms,
    here: HashMap<String, Room>,
}

/// A room that the user is in.
struct Room {
    watch: AbortHandle,
    /// Who else is there, as they were called when they came.
    others: HashMap<Pid, String>,
}

#[gen_server]
impl User {
    #[init]
    async fn new(
        socket: TcpStream,
        name: String,
        names: Names,
        rooms: Rooms,
        cx: &mut Context<Self>,
    ) -> Self {
        let (reader, socket) = socket.into_split();
        let mut user = User {
            socket,
            name,
            names,
            rooms,
            here: HashMap::new(),
        };
        user.write(&format!("OK you are {}", user.name), cx).await;
        cx.attach(lines(BufReader::new(reader), PACE));
        user
    }

    /// Writes a line of somebody's to the user.
    #[cast]
    pub(crate) async fn deliver(&mut self, line: Arc<str>, cx: &mut Context<Self>) {
        self.write(&line, cx).await;
    }

    #[info]
    async fn on_input(&mut self, input: Input, cx: &mut Context<Self>) {
        let line = match input {
            Input::Line(line) => line,
            Input::NotUtf8 => return self.write("ERR that line was no UTF-8", cx).await,
            Input::TooLong => {
                let error = format!("ERR a line has {LONGEST} bytes at the most");
                self.write(&error, cx).await;
                return cx.stop(ExitReason::error("endless line"));
            }
            Input::Closed => return cx.stop(ExitReason::Normal),
        };
        let line = line.trim();
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (name, text) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
        let answer = match command {
            "" => return,
            "QUIT" => return cx.stop(ExitReason::Normal),
            "NAME" | "JOIN" | "LEAVE" | "SAY" | "WHO" => match check(name) {
                Ok(()) => self.obey(command, name, text, cx),
                Err(error) => Err(error),
            },
            _ => Err("there are NAME, JOIN, LEAVE, SAY, WHO and QUIT".to_owned()),
        };
        match answer {
            Ok(Some(done)) => self.write(&format!("OK {done}"), cx).await,
            Ok(None) => {}
            Err(error) => self.write(&format!("ERR {error}"), cx).await,
        }
    }

    /// Somebody came into one of the user's rooms, or left it: by a command, or because it ended.
    #[info]
    async fn on_change(&mut self, change: GroupEvent<String, UserRef>, cx: &mut Context<Self>) {
        let (room, line) = match change {
            GroupEvent::Join { group, member } => {
                let name = self.name_of(member.pid());
                let Some(room) = self.here.get_mut(&group) else {
                    return;
                };
                if member.pid() == cx.pid() {
                    return;
                }
                room.others.insert(member.pid(), name.clone());
                (group, format!("{name} joined"))
            }
            GroupEvent::Leave { group, member } => {
                let room = self.here.get_mut(&group);
                let Some(name) = room.and_then(|room| room.others.remove(&member.pid())) else {
                    return;
                };
                (group, format!("{name} left"))
            }
        };
        self.write(&format!("* {room}: {line}"), cx).await;
    }

    #[terminate]
    async fn goodbye(&mut self, reason: &ExitReason) {
        let line: &[u8] = match reason {
            ExitReason::Shutdown => b"OK the server closes\n",
            reason if reason.is_clean() => b"OK goodbye\n",
            _ => return,
        };
        let _ = tokio::time::timeout(PATIENCE, self.socket.write_all(line)).await;
        let _ = self.socket.shutdown().await;
    }

    /// Does what a command says; what is to be answered.
    fn obey(
        &mut self,
        command: &str,
        name: &str,
        text: &str,
        cx: &mut Context<Self>,
    ) -> Result<Option<String>, String> {
        match command {
            "NAME" => self.rename(name, cx).map(Some),
            "JOIN" => self.join(name, cx).map(Some),
            "LEAVE" => {
                let room = self.here.remove(name).ok_or_else(|| not_in(name))?;
                room.watch.abort();
                let left = self.rooms.leave(name, &cx.me());
                left.map_err(|error| error.to_string())?;
                Ok(Some(format!("left {name}")))
            }
            "SAY" if !self.here.contains_key(name) => Err(not_in(name)),
            "SAY" => {
                let line: Arc<str> = format!("{name} {}: {text}", self.name).into();
                self.rooms.broadcast(name, |user| {
                    // One that does not read misses it.
                    let _ = user.deliver(Arc::clone(&line)).try_send();
                });
                Ok(None)
            }
            _ => {
                let users = self.rooms.members(name);
                let mut names: Vec<_> = users.iter().map(|user| self.name_of(user.pid())).collect();
                names.sort();
                Ok(Some(format!(
                    "{name}: {} here: {}",
                    names.len(),
                    names.join(", ")
                )))
            }
        }
    }

    fn rename(&mut self, name: &str, cx: &mut Context<Self>) -> Result<String, String> {
        if !self.here.is_empty() {
            return Err("leave your rooms first".to_owned());
        }
        // The new name first: by one of the two it is always found.
        let taken = self.names.register(name.to_owned(), cx);
        taken.map_err(|_| format!("the name {name} is taken"))?;
        self.names.unregister(&self.name, cx);
        name.clone_into(&mut self.name);
        Ok(format!("you are {name}"))
    }

    fn join(&mut self, name: &str, cx: &mut Context<Self>) -> Result<String, String> {
        if self.here.contains_key(name) {
            return Err(format!("you are in {name}"));
        }
        let group = name.to_owned();
        let (members, changes) = self.rooms.monitor_group(&group);
        let joined = self.rooms.join(&group, &cx.me());
        joined.map_err(|error| error.to_string())?;
        let others = members
            .iter()
            .map(|user| (user.pid(), self.name_of(user.pid())));
        let room = Room {
            others: others.collect(),
            watch: cx.attach(changes),
        };
        let count = room.others.len();
        self.here.insert(group, room);
        Ok(format!("joined {name}, {count} others here"))
    }

    /// What a user is called; one that has just ended is called nothing any more.
    fn name_of(&self, pid: Pid) -> String {
        let name = self.names.keys_of(pid).pop();
        name.unwrap_or_else(|| "somebody".to_owned())
    }

    async fn write(&mut self, line: &str, cx: &mut Context<Self>) {
        let line = format!("{line}\n");
        match tokio::time::timeout(PATIENCE, self.socket.write_all(line.as_bytes())).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => cx.stop(ExitReason::error(format!("connection broken: {error}"))),
            Err(_) => cx.stop(ExitReason::error("does not read")),
        }
    }
}

fn check(name: &str) -> Result<(), String> {
    let fits = (1..=LONGEST_NAME).contains(&name.chars().count());
    if fits && name.chars().all(char::is_alphanumeric) {
        return Ok(());
    }
    Err(format!("a name has 1 to {LONGEST_NAME} letters and digits"))
}

fn not_in(room: &str) -> String {
    format!("you are not in {room}")
}
