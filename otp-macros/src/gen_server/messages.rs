//! The catalogue: every error text of `#[gen_server]`, in one place and one voice.
//!
//! Lower case, names in backticks, no full stop. The first line says what is wrong and why, the
//! line that starts with `help:` shows what to write.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Lifetime, Pat, Receiver, Type};

use super::args::{BLOCK, BLOCK_LINTS, DECL, DECL_LINTS, DONATE, OVERFLOW};
use super::attributes::Marker;
use super::model::{Block, Function, Param, ParamKind, Role};
use super::types;
use crate::show::show;
use crate::suggest::{list, one_of};

// The item.

pub(crate) const ATTRIBUTE_TWICE: &str =
    "`#[gen_server]` is here twice\nhelp: leave one, with all options in it";

pub(crate) fn wrong_item(what: &str) -> String {
    let instead = match what {
        "a function" => "for work that keeps no state use a plain function, or a task",
        "a trait" => {
            "for a trait that the handle implements write `#[gen_server(protocol = Name)]` on the server's `impl`"
        }
        _ => "put it on the struct that holds the state, and again on the `impl` with its handlers",
    };
    format!("`#[gen_server]` goes on a struct and on its `impl`, not on {what}\nhelp: {instead}")
}

pub(crate) fn on_enum(name: &Ident) -> String {
    format!(
        "a gen_server is a struct, and `{name}` is an enum\n\
         help: put it in a struct, `struct Server {{ state: {name} }}`, or make it a `#[state_machine]`"
    )
}

pub(crate) fn on_union(name: &Ident) -> String {
    format!("a gen_server is a struct, and `{name}` is a union\nhelp: write `struct {name} {{ .. }}`")
}

pub(crate) fn impl_of_trait(of: &Type, server: &Type) -> String {
    let (of, server) = (show(of), show(server));
    format!(
        "handlers stand in the server's own `impl`, not in one of a trait\n\
         help: write `#[gen_server] impl {server} {{ .. }}`, and take the attribute off `impl {of} for {server}`"
    )
}

pub(crate) fn impl_of_no_struct(ty: &Type) -> String {
    format!(
        "a gen_server is a struct, and `{}` is none\nhelp: write `impl Name {{ .. }}` with the name of your struct",
        show(ty)
    )
}

// Options.

pub(crate) const OVERFLOW_OF_UNBOUNDED: &str =
    "a mailbox without a bound never overflows\nhelp: remove `overflow`, or write `mailbox = 1024`";
pub(crate) const MAILBOX_ZERO: &str =
    "a mailbox of 0 would take no message at all\nhelp: write `mailbox = 1` or more";
pub(crate) const MAILBOX_TOO_LARGE: &str =
    "no mailbox can be that long\nhelp: write a smaller number, or `mailbox = unbounded`";
pub(crate) const ZERO_LIMIT: &str =
    "a limit of nothing is always exceeded\nhelp: write at least `1us`";
pub(crate) const EVERY_ZERO: &str =
    "a timer without a pause would leave no time for anything else\nhelp: write at least `1us`";
pub(crate) const NAME_EMPTY: &str =
    "a name cannot be empty\nhelp: write `name = \"counter\"`, or remove it";
pub(crate) const PROTOCOL_NOT_A_NAME: &str =
    "`protocol` names the trait to generate\nhelp: write `protocol = CounterApi`";
pub(crate) const CONTINUE_NOT_A_NAME: &str =
    "`continue` names a `#[handle_continue]` function\nhelp: write `continue = load`, without parentheses or quotes";

pub(crate) fn unknown_decl_option(key: &str) -> String {
    let help = match key {
        "protocol" => "help: it goes on the `impl`: `#[gen_server(protocol = ..)] impl ..`".into(),
        "timeout" => "help: did you mean `call_timeout`?".into(),
        "capacity" | "mailbox_size" | "queue" => "help: did you mean `mailbox`?".into(),
        _ => one_of(key, &DECL),
    };
    format!("`{key}` is not an option of a gen_server's struct\n{help}")
}

pub(crate) fn unknown_block_option(key: &str) -> String {
    let help = if DECL.contains(&key) {
        format!("help: it goes on the struct: `#[gen_server({key} = ..)] struct ..`")
    } else {
        one_of(key, &BLOCK)
    };
    format!("`{key}` is not an option of a gen_server's `impl`\n{help}")
}

