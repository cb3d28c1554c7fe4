//! Looking at a server's state.

use std::panic::Location;

use otp_core::{Server, ServerRef};

/// What `look` makes of the server's state, between two messages, ahead of those that wait.
///
/// ```
/// # use otp::prelude::*;
/// # #[gen_server] struct Counter { count: u64 }
/// # #[gen_server] impl Counter {
/// #     #[init] fn new(count: u64) -> Self { Counter { count } }
/// #     #[cast] fn add(&mut self, n: u64) { self.count += n; }
/// # }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use otp::test;
///
/// let counter = test::started(Counter::start(40)).await;
/// counter.add(2).await.unwrap();
/// test::idle(&counter).await;
/// assert_eq!(test::look(&counter, |counter| counter.count).await, 42);
/// counter.finish().await;
/// # }
/// ```
///
/// Of a state machine it shows a `Machine`, which has `state()`, `data()` and `timeouts()`.
///
/// Cancel safe.
///
/// # Panics
/// If the server has ended, or is not done with a message within its call timeout; as `look` does.
#[track_caller]
pub fn look<S: Server, R: Send + 'static>(
    server: &ServerRef<S>,
    look: impl FnOnce(&S) -> R + Send + 'static,
) -> impl Future<Output = R> + Send {
    let at = Location::caller();
    async move {
        match server.sys().with_state(look).await {
            Ok(Ok(seen)) => seen,
            Ok(Err(panic)) => panic!("at {at}: the look at {server:?} failed: {panic}"),
            Err(error) => panic!("at {at}: no look at {server:?}: {error}"),
        }
    }
}
