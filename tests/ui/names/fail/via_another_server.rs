use otp::prelude::*;
use otp::RegistryRef;

#[gen_server]
struct Session {
    count: u64,
}

#[gen_server]
impl Session {
    #[init]
    fn new() -> Self {
        Session { count: 0 }
    }

    #[call]
    fn add(&mut self) -> u64 {
        self.count += 1;
        self.count
    }
}

#[gen_server]
struct Printer {
    pages: u64,
}

#[gen_server]
impl Printer {
    #[init]
    fn new() -> Self {
        Printer { pages: 0 }
    }

    #[call]
    fn print(&mut self) -> u64 {
        self.pages += 1;
        self.pages
    }
}

async fn start(printers: &RegistryRef<String, Printer>) {
    let _ = Session::start().via(printers, "ada".to_owned()).await;
}

fn main() {}