pub(crate) fn unknown_handler_option(marker: &Marker, key: &Ident) -> String {
    let marker_name = &marker.name;
    let help = match (marker.role, key.to_string().as_str()) {
        (Role::Call, "timeout" | "call_timeout") => {
            "help: write `#[gen_server(call_timeout = 5s)]` on the struct, or `.timeout(..)` after one call"
                .into()
        }
        (Role::Cast, "timeout" | "call_timeout") => {
            "help: remove it: a cast waits for no answer".into()
        }
        (_, "mailbox" | "overflow" | "name") => {
            format!("help: it goes on the struct: `#[gen_server({key} = ..)]`")
        }
        (_, "allow") => "help: it goes on the `impl`: `#[gen_server(allow(..))]`".into(),
        (Role::Terminate | Role::Read, _) => format!("help: write `#[{marker_name}]`"),
        _ => format!("help: the only option is `#[{marker_name}(continue = step)]`"),
    };
    format!("`{key}` is not an option of `#[{marker_name}]`\n{help}")
}

/// How an option is written.
pub(crate) fn form(key: &str) -> &'static str {
    match key {
        "mailbox" => "mailbox = 1024",
        "overflow" => "overflow = reject",
        "call_timeout" => "call_timeout = 5s",
        "slow_handler" => "slow_handler = 50ms",
        "donate" => "donate = never",
        "name" => "name = \"counter\"",
        "protocol" => "protocol = CounterApi",
        "continue" => "continue = load",
        _ => "crate = otp_core",
    }
}

pub(crate) fn needs_value(key: &Ident, form: &str) -> String {
    format!("`{key}` needs a value\nhelp: write `{form}`")
}

pub(crate) fn mailbox_word(word: &Ident) -> String {
    let help = match crate::suggest::closest(&word.to_string(), &["unbounded"]) {
        Some(near) => format!("help: did you mean `{near}`?"),
        None => "help: write a number, `mailbox = 1024`, or `mailbox = unbounded`".into(),
    };
    format!("a mailbox has a literal number of places, and `{word}` is none\n{help}")
}

pub(crate) fn mailbox_kind(value: &TokenStream) -> String {
    format!(
        "`{}` is not a number of messages\nhelp: write `mailbox = 1024`, or `mailbox = unbounded`",
        show(value)
    )
}

pub(crate) fn overflow_policy(word: &str) -> String {
    let help = match word {
        "block" | "backpressure" => "help: did you mean `wait`?".into(),
        "drop" | "drop_new" => "help: did you mean `drop_newest`?".into(),
        "error" | "fail" => "help: did you mean `reject`?".into(),
        _ => one_of(word, &OVERFLOW),
    };
    format!("`{word}` is not what a full mailbox can do\n{help}")
}

pub(crate) fn donate(word: &str) -> String {
    format!("`{word}` is not a value of `donate`\n{}", one_of(word, &DONATE))
}

pub(crate) fn timeout_word(word: &Ident) -> String {
    format!(
        "`{word}` is not a time to wait\nhelp: write `call_timeout = 5s`, or `call_timeout = infinity`"
    )
}

pub(crate) fn name_not_literal(value: &TokenStream) -> String {
    let word = show(value);
    let literal = if word.chars().all(|c| c.is_alphanumeric() || c == '_') {
        word.to_lowercase()
    } else {
        "counter".into()
    };
    format!(
        "names are never made at run time, so this one is a literal\n\
         help: write `name = \"{literal}\"`; for names that are data use a `Registry`"
    )
}

pub(crate) fn name_of_generic(server: &Ident) -> String {
    format!(
        "`{server}` is generic, and servers of its different types would fight for one name\n\
         help: remove the name, and keep the servers in a `Registry`"
    )
}

pub(crate) fn allow_form(known: &[&str]) -> String {
    format!(
        "`allow` takes the names of red flags\nhelp: write `allow({})`",
        known.join(", ")
    )
}

pub(crate) fn unknown_lint(lint: &str) -> String {
    let all = [DECL_LINTS.as_slice(), BLOCK_LINTS.as_slice()].concat();
    format!("`{lint}` is not a red flag of a gen_server\n{}", one_of(lint, &all))
}

/// For a struct: where a red flag that `impl` blocks have is silenced.
pub(crate) fn lint_of_block(lint: &str) -> Option<String> {
    BLOCK_LINTS.contains(&lint).then(|| {
        format!(
            "`{lint}` is found on the `impl`\nhelp: silence it there: `#[gen_server(allow({lint}))] impl ..`"
        )
    })
}

