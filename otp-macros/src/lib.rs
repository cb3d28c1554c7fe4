//! The macros of otp-framework.
//!
//! Users name them through the façade, `use otp::prelude::*;`. Each macro runs the same passes:
//! **parse** (tokens to a model of our own), **check** (all mistakes of the item, gathered) and
//! **expand** (model to tokens, which cannot fail). Expansions name the runtime by absolute path
//! through one hidden module, so this crate depends on no runtime crate.

mod duration;
mod errors;
mod gen_server;
mod names;
mod options;
mod paths;
mod show;
mod suggest;
mod tokens;

use proc_macro::TokenStream;

/// Makes a struct a server: one mailbox, one message at a time, typed calls.
///
/// It stands on the struct that is the state, and again on the `impl` block that has the handlers.
///
/// ```ignore
/// use otp::prelude::*;
///
/// #[gen_server(mailbox = 64, call_timeout = 2s)]
/// pub struct Counter {
///     count: u64,
/// }
///
/// #[gen_server]
/// impl Counter {
///     #[init]
///     fn new(start: u64) -> Self {
///         Counter { count: start }
///     }
///
///     /// Adds `n` and answers the new total.
///     #[call]
///     pub fn add(&mut self, n: u64) -> u64 {
///         self.count += n;
///         self.count
///     }
/// }
///
/// let counter = Counter::start(0).await?;
/// assert_eq!(counter.add(2).await?, 2);
/// ```
///
/// # On the struct
///
/// | option | meaning | default |
/// | --- | --- | --- |
/// | `mailbox = 1024` or `unbounded` | how many messages may wait | `1024` |
/// | `overflow = wait`, `reject`, `drop_newest` or `drop_oldest` | what a full mailbox does | `wait` |
/// | `call_timeout = 5s` or `infinity` | how long a call waits for its answer | `5s` |
/// | `slow_handler = 50ms` | a handler that runs longer is traced | `50ms` |
/// | `donate = auto` or `never` | whether a caller may run the idle server itself | `auto` |
/// | `name = "counter"` | a fixed name; `Counter::whereis()` finds it | none |
/// | `allow(stateless_server)` | silences a red flag | |
/// | `crate = path` | where the runtime is, if not at `::otp` | `::otp` |
///
/// `#[table]` on a field of type `Table<K, V>` lets `#[read]` functions read it in the caller.
///
/// It generates the handle `CounterRef`, which derefs to `ServerRef<Counter>`.
///
/// # On the `impl` block
///
/// | option | meaning |
/// | --- | --- |
/// | `protocol = CounterApi` | also generates a trait with the public calls and casts, for tests |
/// | `allow(stateless_handler, immutable_server)` | silences red flags |
/// | `crate = path` | as on the struct |
///
/// # On its functions
///
/// | attribute | the function |
/// | --- | --- |
/// | `#[init]` | makes the first state: returns `Self`, `Option<Self>` or a `Result` of either |
/// | `#[call]` | answers a caller, by its return value or later through a first argument `reply: ReplyTo<T>` |
/// | `#[cast]` | is told something and answers nothing |
/// | `#[info]` | gets every message of the type of its one argument |
/// | `#[every(30s)]`, `#[after(5s)]` | runs by a timer, periodically or once |
/// | `#[handle_continue]` | is a step that runs before the next message |
/// | `#[terminate]` | runs at the end, with the `&ExitReason` if it takes it |
/// | `#[read]` | is no message at all: it runs in the caller and takes `&TableReader`s by field name |
///
/// `#[init]`, `#[call]`, `#[cast]`, `#[info]` and `#[handle_continue]` take `continue = step`.
/// Every handler may be `async`, take `&self` or `&mut self`, and take `cx: &mut Context<Self>`.
/// Durations are literals: `5s`, `100ms`, `2m`, `1h`, `10us`.
#[proc_macro_attribute]
pub fn gen_server(args: TokenStream, item: TokenStream) -> TokenStream {
    errors::guarded(&item.into(), |item| gen_server::run(args.into(), item)).into()
}
