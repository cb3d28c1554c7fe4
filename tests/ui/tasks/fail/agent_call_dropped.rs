#![deny(unused_must_use)]

use otp::prelude::*;

async fn count(hits: AgentRef<u64>) {
    hits.update(|count| *count += 1);
    hits.cast(|count| *count += 1);
}

fn main() {
    let _ = count;
}
