//! The options of each attribute: which there are, and what their values mean.

use proc_macro2::{Ident, TokenStream};
use syn::Meta;

use super::attributes::{self, Marker};
use super::messages;
use super::model::{BlockOptions, DeclOptions, HandlerOptions, Role};
use crate::duration;
use crate::errors::Errors;
use crate::options::{self, Entry, with};
use crate::paths::Otp;
use crate::protocol;
use crate::red_flags::allow;
use crate::tokens::as_ident;

/// The options of a struct.
pub(crate) const DECL: [&str; 9] = [
    "mailbox",
    "mailbox_on_restart",
    "overflow",
    "call_timeout",
    "slow_handler",
    "donate",
    "name",
    "crate",
    "allow",
];
/// The options of an `impl` block.
pub(crate) const BLOCK: [&str; 3] = ["protocol", "crate", "allow"];
/// The red flags that a struct can have.
pub(crate) const DECL_LINTS: [&str; 1] = ["stateless_server"];
/// The red flags that an `impl` block can have.
pub(crate) const BLOCK_LINTS: [&str; 2] = ["stateless_handler", "immutable_server"];

/// Reads `#[gen_server(..)]` of a struct.
pub(crate) fn decl(tokens: TokenStream, errors: &mut Errors) -> (DeclOptions, Otp) {
    let mut found = DeclOptions::default();
    let mut otp = Otp::facade();
    for entry in options::parse(tokens, errors) {
        if found.server.read(&entry, errors) {
            continue;
        }
        let key = entry.key.to_string();
        match key.as_str() {
            "crate" => set_crate(&entry, &mut otp, errors),
            "allow" => {
                found.allow = allow(&entry, &DECL_LINTS, errors, |lint| {
                    messages::lint_of_block(lint).unwrap_or_else(|| messages::unknown_lint(lint))
                });
            }
            _ => errors.err(&entry.key, messages::unknown_decl_option(&key)),
        }
    }
    found.server.check(errors);
    (found, otp)
}

/// Reads `#[gen_server(..)]` of an `impl` block.
pub(crate) fn block(tokens: TokenStream, errors: &mut Errors) -> (BlockOptions, Otp) {
    let mut found = BlockOptions::default();
    let mut otp = Otp::facade();
    for entry in options::parse(tokens, errors) {
        let key = entry.key.to_string();
        match key.as_str() {
            "protocol" => found.protocol = with(&entry, errors, protocol::name),
            "crate" => set_crate(&entry, &mut otp, errors),
            "allow" => {
                found.allow = allow(&entry, &BLOCK_LINTS, errors, |lint| {
                    messages::lint_of_decl(lint).unwrap_or_else(|| messages::unknown_lint(lint))
                });
            }
            _ => errors.err(&entry.key, messages::unknown_block_option(&key)),
        }
    }
    (found, otp)
}

/// Reads what stands in the parentheses of a handler's attribute.
pub(crate) fn handler(marker: &Marker, errors: &mut Errors) -> HandlerOptions {
    let tokens = attributes::arguments(marker, errors);
    let mut found = HandlerOptions::default();
    match marker.role {
        Role::Every | Role::After => {
            found.period = period(marker, &tokens, errors);
        }
        Role::Init | Role::Call | Role::Cast | Role::Info | Role::Continue => {
            for entry in options::parse(tokens, errors) {
                if entry.key == "continue" {
                    found.then = with(&entry, errors, step);
                } else {
                    let message = messages::unknown_handler_option(marker, &entry.key);
                    errors.err(&entry.key, message);
                }
            }
        }
        Role::Terminate | Role::Read => {
            for entry in options::parse(tokens, errors) {
                let message = messages::unknown_handler_option(marker, &entry.key);
                errors.err(&entry.key, message);
            }
        }
    }
    found
}

/// The duration of a timer.
fn period(
    marker: &Marker,
    tokens: &TokenStream,
    errors: &mut Errors,
) -> Option<std::time::Duration> {
    let mut parts = options::split(tokens.clone()).into_iter();
    let Some(first) = parts.next() else {
        // `#[every = "30s"]` has been reported.
        if matches!(marker.attribute.meta, Meta::NameValue(_)) {
            return None;
        }
        errors.err(&marker.name, messages::timer_without_duration(&marker.name));
        return None;
    };
    if let Some(stray) = parts.next() {
        let stray: TokenStream = stray.into_iter().collect();
        errors.err(stray, messages::timer_with_more(&marker.name));
    }
    let value: TokenStream = first.into_iter().collect();
    let duration = duration::parse(&value, errors)?;
    if marker.role == Role::Every && duration.is_zero() {
        errors.err(value, messages::EVERY_ZERO);
        return None;
    }
    Some(duration)
}

fn step(value: &TokenStream, errors: &mut Errors) -> Option<Ident> {
    let ident = as_ident(value);
    if ident.is_none() {
        errors.err(value, messages::CONTINUE_NOT_A_NAME);
    }
    ident
}

fn set_crate(entry: &Entry, otp: &mut Otp, errors: &mut Errors) {
    let path = with(entry, errors, |value, errors| {
        Some(Otp::from_option(value, " =", errors))
    });
    if let Some(path) = path {
        *otp = path;
    }
}
