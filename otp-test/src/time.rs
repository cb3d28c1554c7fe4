//! Virtual time.

use std::panic::Location;
use std::time::Duration;

use tokio::time::Instant;

use crate::run_until_idle;

/// Lets `by` pass on tokio's paused clock, timer after timer, each with all that comes of it, and
/// returns when everything is done that can be done by then.
///
/// Unlike `tokio::time::advance`, which jumps, this passes each moment on the way: a server with
/// `#[every(1s)]` ticks ten times in ten seconds, each time at its second. Tokio's timers count in
/// milliseconds, and so does this.
///
/// ```
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use std::time::Duration;
///
/// let start = tokio::time::Instant::now();
/// otp::test::advance(Duration::from_secs(60)).await;
/// assert_eq!(start.elapsed(), Duration::from_secs(60));
/// # }
/// ```
///
/// Cancel safe: dropped, the time that has passed has passed.
///
/// # Panics
/// If the clock is not paused: write `#[tokio::test(start_paused = true)]`, or call
/// `tokio::time::pause()`.
#[track_caller]
pub fn advance(by: Duration) -> impl Future<Output = ()> + Send {
    let at = Location::caller();
    async move {
        assert!(
            is_paused(),
            "at {at}: the clock is not paused: write `#[tokio::test(start_paused = true)]`"
        );
        let until = Instant::now() + by;
        run_until_idle().await;
        tokio::time::sleep_until(until).await;
        run_until_idle().await;
    }
}

/// Whether tokio's clock stands still while the clock on the wall goes on.
fn is_paused() -> bool {
    let (there, here) = (Instant::now(), std::time::Instant::now());
    while here.elapsed().is_zero() {
        std::hint::spin_loop();
    }
    there == Instant::now()
}
