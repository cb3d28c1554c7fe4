use otp::prelude::*;

async fn squares() {
    let _squares = Task::stream([1, 2, 3], |n: u32| n * n);
}

fn main() {
    let _ = squares;
}
