use otp::prelude::*;

#[state_machine(initial = Shut, data = u32, protocol = DoorApi, allow(no_way_oute))]
enum Door {
    Shut,
    Open { by: u32 },
    #[terminal]
    Gone,
}

#[state_machine(protocol = "DoorApi", protocl = DoorApi)]
impl Door {
    #[cast]
    #[on(Shut => Open)]
    #[ignore(Open)]
    fn open(by: u32, next: Next) {
        next.open(by);
    }

    #[cast]
    #[on(_ => Gone | Shut)]
    fn shut(next: Next) {
        next.shut();
    }
}

#[state_machine(initial = On, data = (), allow = no_way_out)]
enum Lamp {
    On,
    Off,
}

#[state_machine]
impl Lamp {
    #[cast]
    #[on(On => Off)]
    #[ignore(Off)]
    fn put_out(next: Next) {
        next.off();
    }
}

fn main() {}
