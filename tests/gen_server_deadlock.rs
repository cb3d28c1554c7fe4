//! Calls that would wait for themselves: an error at once, which names the circle. Conformance GS-021
//! and GS-053.

use std::time::Duration;

use otp::prelude::*;
use otp::{ProcessLabel, StopError};

/// What the members of a circle are told to do.
#[derive(Clone, Copy, Debug)]
enum How {
    /// Call on at once: as long as it can, on the stack of the first caller.
    AtOnce,
    /// Let the server's own task come first.
    AfterYield,
    /// Send a request and wait for its answer.
    Request,
    /// Call with another timeout.
    WithTimeout,
}

const ALL: [How; 4] = [How::AtOnce, How::AfterYield, How::Request, How::WithTimeout];

/// Two types with the same handlers: one that callers run, one that only its own task runs.
macro_rules! member {
    ($name:ident, $handle:ident, $donate:ident) => {
        #[gen_server(donate = $donate)]
        struct $name {
            next: Option<Next>,
            asked: u32,
        }

        #[gen_server]
        impl $name {
            #[init]
            fn new() -> Self {
                $name {
                    next: None,
                    asked: 0,
                }
            }

            #[call]
            fn set_next(&mut self, next: Next) {
                self.next = Some(next);
            }

            #[call]
            fn touch(&mut self) -> u32 {
                self.asked += 1;
                self.asked
            }

            /// Asks the next one the same, `hops` times.
            #[call]
            async fn around(&mut self, how: How, hops: u32) -> Result<u32, CallError> {
                self.asked += 1;
                if matches!(how, How::AfterYield) {
                    tokio::task::yield_now().await;
                }
                match &self.next {
                    Some(next) if hops > 0 => next.around(how, hops - 1).await,
                    _ => Ok(hops),
                }
            }

            #[call]
            async fn call_myself(
                &mut self,
                how: How,
                cx: &mut Context<Self>,
            ) -> Result<u32, CallError> {
                self.asked += 1;
                match how {
                    How::AtOnce => cx.me().touch().await,
                    How::AfterYield => {
                        tokio::task::yield_now().await;
                        cx.me().touch().await
                    }
                    How::Request => cx.me().touch().send_request().await,
                    How::WithTimeout => cx.me().touch().timeout(Duration::MAX).await,
                }
            }

            #[call]
            async fn stop_myself(
                &mut self,
                how: How,
                cx: &mut Context<Self>,
            ) -> Result<(), StopError> {
                self.asked += 1;
                if matches!(how, How::AfterYield) {
                    tokio::task::yield_now().await;
                }
                cx.me().stop().await
            }

            #[call]
            async fn look_into_myself(&mut self, cx: &mut Context<Self>) -> Result<(), CallError> {
                self.asked += 1;
                cx.me().sys().suspend().await
            }
        }

        impl $handle {
            fn label(&self) -> ProcessLabel {
                ProcessLabel {
                    pid: self.pid(),
                    type_name: stringify!($name),
                }
            }
        }
    };
}

member!(Lent, LentRef, auto);
member!(Own, OwnRef, never);

#[derive(Clone)]
enum Next {
    Lent(LentRef),
    Own(OwnRef),
}

impl Next {
    async fn around(&self, how: How, hops: u32) -> Result<u32, CallError> {
        let answer = match (self, how) {
            (Next::Lent(next), How::Request) => next.around(how, hops).send_request().await,
            (Next::Own(next), How::Request) => next.around(how, hops).send_request().await,
            (Next::Lent(next), How::WithTimeout) => {
                next.around(how, hops).timeout(Duration::MAX).await
            }
            (Next::Own(next), How::WithTimeout) => {
                next.around(how, hops).timeout(Duration::MAX).await
            }
            (Next::Lent(next), _) => next.around(how, hops).await,
            (Next::Own(next), _) => next.around(how, hops).await,
        };
        answer.and_then(|answer| answer)
    }

    async fn set_next(&self, next: &Next) {
        match self {
            Next::Lent(this) => this.set_next(next.clone()).await.unwrap(),
            Next::Own(this) => this.set_next(next.clone()).await.unwrap(),
        }
    }

    fn label(&self) -> ProcessLabel {
        match self {
            Next::Lent(this) => this.label(),
            Next::Own(this) => this.label(),
        }
    }
}

/// A circle of servers; `lent` says of each which type it is.
async fn circle(lent: &[bool]) -> Vec<Next> {
    let mut members = Vec::new();
    for lent in lent {
        members.push(if *lent {
            Next::Lent(Lent::start().await.unwrap())
        } else {
            Next::Own(Own::start().await.unwrap())
        });
    }
    for (index, member) in members.iter().enumerate() {
        member.set_next(&members[(index + 1) % members.len()]).await;
    }
    members
}

/// Whether the error names just these, in the order in which they wait for each other.
fn names_the_circle(error: &CallError, members: &[Next]) -> bool {
    let CallError::Deadlock(labels) = error else {
        return false;
    };
    let mut expected: Vec<ProcessLabel> = members.iter().map(Next::label).collect();
    let text = error.to_string();
    expected
        .iter()
        .all(|label| text.contains(&label.to_string()))
        && (0..expected.len()).any(|_| {
            expected.rotate_left(1);
            *labels == expected
        })
}

