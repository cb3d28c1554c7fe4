//! The attributes, signatures and parameters of functions.

use proc_macro2::{Ident, TokenStream};
use syn::{Pat, Type};

use crate::show::show;
use crate::state_machine::model::{Function, Param, Role};
use crate::types;

pub(crate) const ON_CONDITION: &str = "a handler is for every value of a state, so a field cannot be compared here\nhelp: bind the field by its name, and compare it in the handler";

pub(crate) const ON_EMPTY: &str = "`#[on]` says in which states an event is handled\n\
     help: write `#[on(Locked => Unlocked)]`, or `#[on(Locked)]` if the state is kept";
pub(crate) const ON_SOURCES: &str = "these are not states\n\
     help: write `Locked`, `Unlocked { credit }`, several with `|`, or `_` for all others";
pub(crate) const ON_WITHOUT_TARGET: &str = "there is no state after the `=>`\n\
     help: write the states that the handler may go to, or remove the `=>` if the state is kept";
pub(crate) const ON_GUARD: &str = "a handler is for every value of a state, so it has no condition\n\
     help: bind the field by its name, and compare it in the handler";
pub(crate) const COMMA_BETWEEN_STATES: &str =
    "several states have a `|` between them\nhelp: write `Locked | Unlocked`";
pub(crate) const ON_TWICE: &str = "a function has one `#[on]`\n\
     help: write all states in it, with `|`; for other states write a second function of the same name";
pub(crate) const SELF_IN_HANDLER: &str = "a handler is given the data and the fields of its state, and no `self`\n\
     help: write `data: &mut Data`, and name the state's fields in `#[on(State { field })]`";
pub(crate) const IGNORED_CALL: &str = "somebody waits for the answer to a call, so it cannot be ignored\n\
     help: write `#[refuse(..)]`: the caller gets `CallError::Refused` at once";
pub(crate) const REPLY_AND_OUTPUT: &str = "a call answers once, and this one does so through its `ReplyTo`\n\
     help: remove the return type, or the `ReplyTo`";
pub(crate) const NEXT_FORM: &str =
    "`Next` is given away to go somewhere\nhelp: write `next: Next`, by value";
pub(crate) const NEXT_IN_TERMINATE: &str =
    "the machine ends, so nothing comes next\nhelp: remove this parameter";

pub(crate) fn unknown_attribute(name: &str, meant: &str) -> String {
    format!("`#[{name}]` is not an attribute of a state machine\nhelp: write `#[{meant}]`")
}

pub(crate) fn server_timer(name: &str) -> String {
    format!(
        "`#[{name}]` is of a gen_server; a machine has timeouts\n\
         help: write `#[timeout(30s)]`, and `next.start_..` in it to start it again"
    )
}

pub(crate) fn attribute_with_equals(name: &Ident) -> String {
    format!("`#[{name}]` takes what it says in parentheses\nhelp: write `#[{name}(..)]`")
}

pub(crate) fn attribute_on_no_function(name: &Ident) -> String {
    format!("`#[{name}]` goes on a function\nhelp: move it to the function, or remove it")
}

pub(crate) fn without_role(name: &Ident) -> String {
    format!(
        "`#[{name}]` says what an event does, and this function is of no event\n\
         help: write `#[call]`, `#[cast]`, `#[info]`, `#[internal]` or a timeout above it"
    )
}

pub(crate) fn two_roles(first: &Ident, second: &Ident) -> String {
    format!(
        "a function is one thing, and this one is `#[{first}]` already\n\
         help: leave one of the two, or write a function for `#[{second}]`"
    )
}

pub(crate) fn timeout_without_state(name: &Ident) -> String {
    format!("`#[{name}]` is of a state\nhelp: write `#[{name}(Open, 10s)]`")
}

pub(crate) fn duration_first(name: &Ident, duration: &TokenStream, states: &TokenStream) -> String {
    format!(
        "a state comes first, then its time\nhelp: write `#[{name}({}, {})]`",
        show(states),
        show(duration)
    )
}

