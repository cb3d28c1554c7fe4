//! Whole expansions, as a reader would see them.
//!
//! `INSTA_UPDATE=always cargo test -p otp-macros` writes the snapshots anew.

use proc_macro2::TokenStream;
use quote::quote;

use super::{run, run_machine};

/// What the three steps make, formatted.
fn expand((args, decl, block): (TokenStream, TokenStream, TokenStream)) -> String {
    let functions = run(TokenStream::new(), block.clone());
    let carried = carried(&functions);
    let machine = run_machine(quote!({true} {#args} {#decl} #carried));
    let decl = run(args, decl);
    let functions = without_carrier(functions);
    let file = syn::parse2(quote!(#decl #functions #machine)).expect("expansions are items");
    prettyplease::unparse(&file)
}

/// What the block hands to the carrier.
fn carried(functions: &TokenStream) -> TokenStream {
    let last = functions.clone().into_iter().last();
    match last {
        Some(proc_macro2::TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    }
}

fn without_carrier(functions: TokenStream) -> TokenStream {
    let tokens: Vec<_> = functions.into_iter().collect();
    tokens[..tokens.len() - 3].iter().cloned().collect()
}

fn turnstile() -> (TokenStream, TokenStream, TokenStream) {
    let decl = quote! {
        pub enum Turnstile {
            Locked,
            Unlocked { credit: u32 },
            #[terminal]
            Broken,
        }
    };
    let block = quote! {
        impl Turnstile {
            #[init]
            fn new(start: u64) -> Tally {
                Tally { coins: start }
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
                *credit += value;
                if *credit > 100 {
                    next.broken();
                }
                *credit
            }

            #[call]
            #[on(Unlocked => Unlocked | Locked)]
            #[refuse(Locked)]
            pub fn push(data: &mut Tally, next: Next) -> bool {
                next.locked();
                true
            }

            #[state_timeout(Unlocked, 10s)]
            #[on(Unlocked => Locked)]
            fn relock(next: Next) {
                next.locked();
            }

            #[enter(Unlocked | Broken)]
            fn opened(data: &mut Tally, from: TurnstileState) {
                data.entered += 1;
            }
        }
    };
    (quote!(initial = Locked, data = Tally), decl, block)
}

#[test]
fn simple() {
    let text = expand(turnstile());
    assert!(!text.contains("compile_error"), "{text}");
    insta::assert_snapshot!(text);
}
