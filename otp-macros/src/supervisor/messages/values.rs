//! The values of options.

use proc_macro2::{Ident, TokenStream, TokenTree};

use crate::show::show;
use crate::suggest::{closest, list, one_of};
use crate::supervisor::parse::{AUTO_SHUTDOWN, RESTARTS, STRATEGIES};

pub(crate) const INTENSITY_ZERO: &str = "no time has room for a restart\n\
     help: write at least `1us`; `intensity: 0 per 5s` gives up at the first crash";
pub(crate) const RESTARTS_TOO_MANY: &str =
    "so many restarts are no limit\nhelp: write a smaller number, or `intensity: never`";
pub(crate) const BACKOFF_ZERO: &str =
    "a pause of nothing never grows\nhelp: write at least `1us`, or remove `backoff`";
pub(crate) const SHUTDOWN_ZERO: &str =
    "no child can end in no time\nhelp: write `shutdown: brutal_kill` to end it at once";

/// The help for a word that is almost one of `known`.
fn meant(word: &str, plain: &str, known: &[&str]) -> String {
    if word != plain && known.contains(&plain) {
        format!("help: write `{plain}`")
    } else {
        one_of(plain, known)
    }
}

pub(crate) fn strategy(word: &str, plain: &str) -> String {
    let help = match plain {
        "simple_one_for_one" => {
            "help: write a child `sessions: dynamic<Session> { intensity: 3 per 5s }`".into()
        }
        "all_for_one" | "all" => "help: did you mean `one_for_all`?".into(),
        "one" => "help: did you mean `one_for_one`?".into(),
        "rest" | "rest_for_all" => "help: did you mean `rest_for_one`?".into(),
        _ => meant(word, plain, &STRATEGIES),
    };
    format!("`{word}` is not a strategy\n{help}")
}

pub(crate) fn auto_shutdown(word: &str, plain: &str) -> String {
    let help = match plain {
        "any" | "true" => "help: did you mean `any_significant`?".into(),
        "all" => "help: did you mean `all_significant`?".into(),
        "false" | "none" | "off" => "help: did you mean `never`?".into(),
        _ => meant(word, plain, &AUTO_SHUTDOWN),
    };
    format!("`{word}` is not a value of `auto_shutdown`\n{help}")
}

pub(crate) fn restart(word: &str, plain: &str) -> String {
    let help = match plain {
        "always" | "true" => "help: write `permanent`".into(),
        "never" | "no" | "none" | "false" => "help: write `temporary`".into(),
        "on_failure" | "on_error" | "on_crash" | "abnormal" => "help: write `transient`".into(),
        _ => meant(word, plain, &RESTARTS),
    };
    format!("`{word}` does not say when a child is restarted\n{help}")
}

pub(crate) fn shutdown_word(word: &str, plain: &str) -> String {
    let known = ["brutal_kill", "infinity"];
    let help = match plain {
        "kill" | "brutal" | "now" | "immediate" => "help: write `brutal_kill`".into(),
        "never" | "forever" | "infinite" | "none" | "wait" => "help: write `infinity`".into(),
        _ if word != plain && known.contains(&plain) => format!("help: write `{plain}`"),
        _ => match closest(plain, &known) {
            Some(near) => format!("help: did you mean `{near}`?"),
            None => "help: write a time, as `10s`, or `brutal_kill` or `infinity`".into(),
        },
    };
    format!("`{word}` does not say how long a child has to end\n{help}")
}

pub(crate) fn significant(value: &TokenStream) -> String {
    format!(
        "`{}` is neither `true` nor `false`\nhelp: write `significant`",
        show(value)
    )
}

pub(crate) fn intensity_word(word: &Ident) -> String {
    let help = match word.to_string().as_str() {
        "infinity" | "unlimited" | "none" | "no_limit" | "Never" => "did you mean `never`?",
        _ => "write `intensity: 3 per 5s`, or `intensity: never`",
    };
    format!("`{word}` is not a limit of restarts\nhelp: {help}")
}

pub(crate) fn intensity_negative(rest: &[TokenTree]) -> String {
    let rest: Vec<String> = rest.iter().map(ToString::to_string).collect();
    format!(
        "a number of restarts cannot be negative\nhelp: write `intensity: {}`",
        rest.join(" ")
    )
}

pub(crate) fn restarts_kind(count: &str) -> String {
    let digits: String = count.chars().take_while(char::is_ascii_digit).collect();
    let digits = if digits.is_empty() { "3" } else { &digits };
    format!("`{count}` is not a number of restarts\nhelp: write `intensity: {digits} per 5s`")
}

/// What is not `3 per 5s`: the numbers in it are kept in the help.
pub(crate) fn intensity_form(tokens: &[TokenTree]) -> String {
    let number = |token: Option<&TokenTree>| match token {
        Some(TokenTree::Literal(literal))
            if literal
                .to_string()
                .starts_with(|c: char| c.is_ascii_digit()) =>
        {
            Some(literal.to_string())
        }
        _ => None,
    };
    let count = number(tokens.first());
    let time = number(tokens.last()).filter(|_| tokens.len() > 1);
    match (count, time, tokens) {
        (Some(count), Some(time), _) => format!(
            "a limit is a number of restarts `per` a time\nhelp: write `intensity: {count} per {}`",
            with_unit(&time)
        ),
        (Some(count), None, [_] | [_, _]) => format!(
            "restarts are counted within a time, and none is given\n\
             help: write `intensity: {} per 5s`",
            count.trim_end_matches(|c: char| c.is_ascii_alphabetic())
        ),
        _ => String::from(
            "this is not a limit of restarts\nhelp: write `intensity: 3 per 5s`, or `intensity: never`",
        ),
    }
}

fn with_unit(time: &str) -> String {
    if time.ends_with(|c: char| c.is_ascii_digit()) {
        format!("{time}s")
    } else {
        time.to_owned()
    }
}

pub(crate) fn backoff_form(tokens: &[TokenTree]) -> String {
    let example = match tokens {
        [TokenTree::Literal(only)] => format!("{only}..30s"),
        _ => String::from("100ms..30s"),
    };
    format!(
        "a backoff is its first pause and its longest, which it doubles up to\n\
         help: write `backoff: {example}`"
    )
}

pub(crate) fn backoff_reversed(min: &TokenStream, max: &TokenStream) -> String {
    format!(
        "the first pause is longer than the longest\nhelp: write `backoff: {}..{}`",
        show(max),
        show(min)
    )
}

/// "`one_for_one`, `one_for_all` or `rest_for_one`", each with what it restarts.
pub(crate) fn strategies() -> String {
    format!(
        "{}, which restart the child that ended, all, or it and those below it",
        list(&STRATEGIES)
    )
}
