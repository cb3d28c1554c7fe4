//! Every identifier that an expansion invents.
//!
//! What users see is named after their type (`CounterRef`, `CounterContinue`); what they do not
//! see starts with two underscores. Local variables have the hygiene of `macro_rules!`, so no
//! argument of the user can be mistaken for one.

use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;

/// What every handle of a server or a supervisor has: a method of the same name would hide it.
pub(crate) const ON_EVERY_HANDLE: [&str; 15] = [
    "pid",
    "stop",
    "stop_with",
    "monitor",
    "link",
    "is_alive",
    "info",
    "sys",
    "call",
    "cast",
    "send",
    "exit",
    "shared",
    "recipient",
    "clone",
];

/// `CounterRef`: the handle of `Counter`.
pub(crate) fn handle(server: &Ident) -> Ident {
    format_ident!("{}Ref", server.unraw(), span = server.span())
}

/// `CounterContinue`: the steps that `continue_with` can ask for.
pub(crate) fn steps(server: &Ident) -> Ident {
    format_ident!("{}Continue", server.unraw(), span = server.span())
}

/// `__CounterMessage`: the one enum of all messages.
pub(crate) fn message(server: &Ident) -> Ident {
    format_ident!("__{}Message", server.unraw(), span = Span::call_site())
}

/// `__RatesMade`: what `init` returns.
pub(crate) fn made(server: &Ident) -> Ident {
    format_ident!("__{}Made", server.unraw(), span = Span::call_site())
}

/// `__RatesTables`: the readers of a server's tables.
pub(crate) fn tables(server: &Ident) -> Ident {
    format_ident!("__{}Tables", server.unraw(), span = Span::call_site())
}

/// `ShopBack`: what the types of the nested supervisor `back` of `Shop` are named after.
pub(crate) fn nested(supervisor: &Ident, child: &Ident) -> Ident {
    format_ident!(
        "{}{}",
        supervisor.unraw(),
        variant(child),
        span = child.span()
    )
}

/// `__Shop_till`: the type of the child `till`, checked.
pub(crate) fn checked(supervisor: &Ident, child: &Ident, suffix: &str) -> Ident {
    format_ident!(
        "__{}_{}{suffix}",
        supervisor.unraw(),
        child.unraw(),
        span = Span::call_site()
    )
}

/// `__ShopChildren`: the handles of a supervisor's children.
pub(crate) fn children(supervisor: &Ident) -> Ident {
    format_ident!("__{}Children", supervisor.unraw(), span = Span::call_site())
}

/// The field of a message that holds where the answer goes.
pub(crate) fn reply_field() -> Ident {
    Ident::new("__reply", Span::call_site())
}

/// The variant or field that only mentions the type parameters.
pub(crate) fn phantom() -> Ident {
    Ident::new("__Phantom", Span::call_site())
}

/// A local variable that no user can name.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// A name as text: what `r#type` is called is `type`.
pub(crate) fn text(name: &Ident) -> String {
    name.unraw().to_string()
}

/// The variant of a handler: `on_down` becomes `OnDown`.
pub(crate) fn variant(handler: &Ident) -> Ident {
    let mut name = in_type(handler);
    name.retain(|letter| letter != '_');
    // `_1` has no letter to begin with, and `self_` would become a keyword.
    if name == "Self" || !name.starts_with(char::is_alphabetic) {
        name.insert(0, 'H');
    }
    Ident::new(&name, handler.span())
}

/// A handler in the name of a type: `on_down` is `OnDown`. `load_1` is `Load_1`, as `load1` is another.
pub(crate) fn in_type(handler: &Ident) -> String {
    let mut name = String::new();
    let mut begins = true;
    let text = text(handler);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '_' && letters.peek().is_some_and(|next| next.is_lowercase()) {
            begins = true;
        } else if begins {
            name.extend(letter.to_uppercase());
            begins = false;
        } else {
            name.push(letter);
        }
    }
    name
}

/// What is made for the machine's name and a suffix: `TurnstileState`.
pub(crate) fn of(machine: &Ident, suffix: &str) -> Ident {
    format_ident!("{}{}", machine.unraw(), suffix, span = machine.span())
}

/// The same, hidden: `__TurnstileEvent`.
pub(crate) fn hidden_of(machine: &Ident, suffix: &str) -> Ident {
    format_ident!("__{}{}", machine.unraw(), suffix, span = Span::call_site())
}

/// A state as a method: `NotReady` becomes `not_ready`.
pub(crate) fn snake(state: &Ident) -> String {
    let text = state.unraw().to_string();
    let letters: Vec<char> = text.chars().collect();
    let mut name = String::new();
    for (place, letter) in letters.iter().enumerate() {
        let after_small = place > 0 && !letters[place - 1].is_uppercase();
        let before_small = letters
            .get(place + 1)
            .is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase()
            && place > 0
            && letters[place - 1] != '_'
            && (after_small || before_small)
        {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// [`snake`] as an identifier, raw where it is a keyword.
pub(crate) fn method(state: &Ident) -> Ident {
    let name = snake(state);
    let mut ident = syn::parse_str::<Ident>(&name).unwrap_or_else(|_| match name.as_str() {
        "self" | "super" | "crate" => format_ident!("{}_", name),
        _ => format_ident!("r#{}", name),
    });
    ident.set_span(state.span());
    ident
}

/// [`variant`], made different from the variants in `taken`.
pub(crate) fn distinct_variant(handler: &Ident, taken: &[Ident]) -> Ident {
    let mut name = variant(handler);
    while taken.contains(&name) {
        name = format_ident!("{}_", name);
    }
    name
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use quote::format_ident;
    use syn::Ident;

    use super::{distinct_variant, in_type, variant};

    #[test]
    fn variants_are_pascal_case_and_never_keywords() {
        let pascal = |name: &str| variant(&Ident::new(name, Span::call_site())).to_string();
        assert_eq!(pascal("on_down"), "OnDown");
        assert_eq!(pascal("add"), "Add");
        assert_eq!(pascal("self_"), "HSelf");
        assert_eq!(pascal("_1"), "H1");
        assert_eq!(pascal("__"), "H");
        assert_eq!(variant(&format_ident!("r#type")).to_string(), "Type");
    }

    #[test]
    fn no_two_handlers_in_snake_case_are_the_same_in_a_type() {
        for (handler, name) in [
            ("on_down", "OnDown"),
            ("load1", "Load1"),
            ("load_1", "Load_1"),
            ("load_", "Load_"),
            ("load__all", "Load_All"),
            ("r#type", "Type"),
        ] {
            assert_eq!(in_type(&syn::parse_str(handler).unwrap()), name);
        }
    }

    #[test]
    fn states_are_methods_in_snake_case() {
        let method = |name: &str| super::method(&Ident::new(name, Span::call_site())).to_string();
        assert_eq!(method("NotReady"), "not_ready");
        assert_eq!(method("HTTPError"), "http_error");
        assert_eq!(method("A"), "a");
        assert_eq!(method("Loop"), "r#loop");
        assert_eq!(method("V2"), "v2");
    }

    #[test]
    fn two_handlers_never_share_a_variant() {
        let taken = [format_ident!("Load1")];
        assert_eq!(
            distinct_variant(&format_ident!("load_1"), &taken).to_string(),
            "Load1_"
        );
    }
}
