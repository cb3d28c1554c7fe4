//! A server is substituted in a test by a type of one's own.

use otp::prelude::*;

#[gen_server]
pub struct Till {
    sold: u64,
}

#[gen_server(protocol = TillApi)]
impl Till {
    #[init]
    fn new() -> Self {
        Till { sold: 0 }
    }

    /// Sells, and answers the total.
    #[call]
    pub fn sell(&mut self, price: u64) -> u64 {
        self.sold += price;
        self.sold
    }

    #[call]
    pub async fn audit(&mut self, reply: ReplyTo<Result<u64, String>>) {
        reply.send(Ok(self.sold));
    }

    #[cast]
    pub fn close(&mut self) {
        self.sold = 0;
    }

    /// Not public, so not in the protocol.
    #[cast]
    fn adjust(&mut self, by: u64) {
        self.sold += by;
    }
}

#[derive(Clone)]
struct Fake;

impl TillApi for Fake {
    async fn sell(&self, price: u64) -> Result<u64, CallError> {
        Ok(price)
    }

    async fn audit(&self) -> Result<Result<u64, String>, CallError> {
        Ok(Err("fake".into()))
    }

    async fn close(&self) -> Result<(), CastError> {
        Ok(())
    }
}

async fn shop<T: TillApi>(till: T) -> Result<u64, CallError> {
    let total = till.sell(3).await?;
    till.close().await.ok();
    Ok(total)
}

async fn usage() {
    shop(Fake).await.unwrap();
    let till = Till::start().await.unwrap();
    till.adjust(1).await.unwrap();
    // The future of a protocol's method goes to other threads.
    fn sent<T: Send>(_: T) {}
    sent(shop(till));
}

fn main() {
    let _ = usage;
}
