//! Rules for the struct.

use syn::Type;

use crate::errors::Errors;
use crate::gen_server::messages;
use crate::gen_server::model::{Decl, Field};
use crate::gen_server::tables::Kind;
use crate::types;

/// A server lives until nothing can reach it, which is longer than any borrow of its starter's.
pub(super) fn check_lifetimes(decl: &Decl, errors: &mut Errors) {
    for lifetime in decl.generics.lifetimes() {
        errors.err(&lifetime.lifetime, messages::LIFETIME_OF_SERVER);
    }
}

/// A server without state only makes its callers wait for each other.
pub(super) fn check_state(decl: &Decl, errors: &mut Errors) {
    let allowed = decl
        .options
        .allow
        .iter()
        .any(|lint| lint == "stateless_server");
    let stateless = |field: &Field| field.cfg.is_empty() && is_nothing(&field.ty);
    if !allowed && decl.fields.iter().all(stateless) {
        errors.err(&decl.name, messages::stateless_server(&decl.name));
    }
}

fn is_nothing(ty: &Type) -> bool {
    let phantom = types::last_segment(ty).is_some_and(|last| last.ident == "PhantomData");
    phantom || types::is_unit(ty)
}

/// A reader is made of the table in the field, and a `#[read]` asks for it by name.
pub(super) fn check_tables(decl: &Decl, errors: &mut Errors) {
    for field in &decl.fields {
        let Some(table) = &field.table else { continue };
        if field.name.is_none() {
            errors.err(table, messages::TABLE_WITHOUT_NAME);
        }
        match Kind::of_table(&field.ty) {
            Some((_, last)) => {
                if types::type_arguments(last).is_empty() {
                    // "missing generics for struct `Table`"
                    errors.leave_to_rustc();
                }
            }
            None => errors.err(&field.ty, messages::table_type(&field.ty)),
        }
    }
}

/// A generic server is many types, and a fixed name belongs to one server.
pub(super) fn check_name_of_generic(decl: &Decl, errors: &mut Errors) {
    if let Some(name) = &decl.options.server.name
        && !decl.generics.params.is_empty()
    {
        errors.err(name, messages::name_of_generic(&decl.name));
    }
}
