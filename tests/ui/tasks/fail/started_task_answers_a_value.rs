use otp::prelude::*;

async fn start() {
    Task::start(async { 7 });
}

fn main() {
    let _ = start;
}