async fn check_circles(shapes: &[&[bool]]) {
    for shape in shapes {
        for how in ALL {
            let members = circle(shape).await;
            let hops = u32::try_from(members.len()).unwrap();
            assert_eq!(
                members[0].around(how, hops - 1).await,
                Ok(0),
                "{how:?} {shape:?}: not all around is no deadlock"
            );
            let error = members[0].around(how, hops).await.unwrap_err();
            assert!(
                names_the_circle(&error, &members),
                "{how:?} {shape:?}: {error}"
            );
            for member in &members {
                assert_eq!(member.around(how, 0).await, Ok(0), "all live on");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn gs_021_a_server_that_calls_itself_gets_an_error_at_once() {
    let began = tokio::time::Instant::now();
    for how in ALL {
        let lent = Lent::start().await.unwrap();
        assert_eq!(
            lent.call_myself(how).await,
            Ok(Err(CallError::Deadlock(vec![lent.label()]))),
            "{how:?}"
        );
        assert_eq!(lent.touch().await, Ok(2));
        let own = Own::start().await.unwrap();
        assert_eq!(
            own.call_myself(how).await,
            Ok(Err(CallError::Deadlock(vec![own.label()]))),
            "{how:?}"
        );
        assert_eq!(own.touch().await, Ok(2));
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn gs_021_two_and_three_servers_that_wait_for_each_other_get_an_error_at_once() {
    let began = tokio::time::Instant::now();
    check_circles(&[
        &[true, true],
        &[false, false],
        &[true, false],
        &[false, true],
        &[true, true, true],
        &[false, false, false],
        &[true, false, true],
        &[false, true, true],
        &[true, true, false],
    ])
    .await;
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_021_circles_over_several_threads_get_an_error_too() {
    for _ in 0..20 {
        check_circles(&[&[true, true], &[false, false], &[true, false, true]]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gs_021_two_that_call_each_other_in_the_same_moment_never_wait_for_ever() {
    for round in 0..300 {
        let members = circle(&[round % 2 == 0, round % 3 == 0]).await;
        let (a, b) = (members[0].clone(), members[1].clone());
        let one = tokio::spawn(async move { a.around(How::AfterYield, 1).await });
        let other = tokio::spawn(async move { b.around(How::AfterYield, 1).await });
        let both = async { (one.await.unwrap(), other.await.unwrap()) };
        let (one, other) = tokio::time::timeout(Duration::from_secs(4), both)
            .await
            .expect("sooner than their timeout");
        for answer in [&one, &other] {
            match answer {
                Ok(0) => {}
                Err(error) => assert!(names_the_circle(error, &members), "{error}"),
                Ok(_) => panic!("{answer:?}"),
            }
        }
    }
}

#[tokio::test]
async fn gs_053_a_server_that_stops_itself_and_waits_gets_an_error() {
    for how in [How::AtOnce, How::AfterYield] {
        let lent = Lent::start().await.unwrap();
        assert_eq!(lent.stop_myself(how).await, Ok(Err(StopError::CallingSelf)));
        assert_eq!(lent.touch().await, Ok(2));
        let own = Own::start().await.unwrap();
        assert_eq!(own.stop_myself(how).await, Ok(Err(StopError::CallingSelf)));
        assert_eq!(own.touch().await, Ok(2));
    }
}

#[tokio::test]
async fn a_server_that_asks_its_own_sys_and_waits_gets_an_error() {
    let lent = Lent::start().await.unwrap();
    let deadlock = CallError::Deadlock(vec![lent.label()]);
    assert_eq!(lent.look_into_myself().await, Ok(Err(deadlock)));
    assert_eq!(lent.touch().await, Ok(2));
}

#[gen_server(name = "gen_server_deadlock/named")]
struct Named {
    asked: u32,
}

#[gen_server]
impl Named {
    #[init]
    fn new() -> Self {
        Named { asked: 0 }
    }

    #[call]
    async fn call_me_by_name(&mut self) -> Option<Result<u32, CallError>> {
        self.asked += 1;
        Some(Named::whereis()?.touch().await)
    }

    #[call]
    fn touch(&mut self) -> u32 {
        self.asked += 1;
        self.asked
    }
}

#[tokio::test]
async fn gs_021_a_server_that_calls_itself_by_name_gets_an_error() {
    let named = Named::start().await.unwrap();
    let label = ProcessLabel {
        pid: named.pid(),
        type_name: "Named",
    };
    let answer = named.call_me_by_name().await;
    assert_eq!(answer, Ok(Some(Err(CallError::Deadlock(vec![label])))));
    named.stop().await.unwrap();
}

#[gen_server(mailbox = 1)]
struct Narrow {
    casts: u32,
}

#[gen_server]
impl Narrow {
    #[init]
    fn new() -> Self {
        Narrow { casts: 0 }
    }

    #[cast]
    fn note(&mut self) {
        self.casts += 1;
    }

    #[call]
    async fn cast_to_myself(&mut self, cx: &mut Context<Self>) -> Vec<Result<(), CastError>> {
        self.casts = 0;
        let me = cx.me();
        vec![me.note().await, me.note().await, me.note().try_send()]
    }

    #[call]
    fn casts(&mut self) -> u32 {
        self.casts
    }
}

#[tokio::test]
async fn a_cast_that_would_wait_for_room_in_the_own_mailbox_is_an_error() {
    let narrow = Narrow::start().await.unwrap();
    let label = ProcessLabel {
        pid: narrow.pid(),
        type_name: "Narrow",
    };
    let expected = vec![
        Ok(()),
        Err(CastError::Deadlock(vec![label])),
        Err(CastError::Full),
    ];
    assert_eq!(narrow.cast_to_myself().await, Ok(expected));
    assert_eq!(narrow.casts().await, Ok(1));
}
