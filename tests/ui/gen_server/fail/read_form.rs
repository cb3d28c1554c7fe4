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

    #[cast]
    fn publish(&mut self, symbol: String, rate: f64) {
        self.updates += 1;
        self.by_symbol.insert(symbol, rate);
    }

    #[read]
    fn with_self(&self, symbol: &str) -> Option<f64> {
        self.by_symbol.get(symbol)
    }

    #[read]
    async fn not_sync(by_symbol: &TableReader<String, f64>) -> usize {
        by_symbol.len()
    }

    #[read]
    fn nothing(symbol: &str) -> usize {
        symbol.len()
    }

    #[read]
    fn by_value(by_symbol: TableReader<String, f64>) -> usize {
        by_symbol.len()
    }

    #[read]
    fn whole(by_symbol: &Table<String, f64>) -> usize {
        by_symbol.len()
    }

    #[read]
    fn context(by_symbol: &TableReader<String, f64>, cx: &mut Context<Self>) -> usize {
        drop(cx);
        by_symbol.len()
    }
}

fn main() {}
