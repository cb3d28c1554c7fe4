//! Servers written by hand, without macros: the engine's behaviour as its users meet it.

use std::convert::Infallible;
use std::time::Duration;

use otp_core::{
    CallError, CallSpec, CastSpec, Context, Down, ExitReason, HandleInfo, NoContinue, Options,
    ReplyTo, Server, ServerDecl, ServerRef, Start, spawn_monitor,
};

struct Counter {
    count: u64,
    waiting: Vec<ReplyTo<u64>>,
    downs: Vec<Down>,
}

enum Message {
    Add(u64, ReplyTo<u64>),
    AddSlowly(u64, ReplyTo<u64>),
    Wait(ReplyTo<u64>),
    Reset,
    Panic(ReplyTo<()>),
    Down(Down),
    Watch(otp_core::Pid, ReplyTo<()>),
    Downs(ReplyTo<usize>),
}

impl ServerDecl for Counter {
    const OPTIONS: Options = Options::new("Counter");
    type Ref = ServerRef<Self>;
    type Shared = ();
}

impl Server for Counter {
    type Args = u64;
    type InitError = Infallible;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(start: u64, _: &mut Context<Self>) -> Result<Option<Self>, Infallible> {
        Ok(Some(Counter {
            count: start,
            waiting: Vec::new(),
            downs: Vec::new(),
        }))
    }

    async fn handle(&mut self, message: Message, cx: &mut Context<Self>) {
        match message {
            Message::Add(n, reply) => {
                self.count += n;
                reply.send(self.count);
            }
            Message::AddSlowly(n, reply) => {
                tokio::time::sleep(Duration::from_millis(10)).await;
                self.count += n;
                reply.send(self.count);
            }
            Message::Wait(reply) => self.waiting.push(cx.hold(reply)),
            Message::Reset => self.count = 0,
            Message::Panic(reply) => {
                let _reply = reply;
                panic!("asked to");
            }
            Message::Down(down) => self.downs.push(down),
            Message::Watch(pid, reply) => {
                cx.monitor(pid);
                reply.send(());
            }
            Message::Downs(reply) => reply.send(self.downs.len()),
        }
    }

    fn info(message: &mut dyn std::any::Any) -> Option<Message> {
        Some(Message::Down(
            message.downcast_mut::<Option<Down>>()?.take()?,
        ))
    }
}

impl HandleInfo<Down> for Counter {
    fn wrap(message: Down) -> Message {
        Message::Down(message)
    }
}

const ADD: CallSpec<Counter, u64, u64> = CallSpec::Direct(
    "add",
    |server, _, n| {
        server.count += n;
        server.count
    },
    Message::Add,
);
const ADD_SLOWLY: CallSpec<Counter, u64, u64> = CallSpec::Queued("add_slowly", Message::AddSlowly);
const WAIT: CallSpec<Counter, (), u64> = CallSpec::Queued("wait", |(), reply| Message::Wait(reply));
const PANIC: CallSpec<Counter, (), ()> =
    CallSpec::Queued("panic", |(), reply| Message::Panic(reply));
const WATCH: CallSpec<Counter, otp_core::Pid, ()> = CallSpec::Queued("watch", Message::Watch);
const DOWNS: CallSpec<Counter, (), usize> =
    CallSpec::Queued("downs", |(), reply| Message::Downs(reply));
const RESET: CastSpec<Counter, ()> = CastSpec::Queued("reset", |()| Message::Reset);

#[tokio::test]
async fn a_call_is_answered_on_the_spot_or_later() {
    let counter = Start::<Counter>::new(40).await.unwrap();
    assert_eq!(counter.call(&ADD, 2).await, Ok(42));
    assert_eq!(counter.call(&ADD_SLOWLY, 2).await, Ok(44));
    counter.cast(&RESET, ()).await.unwrap();
    assert_eq!(counter.call(&ADD, 1).await, Ok(1));
    counter.stop().await.unwrap();
    assert_eq!(
        counter.call(&ADD, 1).await,
        Err(CallError::Down(ExitReason::Normal))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_lose_nothing() {
    let counter = Start::<Counter>::new(0).await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..32 {
        let counter = counter.clone();
        tasks.spawn(async move {
            for _ in 0..1000 {
                if i % 8 == 0 {
                    tokio::task::yield_now().await;
                }
                counter.call(&ADD, 1).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    assert_eq!(counter.call(&ADD, 0).await, Ok(32_000));
}

#[tokio::test]
async fn a_panic_ends_the_server_and_tells_the_caller() {
    let counter = Start::<Counter>::new(0).await.unwrap();
    let waiting = counter.call(&WAIT, ()).send_request();
    let down = counter.monitor();
    let error = counter.call(&PANIC, ()).await.unwrap_err();
    let CallError::Down(ExitReason::Panic { message, location }) = &error else {
        panic!("{error:?}");
    };
    assert_eq!(&**message, "asked to");
    assert!(location.contains("by_hand.rs"), "{location}");
    assert_eq!(waiting.await, Err(error.clone()));
    assert_eq!(CallError::Down(down.await.reason), error);
    assert!(!counter.is_alive());
}

#[tokio::test]
async fn a_server_sees_the_end_of_a_process() {
    let counter = Start::<Counter>::new(0).await.unwrap();
    let (pid, end) = spawn_monitor(|mut me| async move {
        me.receive::<&str>().await;
    });
    counter.call(&WATCH, pid).await.unwrap();
    pid.send("go").unwrap();
    end.await;
    assert_eq!(counter.call(&DOWNS, ()).await, Ok(1));
}
