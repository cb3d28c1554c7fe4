//! The macros of otp-framework.
//!
//! Users name them through the façade, `use otp::prelude::*;`. Each macro runs the same passes:
//! **parse** (tokens to a model of our own), **check** (all mistakes of the item, gathered) and
//! **expand** (model to tokens, which cannot fail). Expansions name the runtime by absolute path
//! through one hidden module, so this crate depends on no runtime crate.

mod bounds;
mod carried;
mod duration;
mod errors;
mod gen_server;
mod handle;
mod impl_block;
mod item_kind;
mod lints;
mod names;
mod options;
mod paths;
mod protocol;
mod red_flags;
mod server_options;
mod show;
mod state_machine;
mod suggest;
mod supervisor;
mod suspects;
#[cfg(test)]
mod tests;
mod tokens;
mod types;
mod unknown;

use proc_macro::TokenStream;

/// Makes a struct a server: one mailbox, one message at a time, typed calls.
///
/// It stands on the struct that is the state, and again on the `impl` block that has the handlers.
///
/// ```
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
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let counter = Counter::start(0).await?;
/// assert_eq!(counter.add(2).await?, 2);
/// # Ok(())
/// # }
/// ```
///
/// # On the struct
///
/// | option | meaning | default |
/// | --- | --- | --- |
/// | `mailbox = 1024` or `unbounded` | how many messages may wait | `1024` |
/// | `mailbox_on_restart = keep` or `drop` | what becomes of waiting messages when it is restarted | `drop` |
/// | `overflow = wait`, `reject`, `drop_newest` or `drop_oldest` | what a full mailbox does | `wait` |
/// | `call_timeout = 5s` or `infinity` | how long a call waits for its answer | `5s` |
/// | `slow_handler = 50ms` | a handler that runs longer is traced | `50ms` |
/// | `donate = auto` or `never` | whether a caller may run the idle server itself | `auto` |
/// | `name = "counter"` | a fixed name; `Counter::whereis()` finds it | none |
/// | `allow(stateless_server)` | silences a red flag | |
/// | `crate = path` | where the runtime is, if not at `::otp` | `::otp` |
///
/// `#[table]` on a field lets `#[read]` functions read it in the caller: a `Table<K, V>`, an
/// `OrderedTable`, a `BagTable`, a `DuplicateBagTable`, a `PublicTable` or a `PublicOrderedTable`.
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
/// | `#[read]` | is no message at all: it runs in the caller and takes `&TableReader`s, or the readers of other kinds, by field name |
///
/// `#[init]`, `#[call]`, `#[cast]`, `#[info]` and `#[handle_continue]` take `continue = step`.
/// Every handler may be `async`, take `&self` or `&mut self`, and take `cx: &mut Context<Self>`.
/// Durations are literals: `5s`, `100ms`, `2m`, `1h`, `10us`.
#[proc_macro_attribute]
pub fn gen_server(args: TokenStream, item: TokenStream) -> TokenStream {
    errors::guarded(&item.into(), |item| gen_server::run(args.into(), item)).into()
}

