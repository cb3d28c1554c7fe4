use std::time::Duration;

use otp::prelude::*;

pub struct Lock {
    code: Vec<u8>,
    pressed: Vec<u8>,
}

#[state_machine(initial = Locked, data = Lock, mailbox = 64)]
enum Door {
    Locked,
    Open,
}

#[state_machine]
impl Door {
    #[init]
    fn new(code: Vec<u8>) -> Result<Lock, String> {
        if code.is_empty() {
            return Err("a code has digits".to_owned());
        }
        Ok(Lock { code, pressed: Vec::new() })
    }

    /// Presses a button; answers whether the door is open now.
    #[call]
    #[on(Locked => Open)]
    #[postpone(Open)]
    fn button(data: &mut Lock, digit: u8, mut next: Next) -> bool {
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

    #[cast]
    #[on(Open => Locked)]
    #[ignore(Locked)]
    fn slam(next: Next) {
        next.locked();
    }

    #[enter(Open)]
    fn opened() {
        println!("the door opens");
    }

    #[exit(Open)]
    fn shut(to: DoorState) {
        println!("the door is {to} again");
    }
}

async fn press(door: &DoorRef, digits: &[u8]) -> Result<bool, CallError> {
    let mut open = false;
    for digit in digits {
        open = door.button(*digit).await?;
    }
    Ok(open)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let door = Door::start(vec![1, 2, 3]).await?;
    println!("{}", press(&door, &[1, 2, 3]).await?);
    door.slam().await?;
    Ok(())
}
