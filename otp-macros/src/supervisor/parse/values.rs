//! The values of options: words, limits, times.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Lit, LitInt};

use crate::duration;
use crate::errors::Errors;
use crate::show::show;
use crate::supervisor::messages;
use crate::supervisor::model::{Backoff, Intensity, Shutdown};
use crate::tokens::as_ident;

/// What is restarted when a child ends.
pub(crate) const STRATEGIES: [&str; 3] = ["one_for_one", "one_for_all", "rest_for_one"];
/// When the end of significant children ends the supervisor.
pub(crate) const AUTO_SHUTDOWN: [&str; 3] = ["never", "any_significant", "all_significant"];
/// When a child is restarted.
pub(crate) const RESTARTS: [&str; 3] = ["permanent", "transient", "temporary"];

pub(super) fn strategy(value: &TokenStream, errors: &mut Errors) -> Option<Ident> {
    word(value, &STRATEGIES, messages::strategy, errors)
}

pub(super) fn auto_shutdown(value: &TokenStream, errors: &mut Errors) -> Option<Ident> {
    word(value, &AUTO_SHUTDOWN, messages::auto_shutdown, errors)
}

pub(super) fn restart(value: &TokenStream, errors: &mut Errors) -> Option<Ident> {
    word(value, &RESTARTS, messages::restart, errors)
}

/// One of `known`. What is written in the style of a type, a path or a string is reported with the
/// word that it is meant to be.
fn word(
    value: &TokenStream,
    known: &[&str],
    message: fn(&str, &str) -> String,
    errors: &mut Errors,
) -> Option<Ident> {
    if let Some(word) = as_ident(value)
        && known.iter().any(|name| word == name)
    {
        return Some(word);
    }
    errors.err(value, message(&show(value), &plain_word(value)));
    None
}

/// `one_for_one` for `Strategy::OneForOne`, `"one_for_one"` and `:one_for_one`.
fn plain_word(value: &TokenStream) -> String {
    let last = value.clone().into_iter().last();
    let text = match last {
        Some(TokenTree::Literal(literal)) => literal.to_string().trim_matches('"').to_owned(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_uppercase() && !word.is_empty() && !word.ends_with('_') {
            word.push('_');
        }
        match letter {
            '-' | ' ' => word.push('_'),
            other => word.extend(other.to_lowercase()),
        }
    }
    word
}

/// `3 per 5s` or `never`.
pub(super) fn intensity(value: &TokenStream, errors: &mut Errors) -> Option<Intensity> {
    if let Some(word) = as_ident(value) {
        if word == "never" {
            return Some(Intensity::Never);
        }
        errors.err(&word, messages::intensity_word(&word));
        return None;
    }
    let tokens: Vec<TokenTree> = value.clone().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Punct(minus), TokenTree::Literal(_), ..] if minus.as_char() == '-' => {
            errors.err(value, messages::intensity_negative(&tokens[1..]));
            None
        }
        [
            TokenTree::Literal(count),
            TokenTree::Ident(per),
            within @ ..,
        ] if per == "per" && !within.is_empty() => {
            let restarts = restarts(count, errors);
            let time: TokenStream = within.iter().cloned().collect();
            let within = duration::parse(&time, errors)?;
            if within.is_zero() {
                errors.err(&time, messages::INTENSITY_ZERO);
                return None;
            }
            let restarts = restarts?;
            Some(Intensity::Limit { restarts, within })
        }
        _ => {
            errors.err(value, messages::intensity_form(&tokens));
            None
        }
    }
}

fn restarts(count: &proc_macro2::Literal, errors: &mut Errors) -> Option<u32> {
    let Lit::Int(number) = Lit::new(count.clone()) else {
        errors.err(count, messages::restarts_kind(&count.to_string()));
        return None;
    };
    if !matches!(number.suffix(), "" | "u32" | "usize") {
        errors.err(count, messages::restarts_kind(&count.to_string()));
        return None;
    }
    let parsed = number.base10_parse::<u32>();
    if parsed.is_err() {
        errors.err(count, messages::RESTARTS_TOO_MANY);
    }
    parsed.ok()
}

