//! Child specs and flags: defaults, what cannot be, and what may be overridden. Conformance SUP-012 to
//! SUP-026, GS-073.

mod supervisor_support;

use std::time::Duration;

use otp::prelude::*;
use otp::{
    AutoShutdown, ChildError, ChildKind, ChildSpec, Flags, Intensity, Restart, Shutdown, SpecError,
    StartChildError, Strategy, Supervisor, SupervisorError,
};
use supervisor_support::{Bye, Log, Probe, Script, crash, flags, is_down, shop, shop_of};

const SECOND: Duration = Duration::from_secs(1);

fn script() -> Script {
    Script::new("a", &Log::default())
}

/// The error of a supervisor's start with these children.
async fn refused<const N: usize>(
    flags: Flags,
    specs: [ChildSpec<otp::Start<Probe>>; N],
) -> SpecError {
    let start = Supervisor::start("Shop", flags, |children| {
        for spec in specs {
            children.add(spec);
        }
    });
    match start.await {
        Err(SupervisorError::Spec {
            supervisor: "Shop",
            error,
        }) => error,
        other => panic!("{other:?}"),
    }
}

// SUP-012, SUP-015, GS-073
#[tokio::test(start_paused = true)]
async fn a_spec_has_its_defaults_filled_in() {
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), |children| {
        children.add(script().spec());
        children.add(ChildSpec::new("inner", || {
            Supervisor::start("Inner", flags(Strategy::OneForOne), |_| ())
        }));
        children.supervisor()
    });
    let shop = start.await.unwrap();
    let spec = shop.get_childspec("a").await.unwrap().unwrap();
    assert_eq!(spec.id, Some("a".into()));
    assert_eq!(spec.restart, Restart::Permanent);
    assert_eq!(spec.shutdown, Shutdown::After(5 * SECOND));
    assert_eq!(spec.kind, ChildKind::Worker);
    assert!(!spec.significant);
    assert_eq!(spec.type_name, "Probe");
    let spec = shop.get_childspec("inner").await.unwrap().unwrap();
    assert_eq!(spec.restart, Restart::Permanent);
    assert_eq!(spec.shutdown, Shutdown::Infinity);
    assert_eq!(spec.kind, ChildKind::Supervisor);
    assert!(!spec.significant);
    assert_eq!(shop.get_childspec("nobody").await, Ok(None));
}

// SUP-013: strategy and intensity have no default, by decision; they are arguments of `Flags::new`.
#[tokio::test(start_paused = true)]
async fn there_is_no_auto_shutdown_and_no_backoff_by_default() {
    let spec = script().spec().restart(Restart::Temporary);
    let error = refused(flags(Strategy::OneForOne), [spec.significant(true)]);
    assert_eq!(
        error.await,
        SpecError::SignificantWithoutAutoShutdown("a".into())
    );
    let (_shop, [a]) = shop(flags(Strategy::OneForOne), [&script()]).await;
    let began = tokio::time::Instant::now();
    crash(&a).await;
    assert_eq!(a.add(1).await, Ok(1));
    assert_eq!(began.elapsed(), Duration::ZERO);
}

// SUP-017
#[tokio::test(start_paused = true)]
async fn two_children_of_one_id_are_refused() {
    let log = Log::default();
    let script = Script::new("a", &log);
    let error = refused(flags(Strategy::OneForOne), [script.spec(), script.spec()]);
    assert_eq!(error.await, SpecError::DuplicateId("a".into()));
    assert_eq!(log.take(), [""; 0], "nobody is started");
    // Numbers and texts are ids, too.
    let specs = [script.spec().id(1), script.spec().id("1".to_owned())];
    let (shop, _) = shop_of(flags(Strategy::OneForOne), specs).await;
    assert_eq!(shop.count_children().await.unwrap().active, 2);
}

// SUP-017: ids are equal when they read the same, however they were made.
#[tokio::test(start_paused = true)]
async fn a_text_made_at_run_time_is_the_same_id_as_the_word() {
    let script = script();
    let specs = [script.spec(), script.spec().id("a".to_owned())];
    let error = refused(flags(Strategy::OneForOne), specs);
    assert_eq!(error.await, SpecError::DuplicateId("a".into()));
    let (shop, _) = shop(flags(Strategy::OneForOne), [&script]).await;
    shop.terminate_child("a".to_owned()).await.unwrap();
    assert_eq!(
        shop.terminate_child("b".to_owned()).await,
        Err(ChildError::NotFound)
    );
}

