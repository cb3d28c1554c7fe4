use otp::prelude::*;

async fn first(stock: AgentRef<Vec<String>>) {
    let _first = stock.get(|items| items.first()).await;
}

fn main() {
    let _ = first;
}
