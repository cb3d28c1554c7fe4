//! `Table`, `PublicTable` and the bags: what is stored, what readers see, what many writers do.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use otp::prelude::*;
use otp::{CounterError, Step};
use proptest::prelude::*;

#[test]
fn ets_001_there_are_sets_bags_and_duplicate_bags() {
    let (set, bag, duplicates) = (Table::new(), BagTable::new(), DuplicateBagTable::new());
    for value in [1, 2, 2] {
        set.insert("key", value);
        bag.insert("key", value);
        duplicates.insert("key", value);
    }
    assert_eq!(set.get("key"), Some(2));
    assert_eq!(bag.get("key"), [1, 2]);
    assert_eq!(duplicates.get("key"), [1, 2, 2]);
    assert_eq!((set.len(), bag.len(), duplicates.len()), (1, 2, 3));
}

#[test]
fn ets_005_everybody_reads_and_the_owner_writes() {
    let table = Table::new();
    let reader = table.reader();
    table.insert(1, "one");
    let read = thread::spawn(move || reader.get(&1)).join().unwrap();
    assert_eq!(read, Some("one"));
}

#[test]
fn ets_005_all_who_have_a_public_table_write_it() {
    let table = PublicTable::new();
    let there = table.clone();
    thread::spawn(move || there.insert(1, "one"))
        .join()
        .unwrap();
    assert_eq!(table.reader().get(&1), Some("one"));
}

#[test]
fn ets_007_a_table_that_is_dropped_is_gone_to_everybody_at_once() {
    let table = Table::new();
    table.insert(1, 1);
    let reader = table.reader();
    assert!(reader.exists());
    drop(table);
    assert!(!reader.exists());
    assert_eq!((reader.get(&1), reader.len()), (None, 0));
    let mut seen = 0;
    reader.scan(|_, _| seen += 1);
    assert_eq!(seen, 0);
}

#[test]
fn ets_007_a_public_table_is_gone_with_its_last_clone() {
    let table = PublicTable::new();
    table.insert(1, 1);
    let (reader, clone) = (table.reader(), table.clone());
    drop(table);
    assert_eq!(reader.get(&1), Some(1));
    drop(clone);
    assert_eq!((reader.get(&1), reader.exists()), (None, false));
}

#[test]
fn ets_008_a_reader_reads_one_table_for_good() {
    let old = Table::new();
    old.insert(1, "old");
    let reader = old.reader();
    drop(old);
    let new = Table::new();
    new.insert(1, "new");
    assert_eq!(reader.get(&1), None);
    assert!(!reader.is_same(&new.reader()));
    assert!(new.is_same(&new.reader()));
}

#[test]
fn ets_015_a_reader_tells_size_and_memory_and_whether_the_table_is_there() {
    let table = Table::new();
    assert_eq!((table.len(), table.memory(), table.exists()), (0, 0, true));
    table.insert_all((0..100_u64).map(|n| (n, n)));
    assert_eq!(table.len(), 100);
    assert!(table.memory() >= 100 * 16, "{}", table.memory());
}

#[test]
fn ets_018_an_insert_replaces_in_a_set_and_drops_equal_values_in_a_bag() {
    let set = Table::new();
    assert!(set.insert(1, "a"));
    assert!(!set.insert(1, "b"));
    assert_eq!(set.get(&1), Some("b"));
    let bag = BagTable::new();
    assert!(bag.insert(1, "a"));
    assert!(bag.insert(1, "b"));
    assert!(!bag.insert(1, "a"));
    assert_eq!(bag.get(&1), ["a", "b"]);
    let duplicates = DuplicateBagTable::new();
    assert!(duplicates.insert(1, "a"));
    assert!(duplicates.insert(1, "a"));
    assert_eq!(duplicates.get(&1), ["a", "a"]);
}

#[test]
fn ets_020_nothing_is_under_a_key_that_is_not_there() {
    let (set, bag) = (Table::<u8, u8>::new(), BagTable::<u8, u8>::new());
    assert_eq!(set.get(&1), None);
    assert_eq!(bag.get(&1), []);
    assert_eq!(bag.with(&1, <[u8]>::len), 0);
}

#[test]
fn ets_021_the_values_of_a_key_are_in_the_order_of_their_insertion() {
    let bag = BagTable::new();
    for value in [3, 1, 2] {
        bag.insert("key", value);
    }
    bag.remove_object("key", &1);
    bag.insert("key", 1);
    assert_eq!(bag.get("key"), [3, 2, 1]);
}

