//! States and arguments that are called like things of the language and of the expansion.

use otp::prelude::*;

#[state_machine(initial = None, data = (u32, String))]
enum Option {
    None,
    Some(u32),
    Loop { r#type: u8, state: u8, turn: u8 },
    #[terminal]
    Err,
}

#[state_machine]
impl Option {
    #[cast]
    #[on(None => Some)]
    #[ignore(_)]
    fn next(data: &mut (u32, String), event: u32, args: u32, next: Next) {
        data.0 += args;
        next.some(event);
    }

    #[call]
    #[on(Some(value) => Loop)]
    #[refuse(_)]
    fn r#match(value: &mut u32, state: u8, turn: u8, reply: ReplyTo<u32>, next: Next) {
        reply.send(*value);
        next.r#loop(1, state, turn);
    }

    #[call]
    #[on(Loop { r#type, state, turn } => Err)]
    #[postpone(None | Some)]
    fn end(r#type: &u8, state: &u8, turn: &u8, data: u8, next: Next) -> u8 {
        next.err();
        *r#type + *state + *turn + data
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let machine = Option::start().await.unwrap();
    machine.next(5, 1).await.unwrap();
    assert_eq!(machine.r#match(2, 3).await, Ok(5));
    assert_eq!(machine.end(4).await, Ok(10));
}
