//! What every part of a block's expansion needs: names, types and generics, worked out once.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{Generics, Path, Type};

use crate::bounds;
use crate::gen_server::model::{Block, Function, Param, Role};
use crate::suspects;
use crate::types;

use crate::names;
use crate::paths::Otp;
use crate::tokens::{self, Tokens};

pub(super) struct Scope<'a> {
    pub(super) block: &'a Block,
    pub(super) otp: &'a Otp,
    /// Whether there are mistakes: signatures may then be anything.
    pub(super) broken: bool,
    /// A type for what cannot be known after a mistake.
    pub(super) unknown: Option<TokenStream>,
    /// The server's type, `Cache<K, V>`, and the same where a path goes on from it, `<Cache<K, V>>`: of
    /// a name that there is not, rustc says the same of both, once.
    pub(super) server: &'a Type,
    pub(super) of_server: Tokens,
    /// The handle's type, `CacheRef<K, V>`, in the module of the server's.
    pub(super) handle: Path,
    /// The generics of every `impl`, with the bounds that a server needs.
    pub(super) generics: Generics,
    /// The enum of messages, and its type with arguments.
    pub(super) message: Ident,
    pub(super) message_ty: TokenStream,
    /// The enum of steps.
    pub(super) steps: Ident,
    /// The handlers, in the user's order.
    pub(super) handlers: Vec<Handler<'a>>,
}

/// A handler, and what is written of it in more than one place.
pub(super) struct Handler<'a> {
    pub(super) function: &'a Function,
    /// Its variant in the enum of messages, and the same with the enum's name.
    pub(super) variant: Ident,
    pub(super) path: Tokens,
    /// Whether all that it sends is of the standard library's `Send` types. Its variant holds them as they
    /// come, so that the variant itself makes the message; elsewhere each part is checked by itself.
    pub(super) plain: bool,
    types: Vec<Tokens>,
    answer: Tokens,
}

impl<'a> Scope<'a> {
    pub(super) fn new(block: &'a Block, otp: &'a Otp) -> Self {
        let (name, server) = (block.name(), &block.self_ty);
        let mut handle = block.path.clone();
        let last = handle.segments.last_mut().expect("a path has a segment");
        last.ident = names::handle(name);
        let message = names::message(name);
        let generics = bounds::of_server(&block.generics, server);
        let (_, arguments, _) = generics.split_for_impl();
        let message_ty = quote!(#message #arguments);
        let mut taken = vec![names::phantom()];
        let mut handlers = Vec::new();
        for function in block.handlers() {
            let variant = names::distinct_variant(&function.name, &taken);
            taken.push(variant.clone());
            let outside = |ty: &Type| types::outside(ty, server);
            let mut types = function.arguments().map(|param| &param.ty);
            let answer = function.answer();
            handlers.push(Handler {
                function,
                path: Tokens::path(&message, &variant),
                variant,
                plain: matches!(function.role, Role::Call | Role::Cast)
                    && types.all(suspects::is_standard)
                    && answer.is_none_or(suspects::is_standard),
                types: function
                    .arguments()
                    .map(|param| outside(&param.ty))
                    .collect(),
                answer: answer.map_or_else(|| quote!(()).into(), outside),
            });
        }
        Scope {
            block,
            otp,
            broken: false,
            unknown: None,
            server,
            of_server: quote!(<#server>).into(),
            handle,
            generics: generics.clone(),
            message,
            message_ty,
            steps: names::steps(name),
            handlers,
        }
    }

    pub(super) fn broken(block: &'a Block, otp: &'a Otp, unknown: Option<TokenStream>) -> Self {
        Scope {
            broken: true,
            unknown,
            ..Scope::new(block, otp)
        }
    }

    /// The tokens of a type for a place outside the user's `impl`.
    pub(super) fn outside(&self, ty: impl ToTokens) -> Tokens {
        tokens::replace_self(ty.into_token_stream(), self.server)
    }

    /// The type of a value that is sent. After a mistake it may borrow or have no name, and then
    /// something near that compiles takes its place.
    pub(super) fn sent(&self, ty: &Type) -> Tokens {
        let outside = types::outside(ty, self.server);
        if !self.broken {
            outside
        } else if types::has_impl_trait(ty) {
            quote!(()).into()
        } else {
            tokens::with_static(&outside.into_token_stream()).into()
        }
    }

    /// What is known of a handler; nothing of another function.
    fn known(&self, function: &Function) -> Option<&Handler<'a>> {
        let mut handlers = self.handlers.iter();
        handlers.find(|handler| std::ptr::eq(handler.function, function))
    }

    /// What is known of a handler.
    pub(super) fn handler(&self, function: &Function) -> &Handler<'a> {
        self.known(function)
            .expect("every call and cast is a handler")
    }

    /// What a call answers.
    pub(super) fn answer(&self, function: &Function) -> Tokens {
        if let (false, Some(handler)) = (self.broken, self.known(function)) {
            return handler.answer.clone();
        }
        let ty = function.answer();
        ty.map_or_else(|| quote!(()).into(), |ty| self.sent(ty))
    }

    /// The types of all arguments.
    pub(super) fn argument_types(&self, function: &Function) -> Vec<Tokens> {
        if let (false, Some(handler)) = (self.broken, self.known(function)) {
            return handler.types.clone();
        }
        function
            .arguments()
            .map(|param| self.sent(&param.ty))
            .collect()
    }

    /// `name: Type` for each argument, as the user wrote them.
    pub(super) fn declarations(&self, function: &Function) -> Vec<TokenStream> {
        let params = function.arguments().enumerate();
        params
            .map(|(position, param)| {
                let name = argument(param, position);
                let ty = self.outside(&param.ty);
                quote!(#name: #ty)
            })
            .collect()
    }

    /// The statement that asks for a handler's `continue = step`.
    pub(super) fn then(&self, function: &Function, context: &Ident) -> Option<TokenStream> {
        let step = function.options.then.as_ref()?;
        let (otp, server, steps) = (self.otp, self.server, &self.steps);
        let variant = names::variant(step);
        Some(quote! {
            <#otp::Context<#server>>::continue_with(#context, #steps::#variant);
        })
    }

    /// Whether some handler that we call is deprecated, which would warn in our code.
    pub(super) fn allow_deprecated(&self) -> Option<TokenStream> {
        let functions = &self.block.functions;
        functions
            .iter()
            .any(|function| function.carried.is_deprecated())
            .then(|| quote!(#[allow(deprecated)]))
    }

    /// The one `#[init]`, if it is there.
    pub(super) fn init(&self) -> Option<&'a Function> {
        self.block.with_role(Role::Init).next()
    }
}

/// The name of an argument; a made-up one after a mistake.
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
