//! Types that have to be `Send`, each checked once at the user's token.
//!
//! A mistake in one is an error there; what depends on the type is one too, and is not reported again.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Type};

use super::scope::Scope;
use crate::paths::Otp;
use crate::show::show;
use crate::state_machine::check;
use crate::suspects;

/// What a type is to a machine.
#[derive(Clone, Copy)]
pub(super) enum What {
    Argument,
    Answer,
    Data,
}

/// The type by way of its check; as it is where it is known to be `Send`, or where the check would
/// depend on the machine's generics.
pub(super) fn sent(
    what: What,
    ty: &Type,
    outside: TokenStream,
    generics: &Generics,
    otp: &Otp,
) -> TokenStream {
    if suspects::is_standard(ty) || !generics.params.is_empty() {
        return outside;
    }
    let check = match what {
        What::Argument => quote!(ArgumentType),
        What::Answer => quote!(AnswerType),
        What::Data => quote!(DataType),
    };
    quote!(<#outside as #otp::CheckedSent<{ <#outside as #otp::#check>::CHECKED }>>::Itself)
}

/// What an init returns, by way of its check; as it is where that cannot fail.
pub(super) fn made(scope: &Scope<'_>, output: &Type, made: &TokenStream) -> TokenStream {
    let otp = scope.otp;
    let outside = scope.outside(output);
    let data = scope.machine.decl.data.as_ref();
    let is_data = data.is_some_and(|data| show(check::init::made(output)) == show(data));
    if is_data || !scope.generics.params.is_empty() {
        return outside;
    }
    let checked = quote!(<#outside as #otp::MadeType<#made>>::CHECKED);
    quote!(<#outside as #otp::CheckedMade<#made, { #checked }>>::Itself)
}
