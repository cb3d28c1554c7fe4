//! `PersistentTerm`: values for the whole program.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::thread;

use otp::prelude::*;
use otp::{TermInfo, persistent_terms};

/// The terms of one type, which is one test's.
fn terms_of<T>() -> Vec<TermInfo> {
    let mut terms = persistent_terms();
    terms.retain(|term| term.type_name == std::any::type_name::<T>());
    terms
}

#[test]
fn pt_001_what_is_put_is_there_for_the_whole_program() {
    static TERM: PersistentTerm<String> = PersistentTerm::new();
    assert!(TERM.get().is_none());
    assert_eq!(TERM.with(String::len).unwrap_or(7), 7);
    assert!(TERM.put("hello".to_owned()));
    let there = thread::spawn(|| TERM.with(String::clone)).join().unwrap();
    assert_eq!(there.as_deref(), Some("hello"));
    assert_eq!(
        TERM.replace("bye".to_owned())
            .as_deref()
            .map(String::as_str),
        Some("hello")
    );
    assert_eq!(TERM.get().as_deref().map(String::as_str), Some("bye"));
}

#[test]
fn pt_001_put_new_wants_a_term_without_a_value() {
    static TERM: PersistentTerm<u32> = PersistentTerm::new();
    assert_eq!(TERM.put_new(1), Ok(()));
    assert_eq!(TERM.put_new(2), Err(2));
    assert_eq!(TERM.get().as_deref(), Some(&1));
    assert!(TERM.erase());
    assert_eq!(TERM.put_new(3), Ok(()));
}

#[test]
fn pt_002_all_who_get_it_share_one_value() {
    static TERM: PersistentTerm<[u8; 1000]> = PersistentTerm::new();
    TERM.put([7; 1000]);
    let (one, other, kept) = (
        TERM.get().unwrap(),
        TERM.get().unwrap(),
        TERM.get_arc().unwrap(),
    );
    let address = |value: &[u8; 1000]| std::ptr::from_ref(value);
    assert_eq!(address(&one), address(&other));
    assert_eq!(address(&one), address(&kept));
}

#[test]
fn pt_003_erase_says_whether_there_was_a_value() {
    static TERM: PersistentTerm<u8> = PersistentTerm::new();
    assert!(!TERM.erase());
    TERM.put(1);
    assert!(TERM.erase());
    assert!(!TERM.erase());
    assert!(TERM.get().is_none());
}

#[test]
fn pt_004_an_equal_value_changes_nothing() {
    static TERM: PersistentTerm<Vec<u8>> = PersistentTerm::new();
    assert!(TERM.put(vec![1, 2]));
    let before = TERM.get_arc().unwrap();
    assert!(!TERM.put(vec![1, 2]));
    assert!(Arc::ptr_eq(&before, &TERM.get_arc().unwrap()));
    assert!(TERM.put(vec![1, 2, 3]));
    assert!(!Arc::ptr_eq(&before, &TERM.get_arc().unwrap()));
}

// PT-002: who has a guard keeps no writer out.
#[test]
fn pt_005_who_has_got_a_value_keeps_it() {
    static TERM: PersistentTerm<String> = PersistentTerm::new();
    TERM.put("old".to_owned());
    let (guard, kept) = (TERM.get().unwrap(), TERM.get_arc().unwrap());
    TERM.put("new".to_owned());
    TERM.erase();
    assert_eq!((guard.as_str(), kept.as_str()), ("old", "old"));
}

