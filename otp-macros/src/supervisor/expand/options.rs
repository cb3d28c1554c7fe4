//! The constant expressions of options; those that were not given keep the runtime's default.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use crate::paths::Otp;
use crate::supervisor::model::{
    Backoff, Body, ChildOptions, Given, GroupOptions, Intensity, Shutdown,
};
use crate::{duration, names};

/// `Flags` of a supervisor.
pub(super) fn flags(body: &Body, otp: &Otp) -> TokenStream {
    let strategy = strategy(&body.strategy, otp);
    let intensity = intensity(&body.intensity, otp);
    let mut flags = quote!(#otp::Flags::new(#strategy, #intensity));
    if let Some(word) = body.auto_shutdown.get() {
        let variant = names::variant(word);
        flags.extend(quote!(.auto_shutdown(#otp::AutoShutdown::#variant)));
    }
    flags.extend(backoff(&body.backoff, otp));
    flags
}

/// `DynamicFlags` of a `dynamic`.
pub(super) fn dynamic_flags(
    options: &GroupOptions,
    children: &ChildOptions,
    otp: &Otp,
) -> TokenStream {
    let intensity = intensity(&options.intensity, otp);
    let mut flags = quote!(#otp::DynamicFlags::new(#intensity));
    if let Some(number) = options.max_children.get() {
        flags.extend(quote!(.max_children(#number)));
    }
    flags.extend(child(children, otp));
    flags.extend(backoff(&options.backoff, otp));
    flags
}

/// `PartitionFlags` of a `partition`.
pub(super) fn partition_flags(
    options: &GroupOptions,
    children: &ChildOptions,
    otp: &Otp,
) -> TokenStream {
    let intensity = intensity(&options.intensity, otp);
    let mut flags = quote!(#otp::PartitionFlags::new(#intensity));
    if !options.strategy.is_missing() {
        let strategy = strategy(&options.strategy, otp);
        flags.extend(quote!(.strategy(#strategy)));
    }
    flags.extend(child(children, otp));
    flags.extend(backoff(&options.backoff, otp));
    flags
}

/// The calls of a builder that say how a child is restarted and ended.
pub(super) fn child(options: &ChildOptions, otp: &Otp) -> TokenStream {
    let mut calls = TokenStream::new();
    if let Some(word) = options.restart.get() {
        let variant = names::variant(word);
        calls.extend(quote!(.restart(#otp::Restart::#variant)));
    }
    let shutdown = options.shutdown.get().map(|shutdown| match shutdown {
        Shutdown::BrutalKill(_) => quote!(#otp::Shutdown::BrutalKill),
        Shutdown::Infinity => quote!(#otp::Shutdown::Infinity),
        Shutdown::After(time) => {
            let time = duration::expression(*time);
            quote!(#otp::Shutdown::After(#time))
        }
    });
    if let Some(shutdown) = shutdown {
        calls.extend(quote!(.shutdown(#shutdown)));
    }
    if options.significant.is_some() {
        calls.extend(quote!(.significant(true)));
    }
    calls
}

fn strategy(given: &Given<Ident>, otp: &Otp) -> TokenStream {
    let variant = given.get().map(names::variant);
    let variant = variant.unwrap_or_else(|| names::local("OneForOne"));
    quote!(#otp::Strategy::#variant)
}

fn intensity(given: &Given<Intensity>, otp: &Otp) -> TokenStream {
    match given.get() {
        Some(Intensity::Limit { restarts, within }) => {
            let restarts = Literal::u32_unsuffixed(*restarts);
            let within = duration::expression(*within);
            quote!(#otp::Intensity::new(#restarts, #within))
        }
        Some(Intensity::Never) | None => quote!(#otp::Intensity::NEVER),
    }
}

fn backoff(given: &Given<Backoff>, otp: &Otp) -> Option<TokenStream> {
    let Backoff { min, max } = given.get()?;
    let (min, max) = (duration::expression(*min), duration::expression(*max));
    Some(quote!(.backoff(#otp::Backoff::new(#min, #max))))
}
