use otp::prelude::*;

#[derive(PartialEq, Eq, Hash, Clone)]
struct Symbol(String);

fn main() {
    let _rates: OrderedTable<Symbol, f64> = OrderedTable::new();
}
