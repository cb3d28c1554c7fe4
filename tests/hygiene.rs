//! Nothing in the user's module is in the way of an expansion, and nothing has to be in scope.

// The programs are what they are for the sake of their names.
#![allow(
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::non_minimal_cfg
)]

// The names of the standard library, and of us, mean something else here: as types, traits, functions,
// macros and modules.
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    unreachable_pub,
    non_snake_case,
    non_camel_case_types
)]
mod clashes {
    macro_rules! vec {
        () => {
            compile_error!("the user's own")
        };
    }
    macro_rules! panic {
        () => {
            compile_error!("the user's own")
        };
    }
    macro_rules! unreachable {
        () => {
            compile_error!("the user's own")
        };
    }
    macro_rules! matches {
        () => {
            compile_error!("the user's own")
        };
    }
    macro_rules! otp {
        () => {
            compile_error!("the user's own")
        };
    }
    macro_rules! tokio {
        () => {
            compile_error!("the user's own")
        };
    }

    pub struct Result;
    pub struct Option;
    pub struct Box;
    pub struct Arc;
    pub struct String;
    pub struct Duration;
    pub struct Context;
    pub struct Call;
    pub struct Server;
    pub struct Supervisor;
    pub trait Send {}
    pub trait Sync {}
    pub trait Sized {}
    pub trait Clone {}
    pub trait Future {}
    pub trait Deref {}
    pub trait From {}
    pub trait Default {}
    pub fn Ok() {}
    pub fn Err() {}
    pub fn Some() {}
    pub fn drop() {}
    pub mod otp {}
    pub mod tokio {}
    pub mod std {}
    pub mod core {}
    pub mod alloc {}

    #[::otp::gen_server]
    pub struct Counter {
        count: u64,
        #[table]
        numbers: ::otp::Table<u64, u64>,
    }

    #[::otp::gen_server(protocol = CounterApi)]
    impl Counter {
        #[init(continue = load)]
        fn new(count: u64) -> Self {
            Counter {
                count,
                numbers: ::otp::Table::new(),
            }
        }

        #[call]
        pub fn add(&mut self, n: u64) -> u64 {
            self.count += n;
            self.numbers.insert(n, self.count);
            self.count
        }

        #[call]
        pub async fn later(&mut self, reply: ::otp::ReplyTo<u64>, own: Option) {
            let Option = own;
            reply.send(self.count);
        }

        #[cast]
        pub fn reset(&mut self) {
            self.count = 0;
        }

        #[info]
        fn on_down(&mut self, _down: ::otp::Down) {
            self.count = 0;
        }

        #[every(1h)]
        fn tick(&mut self) {
            self.count += 1;
        }

        #[handle_continue]
        fn load(&mut self) {
            self.count += 1;
        }

        #[read]
        pub fn number(
            numbers: &::otp::TableReader<u64, u64>,
            n: u64,
        ) -> ::std::option::Option<u64> {
            numbers.get(&n)
        }

        #[terminate]
        fn bye(&mut self) {
            self.count = 0;
        }
    }

    ::otp::supervisor! {
        pub Shop(start: u64) {
            strategy: one_for_one,
            intensity: 3 per 5s,
            backoff: 1ms..2ms,
            counter: Counter(start),
            back: supervisor { strategy: rest_for_one, intensity: never, jobs: task_supervisor },
            many: dynamic<Counter> { intensity: never },
            parts: partition<Counter>(2, |index| Counter::start(index as u64)) { intensity: never },
            names: registry<u64, Counter>,
        }
    }
}

/// No prelude at all.
mod bare {
    #![no_implicit_prelude]

    #[::otp::gen_server]
    pub(crate) struct Bare {
        words: ::std::vec::Vec<::std::string::String>,
    }

    #[::otp::gen_server]
    impl Bare {
        #[init]
        fn new() -> ::std::result::Result<::std::option::Option<Self>, ::std::string::String> {
            ::std::result::Result::Ok(::std::option::Option::Some(Bare {
                words: ::std::vec::Vec::new(),
            }))
        }

        #[call]
        pub(crate) fn push(&mut self, word: ::std::string::String) -> usize {
            self.words.push(word);
            self.words.len()
        }
    }

    ::otp::supervisor! {
        pub(crate) Tree {
            strategy: one_for_one,
            intensity: never,
            bare: Bare(),
        }
    }
}

/// Names that are keywords.
mod raw {
    use otp::prelude::*;

