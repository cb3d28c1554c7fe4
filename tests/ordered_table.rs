//! `OrderedTable` and `PublicOrderedTable`: order, ranges, walks, and what readers see meanwhile.

use std::cmp::Ordering as Order;
use std::ops::Bound::{self, Excluded, Included, Unbounded};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use otp::prelude::*;
use otp::{CounterError, Step};

fn squares(of: std::ops::Range<u32>) -> OrderedTable<u32, u32> {
    let table = OrderedTable::new();
    for n in of {
        table.insert(n, n * n);
    }
    table
}

fn keys<V>(reader: &OrderedReader<u32, V>) -> Vec<u32> {
    reader.select(|key, _| Some(*key))
}

/// Two numbers in one half are one key.
#[derive(Clone, Debug)]
struct Half(u32);

impl Ord for Half {
    fn cmp(&self, other: &Self) -> Order {
        (self.0 / 2).cmp(&(other.0 / 2))
    }
}

impl PartialOrd for Half {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Half {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Order::Equal
    }
}

impl Eq for Half {}

#[test]
fn ets_019_keys_are_one_if_their_order_says_so() {
    let table = OrderedTable::new();
    assert!(table.insert(Half(2), "a"));
    assert!(!table.insert(Half(3), "b"));
    assert!(table.insert(Half(4), "c"));
    assert_eq!((table.len(), table.get(&Half(2))), (2, Some("b")));
}

#[test]
fn ets_018_ets_022_insert_replaces_and_insert_new_does_not() {
    let table = OrderedTable::new();
    assert!(table.insert(1, "a"));
    assert!(!table.insert(1, "b"));
    assert!(!table.insert_new(1, "c"));
    assert!(table.insert_new(2, "d"));
    assert_eq!((table.get(&1), table.len()), (Some("b"), 2));
    assert!(!table.insert_all_new([(0, "x"), (2, "x"), (3, "x")]));
    assert_eq!((keys_of(&table), table.get(&2)), (vec![1, 2], Some("d")));
    assert!(table.insert_all_new([(0, "x"), (3, "y"), (0, "z")]));
    assert_eq!(
        (keys_of(&table), table.get(&0)),
        (vec![0, 1, 2, 3], Some("z"))
    );
    table.insert_all([(1, "p"), (4, "q"), (1, "r")]);
    assert_eq!((table.len(), table.get(&1)), (5, Some("r")));
}

fn keys_of(reader: &OrderedReader<i32, &str>) -> Vec<i32> {
    reader.select(|key, _| Some(*key))
}

#[test]
fn ets_027_ets_028_take_and_remove_take_out() {
    let table = squares(0..5);
    assert_eq!((table.take(&3), table.take(&3)), (Some(9), None));
    assert!(table.remove(&1) && !table.remove(&1));
    assert!(!table.remove_if(&2, |square| *square == 5));
    assert!(table.remove_if(&2, |square| *square == 4));
    assert_eq!((keys(&table), table.len()), (vec![0, 4], 2));
}

#[test]
fn ets_030_ets_031_ets_032_counters_count_begin_and_refuse() {
    let table = OrderedTable::new();
    assert_eq!(table.update_counter(&1, 1_u8), Err(CounterError::NoKey));
    assert_eq!(table.update_counter_or(1, 1, 253), Ok(254));
    assert_eq!(table.update_counter(&1, 1), Ok(255));
    assert_eq!(table.update_counter(&1, 1), Err(CounterError::Overflow));
    assert_eq!(table.get(&1), Some(255));
    let wraps = Step::by(1).wrapping(255, 7);
    assert_eq!(table.update_counter(&1, wraps), Ok(7));
}

#[test]
fn ets_034_update_changes_what_is_there() {
    let table = squares(0..3);
    assert_eq!(table.update(&2, |square| (square + 1, *square)), Some(4));
    assert!(table.update_element(&2, |square| *square *= 2));
    assert!(!table.update_element(&3, |square| *square = 0));
    assert_eq!((table.get(&2), table.len()), (Some(10), 3));
}

#[test]
fn ets_035_chunks_together_are_the_whole() {
    let table = squares(0..1_000);
    let whole = table.select(|n, square| (n % 3 == 0).then_some(*square));
    let (mut chunks, mut after) = (Vec::new(), None);
    loop {
        let chunk = table.select_chunk(after.as_ref(), 10, |n, square| {
            (n % 3 == 0).then_some(*square)
        });
        assert!(chunk.picked.len() <= 10);
        chunks.extend(chunk.picked);
        let Some(last) = chunk.last else { break };
        after = Some(last);
    }
    assert_eq!(chunks, whole);
}

#[test]
fn ets_040_a_walk_is_gone_on_with_after_its_key_was_taken_out_but_not_after_the_table_was() {
    let table = squares(0..10);
    let reader = table.reader();
    let chunk = reader.select_chunk(None, 4, |n, _| Some(*n));
    assert_eq!(
        (&chunk.picked[..], chunk.last),
        (&[0, 1, 2, 3][..], Some(3))
    );
    table.remove(&3);
    let chunk = reader.select_chunk(Some(&3), 3, |n, _| Some(*n));
    assert_eq!(chunk.picked, [4, 5, 6]);
    drop(table);
    let chunk = reader.select_chunk(Some(&6), 3, |n, _| Some(*n));
    assert_eq!(
        (chunk.picked.len(), chunk.last, reader.exists()),
        (0, None, false)
    );
}

