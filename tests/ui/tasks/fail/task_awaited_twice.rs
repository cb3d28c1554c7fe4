use otp::prelude::*;

async fn twice() -> Result<u32, TaskError> {
    let task = Task::spawn(async { 1 });
    let first = task.await?;
    Ok(first + task.await?)
}

fn main() {
    let _ = twice;
}
