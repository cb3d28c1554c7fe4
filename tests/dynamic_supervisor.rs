//! Dynamic supervisors: starting children, refusing them, counting them.

#[path = "dynamic/worker.rs"]
mod worker;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildError, ChildKind, ChildState, ChildTerms, DynamicFlags, DynamicSupervisor, Flags,
    Intensity, Restart, Shutdown, SpecError, StartChildError, StartFailure, Strategy, Supervisor,
    SupervisorError,
};
use worker::{Begin, Bye, Worker, flags, job, permanent, settle, temporary, workers};

// DYN-001
#[tokio::test(start_paused = true)]
async fn it_is_a_child_of_a_supervisor_called_by_its_name() {
    let tree = Flags::new(
        Strategy::OneForOne,
        Intensity::new(3, Duration::from_secs(5)),
    );
    let (top, first, second) = Supervisor::start("Top", tree, |children| {
        let first = children.add(DynamicSupervisor::<Worker>::child("first", flags()));
        let second = children.add(DynamicSupervisor::<Worker>::child("second", flags()));
        (children.supervisor(), first, second)
    })
    .await
    .unwrap();
    first.start_child(job("a")).await.unwrap();
    let a = second.start_child(job("b")).await.unwrap();
    let children = top.which_children().await.unwrap();
    assert_eq!(children[0].id, Some("second".into()));
    assert_eq!(children[1].id, Some("first".into()));
    assert_eq!(children[0].kind, ChildKind::Supervisor);
    let tree = top.tree().await.unwrap().to_string();
    assert!(tree.contains("first: DynamicSupervisor"), "{tree}");
    assert!(tree.contains(&format!("Worker {}", a.pid())), "{tree}");
    assert_eq!(second.name(), "second");
    top.stop().await.unwrap();
    assert!(!a.is_alive());
}

// DYN-002: only what has no default must be written.
#[tokio::test(start_paused = true)]
async fn children_are_permanent_and_any_number_by_default() {
    let workers = permanent().await;
    for _ in 0..100 {
        workers.start_child(job("a")).await.unwrap();
    }
    let one = workers.which_children().await.unwrap()[0].pid.unwrap();
    let spec = workers.get_childspec(one).await.unwrap().unwrap();
    assert_eq!(spec.restart, Restart::Permanent);
    assert_eq!(spec.shutdown, Shutdown::After(Duration::from_secs(5)));
    assert_eq!((spec.id, spec.significant), (None, false));
}

// SUP-016
#[tokio::test(start_paused = true)]
async fn a_childs_spec_is_found_by_its_pid() {
    let workers = permanent().await;
    let child = workers.start_child(job("a")).await.unwrap();
    let other = Worker::start(job("b")).await.unwrap();
    let spec = workers.get_childspec(child.pid()).await.unwrap().unwrap();
    assert_eq!(spec.type_name, "Worker");
    assert_eq!(workers.get_childspec(other.pid()).await, Ok(None));
}

// DYN-003
#[tokio::test(start_paused = true)]
async fn a_registered_one_is_there_once_and_its_stop_frees_the_name() {
    let flags = flags().registered();
    let first = workers(flags).await;
    let error = DynamicSupervisor::<Worker>::start("workers", flags)
        .await
        .unwrap_err();
    let holder = SupervisorError::AlreadyStarted(first.pid());
    assert_eq!(error, StartError::Init(holder));
    let child = first.start_child(job("a")).await.unwrap();
    first.stop().await.unwrap();
    assert!(!first.is_alive() && !child.is_alive());
    workers(flags).await.stop().await.unwrap();
}