/// A key that counts how often keys are compared.
#[derive(Clone, PartialEq, Eq)]
struct Counting(u32);

static COMPARED: AtomicUsize = AtomicUsize::new(0);

impl Ord for Counting {
    fn cmp(&self, other: &Self) -> Order {
        COMPARED.fetch_add(1, Ordering::Relaxed);
        self.0.cmp(&other.0)
    }
}

impl PartialOrd for Counting {
    fn partial_cmp(&self, other: &Self) -> Option<Order> {
        Some(self.cmp(other))
    }
}

#[test]
fn ets_036_a_range_costs_its_part_alone() {
    let table = OrderedTable::new();
    for n in 0..10_000 {
        table.insert(Counting(n), n);
    }
    COMPARED.store(0, Ordering::Relaxed);
    let mut seen = Vec::new();
    table.scan_range(Counting(5_000)..Counting(5_010), |_, n| seen.push(*n));
    assert_eq!(seen, (5_000..5_010).collect::<Vec<_>>());
    let compared = COMPARED.load(Ordering::Relaxed);
    assert!(
        compared < 500,
        "{compared} comparisons for ten keys of 10,000"
    );
}

#[test]
fn ets_036_ranges_have_all_forms_of_ends() {
    let table = squares(0..10);
    let range = |range: (Bound<u32>, Bound<u32>)| {
        let (mut up, mut down) = (Vec::new(), Vec::new());
        table.scan_range(range, |n, _| up.push(*n));
        table.scan_range_rev(range, |n, _| down.push(*n));
        down.reverse();
        assert_eq!(up, down);
        up
    };
    assert_eq!(range((Included(3), Included(5))), [3, 4, 5]);
    assert_eq!(range((Excluded(3), Excluded(5))), [4]);
    assert_eq!(range((Unbounded, Excluded(2))), [0, 1]);
    assert_eq!(range((Excluded(7), Unbounded)), [8, 9]);
    for none in [
        (Included(5), Included(3)),
        (Excluded(3), Excluded(3)),
        (Included(3), Excluded(3)),
        (Excluded(3), Included(3)),
        (Included(20), Unbounded),
    ] {
        assert_eq!(range(none), [], "{none:?}");
    }
    let names = OrderedTable::new();
    for name in ["ann", "bob", "eve"] {
        names.insert(name.to_owned(), ());
    }
    let mut from_b = Vec::new();
    names.scan_range::<str>((Included("b"), Unbounded), |name, ()| {
        from_b.push(name.clone());
    });
    assert_eq!(from_b, ["bob", "eve"]);
}

#[test]
fn ets_037_update_where_replaces_upwards() {
    let table = squares(0..10);
    let mut seen = Vec::new();
    let replaced = table.update_where(|n, square| {
        seen.push(*n);
        (n % 2 == 1).then_some(square + 1)
    });
    assert_eq!((replaced, seen), (5, (0..10).collect()));
    assert_eq!((table.get(&3), table.get(&4)), (Some(10), Some(16)));
    assert_eq!(table.len(), 10);
}

#[test]
fn ets_037_delete_where_and_delete_range_say_how_many() {
    let table = squares(0..100);
    assert_eq!(table.delete_where(|n, _| n % 2 == 0), 50);
    assert_eq!(table.delete_range(..50), 25);
    assert_eq!(table.delete_range((Excluded(90), Included(10))), 0);
    assert_eq!((table.len(), table.first()), (25, Some((51, 2601))));
    assert_eq!(table.count(|n, _| *n > 90), 5);
}

#[test]
fn ets_039_scans_go_up_and_down_in_the_order_of_keys() {
    let table = OrderedTable::new();
    for n in [5, 3, 9, 1, 7] {
        table.insert(n, ());
    }
    let (mut up, mut down) = (Vec::new(), Vec::new());
    table.scan(|n, ()| up.push(*n));
    table.scan_rev(|n, ()| down.push(*n));
    assert_eq!((up, down), (vec![1, 3, 5, 7, 9], vec![9, 7, 5, 3, 1]));
    OrderedTable::<u8, u8>::new().scan_rev(|_, _| panic!("an empty table"));
}

#[test]
fn ets_042_first_last_next_and_prev_walk_in_the_order_of_keys() {
    let table = squares(0..100);
    table.remove(&50);
    let mut walked = Vec::new();
    let mut at = table.first();
    while let Some((n, square)) = at {
        assert_eq!(square, n * n);
        walked.push(n);
        at = table.next(&n);
    }
    assert_eq!(walked, (0..100).filter(|n| *n != 50).collect::<Vec<_>>());
    let mut back = Vec::new();
    let mut at = table.last();
    while let Some((n, _)) = at {
        back.push(n);
        at = table.prev(&n);
    }
    back.reverse();
    assert_eq!(back, walked);
    // Of a key that is not there.
    assert_eq!(
        (table.next(&50), table.prev(&50)),
        (Some((51, 2601)), Some((49, 2401)))
    );
    assert_eq!((table.next(&99), table.prev(&0)), (None, None));
    table.clear();
    assert_eq!((table.first(), table.last()), (None, None));
}

