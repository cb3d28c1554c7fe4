//! A machine as a child, in a dynamic supervisor and in a registry.

use otp::prelude::*;

#[state_machine(initial = Off, data = ())]
enum Lamp {
    Off,
    On,
}

#[state_machine]
impl Lamp {
    #[call]
    #[on(Off => On)]
    fn toggle(next: Next) -> bool {
        next.on();
        true
    }

    #[call]
    #[on(On => Off)]
    fn toggle(next: Next) -> bool {
        next.off();
        false
    }
}

supervisor! {
    House {
        strategy: one_for_one,
        intensity: 3 per 5s,
        hall: Lamp(),
        lamps: dynamic<Lamp> { intensity: 3 per 5s },
        names: registry<String, Lamp>,
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let house = House::start().await.unwrap();
    assert_eq!(house.hall().toggle().await, Ok(true));
    let lamp = house.lamps().start_child(()).await.unwrap();
    assert_eq!(lamp.toggle().await, Ok(true));
    house.stop().await.unwrap();
}
