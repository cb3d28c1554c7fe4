//! Each attribute in each of its forms, and names that could be mistaken for ours.

use otp::prelude::*;

#[gen_server]
#[derive(Clone, Debug)]
struct Everything {
    seen: Vec<String>,
}

#[derive(Debug)]
struct Tick;

#[gen_server]
impl Everything {
    const LIMIT: usize = 10;

    #[init(continue = load)]
    async fn new(
        cx: &mut Context<Self>,
        first: String,
        _unused: u64,
    ) -> Result<Option<Self>, String> {
        cx.trap_exit(true);
        match first.as_str() {
            "" => Ok(None),
            _ => Ok(Some(Everything { seen: vec![first] })),
        }
    }

    #[call]
    fn plain(&self) -> usize {
        self.seen.len()
    }

    #[call(continue = load)]
    async fn with_everything(&mut self, a: u64, cx: &mut Context<Self>, mut b: Vec<u64>) -> Self {
        b.push(a);
        cx.continue_with(EverythingContinue::Push {
            text: format!("{b:?}"),
        });
        self.clone()
    }

    #[call]
    fn later(&mut self, reply: ReplyTo<[usize; Self::LIMIT]>, n: usize) {
        self.seen.clear();
        reply.send([n; Self::LIMIT]);
    }

    #[call(continue = load)]
    async fn much_later(&mut self, cx: &mut Context<Self>, answer: ReplyTo<Vec<Self>>) {
        answer.send(vec![self.clone()]);
        cx.stop(ExitReason::Normal);
    }

    #[call]
    fn explicit(self: &mut Self) -> () {
        self.seen.clear();
    }

    /// None of these arguments is one of the expansion's own variables.
    #[call(continue = load)]
    fn names(
        &mut self,
        server: u8,
        cx: u8,
        message: u8,
        reply: u8,
        args: u8,
        state: u8,
        answer: u8,
        tables: u8,
    ) -> u8 {
        self.seen.clear();
        server + cx + message + reply + args + state + answer + tables
    }

    #[cast(continue = load)]
    fn forget(&mut self) {
        self.seen.clear();
    }

    #[cast]
    async fn r#type(&mut self, r#fn: String) {
        self.seen.push(r#fn);
    }

    // Two handlers whose variants would have the same name.
    #[cast]
    fn load_1(&mut self) {
        self.seen.clear();
    }

    #[cast]
    fn load1(&mut self) {
        self.seen.clear();
    }

    #[info(continue = load)]
    fn on_tick(&mut self, _tick: Tick) {
        self.seen.clear();
    }

    #[info]
    async fn on_down(&mut self, cx: &mut Context<Self>, down: Down) {
        self.seen.push(format!("{down:?}"));
        cx.stop(ExitReason::Normal);
    }

    #[info]
    fn on_exit(&mut self, _exit: Exit) {}

    #[every(1h)]
    fn often(&mut self) {
        self.seen.clear();
    }

    #[after(10us)]
    async fn once(&mut self, cx: &mut Context<Self>) {
        self.seen.push(cx.pid().to_string());
    }

    #[handle_continue(continue = rest)]
    async fn load(&mut self) {
        self.seen.push("loaded".into());
    }

    #[handle_continue]
    fn rest(&mut self) {
        self.seen.push("rested".into());
    }

    #[handle_continue]
    fn push(&mut self, text: String) {
        self.seen.push(text);
    }

    #[terminate]
    async fn bye(&mut self, reason: &ExitReason, cx: &mut Context<Self>) {
        self.seen.push(format!("{reason:?} {:?}", cx.pid()));
    }

    #[cfg(any())]
    #[call]
    fn absent(&self, what: Nothing) -> Gone {
        self.seen.len()
    }

    #[cfg(all())]
    #[cast]
    fn both(&mut self, n: usize) {
        self.seen.truncate(n);
    }

    #[cfg(any())]
    #[cast]
    fn both(&mut self, n: Nothing) {
        self.seen.truncate(n);
    }

    fn helper(&self) -> usize {
        self.seen.len()
    }
}

async fn usage() -> Result<(), CallError> {
    let server = Everything::start("first".into(), 0).await.unwrap();
    let _: usize = server.plain().await?;
    let _: Everything = server.with_everything(1, vec![]).await?;
    let _: [usize; 10] = server.later(3).await?;
    let _: Vec<Everything> = server.much_later().await?;
    let () = server.explicit().await?;
    let _: u8 = server.names(1, 2, 3, 4, 5, 6, 7, 8).await?;
    server.forget().await.unwrap();
    server.r#type("x".into()).try_send().unwrap();
    server.load_1().await.unwrap();
    server.load1().blocking().unwrap();
    server.both(1).await.unwrap();
    server.send(Tick).unwrap();
    Ok(())
}

fn main() {
    let _ = usage;
    let _ = Everything::helper;
}
