//! The handle is there all the same: the use below has no error of its own.

use otp::prelude::*;

#[gen_server]
enum Door {
    Open,
    Closed,
}

#[gen_server]
impl Door {
    #[init]
    fn new() -> Self {
        Door::Closed
    }

    #[cast]
    fn open(&mut self) {
        *self = Door::Open;
    }
}

async fn usage() {
    let door = Door::start().await.unwrap();
    door.open().await.unwrap();
    door.stop().await.unwrap();
}

fn main() {}
