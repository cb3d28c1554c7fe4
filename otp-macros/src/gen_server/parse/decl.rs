//! Reading a struct.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields};

use crate::carried::cfgs;
use crate::errors::Errors;
use crate::gen_server::args;
use crate::gen_server::messages;
use crate::gen_server::model::{Decl, Field};
use crate::paths::Otp;

pub(super) fn read(args: TokenStream, mut input: DeriveInput, errors: &mut Errors) -> (Decl, Otp) {
    let (options, otp) = args::decl(args, errors);
    super::take_second_attribute(&mut input.attrs, errors);
    let (fields, is_struct) = match &mut input.data {
        Data::Struct(data) => (fields(&mut data.fields, errors), true),
        Data::Enum(_) => {
            errors.err(&input.ident, messages::on_enum(&input.ident));
            (Vec::new(), false)
        }
        Data::Union(_) => {
            errors.err(&input.ident, messages::on_union(&input.ident));
            (Vec::new(), false)
        }
    };
    let decl = Decl {
        item: input.to_token_stream(),
        vis: input.vis,
        name: input.ident,
        generics: input.generics,
        is_struct,
        fields,
        options,
    };
    (decl, otp)
}

/// Reads the fields, and takes our attribute off them.
fn fields(fields: &mut Fields, errors: &mut Errors) -> Vec<Field> {
    let mut found = Vec::new();
    for field in fields.iter_mut() {
        let mut table = None;
        field.attrs.retain(|attribute| {
            if !attribute.path().is_ident("table") {
                return true;
            }
            if attribute.meta.require_path_only().is_err() {
                errors.err(&attribute.meta, messages::TABLE_WITH_OPTIONS);
            }
            table = Some(attribute.path().clone());
            false
        });
        found.push(Field {
            name: field.ident.clone(),
            ty: field.ty.clone(),
            cfg: cfgs(&field.attrs),
            table,
        });
    }
    found
}
