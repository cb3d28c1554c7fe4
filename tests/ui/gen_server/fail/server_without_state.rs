use otp::prelude::*;

use std::marker::PhantomData;

#[gen_server]
struct Unit;

#[gen_server]
struct Braces {}

#[gen_server]
struct Parentheses();

#[gen_server]
struct Phantom<T> {
    marker: PhantomData<T>,
}

fn main() {}
