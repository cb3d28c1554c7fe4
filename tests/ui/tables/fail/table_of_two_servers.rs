use otp::prelude::*;

#[gen_server]
struct Ledger {
    lines: Table<u64, String>,
}

#[gen_server]
impl Ledger {
    #[init]
    fn new(lines: Table<u64, String>) -> Self {
        Ledger { lines }
    }

    #[call]
    fn add(&mut self, number: u64, line: String) {
        self.lines.insert(number, line);
    }
}

async fn two() {
    let lines = Table::new();
    let _first = Ledger::start(lines).await;
    let _second = Ledger::start(lines).await;
}

fn main() {}
