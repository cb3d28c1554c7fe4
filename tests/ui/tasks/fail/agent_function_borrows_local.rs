use otp::prelude::*;

async fn rename(user: AgentRef<String>) {
    let name = String::from("ann");
    user.update(|user| user.push_str(&name)).await.unwrap();
}

fn main() {
    let _ = rename;
}
