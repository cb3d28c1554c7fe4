//! Handlers under a `#[cfg]`: the graph is that of this build. What is not there need not even make sense.

#![deny(warnings)]

use otp::prelude::*;

#[state_machine(initial = Shut, data = u32)]
enum Door {
    Shut,
    Open { by: u32 },
    #[terminal]
    Gone,
}

#[state_machine(protocol = DoorApi)]
impl Door {
    #[init]
    #[cfg(any())]
    fn new(from: NoSuchType) -> u32 {
        from.count()
    }

    #[init]
    #[cfg(all())]
    fn new(count: u32) -> u32 {
        count
    }

    // The second clause of `open`, in the only state that the first leaves.
    #[call]
    #[on(Shut => Open)]
    #[cfg(all())]
    pub fn open(data: &mut u32, by: u32, next: Next) -> u32 {
        *data += 1;
        next.open(by);
        *data
    }

    #[call]
    #[on(Open => NoSuchState)]
    #[cfg(any())]
    pub fn open(by: u32, next: Next) -> u32 {
        next.no_such_state();
        by
    }

    #[call]
    #[on(Open { by: owner })]
    #[cfg(not(any()))]
    #[cfg(all())]
    pub fn open(owner: &mut u32, by: u32) -> u32 {
        std::mem::replace(owner, by)
    }

    #[cast]
    #[on(_ => Gone | Shut)]
    pub fn shut(next: Next) {
        next.shut();
    }

    #[cast]
    #[on(_ => Gone)]
    pub fn vanish(next: Next) {
        next.gone();
    }

    #[info]
    #[on(_)]
    #[cfg(any())]
    fn knock(_knock: NoSuchType, _arguments: &str) -> u32 {}

    #[enter(Open)]
    #[cfg(any())]
    fn entered() {}
}

// Of two blocks one is there.
#[state_machine(initial = A, data = ())]
enum Twice {
    A,
    B,
}

#[state_machine]
#[cfg(any())]
impl Twice {
    #[call]
    #[on(A => NoSuchState)]
    #[cfg(any())]
    fn step(next: Next) {}

    fn helper(_: NoSuchType) {}
}

#[state_machine]
#[cfg(all())]
impl Twice {
    #[call]
    #[on(A => B)]
    #[cfg(all())]
    fn step(next: Next) -> u32 {
        next.b();
        1
    }

    #[call]
    #[on(B => A)]
    fn step(next: Next) -> u32 {
        next.a();
        Self::two()
    }

    fn two() -> u32 {
        2
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let door = Door::start(41).await.unwrap();
    assert_eq!(door.open(7).await, Ok(42));
    assert_eq!(DoorApi::open(&door, 8).await, Ok(7));
    door.shut().await.unwrap();
    assert_eq!(door.open(9).await, Ok(43));
    assert!(!Door::diagram().contains("knock"));
    door.vanish().await.unwrap();
    let twice = Twice::start().await.unwrap();
    assert_eq!(twice.step().await, Ok(1));
    assert_eq!(twice.step().await, Ok(2));
}
