//! Machines: nothing in the user's module is in the way of an expansion, and nothing has to be in scope.

#![allow(clippy::non_minimal_cfg)]

// The names of the standard library, of us, and of what an expansion has inside, mean something else here.
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    unreachable_pub,
    non_snake_case,
    non_camel_case_types
)]
mod clashes {
    macro_rules! matches {
        () => {
            compile_error!("the user's own")
        };
    }
    macro_rules! assert {
        () => {
            compile_error!("the user's own")
        };
    }
    macro_rules! otp {
        () => {
            compile_error!("the user's own")
        };
    }

    pub struct Result;
    pub struct Option;
    pub struct String;
    pub struct Duration;
    pub struct Turn;
    pub struct Bare;
    pub struct Machine;
    pub struct Transition;
    pub struct When;
    pub trait Send {}
    pub trait Sized {}
    pub trait Copy {}
    pub trait Clone {}
    pub trait Debug {}
    pub trait Display {}
    pub trait Into {}
    pub trait Future {}
    pub trait Deref {}
    pub fn Ok() {}
    pub fn Err() {}
    pub fn Some() {}
    pub mod otp {}
    pub mod std {}
    pub mod core {}

    #[::otp::state_machine(initial = Open | Shut, data = u64)]
    pub enum Door {
        Open { by: u64 },
        Shut,
    }

    #[::otp::state_machine(protocol = DoorApi)]
    impl Door {
        #[init]
        fn new(made: u64, mut next: Next) -> (Self, u64) {
            next.start_old(::std::time::Duration::from_secs(1));
            (Door::Shut, made)
        }

        // Arguments called as the variables of the expansion.
        #[call]
        #[on(Shut => Open)]
        pub fn open(data: &mut u64, state: u64, turn: u64, reply: u64, cx: u64, next: Next) -> u64 {
            *data += state + turn + reply + cx;
            next.open(state).within(::std::time::Duration::from_secs(9));
            *data
        }

        // Clauses may call an argument differently, and a field as another's argument.
        #[call]
        #[on(Open { by: state })]
        pub fn open(state: &u64, a: u64, event: u64, answer: u64, here: u64) -> u64 {
            *state + a + event + answer + here
        }

        #[cast]
        #[on(Open => Shut)]
        #[postpone(Shut)]
        pub fn shut(args: Option, next: Next) {
            let Option = args;
            next.shut();
        }

        #[state_timeout(Open, 10s)]
        #[on(Open => Shut)]
        fn late(next: Next) {
            next.shut();
        }

        #[timeout]
        #[on(_)]
        fn old(data: &mut u64) {
            *data = 0;
        }

        #[enter(Open)]
        fn entered(data: &mut u64) {
            *data += 1;
        }
    }
}

/// No prelude at all.
mod bare {
    #![no_implicit_prelude]

    #[::otp::state_machine(initial = Off, data = ::std::string::String, crate = ::otp)]
    pub(crate) enum Lamp {
        Off,
        On,
    }

    #[::otp::state_machine]
    impl Lamp {
        #[call]
        #[on(Off => On)]
        #[refuse(On)]
        pub(crate) fn light(
            data: &mut ::std::string::String,
            by: ::std::string::String,
            next: Next,
        ) -> usize {
            data.push_str(&by);
            next.on();
            data.len()
        }

        #[cast]
        #[on(On => Off)]
        #[ignore(Off)]
        pub(crate) fn put_out(mut next: Next) {
            next.insert_put_out();
            next.off();
        }
    }
}

/// Names that are keywords.
mod raw {
    use otp::prelude::*;

    #[state_machine(initial = Loop, data = u32)]
    pub(crate) enum r#Type {
        Loop,
        Break { r#in: u32 },
    }

    #[state_machine]
    impl r#Type {
        #[call]
        #[on(Loop => Break)]
        #[refuse(Break)]
        pub(crate) fn r#match(data: &mut u32, r#fn: u32, next: Next) -> u32 {
            *data += r#fn;
            next.r#break(r#fn);
            *data
        }

        #[call]
        #[on(Break { r#in } => Loop)]
        #[refuse(Loop)]
        pub(crate) fn r#move(r#in: &u32, next: Next) -> u32 {
            let r#in = *r#in;
            next.r#loop();
            r#in
        }
    }
}

