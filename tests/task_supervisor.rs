//! Tasks under a supervisor: TSK-007, 009 to 011, 020, 025 to 030, 047 to 050, 052 to 054, 059.

use std::future::pending;
use std::time::Duration;

use otp::prelude::*;
use otp::{
    ChildError, ChildSpec, ChildState, Flags, Intensity, Shutdown, StartChildError, Strategy,
    Supervisor, TaskFlags, TaskSupervisor, TaskSupervisorRef, self_pid, spawn_monitor, trap_exit,
};
use tokio::time::{Instant, sleep};

const GRACE: Shutdown = Shutdown::After(Duration::from_secs(5));

async fn jobs() -> TaskSupervisorRef {
    TaskSupervisor::start("jobs").await.unwrap()
}

async fn running(jobs: &TaskSupervisorRef) -> usize {
    jobs.count_children().await.unwrap().active
}

#[tokio::test(start_paused = true)]
async fn tsk_007_tsk_047_a_task_is_a_child_until_its_value_is_there() {
    let jobs = jobs().await;
    let task = jobs.spawn(async {
        sleep(Duration::from_secs(1)).await;
        self_pid()
    });
    let pid = task.pid();
    let children = jobs.which_children().await.unwrap();
    assert_eq!(children.len(), 1);
    assert_eq!(children[0].pid, Some(pid));
    assert_eq!(children[0].state, ChildState::Running);
    assert!(children[0].type_name.contains("tsk_007"));
    assert_eq!(task.await, Ok(Some(pid)));
    // Not a moment later: its end is known when its value is.
    assert_eq!(running(&jobs).await, 0);
    pid.monitor().await;
}

#[tokio::test(start_paused = true)]
async fn tsk_011_tsk_048_a_crash_is_a_value_and_hits_nobody() {
    let jobs = jobs().await;
    let task = jobs.spawn(async { panic!("on demand") });
    let Err(TaskError::Down(ExitReason::Panic { message, .. })) = task.await else {
        panic!("expected a panic as a value");
    };
    assert_eq!(&*message, "on demand");
    assert!(jobs.is_alive());
    assert_eq!(jobs.spawn(async { 7 }).await, Ok(7));
}

#[tokio::test(start_paused = true)]
async fn tsk_010_an_end_without_a_value_is_its_reason() {
    let jobs = jobs().await;
    let task = jobs.spawn(pending::<u8>());
    task.pid().exit(ExitReason::error("enough"));
    assert_eq!(
        task.await,
        Err(TaskError::Down(ExitReason::error("enough")))
    );
}

