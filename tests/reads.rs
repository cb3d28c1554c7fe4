//! `#[table]` and `#[read]`: state that everybody reads without asking its server.

use otp::prelude::*;

#[gen_server]
struct Rates {
    #[table]
    by_symbol: Table<String, f64>,
    #[table]
    seen: Table<u32, &'static str>,
    updates: u64,
}

#[gen_server]
impl Rates {
    #[init]
    fn new() -> Self {
        let rates = Rates {
            by_symbol: Table::new(),
            seen: Table::new(),
            updates: 0,
        };
        rates.by_symbol.insert("CHF".to_owned(), 0.9);
        rates
    }

    #[call]
    fn publish(&mut self, symbol: String, rate: f64) -> u64 {
        self.updates += 1;
        self.by_symbol.insert(symbol, rate);
        self.updates
    }

    #[cast]
    fn note(&mut self, number: u32) {
        self.updates += 1;
        self.seen.insert(number, "seen");
    }

    /// The rate of one symbol.
    #[read]
    fn rate(by_symbol: &TableReader<String, f64>, symbol: &str) -> Option<f64> {
        by_symbol.get(symbol)
    }

    #[read]
    fn sizes(
        by_symbol: &TableReader<String, f64>,
        seen: &TableReader<u32, &'static str>,
    ) -> (usize, usize) {
        (by_symbol.len(), seen.len())
    }

    #[read]
    fn longest<'a>(seen: &TableReader<u32, &'static str>, names: &'a [&'a str]) -> &'a str {
        let least = seen.len();
        names.iter().find(|name| name.len() > least).unwrap_or(&"")
    }
}

#[tokio::test]
async fn a_read_sees_what_init_and_the_last_call_wrote() {
    let rates = Rates::start().await.unwrap();
    assert_eq!(rates.rate("CHF"), Some(0.9));
    assert_eq!(rates.rate("EUR"), None);
    assert_eq!(rates.publish("EUR".to_owned(), 1.1).await, Ok(1));
    assert_eq!(rates.rate("EUR"), Some(1.1));
    rates.note(7).await.unwrap();
    assert_eq!(rates.publish("EUR".to_owned(), 1.2).await, Ok(3));
    assert_eq!((rates.rate("EUR"), rates.sizes()), (Some(1.2), (2, 1)));
}

#[tokio::test]
async fn a_read_may_borrow_from_its_caller() {
    let rates = Rates::start().await.unwrap();
    rates.note(1).await.unwrap();
    rates.publish("EUR".to_owned(), 1.0).await.unwrap();
    assert_eq!(rates.longest(&["a", "bc", "def"]), "bc");
}

#[tokio::test]
async fn a_read_does_not_wait_for_a_server_that_is_busy_or_suspended() {
    let rates = Rates::start().await.unwrap();
    rates.sys().suspend().await.unwrap();
    let publish = rates.publish("EUR".to_owned(), 1.1).send_request();
    assert_eq!(rates.rate("CHF"), Some(0.9));
    assert_eq!(rates.rate("EUR"), None);
    rates.sys().resume().await.unwrap();
    publish.await.unwrap();
    assert_eq!(rates.rate("EUR"), Some(1.1));
}

#[tokio::test]
async fn a_read_works_in_a_thread_outside_any_runtime() {
    let rates = Rates::start().await.unwrap();
    let there = rates.clone();
    let read = std::thread::spawn(move || there.rate("CHF"));
    assert_eq!(read.join().unwrap(), Some(0.9));
}

#[tokio::test]
async fn the_tables_of_a_server_that_has_ended_are_empty() {
    let rates = Rates::start().await.unwrap();
    rates.stop().await.unwrap();
    assert_eq!((rates.rate("CHF"), rates.sizes()), (None, (0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_never_see_a_write_go_back() {
    let rates = Rates::start().await.unwrap();
    let reader = rates.clone();
    let reading = std::thread::spawn(move || {
        let mut last = 0.0;
        while last < 2000.0 {
            let now = reader.rate("EUR").unwrap_or(0.0);
            assert!(now >= last, "{now} after {last}");
            last = now;
        }
    });
    for rate in 1..=2000 {
        rates
            .publish("EUR".to_owned(), f64::from(rate))
            .await
            .unwrap();
    }
    reading.join().unwrap();
}
