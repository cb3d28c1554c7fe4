use otp::prelude::*;

#[gen_server]
struct Rates {
    #[table]
    by_symbol: Table<String, f64>,
    updates: u64,
}

#[gen_server]
impl Rates {
    #[init]
    fn new() -> Self {
        Rates {
            by_symbol: Table::new(),
            updates: 0,
        }
    }

    #[call]
    fn publish(&mut self, symbol: String, rate: f64) {
        self.updates += 1;
        self.by_symbol.insert(symbol, rate);
    }

    #[read]
    fn forget(by_symbol: &TableReader<String, f64>, symbol: &str) {
        by_symbol.remove(symbol);
    }
}

fn main() {}
