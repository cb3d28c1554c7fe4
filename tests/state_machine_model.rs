//! A model of `gen_statem`: random machines, run with random events, do what a plain interpreter of its
//! documentation says: in a process, with handlers that await, and without a process.

#[path = "state_machine_model/machine.rs"]
mod machine;
#[path = "state_machine_model/reference.rs"]
mod reference;
#[path = "state_machine_model/table.rs"]
mod table;

use std::sync::Arc;

use proptest::prelude::*;

use self::table::{Outcome, Script, Table};

/// What a machine in a process does.
fn in_process<const AWAITS: bool>(table: &Arc<Table>, script: &Script) -> Outcome {
    if table.ends {
        block_on(machine::drive::<AWAITS, true>(table, script))
    } else {
        block_on(machine::drive::<AWAITS, false>(table, script))
    }
}

fn block_on<R>(future: impl Future<Output = R>) -> R {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// What a machine without a process does.
fn without_process(table: &Arc<Table>, script: &Script) -> Outcome {
    if table.ends {
        machine::drive_bare::<true>(table, script)
    } else {
        machine::drive_bare::<false>(table, script)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_machines_do_as_the_reference_does(
        table in table::tables(),
        script in table::scripts(),
    ) {
        let table = Arc::new(table);
        // Two things at one time have no order.
        let Some((expected, _)) = reference::run(&table, &script) else {
            return Err(TestCaseError::reject("two things at one time"));
        };
        prop_assert_eq!(&in_process::<false>(&table, &script), &expected);
        prop_assert_eq!(&in_process::<true>(&table, &script), &expected);
        prop_assert_eq!(&without_process(&table, &script), &expected);
    }
}

#[test]
fn the_random_cases_cover_what_they_are_for() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut all = table::Seen::default();
    for _ in 0..500 {
        let table = table::tables().new_tree(&mut runner).unwrap().current();
        let script = table::scripts().new_tree(&mut runner).unwrap().current();
        if let Some((_, seen)) = reference::run(&table, &script) {
            all.add(&seen);
        }
    }
    let least = 100;
    assert!(all.retried > least, "{all:?}");
    assert!(all.inserted > least, "{all:?}");
    assert!(all.at_once > least, "{all:?}");
    assert!(all.fired > least, "{all:?}");
    assert!(all.repeated > least, "{all:?}");
    assert!(all.ended > least / 2, "{all:?}");
}