#[test]
fn ets_029_a_cleared_table_is_empty_and_goes_on() {
    let table = squares(0..1_000);
    table.clear();
    assert_eq!((table.len(), table.first(), table.get(&1)), (0, None, None));
    table.insert(1, 1);
    assert_eq!((table.len(), table.exists()), (1, true));
}

#[test]
fn ets_023_no_reader_of_an_ordered_table_sees_a_part_of_a_list() {
    let table = OrderedTable::new();
    table.insert_all((0..40_u64).map(|key| (key * 10, 0)));
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut pairs = 0;
            while !stop.load(Ordering::Relaxed) {
                let low = table.get(&0);
                let high = table.get(&390);
                assert!(high >= low, "{high:?} after {low:?}: a part of a list");
                let high = table.last().map(|(_, round)| round);
                let low = table.first().map(|(_, round)| round);
                assert!(low >= high, "{low:?} after {high:?}: a part of a list");
                pairs += 1;
            }
            pairs
        });
        for round in 1..2_000 {
            table.insert_all((0..40).map(|key| (key * 10, round)));
        }
        stop.store(true, Ordering::Relaxed);
        assert!(reading.join().unwrap() > 0);
    });
    assert_eq!(table.len(), 40);
}

#[test]
fn ets_025_a_key_that_is_replaced_is_there_all_the_time_and_whole() {
    let table = OrderedTable::new();
    for key in 0..200_u32 {
        table.insert(key, [0_u64; 4]);
    }
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut last = [0; 200];
            let mut reads = 0_u32;
            while !stop.load(Ordering::Relaxed) {
                let key = reads % 200;
                let value = table.get(&key).expect("it is never taken out");
                assert!(value.iter().all(|n| *n == value[0]), "torn: {value:?}");
                assert!(value[0] >= last[key as usize], "a write was taken back");
                last[key as usize] = value[0];
                reads += 1;
            }
            reads
        });
        for round in 1..300 {
            for key in 0..200 {
                table.insert(key, [round; 4]);
            }
        }
        stop.store(true, Ordering::Relaxed);
        assert!(reading.join().unwrap() > 0);
    });
}

#[test]
fn ets_047_walks_hit_every_key_that_stays_while_others_come_and_go() {
    let table = PublicOrderedTable::new();
    for n in 0..500_u32 {
        table.insert(n * 10, 0_u32);
    }
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for writer in 1..=2 {
            let (table, stop) = (table.clone(), &stop);
            scope.spawn(move || {
                let mut n = 0_u32;
                while !stop.load(Ordering::Relaxed) {
                    n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let key = n % 5_000;
                    // Those that stay are replaced, the others come and go.
                    if key.is_multiple_of(10) || n & 1 == writer {
                        table.insert(key, n);
                    } else {
                        table.remove(&key);
                    }
                }
            });
        }
        for round in 0..60 {
            let (mut stayed, mut last) = (0, None);
            let mut each = |key: &u32| {
                assert_ne!(last, Some(*key), "twice");
                last = Some(*key);
                stayed += usize::from(key.is_multiple_of(10));
            };
            if round % 2 == 0 {
                table.scan(|key, _| each(key));
            } else {
                table.scan_rev(|key, _| each(key));
            }
            assert_eq!(stayed, 500, "in round {round}");
            let (mut at, mut steps) = (table.first(), 0);
            while let Some((key, _)) = at {
                steps += usize::from(key.is_multiple_of(10));
                at = table.next(&key);
            }
            assert_eq!(steps, 500, "by steps, in round {round}");
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn ets_033_ets_049_many_writers_lose_no_count_and_the_size_is_exact() {
    let table = PublicOrderedTable::new();
    thread::scope(|scope| {
        for writer in 0..4_u64 {
            let table = table.clone();
            scope.spawn(move || {
                for n in 0..3_000_u64 {
                    table.update_counter_or(n % 7, 1, 0).unwrap();
                    let own = 1_000 + writer * 10_000 + n;
                    table.insert(own, n);
                    if n % 3 == 0 {
                        table.remove(&own);
                    }
                }
            });
        }
    });
    let mut counts = 0;
    table.scan_range(..7, |_, count| counts += count);
    assert_eq!((counts, table.len()), (12_000, 7 + 8_000));
    assert_eq!(table.count(|_, _| true), 8_007);
}

#[test]
fn ets_007_a_public_ordered_table_is_gone_with_its_last_clone() {
    let table = PublicOrderedTable::new();
    table.insert(1, 1);
    let (reader, clone) = (table.reader(), table.clone());
    drop(table);
    assert_eq!(reader.get(&1), Some(1));
    drop(clone);
    assert_eq!(
        (reader.get(&1), reader.first(), reader.exists()),
        (None, None, false)
    );
}
