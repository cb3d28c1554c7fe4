//! The functions of a block together, and red flags.

use proc_macro2::Ident;
use syn::Type;

use crate::gen_server::model::{Block, Function, Role};
use crate::show::show;
use crate::suggest::list;

pub(crate) const CFG_ON_INIT: &str = "a server always has its `#[init]`, so it cannot be conditional\nhelp: put the `#[cfg]` inside its body, or on the whole server";

pub(crate) fn handler_twice(name: &Ident) -> String {
    format!("`{name}` is a handler already\nhelp: choose another name, or remove one of them")
}

pub(crate) fn name_of_every_handle(name: &Ident) -> String {
    format!(
        "every handle has a method `{name}`, which this one would hide\nhelp: choose another name"
    )
}

pub(crate) fn name_of_starter(name: &Ident, role: Option<Role>) -> String {
    let help = if role == Some(Role::Init) {
        "call it `new`; users write `start`"
    } else {
        "choose another name"
    };
    format!("`{name}` is made from `#[init]`, with its arguments\nhelp: {help}")
}

pub(crate) fn block_of_a_machine(server: &Type) -> String {
    format!(
        "`#[on]` is of a state machine, and this is a gen_server\n\
         help: write `#[state_machine]` above this `impl {}`",
        show(server)
    )
}

pub(crate) fn no_init(block: &Block) -> String {
    let name = block.name();
    let help = match block.maker() {
        Some(maker) => format!("put `#[init]` on `{maker}`"),
        None => {
            "add `#[init] fn new() -> Self { .. }`; or put these handlers into the block that has it".into()
        }
    };
    format!("nothing makes the first state of `{name}`\nhelp: {help}")
}

pub(crate) fn second_init(first: &Ident, second: &Ident) -> String {
    format!(
        "a server has one `#[init]`, and `{first}` is it\n\
         help: remove `#[init]` from `{second}`; for two ways to start, give one of them an enum as its argument"
    )
}

pub(crate) fn second_terminate(first: &Ident) -> String {
    format!("a server ends once, and `{first}` runs then\nhelp: put both into one function")
}

pub(crate) fn info_twice(ty: &str, first: &Ident) -> String {
    format!(
        "`{first}` is given every `{ty}` already\n\
         help: handle both in one function, or send another type, as `struct Other({ty})`"
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
    let circle = match way {
        [_] => format!("`{start}` asks for itself"),
        _ => format!(
            "`{start}` comes round again after {}",
            way[1..].join(", then ")
        ),
    };
    format!(
        "{circle}, and steps run before any message, so none would ever be handled\n\
         help: let one of them end, or use `#[every(..)]`"
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
