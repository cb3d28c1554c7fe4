//! Micro benchmarks of a server: what a call, a cast, a start and a read cost.
//!
//! `benches/peers` compares with other crates; this is for watching our own figures.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
    #[table]
    seen: Table<u64, u64>,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        let seen = Table::new();
        seen.insert(1, 1);
        Counter { count: 0, seen }
    }

    #[call]
    fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[call]
    #[allow(clippy::unused_async, reason = "what an async handler costs by itself")]
    async fn add_async(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[cast]
    fn bump(&mut self) {
        self.count += 1;
    }

    #[read]
    fn seen(seen: &TableReader<u64, u64>, key: u64) -> Option<u64> {
        seen.get(&key)
    }
}

fn server(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let counter = runtime.block_on(Counter::start()).expect("no init error");
    let each = |c: &mut Criterion, name: &str, run: &dyn Fn(u64)| {
        c.bench_function(name, |b| {
            b.iter_custom(|rounds| {
                let started = std::time::Instant::now();
                run(rounds);
                started.elapsed()
            });
        });
    };
    each(c, "call", &|rounds| {
        runtime.block_on(async {
            for _ in 0..rounds {
                black_box(counter.add(1).await.expect("it lives"));
            }
        });
    });
    each(c, "call of an async handler", &|rounds| {
        runtime.block_on(async {
            for _ in 0..rounds {
                black_box(counter.add_async(1).await.expect("it lives"));
            }
        });
    });
    each(c, "cast", &|rounds| {
        runtime.block_on(async {
            for _ in 0..rounds {
                counter.bump().await.expect("it waits for room");
            }
        });
    });
    each(c, "start and last ref dropped", &|rounds| {
        runtime.block_on(async {
            for _ in 0..rounds {
                black_box(Counter::start().await.expect("no init error"));
            }
        });
    });
    each(c, "read", &|rounds| {
        for _ in 0..rounds {
            black_box(counter.seen(black_box(1)));
        }
    });
}

criterion_group!(benches, server);
criterion_main!(benches);
