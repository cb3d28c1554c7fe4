use otp::prelude::*;

fn main() {
    let rates = Table::new();
    rates.insert("EUR", 1.0);
    let reader = rates.reader();
    reader.insert("CHF", 0.9);
    reader.remove("EUR");
    reader.clear();

    let scores = OrderedTable::new();
    scores.insert(1, 1);
    scores.reader().update_counter(&1, 1);

    let tags = BagTable::new();
    tags.insert(1, "a");
    tags.reader().take(&1);
}