// DYN-003
#[tokio::test(start_paused = true)]
async fn a_linked_start_ties_it_to_its_starter() {
    let (send, receive) = tokio::sync::oneshot::channel();
    let parent = otp::spawn(|_me| async move {
        let start = DynamicSupervisor::<Worker>::start("linked", flags()).link();
        let _ = send.send(start.await.unwrap());
        std::future::pending::<()>().await;
    });
    let linked = receive.await.unwrap();
    let child = linked.start_child(job("a")).await.unwrap();
    let ends = (linked.monitor(), child.monitor());
    parent.exit(ExitReason::error("over"));
    assert_eq!(ends.0.await.reason, ExitReason::error("over"));
    assert_eq!(ends.1.await.reason, ExitReason::Shutdown);
}

// DYN-004
#[tokio::test(start_paused = true)]
async fn one_that_has_nothing_to_start_is_ignored() {
    let start = DynamicSupervisor::<Worker>::start("workers", flags().ignored());
    assert_eq!(start.await.unwrap_err(), StartError::Ignored);
}

#[tokio::test(start_paused = true)]
async fn an_intensity_over_no_time_is_refused() {
    let flags = DynamicFlags::new(Intensity::new(3, Duration::ZERO));
    let start = DynamicSupervisor::<Worker>::start("workers", flags);
    let error = SupervisorError::Spec {
        supervisor: "workers",
        error: SpecError::NoPeriod,
    };
    assert_eq!(start.await.unwrap_err(), StartError::Init(error));
}

// DYN-008
#[tokio::test(start_paused = true)]
async fn children_have_no_ids_and_may_have_terms_of_their_own() {
    let workers = permanent().await;
    let plain = workers.start_child(job("same")).await.unwrap();
    let terms = ChildTerms::new()
        .restart(Restart::Temporary)
        .shutdown(Shutdown::Infinity);
    let other = workers.start_child_with(job("same"), terms).await.unwrap();
    let spec = workers.get_childspec(other.pid()).await.unwrap().unwrap();
    assert_eq!(spec.restart, Restart::Temporary);
    assert_eq!(spec.shutdown, Shutdown::Infinity);
    let spec = workers.get_childspec(plain.pid()).await.unwrap().unwrap();
    assert_eq!(spec.restart, Restart::Permanent);
    let children = workers.which_children().await.unwrap();
    assert!(children.iter().all(|child| child.id.is_none()));
    let pids: Vec<_> = children.iter().map(|child| child.pid).collect();
    assert_eq!(pids, [Some(other.pid()), Some(plain.pid())]);
}

// DYN-009 is for the compiler: what could be wrong with a child's terms cannot be written.