/// For an `impl` block: where a red flag that structs have is silenced.
pub(crate) fn lint_of_decl(lint: &str) -> Option<String> {
    DECL_LINTS.contains(&lint).then(|| {
        format!(
            "`{lint}` is found on the struct\nhelp: silence it there: `#[gen_server(allow({lint}))] struct ..`"
        )
    })
}

// The struct.

pub(crate) const LIFETIME_OF_SERVER: &str =
    "a server outlives whoever starts it, so its state cannot borrow\n\
     help: own the data, `String` for `&str`, or share it in an `Arc`";
pub(crate) const TABLE_WITH_OPTIONS: &str = "`#[table]` has no options\nhelp: write `#[table]`";
pub(crate) const TABLE_WITHOUT_NAME: &str =
    "a `#[read]` asks for a table by the name of its field, and this field has none\n\
     help: write `struct Rates { #[table] rates: Table<String, f64> }`";
pub(crate) const TABLE_WITHOUT_TYPES: &str =
    "a table has a type of keys and one of values\nhelp: write `Table<Key, Value>`";

pub(crate) fn stateless_server(name: &Ident) -> String {
    format!(
        "a gen_server serialises access to state, and `{name}` has none\n\
         help: make it a plain function, or a task; or say `#[gen_server(allow(stateless_server))]`"
    )
}

pub(crate) fn table_type(ty: &Type) -> String {
    format!(
        "`#[table]` shares a `Table` with readers, and `{}` is none\n\
         help: write `Table<Key, Value>`, or remove `#[table]`",
        show(ty)
    )
}

// The attributes of functions.

pub(crate) fn unknown_attribute(name: &str, meant: &str) -> String {
    format!("`#[{name}]` is not an attribute of a gen_server\nhelp: write `#[{meant}]`")
}

pub(crate) fn conditional_attribute(name: &Ident) -> String {
    format!(
        "`#[{name}]` must be known before conditions are\n\
         help: write `#[cfg(..)]` and `#[{name}]` on the function"
    )
}

pub(crate) fn attribute_with_equals(name: &Ident) -> String {
    let example = match name.to_string().as_str() {
        "every" | "after" => "(30s)",
        "init" | "call" | "cast" | "info" | "handle_continue" => "(continue = step)",
        _ => "",
    };
    format!("`#[{name}]` takes its options in parentheses\nhelp: write `#[{name}{example}]`")
}

pub(crate) fn attribute_on_no_function(name: &Ident) -> String {
    format!("`#[{name}]` goes on a function\nhelp: move it to the function, or remove it")
}

pub(crate) fn two_attributes(first: &Ident, second: &Ident) -> String {
    if first == second {
        return format!("`#[{second}]` is here twice\nhelp: leave one");
    }
    format!(
        "a function is one thing, and this one is `#[{first}]` already\n\
         help: leave one of the two, or write a second function"
    )
}

pub(crate) fn timer_without_duration(name: &Ident) -> String {
    format!("`#[{name}]` needs a duration\nhelp: write `#[{name}(30s)]`")
}

pub(crate) fn timer_with_more(name: &Ident) -> String {
    format!("`#[{name}]` takes one duration and nothing else\nhelp: write `#[{name}(30s)]`")
}

// Signatures.

pub(crate) const ASYNC_READ: &str =
    "a read runs in the caller and never waits\nhelp: remove `async`";
pub(crate) const INIT_WITH_SELF: &str =
    "`#[init]` makes the state, so there is no `self` yet\nhelp: remove it, and return `Self`";
pub(crate) const INIT_RETURNS_IMPL: &str =
    "what `#[init]` returns must have a name\nhelp: write `Self`, `Option<Self>`, `Result<Self, E>` or `Result<Option<Self>, E>`";
pub(crate) const INIT_RETURNS_BORROW: &str =
    "the server owns its state, and its error goes to whoever starts it\nhelp: return owned values, `Self` or `Result<Self, String>`";
pub(crate) const READ_WITH_SELF: &str =
    "a read runs in the caller, where the server's state is not\n\
     help: take the table instead, as `name_of_the_field: &TableReader<Key, Value>`";
pub(crate) const REPLY_AND_OUTPUT: &str =
    "a call answers once, and this one does so through its `ReplyTo`\nhelp: remove the return type, or the `ReplyTo`";
