//! A server written by hand whose functions do their work before they return a future.

use std::convert::Infallible;

use otp_core::{
    CallError, CallSpec, Context, ExitReason, NoContinue, Options, Pid, ReplyTo, Server,
    ServerDecl, ServerRef, Start, self_pid, spawn_monitor,
};

struct Eager {
    made_by: Option<Pid>,
}

enum Ask {
    WhoAmI(ReplyTo<Option<Pid>>),
    MadeBy(ReplyTo<Option<Pid>>),
    Panic(ReplyTo<()>),
}

impl ServerDecl for Eager {
    const OPTIONS: Options = Options::new("Eager");
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl Server for Eager {
    type Args = ();
    type InitError = Infallible;
    type Message = Ask;
    type Continue = NoContinue;

    fn init(
        (): (),
        _: &mut Context<Self>,
    ) -> impl Future<Output = Result<Option<Self>, Infallible>> + Send {
        let made_by = self_pid();
        std::future::ready(Ok(Some(Eager { made_by })))
    }

    fn handle(&mut self, message: Ask, _: &mut Context<Self>) -> impl Future<Output = ()> + Send {
        match message {
            Ask::WhoAmI(reply) => reply.send(self_pid()),
            Ask::MadeBy(reply) => reply.send(self.made_by),
            Ask::Panic(reply) => {
                let _reply = reply;
                panic!("asked to");
            }
        }
        std::future::ready(())
    }
}

const WHO_AM_I: CallSpec<Eager, (), Option<Pid>> =
    CallSpec::Queued("who_am_i", |(), reply| Ask::WhoAmI(reply));
const MADE_BY: CallSpec<Eager, (), Option<Pid>> =
    CallSpec::Queued("made_by", |(), reply| Ask::MadeBy(reply));
const FALL: CallSpec<Eager, (), ()> = CallSpec::Queued("panic", |(), reply| Ask::Panic(reply));

/// Calls, so that the caller runs the handler or a runner does.
async fn ask<R: Send>(
    eager: &ServerRef<Eager>,
    spec: &'static CallSpec<Eager, (), R>,
    runs_here: bool,
) -> Result<R, CallError> {
    let call = eager.call(spec, ());
    if runs_here {
        call.await
    } else {
        call.send_request().await
    }
}

#[tokio::test]
async fn what_a_handler_does_before_it_returns_its_future_is_done_by_the_process() {
    for runs_here in [true, false] {
        let eager = Start::<Eager>::new(()).await.unwrap();
        let who = ask(&eager, &WHO_AM_I, runs_here).await;
        assert_eq!(who, Ok(Some(eager.pid())));
    }
}

#[tokio::test]
async fn a_panic_before_the_future_is_there_ends_the_server_and_tells_the_caller() {
    for runs_here in [true, false] {
        let eager = Start::<Eager>::new(()).await.unwrap();
        let end = eager.monitor();
        let error = ask(&eager, &FALL, runs_here).await.unwrap_err();
        assert!(
            matches!(&error, CallError::Down(ExitReason::Panic { .. })),
            "{error:?}"
        );
        assert_eq!(CallError::Down(end.await.reason), error);
    }
}

#[tokio::test]
async fn what_init_does_before_it_returns_its_future_is_done_by_the_starter() {
    let (starter, end) = spawn_monitor(|_| async {
        let eager = Start::<Eager>::new(()).await.unwrap();
        assert_eq!(eager.call(&MADE_BY, ()).await, Ok(self_pid()));
    });
    assert_eq!(end.await.reason, ExitReason::Normal, "{starter}");
}
