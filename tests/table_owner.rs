//! Who owns a table: its end, its heir, gifts, and all kinds of tables in a server.

use std::sync::Arc;

use otp::prelude::*;

type Scores = Table<u32, u32>;

/// Has a table, and does with it what it is told.
#[gen_server]
struct Owner {
    table: Option<Scores>,
    got: Vec<String>,
}

#[gen_server]
impl Owner {
    #[init]
    fn new(table: Option<Scores>) -> Self {
        otp::trap_exit(true).unwrap();
        Owner {
            table,
            got: Vec::new(),
        }
    }

    #[call]
    fn write(&mut self, key: u32, value: u32) -> bool {
        self.table.as_ref().is_some_and(|table| {
            table.insert(key, value);
            true
        })
    }

    #[call]
    fn name_heir(&mut self, heir: OwnerRef, data: u32) {
        if let Some(table) = &self.table {
            table.set_heir(&heir, data);
        }
    }

    #[call]
    fn name_no_heir(&mut self) {
        if let Some(table) = &self.table {
            table.clear_heir();
        }
    }

    #[call]
    fn give(&mut self, to: OwnerRef, data: u32) -> bool {
        let Some(table) = self.table.take() else {
            return false;
        };
        match table.give_away(&to, data) {
            Ok(()) => true,
            Err(error) => {
                self.table = Some(error.0);
                false
            }
        }
    }

    #[call]
    fn watch(&mut self, other: Pid, cx: &mut Context<Self>) {
        cx.monitor(other);
        self.got.clear();
    }

    #[call]
    fn got(&self) -> Vec<String> {
        self.got.clone()
    }

    #[call]
    fn fail(&mut self) {
        self.got.clear();
        panic!("told to");
    }

    #[info]
    fn on_table(&mut self, transfer: Transfer<Scores, u32>) {
        let from = transfer.from.map(|pid| pid.to_string());
        self.got.push(format!(
            "table {} of {}",
            transfer.data,
            from.unwrap_or_default()
        ));
        self.table = Some(transfer.table);
    }

    #[info]
    fn on_down(&mut self, down: Down) {
        self.got.push(format!("down {}", down.pid));
    }
}

async fn owner_of_one() -> (OwnerRef, TableReader<u32, u32>) {
    let table = Table::new();
    table.insert(1, 1);
    let reader = table.reader();
    (Owner::start(Some(table)).await.unwrap(), reader)
}

