//! The enum, its options, and where the attribute stands.

use proc_macro2::Ident;
use syn::Type;

use crate::show::show;
use crate::state_machine::args::{BLOCK, DECL, FLAGS};
use crate::state_machine::model::Function;
use crate::suggest::one_of;

pub(crate) const ATTRIBUTE_TWICE: &str =
    "`#[state_machine]` is here twice\nhelp: leave one, with all options";
pub(crate) const IMPL_OF_NO_ENUM: &str = "a machine is an enum with a name\nhelp: write `#[state_machine]` on the `impl` of your own enum";
pub(crate) const DATA_NOT_A_TYPE: &str =
    "`data` is the type that all states share\nhelp: write `data = Tally`, or `data = ()`";
pub(crate) const NOT_A_STATE: &str =
    "this is not the name of a state\nhelp: write names of variants, as `Locked | Unlocked`";
pub(crate) const INITIAL_ON_VARIANT: &str = "where a machine begins is said once, for all states\n\
     help: write `#[state_machine(initial = ..)]` on the enum";
pub(crate) const TERMINAL_WITH_OPTIONS: &str =
    "`#[terminal]` has no options\nhelp: write `#[terminal]`";
pub(crate) const CFG_ON_STATE: &str = "a state cannot be conditional: the enum is read before conditions are known\n\
     help: put the `#[cfg]` above the whole enum and its `impl`, once for each case";
pub(crate) const LIFETIME: &str = "a machine lives until nothing can reach it, which is longer than any borrow\n\
     help: let it own what is in it, or share it in an `Arc`";

pub(crate) fn wrong_item(what: &str) -> String {
    format!(
        "`#[state_machine]` goes on an enum and on its `impl`, and this is {what}\nhelp: move it, or remove it"
    )
}

pub(crate) fn impl_of_trait(self_ty: &Type) -> String {
    format!(
        "a machine's handlers are its own, and no trait's\nhelp: write `#[state_machine] impl {} {{ .. }}`",
        show(self_ty)
    )
}

pub(crate) fn no_enum(name: &Ident) -> String {
    format!(
        "a machine is in one of several states, and `{name}` is no enum\n\
         help: write `enum {name} {{ .. }}` with a variant for each state; a struct with handlers is a `#[gen_server]`"
    )
}

pub(crate) fn no_states(name: &Ident) -> String {
    format!(
        "`{name}` has no states\nhelp: write a variant for each: `enum {name} {{ Open, Shut }}`"
    )
}

pub(crate) fn no_initial(name: &Ident, first: Option<&Ident>) -> String {
    let first = first.map_or_else(|| "Open".into(), ToString::to_string);
    format!(
        "nothing says in which state a `{name}` begins\nhelp: write `#[state_machine(initial = {first}, ..)]`"
    )
}

pub(crate) fn no_options(name: &Ident, first: Option<&Ident>) -> String {
    let first = first.map_or_else(|| "Open".into(), ToString::to_string);
    format!(
        "nothing says in which state a `{name}` begins, nor what its states share\n\
         help: write `#[state_machine(initial = {first}, data = Tally)]` with a type of yours, or `data = ()`"
    )
}

pub(crate) fn no_data(name: &Ident) -> String {
    format!(
        "nothing says what the states of `{name}` share\nhelp: write `data = Tally` with a type of yours, or `data = ()`"
    )
}

/// A block with nothing but enter and exit handlers.
pub(crate) fn second_block(stray: &Function, name: &Ident) -> String {
    format!(
        "a machine has one `impl` with all that it handles, and this one has no event\n\
         help: move `{}` to the `#[state_machine] impl {name}` that has the events",
        stray.name
    )
}

pub(crate) fn initial_terminal(state: &Ident) -> String {
    format!(
        "`{state}` is terminal, so a machine that begins in it ends at once\nhelp: begin in another state, or remove `#[terminal]`"
    )
}

pub(crate) fn state_named_like(state: &Ident, method: &str) -> String {
    format!(
        "a handler goes to `{state}` with `next.{method}(..)`, and that means something else already\n\
         help: give the state another name, as `Is{state}`"
    )
}

pub(crate) fn same_method(state: &Ident, other: &Ident, method: &str) -> String {
    format!(
        "`{state}` and `{other}` would both be `next.{method}(..)`\nhelp: give one of them another name"
    )
}

pub(crate) fn name_of_generic(name: &Ident) -> String {
    format!(
        "`{name}` is generic, and machines of its different types would fight for one name\n\
         help: remove the name, and keep the machines in a `Registry`"
    )
}

pub(crate) fn unknown_option(key: &str) -> String {
    let help = match key {
        "timeout" => "help: did you mean `call_timeout`?".into(),
        "start" | "init" | "first" | "state" => "help: did you mean `initial`?".into(),
        "context" | "shared" => "help: did you mean `data`?".into(),
        "protocol" => {
            "help: it goes on the `impl`: `#[state_machine(protocol = ..)] impl ..`".into()
        }
        "terminal" => "help: write `#[terminal]` on the variant".into(),
        _ => one_of(key, &DECL),
    };
    format!("`{key}` is not an option of a state machine\n{help}")
}

pub(crate) fn option_of_block(key: &Ident) -> String {
    let text = key.to_string();
    let help = if DECL.contains(&text.as_str()) {
        format!("help: it goes on the enum: `#[state_machine({key} = ..)] enum ..`")
    } else {
        one_of(&text, &BLOCK)
    };
    format!("`{key}` is not an option of a machine's `impl`\n{help}")
}

pub(crate) fn unknown_flag(flag: &str) -> String {
    format!(
        "`{flag}` is not a red flag of a state machine\n{}",
        one_of(flag, &FLAGS)
    )
}

pub(crate) fn unknown_on_variant(name: &str) -> String {
    format!("`#[{name}]` is not an attribute of a state\nhelp: write `#[terminal]`")
}

pub(crate) fn state_twice(state: &Ident) -> String {
    format!(
        "there is a state `{state}` already\nhelp: remove one of the two, or give it another name"
    )
}

/// Another state than the ones there are.
pub(crate) fn unknown_state(name: &Ident, machine: &Ident, states: &[&Ident]) -> String {
    let states: Vec<String> = states.iter().map(ToString::to_string).collect();
    let states: Vec<&str> = states.iter().map(String::as_str).collect();
    format!(
        "`{machine}` has no state `{name}`\n{}",
        one_of(&name.to_string(), &states)
    )
}
