//! A state that is for good, and one that only `sys` puts a machine in: meant so, and said so.

#![deny(warnings)]

use otp::prelude::*;

#[state_machine(initial = On, data = (), allow(no_way_out, unreachable_state))]
#[derive(Debug)]
enum Lamp {
    On,
    /// It stays so, and says so.
    Burnt,
    /// A test puts it here.
    Flickers,
}

#[state_machine]
impl Lamp {
    #[call]
    #[on(On => Burnt)]
    fn shines(next: Next) -> bool {
        next.burnt();
        true
    }

    #[call]
    #[on(Burnt | Flickers)]
    fn shines() -> bool {
        false
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lamp = Lamp::start().await.unwrap();
    assert_eq!(lamp.shines().await, Ok(true));
    assert_eq!(lamp.shines().await, Ok(false));
    lamp.sys()
        .replace_state(|_| otp::Machine::with(Lamp::Flickers, ()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(lamp.shines().await, Ok(false));
}
