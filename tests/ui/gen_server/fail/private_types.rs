//! What starts a public server is public.

use otp::prelude::*;

struct Config {
    start: u64,
}

#[derive(Debug)]
struct Wrong;

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("wrong")
    }
}

#[gen_server]
pub struct Counter {
    count: u64,
}

#[gen_server]
impl Counter {
    #[init]
    fn new(name: String, config: Config) -> Result<Self, Wrong> {
        if name.is_empty() {
            return Err(Wrong);
        }
        Ok(Counter {
            count: config.start,
        })
    }

    #[cast]
    fn reset(&mut self) {
        self.count = 0;
    }
}

fn main() {}
