//! A machine with parameters, and bounds on its `impl`.

use std::fmt::Display;

use otp::prelude::*;

#[state_machine(initial = Idle, data = Vec<T>)]
enum Conn<T: Send> {
    Idle,
    Busy { with: T },
}

#[state_machine]
impl<T: Display + Clone + Send> Conn<T> {
    #[call]
    #[on(Idle => Busy)]
    #[refuse(Busy)]
    fn take(data: &mut Vec<T>, with: T, next: Next) -> usize {
        data.push(with.clone());
        next.busy(with);
        data.len()
    }

    #[call]
    #[on(Busy { with } => Idle)]
    #[postpone(Idle)]
    fn release(with: &T, next: Next) -> String {
        let text = with.to_string();
        next.idle();
        text
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let conn = Conn::<u32>::start().await.unwrap();
    assert_eq!(conn.take(7).await.unwrap(), 1);
    assert!(conn.take(7).await.is_err());
    assert_eq!(conn.release().await.unwrap(), "7");
}
