use otp::prelude::*;

async fn longest() -> usize {
    let text = String::from("let it crash");
    let length = Task::spawn(async { text.len() });
    length.await.unwrap()
}

fn main() {
    let _ = longest;
}
