//! A customer's cart: one process each.

use otp::prelude::*;

use crate::catalogue::CatalogueRef;
use crate::ledger::LedgerRef;

/// A customer's cart.
#[gen_server]
pub(crate) struct Cart {
    customer: String,
    catalogue: CatalogueRef,
    ledger: LedgerRef,
    spent: u64,
}

#[gen_server]
impl Cart {
    #[init]
    fn new(customer: String, catalogue: CatalogueRef, ledger: LedgerRef) -> Self {
        Cart {
            customer,
            catalogue,
            ledger,
            spent: 0,
        }
    }

    /// Orders `items`: accepted when the ledger has it on disk. Answers the total in cents.
    #[call]
    pub(crate) async fn check_out(
        &mut self,
        key: u64,
        items: Vec<(u32, String)>,
    ) -> Result<u64, String> {
        let mut total = 0;
        for (count, what) in items {
            let price = match self.catalogue.price(&what) {
                Some(price) => Some(price),
                None => self.catalogue.look_up(what.clone()).await.unwrap_or(None),
            };
            let price = price.ok_or_else(|| format!("we have no {what}"))?;
            total += u64::from(count) * price;
        }
        // A ledger that is down for a moment is asked again: accepting twice is accepting once.
        while self.ledger.accept(key, total).await.is_err() {
            tracing::warn!(customer = self.customer, key, "asks the ledger again");
        }
        self.spent += total;
        Ok(total)
    }
}