pub(crate) const WHERE_ON_HANDLER: &str =
    "all messages of a server are one type, which has no place for a handler's own bounds\n\
     help: write them on the `impl`";

pub(crate) fn qualifier(qualifier: &TokenStream, marker: &Ident) -> String {
    let word = show(qualifier);
    let why = match word.split(' ').next() {
        Some("const") => "nothing of a server runs when the program compiles",
        Some("unsafe") => "whoever sends a message cannot know what the handler needs to be safe",
        _ => "only the server's loop calls it",
    };
    format!("a function with `#[{marker}]` cannot be `{word}`: {why}\nhelp: remove `{word}`")
}

pub(crate) fn generic_handler(param: &Ident, marker: &Ident) -> String {
    let why = if marker == "init" {
        "a server starts with arguments of one type"
    } else {
        "all messages of a server are one type, which has no place for a handler's own parameters"
    };
    format!("{why}\nhelp: write a concrete type for `{param}`, or make the struct generic")
}

pub(crate) fn lifetime_of_handler(lifetime: &Lifetime) -> String {
    format!(
        "a message outlives the one who sends it, so nothing in it borrows for `{lifetime}`\n\
         help: remove `{lifetime}`, and take and return owned values"
    )
}

pub(crate) fn handler_without_self(function: &Function) -> String {
    format!(
        "`#[{}]` works on the server's state, and `{}` takes no `self`\n\
         help: write `{}`, or remove the attribute",
        function.marker,
        function.name,
        signature(function, Some("&mut self"), true)
    )
}

pub(crate) fn self_by_value(receiver: &Receiver) -> String {
    format!(
        "the server keeps its state and lends it to each handler, so `{}` cannot be had\n\
         help: write `&mut self`, or `&self` where nothing changes",
        show(receiver)
    )
}

pub(crate) fn init_returns_nothing(function: &Function) -> String {
    format!(
        "`#[init]` returns the server's first state, and `{}` returns nothing\n\
         help: write `{} -> Self`, or `-> Result<Self, E>`",
        function.name,
        signature(function, None, false)
    )
}

pub(crate) fn cast_returns(name: &Ident, output: &Type) -> String {
    format!(
        "nobody waits for the answer to a cast, so `{}` would be lost\n\
         help: make `{name}` a `#[call]`, or remove the return type",
        show(output)
    )
}

pub(crate) fn nobody_gets(marker: &Ident) -> String {
    format!(
        "nobody waits for what `#[{marker}]` returns\n\
         help: remove the return type; keep the value in `self`, or end the server with `cx.stop(reason)`"
    )
}

pub(crate) fn answer_impl_trait(output: &Type) -> String {
    format!(
        "the answer goes to another task, so its type needs a name, and `{}` has none\n\
         help: write the type itself, as `Vec<String>` for `impl Iterator<Item = String>`",
        show(output)
    )
}

pub(crate) fn answer_borrows(output: &Type) -> String {
    format!(
        "the answer leaves the server, so it cannot borrow from its state\nhelp: write `{}`",
        types::owned(output)
    )
}

/// The signature of a function on one line, with what is between the parentheses.
fn signature(function: &Function, receiver: Option<&str>, with_output: bool) -> String {
    let mut parts: Vec<String> = receiver.map(str::to_owned).into_iter().collect();
    for param in &function.params {
        parts.push(format!("{}: {}", show(&param.pat), show(&param.ty)));
    }
    let asyncness = function.asyncness.map_or("", |_| "async ");
    let output = match &function.output {
        Some(output) if with_output => format!(" -> {}", show(output)),
        _ => String::new(),
    };
    format!("{asyncness}fn {}({}){output}", function.name, parts.join(", "))
}

// Parameters.

pub(crate) const CFG_ON_ARGUMENT: &str =
    "an argument is part of a message's type, which cannot be conditional\n\
     help: put the `#[cfg]` on the whole function, and write it once for each case";
pub(crate) const READ_WITH_CONTEXT: &str =
    "a read runs in the caller, which has no context of the server's\nhelp: remove it";
pub(crate) const SECOND_CONTEXT: &str = "a server has one context\nhelp: remove this parameter";
pub(crate) const SECOND_REPLY: &str =
    "a call is answered once\nhelp: leave one `ReplyTo`, of a tuple if there is more to say";
pub(crate) const REPLY_BY_REFERENCE: &str =
    "an answer is sent by giving the `ReplyTo` away\nhelp: take it by value, without the `&`";
