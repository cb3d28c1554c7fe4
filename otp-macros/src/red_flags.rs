//! `allow(..)`: red flags that the user knows of, silenced by name.

use proc_macro2::{Ident, TokenStream};

use crate::errors::Errors;
use crate::options::{self, Entry, Value};
use crate::suggest::closest;
use crate::tokens::as_ident;

/// The names in `allow(..)`, each one of `known`; `unknown` says what is wrong with another.
pub(crate) fn allow(
    entry: &Entry,
    known: &[&str],
    errors: &mut Errors,
    unknown: impl Fn(&str) -> String,
) -> Vec<Ident> {
    let all = || known.iter().map(|name| Ident::new(name, entry.key.span()));
    let Value::List(group) = &entry.value else {
        errors.err(&entry.key, form(known));
        // Whatever was meant, its red flag would be a second error for the same mistake.
        return all().collect();
    };
    let mut allowed = Vec::new();
    for part in options::split(group.stream()) {
        let part: TokenStream = part.into_iter().collect();
        match as_ident(&part) {
            Some(flag) if known.iter().any(|name| flag == name) => allowed.push(flag),
            Some(flag) => {
                let flag = flag.to_string();
                allowed.extend(all().filter(|name| near(&flag, name)));
                errors.err(&part, unknown(&flag));
            }
            None => errors.err(part, form(known)),
        }
    }
    allowed
}

fn form(known: &[&str]) -> String {
    format!(
        "`allow` takes the names of red flags\nhelp: write `allow({})`",
        known.join(", ")
    )
}

/// Whether a red flag is probably what a misspelt one meant.
fn near(flag: &str, name: &Ident) -> bool {
    closest(flag, &[name.to_string().as_str()]).is_some()
}