/// Equal to none.
struct Counted(#[allow(dead_code)] Arc<()>);

#[tokio::test]
async fn pt_006_a_value_is_freed_with_its_last_reader_even_if_that_is_killed() {
    static TERM: PersistentTerm<Counted> = PersistentTerm::new();
    let token = Arc::new(());
    let alive: Weak<()> = Arc::downgrade(&token);
    TERM.replace(Counted(token));
    let (pid, end) = otp::spawn_monitor(|mut me| async move {
        let _kept = TERM.get_arc();
        me.receive::<()>().await;
    });
    tokio::task::yield_now().await;
    assert!(TERM.erase());
    assert!(alive.upgrade().is_some(), "it is read");
    pid.exit(ExitReason::Kill);
    end.await;
    assert!(alive.upgrade().is_none());

    // Of one that is replaced, by the term at once.
    let token = Arc::new(());
    let alive: Weak<()> = Arc::downgrade(&token);
    TERM.replace(Counted(token));
    drop(TERM.replace(Counted(Arc::default())));
    assert!(alive.upgrade().is_none());
}

#[test]
fn pt_007_values_of_different_terms_do_not_disturb_each_other() {
    #[derive(PartialEq)]
    struct Mine(u64);
    static TERMS: [PersistentTerm<Mine>; 8] = [const { PersistentTerm::new() }; 8];
    thread::scope(|scope| {
        for (number, term) in TERMS.iter().enumerate() {
            scope.spawn(move || {
                for round in 0..2_000 {
                    assert!(term.put(Mine(number as u64 * 10_000 + round)));
                    if round % 7 == 0 {
                        assert!(term.erase());
                    }
                }
            });
        }
    });
    for (number, term) in TERMS.iter().enumerate() {
        assert_eq!(
            term.with(|mine| mine.0),
            Some(number as u64 * 10_000 + 1_999)
        );
    }
    assert_eq!(terms_of::<Mine>().len(), 8);
}

#[test]
fn pt_007_of_many_who_put_new_one_does() {
    static TERM: PersistentTerm<usize> = PersistentTerm::new();
    let won = AtomicUsize::new(0);
    thread::scope(|scope| {
        for number in 0..4 {
            let won = &won;
            scope.spawn(move || {
                for _ in 0..500 {
                    if TERM.put_new(number).is_ok() {
                        won.fetch_add(1, Ordering::Relaxed);
                        assert!(TERM.erase());
                    }
                }
            });
        }
    });
    assert!(won.load(Ordering::Relaxed) > 0);
    assert!(TERM.get().is_none());
}

#[test]
fn pt_008_the_list_holds_every_term_that_stays_while_others_come_and_go() {
    struct Mine;
    static STAY: [PersistentTerm<Mine>; 3] = [const { PersistentTerm::new() }; 3];
    static GO: PersistentTerm<Mine> = PersistentTerm::new();
    for term in &STAY {
        term.replace(Mine);
    }
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                GO.replace(Mine);
                GO.erase();
            }
        });
        for _ in 0..5_000 {
            let listed = terms_of::<Mine>().len();
            assert!((3..=4).contains(&listed), "{listed} of 3 or 4");
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert_eq!(terms_of::<Mine>().len(), 3);
}

#[test]
fn pt_009_a_put_is_done_or_not_done() {
    #[derive(Debug)]
    struct Picky(u8);
    impl PartialEq for Picky {
        fn eq(&self, other: &Self) -> bool {
            assert_ne!(other.0, 13, "not with this one");
            self.0 == other.0
        }
    }
    static TERM: PersistentTerm<Picky> = PersistentTerm::new();
    TERM.put(Picky(1));
    let put = std::panic::catch_unwind(|| TERM.put(Picky(13)));
    assert!(put.is_err());
    assert_eq!(TERM.with(|picky| picky.0), Some(1));
    assert!(TERM.put(Picky(2)));
    assert_eq!(TERM.with(|picky| picky.0), Some(2));
}

#[test]
fn pt_010_the_list_tells_count_and_memory_and_where_a_term_is_declared() {
    #[derive(PartialEq)]
    struct Mine([u64; 4]);
    static TERM: PersistentTerm<Mine> = PersistentTerm::new();
    assert_eq!(terms_of::<Mine>(), []);
    TERM.put(Mine([1; 4]));
    TERM.put(Mine([2; 4]));
    let terms = terms_of::<Mine>();
    assert_eq!((terms.len(), terms[0].memory), (1, 32));
    assert!(terms[0].declared.file().ends_with("persistent_term.rs"));
    assert!(TERM.erase());
    assert_eq!(terms_of::<Mine>(), []);
    assert_eq!(TERM.with(|mine| mine.0), None);
}
