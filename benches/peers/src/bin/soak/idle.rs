//! A system of processes that have nothing to do.

use std::time::Duration;

use otp::prelude::*;

use crate::measure;

const PROCESSES: u64 = 100_000;
const TIME: Duration = Duration::from_secs(10);

#[gen_server]
struct Idle {
    number: u64,
}

#[gen_server]
impl Idle {
    #[init]
    fn new(number: u64) -> Self {
        Self { number }
    }

    #[call]
    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }
}

/// What 100,000 idle processes cost in ten seconds.
pub async fn measure() -> Result<String, Box<dyn std::error::Error>> {
    let mut idle = Vec::new();
    for number in 0..PROCESSES {
        let server = Idle::start(number).await?;
        server.next().await?;
        idle.push(server);
    }
    // What is left of the storm settles.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (cpu, wakes) = (measure::cpu(), measure::wakes());
    tokio::time::sleep(TIME).await;
    let cpu = measure::cpu().saturating_sub(cpu);
    let wakes = measure::wakes().saturating_sub(wakes);
    for server in &idle {
        server.next().await?;
    }
    Ok(format!(
        "{PROCESSES} processes used {cpu:?} of CPU in {TIME:?}, and a thread ran {wakes} times"
    ))
}