#[test]
fn ets_022_insert_new_wants_an_absent_key() {
    let set = Table::new();
    assert!(set.insert_new(1, "a"));
    assert!(!set.insert_new(1, "b"));
    assert_eq!(set.get(&1), Some("a"));
    let bag = BagTable::new();
    assert!(bag.insert_new(1, "a"));
    assert!(!bag.insert_new(1, "b"));
    assert_eq!(bag.get(&1), ["a"]);
}

#[test]
fn ets_022_one_key_that_is_there_keeps_a_whole_list_out() {
    let set = Table::new();
    set.insert(2, "there");
    assert!(!set.insert_all_new([(1, "a"), (2, "b"), (3, "c")]));
    assert_eq!(
        (set.len(), set.get(&1), set.get(&2)),
        (1, None, Some("there"))
    );
    assert!(set.insert_all_new([(1, "a"), (3, "c"), (1, "d")]));
    assert_eq!((set.len(), set.get(&1)), (3, Some("d")));
}

#[test]
fn ets_023_of_a_key_that_is_twice_in_a_list_the_later_wins() {
    let set = Table::new();
    set.insert_all([(1, "a"), (2, "b"), (1, "c")]);
    assert_eq!((set.get(&1), set.len()), (Some("c"), 2));
    let bag = BagTable::new();
    bag.insert(1, "a");
    bag.insert_all([(1, "b"), (1, "a"), (2, "c"), (1, "b")]);
    assert_eq!((bag.get(&1), bag.len()), (vec!["a", "b"], 3));
}

/// Reads two keys in the order in which a list writes them, and the other way round, until told to stop.
/// Returns how many pairs there were.
fn read_pairs(reader: &TableReader<u8, u64>, stop: &AtomicBool) -> u64 {
    let mut pairs = 0;
    let mut last = 0;
    while !stop.load(Ordering::Relaxed) {
        let first = reader.get(&0).unwrap_or(0);
        let second = reader.get(&1).unwrap_or(0);
        assert!(second >= first, "{second} after {first}: a part of a list");
        let second = reader.get(&1).unwrap_or(0);
        let first = reader.get(&0).unwrap_or(0);
        assert!(first >= second, "{first} after {second}: a part of a list");
        assert!(first >= last, "{first} after {last}: a list was taken back");
        last = first;
        pairs += 1;
    }
    pairs
}

#[test]
fn ets_023_no_reader_sees_a_part_of_a_list() {
    let table = Table::new();
    table.insert_all([(0, 0), (1, 0)]);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = table.reader();
        let reading = scope.spawn(|| read_pairs(&{ reader }, &stop));
        for number in 1..50_000 {
            table.insert_all([(0, number), (1, number)]);
        }
        stop.store(true, Ordering::Relaxed);
        assert!(reading.join().unwrap() > 0);
    });
    assert_eq!(table.len(), 2);
}

#[test]
fn ets_023_lists_of_several_writers_do_not_mix() {
    let table = PublicTable::new();
    table.insert_all([(0, 0), (1, 0)]);
    table.insert(2, 0);
    thread::scope(|scope| {
        let writers = [1_u64, 2].map(|writer| {
            let table = table.clone();
            scope.spawn(move || {
                for _ in 0..10_000 {
                    table.insert_all([(0, writer), (1, writer)]);
                    table.update(&2, |n: &u64| (n + 1, ()));
                }
            })
        });
        for writer in writers {
            writer.join().unwrap();
        }
    });
    assert_eq!(table.get(&2), Some(20_000));
    assert_eq!(table.get(&0), table.get(&1));
}

/// A value whose copies may fail.
#[derive(Debug, PartialEq)]
struct Fragile(u8);

impl Clone for Fragile {
    fn clone(&self) -> Self {
        assert_ne!(self.0, 13, "this one cannot be copied");
        Self(self.0)
    }
}

#[test]
fn ets_024_a_list_whose_insert_panics_is_not_there_at_all() {
    let table = Table::new();
    table.insert(1, Fragile(1));
    let entries = (0..10).map(|n| {
        assert_ne!(n, 5, "no more");
        (n, Fragile(2))
    });
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        table.insert_all(entries);
    }));
    assert!(panicked.is_err());
    assert_eq!((table.len(), table.get(&1)), (1, Some(Fragile(1))));
}

