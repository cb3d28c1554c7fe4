use std::collections::HashMap;

use otp::prelude::*;

#[gen_server]
pub struct Room {
    members: HashMap<Pid, String>,
    capacity: usize,
}

#[gen_server]
impl Room {
    #[init]
    fn new(capacity: usize) -> Option<Self> {
        (capacity > 0).then(|| Room { members: HashMap::new(), capacity })
    }

    #[call]
    pub fn join(&mut self, member: Pid, nick: String, cx: &mut Context<Self>) -> Result<(), String> {
        if self.members.len() >= self.capacity {
            return Err(format!("no room for {nick}"));
        }
        cx.monitor(member);
        self.members.insert(member, nick);
        Ok(())
    }

    #[cast]
    pub fn say(&mut self, from: Pid, text: String) {
        if let Some(nick) = self.members.get(&from) {
            self.show(nick, &text);
        }
    }

    #[info]
    fn on_down(&mut self, down: Down) {
        self.members.remove(&down.pid);
    }

    #[after(5s)]
    fn close_if_empty(&mut self, cx: &mut Context<Self>) {
        if self.members.is_empty() {
            cx.stop(ExitReason::Normal);
        }
    }

    fn show(&self, nick: &str, text: &str) {
        println!("{nick}, 1 of {}: {text}", self.members.len());
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let room = Room::start(16).await?;
    let guest = Room::start(1).await?;
    room.join(guest.pid(), "ana".to_owned()).await??;
    room.say(guest.pid(), "hello".to_owned()).await?;
    Ok(())
}
