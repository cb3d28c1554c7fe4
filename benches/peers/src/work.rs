//! The work of each workload, written once for every peer. Each checks its own result.
//! `beam/otp_peers.erl` says the same in Erlang.

use std::hint::black_box;
use std::time::{Duration, Instant};
use std::{fs, mem};

use tokio::sync::mpsc;

use crate::Result;
use crate::child::Job;
use crate::peers::{Counter, Node, Peer, Rates, Tree};
use crate::workload::{GROUP, KEYS, RESTARTS, RING, Workload};

/// Runs `job` on the peer `P`, in the workload's unit: as a warm-up, then measured.
pub fn measure<P: Peer>(job: Job) -> Result<f64> {
    let Job {
        workload, quick, ..
    } = job;
    let count = workload.count(P::Rates::READS, quick);
    if workload.panics() {
        // Nobody's panics are printed. Whoever has a hook of its own puts it in front of this one.
        std::panic::set_hook(Box::new(|_| {}));
    }
    P::run(async move {
        run::<P>(workload, workload.warm_up(count)).await?;
        run::<P>(workload, count).await
    })?
}

async fn run<P: Peer>(workload: Workload, count: u64) -> Result<f64> {
    let clients = workload.clients();
    match workload {
        Workload::CallSeq => call_seq::<P>(count).await,
        Workload::CallConc => call_conc::<P>(clients, count).await,
        Workload::Cast => cast::<P>(count).await,
        Workload::CastMpsc => cast_mpsc::<P>(clients, count).await,
        Workload::Spawn => spawn::<P>(count).await,
        Workload::Memory => memory::<P>(count).await,
        Workload::Ring => ring::<P>(count).await,
        Workload::ReadMostly => read_mostly::<P>(clients, count).await,
        Workload::Restart => restart::<P>(count, 1).await,
        Workload::StartChild => start_child::<P>(count).await,
        Workload::StopTree => stop_tree::<P>(count).await,
        Workload::MemorySupervised => memory_supervised::<P>(count).await,
        Workload::OneForAll => restart::<P>(count, GROUP).await,
        Workload::Task => task::<P>(count).await,
        Workload::Stream => stream::<P>(clients, count).await,
    }
}

async fn call_seq<P: Peer>(calls: u64) -> Result<f64> {
    let counter = P::Counter::start(0).await?;
    let clock = Instant::now();
    for _ in 0..calls {
        black_box(counter.add(1).await?);
    }
    let time = clock.elapsed();
    same("count", counter.add(0).await?, calls)?;
    Ok(time.as_secs_f64() * 1e9 / calls as f64)
}

async fn call_conc<P: Peer>(clients: u64, calls: u64) -> Result<f64> {
    let counter = P::Counter::start(0).await?;
    let clock = Instant::now();
    in_parallel::<P, _, _>(clients, |_| {
        let counter = counter.clone();
        async move {
            for _ in 0..calls {
                black_box(counter.add(1).await?);
            }
            Ok(())
        }
    })
    .await?;
    let time = clock.elapsed();
    same("count", counter.add(0).await?, clients * calls)?;
    Ok(per_second(clients * calls, time))
}

async fn cast<P: Peer>(casts: u64) -> Result<f64> {
    let counter = P::Counter::start(0).await?;
    let clock = Instant::now();
    for _ in 0..casts {
        counter.bump().await?;
    }
    let count = counter.add(0).await?;
    let time = clock.elapsed();
    same("count", count, casts)?;
    Ok(per_second(casts, time))
}

async fn cast_mpsc<P: Peer>(clients: u64, casts: u64) -> Result<f64> {
    let counter = P::Counter::start(0).await?;
    let clock = Instant::now();
    in_parallel::<P, _, _>(clients, |_| {
        let counter = counter.clone();
        async move {
            for _ in 0..casts {
                counter.bump().await?;
            }
            Ok(())
        }
    })
    .await?;
    // Every cast is in the mailbox, so this call comes after all of them.
    let count = counter.add(0).await?;
    let time = clock.elapsed();
    same("count", count, clients * casts)?;
    Ok(per_second(clients * casts, time))
}

