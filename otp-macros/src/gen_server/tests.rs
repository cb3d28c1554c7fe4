//! Whole expansions, as a reader would see them.
//!
//! `INSTA_UPDATE=always cargo test -p otp-macros` writes the snapshots anew.

use proc_macro2::TokenStream;
use quote::quote;

use super::run;

/// The expansions of a struct and its block, formatted.
fn expand(decl: (TokenStream, TokenStream), block: (TokenStream, TokenStream)) -> String {
    let decl = run(decl.0, decl.1);
    let block = run(block.0, block.1);
    let file = syn::parse2(quote!(#decl #block)).expect("expansions are items");
    let text = prettyplease::unparse(&file);
    assert!(!text.contains("compile_error"), "{text}");
    text
}

#[test]
fn simple() {
    let decl = quote! {
        pub struct Counter {
            count: u64,
        }
    };
    let block = quote! {
        impl Counter {
            #[init]
            fn new(start: u64) -> Self {
                Counter { count: start }
            }

            /// Adds `n` and answers the new total.
            #[call]
            pub fn add(&mut self, n: u64) -> u64 {
                self.count += n;
                self.count
            }

            #[cast]
            pub fn reset(&mut self) {
                self.count = 0
            }
        }
    };
    let none = TokenStream::new;
    insta::assert_snapshot!(expand((none(), decl), (none(), block)));
}

#[test]
fn full() {
    let decl_args = quote! {
        mailbox = 16, overflow = drop_oldest, call_timeout = 1500ms, slow_handler = 10us,
        donate = never, name = "rates", crate = otp_core,
    };
    let decl = quote! {
        /// Rates of exchange.
        #[derive(Debug)]
        pub(crate) struct Rates {
            #[table]
            by_symbol: Table<String, f64>,
            waiting: Vec<ReplyTo<f64>>,
        }
    };
    let block_args = quote!(protocol = RatesApi, crate = otp_core);
    let block = quote! {
        impl Rates {
            /// Opens the source.
            #[init(continue = load)]
            async fn new(source: String, cx: &mut Context<Self>) -> Result<Self, Error> {
                Rates::open(source, cx).await
            }

            /// Waits for the next rate.
            #[call]
            #[deprecated]
            pub fn next(&mut self, cx: &mut Context<Self>, reply: ReplyTo<f64>, r#type: u8) {
                self.waiting.push(reply);
            }

            #[call(continue = load)]
            pub(crate) async fn twice(&mut self, mut n: u64, server: Self) -> Vec<Self> {
                vec![server; self.len() + n]
            }

            #[cast]
            #[cfg(feature = "publish")]
            fn publish(&mut self, symbol: String, rate: f64) {
                self.by_symbol.insert(symbol, rate)
            }

            #[info]
            fn on_down(&mut self, down: Down) {
                self.waiting.clear()
            }

            #[every(30s)]
            fn sweep(&mut self) {
                self.waiting.clear()
            }

            #[after(5s)]
            async fn warm(&mut self) {
                self.waiting.clear()
            }

            /// Loads the file.
            #[handle_continue]
            async fn load(&mut self) {
                self.waiting.clear()
            }

            #[handle_continue]
            fn put(&mut self, symbol: String) {
                self.waiting.clear()
            }

            #[terminate]
            fn bye(&mut self, reason: &ExitReason) {
                self.waiting.clear()
            }

            #[read]
            #[must_use]
            pub fn rate(by_symbol: &TableReader<String, f64>, symbol: &str) -> Option<f64> {
                by_symbol.get(symbol)
            }

            fn helper(&self) {}
        }
    };
    insta::assert_snapshot!(expand((decl_args, decl), (block_args, block)));
}

#[test]
fn generic() {
    let decl = quote! {
        struct Cache<K, V = String, const N: usize = 8>
        where
            K: Hash,
        {
            #[table]
            entries: Table<K, V>,
        }
    };
    let block = quote! {
        impl<K: Hash, V, const N: usize> Cache<K, V, N>
        where
            V: Clone,
        {
            #[init]
            fn new() -> Option<Self> {
                None
            }

            #[call]
            fn put(&mut self, key: K, value: [V; Self::LENGTH]) -> Option<V> {
                self.entries.put(key, value)
            }

            #[handle_continue]
            fn evict(&mut self, key: K) {
                self.entries.remove(key);
            }
        }
    };
    let none = TokenStream::new;
    insta::assert_snapshot!(expand((none(), decl), (none(), block)));
}

#[test]
fn broken() {
    let decl = quote! {
        struct Counter;
    };
    let block = quote! {
        impl Counter {
            #[init]
            fn new(name: &str) -> Result<Self, String> {
                Ok(Counter)
            }

            #[calll]
            pub fn add(&mut self, (a, b): (u64, u64), text: &str) -> Option<&str> {
                self.half_typed.
            }

            #[cast]
            fn any<T: Send>(&mut self, item: T, work: impl Fn()) -> u64 {
                self.0
            }

            #[info]
            fn on_text(&mut self, text: &str) {
                self.0
            }
        }
    };
    // Half-typed code is no Rust, but the bodies go through as they are.
    let broken = run(TokenStream::new(), block).to_string();
    assert!(broken.contains("self . half_typed ."));
    let block: TokenStream = broken.parse().unwrap();
    let block = block.to_string().replace("self . half_typed .", "");
    let decl = run(quote!(mailbox = 0), decl);
    let file = format!("{decl} {block}");
    let file = syn::parse_str(&file).expect("expansions are items");
    insta::assert_snapshot!(prettyplease::unparse(&file));
}

#[test]
fn what_is_no_handler_stays_as_it_is() {
    let members = quote! {
        const PAIR: Pair = Pair { a: 1, b: 2 };
        type Other = [u8; { 1 + 1 }];
        helpers! { fn inner() {} }
        helpers!(fn inner() {});
        #[tracing::instrument(skip(self))]
        pub const unsafe extern "C" fn odd<'a, T>(&'a self, (a, b): (T, T)) -> &'a T
        where
            T: Copy,
        {
            self.0
        }
        #[cold]
        fn case() {}
    };
    let block = quote! {
        impl Counter {
            #[init]
            fn new() -> Self {
                Counter(0)
            }
            #members
        }
    };
    let expanded = run(TokenStream::new(), block).to_string();
    assert!(!expanded.contains("compile_error"), "{expanded}");
    assert!(expanded.contains(&members.to_string()), "{expanded}");
}
