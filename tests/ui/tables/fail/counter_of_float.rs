use otp::prelude::*;

fn main() {
    let rates = PublicOrderedTable::new();
    rates.insert(1, 1.0);
    let _ = rates.update_counter_or(1, 0.5, 0.0);
}