#[tokio::test(start_paused = true)]
async fn tsk_009_tsk_020_a_timeout_leaves_the_task_going() {
    let jobs = jobs().await;
    let mut task = jobs.spawn(async {
        sleep(Duration::from_secs(2)).await;
        5
    });
    let second = Duration::from_secs(1);
    assert_eq!(task.timeout(second).await, Err(TaskError::Timeout));
    assert!(tokio::time::timeout(second / 2, &mut task).await.is_err());
    assert_eq!(running(&jobs).await, 1);
    assert_eq!((&mut task).await, Ok(5));
    // Asked again, it says that there is nothing more.
    assert_eq!(task.await, Err(TaskError::Down(ExitReason::NoProc)));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_handle_leaves_the_task_going() {
    let jobs = jobs().await;
    let (tell, told) = tokio::sync::oneshot::channel();
    drop(jobs.spawn(async move {
        sleep(Duration::from_secs(1)).await;
        let _ = tell.send(3);
    }));
    assert_eq!(told.await, Ok(3));
}

#[tokio::test(start_paused = true)]
async fn tsk_025_tsk_026_tsk_029_shutdown_gives_the_value_nothing_or_the_reason() {
    let jobs = jobs().await;
    assert_eq!(jobs.spawn(pending::<u8>()).shutdown(GRACE).await, Ok(None));

    let task = jobs.spawn(async { 4 });
    task.pid().monitor().await;
    assert_eq!(task.shutdown(GRACE).await, Ok(Some(4)));

    let task = jobs.spawn(pending::<u8>());
    task.pid().exit(ExitReason::error("before"));
    task.pid().monitor().await;
    let before = TaskError::Down(ExitReason::error("before"));
    assert_eq!(task.shutdown(GRACE).await, Err(before));

    let mut task = jobs.spawn(async { 4 });
    assert_eq!((&mut task).await, Ok(4));
    assert_eq!(
        task.shutdown(GRACE).await,
        Err(TaskError::Down(ExitReason::NoProc))
    );
}

#[tokio::test(start_paused = true)]
async fn tsk_027_tsk_028_tsk_030_shutdown_kills_after_its_time_and_kill_at_once() {
    let jobs = jobs().await;
    let task = jobs.spawn(async {
        trap_exit(true).unwrap();
        pending::<u8>().await
    });
    tokio::task::yield_now().await;
    let begin = Instant::now();
    let killed = TaskError::Down(ExitReason::Killed);
    let time = Duration::from_secs(2);
    assert_eq!(task.shutdown(Shutdown::After(time)).await, Err(killed));
    assert_eq!(begin.elapsed(), time);

    let task = jobs.spawn(pending::<u8>());
    assert_eq!(task.shutdown(Shutdown::BrutalKill).await, Ok(None));
    assert_eq!(running(&jobs).await, 0);
}

#[tokio::test(start_paused = true)]
async fn tsk_050_start_child_is_started_and_nobody_waits() {
    let jobs = jobs().await;
    let pid = jobs.start_child(pending::<()>()).await.unwrap();
    assert_eq!(running(&jobs).await, 1);
    let end = pid.monitor();
    pid.exit(ExitReason::Kill);
    assert_eq!(end.await.reason, ExitReason::Killed);
    assert_eq!(running(&jobs).await, 0);
    let pid = jobs
        .start_child(async {
            sleep(Duration::from_secs(1)).await;
            Err::<(), _>("no disk")
        })
        .await
        .unwrap();
    assert_eq!(pid.monitor().await.reason, ExitReason::error("no disk"));
}

#[tokio::test(start_paused = true)]
async fn tsk_047_tsk_052_tasks_end_with_their_supervisor_in_its_time() {
    let begin = Instant::now();
    let jobs = jobs().await;
    let plain = jobs.spawn(pending::<()>());
    let finishes = jobs.spawn(async {
        trap_exit(true).unwrap();
        sleep(Duration::from_secs(3)).await;
        "done"
    });
    let hangs = jobs.spawn(async {
        trap_exit(true).unwrap();
        pending::<()>().await;
    });
    tokio::task::yield_now().await;
    jobs.stop().await.unwrap();
    assert_eq!(begin.elapsed(), Duration::from_secs(5));
    assert_eq!(plain.await, Err(TaskError::Down(ExitReason::Shutdown)));
    assert_eq!(finishes.await, Ok("done"));
    assert_eq!(hangs.await, Err(TaskError::Down(ExitReason::Killed)));
}

#[tokio::test(start_paused = true)]
async fn tsk_052_brutal_kill_ends_tasks_at_once() {
    let flags = TaskFlags::new().shutdown(Shutdown::BrutalKill);
    let jobs = TaskSupervisor::start_with("jobs", flags).await.unwrap();
    let task = jobs.spawn(async {
        trap_exit(true).unwrap();
        pending::<()>().await;
    });
    tokio::task::yield_now().await;
    jobs.stop().await.unwrap();
    assert_eq!(task.await, Err(TaskError::Down(ExitReason::Killed)));
}

#[tokio::test(start_paused = true)]
async fn tasks_of_a_killed_supervisor_are_killed_even_if_they_trap_exits() {
    let jobs = jobs().await;
    let task = jobs.spawn(async {
        trap_exit(true).unwrap();
        pending::<()>().await;
    });
    tokio::task::yield_now().await;
    jobs.exit(ExitReason::Kill);
    assert_eq!(task.await, Err(TaskError::Down(ExitReason::Killed)));
    assert!(matches!(
        jobs.spawn(async { 1 }).await,
        Err(TaskError::NotStarted(StartChildError::Supervisor(
            CallError::Down(ExitReason::Killed)
        )))
    ));
    assert!(matches!(
        jobs.start_child(async {}).await,
        Err(StartChildError::Supervisor(CallError::Down(_)))
    ));
}

#[tokio::test(start_paused = true)]
async fn tsk_053_there_are_no_more_tasks_than_max_children() {
    let flags = TaskFlags::new().max_children(1);
    let jobs = TaskSupervisor::start_with("jobs", flags).await.unwrap();
    let first = jobs.spawn(pending::<u8>());
    let full = TaskError::NotStarted(StartChildError::MaxChildren);
    assert_eq!(jobs.spawn(async { 1 }).await, Err(full));
    assert_eq!(
        jobs.start_child(async {}).await,
        Err(StartChildError::MaxChildren)
    );
    assert_eq!(first.shutdown(Shutdown::BrutalKill).await, Ok(None));
    assert_eq!(running(&jobs).await, 0);
    assert_eq!(jobs.spawn(async { 1 }).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn tsk_054_terminate_child_ends_a_task_once() {
    let jobs = jobs().await;
    let task = jobs.spawn(pending::<u8>());
    let pid = task.pid();
    assert_eq!(jobs.terminate_child(pid).await, Ok(()));
    assert_eq!(jobs.terminate_child(pid).await, Err(ChildError::NotFound));
    assert_eq!(task.await, Err(TaskError::Down(ExitReason::Shutdown)));
}

#[tokio::test(start_paused = true)]
async fn tsk_059_task_supervisors_sit_in_a_tree() {
    let flags = Flags::new(
        Strategy::OneForOne,
        Intensity::new(3, Duration::from_secs(5)),
    );
    let (shop, mails, bills) = Supervisor::start("Shop", flags, |children| {
        let mails = children.add(ChildSpec::new("mails", || TaskSupervisor::start("mails")));
        let bills = children.add(ChildSpec::new("bills", || TaskSupervisor::start("bills")));
        (children.supervisor(), mails, bills)
    })
    .await
    .unwrap();
    let task = mails.spawn(async { pending::<u8>().await });
    let tree = shop.tree().await.unwrap();
    assert_eq!(tree.children[0].children[0].info.pid, Some(task.pid()));
    assert!(tree.to_string().contains("tsk_059"), "{tree}");
    assert_eq!(mails.tree().await.unwrap().children.len(), 1);
    // The ref is that of the next incarnation, too.
    let end = mails.monitor();
    mails.exit(ExitReason::Kill);
    end.await;
    assert_eq!(task.await, Err(TaskError::Down(ExitReason::Killed)));
    assert!(mails.start_child(pending::<()>()).await.is_ok());
    assert_eq!(mails.spawn(async { 1 }).await, Ok(1));
    assert!(bills.is_alive());
    shop.stop().await.unwrap();
    assert_eq!(mails.info().links.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_tasks_from_many_threads_leave_nothing() {
    let jobs = jobs().await;
    let spawners: Vec<_> = (0..8_u64)
        .map(|seed| {
            let jobs = jobs.clone();
            tokio::spawn(async move {
                let mut sum = 0;
                for n in 0..200 {
                    let task = jobs.spawn(async move {
                        if n % 3 == 0 {
                            tokio::task::yield_now().await;
                        }
                        seed + n
                    });
                    sum += task.await.unwrap();
                }
                sum
            })
        })
        .collect();
    let mut total = 0;
    for spawner in spawners {
        total += spawner.await.unwrap();
    }
    assert_eq!(total, (0..8).map(|seed| 200 * seed + 19_900).sum());
    assert_eq!(running(&jobs).await, 0);
}

#[tokio::test(start_paused = true)]
async fn tsk_048_a_linked_task_hits_its_caller_and_not_its_supervisor() {
    let jobs = jobs().await;
    let its = jobs.clone();
    let (_, end) = spawn_monitor(|_me| async move {
        let task = its.spawn_linked(async { panic!("both") });
        let _: Result<(), _> = task.await;
    });
    assert!(matches!(end.await.reason, ExitReason::Panic { .. }));
    assert!(jobs.is_alive());
    assert_eq!(running(&jobs).await, 0);

    let nobody = jobs.spawn_linked(async { 1 });
    assert!(matches!(nobody.await, Err(TaskError::NotAProcess(_))));
    assert_eq!(running(&jobs).await, 0);
}

#[gen_server]
struct Importer {
    jobs: TaskSupervisorRef,
    task: Option<Task<u32>>,
    sum: u32,
    waiting: Vec<ReplyTo<u32>>,
}

#[gen_server]
impl Importer {
    #[init]
    fn new(jobs: TaskSupervisorRef) -> Self {
        Importer {
            jobs,
            task: None,
            sum: 0,
            waiting: Vec::new(),
        }
    }

    #[call]
    fn import(&mut self, reply: ReplyTo<u32>, n: u32, cx: &mut Context<Self>) {
        let task = self.jobs.spawn(async move { n });
        cx.monitor(task.pid());
        self.task = Some(task);
        self.waiting.push(reply);
    }

    #[info]
    async fn on_down(&mut self, down: Down) {
        if let Some(task) = self.task.take_if(|task| task.pid() == down.pid) {
            self.sum += task.await.unwrap_or_default();
            self.waiting
                .drain(..)
                .for_each(|reply| reply.send(self.sum));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tsk_049_a_server_watches_a_task_and_takes_its_value() {
    let importer = Importer::start(jobs().await).await.unwrap();
    assert_eq!(importer.import(4).await, Ok(4));
    assert_eq!(importer.import(5).await, Ok(9));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocking_work_is_a_child() {
    let jobs = jobs().await;
    let (release, held) = std::sync::mpsc::channel::<()>();
    let task = jobs.spawn_blocking(move || held.recv().is_ok());
    assert_eq!(running(&jobs).await, 1);
    release.send(()).unwrap();
    assert_eq!(task.await, Ok(true));
    assert_eq!(running(&jobs).await, 0);
}
