//! Reading a struct.

use darling::FromField;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Type};

use crate::errors::Errors;
use crate::gen_server::args;
use crate::gen_server::messages;
use crate::gen_server::model::{Decl, Field};
use crate::paths::Otp;
use crate::show::show;
use crate::suggest::closest;

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

/// A field as darling reads it, with those of its attributes that mean something to us.
#[derive(FromField)]
#[darling(forward_attrs)]
struct RawField {
    ident: Option<Ident>,
    ty: Type,
    attrs: Vec<Attribute>,
}

/// Reads the fields, and takes our attribute off them.
fn fields(fields: &mut Fields, errors: &mut Errors) -> Vec<Field> {
    let mut found = Vec::new();
    for field in fields.iter_mut() {
        match RawField::from_field(field) {
            Ok(raw) => found.push(read_field(raw, errors)),
            Err(error) => errors.add(error.into()),
        }
        field.attrs.retain(|attribute| !is_table(attribute));
    }
    found
}

fn read_field(raw: RawField, errors: &mut Errors) -> Field {
    let RawField { ident, ty, attrs } = raw;
    let (tables, others): (Vec<_>, Vec<_>) = attrs.into_iter().partition(is_table);
    let is_cfg = |attribute: &Attribute| attribute.path().is_ident("cfg");
    let cfg = others.into_iter().filter(is_cfg).collect();
    for table in &tables {
        if is_almost_table(table) {
            errors.err(
                table.path(),
                messages::unknown_attribute(&show(table.path()), "table"),
            );
        } else if table.meta.require_path_only().is_err() {
            errors.err(&table.meta, messages::TABLE_WITH_OPTIONS);
        }
    }
    Field {
        name: ident,
        ty,
        cfg,
        table: tables.last().map(|table| table.path().clone()),
    }
}

fn is_table(attribute: &Attribute) -> bool {
    attribute.path().is_ident("table") || is_almost_table(attribute)
}

fn is_almost_table(attribute: &Attribute) -> bool {
    let name = attribute.path().get_ident().map(ToString::to_string);
    name.is_some_and(|name| name != "table" && closest(&name, &["table"]).is_some())
}
