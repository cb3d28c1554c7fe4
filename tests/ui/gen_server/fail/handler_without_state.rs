use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter { count: 0 }
    }

    #[call]
    fn add(&mut self, a: u64, b: u64) -> u64 {
        a + b
    }

    #[cast]
    async fn log(&self, text: String) {
        println!("{text}");
    }

    #[every(30s)]
    fn beat(&mut self) {
        println!("still here");
    }

    /// Ends the server, which is not its state but is its own.
    #[cast]
    fn quit(&mut self, cx: &mut Context<Self>) {
        cx.stop(ExitReason::Normal);
    }

    /// Ignores a message on purpose.
    #[info]
    fn on_down(&mut self, _down: Down) {}

    /// Uses the state in a macro.
    #[call]
    fn text(&mut self) -> String {
        format!("{}", self.count)
    }
}

fn main() {}
