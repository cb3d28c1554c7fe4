//! Whole expansions, as a reader would see them.
//!
//! `INSTA_UPDATE=always cargo test -p otp-macros` writes the snapshots anew.

use proc_macro2::TokenStream;
use quote::quote;

use super::run;

fn formatted(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("expansions are items");
    prettyplease::unparse(&file)
}

fn expand(tree: TokenStream) -> String {
    let text = formatted(run(tree));
    assert!(!text.contains("compile_error"), "{text}");
    text
}

#[test]
fn simple() {
    insta::assert_snapshot!(expand(quote! {
        /// Everything the shop runs.
        pub Shop(config: Config) {
            strategy: one_for_one,
            intensity: 3 per 5s,

            /// What things cost.
            rates: Rates(config.feed),
            till: Till(rates.clone()) { restart: transient, shutdown: 10s },
        }
    }));
}

#[test]
fn every_kind() {
    insta::assert_snapshot!(expand(quote! {
        Shop(config: Config, size: usize) {
            strategy: rest_for_one,
            intensity: never,
            auto_shutdown: any_significant,
            backoff: 100ms..30s,
            crate: otp_core,

            #[cfg(feature = "feed")]
            rates: Rates(config.feed),
            cache: Cache::<String, u64>(size) { restart: temporary, significant },
            back: supervisor {
                strategy: one_for_all,
                intensity: 10 per 1m,
                ledger: Ledger() { shutdown: brutal_kill },
                #[cfg(feature = "feed")]
                audit: Audit(ledger.clone(), rates.clone()),
            } { shutdown: 20s },
            sessions: dynamic<Session> { intensity: 100 per 1s, max_children: 10_000, shutdown: 1s },
            seats: dynamic<Seat>(|row: u32, at: At| Seat::start(config.clone(), row, at)) { intensity: 1 per 1s },
            shards: partition<Shard>(8) { intensity: 3 per 5s, strategy: one_for_all },
            more: partition<Shard>(|index| Shard::start(index, size)) { intensity: 3 per 5s },
            jobs: task_supervisor,
            names: registry<String, Session>,
        }
    }));
}

#[test]
fn generic() {
    insta::assert_snapshot!(expand(quote! {
        pub(crate) Shop<K: Hash, V>(first: K) where V: Clone {
            strategy: one_for_one,
            intensity: 3 per 5s,
            cache: Cache<K, V>(first),
        }
    }));
}

#[test]
fn broken() {
    insta::assert_snapshot!(formatted(run(quote! {
        pub Shop<'a>(name: &'a str, size) {
            strategy: OneForOne,
            rates: Rates,
            rates: Rates(later.clone()),
            back: supervisor { ledger: Ledger() },
            sessions: dynamic { intensity: 3 },
            later: Rates(1),
        }
    })));
}