#[tokio::test]
async fn ets_002_a_table_ends_with_its_owner_for_any_reason() {
    for reason in [ExitReason::Normal, ExitReason::Shutdown] {
        let (owner, reader) = owner_of_one().await;
        owner.stop_with(reason).await.unwrap();
        assert_eq!((reader.get(&1), reader.exists()), (None, false));
    }
    let (owner, reader) = owner_of_one().await;
    let end = owner.monitor();
    owner.pid().exit(ExitReason::Kill);
    end.await;
    assert!(!reader.exists());
    let (owner, reader) = owner_of_one().await;
    let end = owner.monitor();
    assert!(owner.fail().await.is_err());
    end.await;
    assert_eq!((reader.get(&1), reader.exists()), (None, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ets_003_the_tables_of_an_owner_are_gone_before_its_down_is_there() {
    for _ in 0..300 {
        let (owner, reader) = owner_of_one().await;
        let end = owner.monitor();
        owner.pid().exit(ExitReason::Kill);
        end.await;
        assert!(!reader.exists());
    }
}

#[tokio::test]
async fn ets_004_the_end_of_a_huge_table_that_is_read_frees_nothing() {
    let value = Arc::new(());
    let table = Table::new();
    let reader = table.reader();
    for n in 0..200_000 {
        table.insert(n, Arc::clone(&value));
    }
    let owner = Agent::start(move || table).await.unwrap();
    owner.stop().await.unwrap();
    // The end itself is one store, however much there is; the last reader frees it.
    assert!(!reader.exists());
    assert_eq!(Arc::strong_count(&value), 200_001);
    drop(reader);
    assert_eq!(Arc::strong_count(&value), 1);
}

#[tokio::test]
async fn ets_010_an_heir_gets_the_table_before_the_down_of_its_owner() {
    for kill in [false, true] {
        let (owner, reader) = owner_of_one().await;
        let heir = Owner::start(None).await.unwrap();
        owner.name_heir(heir.clone(), 7).await.unwrap();
        heir.watch(owner.pid()).await.unwrap();
        let (pid, end) = (owner.pid(), owner.monitor());
        if kill {
            pid.exit(ExitReason::Kill);
            end.await;
        } else {
            owner.stop().await.unwrap();
        }
        assert_eq!((reader.get(&1), reader.exists()), (Some(1), true));
        let got = heir.got().await.unwrap();
        assert_eq!(
            got[0].split(' ').take(2).collect::<Vec<_>>(),
            ["table", "7"]
        );
        assert_eq!(got[1], format!("down {pid}"));
    }
}

#[tokio::test]
async fn ets_010_the_transfer_names_the_old_owner() {
    let (owner, _reader) = owner_of_one().await;
    let heir = Owner::start(None).await.unwrap();
    owner.name_heir(heir.clone(), 1).await.unwrap();
    let (pid, end) = (owner.pid(), owner.monitor());
    assert!(owner.fail().await.is_err());
    end.await;
    assert_eq!(heir.got().await.unwrap(), [format!("table 1 of {pid}")]);
}

#[tokio::test]
async fn ets_011_with_a_dead_heir_the_table_ends() {
    let (owner, reader) = owner_of_one().await;
    let heir = Owner::start(None).await.unwrap();
    owner.name_heir(heir.clone(), 1).await.unwrap();
    heir.stop().await.unwrap();
    assert!(reader.exists());
    owner.stop().await.unwrap();
    assert!(!reader.exists());
}

#[tokio::test]
async fn ets_012_an_heir_owns_the_table_with_full_rights() {
    let (owner, reader) = owner_of_one().await;
    let heir = Owner::start(None).await.unwrap();
    owner.name_heir(heir.clone(), 1).await.unwrap();
    owner.stop().await.unwrap();
    assert_eq!(heir.write(2, 2).await, Ok(true));
    assert_eq!(reader.get(&2), Some(2));
    // It can name an heir in turn, and without one the table ends with it.
    let next = Owner::start(None).await.unwrap();
    heir.name_heir(next.clone(), 2).await.unwrap();
    heir.stop().await.unwrap();
    assert_eq!(next.write(3, 3).await, Ok(true));
    next.stop().await.unwrap();
    assert!(!reader.exists());
}

#[tokio::test]
async fn ets_013_a_table_is_given_away_to_a_live_server() {
    let (owner, reader) = owner_of_one().await;
    let other = Owner::start(None).await.unwrap();
    assert_eq!(owner.give(other.clone(), 9).await, Ok(true));
    assert_eq!(
        other.got().await.unwrap(),
        [format!("table 9 of {}", owner.pid())]
    );
    assert_eq!(
        (owner.write(2, 2).await, other.write(2, 2).await),
        (Ok(false), Ok(true))
    );
    owner.stop().await.unwrap();
    assert_eq!(reader.get(&2), Some(2));
}

#[tokio::test]
async fn ets_013_what_is_given_to_a_dead_server_stays() {
    let (owner, reader) = owner_of_one().await;
    let other = Owner::start(None).await.unwrap();
    other.stop().await.unwrap();
    assert_eq!(owner.give(other.clone(), 9).await, Ok(false));
    assert_eq!(owner.write(2, 2).await, Ok(true));
    assert_eq!(reader.get(&2), Some(2));
}

#[tokio::test]
async fn ets_014_the_heir_can_be_changed() {
    let (owner, reader) = owner_of_one().await;
    let (first, second) = (
        Owner::start(None).await.unwrap(),
        Owner::start(None).await.unwrap(),
    );
    owner.name_heir(first.clone(), 1).await.unwrap();
    owner.name_heir(second.clone(), 2).await.unwrap();
    let pid = owner.pid();
    owner.stop().await.unwrap();
    assert_eq!(second.got().await.unwrap(), [format!("table 2 of {pid}")]);
    assert!(first.got().await.unwrap().is_empty());
    second.name_heir(first.clone(), 3).await.unwrap();
    second.name_no_heir().await.unwrap();
    second.stop().await.unwrap();
    assert!(!reader.exists());
}

/// Takes tables, one message at a time.
#[gen_server(mailbox = 1)]
struct Small {
    tables: Vec<Scores>,
}

#[gen_server]
impl Small {
    #[init]
    fn new() -> Self {
        Small { tables: Vec::new() }
    }

    #[call]
    fn count(&self) -> usize {
        self.tables.len()
    }

    #[info]
    fn on_table(&mut self, transfer: Transfer<Scores>) {
        self.tables.push(transfer.table);
    }
}

#[tokio::test]
async fn a_full_mailbox_refuses_no_table() {
    let heir = Small::start().await.unwrap();
    heir.sys().suspend().await.unwrap();
    let readers: Vec<_> = (0..3)
        .map(|n| {
            let table = Scores::new();
            table.insert(n, n);
            table.set_heir(&heir, ());
            table.reader()
        })
        .collect();
    assert!(readers.iter().all(TableReader::exists));
    heir.sys().resume().await.unwrap();
    assert_eq!(heir.count().await, Ok(3));
    heir.stop().await.unwrap();
    assert!(!readers.iter().any(TableReader::exists));
}

static SCORES: PersistentTerm<TableReader<u32, u32>> = PersistentTerm::new();

#[test]
fn ets_006_ets_009_ets_016_a_name_of_a_table_is_a_term_that_is_free_once_it_is_erased() {
    let (first, second) = (Scores::new(), Scores::new());
    assert!(SCORES.put_new(first.reader()).is_ok());
    assert!(SCORES.put_new(second.reader()).is_err());
    assert!(SCORES.with(|named| named.is_same(&first.reader())).unwrap());
    // The same table by another way, whatever its name.
    let found = SCORES.with(TableReader::clone).unwrap();
    assert!(SCORES.erase());
    assert!(SCORES.put_new(second.reader()).is_ok());
    assert!(found.exists() && found.is_same(&first.reader()));
    drop(first);
    assert!(!found.exists());
    assert!(SCORES.with(TableReader::exists).unwrap());
}

/// One table of each kind.
#[gen_server]
struct Shop {
    #[table]
    prices: Table<String, u32>,
    #[table]
    sales: OrderedTable<u64, String>,
    #[table]
    tags: BagTable<String, String>,
    #[table]
    visits: DuplicateBagTable<String, u64>,
    #[table]
    hits: PublicTable<String, u64>,
    #[table]
    queue: PublicOrderedTable<u64, String>,
    count: u64,
}

#[gen_server]
impl Shop {
    #[init]
    fn new(hits: PublicTable<String, u64>, queue: PublicOrderedTable<u64, String>) -> Self {
        Shop {
            prices: Table::new(),
            sales: OrderedTable::new(),
            tags: BagTable::new(),
            visits: DuplicateBagTable::new(),
            hits,
            queue,
            count: 0,
        }
    }

    #[call]
    fn sell(&mut self, what: String, price: u32) {
        self.count += 1;
        self.prices.insert(what.clone(), price);
        self.sales.insert(self.count, what.clone());
        self.tags.insert(what.clone(), "sold".to_owned());
        self.visits.insert(what.clone(), self.count);
        let _ = self.hits.update_counter_or(what.clone(), 1, 0);
        self.queue.insert(self.count, what);
    }

    #[read]
    fn price(prices: &TableReader<String, u32>, what: &str) -> Option<u32> {
        prices.get(what)
    }

    #[read]
    fn sold_since(sales: &OrderedReader<u64, String>, from: u64) -> Vec<String> {
        let mut sold = Vec::new();
        sales.scan_range(from.., |_, what| sold.push(what.clone()));
        sold
    }

    #[read]
    fn about(
        tags: &BagReader<String, String>,
        visits: &DuplicateBagReader<String, u64>,
        what: &str,
    ) -> (Vec<String>, Vec<u64>) {
        (tags.get(what), visits.get(what))
    }

    #[read]
    fn public(
        hits: &TableReader<String, u64>,
        queue: &OrderedReader<u64, String>,
    ) -> (usize, Option<u64>) {
        (hits.len(), queue.last().map(|(number, _)| number))
    }
}

#[tokio::test]
async fn a_server_may_have_tables_of_all_kinds_and_its_handle_reads_them() {
    let (hits, queue) = (PublicTable::new(), PublicOrderedTable::new());
    let shop = Shop::start(hits.clone(), queue.clone()).await.unwrap();
    for what in ["tea", "milk", "tea"] {
        shop.sell(what.to_owned(), 3).await.unwrap();
    }
    hits.insert("bread".to_owned(), 1);
    queue.insert(100, "bread".to_owned());
    assert_eq!((shop.price("tea"), shop.price("bread")), (Some(3), None));
    assert_eq!(shop.sold_since(2), ["milk", "tea"]);
    assert_eq!(shop.about("tea"), (vec!["sold".to_owned()], vec![1, 3]));
    assert_eq!(shop.public(), (3, Some(100)));
    shop.stop().await.unwrap();
    assert_eq!((shop.price("tea"), shop.sold_since(0).len()), (None, 0));
    assert_eq!(hits.get("tea"), Some(2));
}
