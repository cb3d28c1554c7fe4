//! What the passes hand on: a server's struct ([`Decl`]) and its `impl` block ([`Block`]).
//!
//! Plain data with the user's tokens, in the user's order. Parsing fills it as far as it can, the
//! checks only read it, and expansion relies on what the checks have shown.

use std::time::Duration;

use crate::carried::Carried;
use crate::server_options::ServerOptions;
use crate::tokens::Tokens;
use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Generics, Pat, Path, Receiver, Token, Type, Visibility};

/// A struct that declares a server.
pub(crate) struct Decl {
    /// The struct as it is emitted: without our attributes.
    pub(crate) item: TokenStream,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    /// Whether it really is a struct, and not an enum or a union.
    pub(crate) is_struct: bool,
    pub(crate) fields: Vec<Field>,
    pub(crate) options: DeclOptions,
}

/// A field of the state.
pub(crate) struct Field {
    /// Its name; none in a tuple struct.
    pub(crate) name: Option<Ident>,
    pub(crate) ty: Type,
    pub(crate) cfg: Vec<Attribute>,
    /// The path of its `#[table]`, as typed.
    pub(crate) table: Option<Path>,
}

/// The options of `#[gen_server]` on a struct.
#[derive(Default)]
pub(crate) struct DeclOptions {
    pub(crate) server: ServerOptions,
    pub(crate) allow: Vec<Ident>,
}

/// The `impl` block that holds a server's handlers.
pub(crate) struct Block {
    /// The block's own attributes.
    pub(crate) attrs: Vec<Attribute>,
    /// From `impl` to the brace, as typed.
    pub(crate) head: TokenStream,
    /// What is inside the braces, without our attributes.
    pub(crate) body: TokenStream,
    /// The generics with their `where` clause.
    pub(crate) generics: Generics,
    /// The server: `Counter`, `Cache<K, V>`, `super::Counter`.
    pub(crate) self_ty: Type,
    /// The same as a path.
    pub(crate) path: Path,
    pub(crate) functions: Vec<Function>,
    /// The names of functions that have none of our attributes.
    pub(crate) helpers: Vec<Ident>,
    pub(crate) options: BlockOptions,
}

/// The options of `#[gen_server]` on an `impl` block.
#[derive(Default)]
pub(crate) struct BlockOptions {
    pub(crate) protocol: Option<Ident>,
    pub(crate) allow: Vec<Ident>,
}

/// What one of our attributes makes of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Init,
    Call,
    Cast,
    Info,
    Every,
    After,
    Continue,
    Terminate,
    Read,
}

/// A function with one of our attributes.
pub(crate) struct Function {
    pub(crate) role: Role,
    /// The name in the attribute, as typed.
    pub(crate) marker: Ident,
    pub(crate) options: HandlerOptions,
    pub(crate) carried: Carried,
    pub(crate) vis: Visibility,
    /// `const`, `unsafe` and `extern ".."`, as typed.
    pub(crate) qualifiers: Vec<TokenStream>,
    pub(crate) asyncness: Option<Token![async]>,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) receiver: Option<Receiver>,
    /// The parameters after the receiver, in the user's order.
    pub(crate) params: Vec<Param>,
    /// What it returns; none when that is nothing or `()`.
    pub(crate) output: Option<Type>,
    /// The body's tokens, never parsed.
    pub(crate) body: Tokens,
}

/// What stands in the parentheses of a handler's attribute.
#[derive(Default)]
pub(crate) struct HandlerOptions {
    /// The duration of `#[every(..)]` or `#[after(..)]`.
    pub(crate) period: Option<Duration>,
    /// `continue = name`: what runs right after the handler.
    pub(crate) then: Option<Ident>,
}

/// A parameter of a handler.
pub(crate) struct Param {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    pub(crate) kind: ParamKind,
}

/// Where the value of a parameter comes from.
pub(crate) enum ParamKind {
    /// From whoever sends the message.
    Argument,
    /// The server's own `&mut Context<Self>`.
    Context,
    /// A `ReplyTo<T>`, with its `T` when it is given.
    Reply(Option<Box<Type>>),
    /// A `&TableReader<..>` of a `#[read]`.
    Table,
    /// The `&ExitReason` of a `#[terminate]`.
    Reason,
}

impl Block {
    pub(crate) fn with_role(&self, role: Role) -> impl Iterator<Item = &Function> {
        self.functions
            .iter()
            .filter(move |function| function.role == role)
    }

    /// The functions that a message of the server's mailbox runs.
    pub(crate) fn handlers(&self) -> impl Iterator<Item = &Function> {
        self.functions
            .iter()
            .filter(|function| function.role.has_message())
    }

    /// Whether the server has a lifetime, which has been reported on the struct.
    pub(crate) fn borrows(&self) -> bool {
        crate::types::borrows(&self.self_ty, &[])
    }

    /// The function without an attribute that looks like the `#[init]`.
    pub(crate) fn maker(&self) -> Option<&Ident> {
        let mut helpers = self.helpers.iter();
        helpers.find(|helper| *helper == "new" || *helper == "init")
    }

    /// Whether it is a block among others, as it seems: another one makes the first state.
    pub(crate) fn is_second(&self) -> bool {
        self.with_role(Role::Init).next().is_none() && self.maker().is_none()
    }

    /// Whether there is another block without doubt: nothing in this one is for users of the server.
    pub(crate) fn is_rest(&self) -> bool {
        let of_handle = [Role::Call, Role::Cast, Role::Read];
        let mut functions = self.functions.iter();
        self.is_second() && functions.all(|function| !of_handle.contains(&function.role))
    }

    /// The server's own name, without path and arguments.
    pub(crate) fn name(&self) -> &Ident {
        let last = self.path.segments.last();
        &last.expect("a path has a segment").ident
    }
}

impl Role {
    /// Whether the mailbox carries a message for it.
    pub(crate) fn has_message(self) -> bool {
        matches!(
            self,
            Role::Call | Role::Cast | Role::Info | Role::Every | Role::After
        )
    }

    /// Whether the handle has a method for it.
    pub(crate) fn has_method(self) -> bool {
        matches!(self, Role::Call | Role::Cast | Role::Read)
    }
}

impl Function {
    /// The parameters that a caller gives.
    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| matches!(param.kind, ParamKind::Argument))
    }

    pub(crate) fn context(&self) -> Option<&Param> {
        self.params
            .iter()
            .find(|param| matches!(param.kind, ParamKind::Context))
    }

    /// The `T` of a delayed reply, `ReplyTo<T>`.
    pub(crate) fn delayed(&self) -> Option<&Type> {
        self.params.iter().find_map(|param| match &param.kind {
            ParamKind::Reply(ty) => ty.as_deref(),
            _ => None,
        })
    }

    /// The type of what it answers, now or later; none when that is nothing or `()`.
    pub(crate) fn answer(&self) -> Option<&Type> {
        self.delayed().or(self.output.as_ref())
    }

    /// Whether it takes the state by `&mut self`, as opposed to `&self`.
    pub(crate) fn mutates(&self) -> bool {
        self.receiver.as_ref().is_some_and(crate::types::is_mutable)
    }
}

impl Param {
    /// The name, when the pattern is no more than one.
    pub(crate) fn name(&self) -> Option<&Ident> {
        match &self.pat {
            Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => Some(&pat.ident),
            _ => None,
        }
    }
}
