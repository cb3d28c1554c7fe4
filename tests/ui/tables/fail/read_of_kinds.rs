use otp::prelude::*;

#[gen_server]
struct Shop {
    #[table]
    sales: OrderedTable<u64, String>,
    #[table]
    tags: BagTable<String, String>,
    count: u64,
}

#[gen_server]
impl Shop {
    #[init]
    fn new() -> Self {
        Shop {
            sales: OrderedTable::new(),
            tags: BagTable::new(),
            count: 0,
        }
    }

    #[call]
    fn sell(&mut self, what: String) {
        self.count += 1;
        self.sales.insert(self.count, what);
    }

    #[read]
    fn whole(sales: &OrderedTable<u64, String>) -> usize {
        sales.len()
    }

    #[read]
    fn by_value(tags: BagReader<String, String>) -> usize {
        tags.len()
    }

    #[read]
    fn with_self(&self) -> usize {
        self.sales.len()
    }
}

fn main() {}
