//! What the kit's own tests share.

#![allow(dead_code)] // each test binary uses its own part

/// What a future panics with.
pub(crate) async fn panic_of(work: impl Future<Output = ()> + Send + 'static) -> String {
    let payload = tokio::spawn(work)
        .await
        .expect_err("it does not panic")
        .into_panic();
    payload
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| {
            payload
                .downcast_ref::<&str>()
                .map(|text| (*text).to_owned())
        })
        .expect("a panic with a text")
}

/// A small tree.
pub(crate) mod tree {
    use std::time::Duration;

    use otp::prelude::*;

    supervisor! {
        pub(crate) Shop() {
            strategy: one_for_one,
            intensity: 3 per 5s,

            till: Till("till"),
            spare: Till("spare"),
        }
    }

    #[gen_server]
    pub(crate) struct Till {
        cents: u64,
        name: &'static str,
    }

    #[gen_server]
    impl Till {
        #[init]
        fn new(name: &'static str) -> Result<Self, String> {
            if name.is_empty() {
                return Err("no name".to_owned());
            }
            Ok(Till { cents: 0, name })
        }

        /// Answers the sum of all.
        #[call]
        pub(crate) fn pay(&mut self, cents: u64) -> u64 {
            self.cents += cents;
            self.cents
        }

        /// Takes a second.
        #[cast]
        pub(crate) async fn count(&mut self) {
            tokio::time::sleep(Duration::from_secs(1)).await;
            self.cents += 1;
        }

        #[call]
        pub(crate) fn name(&mut self) -> &'static str {
            self.name
        }
    }
}
