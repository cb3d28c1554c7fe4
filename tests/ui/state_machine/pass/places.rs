//! A machine in a function's body, one whose `impl` is in another module, and one below its `impl`.

use otp::prelude::*;

mod states {
    use otp::prelude::*;

    #[state_machine(initial = Off, data = ())]
    pub enum Lamp {
        Off,
        On,
    }
}

mod events {
    use otp::prelude::*;

    use super::states::{Lamp, LampRef, LampState};

    #[state_machine]
    impl Lamp {
        #[call]
        #[on(Off => On)]
        pub fn toggle(next: Next) -> bool {
            next.on();
            true
        }

        #[call]
        #[on(On => Off)]
        pub fn toggle(next: Next) -> bool {
            next.off();
            false
        }
    }
}

#[state_machine]
impl Above {
    #[cast]
    #[on(A => B)]
    fn go(next: Next) {
        next.b();
    }
}

#[state_machine(initial = A, data = ())]
enum Above {
    A,
    #[terminal]
    B,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    #[state_machine(initial = One, data = u32)]
    enum Inner {
        One,
        Two,
    }

    #[state_machine]
    impl Inner {
        #[call]
        #[on(One => Two)]
        fn step(data: &mut u32, next: Next) -> u32 {
            *data += 1;
            next.two();
            *data
        }

        #[call]
        #[on(Two => One)]
        fn step(data: &mut u32, next: Next) -> u32 {
            *data += 10;
            next.one();
            *data
        }
    }

    let inner = Inner::start().await.unwrap();
    assert_eq!(inner.step().await, Ok(1));
    assert_eq!(inner.step().await, Ok(11));
    let lamp = states::Lamp::start().await.unwrap();
    assert_eq!(lamp.toggle().await, Ok(true));
    assert_eq!(lamp.toggle().await, Ok(false));
    let above = Above::start().await.unwrap();
    above.go().await.unwrap();
}
