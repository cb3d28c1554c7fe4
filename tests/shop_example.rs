//! The shop example's tree, with the test kit: whatever crashes, no accepted order is lost, and each is
//! paid.

#[path = "../examples/shop/audit.rs"]
mod audit;
#[path = "../examples/shop/cart.rs"]
mod cart;
#[path = "../examples/shop/catalogue.rs"]
mod catalogue;
#[path = "../examples/shop/ledger.rs"]
mod ledger;
#[path = "../examples/shop/order.rs"]
mod order;
#[path = "../examples/shop/till.rs"]
mod till;
#[path = "../examples/shop/tree.rs"]
mod tree;

use std::path::PathBuf;
use std::time::Duration;

use otp::prelude::*;
use otp::test::{self, Faults, Kind, Reports, Started, started};

use order::{Line, cents};
use tree::{Setup, Shop, ShopRef};

/// A shop with a journal of its own, which is removed with it.
struct Open {
    shop: Started<ShopRef>,
    journal: PathBuf,
}

impl Open {
    async fn new(name: &str, seed: u64) -> Self {
        let file = format!("otp-shop-{}-{name}.journal", std::process::id());
        let journal = std::env::temp_dir().join(file);
        let _ = std::fs::remove_file(&journal);
        Self::again(journal, seed).await
    }

    async fn again(journal: PathBuf, seed: u64) -> Self {
        let setup = Setup {
            journal: journal.clone(),
            seed,
        };
        let shop = started(Shop::start(setup)).await;
        Self { shop, journal }
    }

    async fn order(&self, who: &str, key: u64, what: &str) -> Result<u64, String> {
        let cart = self.shop.carts().start_child(who.to_owned()).await;
        let cart = cart.map_err(|error| error.to_string())?;
        let answer = cart.check_out(key, vec![(2, what.to_owned())]).await;
        answer.unwrap_or_else(|error| Err(error.to_string()))
    }

    /// Accepted and paid orders, and what was paid.
    async fn book(&self) -> (usize, usize, u64) {
        let totals = self.shop.books().ledger().totals().await.expect("a ledger");
        (totals.accepted, totals.paid, totals.amount)
    }

    async fn close(self) {
        self.shop.finish().await;
        let _ = std::fs::remove_file(&self.journal);
    }
}

/// Longer than any payment, with all that may crash on the way.
const A_WHILE: Duration = Duration::from_secs(5);

#[tokio::test(start_paused = true)]
async fn an_order_is_accepted_once_and_paid() {
    let open = Open::new("once", 7).await;
    assert_eq!(open.order("ana", 1, "pear").await, Ok(110));
    assert_eq!(open.order("ana", 1, "pear").await, Ok(110), "said twice");
    assert_eq!(
        open.order("bo", 2, "plum").await,
        Err("we have no plum".to_owned())
    );
    test::advance(A_WHILE).await;
    assert_eq!(open.book().await, (1, 1, 110));
    open.close().await;
}

#[tokio::test(start_paused = true)]
async fn orders_are_paid_whatever_crashes_by_any_seed() {
    for seed in 0..8 {
        let open = Open::new(&format!("seed{seed}"), seed).await;
        let faults = Faults::seeded(seed).panics_one_in(30).at_most(6);
        let mut accepted = 0;
        for key in 0..20 {
            while open.order("ana", key, "fig").await.is_err() {}
            accepted += 1;
        }
        test::advance(A_WHILE).await;
        drop(faults);
        // While the ledger reads its journal, on the disk's time, nothing else holds the paused clock.
        for _ in 0..20 {
            if open.book().await.1 < accepted {
                test::advance(A_WHILE).await;
            }
        }
        assert_eq!(
            open.book().await,
            (accepted, accepted, 240 * accepted as u64)
        );
        open.close().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_till_that_hangs_holds_up_payments_but_no_orders() {
    let open = Open::new("hang", 3).await;
    let faults = Faults::here();
    faults.next_message(open.shop.books().till()).hangs();
    assert_eq!(open.order("ana", 1, "melon").await, Ok(780));
    test::advance(Duration::from_secs(1)).await;
    assert_eq!(open.order("bo", 2, "apple").await, Ok(80));
    assert_eq!(open.book().await, (2, 0, 0));
    faults.release(open.shop.books().till());
    test::advance(A_WHILE).await;
    assert_eq!(open.book().await, (2, 2, 860));
    open.close().await;
}

#[tokio::test(start_paused = true)]
async fn a_new_ledger_gets_a_new_till_and_audit_and_reads_its_journal_back() {
    let reports = Reports::capture();
    let open = Open::new("books", 7).await;
    open.order("ana", 1, "pear").await.unwrap();
    open.shop.books().ledger().exit(ExitReason::Kill);
    test::advance(A_WHILE).await;
    assert_eq!(open.book().await, (1, 1, 110));
    let started: Vec<_> = reports.of_kind(Kind::Started);
    for (child, least) in [("ledger", 2), ("till", 2), ("audit", 2), ("catalogue", 1)] {
        let count = started
            .iter()
            .filter(|one| one.child.as_deref() == Some(child));
        assert!(count.count() >= least, "{child}");
    }
    // A shop of tomorrow finds the orders of today.
    let Open { shop, journal } = open;
    shop.finish().await;
    let open = Open::again(journal, 8).await;
    assert_eq!(open.book().await, (1, 1, 110));
    open.close().await;
}

#[tokio::test(start_paused = true)]
async fn prices_are_those_of_a_new_catalogue_after_a_crash() {
    let open = Open::new("prices", 7).await;
    open.shop
        .catalogue()
        .set("pear".to_owned(), 60)
        .await
        .unwrap();
    assert_eq!(open.order("ana", 1, "pear").await, Ok(120));
    let faults = Faults::here();
    faults.next_message(open.shop.catalogue()).panics();
    assert!(
        open.shop
            .catalogue()
            .look_up("pear".to_owned())
            .await
            .is_err()
    );
    assert_eq!(open.order("ana", 2, "pear").await, Ok(110));
    open.close().await;
}

#[test]
fn lines_are_orders_or_commands() {
    let fig = vec![(1, "fig".to_owned())];
    assert_eq!("ana: 1 fig".parse(), Ok(Line::Order("ana".to_owned(), fig)));
    assert_eq!("!kill till".parse(), Ok(Line::Kill("till".to_owned())));
    assert_eq!(" ".parse(), Ok(Line::Nothing));
    assert!("ana: fig".parse::<Line>().is_err());
    assert_eq!(cents(1205), "12.05");
}
