use otp::TaskSupervisorRef;
use otp::prelude::*;

async fn start(jobs: TaskSupervisorRef) {
    Task::start(async { 7 });
    let _ = jobs.start_child(async { "done" }).await;
}

fn main() {
    let _ = start;
}
