use std::rc::Rc;

use otp::prelude::*;

async fn total() -> u32 {
    let total = Task::spawn(async {
        let held = Rc::new(1);
        std::future::ready(()).await;
        *held
    });
    total.await.unwrap()
}

fn main() {
    let _ = total;
}
