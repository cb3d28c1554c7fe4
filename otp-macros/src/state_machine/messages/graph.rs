//! The graph: events and states together.

use proc_macro2::Ident;

use crate::show::show;
use crate::state_machine::events::Event;
use crate::state_machine::model::{Function, Param, Role, State, What};
use crate::suggest::list;

fn texts(states: &[&Ident]) -> Vec<String> {
    states.iter().map(ToString::to_string).collect()
}

/// "`A`, `B` and `C`".
fn and(states: &[&Ident]) -> String {
    let texts = texts(states);
    let words: Vec<&str> = texts.iter().map(String::as_str).collect();
    let text = list(&words);
    match text.rfind(" or ") {
        Some(place) if words.len() > 1 => {
            format!("{} and {}", &text[..place], &text[place + 4..])
        }
        _ => text,
    }
}

pub(crate) fn unhandled(event: &Event<'_>, states: &[&Ident]) -> String {
    let list = texts(states).join(" | ");
    let others = if event.first().role == Role::Call {
        format!("`#[refuse({list})]` or `#[postpone({list})]`")
    } else {
        format!("`#[ignore({list})]`, `#[postpone({list})]` or `#[refuse({list})]`")
    };
    let others = if event.first().role.is_timeout() {
        format!("`#[ignore({list})]`")
    } else {
        others
    };
    format!(
        "`{}` is not handled in {}\n\
         help: handle it there with another `#[on({list} => ..)]` function, or write {others}",
        event.text(),
        and(states)
    )
}

pub(crate) fn unreachable(state: &Ident, events: bool) -> String {
    let help = if events {
        format!("write it after the `=>` of an `#[on(.. => {state})]`, or remove it")
    } else {
        "write a handler that leads there".into()
    };
    format!("no transition leads to `{state}`, so no machine is ever in it\nhelp: {help}")
}

pub(crate) fn no_way_out(state: &Ident, only: bool) -> String {
    let help = if only {
        "a machine of one state is a `#[gen_server]`; or write the state that is missing".into()
    } else {
        format!(
            "write a handler `#[on({state} => ..)]` that leads elsewhere, or `#[terminal]` on `{state}` if the machine ends there"
        )
    };
    format!("no transition leads out of `{state}`\nhelp: {help}")
}

pub(crate) fn undeclared(function: &Function, state: &Ident) -> String {
    let sources = function.on.iter().flat_map(|on| &on.sources);
    let sources: Vec<String> = sources.map(|source| show(&source.pat)).collect();
    let targets = function.targets().iter().chain([state]);
    let targets: Vec<String> = targets.map(ToString::to_string).collect();
    format!(
        "`{}` does not declare that it may lead to `{state}`\nhelp: write `#[on({} => {})]`",
        function.name,
        sources.join(" | "),
        targets.join(" | ")
    )
}

pub(crate) fn hook_goes(function: &Function, call: &Ident) -> String {
    let hook = &function.marker;
    format!(
        "`#[{hook}]` belongs to a change of state, and makes none itself\nhelp: leave `{call}` to an event, such as that of a `#[timeout]` that this starts"
    )
}

pub(crate) fn fields_of_target(method: &Ident, state: &State) -> String {
    let fields: Vec<String> = state
        .fields
        .iter()
        .map(|field| match &field.ident {
            Some(name) => format!("`{name}: {}`", show(&field.ty)),
            None => format!("a `{}`", show(&field.ty)),
        })
        .collect();
    let has = if fields.is_empty() {
        "no fields".into()
    } else {
        fields.join(" and ")
    };
    let names = state.fields.iter().map(|field| match &field.ident {
        Some(name) => name.to_string(),
        None => "..".into(),
    });
    let names: Vec<String> = names.collect();
    format!(
        "the state `{}` has {has}\nhelp: write `next.{method}({})`",
        state.name,
        names.join(", ")
    )
}

pub(crate) fn arguments_of_timeout(method: &Ident, timeout: &Function, starts: bool) -> String {
    let arguments = timeout.arguments().map(|param| show(&param.pat));
    let when = if method.to_string().ends_with("_at") {
        "at"
    } else {
        "after"
    };
    let when = starts.then(|| when.to_owned());
    let all: Vec<String> = when.into_iter().chain(arguments).collect();
    let what = if starts {
        "its time, and what it is given"
    } else {
        "what it is given"
    };
    format!(
        "`{method}` takes {what}\nhelp: write `next.{method}({})`",
        all.join(", ")
    )
}