async fn spawn<P: Peer>(servers: u64) -> Result<f64> {
    let mut counters = Vec::with_capacity(servers as usize);
    let clock = Instant::now();
    start_all::<P>(&mut counters, servers).await?;
    let time = clock.elapsed();
    all_answer(counters).await?;
    Ok(per_second(servers, time))
}

async fn memory<P: Peer>(servers: u64) -> Result<f64> {
    let mut counters = Vec::with_capacity(servers as usize);
    let before = resident_bytes()?;
    start_all::<P>(&mut counters, servers).await?;
    // What the last servers still do after their init.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let after = resident_bytes()?;
    all_answer(counters).await?;
    Ok((after as f64 - before as f64) / servers as f64)
}

async fn ring<P: Peer>(hops: u64) -> Result<f64> {
    let (done, mut is_done) = mpsc::unbounded_channel();
    let mut nodes = Vec::with_capacity(RING);
    for _ in 0..RING {
        nodes.push(P::Node::start(done.clone()).await?);
    }
    for (place, node) in nodes.iter().enumerate() {
        node.link(&nodes[(place + 1) % RING]).await?;
    }
    drop(done);
    let clock = Instant::now();
    nodes[0].token(hops).await?;
    is_done.recv().await.ok_or("the ring is gone")?;
    let time = clock.elapsed();
    let mut seen = 0;
    for node in &nodes {
        seen += node.seen().await?;
    }
    same("hops", seen, hops)?;
    Ok(per_second(hops, time))
}

async fn read_mostly<P: Peer>(clients: u64, reads: u64) -> Result<f64> {
    let rates = P::Rates::start().await?;
    for key in 0..KEYS {
        rates.publish(key, rate_of(key)).await?;
    }
    let clock = Instant::now();
    let sums = in_parallel::<P, _, _>(clients, |client| {
        let rates = rates.clone();
        async move {
            let mut sum = 0;
            for read in 0..reads {
                sum += rates.rate(key_of(client, read)).await?.unwrap_or_default();
            }
            Ok(sum)
        }
    })
    .await?;
    let time = clock.elapsed();
    for (client, sum) in (0..).zip(sums) {
        same(
            "sum",
            sum,
            (0..reads).map(|read| rate_of(key_of(client, read))).sum(),
        )?;
    }
    Ok(per_second(clients * reads, time))
}

/// Restarts `children` together, the failure of the middle one each time.
async fn restart<P: Peer>(restarts: u64, children: u64) -> Result<f64> {
    let mut time = Duration::ZERO;
    let mut left = restarts;
    while left > 0 {
        let batch = left.min(RESTARTS);
        let tree = match children {
            1 => P::Tree::start(1).await?,
            _ => P::Tree::start_group(children).await?,
        };
        for _ in 0..batch {
            let mut old = Vec::with_capacity(children as usize);
            for place in 0..children {
                let child = tree.child(place).await?;
                same("count", child.add(1).await?, 1)?;
                old.push(child);
            }
            let clock = Instant::now();
            old[old.len() / 2].crash().await?;
            for (place, old) in (0..).zip(&old) {
                new_answer(&tree.restarted(place, old).await?).await;
            }
            time += clock.elapsed();
        }
        tree.stop().await?;
        left -= batch;
    }
    Ok(time.as_secs_f64() * 1e6 / restarts as f64)
}

/// Returns when one answers that has not counted yet.
async fn new_answer(child: &impl Counter) {
    while child.add(0).await.ok() != Some(0) {
        tokio::task::yield_now().await;
    }
}

async fn start_child<P: Peer>(children: u64) -> Result<f64> {
    let mut counters = Vec::with_capacity(children as usize);
    let tree = P::Tree::start_dynamic().await?;
    let clock = Instant::now();
    start_children(&tree, &mut counters, children).await?;
    let time = clock.elapsed();
    all_answer(counters).await?;
    mem::forget(tree);
    Ok(per_second(children, time))
}