#[test]
fn ets_025_no_reader_sees_a_torn_element() {
    let table = PublicTable::new();
    table.insert(0, [0_u64; 8]);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut reads = 0;
            while !stop.load(Ordering::Relaxed) {
                let whole = table.with(&0, |value| value.iter().all(|n| *n == value[0]));
                assert_eq!(whole, Some(true));
                reads += 1;
            }
            reads
        });
        for number in 1..=20_000 {
            table.insert(0, [number; 8]);
            table.update_element(&0, |value| value.iter_mut().for_each(|n| *n += 1));
        }
        stop.store(true, Ordering::Relaxed);
        assert!(reading.join().unwrap() > 0);
    });
}

#[test]
fn ets_026_contains_and_with_look_without_a_copy() {
    struct NotClone(u8);
    let table = Table::new();
    table.insert("key".to_owned(), NotClone(7));
    assert!(table.contains("key") && !table.contains("other"));
    assert_eq!(table.with("key", |value| value.0), Some(7));
    assert_eq!(table.with("other", |value| value.0), None);
}

#[test]
fn ets_027_take_answers_what_it_takes_out() {
    let set = Table::new();
    set.insert(1, "a");
    assert_eq!((set.take(&1), set.take(&1)), (Some("a"), None));
    let bag = BagTable::new();
    bag.insert_all([(1, "a"), (1, "b")]);
    assert_eq!(bag.take(&1), ["a", "b"]);
    assert_eq!((bag.take(&1).len(), bag.len()), (0, 0));
}

#[test]
fn ets_027_of_many_who_take_a_key_one_gets_it() {
    let table = PublicTable::new();
    table.insert_all((0..2_000).map(|n| (n, n)));
    let taken: Vec<u32> = thread::scope(|scope| {
        let takers = [(); 3].map(|()| {
            let table = table.clone();
            scope.spawn(move || {
                (0..2_000)
                    .filter_map(|n| table.take(&n))
                    .collect::<Vec<_>>()
            })
        });
        takers
            .into_iter()
            .flat_map(|taker| taker.join().unwrap())
            .collect()
    });
    assert_eq!(taken.len(), 2_000);
    assert_eq!(taken.into_iter().collect::<HashSet<_>>().len(), 2_000);
}

#[test]
fn ets_028_remove_takes_a_key_and_remove_object_a_value() {
    let bag = DuplicateBagTable::new();
    bag.insert_all([(1, "a"), (1, "b"), (1, "a"), (2, "a")]);
    assert_eq!(bag.remove_object(&1, &"a"), 2);
    assert_eq!(bag.remove_object(&1, &"a"), 0);
    assert_eq!((bag.get(&1), bag.len()), (vec!["b"], 2));
    assert!(bag.remove(&2) && !bag.remove(&2));
    assert_eq!(bag.remove_object(&1, &"b"), 1);
    assert_eq!((bag.len(), bag.keys_len(), bag.contains(&1)), (0, 0, false));
    let set = Table::new();
    set.insert(1, "a");
    assert!(!set.remove_if(&1, |value| *value == "b"));
    assert!(set.remove_if(&1, |value| *value == "a"));
    assert!(!set.remove(&1));
}

#[test]
fn ets_029_a_reader_sees_all_or_nothing_of_what_is_cleared() {
    let table = Table::new();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut last = 0;
            while !stop.load(Ordering::Relaxed) {
                let first = table.get(&0);
                let second = table.get(&99);
                if first.is_none() {
                    // It was empty: what is there now was not there before.
                    assert!(
                        second.is_none_or(|round| round > last),
                        "{second:?} was cleared"
                    );
                }
                last = first.max(second).unwrap_or(last);
            }
        });
        for round in 1..3_000_u32 {
            table.insert_all((0..100).map(|key| (key, round)));
            table.clear();
            assert_eq!((table.len(), table.get(&0)), (0, None));
        }
        stop.store(true, Ordering::Relaxed);
        reading.join().unwrap();
    });
    table.insert(1, 1);
    assert_eq!((table.len(), table.exists()), (1, true));
    let bag = BagTable::new();
    bag.insert_all([(1, 1), (1, 2)]);
    bag.clear();
    assert_eq!((bag.len(), bag.get(&1).len()), (0, 0));
}

