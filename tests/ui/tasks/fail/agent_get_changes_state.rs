use otp::prelude::*;

async fn hit(hits: AgentRef<u64>) {
    hits.get(|count| *count += 1).await.unwrap();
}

fn main() {
    let _ = hit;
}
