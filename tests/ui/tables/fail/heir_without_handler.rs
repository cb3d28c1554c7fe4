use otp::prelude::*;

#[gen_server]
struct Keeper {
    kept: u64,
}

#[gen_server]
impl Keeper {
    #[init]
    fn new() -> Self {
        Keeper { kept: 0 }
    }

    #[call]
    fn kept(&mut self) -> u64 {
        self.kept += 1;
        self.kept
    }
}

fn name_heir(table: &Table<u8, u8>, keeper: &KeeperRef) {
    table.set_heir(keeper, ());
}

fn main() {}
