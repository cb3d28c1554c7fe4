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

/// Every kind of event, and handlers that wait.
fn full() -> (TokenStream, TokenStream, TokenStream) {
    let options = quote!(
        initial = Idle | Busy,
        data = Log,
        mailbox = 16,
        name = "full"
    );
    let decl = quote! {
        pub enum Full {
            Idle,
            Busy { by: u32, since: Instant },
            Hot(u8),
            #[terminal]
            Done,
        }
    };
    let block = quote! {
        /// What happens.
        impl Full {
            /// Begins.
            #[init]
            async fn new(log: Log, mut next: Next) -> Result<(Self, Log), Failure> {
                next.insert_begun(3);
                Ok((Full::Idle, log))
            }

            #[internal]
            #[on(_)]
            fn begun(data: &mut Log, turn: u32) {
                data.push(turn);
            }

            #[call]
            #[on(Idle => Busy)]
            #[postpone(Busy | Hot)]
            pub async fn take(data: &mut Log, by: u32, next: Next) -> bool {
                data.save().await;
                next.busy(by, Instant::now()).within(Duration::from_secs(3));
                true
            }

            #[call]
            #[on(Busy { by: owner, .. })]
            #[refuse(_)]
            pub fn owner(owner: &mut u32, reply: ReplyTo<u32>) {
                reply.send(*owner);
            }

            #[cast]
            #[on(Hot(degrees))]
            #[ignore(_)]
            pub(crate) fn cool(degrees: &mut u8, by: u8) {
                *degrees -= by;
            }

            #[info]
            #[on(_ => Done)]
            fn down(_down: Down, cx: &mut MachineContext<Self>, next: Next) {
                cx.pid();
                next.done();
            }

            #[state_timeout(Busy | Hot, 10s)]
            #[on(Busy => Hot)]
            fn late(mut next: Next) {
                next.start_late(Duration::from_secs(1));
                next.hot(1);
            }

            #[state_timeout(Busy | Hot)]
            #[on(Hot => Idle)]
            fn late(next: Next) {
                next.idle();
            }

            #[event_timeout(Idle, 20s)]
            #[on(Idle)]
            fn silence() {}

            #[timeout(30s)]
            #[on(_)]
            fn beat(mut next: Next) {
                next.cancel_beat();
            }

            #[enter(Idle | Done)]
            async fn entered(data: &mut Log, from: FullState, next: Next) {
                next.repeat();
            }

            #[exit(Busy)]
            fn left(to: FullState) {}

            #[terminate]
            fn bye(state: &Self, data: &mut Log, reason: &ExitReason) {}

            fn helper(&self) {}
        }
    };
    (options, decl, block)
}

#[test]
fn full_machine() {
    let text = expand(full());
    assert!(!text.contains("compile_error"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn generic() {
    let decl = quote! {
        pub(crate) enum Lease<T: Send, const N: usize> {
            Free,
            Lent { to: [T; N] },
        }
    };
    let block = quote! {
        impl<T: Display + Send, const N: usize> Lease<T, N> {
            #[call]
            #[on(Free => Lent)]
            #[postpone(Lent)]
            fn lend(data: &mut Vec<T>, to: [T; N], next: Next) -> usize {
                next.lent(to);
                data.len()
            }

            #[cast]
            #[on(Lent { to } => Free)]
            #[ignore(Free)]
            fn give_back(to: &[T; N], next: Next) {
                next.free();
            }
        }
    };
    let text = expand((quote!(initial = Free, data = Vec<T>), decl, block));
    assert!(!text.contains("compile_error"), "{text}");
    insta::assert_snapshot!(text);
}

/// The item, its handle and its methods are there for an editor, and nothing else is.
#[test]
fn broken() {
    let (options, decl, _) = turnstile();
    let block = quote! {
        impl Turnstile {
            #[call]
            #[on(Locked => Unlokked)]
            pub fn coin(data: &mut Tally, value: &str, mut next: Next) -> u32 {
                next.start_relock(Duration::from_secs(1));
                next.unlokked(value)
            }

            #[cast]
            #[on(Unlocked => Locked)]
            pub fn push(next: Next) {
                next.locked();
            }

            #[state_timeout(Unlocked)]
            #[on(Unlocked => Locked)]
            fn relock(next: Next) {
                next.locked();
            }
        }
    };
    insta::assert_snapshot!(expand((options, decl, block)));
}