/// Declares a supervision tree: what runs, in which order, and what happens when it crashes.
///
/// ```
/// use otp::prelude::*;
/// # #[derive(Clone)] pub struct Config { feed: String }
/// # #[gen_server] pub struct Rates { n: u64 }
/// # #[gen_server] impl Rates {
/// #     #[init] fn new(_feed: String) -> Self { Rates { n: 0 } }
/// #     #[call] pub fn add(&mut self, n: u64) -> u64 { self.n += n; self.n }
/// # }
/// # #[gen_server] pub struct Till { sold: Vec<String> }
/// # #[gen_server] impl Till {
/// #     #[init] fn new(_rates: RatesRef) -> Self { Till { sold: Vec::new() } }
/// #     #[call] pub fn sell(&mut self, item: String) -> usize { self.sold.push(item); self.sold.len() }
/// # }
/// # #[gen_server] pub struct Ledger { n: u64 }
/// # #[gen_server] impl Ledger {
/// #     #[init] fn new() -> Self { Ledger { n: 0 } }
/// #     #[call] pub fn add(&mut self, n: u64) -> u64 { self.n += n; self.n }
/// # }
/// # #[gen_server] pub struct Audit { n: u64 }
/// # #[gen_server] impl Audit {
/// #     #[init] fn new(_ledger: LedgerRef) -> Self { Audit { n: 0 } }
/// #     #[call] pub fn add(&mut self, n: u64) -> u64 { self.n += n; self.n }
/// # }
/// # #[gen_server] pub struct Session { n: u64 }
/// # #[gen_server] impl Session {
/// #     #[init] fn new(_user: String) -> Self { Session { n: 0 } }
/// #     #[call] pub fn add(&mut self, n: u64) -> u64 { self.n += n; self.n }
/// # }
/// # #[gen_server] pub struct Shard { n: u64 }
/// # #[gen_server] impl Shard {
/// #     #[init] fn new() -> Self { Shard { n: 0 } }
/// #     #[call] pub fn add(&mut self, n: u64) -> u64 { self.n += n; self.n }
/// # }
///
/// supervisor! {
///     /// Everything the shop runs.
///     pub Shop(config: Config) {
///         strategy: one_for_one,
///         intensity: 3 per 5s,
///
///         rates:    Rates(config.feed),
///         till:     Till(rates.clone()) { restart: transient, shutdown: 10s },
///         back:     supervisor {
///             strategy: rest_for_one,
///             intensity: 10 per 1m,
///             ledger: Ledger(),
///             audit:  Audit(ledger.clone()),
///         },
///         sessions: dynamic<Session> { intensity: 100 per 1s, max_children: 10_000 },
///         shards:   partition<Shard>(8) { intensity: 3 per 5s },
///         jobs:     task_supervisor,
///         names:    registry<String, Session>,
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let (config, item) = (Config { feed: "EUR".to_owned() }, "tea".to_owned());
/// let shop = Shop::start(config).await?;
/// shop.till().sell(item).await?;
/// # Ok(())
/// # }
/// ```
///
/// Children start from top to bottom, each when the one above it runs, and end in reverse. The
/// arguments of a child may use the arguments of the tree and the handles of the children above it;
/// each start is given clones of its own. A handle goes on working when its child is restarted.
///
/// It generates the type `Shop` with `start` and `child`, and the handle `ShopRef`, which has a
/// method for each child and derefs to `SupervisorRef`. The handle of `back` is a `ShopBackRef`.
///
/// # Options of a supervisor
///
/// | option | meaning | default |
/// | --- | --- | --- |
/// | `strategy: one_for_one`, `one_for_all` or `rest_for_one` | what is restarted when a child ends: it, all, or it and those below it | must be written |
/// | `intensity: 3 per 5s` or `never` | more restarts than that end the supervisor | must be written |
/// | `auto_shutdown: never`, `any_significant` or `all_significant` | whether the end of significant children ends the supervisor | `never` |
/// | `backoff: 100ms..30s` | the pause before a restart, at first and at the most | none |
/// | `crate: path` | where the runtime is, if not at `::otp`; only in the outermost block | `::otp` |
///
/// # Kinds of children
///
/// | child | what it is |
/// | --- | --- |
/// | `rates: Rates(config.feed)` | a server with the arguments of its `#[init]`, or a tree with its own |
/// | `back: supervisor { .. }` | a supervisor with children of its own |
/// | `sessions: dynamic<Session> { intensity: .. }` | any number of servers, started with `start_child` |
/// | `seats: dynamic<Seat>(\|row: u32\| Seat::start(config.clone(), row)) { .. }` | the same, where the tree gives some of the arguments |
/// | `shards: partition<Shard>(8) { intensity: .. }` | so many servers, found by key; without a number one for each core |
/// | `shards: partition<Shard>(8, \|index\| Shard::start(index)) { .. }` | the same with arguments |
/// | `jobs: task_supervisor` | tasks |
/// | `names: registry<String, Session>` | servers found by a key that is data |
///
/// # Options of a child
///
/// They stand in braces after the child: `till: Till() { restart: transient }`.
///
/// | option | meaning | default |
/// | --- | --- | --- |
/// | `restart: permanent`, `transient` or `temporary` | restarted always, after a crash, or never | `permanent` |
/// | `shutdown: 10s`, `infinity` or `brutal_kill` | how long it has to end before it is killed | `5s`; `infinity` for supervisors |
/// | `significant` | its end can end the supervisor: see `auto_shutdown` | |
/// | `intensity`, `backoff` | of a `dynamic` or a `partition`: as above | `intensity` must be written |
/// | `max_children: 10_000` | of a `dynamic`: how many may run | no limit |
/// | `strategy` | of a `partition` | `one_for_one` |
///
/// In a `dynamic` or a `partition`, `restart` and `shutdown` are those of its servers.
#[proc_macro]
pub fn supervisor(tokens: TokenStream) -> TokenStream {
    errors::guarded(&proc_macro2::TokenStream::new(), |_| {
        supervisor::run(tokens.into())
    })
    .into()
}