pub(crate) const REPLY_WITHOUT_TYPE: &str =
    "the caller must know what it is answered\nhelp: write `ReplyTo<u64>` with your type";
pub(crate) const TABLE_PARAM_PATTERN: &str =
    "a table is found by the name of its field\nhelp: write `name_of_the_field: &TableReader<..>`";
pub(crate) const TERMINATE_ARGUMENT: &str =
    "`#[terminate]` is given the reason and nothing else\nhelp: write `(&mut self, reason: &ExitReason)`";
pub(crate) const INFO_WITH_TWO: &str =
    "an info handler is chosen by the type of its one message\nhelp: send one value that holds both, a struct or a tuple";

pub(crate) fn pattern_argument(pat: &Pat, ty: &Type) -> String {
    let (pattern, ty) = (show(pat), show(ty));
    let help = match pat {
        Pat::Wild(_) => format!("write `_unused: {ty}`"),
        Pat::Ident(pat) => format!("write `{}: {ty}`", pat.ident),
        _ => format!("write `value: {ty}`, and take it apart in the body"),
    };
    format!("the handle's method has the same argument, and `{pattern}` is no name for it\nhelp: {help}")
}

pub(crate) fn argument_impl_trait(param: &Param) -> String {
    let ty = show(&param.ty);
    let instead = match ty.strip_prefix("impl Into<").and_then(|ty| ty.strip_suffix('>')) {
        Some(inner) => format!("`{}: {inner}`", show(&param.pat)),
        None => "a concrete type, or `Box<dyn Trait + Send>`".into(),
    };
    format!("an argument is stored in a message, whose type has a name, and `{ty}` has none\nhelp: write {instead}")
}

pub(crate) fn argument_borrows(param: &Param, role: Role) -> String {
    let what = match role {
        Role::Init => "the server outlives whoever starts it",
        Role::Continue => "a step is stored until it runs",
        _ => "a message outlives the one who sends it",
    };
    format!(
        "{what}, so its arguments cannot be borrowed\nhelp: write `{}: {}`",
        show(&param.pat),
        types::owned(&param.ty)
    )
}

pub(crate) fn context_form(param: &Param) -> String {
    format!(
        "a handler borrows the context of its own server\nhelp: write `{}: &mut Context<Self>`",
        show(&param.pat)
    )
}

pub(crate) fn reply_without_call(marker: &Ident, role: Role) -> String {
    let help = match role {
        Role::Cast => "make it a `#[call]`; to pass on the reply of another call, put it in a struct",
        _ => "remove it; to answer later, keep the `ReplyTo` of a `#[call]` in `self`",
    };
    format!("nobody waits for an answer to `#[{marker}]`, so there is no `ReplyTo`\nhelp: {help}")
}

pub(crate) fn reply_not_first(function: &Function, param: &Param) -> String {
    let first = function.params.iter().find(|param| matches!(param.kind, ParamKind::Argument));
    format!(
        "a `ReplyTo` is given by the server, and the arguments by the caller\n\
         help: write `{}: {}` right after `self`, before `{}`",
        show(&param.pat),
        show(&param.ty),
        first.map(|param| show(&param.pat)).unwrap_or_default()
    )
}

pub(crate) fn table_param(ty: &Type) -> String {
    let arguments = types::named(ty, "TableReader").or_else(|| types::named(ty, "Table"));
    let arguments = arguments.map(|segment| show(segment.arguments.to_token_stream()));
    let arguments = arguments.filter(|text| !text.is_empty());
    format!(
        "the owner alone writes a table, and a read borrows its reader\nhelp: write `&TableReader{}`",
        arguments.unwrap_or_else(|| "<Key, Value>".into())
    )
}

pub(crate) fn terminate_reason(param: &Param) -> String {
    format!(
        "`#[terminate]` is shown the reason, and nothing else\nhelp: write `{}: &ExitReason`, or remove it",
        param.name().map_or_else(|| "reason".into(), ToString::to_string)
    )
}

pub(crate) fn timer_argument(marker: &Ident) -> String {
    format!(
        "a timer brings no arguments, and `#[{marker}]` is one\n\
         help: keep the value in `self`, or send a message with `cx.send_after(delay, message)`"
    )
}

pub(crate) fn info_without_message(name: &Ident) -> String {
    format!(
        "an info handler is chosen by the type of its message\nhelp: write `fn {name}(&mut self, message: Down)` with your type"
    )
}

