//! Tables and the functions that read them in the caller.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Ident, WherePredicate, parse_quote};

use super::handle::server_type;
use super::scope::{self, Scope};
use crate::gen_server::model::{Decl, Field, Function, ParamKind};
use crate::gen_server::tables::Kind;
use crate::names;
use crate::paths::Otp;
use crate::tokens;
use crate::types;

/// A field with `#[table]`.
struct TableField<'a> {
    field: &'a Field,
    name: &'a Ident,
    /// The names of its type and of its reader's.
    table: Ident,
    reader: Ident,
    arguments: TokenStream,
}

/// The fields with `#[table]` that are no tables, which has been reported: readers may ask for them.
fn wrong_tables(decl: &Decl) -> impl Iterator<Item = (&Field, &Ident)> {
    let right = table_fields(decl);
    let wrong = decl.fields.iter().filter(move |field| {
        field.table.is_some() && !right.iter().any(|table| std::ptr::eq(table.field, *field))
    });
    wrong.filter_map(|field| Some((field, field.name.as_ref()?)))
}

/// The fields with `#[table]`, as far as they are tables.
fn table_fields(decl: &Decl) -> Vec<TableField<'_>> {
    let fields = decl.fields.iter().filter(|field| field.table.is_some());
    fields
        .filter_map(|field| {
            let (kind, last) = Kind::of_table(&field.ty)?;
            let typed = !types::type_arguments(last).is_empty();
            Some(TableField {
                field,
                name: field.name.as_ref()?,
                table: Ident::new(kind.table, Span::call_site()),
                reader: Ident::new(kind.reader, Span::call_site()),
                arguments: typed.then(|| last.arguments.to_token_stream())?,
            })
        })
        .collect()
}

