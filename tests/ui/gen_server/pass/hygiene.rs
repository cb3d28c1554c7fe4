//! Nothing in scope is needed, and nothing in scope is in the way.
#![no_implicit_prelude]
#![allow(dead_code, nonstandard_style)]

mod clashes {
    pub struct Option;
    pub struct Result;
    pub struct Box;
    pub struct Call;
    pub struct CallError;
    pub struct Context;
    pub struct Server;
    pub struct Start;
    pub struct String;
    pub struct Table;
    pub trait Clone {}
    pub trait Send {}
    pub trait Future {}
    pub trait Deref {}
    pub trait Debug {}
    pub trait From {}
    pub fn Some() {}
    pub fn Ok() {}
    pub mod core {}
    pub mod std {}
    pub mod otp {}
}

use clashes::*;

#[::otp::gen_server(name = "hygiene")]
pub struct Counter {
    #[table]
    numbers: ::otp::Table<u64, u64>,
    count: u64,
}

#[::otp::gen_server(protocol = CounterApi)]
impl Counter {
    #[init(continue = load)]
    fn new(count: u64) -> Self {
        Counter {
            numbers: ::otp::Table::new(),
            count,
        }
    }

    #[call]
    pub fn add(&mut self, n: u64) -> u64 {
        self.count += n;
        self.count
    }

    #[call]
    pub async fn wait(&mut self, reply: ::otp::ReplyTo<u64>, cx: &mut ::otp::Context<Self>) {
        reply.send(self.count);
        cx.stop(::otp::ExitReason::Normal);
    }

    #[cast]
    pub fn reset(&mut self, context: Context) {
        let Context = context;
        self.count = 0;
    }

    #[info]
    fn on_down(&mut self, down: ::otp::Down) {
        self.count += 1;
        ::std::mem::drop(down);
    }

    #[every(30s)]
    fn sweep(&mut self) {
        self.count = 0;
    }

    #[handle_continue]
    fn load(&mut self) {
        self.count = 7;
    }

    #[terminate]
    fn bye(&mut self, reason: &::otp::ExitReason) {
        let _ = (reason, self.count);
    }

    #[read]
    pub fn number(numbers: &::otp::TableReader<u64, u64>, n: &u64) -> ::std::option::Option<u64> {
        numbers.get(n)
    }
}

fn main() {}
