#![deny(unused_must_use)]

use otp::prelude::*;

async fn send_mail(_to: &'static str) {}

async fn order() {
    Task::stream(["ann", "bob"], send_mail);
}

fn main() {
    let _ = order;
}
