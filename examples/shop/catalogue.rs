//! Prices, in a table that everyone reads without asking its owner.

use otp::prelude::*;

/// The owner of the prices.
#[gen_server]
pub(crate) struct Catalogue {
    #[table]
    prices: Table<String, u64>,
}

#[gen_server]
impl Catalogue {
    #[init]
    fn new() -> Self {
        let prices = Table::new();
        for (what, price) in [("apple", 40), ("pear", 55), ("fig", 120), ("melon", 390)] {
            prices.insert(what.to_owned(), price);
        }
        Catalogue { prices }
    }

    /// Sets a price.
    #[call]
    pub(crate) fn set(&mut self, what: String, price: u64) -> bool {
        self.prices.insert(what, price)
    }

    /// As [`CatalogueRef::price`], by the owner: waits while that is restarted.
    #[call]
    pub(crate) fn look_up(&self, what: String) -> Option<u64> {
        self.prices.get(&what)
    }

    /// The price in cents; none is found while the owner is down.
    #[read]
    pub(crate) fn price(prices: &TableReader<String, u64>, what: &str) -> Option<u64> {
        prices.get(what)
    }
}
