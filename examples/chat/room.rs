//! The room: who is here, and what everybody is to read. It never waits for a client.

use std::collections::HashMap;
use std::sync::Arc;

use otp::prelude::*;

use crate::connection::ConnectionRef;

/// Letters of a nick at the most.
const LONGEST_NICK: usize = 16;

struct Member {
    nick: String,
    connection: ConnectionRef,
    /// Lines that this member has missed because it did not read.
    missed: u64,
}

#[gen_server]
pub(crate) struct Room {
    members: HashMap<Pid, Member>,
    capacity: usize,
    /// How many have ever joined.
    guests: u64,
}

#[gen_server]
impl Room {
    /// A room for as many members as `capacity` says.
    #[init]
    fn new(capacity: usize) -> Self {
        Room {
            members: HashMap::new(),
            capacity,
            guests: 0,
        }
    }

    /// Lets `connection` in, under a nick of the room's choice. `None` if the room is full.
    #[call]
    pub(crate) fn join(
        &mut self,
        connection: ConnectionRef,
        cx: &mut Context<Self>,
    ) -> Option<String> {
        if self.members.len() >= self.capacity {
            return None;
        }
        let nick = loop {
            self.guests += 1;
            let nick = format!("guest{}", self.guests);
            if !self.is_taken(&nick) {
                break nick;
            }
        };
        let pid = connection.pid();
        // However it ends, the room hears of it.
        cx.monitor(pid);
        self.tell_all(&format!("* {nick} joined"));
        let member = Member {
            nick: nick.clone(),
            connection,
            missed: 0,
        };
        self.members.insert(pid, member);
        Some(nick)
    }

    /// What member `from` says.
    #[call]
    pub(crate) fn say(&mut self, from: Pid, text: String) {
        if let Some(member) = self.members.get(&from) {
            let line = format!("{}: {text}", member.nick);
            self.tell_all(&line);
        }
    }

    /// Renames member `who`; or why not.
    #[call]
    pub(crate) fn rename(&mut self, who: Pid, nick: String) -> Result<(), &'static str> {
        if nick.is_empty() || nick.chars().count() > LONGEST_NICK {
            return Err("a nick has 1 to 16 letters");
        }
        if !nick
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
        {
            return Err("a nick is of letters, digits, `-` and `_`");
        }
        if self.is_taken(&nick) {
            return Err("that nick is taken");
        }
        let Some(member) = self.members.get_mut(&who) else {
            return Err("you are not in the room");
        };
        let line = format!("* {} is now {nick}", member.nick);
        member.nick = nick;
        self.tell_all(&line);
        Ok(())
    }

    /// The nicks of all members, sorted.
    #[call]
    pub(crate) fn who(&self) -> Vec<String> {
        let mut nicks: Vec<_> = self.members.values().map(|m| m.nick.clone()).collect();
        nicks.sort_unstable();
        nicks
    }

    /// The connections of all members.
    #[call]
    pub(crate) fn connections(&self) -> Vec<ConnectionRef> {
        let members = self.members.values();
        members.map(|member| member.connection.clone()).collect()
    }

    #[info]
    fn on_down(&mut self, down: Down) {
        let Some(member) = self.members.remove(&down.pid) else {
            return;
        };
        let why = if down.reason.is_clean() {
            String::new()
        } else {
            format!(" ({})", down.reason)
        };
        let missed = match member.missed {
            0 => String::new(),
            missed => format!(", {missed} lines unread"),
        };
        self.tell_all(&format!("* {} left{why}{missed}", member.nick));
    }

    fn is_taken(&self, nick: &str) -> bool {
        self.members.values().any(|member| member.nick == nick)
    }

    fn tell_all(&mut self, line: &str) {
        let line: Arc<str> = line.into();
        for member in self.members.values_mut() {
            let sent = member.connection.deliver(Arc::clone(&line)).try_send();
            member.missed += u64::from(sent.is_err());
        }
    }
}
