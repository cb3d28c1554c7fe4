use std::time::Duration;

use otp::prelude::*;

#[derive(Debug, Default)]
pub struct Tally {
    coins: u64,
    pushes: u64,
}

#[state_machine(initial = Locked, data = Tally)]
pub enum Turnstile {
    Locked,
    Unlocked { credit: u32 },
    #[terminal]
    Broken,
}

#[state_machine]
impl Turnstile {
    #[init]
    fn new(coins: u64) -> Tally {
        Tally { coins, pushes: 0 }
    }

    /// One coin unlocks it.
    #[call]
    #[on(Locked => Unlocked)]
    pub fn coin(data: &mut Tally, value: u32, next: Next) -> u32 {
        data.coins += 1;
        next.unlocked(value);
        value
    }

    #[call]
    #[on(Unlocked { credit } => Broken)]
    pub fn coin(data: &mut Tally, credit: &mut u32, value: u32, next: Next) -> u32 {
        data.coins += 1;
        *credit += value;
        let credit = *credit;
        if credit > 100 {
            next.broken();
        }
        credit
    }

    #[call]
    #[on(Unlocked { credit } => Unlocked | Locked)]
    #[refuse(Locked)]
    pub fn push(data: &mut Tally, credit: &u32, next: Next) -> bool {
        data.pushes += 1;
        match credit.checked_sub(1) {
            Some(left) if left > 0 => next.unlocked(left).within(Duration::from_secs(1)),
            _ => next.locked(),
        }
        true
    }

    /// How many coins there were.
    #[call]
    #[on(_)]
    pub fn coins(data: &Tally) -> u64 {
        data.coins
    }

    #[state_timeout(Unlocked, 10s)]
    #[on(Unlocked => Locked)]
    fn relock(next: Next) {
        next.locked();
    }

    #[terminate]
    fn bye(data: &mut Tally, reason: &ExitReason) {
        println!("{data:?}: {reason}");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let gate = Turnstile::start(0).await?;
    let value = gate.coin(3).await?;
    println!("{value}, {}", gate.push().await?);
    println!("{}", Turnstile::diagram());
    gate.stop().await?;
    Ok(())
}
