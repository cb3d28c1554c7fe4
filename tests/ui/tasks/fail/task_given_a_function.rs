use otp::prelude::*;

fn compute() -> u32 {
    7
}

async fn start() {
    let _task = Task::spawn(compute);
}

fn main() {
    let _ = start;
}
