use otp::prelude::*;

#[gen_server]
struct Shop {
    #[table]
    sales: OrderedTable<u64, String>,
    prices: Table<String, u64>,
    count: u64,
}

#[gen_server]
impl Shop {
    #[init]
    fn new() -> Self {
        Shop {
            sales: OrderedTable::new(),
            prices: Table::new(),
            count: 0,
        }
    }

    #[call]
    fn sell(&mut self, what: String, price: u64) {
        self.count += 1;
        self.prices.insert(what.clone(), price);
        self.sales.insert(self.count, what);
    }

    #[read]
    fn price(prices: &TableReader<String, u64>, what: &str) -> Option<u64> {
        prices.get(what)
    }
}

fn main() {}
