#![deny(unused_must_use)]

use otp::prelude::*;

async fn send_mail() {}

async fn order() {
    Task::spawn(send_mail());
}

fn main() {
    let _ = order;
}