#[test]
fn ets_030_a_counter_adds_wraps_and_counts_in_several_steps() {
    let table = Table::new();
    table.insert("hits", 10_i32);
    assert_eq!(table.update_counter("hits", 5), Ok(15));
    assert_eq!(table.update_counter("hits", -20), Ok(-5));
    let up = Step::by(10).wrapping(5, 1);
    assert_eq!(table.update_counter("hits", up), Ok(5));
    assert_eq!(table.update_counter("hits", up), Ok(1));
    let down = Step::by(-10).wrapping(-5, 0);
    assert_eq!(table.update_counter("hits", down), Ok(0));
    let steps = [Step::by(1), Step::by(2), Step::by(3).wrapping(5, 100)];
    assert_eq!(table.update_counter_steps("hits", steps), Ok([1, 3, 100]));
    assert_eq!(table.get("hits"), Some(100));
}

#[test]
fn ets_031_a_counter_that_is_not_there_is_an_error_or_begins() {
    let table = Table::new();
    assert_eq!(table.update_counter(&1, 1_u8), Err(CounterError::NoKey));
    assert!(table.is_empty());
    assert_eq!(table.update_counter_or(1, 1, 10), Ok(11));
    assert_eq!(table.update_counter_or(1, 1, 10), Ok(12));
}

#[test]
fn ets_032_a_counter_that_would_overflow_is_left_alone_by_all_steps() {
    let table = Table::new();
    table.insert(1, 250_u8);
    assert_eq!(table.update_counter(&1, 6), Err(CounterError::Overflow));
    let steps = [Step::by(1), Step::by(5)];
    assert_eq!(
        table.update_counter_steps(&1, steps),
        Err(CounterError::Overflow)
    );
    assert_eq!(
        table.update_counter_or(1, 6, 0),
        Err(CounterError::Overflow)
    );
    assert_eq!(table.get(&1), Some(250));
    let wraps = Step::by(6).wrapping(255, 0);
    assert_eq!(table.update_counter(&1, wraps), Ok(0));
}

#[test]
fn ets_033_no_count_of_many_writers_is_lost() {
    let table = PublicTable::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            let table = table.clone();
            scope.spawn(move || {
                for n in 0..10_000_u64 {
                    table.update_counter_or(n % 3, 1_u64, 0).unwrap();
                }
            });
        }
    });
    assert_eq!(
        table.select(|_, count| Some(*count)).iter().sum::<u64>(),
        40_000
    );
}

#[test]
fn ets_034_update_changes_what_is_there_and_says_whether_anything_is() {
    let table = Table::new();
    table.insert("ann".to_owned(), (1, "Rome".to_owned()));
    assert!(table.update_element("ann", |(_, town)| town.push_str(", Italy")));
    assert!(!table.update_element("bob", |(age, _)| *age += 1));
    let age = table.update("ann", |(age, town)| ((age + 1, town.clone()), *age));
    assert_eq!(age, Some(1));
    assert_eq!(table.get("ann"), Some((2, "Rome, Italy".to_owned())));
    assert_eq!(table.len(), 1);
}

#[test]
fn ets_035_select_picks_all_for_which_it_makes_anything() {
    let table = Table::new();
    table.insert_all((0..100).map(|n| (n, n * n)));
    let mut even = table.select(|n, square| (n % 2 == 0).then_some(*square));
    even.sort_unstable();
    assert_eq!(even.len(), 50);
    assert_eq!(even[..3], [0, 4, 16]);
    assert_eq!(table.select_some(7, |n, _| Some(*n)).len(), 7);
    assert_eq!(table.select_some(0, |n, _| Some(*n)).len(), 0);
    let bag = BagTable::new();
    bag.insert_all((0..100).map(|n| (n % 10, n)));
    assert_eq!(bag.select(|key, n| (*key == 3).then_some(*n)).len(), 10);
}

#[test]
fn ets_037_ets_038_count_and_delete_where_say_how_many() {
    let table = Table::new();
    table.insert_all((0..100).map(|n| (n, n)));
    assert_eq!(table.count(|_, n| *n < 30), 30);
    assert_eq!(table.delete_where(|_, n| *n < 30), 30);
    assert_eq!(
        (table.len(), table.contains(&29), table.contains(&30)),
        (70, false, true)
    );
    let bag = BagTable::new();
    bag.insert_all((0..100).map(|n| (n % 10, n)));
    assert_eq!(bag.delete_where(|key, n| *key == 3 || *n < 10), 19);
    assert_eq!(
        (bag.len(), bag.keys_len(), bag.count(|_, _| true)),
        (81, 9, 81)
    );
}

