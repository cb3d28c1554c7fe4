//! Models that loom runs through every interleaving: `cargo test --lib --release loom` with
//! `--cfg otp_loom`.

mod abandoned;
mod ends;
mod incarnations;
mod mailbox;
mod process;
mod reply;
mod run_state;

use std::sync::Arc;
use std::task::{Wake, Waker};

use loom::model::Builder;
use loom::sync::Notify;

/// Runs `model` through every interleaving with up to `preemptions` switches that no thread asked for.
fn check(preemptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

/// A waker that unparks the one thread which waits.
struct Park(Notify);

impl Park {
    fn new() -> (Arc<Self>, Waker) {
        let park = Arc::new(Self(Notify::new()));
        (Arc::clone(&park), Waker::from(park))
    }

    fn wait(&self) {
        self.0.wait();
    }
}

impl Wake for Park {
    fn wake(self: Arc<Self>) {
        self.0.notify();
    }
}
