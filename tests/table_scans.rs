//! Selections, scans and sizes of tables, while others write.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use otp::prelude::*;

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
fn ets_037_update_where_replaces_what_it_makes_another_of() {
    let table = Table::new();
    table.insert_all((0..100_u32).map(|n| (n, n)));
    let thirds = |n: &u32, value: &u32| n.is_multiple_of(3).then(|| value * 10);
    assert_eq!(table.update_where(thirds), 34);
    assert_eq!((table.get(&99), table.get(&98)), (Some(990), Some(98)));
    assert_eq!((table.len(), table.update_where(|_, _| None)), (100, 0));
    assert_eq!(Table::<u8, u8>::new().update_where(|_, _| Some(1)), 0);
}

#[test]
fn ets_037_of_many_who_replace_none_takes_back_what_another_did() {
    let table = PublicTable::new();
    table.insert_all((0..500_u32).map(|n| (n, 0_u32)));
    thread::scope(|scope| {
        for _ in 0..3 {
            let table = table.clone();
            scope.spawn(move || {
                for _ in 0..20 {
                    assert_eq!(table.update_where(|_, count| Some(count + 1)), 500);
                }
            });
        }
    });
    assert_eq!(table.count(|_, count| *count == 60), 500);
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
    let full = table.memory();
    table.delete_where(|n, _| *n >= 10);
    assert_eq!(table.len(), 5);
    assert!(table.memory() < full / 100, "{} of {full}", table.memory());
}