pub(crate) fn unknown_of_next(method: &Ident, meant: Option<&str>, function: &Function) -> String {
    let help = match (meant, function.targets().first()) {
        (Some(meant), _) => format!("did you mean `{meant}`?"),
        (None, Some(target)) => {
            let method = crate::names::method(target);
            format!("a state is entered by its name, as `next.{method}(..)`")
        }
        (None, None) => "write `=> State` in its `#[on(..)]`, and `next.state(..)`".into(),
    };
    format!("`next` has no `{method}`\nhelp: {help}")
}

pub(crate) fn on_terminal(state: &Ident) -> String {
    format!(
        "`{state}` is terminal: the machine ends when it has entered it, and handles nothing there\n\
         help: remove it here, or remove `#[terminal]` from `{state}`"
    )
}

pub(crate) fn twice(event: &str, state: &Ident, first: &str) -> String {
    format!(
        "what `{event}` does in `{state}` has been said by `{first}`\nhelp: remove `{state}` from one of the two"
    )
}

pub(crate) fn rest_twice(event: &str) -> String {
    format!("`{event}` has a `_` already\nhelp: leave one of the two")
}

pub(crate) fn rest_is_nothing(event: &str) -> String {
    format!("every state has its own clause of `{event}`, so `_` is none\nhelp: remove it")
}

pub(crate) fn two_roles_of_event(function: &Function, first: &Function) -> String {
    format!(
        "`{}` is a `#[{}]` and cannot be a `#[{}]` as well\n\
         help: clauses of one event have the same attribute; give another event another name",
        function.name, first.marker, function.marker
    )
}

fn arguments(params: &[&Param]) -> String {
    let params: Vec<String> = params
        .iter()
        .map(|param| format!("{}: {}", show(&param.pat), show(&param.ty)))
        .collect();
    format!("({})", params.join(", "))
}

pub(crate) fn two_signatures(name: &Ident, first: &[&Param]) -> String {
    format!(
        "`{name}` is one event, and its other clause takes {}\n\
         help: take the same arguments in the same order, or give one event another name",
        match first {
            [] => "no arguments".into(),
            params => format!("`{}`", arguments(params)),
        }
    )
}

pub(crate) fn two_answers(name: &Ident, first: &str) -> String {
    format!(
        "`{name}` is one event, and its other clause answers `{first}`\n\
         help: answer the same, or give one event another name"
    )
}

pub(crate) fn two_durations(name: &Ident) -> String {
    format!(
        "what starts `{name}` is said by its first clause\nhelp: write the states and the duration there alone"
    )
}

pub(crate) fn never_started(function: &Function) -> String {
    let form = if function.role == Role::Timeout {
        format!("#[{}(30s)]", function.marker)
    } else {
        let states: Vec<&Ident> = function.states.iter().collect();
        let states = texts(&states).join(" | ");
        format!("#[{}({states}, 10s)]", function.marker)
    };
    format!(
        "nothing starts `{0}`\nhelp: write `{form}`, or `next.start_{0}(after)` in a handler",
        function.name
    )
}

pub(crate) fn second_timeout(state: &Ident, kind: &str, first: &Ident) -> String {
    format!(
        "`{state}` has a {kind} timeout, `{first}`, and a state has one\n\
         help: use a `#[timeout]` with a name of its own for the second"
    )
}

pub(crate) fn timeout_elsewhere(event: &str, state: &Ident, kind: &str) -> String {
    format!(
        "`{event}` never comes in `{state}`: it is the {kind} timeout of other states\n\
         help: remove it here, or write `{state}` in the timeout's attribute"
    )
}

pub(crate) fn hook_twice(state: &Ident, marker: &Ident, first: &Ident) -> String {
    format!(
        "`{state}` has an `#[{marker}]`, `{first}`\nhelp: remove `{state}` from one of the two, or do both in one"
    )
}

pub(crate) fn exit_of_terminal(state: &Ident) -> String {
    format!("`{state}` is terminal, and never left\nhelp: use `#[terminate]`, or remove it here")
}

pub(crate) fn instead_of_timeout(what: What) -> String {
    let word = match what {
        What::Postpone => "postponed",
        What::Ignore => "ignored",
        What::Refuse => "refused",
    };
    format!(
        "a timeout has no sender and no second time, so it cannot be {word}\nhelp: write `#[ignore(..)]`"
    )
}