pub(crate) fn hook_without_state(name: &Ident) -> String {
    format!("`#[{name}]` is of a state\nhelp: write `#[{name}(Open)]`, or several with `|`")
}

pub(crate) fn instead_without_state(name: &Ident) -> String {
    format!(
        "`#[{name}]` says in which states\nhelp: write `#[{name}(Open)]`, or `#[{name}(_)]` for all others"
    )
}

pub(crate) fn stray_argument(name: &Ident, role: Role) -> String {
    let form = match role {
        Role::StateTimeout | Role::EventTimeout => format!("#[{name}(Open, 10s)]"),
        Role::Timeout => format!("#[{name}(30s)]"),
        Role::Enter | Role::Exit => format!("#[{name}(Open | Shut)]"),
        _ => format!("#[{name}]"),
    };
    format!("`#[{name}]` takes no more than that\nhelp: write `{form}`")
}

pub(crate) fn no_on(function: &Function, state: Option<&Ident>) -> String {
    let state = state.map_or_else(|| "Open".into(), ToString::to_string);
    format!(
        "nothing says in which states `{}` is handled\n\
         help: write `#[on({state})]`, or `#[on({state} => ..)]` with the states that it may lead to",
        function.name
    )
}

pub(crate) fn on_of_hook(function: &Function) -> String {
    format!(
        "`#[{}]` is no event, so it has no place in the graph\nhelp: remove this attribute",
        function.marker
    )
}

pub(crate) fn targets_without_next(function: &Function, target: &Ident) -> String {
    let method = crate::names::method(target);
    format!(
        "`{}` has no `next`, so it can never go to `{target}`\n\
         help: take `next: Next` and write `next.{method}(..)`, or remove `=> {target}`",
        function.name
    )
}

pub(crate) fn unknown_binding(name: &Ident, state: &Ident, fields: &[String]) -> String {
    if fields.is_empty() {
        return format!("the state `{state}` has no fields\nhelp: write `{state}` alone");
    }
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    format!(
        "the state `{state}` has no field `{name}`\n{}",
        crate::suggest::one_of(&name.to_string(), &fields)
    )
}

pub(crate) fn unbound(param: &Param, name: &Ident, state: &Ident) -> String {
    format!(
        "`{name}` is a field of `{state}` that `#[on]` does not bind\n\
         help: write `{state} {{ {name} }}` in `#[on(..)]`, or take `{name}: {}`",
        types::owned(&param.ty)
    )
}

pub(crate) fn binding_by_value(name: &Ident, ty: &Type) -> String {
    let ty = show(ty);
    format!(
        "a field stays in its state, which lends it\nhelp: write `{name}: &{ty}`, or `{name}: &mut {ty}`"
    )
}

pub(crate) fn unused_binding(name: &Ident, function: &Ident) -> String {
    format!(
        "`{function}` has no parameter `{name}` that could take this field\n\
         help: write `{name}: &mut ..` among its parameters, or leave the field out"
    )
}

pub(crate) fn data_form(param: &Param, data: Option<&Type>) -> String {
    let ty = data.map_or_else(|| "Data".into(), show);
    format!(
        "a parameter called `data` borrows what all states share, and that is not a `{}`\n\
         help: write `data: &mut {ty}`, or give the parameter another name",
        show(&param.ty)
    )
}

pub(crate) fn argument_pattern(pat: &Pat, ty: &Type) -> String {
    format!(
        "the handle's method has the same argument, and `{}` is no name for it\nhelp: write `value: {}`",
        show(pat),
        show(ty)
    )
}

pub(crate) fn argument_borrows(param: &Param) -> String {
    format!(
        "an event outlives the one who makes it, so its arguments cannot be borrowed\nhelp: write `{}: {}`",
        show(&param.pat),
        types::owned(&param.ty)
    )
}

pub(crate) fn argument_impl_trait(param: &Param) -> String {
    format!(
        "an argument is stored in an event, whose type has a name, and `{}` has none\nhelp: write a concrete type",
        show(&param.ty)
    )
}

