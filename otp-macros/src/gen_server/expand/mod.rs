//! The third pass: tokens out of a checked model.
//!
//! One file for one generated thing. Nothing here fails: what the checks have let through can be
//! expanded, and for the rest there is `broken_block`.

mod asserts;
mod fallback;
mod handle;
mod infos;
mod init;
mod message;
mod methods;
mod protocol;
mod reads;
mod scope;
mod server;
mod start;
mod steps;

use proc_macro2::{Delimiter, Group, TokenStream};
use quote::TokenStreamExt;

use self::scope::Scope;
use super::model::{Block, Decl};
use crate::paths::Otp;

/// What the attribute on the struct makes; after a mistake the same, as far as it goes.
///
/// `unknown` is what stands for a type that cannot be known after a mistake.
pub(crate) fn decl(
    decl: &Decl,
    otp: &Otp,
    sound: bool,
    unknown: Option<&TokenStream>,
) -> TokenStream {
    let item = decl.item.clone();
    let handle = handle::handle(decl, otp);
    let tables = reads::tables(decl, otp, unknown);
    let server_decl = handle::server_decl(decl, otp, sound);
    let whereis = start::whereis(decl, otp);
    let parts = [Some(item), Some(handle), tables, Some(server_decl), whereis];
    parts.into_iter().flatten().collect()
}

/// What the attribute on the `impl` block makes.
pub(crate) fn block(block: &Block, otp: &Otp) -> TokenStream {
    let scope = Scope::new(block, otp);
    let item = user_block(block);
    let made = init::alias(&scope);
    let message = message::message(&scope);
    let steps = steps::steps(&scope);
    let start = start::start(&scope);
    let methods = methods::methods(&scope);
    let server = server::server(&scope);
    let infos = infos::handle_infos(&scope);
    let protocol = protocol::protocol(&scope);
    let parts = [Some(item), made, Some(message), steps, start, Some(methods)];
    // One stream of many costs the compiler less than many streams in one.
    let parts = parts
        .into_iter()
        .chain([Some(server), Some(infos), protocol]);
    parts.flatten().collect()
}

/// The same after a mistake: all that users of the server name is there and does nothing, so that
/// one mistake is one error.
pub(crate) fn broken_block(block: &Block, otp: &Otp, unknown: Option<TokenStream>) -> TokenStream {
    let item = user_block(block);
    if block.is_rest() {
        return item;
    }
    let scope = Scope::broken(block, otp, unknown);
    let steps = steps::steps(&scope);
    let start = start::start(&scope);
    let methods = methods::methods(&scope);
    let server = fallback::server(&scope);
    let infos = fallback::infos(&scope);
    let protocol = protocol::protocol(&scope);
    let parts = [Some(item), steps, start, Some(methods), Some(server)];
    let parts = parts.into_iter().chain([Some(infos), protocol]);
    parts.flatten().collect()
}

fn user_block(block: &Block) -> TokenStream {
    let mut item = TokenStream::new();
    item.append_all(&block.attrs);
    item.extend(block.head.clone());
    item.append(Group::new(Delimiter::Brace, block.body.clone()));
    item
}
