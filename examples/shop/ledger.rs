//! The order book: what is accepted is on disk first, so that no crash can lose it.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use otp::prelude::*;

/// Figures over all orders.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    pub(crate) accepted: usize,
    pub(crate) paid: usize,
    pub(crate) amount: u64,
}

struct Entry {
    amount: u64,
    paid: bool,
}

/// The order book.
#[gen_server]
pub(crate) struct Ledger {
    journal: File,
    orders: BTreeMap<u64, Entry>,
}

#[gen_server]
impl Ledger {
    /// Reads back what an earlier ledger has written.
    #[init]
    fn open(journal: PathBuf) -> std::io::Result<Self> {
        let mut orders = BTreeMap::new();
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&journal)?;
        for line in BufReader::new(&file).lines() {
            let line = line?;
            let mut words = line.split(' ');
            let word = words.next();
            let (key, amount) = (words.next(), words.next());
            let number = |text: Option<&str>| text.and_then(|text| text.parse::<u64>().ok());
            match (word, number(key), number(amount)) {
                (Some("accepted"), Some(key), Some(amount)) => {
                    let paid = false;
                    orders.insert(key, Entry { amount, paid });
                }
                (Some("paid"), Some(key), _) => {
                    if let Some(order) = orders.get_mut(&key) {
                        order.paid = true;
                    }
                }
                // The end of a line that a crash cut off was never accepted.
                _ => {}
            }
        }
        Ok(Ledger {
            journal: file,
            orders,
        })
    }

    /// Accepts an order, once for each key.
    #[call]
    pub(crate) fn accept(&mut self, key: u64, amount: u64) -> Result<(), String> {
        if !self.orders.contains_key(&key) {
            self.write(&format!("accepted {key} {amount}"))?;
            let paid = false;
            self.orders.insert(key, Entry { amount, paid });
        }
        Ok(())
    }

    /// The oldest order that is not paid, and its amount.
    #[call]
    pub(crate) fn next_unpaid(&self) -> Option<(u64, u64)> {
        let mut unpaid = self.orders.iter().filter(|order| !order.1.paid);
        unpaid.next().map(|(key, order)| (*key, order.amount))
    }

    /// Notes a payment.
    #[call]
    pub(crate) fn paid(&mut self, key: u64) -> Result<(), String> {
        self.write(&format!("paid {key}"))?;
        if let Some(order) = self.orders.get_mut(&key) {
            order.paid = true;
        }
        Ok(())
    }

    /// Figures over all orders.
    #[call]
    pub(crate) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for order in self.orders.values() {
            totals.accepted += 1;
            if order.paid {
                totals.paid += 1;
                totals.amount += order.amount;
            }
        }
        totals
    }

    fn write(&mut self, line: &str) -> Result<(), String> {
        let written = writeln!(self.journal, "{line}").and_then(|()| self.journal.flush());
        written.map_err(|error| format!("the journal cannot be written: {error}"))
    }
}
