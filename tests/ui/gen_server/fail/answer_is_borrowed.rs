use otp::prelude::*;

#[gen_server]
struct Names {
    first: String,
    all: Vec<String>,
}

#[gen_server]
impl Names {
    #[init]
    fn new() -> Self {
        Names {
            first: String::new(),
            all: Vec::new(),
        }
    }

    #[call]
    fn first(&self) -> &str {
        &self.first
    }

    #[call]
    fn find(&mut self, name: String) -> Option<&String> {
        self.all.push(name);
        self.all.first()
    }

    #[call]
    fn all(&self) -> &[String] {
        &self.all
    }
}

async fn usage() {
    let names = Names::start().await.unwrap();
    println!("{}", names.first().await.unwrap());
    println!("{:?}", names.find("x".into()).await.unwrap());
}

fn main() {}
