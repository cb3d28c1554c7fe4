//! Counters and changes of what is there, by one writer and by many.

use std::thread;

use otp::prelude::*;
use otp::{CounterError, Step};

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
