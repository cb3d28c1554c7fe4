use otp::prelude::*;

#[gen_server]
struct Parser<'a> {
    text: &'a str,
}

#[gen_server]
impl<'a> Parser<'a> {
    #[init]
    fn new(text: String) -> Self {
        Parser { text: text.leak() }
    }

    #[call]
    fn skip(&mut self, n: usize) -> usize {
        self.text = &self.text[n..];
        self.text.len()
    }
}

fn main() {}
