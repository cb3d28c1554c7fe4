//! What every part of a machine's expansion needs: names, types and generics, worked out once.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Generics, Path, PathArguments, Type};

use crate::bounds;
use crate::names;
use crate::paths::Otp;
use crate::state_machine::events::Event;
use crate::state_machine::model::{Function, Machine, Param, Role, What};
use crate::tokens;
use crate::types;

pub(super) struct Scope<'a> {
    pub(super) machine: &'a Machine,
    pub(super) otp: &'a Otp,
    pub(super) sound: bool,
    /// The machine's type, `Conn<T>`, as its block writes it.
    pub(super) server: &'a Type,
    /// The same without arguments, for its variants.
    pub(super) path: Path,
    /// `TurnstileState` and `TurnstileRef` in the module of the enum.
    pub(super) state: Path,
    pub(super) handle: Path,
    /// The generics of every `impl`, with the bounds that a machine needs.
    pub(super) generics: Generics,
    pub(super) event: Ident,
    pub(super) event_ty: TokenStream,
    pub(super) timeout: Ident,
    /// The events, each with its variant.
    pub(super) events: Vec<(Event<'a>, Ident)>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(machine: &'a Machine, sound: bool) -> Self {
        let block = &machine.block;
        let mut path = block.path.clone();
        if let Some(last) = path.segments.last_mut() {
            last.arguments = PathArguments::None;
        }
        let name = &machine.decl.name;
        let sibling = |suffix: &str, arguments: bool| {
            let mut sibling = if arguments {
                block.path.clone()
            } else {
                path.clone()
            };
            if let Some(last) = sibling.segments.last_mut() {
                last.ident = names::of(&last.ident, suffix);
            }
            sibling
        };
        let generics = bounds::of_server(&block.generics, &block.self_ty);
        let (_, arguments, _) = generics.split_for_impl();
        let event = names::hidden_of(name, "Event");
        let mut taken = vec![names::phantom()];
        let mut events = Vec::new();
        for found in machine.events() {
            let variant = names::distinct_variant(&found.first().name, &taken);
            taken.push(variant.clone());
            events.push((found, variant));
        }
        Scope {
            machine,
            otp: &machine.decl.otp,
            sound,
            server: &block.self_ty,
            state: sibling("State", false),
            handle: sibling("Ref", true),
            path: path.clone(),
            event_ty: quote!(#event #arguments),
            generics: generics.clone(),
            event,
            timeout: names::hidden_of(name, "Timeout"),
            events,
        }
    }

    /// The body of a function; after a mistake there are no events, and it is never run.
    pub(super) fn body(&self, tokens: TokenStream) -> TokenStream {
        if self.sound { tokens } else { quote!(loop {}) }
    }

    /// A type for a place outside the user's block. After a mistake it may borrow or have no name, and
    /// then something near that compiles takes its place.
    pub(super) fn outside(&self, ty: impl ToTokens) -> TokenStream {
        let outside = tokens::replace_self(ty.into_token_stream(), self.server).into_token_stream();
        if self.sound {
            outside
        } else {
            tokens::with_static(&outside)
        }
    }

    pub(super) fn argument_type(&self, param: &Param) -> TokenStream {
        if !self.sound && types::has_impl_trait(&param.ty) {
            return quote!(());
        }
        self.outside(&param.ty)
    }

    pub(super) fn argument_types(&self, function: &Function) -> Vec<TokenStream> {
        let arguments = function.arguments();
        arguments.map(|param| self.argument_type(param)).collect()
    }

    /// `name: Type` for each argument.
    pub(super) fn declarations(&self, function: &Function) -> Vec<TokenStream> {
        let names = arguments(function);
        let types = self.argument_types(function);
        let pairs = names.iter().zip(&types);
        pairs.map(|(name, ty)| quote!(#name: #ty)).collect()
    }

    /// What a call answers.
    pub(super) fn answer(&self, function: &Function) -> TokenStream {
        function.answer().map_or_else(
            || quote!(()),
            |ty| {
                if !self.sound && types::has_impl_trait(ty) {
                    quote!(())
                } else {
                    self.outside(ty)
                }
            },
        )
    }

    /// An event of its arguments, in variables of their names, and of the reply for a call.
    pub(super) fn made(&self, event: &Event<'_>, variant: &Ident, reply: &Ident) -> TokenStream {
        let ident = &self.event;
        let fields = arguments(event.first());
        let field = names::reply_field();
        let reply = (event.first().role == Role::Call).then(|| quote!(#field: #reply));
        quote!(#ident::#variant { #(#fields,)* #reply })
    }

    /// Whether the machine can run without a process: no handler waits, or asks for it.
    pub(super) fn is_bare(&self) -> bool {
        self.machine.block.functions.iter().all(|function| {
            matches!(function.role, Role::Init | Role::Terminate)
                || (function.asyncness().is_none() && !function.takes_context())
        })
    }

    /// Whether the user has a function of this name.
    pub(super) fn has_function(&self, name: &str) -> bool {
        let block = &self.machine.block;
        let functions = block.functions.iter().map(|function| &function.name);
        functions
            .chain(&block.helpers)
            .any(|function| function == name)
    }

    /// Whether a caller may be answered later.
    pub(super) fn holds(&self) -> bool {
        let mut calls = self.machine.with_role(Role::Call);
        calls.any(|call| {
            let mut others = call.others.iter();
            call.is_delayed() || others.any(|other| other.what == What::Postpone)
        })
    }

    /// Whether the machine has type parameters, which an enum must mention.
    pub(super) fn has_phantom(&self) -> bool {
        self.generics.type_params().next().is_some()
    }

    pub(super) fn data(&self) -> TokenStream {
        let (server, otp) = (self.server, self.otp);
        quote!(<#server as #otp::MachineDecl>::Data)
    }

    /// The call of a clause or hook; `value` gives what each parameter is given.
    pub(super) fn call(
        &self,
        function: &Function,
        value: impl FnMut(&Param) -> TokenStream,
    ) -> TokenStream {
        let server = self.server;
        let name = super::functions::emitted_name(function);
        let values = function.params.iter().map(value);
        quote!(<#server>::#name(#(#values),*))
    }
}

/// The name of an argument; a made-up one for a pattern.
pub(super) fn argument(param: &Param, position: usize) -> Ident {
    let name = param.name().cloned();
    name.unwrap_or_else(|| names::local(&format!("argument{position}")))
}

/// The names of all arguments.
pub(super) fn arguments(function: &Function) -> Vec<Ident> {
    let params = function.arguments().enumerate();
    params
        .map(|(position, param)| argument(param, position))
        .collect()
}

/// The arguments as local variables, which no field of a state can be mistaken for.
pub(super) fn locals(function: &Function) -> Vec<Ident> {
    const OURS: [&str; 8] = [
        "state", "data", "event", "turn", "cx", "reply", "answer", "here",
    ];
    let names = arguments(function);
    let texts: Vec<String> = names.iter().map(names::text).collect();
    let local = |name: &Ident| {
        let mut text = names::text(name);
        let mut local = name.clone();
        if OURS.contains(&text.as_str()) {
            while OURS.contains(&text.as_str()) || texts.contains(&text) {
                text.push('_');
            }
            local = Ident::new(&text, Span::mixed_site());
        }
        local.set_span(Span::mixed_site());
        local
    };
    names.iter().map(local).collect()
}