async fn memory_supervised<P: Peer>(children: u64) -> Result<f64> {
    let mut counters = Vec::with_capacity(children as usize);
    let tree = P::Tree::start_dynamic().await?;
    let before = resident_bytes()?;
    start_children(&tree, &mut counters, children).await?;
    // What the last servers still do after their init.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let after = resident_bytes()?;
    all_answer(counters).await?;
    mem::forget(tree);
    Ok((after as f64 - before as f64) / children as f64)
}

async fn start_children<C: Counter>(
    tree: &impl Tree<C>,
    counters: &mut Vec<C>,
    children: u64,
) -> Result<()> {
    for count in 0..children {
        counters.push(tree.start_child(count).await?);
    }
    Ok(())
}

async fn stop_tree<P: Peer>(children: u64) -> Result<f64> {
    let tree = P::Tree::start(children).await?;
    let mut counters = Vec::with_capacity(children as usize);
    for child in 0..children {
        let counter = tree.child(child).await?;
        same("count", counter.add(1).await?, 1)?;
        counters.push(counter);
    }
    let clock = Instant::now();
    tree.stop().await?;
    let time = clock.elapsed();
    for counter in &counters {
        if counter.add(1).await.is_ok() {
            return Err("a child answers after the stop".into());
        }
    }
    mem::forget(counters);
    Ok(per_second(children, time))
}

async fn task<P: Peer>(tasks: u64) -> Result<f64> {
    let mut sum = 0;
    let clock = Instant::now();
    for n in 0..tasks {
        sum += P::task(async move { n }).await?;
    }
    let time = clock.elapsed();
    same("sum", sum, tasks * (tasks - 1) / 2)?;
    Ok(time.as_secs_f64() * 1e9 / tasks as f64)
}

async fn stream<P: Peer>(at_a_time: u64, items: u64) -> Result<f64> {
    let clock = Instant::now();
    let sum = P::stream(at_a_time as usize, items, |n| async move { black_box(n) }).await?;
    let time = clock.elapsed();
    same("sum", sum, items * (items - 1) / 2)?;
    Ok(per_second(items, time))
}

/// Runs `clients` tasks to their end and returns what they return, or the first error.
async fn in_parallel<P: Peer, F, T>(clients: u64, client: impl FnMut(u64) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>> + Send + 'static,
    T: Send + 'static,
{
    let tasks: Vec<_> = (0..clients).map(client).map(P::spawn).collect();
    let mut outputs = Vec::with_capacity(tasks.len());
    for task in tasks {
        outputs.push(task.await??);
    }
    Ok(outputs)
}

async fn start_all<P: Peer>(counters: &mut Vec<P::Counter>, servers: u64) -> Result<()> {
    for count in 0..servers {
        counters.push(P::Counter::start(count).await?);
    }
    P::Counter::all_started().await;
    Ok(())
}

/// Checks that each of the servers is there and has its own state.
async fn all_answer<C: Counter>(counters: Vec<C>) -> Result<()> {
    for (number, counter) in counters.iter().enumerate() {
        same(
            "count of a server",
            counter.add(1).await?,
            number as u64 + 1,
        )?;
    }
    // After a warm-up, servers that end would take time from the measured run.
    mem::forget(counters);
    Ok(())
}

fn key_of(client: u64, read: u64) -> u64 {
    (client + read) % KEYS
}

fn rate_of(key: u64) -> u64 {
    key + 1
}

fn same(what: &str, got: u64, wanted: u64) -> Result<()> {
    if got == wanted {
        Ok(())
    } else {
        Err(format!("{what} is {got}, not {wanted}").into())
    }
}

fn per_second(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}

fn resident_bytes() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let kib: u64 = status
        .lines()
        .find_map(|line| {
            line.strip_prefix("VmRSS:")?
                .trim()
                .strip_suffix("kB")?
                .trim()
                .parse()
                .ok()
        })
        .ok_or("no VmRSS in /proc/self/status")?;
    Ok(1024 * kib)
}
