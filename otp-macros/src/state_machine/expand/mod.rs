//! The third pass: tokens out of a checked model. One file for one generated thing; nothing here fails.

mod bare;
mod checked;
mod conditions;
mod decl;
mod diagram;
mod dispatch;
mod event;
mod fallback;
mod functions;
mod hooks;
mod infos;
mod init;
mod machine;
mod methods;
mod mistaken;
mod next;
mod protocol;
mod scope;
mod shared;
mod start;

use proc_macro2::TokenStream;
use quote::quote;

use self::scope::Scope;
use super::model::{Block, Decl, Machine};

/// What the attribute on the enum makes.
pub(crate) fn decl(decl: &Decl, sound: bool) -> TokenStream {
    decl::decl(decl, sound)
}

/// What the attribute on the `impl` makes by itself: the user's functions.
pub(crate) fn functions(block: &Block, sound: bool) -> TokenStream {
    functions::functions(block, sound)
}

/// What is made of both.
pub(crate) fn machine(machine: &Machine, sound: bool) -> TokenStream {
    let scope = Scope::new(machine, sound);
    let handle = decl::handle_of_generic(&scope);
    let start = start::start(&scope);
    let methods = methods::methods(&scope);
    let protocol = protocol::protocol(&scope);
    if !sound {
        let next = mistaken::types(&scope);
        let declared = (!machine.decl.has_states()).then(|| decl::declared(&machine.decl));
        let machine = fallback::machine(&scope);
        let infos = fallback::infos(&scope);
        let diagram = diagram::diagram(&scope);
        let bare = bare::bare(&scope);
        return quote!(
            #declared #handle #next #start #methods #protocol #machine #infos #diagram #bare
        );
    }
    let next = next::types(&scope);
    let event = event::event(&scope);
    let functions = dispatch::functions(&scope);
    let machine = machine::machine(&scope);
    let infos = infos::handle_infos(&scope);
    let diagram = diagram::diagram(&scope);
    let bare = bare::bare(&scope);
    quote!(#handle #next #event #start #methods #protocol #functions #machine #infos #diagram #bare)
}
