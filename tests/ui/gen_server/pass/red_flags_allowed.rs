//! Each red flag is silenced by its name, where it is found.

use otp::prelude::*;

#[gen_server(allow(stateless_server))]
struct Bell;

#[gen_server(allow(stateless_handler, immutable_server))]
impl Bell {
    #[init]
    fn new() -> Self {
        Bell
    }

    #[call]
    fn ring(&self) -> String {
        String::from("ding")
    }
}

#[gen_server]
struct Config {
    text: String,
}

#[gen_server(allow(immutable_server))]
impl Config {
    #[init]
    fn new(text: String) -> Self {
        Config { text }
    }

    #[call]
    fn text(&self) -> String {
        self.text.clone()
    }
}

fn main() {
    let _ = (Bell::start, Config::start);
    let _ = (BellRef::ring, ConfigRef::text);
}
