//! What tasks and agents take without an annotation.

#![deny(unused_must_use, warnings)]

use otp::prelude::*;
use otp::{Restart, TaskSupervisorRef};

async fn tasks(jobs: TaskSupervisorRef) -> Result<(), TaskError> {
    let name = String::from("ann");
    let task = Task::spawn(async move { name.len() });
    let _: usize = task.await?;
    let _: u32 = jobs.spawn_linked(std::future::ready(1)).await?;
    let _: Vec<u8> = jobs.spawn_blocking(|| vec![1]).await?;
    let _pid = Task::start(async {});
    let _pid = jobs.start_child(async { Err::<(), _>("no disk") }).await;
    let _never = Task::start(async { loop { std::future::pending::<()>().await } });
    Task::spawn(async {}).ignore();
    let _spec = Task::child("poll", || async {}).restart(Restart::Transient);
    Task::stream(["a", "b"], |text| async move { text.len() })
        .max_concurrency(4)
        .ordered(false)
        .with_input()
        .close()
        .await;
    Ok(())
}

async fn agents(stock: AgentRef<Vec<String>>) -> Result<(), CallError> {
    let item = String::from("apple");
    stock.update(move |items| items.push(item)).await?;
    let _: usize = stock.get(Vec::len).await?;
    let _: Option<String> = stock.get(|items| items.first().cloned()).await?;
    let _: Option<String> = stock.get_and_update(Vec::pop).await?;
    let _ = stock.cast(Vec::clear).try_send();
    Ok(())
}

fn main() {
    let _ = (tasks, agents);
}