    #[gen_server]
    pub(crate) struct r#Type {
        r#loop: u64,
    }

    #[gen_server]
    impl r#Type {
        #[init]
        fn r#new(r#in: u64) -> Self {
            Type { r#loop: r#in }
        }

        #[call]
        pub(crate) fn r#match(&mut self, r#fn: u64) -> u64 {
            self.r#loop += r#fn;
            self.r#loop
        }

        #[cast]
        pub(crate) fn r#move(&mut self, r#as: u64) {
            self.r#loop = r#as;
        }
    }

    supervisor! {
        pub(crate) Tree(r#use: u64) {
            strategy: one_for_one,
            intensity: never,
            r#type: Type(r#use),
        }
    }
}

/// Servers and trees that a `macro_rules!` writes.
mod written {
    use otp::prelude::*;

    macro_rules! server {
        (
            $name:ident, $state:ty,
            $method:ident($argument:ident: $ty:ty) $body:block,
            $helper:ident $whole:block
        ) => {
            #[gen_server]
            pub(crate) struct $name {
                state: $state,
            }

            #[gen_server]
            impl $name {
                #[init]
                fn new(state: $state) -> Self {
                    $name { state }
                }

                // A body that is one token to a macro.
                fn $helper() -> $state $whole

                #[call]
                pub(crate) fn $method(&mut self, $argument: $ty) -> $state {
                    self.state += $body + Self::$helper();
                    self.state
                }
            }
        };
    }

    server!(Adder, u64, plus(_n: u64) { 1 }, one { 1 });
    server!(Longer, u32, longer(_text: String) { 1 }, none { 0 });

    macro_rules! tree {
        ($name:ident: $child:ident($value:expr)) => {
            supervisor! {
                pub(crate) $name {
                    strategy: one_for_one,
                    intensity: 3 per 5s,
                    child: $child($value),
                }
            }
        };
    }

    tree!(Adders: Adder(1 + 1));
}

/// Attributes of the user's on handlers.
mod attributes {
    use otp::prelude::*;

    #[gen_server]
    #[cfg_attr(all(), derive(Debug))]
    pub(crate) struct Marked {
        count: u64,
    }

    #[gen_server]
    impl Marked {
        #[init]
        fn new() -> Self {
            Marked { count: 0 }
        }

        #[call]
        #[cfg(all())]
        pub(crate) fn here(&mut self) -> u64 {
            self.count += 1;
            self.count
        }

        #[call]
        #[cfg(any())]
        pub(crate) fn here(&mut self, of_another_kind: NoSuchType) -> u64 {
            self.count
        }

        #[cast]
        #[cfg_attr(all(), allow(clippy::unused_self))]
        #[doc(hidden)]
        pub(crate) fn hidden(&mut self) {
            self.count = 0;
        }

        #[call]
        #[deprecated = "use `here`"]
        #[must_use = "it is a number"]
        pub(crate) fn old(&mut self) -> u64 {
            self.count
        }
    }
}

#[tokio::test]
async fn names_of_the_standard_library_may_mean_something_else() {
    use clashes::{CounterApi, Shop};
    let shop = Shop::start(40).await.unwrap();
    assert_eq!(shop.counter().add(1).await, Ok(42));
    assert_eq!(CounterApi::add(shop.counter(), 1).await, Ok(43));
    assert_eq!(shop.counter().number(1), Some(43));
    assert_eq!(shop.counter().later(clashes::Option).await, Ok(43));
    shop.counter().reset().await.unwrap();
    shop.stop().await.unwrap();
}

#[tokio::test]
async fn no_prelude_is_needed() {
    let tree = bare::Tree::start().await.unwrap();
    assert_eq!(tree.bare().push("one".to_owned()).await, Ok(1));
}

#[tokio::test]
async fn names_may_be_keywords() {
    let tree = raw::Tree::start(1).await.unwrap();
    assert_eq!(tree.r#type().r#match(2).await, Ok(3));
    tree.r#type().r#move(7).await.unwrap();
    assert_eq!(tree.r#type().r#match(1).await, Ok(8));
}

#[tokio::test]
async fn a_macro_may_write_servers_and_trees() {
    let tree = written::Adders::start().await.unwrap();
    assert_eq!(tree.child().plus(9).await, Ok(4));
    let longer = written::Longer::start(1).await.unwrap();
    assert_eq!(longer.longer(String::new()).await, Ok(2));
}

#[tokio::test]
async fn attributes_of_the_users_go_along() {
    let marked = attributes::Marked::start().await.unwrap();
    assert_eq!(marked.here().await, Ok(1));
    marked.hidden().await.unwrap();
    #[allow(deprecated)]
    let old = marked.old().await;
    assert_eq!(old, Ok(0));
}
