//! Sees to it that every accepted order is paid, however often the till crashes.

use otp::prelude::*;

use crate::ledger::LedgerRef;
use crate::till::TillRef;

/// Works through the order book.
#[gen_server]
pub(crate) struct Audit {
    ledger: LedgerRef,
    till: TillRef,
    paid: u64,
}

#[gen_server]
impl Audit {
    #[init]
    fn new(ledger: LedgerRef, till: TillRef) -> Self {
        Audit {
            ledger,
            till,
            paid: 0,
        }
    }

    /// Has the till take what is open. A till that crashes on it is asked again at the next turn.
    #[every(5ms)]
    async fn work(&mut self) {
        while let Ok(Some((key, amount))) = self.ledger.next_unpaid().await {
            if self.till.charge(key, amount).await.is_err() {
                return;
            }
            if let Ok(Ok(())) = self.ledger.paid(key).await {
                self.paid += 1;
            }
        }
    }
}
