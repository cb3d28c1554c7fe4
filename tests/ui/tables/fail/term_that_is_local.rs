use otp::prelude::*;

fn main() {
    let limit = PersistentTerm::<u64>::new();
    limit.put(10);
}