pub(crate) fn context_form(param: &Param) -> String {
    format!(
        "a handler borrows the context of its own machine\nhelp: write `{}: &mut MachineContext<Self>`",
        show(&param.pat)
    )
}

pub(crate) fn nobody_gets(marker: &Ident, output: &Type) -> String {
    format!(
        "nobody waits for what `#[{marker}]` returns\n\
         help: remove `-> {}`; only a `#[call]` has an answer",
        show(output)
    )
}

pub(crate) fn answer_borrows(output: &Type) -> String {
    format!(
        "the answer goes to another task, so it cannot be borrowed\nhelp: answer `{}`",
        types::owned(output)
    )
}

pub(crate) fn info_message(function: &Ident) -> String {
    format!(
        "an info is known by the type of its one message\nhelp: write `fn {function}(.., message: Down)` with your type"
    )
}

pub(crate) fn info_twice(ty: &str, first: &Ident) -> String {
    format!(
        "messages of type `{ty}` go to `{first}` already\n\
         help: give this function the same name if it is for other states, or remove it"
    )
}

pub(crate) fn timeout_argument(function: &Function, param: &Param) -> String {
    format!(
        "`{}` starts by itself, and nobody is there to give it `{}`\n\
         help: remove the duration and start it with `next.start_{}(after, ..)`, or remove the argument",
        function.name,
        show(&param.pat),
        function.name
    )
}

pub(crate) fn hook_parameter(function: &Function, machine: &Ident) -> String {
    let name = if function.role == Role::Enter {
        "from"
    } else {
        "to"
    };
    format!(
        "`#[{}]` is told one thing: which state {}\nhelp: write `{name}: {machine}State`, once, or remove it",
        function.marker,
        if function.role == Role::Enter {
            "was before"
        } else {
            "comes after"
        },
    )
}

pub(crate) fn terminate_parameter() -> &'static str {
    "`#[terminate]` is shown the state, the data and the reason\n\
     help: write `(state: &Self, data: &mut Data, reason: &ExitReason)`, or fewer of them"
}

pub(crate) fn second(marker: &Ident, first: &Ident) -> String {
    format!("a machine has one `#[{marker}]`, and it is `{first}`\nhelp: leave one of the two")
}

pub(crate) fn init_makes_nothing(name: &Ident, form: &str) -> String {
    format!(
        "`{name}` returns nothing, and a machine begins with its data\n\
         help: write `-> {form}`, or an `Option` or a `Result` of it"
    )
}

pub(crate) fn init_without_state(initial: &[Ident], form: &str) -> String {
    let why = match initial {
        [only] => format!("`{only}` has fields, so init makes the state as well"),
        _ => "where the machine begins is left to init, so it makes the state as well".into(),
    };
    format!("{why}\nhelp: return `{form}`")
}

pub(crate) fn init_makes_state(machine: &Ident, form: &str) -> String {
    format!(
        "init makes the data that all states share, and `{machine}` is the state\nhelp: return `{form}`"
    )
}

pub(crate) fn init_without_attribute(name: &Ident) -> String {
    format!(
        "`{name}` makes the data, and nothing says that the machine begins with it\n\
         help: write `#[init]` above it, or give it another name"
    )
}

pub(crate) fn reserved_name(name: &Ident) -> String {
    format!(
        "`{name}` is what something else of every machine is called\nhelp: give the event another name"
    )
}

pub(crate) fn same_name(name: &Ident, other: &Ident) -> String {
    format!(
        "`{name}` and `{other}` are two things of one name\n\
         help: give one another name; functions share a name only if they are clauses of one event"
    )
}

pub(crate) fn generic_handler(name: &Ident) -> String {
    format!(
        "all events are one type, which has no place for the generics of `{name}`\n\
         help: use concrete types, or put the parameter on the whole machine"
    )
}

pub(crate) fn qualifier(word: &str, name: &Ident) -> String {
    format!("`{name}` is called by the machine, as plain Rust\nhelp: remove `{word}`")
}
