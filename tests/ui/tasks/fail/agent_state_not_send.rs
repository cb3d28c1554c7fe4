use std::rc::Rc;

use otp::prelude::*;

async fn start() {
    let _shared = Agent::start(|| Rc::new(1)).await;
}

fn main() {
    let _ = start;
}
