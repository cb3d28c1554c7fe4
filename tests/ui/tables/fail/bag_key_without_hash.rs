use otp::prelude::*;

fn main() {
    let _prices: BagTable<f64, &str> = BagTable::new();
}