pub(crate) fn read_without_table(name: &Ident) -> String {
    format!(
        "`{name}` reads no table of the server's\n\
         help: take one, as `name_of_the_field: &TableReader<Key, Value>`, or remove `#[read]`"
    )
}

// The functions of a block together.

pub(crate) const CFG_ON_INIT: &str =
    "a server always has its `#[init]`, so it cannot be conditional\nhelp: put the `#[cfg]` inside its body, or on the whole server";

pub(crate) fn handler_twice(name: &Ident) -> String {
    format!("`{name}` is a handler already\nhelp: choose another name, or remove one of them")
}

pub(crate) fn name_of_every_handle(name: &Ident) -> String {
    format!("every handle has a method `{name}`, which this one would hide\nhelp: choose another name")
}

pub(crate) fn name_of_starter(name: &Ident, role: Option<Role>) -> String {
    let help = if role == Some(Role::Init) {
        "call it `new`; users write `start`"
    } else {
        "choose another name"
    };
    format!("`{name}` is made from `#[init]`, with its arguments\nhelp: {help}")
}

pub(crate) fn no_init(block: &Block) -> String {
    let name = block.name();
    let maker = block.helpers.iter().find(|helper| *helper == "new" || *helper == "init");
    let help = match maker {
        Some(maker) => format!("put `#[init]` on `{maker}`"),
        None => "add `#[init] fn new() -> Self { .. }`, in the one block that has all handlers".into(),
    };
    format!("nothing makes the first state of `{name}`\nhelp: {help}")
}

pub(crate) fn second_init(first: &Ident, second: &Ident) -> String {
    format!(
        "a server has one `#[init]`, and `{first}` is it\n\
         help: leave one, and tell `{second}` by its argument, as with an enum"
    )
}

pub(crate) fn second_terminate(first: &Ident) -> String {
    format!("a server ends once, and `{first}` runs then\nhelp: put both into one function")
}

pub(crate) fn info_twice(ty: &str, first: &Ident) -> String {
    format!(
        "`{first}` is given every `{ty}` already\n\
         help: handle both in one function, or send another type, as `struct Tick({ty})`"
    )
}

pub(crate) fn continue_unknown(block: &Block, step: &Ident) -> String {
    let steps: Vec<_> = block
        .with_role(Role::Continue)
        .map(|function| function.name.to_string())
        .collect();
    let known: Vec<_> = steps.iter().map(String::as_str).collect();
    let exists = block.helpers.contains(step);
    let help = match crate::suggest::closest(&step.to_string(), &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None if exists => format!("put `#[handle_continue]` on `{step}`"),
        None if known.is_empty() => {
            format!("add `#[handle_continue] fn {step}(&mut self) {{ .. }}`")
        }
        None => format!("write {}", list(&known)),
    };
    format!("no function with `#[handle_continue]` is called `{step}`\nhelp: {help}")
}

pub(crate) fn continue_with_arguments(server: &Ident, target: &Function) -> String {
    let fields: Vec<_> = target.arguments().map(|param| show(&param.pat)).collect();
    format!(
        "`{}` takes arguments, which `continue` cannot give\n\
         help: call `cx.continue_with({}::{} {{ {} }})` in the handler",
        target.name,
        crate::names::steps(server),
        crate::names::variant(&target.name),
        fields.join(", ")
    )
}

pub(crate) fn same_step(first: &Ident, variant: &Ident) -> String {
    format!("this step and `{first}` would both be `{variant}`\nhelp: choose another name")
}

pub(crate) fn continue_cycle(way: &[String], start: &Ident) -> String {
    format!(
        "steps run before any message, and {}, `{start}` would run for ever\n\
         help: let one of them end, or use `#[every(..)]`",
        way.join(", then ")
    )
}

pub(crate) fn stateless_handler(function: &Function) -> String {
    let name = &function.name;
    let help = match function.role {
        Role::Call | Role::Cast => "make it a plain function that callers run in parallel",
        Role::Every | Role::After => "make it a task",
        _ => "make it a plain function",
    };
    format!(
        "`{name}` does not use the server's state\n\
         help: {help}; or say `#[gen_server(allow(stateless_handler))]` on the `impl`"
    )
}

pub(crate) fn immutable_server(block: &Block) -> String {
    format!(
        "nothing changes the state of `{}`, so nothing needs to guard it\n\
         help: share it in an `Arc`, a `Table` or a `PersistentTerm`; or say `#[gen_server(allow(immutable_server))]`",
        block.name()
    )
}
