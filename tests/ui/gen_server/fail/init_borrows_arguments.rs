use otp::prelude::*;

#[gen_server]
struct Counter {
    name: String,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(name: &str) -> Self {
        Counter { name: name.into() }
    }

    #[cast]
    fn rename(&mut self, name: String) {
        self.name = name;
    }
}

async fn usage() {
    let counter = Counter::start("first").await.unwrap();
    counter.rename("second".into()).await.unwrap();
}

fn main() {}