/// Makes an enum a state machine: its states, and the graph of what leads from one to another.
///
/// It stands on the enum of states, and again on the `impl` block that has the events.
///
/// ```
/// use otp::prelude::*;
///
/// #[derive(Default)]
/// pub struct Tally {
///     coins: u64,
/// }
///
/// #[state_machine(initial = Locked, data = Tally)]
/// pub enum Turnstile {
///     Locked,
///     Unlocked { credit: u32 },
///     #[terminal]
///     Broken,
/// }
///
/// #[state_machine]
/// impl Turnstile {
///     /// One coin unlocks it.
///     #[call]
///     #[on(Locked => Unlocked)]
///     pub fn coin(data: &mut Tally, value: u32, next: Next) -> u32 {
///         data.coins += 1;
///         next.unlocked(value);
///         value
///     }
///
///     #[call]
///     #[on(Unlocked { credit } => Broken)]
///     pub fn coin(credit: &mut u32, value: u32, next: Next) -> u32 {
///         *credit += value;
///         let credit = *credit;
///         if credit > 100 {
///             next.broken();
///         }
///         credit
///     }
///
///     #[state_timeout(Unlocked, 10s)]
///     #[on(Unlocked => Locked)]
///     fn relock(next: Next) {
///         next.locked();
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let gate = Turnstile::start().await?;
/// assert_eq!(gate.coin(3).await?, 3);
/// println!("{}", Turnstile::diagram());
/// # Ok(())
/// # }
/// ```
///
/// # On the enum
///
/// | option | meaning |
/// | --- | --- |
/// | `initial = Locked` or `A \| B` | where it begins; with several, or with fields, `#[init]` returns `(Self, Data)`. Must be written |
/// | `data = Tally` | what all states share. Must be written |
/// | `allow(no_way_out, unreachable_state)` | silences red flags: a state that is for good without an end, one that nothing leads to |
/// | `mailbox`, `mailbox_on_restart`, `overflow`, `call_timeout`, `slow_handler`, `donate`, `name`, `crate` | as for [`macro@gen_server`]; with `crate = ::otp_core` this crate is a dependency called `otp_macros` |
///
/// A variant with `#[terminal]` ends the machine, with `ExitReason::Normal`, when it has been entered.
/// The state is the variant: another value in its fields is the same state, so it neither cancels a
/// state timeout nor brings postponed events back.
///
/// # On the `impl` block
///
/// `protocol = TurnstileApi` also generates a trait with the public calls and casts, for tests.
///
/// # On the functions
///
/// | attribute | the function |
/// | --- | --- |
/// | `#[init]` | makes the data, or `(Self, Data)`; may be `async`, an `Option` or a `Result`. Without one, `Data: Default` |
/// | `#[call]`, `#[cast]`, `#[info]` | an event from outside, as for servers |
/// | `#[internal]` | an event that only the machine inserts |
/// | `#[state_timeout(Open, 10s)]` | comes so long after `Open` was entered, if it still is; without a duration it is started by hand |
/// | `#[event_timeout(Open, 10s)]` | comes when nothing else came for so long |
/// | `#[timeout]`, `#[timeout(30s)]` | a timeout of its own name, which goes on across states; with a duration it starts with the machine |
/// | `#[enter(A \| B)]`, `#[exit(A)]` | runs when the state is entered from another, or left for another |
/// | `#[terminate]` | runs at the end |
///
/// An event has further attributes:
///
/// | attribute | meaning |
/// | --- | --- |
/// | `#[on(A { field } \| B => C \| D)]` | it is handled in these states, and may lead to those; `_` is every other state; without `=>` the state is kept |
/// | `#[postpone(A)]` | it waits there for another state |
/// | `#[ignore(A)]`, `#[refuse(A)]` | it is dropped there; a refused call is `CallError::Refused` at once, anything else that is refused is traced |
///
/// Several functions of one name are clauses of one event, each for its own states. A function may be under
/// a `#[cfg]`: the graph is checked, and drawn, as it is in each build. A state may not.
///
/// # Parameters
///
/// They have no `self`. First `data: &mut Data` or `&Data`, if wanted; then in any order the fields that
/// `#[on]` names, the event's own arguments, `reply: ReplyTo<T>` (a call that is answered later),
/// `cx: &mut MachineContext<Self>`, and `next: Next`. An impl in another module imports the types of the
/// states' fields, and the machine's `Ref` and `State`.
///
/// `Next` is another type for each handler, with a method for each thing that it may do: one for each
/// target (`next.unlocked(credit)`, and `.within(time)` after it if that state has a timeout), `repeat`,
/// `stop(reason)`, `postpone(..)`, `insert_<event>(..)`, and `start_`, `start_.._at`, `cancel_` and
/// `update_<timeout>(..)`. What changes the state consumes it. If none is called, the state is kept.
///
/// # What is made
///
/// The handle `TurnstileRef`, which derefs to `ServerRef<Machine<Turnstile>>`; `TurnstileState`, the states
/// without fields; `Turnstile::start` and its sisters; `diagram()` and `transitions()`, the graph as text
/// and as data; and, if no handler awaits or takes a context, `Turnstile::bare(state, data)`: the machine
/// without a process.
#[proc_macro_attribute]
pub fn state_machine(args: TokenStream, item: TokenStream) -> TokenStream {
    errors::guarded(&item.into(), |item| state_machine::run(args.into(), item)).into()
}

/// What the enum and the `impl` of a state machine make together. Not for people.
#[doc(hidden)]
#[proc_macro]
pub fn __state_machine(tokens: TokenStream) -> TokenStream {
    errors::guarded(&proc_macro2::TokenStream::new(), |_| {
        state_machine::run_machine(tokens.into())
    })
    .into()
}
