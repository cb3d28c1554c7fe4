//! Clients: they call, cast, give up, set timers and ask `sys`, as the dice say.

use std::time::Duration;

use otp_core::{CallError, ServerRef};

use super::tally::{CALLS, Token, in_time, wrong};
use super::worker::{ADD, ALARM, BUMP, KEEP, Worker, YIELD};

/// A generator of numbers, the same for the same seed.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// From 0 to below `sides`.
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % sides
    }
}

/// What a client knows of what the worker has handled of its messages.
#[derive(Clone, Copy, Default)]
pub struct Known {
    /// Certainly handled, if the worker has lived on.
    pub surely: u64,
    /// Handled or not: the client gave up.
    pub maybe: u64,
}

/// A client on a tokio task.
pub async fn client(worker: ServerRef<Worker>, seed: u64, rounds: u32) -> Known {
    let mut dice = Dice::new(seed);
    let mut known = Known::default();
    for _ in 0..rounds {
        match dice.roll(16) {
            0..=3 => note(
                &mut known,
                call(worker.call(&ADD, Token::new(1))).await.as_ref(),
            ),
            4 | 5 => note(
                &mut known,
                call(worker.call(&YIELD, Token::new(1))).await.as_ref(),
            ),
            6 => {
                let short = Duration::from_micros(dice.roll(50));
                let yields = worker.call(&YIELD, Token::new(1)).timeout(short);
                note(&mut known, call(yields).await.as_ref());
            }
            7 => {
                let short = Duration::from_millis(1);
                call(worker.call(&KEEP, Token::new(1)).timeout(short)).await;
            }
            8 => {
                let request = worker.call(&ADD, Token::new(1)).send_request();
                note(&mut known, call(request).await.as_ref());
            }
            9 => {
                // Dropped in the middle of its wait.
                known.maybe += 1;
                tokio::select! {
                    biased;
                    () = tokio::task::yield_now() => {}
                    _ = worker.call(&YIELD, Token::new(1)) => {}
                }
            }
            10 => {
                let _ = worker.pid().send(Token::new(1));
                known.maybe += 1;
            }
            11 => {
                let _ = worker.cast(&ALARM, Token::new(dice.roll(3))).await;
            }
            12 => {
                let _ = worker.sys().suspend().await;
                let cast = worker.cast(&BUMP, Token::new(1)).try_send();
                note_cast(&mut known, cast.is_ok());
                let _ = worker.sys().resume().await;
            }
            _ => {
                let cast = in_time("a cast", worker.cast(&BUMP, Token::new(1))).await;
                note_cast(&mut known, cast.is_some_and(|cast| cast.is_ok()));
            }
        }
    }
    known
}

/// A client on a thread of its own, outside any runtime.
pub fn client_outside(worker: &ServerRef<Worker>, rounds: u32) -> Known {
    let mut known = Known::default();
    for round in 0..rounds {
        if round % 4 == 0 {
            let cast = worker.cast(&BUMP, Token::new(1)).blocking();
            note_cast(&mut known, cast.is_ok());
        } else {
            CALLS.begin();
            let answer = worker.call(&ADD, Token::new(1)).blocking();
            CALLS.end();
            check(&answer);
            note(&mut known, Some(&answer));
        }
    }
    known
}

/// A call to its end, counted.
pub async fn call<R>(
    call: impl IntoFuture<Output = Result<R, CallError>>,
) -> Option<Result<R, CallError>> {
    CALLS.begin();
    let answer = in_time("a call", call.into_future()).await?;
    CALLS.end();
    check(&answer);
    Some(answer)
}

fn check<R>(answer: &Result<R, CallError>) {
    match answer {
        Ok(_) | Err(CallError::Timeout | CallError::Down(_)) => {}
        Err(other) => wrong(&format!("a call ended with: {other}")),
    }
}

fn note<R>(known: &mut Known, answer: Option<&Result<R, CallError>>) {
    match answer {
        Some(Ok(_)) => known.surely += 1,
        _ => known.maybe += 1,
    }
}

fn note_cast(known: &mut Known, is_in: bool) {
    if is_in {
        known.surely += 1;
    } else {
        known.maybe += 1;
    }
}
