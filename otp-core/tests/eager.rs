//! A server written by hand whose handlers do their work before they return a future.

use std::convert::Infallible;

use otp_core::{
    CallError, CallSpec, Context, ExitReason, NoContinue, Options, Pid, ReplyTo, Server,
    ServerDecl, ServerRef, Start, self_pid,
};

struct Eager;

enum Ask {
    WhoAmI(ReplyTo<Option<Pid>>),
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

    async fn init((): (), _: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        Ok(Some(Eager))
    }

    fn handle(&mut self, message: Ask, _: &mut Context<Self>) -> impl Future<Output = ()> + Send {
        match message {
            Ask::WhoAmI(reply) => reply.send(self_pid()),
            Ask::Panic(reply) => {
                let _reply = reply;
                panic!("asked to");
            }
        }
        std::future::ready(())
    }
}

const WHO_AM_I: CallSpec<Eager, (), Option<Pid>> =
    CallSpec::queued("who_am_i", |(), reply| Ask::WhoAmI(reply));
const FALL: CallSpec<Eager, (), ()> = CallSpec::queued("panic", |(), reply| Ask::Panic(reply));

#[tokio::test]
async fn what_a_handler_does_before_it_returns_its_future_is_done_by_the_process() {
    // By a caller that finds it idle, and by a runner.
    for runs_here in [true, false] {
        let eager = Start::<Eager>::new(()).await.unwrap();
        let pid = eager.pid();
        let ask = async || {
            let request = eager.call(&WHO_AM_I, ());
            if runs_here {
                request.await
            } else {
                request.send_request().await
            }
        };
        assert_eq!(ask().await, Ok(Some(pid)));
        let end = eager.monitor();
        let panics = eager.call(&FALL, ());
        let reason = if runs_here {
            panics.await
        } else {
            panics.send_request().await
        };
        assert!(
            matches!(&reason, Err(CallError::Down(ExitReason::Panic { .. }))),
            "{reason:?}"
        );
        assert_eq!(Err(CallError::Down(end.await.reason)), reason);
    }
}
