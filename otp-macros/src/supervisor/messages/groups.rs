//! `dynamic`, `partition`, `task_supervisor` and `registry`.

use proc_macro2::{Group, Ident, TokenStream};
use syn::{Pat, Type};

use crate::show::show;
use crate::suggest::one_of;

pub(crate) fn type_missing(name: &Ident, word: &Ident, args: Option<&Group>) -> String {
    let given = args
        .and_then(|args| syn::parse2::<Type>(args.stream()).ok())
        .filter(|ty| matches!(ty, Type::Path(_)));
    let ty = given.map_or_else(|| String::from("Session"), |ty| show(&ty));
    format!(
        "`{word}` runs many servers of one type, and the type is missing\n\
         help: write `{name}: {word}<{ty}>`"
    )
}

pub(crate) fn one_type(name: &Ident, word: &Ident) -> String {
    format!(
        "the servers of a `{word}` are of one type\n\
         help: write `{name}: {word}<Session>`, and another child for another type"
    )
}

pub(crate) fn unknown_dynamic_option(key: &Ident, known: &[&str]) -> String {
    let name = key.to_string();
    let help = match name.as_str() {
        "strategy" => "help: remove it: servers that come and go are restarted one for one".into(),
        "auto_shutdown" | "significant" => {
            "help: remove it: servers that come and go do not end their supervisor".into()
        }
        "max" | "limit" | "capacity" => "help: did you mean `max_children`?".into(),
        _ => one_of(&name, known),
    };
    format!("`{key}` is not an option of a `dynamic`\n{help}")
}

pub(crate) fn unknown_partition_option(key: &Ident, known: &[&str]) -> String {
    let name = key.to_string();
    let help = match name.as_str() {
        "max_children" | "partitions" | "count" => {
            "help: the number of partitions goes in parentheses: `partition<Shard>(8)`".into()
        }
        "auto_shutdown" | "significant" => {
            "help: remove it: a partition is always needed, so none ends on purpose".into()
        }
        _ => one_of(&name, known),
    };
    format!("`{key}` is not an option of a `partition`\n{help}")
}

pub(crate) fn dynamic_parentheses(name: &Ident, ty: &Type) -> String {
    format!(
        "the arguments of a `dynamic` are given to `start_child`, server by server\n\
         help: write `{name}: dynamic<{}>` without parentheses",
        show(ty)
    )
}

pub(crate) fn dynamic_closure(name: &Ident, ty: &Type) -> String {
    let ty = show(ty);
    format!(
        "what a `dynamic` starts its servers by is a closure\n\
         help: write `{name}: dynamic<{ty}>(|id: u64| {ty}::start(config.clone(), id))`, or \
         `dynamic<{ty}>` when all arguments are given to `start_child`"
    )
}

pub(crate) fn partition_closure(name: &Ident, ty: &Type) -> String {
    let ty = show(ty);
    format!(
        "what a `partition` starts its servers by is a closure of their index\n\
         help: write `{name}: partition<{ty}>(8, |index| {ty}::start(index))`"
    )
}

pub(crate) fn closure_without_type(pat: &Pat) -> String {
    let name = show(pat);
    format!(
        "`{name}` has no type, which `start_child` needs to know\nhelp: write `|{name}: u64|` with the type it has"
    )
}

pub(crate) fn tasks_arguments(name: &Ident) -> String {
    format!(
        "a `task_supervisor` takes no arguments: what it runs is given to `start_child`\n\
         help: write `{name}: task_supervisor`"
    )
}

pub(crate) fn registry_arguments(name: &Ident) -> String {
    format!("a `registry` takes no arguments\nhelp: write `{name}: registry<String, Session>`")
}

pub(crate) fn registry_types(name: &Ident, found: &[Type]) -> String {
    let instead = match found {
        [only] => format!("registry<String, {}>", show(only)),
        _ => String::from("registry<String, Session>"),
    };
    format!(
        "a `registry` has two types: that of its keys and that of the servers it finds\n\
         help: write `{name}: {instead}`"
    )
}

pub(crate) const PARTITIONS_ZERO: &str = "without a partition there is nothing to route to\n\
     help: write at least `(1)`, or leave it out for one for each core";
pub(crate) const MAX_CHILDREN_ZERO: &str =
    "a limit of 0 would let nothing start\nhelp: write `max_children: 1` or more, or leave it out";

pub(crate) fn partitions(value: &TokenStream) -> String {
    format!(
        "`{}` is not a literal number of partitions\n\
         help: write `(8)`, or leave it out for one for each core",
        show(value)
    )
}

pub(crate) fn max_children(value: &TokenStream) -> String {
    format!(
        "`{}` is not a number of children\nhelp: write `max_children: 10_000`, or leave it out for no limit",
        show(value)
    )
}