// SUP-020
#[tokio::test(start_paused = true)]
async fn every_shutdown_is_accepted_for_workers_and_supervisors() {
    for shutdown in [
        Shutdown::BrutalKill,
        Shutdown::After(Duration::ZERO),
        Shutdown::After(SECOND),
        Shutdown::After(Duration::MAX),
        Shutdown::Infinity,
    ] {
        let start = Supervisor::start("Shop", flags(Strategy::OneForOne), move |children| {
            children.add(script().spec().shutdown(shutdown));
            let inner = ChildSpec::new("inner", || {
                Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
                    children.add(script().spec())
                })
            });
            let a = children.add(inner.shutdown(shutdown));
            (children.supervisor(), a)
        });
        let (shop, a) = start.await.unwrap();
        for id in ["a", "inner"] {
            let spec = shop.get_childspec(id).await.unwrap().unwrap();
            assert_eq!(spec.shutdown, shutdown);
        }
        assert_eq!(a.add(1).await, Ok(1));
        assert_eq!(shop.stop().await, Ok(()));
        assert!(is_down(&a.add(1).await));
    }
}

// SUP-021
#[tokio::test(start_paused = true)]
async fn a_significant_child_without_auto_shutdown_is_refused() {
    for restart in [Restart::Transient, Restart::Temporary] {
        let significant = || script().spec().restart(restart).significant(true);
        let error = SpecError::SignificantWithoutAutoShutdown("a".into());
        let flags = flags(Strategy::OneForOne);
        assert_eq!(refused(flags, [significant()]).await, error);
        let (shop, []) = shop(flags, []).await;
        let answer = shop.start_child(significant()).await;
        assert_eq!(answer.unwrap_err(), StartChildError::Spec(error));
        assert_eq!(shop.count_children().await.unwrap().specs, 0);
        let auto = flags.auto_shutdown(AutoShutdown::AllSignificant);
        shop_of(auto, [significant()]).await;
    }
}

// SUP-022
#[tokio::test(start_paused = true)]
async fn a_significant_permanent_child_is_refused() {
    for auto_shutdown in [
        AutoShutdown::Never,
        AutoShutdown::AnySignificant,
        AutoShutdown::AllSignificant,
    ] {
        let flags = flags(Strategy::OneForOne).auto_shutdown(auto_shutdown);
        let error = SpecError::SignificantPermanent("a".into());
        let significant = || script().spec().significant(true);
        assert_eq!(refused(flags, [significant()]).await, error);
        let (shop, []) = shop(flags, []).await;
        let answer = shop.start_child(significant()).await;
        assert_eq!(answer.unwrap_err(), StartChildError::Spec(error));
    }
}

// SUP-023
#[tokio::test(start_paused = true)]
async fn a_period_of_no_time_is_refused_and_no_restarts_at_all_are_fine() {
    let flags = Flags::new(Strategy::OneForOne, Intensity::new(1, Duration::ZERO));
    let error = refused(flags, []).await;
    assert_eq!(error, SpecError::NoPeriod);
    assert!(error.to_string().contains("period"), "{error}");
    let flags = Flags::new(Strategy::OneForOne, Intensity::new(0, SECOND));
    let (shop, [a]) = shop(flags, [&script()]).await;
    let end = shop.monitor();
    crash(&a).await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

// SUP-025, GS-073
#[tokio::test(start_paused = true)]
async fn all_of_a_spec_can_be_overridden_where_it_is_used() {
    let spec = script()
        .spec()
        .id("b")
        .restart(Restart::Transient)
        .shutdown(Shutdown::BrutalKill)
        .significant(true);
    let auto = flags(Strategy::OneForOne).auto_shutdown(AutoShutdown::AnySignificant);
    let (shop, _) = shop_of(auto, [spec]).await;
    assert_eq!(shop.get_childspec("a").await, Ok(None));
    let spec = shop.get_childspec("b").await.unwrap().unwrap();
    assert_eq!(spec.restart, Restart::Transient);
    assert_eq!(spec.shutdown, Shutdown::BrutalKill);
    assert!(spec.significant);
}

// SUP-026: the kind of a child is its type's own.
#[tokio::test(start_paused = true)]
async fn a_supervisor_that_does_not_stop_by_itself_is_waited_for() {
    let log = Log::default();
    let slow = Script::new("a", &log);
    slow.bye(Bye::After(20 * SECOND));
    let start = Supervisor::start("Shop", flags(Strategy::OneForOne), move |children| {
        children.add(ChildSpec::new("inner", move || {
            let spec = slow.spec().shutdown(Shutdown::Infinity);
            Supervisor::start("Inner", flags(Strategy::OneForOne), |children| {
                children.add(spec);
            })
        }));
        children.supervisor()
    });
    let shop = start.await.unwrap();
    let began = tokio::time::Instant::now();
    shop.stop().await.unwrap();
    assert_eq!(began.elapsed(), 20 * SECOND);
    assert_eq!(log.take()[2..], ["stop a: shutdown", "down a"]);
}
