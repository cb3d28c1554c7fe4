//! The code lock of OTP's documentation: press the right buttons and the door opens for a while.
//!
//! `cargo run --example door [CODE]` presses a wrong code, then the right one.

use std::process::ExitCode;
use std::time::Duration;

use otp::prelude::*;

/// What the lock remembers.
pub(crate) struct Lock {
    code: Vec<u8>,
    pressed: Vec<u8>,
}

#[state_machine(initial = Locked, data = Lock)]
pub(crate) enum Door {
    Locked,
    Open,
}

#[state_machine]
impl Door {
    /// A lock with a code of digits.
    #[init]
    fn new(code: Vec<u8>) -> Result<Lock, String> {
        if code.is_empty() || code.iter().any(|digit| *digit > 9) {
            return Err("a code is made of digits".into());
        }
        let pressed = Vec::new();
        Ok(Lock { code, pressed })
    }

    /// Presses a button; answers whether the door is open now.
    #[call]
    #[on(Locked => Open)]
    #[postpone(Open)]
    pub(crate) fn button(data: &mut Lock, digit: u8, mut next: Next) -> bool {
        data.pressed.push(digit);
        if data.pressed.len() < data.code.len() {
            next.start_forget(Duration::from_secs(3));
            return false;
        }
        let right = data.pressed == data.code;
        data.pressed.clear();
        if right {
            next.open();
        }
        right
    }

    /// Nobody has pressed a button for a while: what was pressed does not count.
    #[event_timeout(Locked)]
    #[on(Locked)]
    fn forget(data: &mut Lock) {
        data.pressed.clear();
    }

    #[state_timeout(Open, 300ms)]
    #[on(Open => Locked)]
    fn close(next: Next) {
        next.locked();
    }

    #[enter(Open)]
    fn opened() {
        println!("the door opens");
    }

    #[enter(Locked)]
    fn locked(from: DoorState) {
        if from == DoorState::Open {
            println!("the door is locked again");
        }
    }
}

pub(crate) async fn press(door: &DoorRef, digits: &[u8]) -> Result<bool, CallError> {
    let mut open = false;
    for digit in digits {
        open = door.button(*digit).await?;
        println!("  {digit}");
    }
    Ok(open)
}

async fn run(code: Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
    let door = Door::start(code.clone()).await?;
    let wrong: Vec<u8> = code.iter().map(|digit| (digit + 1) % 10).collect();
    if press(&door, &wrong).await? || !press(&door, &code).await? {
        return Err("the lock is broken".into());
    }
    // A button pressed while the door is open waits until it is locked.
    let open = press(&door, &code[..1]).await?;
    println!("a button while it is open: open = {open}");
    println!("\n{}", Door::diagram());
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let code = std::env::args().nth(1).unwrap_or_else(|| "1234".into());
    let digits = code.bytes().map(|byte| byte.wrapping_sub(b'0')).collect();
    match run(digits).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
