//! A call to a machine in a process beside a call to a server.

use std::time::Instant;

use crate::door::{ours, server};
use crate::{beam, each, median, rounds};

pub fn run(quick: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let calls = if quick { 100_000 } else { 1_000_000 };
    let (mut machines, mut servers) = (Vec::new(), Vec::new());
    for round in 0..rounds(quick) {
        // A task, as calls are made in: what polls outside of one does not count.
        if round % 2 == 0 {
            servers.push(block_on(&runtime, server_calls(calls)));
            machines.push(block_on(&runtime, machine_calls(calls)));
        } else {
            machines.push(block_on(&runtime, machine_calls(calls)));
            servers.push(block_on(&runtime, server_calls(calls)));
        }
    }
    let (machine, server) = (median(machines), median(servers));
    println!("call: ns a call, each a change of state");
    println!("  {:<14} {server:>7.1}", "server");
    println!(
        "  {:<14} {machine:>7.1}   {:.3} x a server's",
        "machine",
        machine / server
    );
    match beam::call(calls, if quick { 3 } else { 7 }) {
        Some(Ok(erlang)) => {
            println!(
                "  {:<14} {erlang:>7.1}   {:.1} x ours",
                "gen_statem",
                erlang / machine
            );
        }
        Some(Err(error)) => println!("  gen_statem     {error}"),
        None => println!("  gen_statem     no Erlang here"),
    }
}

fn block_on(
    runtime: &tokio::runtime::Runtime,
    work: impl Future<Output = f64> + Send + 'static,
) -> f64 {
    runtime.block_on(async { tokio::spawn(work).await.expect("no panic") })
}

async fn server_calls(calls: u32) -> f64 {
    let server = server::Turnstile::start().await.expect("it starts");
    let began = Instant::now();
    for _ in 0..calls / 2 {
        server.coin().await.expect("alive");
        server.push().await.expect("alive");
    }
    let time = each(began.elapsed(), calls);
    assert_eq!(server.push().await, Ok(u64::from(calls / 2)));
    time
}

async fn machine_calls(calls: u32) -> f64 {
    let machine = ours::Turnstile::start().await.expect("it starts");
    let began = Instant::now();
    for _ in 0..calls / 2 {
        machine.coin().await.expect("alive");
        machine.push().await.expect("alive");
    }
    let time = each(began.elapsed(), calls);
    assert_eq!(machine.push().await, Ok(u64::from(calls / 2)));
    time
}
