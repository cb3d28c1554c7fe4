//! A machine behind a trait, so that a test can put something else in its place.

#![deny(warnings, missing_docs)]

use otp::prelude::*;

/// A door.
#[state_machine(initial = Shut, data = u32)]
pub enum Door {
    /// Nobody can pass.
    Shut,
    /// Anybody can.
    Open,
}

#[state_machine(protocol = DoorApi)]
impl Door {
    /// Opens it; answers how often it was.
    #[call]
    #[on(Shut => Open)]
    pub fn open(data: &mut u32, next: Next) -> u32 {
        *data += 1;
        next.open();
        *data
    }

    #[call]
    #[on(Open)]
    pub fn open(data: &u32) -> u32 {
        *data
    }

    /// Shuts it.
    #[cast]
    #[on(Open => Shut)]
    #[ignore(Shut)]
    pub fn shut(next: Next) {
        next.shut();
    }

    /// No part of the protocol: not public.
    #[call]
    #[on(_)]
    fn count(data: &u32) -> u32 {
        *data
    }
}

#[derive(Clone)]
struct AlwaysOpen;

impl DoorApi for AlwaysOpen {
    async fn open(&self) -> Result<u32, CallError> {
        Ok(7)
    }

    async fn shut(&self) -> Result<(), CastError> {
        Ok(())
    }
}

async fn pass(door: &impl DoorApi) -> u32 {
    let times = door.open().await.unwrap();
    door.shut().await.unwrap();
    times
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let door = Door::start().await.unwrap();
    assert_eq!(pass(&door).await, 1);
    assert_eq!(pass(&door).await, 2);
    assert_eq!(door.count().await, Ok(2));
    assert_eq!(pass(&AlwaysOpen).await, 7);
}
