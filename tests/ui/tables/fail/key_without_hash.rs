use otp::prelude::*;

#[derive(PartialEq)]
struct Symbol(String);

fn main() {
    let rates = Table::new();
    rates.insert(Symbol("EUR".to_owned()), 1.0);
}
