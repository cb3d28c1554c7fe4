//! What the parts of a tree must be together: red flags and names.

use proc_macro2::Ident;

use super::values::strategies;

pub(crate) const NO_INTENSITY: &str =
    "restart loops need a limit\nhelp: write `intensity: 3 per 5s`, or `intensity: never`";
pub(crate) const SIGNIFICANT_PERMANENT: &str = "a `permanent` child is always restarted, so its end cannot end its supervisor\n\
     help: write `restart: transient` or `restart: temporary`, or remove `significant`";
pub(crate) const SIGNIFICANT_WITHOUT_SHUTDOWN: &str = "`significant` does nothing in a supervisor that does not end by itself\n\
     help: write `auto_shutdown: any_significant` in its block, or remove `significant`";
pub(crate) const SHUTDOWN_WITHOUT_SIGNIFICANT: &str = "no child is `significant`, so none could end this supervisor\n\
     help: write `significant` in the braces of a child, or remove `auto_shutdown`";
pub(crate) const BRUTAL_KILL: &str = "a supervisor that is killed cannot end its children in order\n\
     help: write `shutdown: infinity`, or remove it, which is the same";

pub(crate) fn no_strategy(name: &Ident) -> String {
    format!(
        "`{name}` does not say what it restarts when a child ends\n\
         help: write `strategy: one_for_one`; the strategies are {}",
        strategies()
    )
}

pub(crate) fn no_children(name: &Ident) -> String {
    format!(
        "`{name}` has no children, so there is nothing to supervise\n\
         help: write `rates: Rates(..)`; for children that are started later, `sessions: dynamic<Session>`"
    )
}

pub(crate) fn child_twice(name: &Ident) -> String {
    format!("a child is called `{name}` already\nhelp: choose another name, or remove one of them")
}

pub(crate) fn child_is_argument(name: &Ident) -> String {
    format!(
        "`{name}` is an argument of the tree, which this child would hide from those below\n\
         help: choose another name"
    )
}

pub(crate) fn reserved_name(name: &Ident) -> String {
    format!(
        "every supervisor has a method `{name}`, which this child's would hide\nhelp: choose another name"
    )
}

pub(crate) fn keyword_as_child(name: &Ident) -> String {
    let text = name.to_string();
    let instead = match text.as_str() {
        "self" | "Self" | "super" | "crate" | "_" => String::from("choose another name"),
        _ => format!("choose another name, or write `r#{text}`"),
    };
    format!("`{name}` is a keyword and cannot name a child\nhelp: {instead}")
}

pub(crate) fn no_name(what: &str) -> String {
    format!("a child needs a name, by which others use it\nhelp: write `rates: {what}`")
}

pub(crate) fn name_of_type(name: &Ident) -> String {
    format!(
        "a child is named like a variable, and `{name}` looks like a type\nhelp: write `{}`",
        super::snake(&name.to_string())
    )
}

pub(crate) fn uses_itself(name: &Ident) -> String {
    format!(
        "`{name}` does not exist before it is started with these arguments\n\
         help: remove it; a server finds its own handle in its `Context`"
    )
}

pub(crate) fn uses_own_supervisor(name: &Ident) -> String {
    format!(
        "`{name}` is there when its children are, so they cannot be started with it\n\
         help: use a child above instead"
    )
}

pub(crate) fn uses_below(child: &Ident, later: &Ident) -> String {
    format!(
        "children start top to bottom, so `{later}` is not there when `{child}` starts\n\
         help: move `{later}` up, above `{child}`"
    )
}