#[test]
fn ets_037_of_two_who_delete_the_same_each_counts_its_own() {
    let table = PublicTable::new();
    table.insert_all((0..5_000).map(|n| (n, n)));
    let counts: usize = thread::scope(|scope| {
        let deleters = [(); 2].map(|()| {
            let table = table.clone();
            scope.spawn(move || table.delete_where(|_, n| n % 2 == 0))
        });
        deleters.into_iter().map(|one| one.join().unwrap()).sum()
    });
    assert_eq!((counts, table.len()), (2_500, 2_500));
}

#[test]
fn ets_039_a_scan_visits_each_once() {
    let table = Table::new();
    table.insert_all((0..1_000).map(|n| (n, ())));
    let mut seen = HashSet::new();
    table.scan(|n, ()| assert!(seen.insert(*n), "{n} twice"));
    assert_eq!(seen.len(), 1_000);
    Table::<u8, u8>::new().scan(|_, _| panic!("an empty table"));
}

#[test]
fn ets_044_a_scan_visits_all_that_stay_while_others_come_and_go() {
    let table = PublicTable::new();
    table.insert_all((0..1_000_u32).map(|n| (n, n)));
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 1_000;
            while !stop.load(Ordering::Relaxed) {
                table.insert(n, n);
                table.insert(n % 1_000, n % 1_000);
                table.remove(&(n - 100).max(1_000));
                n += 1;
            }
        });
        for _ in 0..200 {
            let mut seen = HashSet::new();
            table.scan(|n, _| {
                assert!(seen.insert(*n), "{n} twice");
            });
            let stayed = seen.iter().filter(|n| **n < 1_000).count();
            assert_eq!(stayed, 1_000);
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn ets_046_a_value_lives_until_its_last_reader_is_done_and_no_longer() {
    struct Counted(Arc<()>);
    let alive = Arc::new(());
    let table = Table::new();
    for n in 0..100 {
        table.insert(n, Counted(Arc::clone(&alive)));
    }
    let held = table.with(&0, |value| {
        table.clear();
        assert!(!table.contains(&0));
        Arc::strong_count(&value.0)
    });
    assert!(held.is_some_and(|count| count >= 2));
    drop(table);
    assert_eq!(Arc::strong_count(&alive), 1);
}

#[test]
fn ets_049_size_is_exact_after_many_writers() {
    let table = PublicTable::new();
    thread::scope(|scope| {
        for writer in 0..4 {
            let table = table.clone();
            scope.spawn(move || {
                for n in 0..2_000 {
                    table.insert(writer * 2_000 + n, n);
                    if n % 2 == 0 {
                        table.remove(&(writer * 2_000 + n));
                    }
                }
            });
        }
    });
    assert_eq!(table.len(), 4_000);
    let mut count = 0;
    table.scan(|_, _| count += 1);
    assert_eq!(count, 4_000);
}

/// What a set may be asked.
#[derive(Clone, Debug)]
enum Op {
    Insert(u8, u32),
    InsertNew(u8, u32),
    InsertAll(Vec<(u8, u32)>),
    InsertAllNew(Vec<(u8, u32)>),
    Remove(u8),
    Take(u8),
    Update(u8, u32),
    Count(u8, u32),
    DeleteWhere(u32),
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    let key = || 0..12_u8;
    let entries = || prop::collection::vec((0..12_u8, any::<u32>()), 0..6);
    prop_oneof![
        4 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Insert(k, v)),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::InsertNew(k, v)),
        2 => entries().prop_map(Op::InsertAll),
        2 => entries().prop_map(Op::InsertAllNew),
        2 => key().prop_map(Op::Remove),
        2 => key().prop_map(Op::Take),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Update(k, v)),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Count(k, v)),
        1 => (1..5_u32).prop_map(Op::DeleteWhere),
        1 => Just(Op::Clear),
    ]
}

fn counted(model: &mut HashMap<u8, u32>, key: u8, by: u32) -> Result<u32, CounterError> {
    let value = model.get_mut(&key).ok_or(CounterError::NoKey)?;
    *value = value.checked_add(by).ok_or(CounterError::Overflow)?;
    Ok(*value)
}