/// The struct of all readers, which every handle reaches.
pub(super) fn tables(decl: &Decl, otp: &Otp, unknown: Option<&TokenStream>) -> Option<TokenStream> {
    let fields = table_fields(decl);
    let mut wrong = wrong_tables(decl).peekable();
    if fields.is_empty() && wrong.peek().is_none() {
        return None;
    }
    let Decl { vis, generics, .. } = decl;
    // What the compiler says of a `Table` without its types, it says of the same tokens once.
    let wrong = wrong.map(|(field, name)| {
        let (cfg, ty) = (&field.cfg, &field.ty);
        let ty = unknown.map_or_else(|| ty.to_token_stream(), Clone::clone);
        quote!(#(#cfg)* #vis #name: #ty)
    });
    let tables = names::tables(&decl.name);
    let clause = &generics.where_clause;
    let empty = empty_tables(decl, otp);
    let readers = fields.iter().map(|field| {
        let TableField {
            name,
            reader,
            arguments,
            ..
        } = field;
        let cfg = &field.field.cfg;
        quote!(#(#cfg)* #vis #name: #otp::#reader #arguments)
    });
    let phantom = has_types(decl).then(|| {
        let (phantom, server) = (names::phantom(), server_type(decl));
        quote!(#phantom: ::core::marker::PhantomData<fn() -> #server>)
    });
    Some(quote! {
        #[doc(hidden)]
        #[allow(private_interfaces, nonstandard_style)]
        #vis struct #tables #generics #clause {
            #(#readers,)*
            #(#wrong,)*
            #phantom
        }
        #empty
    })
}

/// What readers see while there is no server: `Default` of the tables.
fn empty_tables(decl: &Decl, otp: &Otp) -> TokenStream {
    let tables = names::tables(&decl.name);
    let mut generics = decl.generics.clone();
    let fields = table_fields(decl);
    if has_types(decl) {
        let clause = generics.make_where_clause();
        for TableField {
            reader, arguments, ..
        } in &fields
        {
            clause
                .predicates
                .push(parse_quote!(#otp::#reader #arguments: ::core::default::Default));
        }
    }
    let (impls, arguments, clause) = generics.split_for_impl();
    let readers = fields.iter().map(|TableField { field, name, .. }| {
        let cfg = &field.cfg;
        quote!(#(#cfg)* #name: ::core::default::Default::default())
    });
    let phantom = has_types(decl).then(|| {
        let phantom = names::phantom();
        quote!(#phantom: ::core::marker::PhantomData)
    });
    let body = if wrong_tables(decl).next().is_some() {
        quote!(loop {})
    } else {
        quote!(Self { #(#readers,)* #phantom })
    };
    quote! {
        #[doc(hidden)]
        impl #impls ::core::default::Default for #tables #arguments #clause {
            fn default() -> Self {
                #body
            }
        }
    }
}

fn has_types(decl: &Decl) -> bool {
    decl.generics.type_params().next().is_some()
}

/// The type of what a server shares, the body of `share`, and what a generic server must promise
/// for it.
pub(super) fn shared(decl: &Decl, otp: &Otp) -> (TokenStream, TokenStream, Option<WherePredicate>) {
    let fields = table_fields(decl);
    let is_wrong = wrong_tables(decl).next().is_some();
    if fields.is_empty() && !is_wrong {
        return (quote!(()), TokenStream::new(), None);
    }
    let tables = names::tables(&decl.name);
    let (_, arguments, _) = decl.generics.split_for_impl();
    let readers = fields.iter().map(|field| {
        let TableField {
            name,
            table,
            arguments,
            ..
        } = field;
        let cfg = &field.field.cfg;
        quote!(#(#cfg)* #name: <#otp::#table #arguments>::reader(&self.#name))
    });
    let phantom = has_types(decl).then(|| {
        let phantom = names::phantom();
        quote!(#phantom: ::core::marker::PhantomData)
    });
    let predicate = parse_quote! {
        #tables #arguments:
            ::core::default::Default + ::core::marker::Send + ::core::marker::Sync + 'static
    };
    let body = if is_wrong {
        quote!(loop {})
    } else {
        quote!(#tables { #(#readers,)* #phantom })
    };
    (quote!(#tables #arguments), body, Some(predicate))
}

/// The handle's method for a `#[read]`: no message, the caller runs it.
pub(super) fn method(scope: &Scope<'_>, function: &Function) -> TokenStream {
    let Scope { otp, server, .. } = scope;
    let Function {
        vis,
        name,
        generics,
        ..
    } = function;
    let attributes = super::methods::Attributes::new(function, true);
    let declarations = scope.declarations(function);
    let where_clause = generics
        .where_clause
        .as_ref()
        .map(|clause| scope.outside(clause));
    let output = function.output.as_ref().map(|output| {
        let output = scope.outside(output);
        quote!(-> #output)
    });
    if scope.broken {
        if function.output.as_ref().is_some_and(types::has_impl_trait) {
            return TokenStream::new();
        }
        return quote! {
            #attributes
            #[allow(unused_variables)]
            #vis fn #name #generics (&self, #(#declarations),*) #output #where_clause { loop {} }
        };
    }
    let tables = names::local("tables");
    let mut position = 0;
    let values = function.params.iter().map(|param| {
        if matches!(param.kind, ParamKind::Table) {
            let table = param.name();
            let span = table.map_or_else(Span::call_site, Ident::span);
            let (and, dot) = (
                tokens::moved(quote!(&), span),
                tokens::moved(quote!(.), span),
            );
            let mut tables = tables.clone();
            tables.set_span(tables.span().located_at(span));
            return quote!(#and #tables #dot #table);
        }
        let name = scope::argument(param, position);
        position += 1;
        name.into_token_stream()
    });
    quote! {
        #attributes
        #[inline]
        #vis fn #name #generics (&self, #(#declarations),*) #output #where_clause {
            let #tables = <#otp::ServerRef<#server>>::shared(self);
            <#server>::#name(#(#values),*)
        }
    }
}
