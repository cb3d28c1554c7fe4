//! The parameters of handlers.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Pat, Type};

use crate::gen_server::model::{Function, Param, ParamKind, Role};
use crate::gen_server::tables::Kind;
use crate::show::show;
use crate::types;

pub(crate) const CFG_ON_ARGUMENT: &str = "an argument is part of a message's type, which cannot be conditional\n\
     help: put the `#[cfg]` on the whole function, and write it once for each case";
pub(crate) const READ_WITH_CONTEXT: &str =
    "a read runs in the caller, which has no context of the server's\nhelp: remove it";
pub(crate) const SECOND_CONTEXT: &str = "a server has one context\nhelp: remove this parameter";
pub(crate) const SECOND_REPLY: &str =
    "a call is answered once\nhelp: leave one `ReplyTo`, of a tuple if there is more to say";
pub(crate) const REPLY_BY_REFERENCE: &str =
    "an answer is sent by giving the `ReplyTo` away\nhelp: take it by value, without the `&`";
pub(crate) const TABLE_PARAM_PATTERN: &str =
    "a table is found by the name of its field\nhelp: write `name_of_the_field: &TableReader<..>`";
pub(crate) const READ_BORROWS_TABLE: &str = "a table is replaced when its server is restarted, so what a read answers cannot borrow from it\n\
     help: answer owned values, as `Vec<f64>`";
pub(crate) const TERMINATE_ARGUMENT: &str = "`#[terminate]` is given the reason and nothing else\nhelp: write `(&mut self, reason: &ExitReason)`";
pub(crate) const INFO_WITH_TWO: &str = "an info handler is chosen by the type of its one message\nhelp: send one value that holds both, a struct or a tuple";

pub(crate) fn pattern_argument(pat: &Pat, ty: &Type) -> String {
    let (pattern, ty) = (show(pat), show(ty));
    let help = match pat {
        Pat::Wild(_) => format!("write `_unused: {ty}`"),
        Pat::Ident(pat) => format!("write `{}: {ty}`", pat.ident),
        _ => format!("write `value: {ty}`, and take it apart in the body"),
    };
    format!(
        "the handle's method has the same argument, and `{pattern}` is no name for it\nhelp: {help}"
    )
}

pub(crate) fn argument_impl_trait(param: &Param) -> String {
    let ty = show(&param.ty);
    let instead = match ty
        .strip_prefix("impl Into<")
        .and_then(|ty| ty.strip_suffix('>'))
    {
        Some(inner) => format!("`{}: {inner}`", show(&param.pat)),
        None => "a concrete type, or `Box<dyn Trait + Send>`".into(),
    };
    format!(
        "an argument is stored in a message, whose type has a name, and `{ty}` has none\nhelp: write {instead}"
    )
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
        Role::Cast => {
            "make it a `#[call]`; to pass on the reply of another call, put it in a struct"
        }
        _ => "remove it; to answer later, keep the `ReplyTo` of a `#[call]` in `self`",
    };
    format!("nobody waits for an answer to `#[{marker}]`, so there is no `ReplyTo`\nhelp: {help}")
}

pub(crate) fn reply_not_first(function: &Function, param: &Param) -> String {
    let first = function
        .params
        .iter()
        .find(|param| matches!(param.kind, ParamKind::Argument));
    format!(
        "a `ReplyTo` is given by the server, and the arguments by the caller\n\
         help: write `{}: {}` right after `self`, before `{}`",
        show(&param.pat),
        show(&param.ty),
        first.map(|param| show(&param.pat)).unwrap_or_default()
    )
}

pub(crate) fn table_param(ty: &Type) -> String {
    let kind = Kind::of_param(ty);
    let reader = kind.map_or("TableReader", |(kind, _)| kind.reader);
    let arguments = kind.map(|(_, segment)| show(segment.arguments.to_token_stream()));
    let arguments = arguments.filter(|text| !text.is_empty());
    format!(
        "the owner alone writes a table, and a read borrows its reader\nhelp: write `&{reader}{}`",
        arguments.unwrap_or_else(|| "<Key, Value>".into())
    )
}

pub(crate) fn terminate_reason(param: &Param) -> String {
    format!(
        "`#[terminate]` is shown the reason, and nothing else\nhelp: write `{}: &ExitReason`, or remove it",
        param
            .name()
            .map_or_else(|| "reason".into(), ToString::to_string)
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