// DYN-010, SUP-087
#[tokio::test(start_paused = true)]
async fn a_child_that_is_not_there_after_its_start_is_not_kept() {
    let workers = permanent().await;
    let ignored = workers.start_child(job("a").begins(&[Begin::Ignore])).await;
    let failure = StartFailure::Ignored;
    assert_eq!(ignored.unwrap_err(), StartChildError::Failed(failure));
    let failed = workers.start_child(job("a").begins(&[Begin::Fail])).await;
    let failure = StartFailure::Init("no luck".into());
    assert_eq!(failed.unwrap_err(), StartChildError::Failed(failure));
    assert_eq!(workers.count_children().await.unwrap().specs, 0);
    // A failed start is no restart.
    settle().await;
    assert!(workers.is_alive());
    let end = workers.monitor();
    workers.stop_with(ExitReason::Shutdown).await.unwrap();
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

// DYN-011
#[tokio::test(start_paused = true)]
async fn a_panic_while_a_child_is_started_is_an_error_of_the_start() {
    let workers = permanent().await;
    let panicked = workers.start_child(job("a").begins(&[Begin::Panic])).await;
    let Err(StartChildError::Failed(StartFailure::Down(ExitReason::Panic { message, .. }))) =
        panicked
    else {
        panic!("{panicked:?}");
    };
    assert_eq!(&*message, "init on purpose");
    assert!(workers.start_child(job("b")).await.is_ok());

    let making = DynamicSupervisor::<Worker, u32>::start_with("making", flags(), |n| {
        assert_ne!(n, 13, "made on purpose");
        Worker::start(job("c"))
    });
    let making = making.await.unwrap();
    let panicked = making.start_child(13_u32).await;
    assert!(matches!(
        panicked,
        Err(StartChildError::Failed(StartFailure::Down(
            ExitReason::Panic { .. }
        )))
    ));
    assert!(making.start_child(14_u32).await.is_ok());
    assert_eq!(making.count_children().await.unwrap().active, 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_leaves_the_supervisor_to_its_work() {
    let workers = permanent().await;
    let hanging = workers.start_child(job("a").begins(&[Begin::Hang]));
    let waited = tokio::time::timeout(Duration::from_secs(1), hanging).await;
    assert!(waited.is_err());
    // It still waits for that child; asked to end, it gives up on it.
    let end = workers.monitor();
    let _ = workers.stop_with(ExitReason::Shutdown).await;
    assert_eq!(end.await.reason, ExitReason::Shutdown);
}

// DYN-012
#[tokio::test(start_paused = true)]
async fn one_more_than_there_may_be_is_not_even_begun() {
    let workers = workers(flags().max_children(2)).await;
    let first = workers.start_child(job("a")).await.unwrap();
    workers.start_child(job("b")).await.unwrap();
    let third = job("c");
    let refused = workers.start_child(third.clone()).await;
    assert_eq!(refused.unwrap_err(), StartChildError::MaxChildren);
    assert_eq!(third.starts(), 0);
    workers.terminate_child(first.pid()).await.unwrap();
    workers.start_child(third.clone()).await.unwrap();
    assert_eq!(third.starts(), 1);
}

// DYN-014, SUP-085
#[tokio::test(start_paused = true)]
async fn what_is_the_same_for_all_is_there_at_each_start() {
    let seen = Arc::new(AtomicUsize::new(0));
    let all = Arc::clone(&seen);
    let start = DynamicSupervisor::<Worker, &'static str>::start_with("w", flags(), move |name| {
        all.fetch_add(name.len(), Ordering::SeqCst);
        Worker::start(job(name))
    });
    let workers = start.await.unwrap();
    let child = workers.start_child("four").await.unwrap();
    assert_eq!(seen.load(Ordering::SeqCst), 4);
    let _ = child.crash().await;
    assert_eq!(child.add(1).await, Ok(1));
    assert_eq!(seen.load(Ordering::SeqCst), 8);
}

// SUP-050
#[tokio::test(start_paused = true)]
async fn what_a_temporary_child_was_started_with_is_its_own() {
    let workers = temporary().await;
    let given = job("a");
    let child = workers.start_child(given.clone()).await.unwrap();
    // Ours and the child's.
    assert_eq!(Arc::strong_count(&given.starts), 2);
    let kept = job("b");
    let terms = ChildTerms::new().restart(Restart::Permanent);
    workers.start_child_with(kept.clone(), terms).await.unwrap();
    assert_eq!(Arc::strong_count(&kept.starts), 3);
    workers.terminate_child(child.pid()).await.unwrap();
    assert_eq!(Arc::strong_count(&given.starts), 1);
}

// DYN-024, SUP-086
#[tokio::test(start_paused = true)]
async fn a_terminated_child_is_down_and_forgotten() {
    let workers = permanent().await;
    let child = workers.start_child(job("a")).await.unwrap();
    let pid = child.pid();
    let end = child.monitor();
    workers.terminate_child(pid).await.unwrap();
    assert!(!child.is_alive());
    assert_eq!(end.await.reason, ExitReason::Shutdown);
    assert_eq!(workers.count_children().await.unwrap().specs, 0);
    let again = workers.terminate_child(pid).await;
    assert_eq!(again, Err(ChildError::NotFound));
    assert!(matches!(child.add(1).await, Err(CallError::Down(_))));
    let stranger = Worker::start(job("stranger")).await.unwrap();
    let refused = workers.terminate_child(stranger.pid()).await;
    assert_eq!(refused, Err(ChildError::NotFound));
    assert_eq!(stranger.add(1).await, Ok(1));
}

// DYN-024
#[tokio::test(start_paused = true)]
async fn a_terminated_child_has_its_own_time_and_is_killed_after_it() {
    let workers = permanent().await;
    let cases = [
        (Shutdown::BrutalKill, Bye::Never, ExitReason::Killed),
        (
            Shutdown::After(Duration::from_secs(1)),
            Bye::Never,
            ExitReason::Killed,
        ),
        (
            Shutdown::After(Duration::from_secs(9)),
            Bye::After(Duration::from_secs(8)),
            ExitReason::Shutdown,
        ),
        (
            Shutdown::Infinity,
            Bye::After(Duration::from_secs(99)),
            ExitReason::Shutdown,
        ),
    ];
    for (shutdown, bye, reason) in cases {
        let terms = ChildTerms::new().shutdown(shutdown);
        let child = workers.start_child_with(job("a").bye(bye), terms).await;
        let child = child.unwrap();
        let end = child.monitor();
        workers.terminate_child(child.pid()).await.unwrap();
        assert_eq!(end.await.reason, reason, "{shutdown:?} {bye:?}");
    }
}

// DYN-030, SUP-084
#[tokio::test(start_paused = true)]
async fn children_are_counted_by_what_they_do() {
    let workers = permanent().await;
    let none = workers.count_children().await.unwrap();
    assert_eq!((none.specs, none.active), (0, 0));
    let child = workers.start_child(job("a")).await.unwrap();
    workers.start_child(job("b")).await.unwrap();
    let two = workers.count_children().await.unwrap();
    assert_eq!(
        (two.specs, two.active, two.workers, two.supervisors),
        (2, 2, 2, 0)
    );
    child.end(ExitReason::Normal).await.unwrap();
    settle().await;
    let still = workers.count_children().await.unwrap();
    assert_eq!((still.specs, still.active), (2, 2));
    let info = &workers.which_children().await.unwrap()[1];
    assert_eq!((info.state, info.restarts), (ChildState::Running, 1));
    assert_eq!(info.type_name, "Worker");
}

// DYN-030
#[tokio::test(start_paused = true)]
async fn supervisors_can_be_the_children() {
    let start = DynamicSupervisor::<DynamicSupervisor<Worker>, DynamicFlags>::start_with(
        "rooms",
        flags(),
        |flags| DynamicSupervisor::<Worker>::start("room", flags),
    );
    let rooms = start.await.unwrap();
    let room = rooms.start_child(flags()).await.unwrap();
    let guest = room.start_child(job("guest")).await.unwrap();
    let counts = rooms.count_children().await.unwrap();
    assert_eq!((counts.workers, counts.supervisors), (0, 1));
    let spec = rooms.get_childspec(room.pid()).await.unwrap().unwrap();
    assert_eq!(spec.shutdown, Shutdown::Infinity);
    let tree = rooms.tree().await.unwrap();
    assert_eq!(tree.children[0].children[0].info.pid, Some(guest.pid()));
    rooms.stop().await.unwrap();
    assert!(!guest.is_alive());
}

#[tokio::test(start_paused = true)]
async fn one_that_is_gone_says_so() {
    let workers = permanent().await;
    let child = workers.start_child(job("a")).await.unwrap();
    workers.stop().await.unwrap();
    assert!(matches!(
        workers.start_child(job("b")).await,
        Err(StartChildError::Supervisor(CallError::Down(_)))
    ));
    assert!(matches!(
        workers.terminate_child(child.pid()).await,
        Err(ChildError::Supervisor(CallError::Down(_)))
    ));
    assert!(matches!(
        workers.which_children().await,
        Err(CallError::Down(_))
    ));
    assert!(matches!(workers.tree().await, Err(CallError::Down(_))));
}
