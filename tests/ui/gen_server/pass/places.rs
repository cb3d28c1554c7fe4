//! Where a server may stand: in a function, apart from its struct, in a macro, in any module.

use otp::prelude::*;

fn inside() {
    #[gen_server]
    struct Inner {
        count: u64,
    }

    struct Local(u64);

    #[gen_server(protocol = InnerApi)]
    impl Inner {
        #[init(continue = more)]
        fn new() -> Self {
            Inner { count: 0 }
        }

        #[call]
        pub fn add(&mut self, n: u64) -> u64 {
            self.count += n;
            self.count
        }

        #[info]
        fn on_local(&mut self, local: Local) {
            self.count += local.0;
        }

        #[handle_continue]
        fn more(&mut self) {
            self.count += 1;
        }
    }

    let _ = async {
        let inner = Inner::start().await.unwrap();
        inner.send(Local(1)).unwrap();
        inner.add(1).await.unwrap()
    };
}

#[gen_server]
pub struct Apart {
    count: u64,
}

mod handlers {
    use otp::prelude::*;

    #[gen_server]
    impl super::Apart {
        #[init]
        fn new() -> Self {
            super::Apart { count: 0 }
        }

        #[call]
        pub fn me(&mut self, cx: &mut Context<Self>) -> super::ApartRef {
            self.count += 1;
            cx.me()
        }
    }
}

macro_rules! server {
    ($name:ident, $handler:ident, $ty:ty, $time:literal) => {
        #[gen_server(call_timeout = $time)]
        struct $name {
            value: $ty,
        }

        #[gen_server]
        impl $name {
            #[init]
            fn new(value: $ty) -> Self {
                $name { value }
            }

            #[call]
            fn $handler(&mut self, value: $ty) -> $ty {
                std::mem::replace(&mut self.value, value)
            }

            #[every($time)]
            fn sweep(&mut self) {
                self.value = Default::default();
            }
        }
    };
}

server!(First, swap, u64, 5s);
server!(Second, exchange, Vec<String>, 100ms);

async fn usage() {
    let apart = Apart::start().await.unwrap();
    let _: ApartRef = apart.me().await.unwrap();
    let _: u64 = First::start(1).await.unwrap().swap(2).await.unwrap();
    let _: Vec<String> = Second::start(vec![])
        .await
        .unwrap()
        .exchange(vec![])
        .await
        .unwrap();
}

fn main() {
    let _ = (inside, usage);
}
