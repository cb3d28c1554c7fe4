//! The process of a probe: hands on what it receives.

use std::any::Any;
use std::convert::Infallible;
use std::fmt;

use otp_core::{
    Context, Down, Exit, HandleInfo, NoContinue, Options, ReplyTo, Server, ServerDecl, ServerRef,
};
use tokio::sync::mpsc::UnboundedSender;

use super::Received;

/// What is done inside the process.
pub(super) type Work<M> = Box<dyn FnOnce(&mut Context<Stand<M>>) + Send>;

pub(super) struct Stand<M> {
    out: UnboundedSender<Received<M>>,
}

pub(super) enum Message<M: fmt::Debug + Send + 'static> {
    Came(Received<M>),
    Do(Work<M>, ReplyTo<()>),
}

impl<M: fmt::Debug + Send + 'static> ServerDecl for Stand<M> {
    const OPTIONS: Options = Options::new("Probe").unbounded();
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl<M: fmt::Debug + Send + 'static> Server for Stand<M> {
    type Args = UnboundedSender<Received<M>>;
    type InitError = Infallible;
    type Message = Message<M>;
    type Continue = NoContinue;

    async fn init(out: Self::Args, cx: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        cx.trap_exit(true);
        Ok(Some(Self { out }))
    }

    async fn handle(&mut self, message: Message<M>, cx: &mut Context<Self>) {
        match message {
            // The test may have dropped its end.
            Message::Came(received) => drop(self.out.send(received)),
            Message::Do(work, reply) => {
                work(cx);
                reply.send(());
            }
        }
    }

    fn info(message: &mut dyn Any) -> Option<Message<M>> {
        fn take<T: 'static>(message: &mut dyn Any) -> Option<T> {
            message.downcast_mut::<Option<T>>()?.take()
        }
        let received = take(message)
            .map(Received::Down)
            .or_else(|| take(message).map(Received::Exit))
            .or_else(|| take(message).map(Received::Message))?;
        Some(Message::Came(received))
    }
}

impl<M: fmt::Debug + Send + 'static> HandleInfo<M> for Stand<M> {
    fn wrap(message: M) -> <Self as Server>::Message {
        // A probe for `Down`s or `Exit`s themselves has them in their place.
        let mut message = Some(message);
        let any: &mut dyn Any = &mut message;
        if let Some(down) = any.downcast_mut::<Option<Down>>().and_then(Option::take) {
            return Message::Came(Received::Down(down));
        }
        if let Some(exit) = any.downcast_mut::<Option<Exit>>().and_then(Option::take) {
            return Message::Came(Received::Exit(exit));
        }
        Message::Came(Received::Message(message.expect("not taken above")))
    }
}