proptest! {
    #[test]
    fn a_set_does_what_a_hash_map_does(ops in prop::collection::vec(op(), 0..60)) {
        let (table, public) = (Table::new(), PublicTable::new());
        let mut model = HashMap::new();
        for op in ops {
            match op {
                Op::Insert(k, v) => {
                    let new = model.insert(k, v).is_none();
                    prop_assert_eq!((table.insert(k, v), public.insert(k, v)), (new, new));
                }
                Op::InsertNew(k, v) => {
                    let new = !model.contains_key(&k);
                    model.entry(k).or_insert(v);
                    prop_assert_eq!((table.insert_new(k, v), public.insert_new(k, v)), (new, new));
                }
                Op::InsertAll(entries) => {
                    model.extend(entries.iter().copied());
                    table.insert_all(entries.iter().copied());
                    public.insert_all(entries);
                }
                Op::InsertAllNew(entries) => {
                    let new = entries.iter().all(|(k, _)| !model.contains_key(k));
                    if new {
                        model.extend(entries.iter().copied());
                    }
                    prop_assert_eq!(table.insert_all_new(entries.iter().copied()), new);
                    prop_assert_eq!(public.insert_all_new(entries), new);
                }
                Op::Remove(k) => {
                    let was = model.remove(&k).is_some();
                    prop_assert_eq!((table.remove(&k), public.remove(&k)), (was, was));
                }
                Op::Take(k) => {
                    let was = model.remove(&k);
                    prop_assert_eq!((table.take(&k), public.take(&k)), (was, was));
                }
                Op::Update(k, v) => {
                    let was = model.get(&k).copied();
                    model.entry(k).and_modify(|value| *value ^= v);
                    prop_assert_eq!(table.update(&k, |value| (value ^ v, *value)), was);
                    prop_assert_eq!(public.update_element(&k, |value| *value ^= v), was.is_some());
                }
                Op::Count(k, v) => {
                    let sum = counted(&mut model, k, v);
                    prop_assert_eq!(table.update_counter(&k, v), sum);
                    prop_assert_eq!(public.update_counter(&k, v), sum);
                }
                Op::DeleteWhere(n) => {
                    let before = model.len();
                    model.retain(|_, v| *v % n != 0);
                    let gone = before - model.len();
                    prop_assert_eq!(table.delete_where(|_, v| *v % n == 0), gone);
                    prop_assert_eq!(public.delete_where(|_, v| *v % n == 0), gone);
                }
                Op::Clear => {
                    model.clear();
                    table.clear();
                    public.clear();
                }
            }
            for reader in [table.reader(), public.reader()] {
                let all: HashMap<_, _> = reader.select(|k, v| Some((*k, *v))).into_iter().collect();
                prop_assert_eq!(&all, &model);
                prop_assert_eq!(reader.len(), model.len());
            }
        }
    }

    #[test]
    fn bags_do_what_lists_in_a_hash_map_do(
        entries in prop::collection::vec((0..5_u8, 0..4_u8, 0..4_u8), 0..60)
    ) {
        let (bag, duplicates) = (BagTable::new(), DuplicateBagTable::new());
        let (mut one, mut many) = (HashMap::<u8, Vec<u8>>::new(), HashMap::<u8, Vec<u8>>::new());
        for (key, value, what) in entries {
            let (ones, manies) = (one.entry(key).or_default(), many.entry(key).or_default());
            if what == 0 {
                let before = (ones.len(), manies.len());
                ones.retain(|other| *other != value);
                manies.retain(|other| *other != value);
                prop_assert_eq!(bag.remove_object(&key, &value), before.0 - ones.len());
                prop_assert_eq!(duplicates.remove_object(&key, &value), before.1 - manies.len());
            } else {
                let new = !ones.contains(&value);
                if new {
                    ones.push(value);
                }
                manies.push(value);
                prop_assert_eq!(bag.insert(key, value), new);
                prop_assert!(duplicates.insert(key, value));
            }
            prop_assert_eq!(&bag.get(&key), &*ones);
            prop_assert_eq!(&duplicates.get(&key), &*manies);
            prop_assert_eq!(bag.len(), one.values().map(Vec::len).sum::<usize>());
            prop_assert_eq!(duplicates.len(), many.values().map(Vec::len).sum::<usize>());
        }
    }
}
