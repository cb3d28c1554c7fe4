//! Every attribute, once.

#![deny(warnings, clippy::pedantic)]

use std::time::Duration;

use otp::prelude::*;

#[state_machine(
    initial = Idle | Busy,
    data = Vec<String>,
    mailbox = 16,
    overflow = reject,
    call_timeout = 2s,
    slow_handler = 1s,
    donate = auto,
    mailbox_on_restart = keep,
    name = "every_kind"
)]
#[derive(Debug)]
enum Kinds {
    Idle,
    Busy {
        by: u32,
    },
    #[terminal]
    Done,
}

#[derive(Debug)]
struct Ping;

#[state_machine]
impl Kinds {
    /// Begins.
    #[init]
    async fn new(by: u32, mut next: Next) -> Result<(Self, Vec<String>), String> {
        next.insert_begun();
        if by == 0 {
            Err("nobody".into())
        } else {
            Ok((Kinds::Busy { by }, Vec::new()))
        }
    }

    #[internal]
    #[on(_)]
    fn begun(data: &mut Vec<String>) {
        data.push("begun".into());
    }

    #[call]
    #[on(Busy { by })]
    #[refuse(Idle)]
    fn who(by: &u32) -> u32 {
        *by
    }

    #[call]
    #[on(Busy => Idle)]
    #[postpone(Idle)]
    async fn free(mut next: Next) {
        next.start_beat(Duration::from_secs(1), 3);
        next.idle();
    }

    #[cast]
    #[on(Idle => Busy)]
    #[ignore(Busy)]
    fn take(by: u32, next: Next) {
        next.busy(by).within(Duration::from_secs(3));
    }

    #[info]
    #[on(_ => Done)]
    fn ping(_ping: Ping, cx: &mut MachineContext<Self>, next: Next) {
        let _ = cx.pid();
        next.done();
    }

    #[state_timeout(Busy, 10s)]
    #[on(Busy => Idle)]
    fn bored(next: Next) {
        next.idle();
    }

    #[event_timeout(Idle, 20s)]
    #[on(Idle)]
    fn silence(data: &mut Vec<String>) {
        data.push("silence".into());
    }

    #[timeout(30s)]
    #[on(_)]
    fn old(data: &mut Vec<String>) {
        data.push("old".into());
    }

    #[timeout]
    #[on(_)]
    fn beat(count: u32, mut next: Next) {
        if count > 0 {
            next.start_beat(Duration::from_secs(1), count - 1);
            next.cancel_old();
            next.update_beat(count);
        }
    }

    #[enter(Idle | Done)]
    fn entered(data: &mut Vec<String>, from: KindsState, mut next: Next) {
        data.push(format!("from {from}"));
        next.start_beat(Duration::from_secs(1), 1);
    }

    #[exit(Busy)]
    async fn left(data: &mut Vec<String>, to: KindsState) {
        data.push(format!("to {to}"));
    }

    #[terminate]
    fn bye(state: &Self, data: &mut Vec<String>, reason: &ExitReason) {
        data.push(format!("{state:?} {reason}"));
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let kinds = Kinds::start(1).await.unwrap();
    assert_eq!(kinds.who().await, Ok(1));
    kinds.free().await.unwrap();
    kinds.take(2).await.unwrap();
    assert_eq!(kinds.who().await, Ok(2));
    assert_eq!(Kinds::whereis(), Some(kinds.clone()));
    let gone = kinds.monitor();
    kinds.send(Ping).unwrap();
    assert_eq!(gone.await.reason, ExitReason::Normal);
}
