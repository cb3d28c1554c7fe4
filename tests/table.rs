//! `Table`, `PublicTable` and the bags: what is stored, and what readers see.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use otp::prelude::*;

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
fn ets_008_a_scan_in_progress_sees_its_own_table_alone_when_that_ends() {
    let old = Table::new();
    old.insert_all((0..100).map(|n| (n, "old")));
    let (reader, mut old, mut new) = (old.reader(), Some(old), None);
    let mut seen = 0;
    reader.scan(|n, value| {
        assert_eq!((*value, *n < 100), ("old", true));
        seen += 1;
        if old.take().is_some() {
            let table = Table::new();
            table.insert_all((100..200).map(|n| (n, "new")));
            new = Some(table);
        }
    });
    assert!((1..=100).contains(&seen), "{seen}");
    assert_eq!((reader.exists(), reader.len()), (false, 0));
    assert_eq!(new.map(|new| new.len()), Some(100));
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
    const KEYS: u32 = 2_000;
    let table = Table::new();
    let (stop, inserted) = (AtomicBool::new(false), AtomicU32::new(0));
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let (mut at, mut empty) = (0, 0);
            while !stop.load(Ordering::Relaxed) {
                // All of this round was there before the reads.
                let round = inserted.load(Ordering::Acquire);
                let first = table.get(&at);
                let second = table.get(&(KEYS - 1 - at));
                if first.is_none() {
                    // So it has been cleared: what is there now came after it.
                    assert!(
                        second.is_none_or(|second| second > round),
                        "of round {round} a part was cleared"
                    );
                    empty += 1;
                }
                at = (at + 7) % KEYS;
            }
            empty
        });
        for round in 1..200_u32 {
            table.insert_all((0..KEYS).map(|key| (key, round)));
            inserted.store(round, Ordering::Release);
            table.clear();
            assert_eq!((table.len(), table.get(&0)), (0, None));
        }
        stop.store(true, Ordering::Relaxed);
        assert!(reading.join().unwrap() > 0);
    });
    table.insert(1, 1);
    assert_eq!((table.len(), table.exists()), (1, true));
    let bag = BagTable::new();
    bag.insert_all([(1, 1), (1, 2)]);
    bag.clear();
    assert_eq!((bag.len(), bag.get(&1).len()), (0, 0));
}
