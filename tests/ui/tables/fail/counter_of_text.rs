use otp::prelude::*;

fn main() {
    let names = Table::new();
    names.insert(1, "ann".to_owned());
    let _ = names.update_counter(&1, "bob".to_owned());
}
