use otp::prelude::*;

#[gen_server]
struct Counter {
    count: u64,
    names: Vec<String>,
}

#[gen_server]
impl Counter {
    #[init]
    fn new() -> Self {
        Counter {
            count: 0,
            names: Vec::new(),
        }
    }

    #[call]
    fn rename(&mut self, name: impl Into<String>) -> usize {
        self.names.push(name.into());
        self.names.len()
    }

    #[call]
    fn names(&self) -> impl Iterator<Item = String> {
        self.names.clone().into_iter()
    }

    #[cast]
    fn run(&mut self, work: impl FnOnce(&mut Vec<String>) + Send + 'static) {
        work(&mut self.names);
    }
}

async fn usage() {
    let counter = Counter::start().await.unwrap();
    let _: usize = counter.rename("x").await.unwrap();
}

fn main() {}
