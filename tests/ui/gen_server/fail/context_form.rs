use otp::prelude::*;

#[gen_server]
struct Other {
    count: u64,
}

#[gen_server]
impl Other {
    #[init]
    fn new() -> Self {
        Other { count: 0 }
    }

    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

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
    fn first(&mut self, cx: Context<Self>) -> u64 {
        drop(cx);
        self.count
    }

    #[call]
    fn second(&mut self, cx: &Context<Self>) -> Pid {
        self.count += 1;
        cx.pid()
    }

    #[cast]
    fn third(&mut self, cx: &mut Context) {
        self.count += 1;
        cx.stop(ExitReason::Normal);
    }

    #[cast]
    fn fourth(&mut self, cx: &mut Context<Self>, more: &mut Context<Self>) {
        self.count += 1;
        cx.stop(ExitReason::Normal);
        drop(more);
    }

    #[cast]
    fn fifth(&mut self, cx: &mut Context<Other>) {
        self.count += 1;
        cx.stop(ExitReason::Normal);
    }
}

fn main() {}
