//! The tree: who runs in the shop, and who is restarted with whom.

use std::path::PathBuf;

use otp::prelude::*;

use crate::audit::Audit;
use crate::cart::Cart;
use crate::catalogue::Catalogue;
use crate::ledger::Ledger;
use crate::till::Till;

/// What the tree is started with.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) journal: PathBuf,
    pub(crate) seed: u64,
}

supervisor! {
    /// Everything the shop runs.
    pub(crate) Shop(setup: Setup) {
        strategy: one_for_one,
        intensity: 20 per 10s,

        /// Prices, read by everyone without asking.
        catalogue: Catalogue(),
        /// The order book, and who works through it: a new ledger gets a new audit.
        books: supervisor {
            strategy: rest_for_one,
            intensity: 20 per 10s,
            /// Accepted orders, on disk before they count as accepted.
            ledger: Ledger(setup.journal),
            /// Takes payments. Fails at random.
            till: Till(setup.seed) { shutdown: 1s },
            /// Sees to it that every accepted order is paid.
            audit: Audit(ledger.clone(), till.clone()),
        },
        /// One process a customer.
        carts: dynamic<Cart>(|customer: String| Cart::start(customer, catalogue.clone(), books.ledger().clone())) {
            intensity: 100 per 1s,
            restart: transient,
        },
    }
}
