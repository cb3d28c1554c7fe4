//! The options that servers and machines share: mailbox, timeouts, name.

mod messages;

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{LitInt, LitStr};

use crate::duration;
use crate::errors::Errors;
use crate::names;
use crate::options::{Entry, with};
use crate::paths::Otp;
use crate::tokens::as_ident;

/// What a full mailbox does.
pub(crate) const OVERFLOW: [&str; 4] = ["wait", "reject", "drop_newest", "drop_oldest"];
/// What becomes of the messages that wait when the server is restarted.
pub(crate) const ON_RESTART: [&str; 2] = ["keep", "drop"];
/// When callers may run the server.
pub(crate) const DONATE: [&str; 2] = ["auto", "never"];

/// The options, each as typed.
#[derive(Default)]
pub(crate) struct ServerOptions {
    pub(crate) mailbox: Option<Mailbox>,
    /// As typed: one of `ON_RESTART`.
    pub(crate) on_restart: Option<Ident>,
    /// The policy, as typed: one of `OVERFLOW`.
    pub(crate) overflow: Option<Ident>,
    pub(crate) call_timeout: Option<Timeout>,
    /// As typed: one of `DONATE`.
    pub(crate) donate: Option<Ident>,
    pub(crate) slow_handler: Option<Duration>,
    pub(crate) name: Option<LitStr>,
}

/// How much a mailbox holds.
pub(crate) enum Mailbox {
    /// So many messages, at least one.
    Bounded(LitInt),
    /// `unbounded`, as typed.
    Unbounded,
}

/// How long a call waits.
pub(crate) enum Timeout {
    After(Duration),
    Never,
}

impl ServerOptions {
    /// Takes the option if it is one of these.
    pub(crate) fn read(&mut self, entry: &Entry, errors: &mut Errors) -> bool {
        match entry.key.to_string().as_str() {
            "mailbox" => self.mailbox = with(entry, errors, mailbox),
            "mailbox_on_restart" => {
                self.on_restart = with(entry, errors, |value, errors| {
                    word(value, &ON_RESTART, messages::on_restart, errors)
                });
            }
            "overflow" => {
                self.overflow = with(entry, errors, |value, errors| {
                    word(value, &OVERFLOW, messages::overflow_policy, errors)
                });
            }
            "call_timeout" => self.call_timeout = with(entry, errors, timeout),
            "slow_handler" => self.slow_handler = with(entry, errors, positive),
            "donate" => {
                self.donate = with(entry, errors, |value, errors| {
                    word(value, &DONATE, messages::donate, errors)
                });
            }
            "name" => self.name = with(entry, errors, name),
            _ => return false,
        }
        true
    }

    /// Reports options that contradict each other.
    pub(crate) fn check(&self, errors: &mut Errors) {
        if let (Some(overflow), Some(Mailbox::Unbounded)) = (&self.overflow, &self.mailbox) {
            errors.err(overflow, messages::OVERFLOW_OF_UNBOUNDED);
        }
    }
}

fn mailbox(value: &TokenStream, errors: &mut Errors) -> Option<Mailbox> {
    if let Some(word) = as_ident(value) {
        if word == "unbounded" {
            return Some(Mailbox::Unbounded);
        }
        errors.err(&word, messages::mailbox_word(&word));
        return None;
    }
    let Some(number) = syn::parse2::<LitInt>(value.clone())
        .ok()
        .filter(is_unsigned)
    else {
        errors.err(value, messages::mailbox_kind(value));
        return None;
    };
    match number.base10_parse::<usize>() {
        Ok(0) => errors.err(value, messages::MAILBOX_ZERO),
        Ok(_) if matches!(number.suffix(), "" | "usize") => {
            return Some(Mailbox::Bounded(LitInt::new(
                number.base10_digits(),
                number.span(),
            )));
        }
        Ok(_) => errors.err(value, messages::mailbox_kind(value)),
        Err(_) => errors.err(value, messages::MAILBOX_TOO_LARGE),
    }
    None
}

fn is_unsigned(number: &LitInt) -> bool {
    !number.to_string().starts_with('-')
}

fn timeout(value: &TokenStream, errors: &mut Errors) -> Option<Timeout> {
    match as_ident(value) {
        Some(word) if word == "infinity" => Some(Timeout::Never),
        Some(word) => {
            errors.err(&word, messages::timeout_word(&word));
            None
        }
        None => positive(value, errors).map(Timeout::After),
    }
}

/// A duration longer than nothing.
fn positive(value: &TokenStream, errors: &mut Errors) -> Option<std::time::Duration> {
    let duration = duration::parse(value, errors)?;
    if duration.is_zero() {
        errors.err(value, messages::ZERO_LIMIT);
        return None;
    }
    Some(duration)
}

fn name(value: &TokenStream, errors: &mut Errors) -> Option<LitStr> {
    match syn::parse2::<LitStr>(value.clone()) {
        Ok(name) if name.value().trim().is_empty() => {
            errors.err(value, messages::NAME_EMPTY);
            None
        }
        Ok(name) => Some(name),
        Err(_) => {
            errors.err(value, messages::name_not_literal(value));
            None
        }
    }
}

fn word(
    value: &TokenStream,
    known: &[&str],
    message: fn(&str) -> String,
    errors: &mut Errors,
) -> Option<Ident> {
    let ident = as_ident(value);
    match &ident {
        Some(word) if known.iter().any(|name| word == name) => return ident,
        Some(word) => errors.err(word, message(&word.to_string())),
        None => errors.err(value, message(&crate::show::show(value))),
    }
    None
}

/// The constant expression of the options; those that were not given keep the runtime's default.
pub(crate) fn expression(type_name: &str, options: &ServerOptions, otp: &Otp) -> TokenStream {
    let mut built = quote!(#otp::Options::new(#type_name));
    match &options.mailbox {
        Some(Mailbox::Bounded(places)) => built.extend(quote!(.mailbox(#places))),
        Some(Mailbox::Unbounded) => built.extend(quote!(.unbounded())),
        None => {}
    }
    if options
        .on_restart
        .as_ref()
        .is_some_and(|word| word == "keep")
    {
        built.extend(quote!(.keep_mailbox()));
    }
    if let Some(policy) = &options.overflow {
        let variant = names::variant(policy);
        built.extend(quote!(.overflow(#otp::Overflow::#variant)));
    }
    match &options.call_timeout {
        Some(Timeout::After(duration)) => {
            let duration = duration::expression(*duration);
            built.extend(quote!(.call_timeout(#duration)));
        }
        Some(Timeout::Never) => {
            built.extend(quote!(.call_timeout(::core::time::Duration::MAX)));
        }
        None => {}
    }
    if let Some(donate) = &options.donate {
        let variant = names::variant(donate);
        built.extend(quote!(.donate(#otp::Donate::#variant)));
    }
    if let Some(duration) = options.slow_handler {
        let duration = duration::expression(duration);
        built.extend(quote!(.slow_handler(#duration)));
    }
    if let Some(name) = &options.name {
        built.extend(quote!(.name(#name)));
    }
    built
}