/// Machines that a `macro_rules!` writes.
mod written {
    use otp::prelude::*;

    macro_rules! machine {
        ($name:ident, $data:ty, $there:ident <=> $back:ident, $go:ident($argument:ident: $ty:ty) $body:block) => {
            #[state_machine(initial = $there, data = $data)]
            pub(crate) enum $name {
                $there,
                $back,
            }

            #[state_machine]
            impl $name {
                #[call]
                #[on($there => $back)]
                pub(crate) fn $go(data: &mut $data, $argument: $ty, next: Next) -> $data {
                    *data += $body;
                    next.back();
                    *data
                }

                #[call]
                #[on($back => $there)]
                pub(crate) fn $go(data: &mut $data, $argument: $ty, next: Next) -> $data {
                    *data += $body;
                    next.there();
                    *data
                }
            }
        };
    }

    machine!(Walk, u64, There <=> Back, step(_by: u8) { 2 });
}

/// Attributes of the user's.
mod attributes {
    use otp::prelude::*;

    #[state_machine(initial = On, data = ())]
    #[cfg_attr(all(), derive(Debug))]
    pub(crate) enum Marked {
        On,
        #[doc(hidden)]
        Off,
    }

    #[state_machine]
    impl Marked {
        #[call]
        #[on(On => Off)]
        #[deprecated = "use another"]
        #[must_use = "it is a number"]
        pub(crate) fn old(next: Next) -> u32 {
            next.off();
            1
        }

        #[call]
        #[on(Off => On)]
        #[allow(deprecated)]
        pub(crate) fn old(next: Next) -> u32 {
            next.on();
            2
        }

        #[cast]
        #[on(_)]
        #[cfg_attr(all(), doc(hidden))]
        #[cfg(all())]
        pub(crate) fn hidden() {}
    }
}

#[tokio::test]
async fn names_of_the_standard_library_may_mean_something_else() {
    use clashes::{Door, DoorApi, DoorState};
    let door = Door::start(1).await.unwrap();
    door.shut(clashes::Option).await.unwrap();
    assert_eq!(door.open(1, 2, 3, 4).await, Ok(11));
    // What was postponed has shut it.
    assert_eq!(DoorApi::open(&door, 0, 0, 0, 1).await, Ok(13));
    assert_eq!(door.open(1, 1, 1, 1).await, Ok(4));
    assert_eq!(Door::transitions()[0].from, DoorState::Open);
    let mut bare = Door::bare(Door::Shut, 0);
    assert_eq!(bare.open(1, 1, 1, 1).unwrap(), 4);
}

#[tokio::test]
async fn no_prelude_is_needed() {
    let lamp = bare::Lamp::start().await.unwrap();
    assert_eq!(lamp.light("one".to_owned()).await, Ok(3));
    lamp.put_out().await.unwrap();
    assert_eq!(lamp.light("two".to_owned()).await, Ok(6));
}

#[tokio::test]
async fn names_may_be_keywords() {
    let machine = raw::Type::start().await.unwrap();
    assert_eq!(machine.r#match(2).await, Ok(2));
    assert_eq!(machine.r#move().await, Ok(2));
}

#[tokio::test]
async fn a_macro_may_write_machines() {
    let walk = written::Walk::start().await.unwrap();
    assert_eq!(walk.step(1).await, Ok(2));
    assert_eq!(walk.step(1).await, Ok(4));
}

#[tokio::test]
async fn attributes_of_the_users_go_along() {
    let marked = attributes::Marked::start().await.unwrap();
    marked.hidden().await.unwrap();
    #[allow(deprecated)]
    let old = marked.old().await;
    assert_eq!(old, Ok(1));
    assert!(format!("{:?}", attributes::Marked::On).contains("On"));
}
