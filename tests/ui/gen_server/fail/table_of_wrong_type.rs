use otp::prelude::*;

use std::collections::HashMap;

#[gen_server]
struct Rates {
    #[table]
    by_symbol: HashMap<String, f64>,
}

#[gen_server]
struct Untyped {
    #[table]
    by_symbol: Table,
}

#[gen_server]
struct Nameless(#[table] Table<String, f64>);

#[gen_server]
struct Options {
    #[table(ordered)]
    by_symbol: Table<String, f64>,
}

fn main() {}