/// `100ms..30s`.
pub(super) fn backoff(value: &TokenStream, errors: &mut Errors) -> Option<Backoff> {
    let tokens: Vec<TokenTree> = value.clone().into_iter().collect();
    let dot =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.');
    let Some(at) = tokens
        .windows(2)
        .position(|pair| dot(&pair[0]) && dot(&pair[1]))
    else {
        errors.err(value, messages::backoff_form(&tokens));
        return None;
    };
    let (min, max) = (&tokens[..at], &tokens[at + 2..]);
    let inclusive = matches!(max.first(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=');
    if min.is_empty() || max.is_empty() || inclusive {
        errors.err(value, messages::backoff_form(&tokens));
        return None;
    }
    let min: TokenStream = min.iter().cloned().collect();
    let max: TokenStream = max.iter().cloned().collect();
    let (first, longest) = (duration::parse(&min, errors), duration::parse(&max, errors));
    let (first, longest) = (first?, longest?);
    if first.is_zero() {
        errors.err(&min, messages::BACKOFF_ZERO);
        return None;
    }
    if first > longest {
        errors.err(value, messages::backoff_reversed(&min, &max));
        return None;
    }
    Some(Backoff {
        min: first,
        max: longest,
    })
}

/// `brutal_kill`, `infinity` or a duration.
pub(super) fn shutdown(value: &TokenStream, errors: &mut Errors) -> Option<Shutdown> {
    match as_ident(value) {
        Some(word) if word == "brutal_kill" => return Some(Shutdown::BrutalKill(word)),
        Some(word) if word == "infinity" => return Some(Shutdown::Infinity),
        Some(_) => {
            errors.err(
                value,
                messages::shutdown_word(&show(value), &plain_word(value)),
            );
            return None;
        }
        None => {}
    }
    let word = plain_word(value);
    if word == "brutal_kill" || word == "infinity" {
        errors.err(value, messages::shutdown_word(&show(value), &word));
        return None;
    }
    let time = duration::parse(value, errors)?;
    if time.is_zero() {
        errors.err(value, messages::SHUTDOWN_ZERO);
        return None;
    }
    Some(Shutdown::After(time))
}

/// `true` or `false`.
pub(super) fn flag(value: &TokenStream, errors: &mut Errors) -> Option<bool> {
    match as_ident(value) {
        Some(word) if word == "true" => return Some(true),
        Some(word) if word == "false" => return Some(false),
        _ => errors.err(value, messages::significant(value)),
    }
    None
}

pub(super) fn max_children(value: &TokenStream, errors: &mut Errors) -> Option<LitInt> {
    number(
        value,
        messages::max_children,
        messages::MAX_CHILDREN_ZERO,
        errors,
    )
}

pub(super) fn partitions(value: &TokenStream, errors: &mut Errors) -> Option<LitInt> {
    number(
        value,
        messages::partitions,
        messages::PARTITIONS_ZERO,
        errors,
    )
}

/// A positive number that fits in a `usize`.
fn number(
    value: &TokenStream,
    message: fn(&TokenStream) -> String,
    zero: &str,
    errors: &mut Errors,
) -> Option<LitInt> {
    let number = syn::parse2::<LitInt>(value.clone()).ok().filter(|number| {
        !number.to_string().starts_with('-') && matches!(number.suffix(), "" | "usize")
    });
    match number.as_ref().map(LitInt::base10_parse::<usize>) {
        Some(Ok(0)) => errors.err(value, zero),
        Some(Ok(_)) => {
            let number = number.expect("is there");
            return Some(LitInt::new(number.base10_digits(), number.span()));
        }
        Some(Err(_)) | None => errors.err(value, message(value)),
    }
    None
}
