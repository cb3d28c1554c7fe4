//! A crate with the strictest lints has nothing to allow for our macros' sake: `cargo clippy --all-targets`
//! checks this file.

#![deny(missing_docs, unsafe_code, warnings)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_lifetimes,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    let_underscore_drop,
    trivial_casts,
    trivial_numeric_casts
)]

use otp::prelude::*;

/// A server with every kind of handler.
#[gen_server(mailbox = 16, overflow = drop_oldest, call_timeout = infinity, slow_handler = 10ms, name = "strict")]
#[derive(Debug)]
pub struct Strict {
    count: u64,
    waiting: Vec<ReplyTo<u64>>,
    #[table]
    seen: Table<u64, u64>,
}

#[gen_server(protocol = StrictApi)]
impl Strict {
    /// Starts at `count`.
    #[init(continue = load)]
    fn new(count: u64) -> Self {
        Self {
            count,
            waiting: Vec::new(),
            seen: Table::new(),
        }
    }

    #[handle_continue]
    fn load(&mut self) {
        self.count += 1;
    }

    /// Adds `n`.
    #[call]
    pub fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.seen.insert(n, self.count);
        self.answer();
        self.count
    }

    /// Answers when there is something new.
    #[call]
    pub(crate) fn next(&mut self, reply: ReplyTo<u64>) {
        self.waiting.push(reply);
    }

    /// Waits a little.
    #[call]
    pub(crate) async fn settled(&mut self, text: String) -> usize {
        self.waiting.clear();
        tokio::task::yield_now().await;
        text.len() + self.waiting.len()
    }

    /// Back to nothing.
    #[cast]
    pub(crate) fn reset(&mut self) {
        self.count = 0;
    }

    #[info]
    fn on_down(&mut self, _down: Down) {
        self.count = 0;
    }

    #[every(1h)]
    fn sweep(&mut self) {
        self.answer();
    }

    /// What came of `n`.
    #[read]
    pub(crate) fn came_of(seen: &TableReader<u64, u64>, n: u64) -> Option<u64> {
        seen.get(&n)
    }

    #[terminate]
    fn bye(&mut self, _reason: &ExitReason) {
        self.answer();
    }

    fn answer(&mut self) {
        for reply in self.waiting.drain(..) {
            reply.send(self.count);
        }
    }
}

/// A generic one.
#[gen_server]
#[derive(Debug)]
pub(crate) struct Pair<A, B> {
    both: Option<(A, B)>,
}

#[gen_server]
impl<A: Clone, B: Clone> Pair<A, B> {
    #[init]
    fn new() -> Self {
        Self { both: None }
    }

    /// Keeps both.
    #[call]
    pub(crate) fn set(&mut self, a: A, b: B) -> Option<(A, B)> {
        self.both.replace((a, b))
    }
}

supervisor! {
    /// A tree with every kind of child.
    pub(crate) Tree(start: u64) {
        strategy: one_for_one,
        intensity: 3 per 5s,
        backoff: 1ms..10ms,
        strict: Strict(start),
        back: supervisor {
            strategy: rest_for_one,
            intensity: never,
            pair: Pair<u8, String>(),
        },
        many: dynamic<Strict> { intensity: never },
        parts: partition<Pair<u8, u8>>(2) { intensity: never },
        jobs: task_supervisor,
        names: registry<String, Strict>,
    }
}

#[tokio::test]
async fn strict_lints_find_nothing() {
    let tree = Tree::start(1).await.expect("starts");
    let strict = tree.strict();
    assert_eq!(strict.add(2).await, Ok(4));
    assert_eq!(strict.came_of(2), Some(4));
    assert_eq!(strict.settled(String::from("ab")).await, Ok(2));
    assert_eq!(StrictApi::add(strict, 1).await, Ok(5));
    strict.reset().await.expect("runs");
    let pair = tree.back().pair();
    assert_eq!(pair.set(1, String::from("one")).await, Ok(None));
    tree.stop().await.expect("stops");
}
