//! What the passes hand on: the machine's enum ([`Decl`]), its `impl` block ([`Block`]), and both
//! together ([`Machine`]).
//!
//! Plain data with the user's tokens, in the user's order.

use std::time::Duration;

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Fields, Generics, Pat, Path, Receiver, Signature, Token, Type, Visibility};

use crate::carried::Carried;
use crate::names;
use crate::paths::Otp;
use crate::server_options::ServerOptions;
use crate::tokens;

/// The enum that declares a machine.
pub(crate) struct Decl {
    /// The attribute's options, as typed: the carrier has them too.
    pub(crate) args: TokenStream,
    /// The enum with our attributes, for the carrier.
    pub(crate) typed: TokenStream,
    /// The enum without our attributes.
    pub(crate) item: TokenStream,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) is_enum: bool,
    pub(crate) states: Vec<State>,
    pub(crate) options: ServerOptions,
    /// `initial = A | B`.
    pub(crate) initial: Vec<Ident>,
    /// Whether an `initial` is there at all, be it wrong.
    pub(crate) has_initial: bool,
    pub(crate) data: Option<Type>,
    pub(crate) has_data: bool,
    /// The red flags that are silenced.
    pub(crate) allow: Vec<Ident>,
    pub(crate) otp: Otp,
}

/// A state.
pub(crate) struct State {
    pub(crate) name: Ident,
    pub(crate) fields: Fields,
    pub(crate) cfg: Option<Attribute>,
    pub(crate) terminal: bool,
}

/// The `impl` block that holds a machine's handlers.
pub(crate) struct Block {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) args: TokenStream,
    /// `protocol = TurnstileApi`.
    pub(crate) protocol: Option<Ident>,
    /// From `impl` to the brace, as typed.
    pub(crate) head: TokenStream,
    pub(crate) generics: Generics,
    pub(crate) self_ty: Type,
    pub(crate) path: Path,
    pub(crate) functions: Vec<Function>,
    pub(crate) helpers: Vec<Ident>,
    /// Those of the helpers that may be an init without its attribute.
    pub(crate) makers: Vec<Function>,
    /// What has our attributes and is no event, without its content: for the carrier.
    pub(crate) strays: TokenStream,
    /// What is no handler, as typed.
    pub(crate) others: TokenStream,
}

/// The enum and its block.
pub(crate) struct Machine {
    pub(crate) decl: Decl,
    pub(crate) block: Block,
    /// Whether neither part had mistakes of its own.
    pub(crate) sound: bool,
}

/// What one of our attributes makes of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Init,
    Call,
    Cast,
    Info,
    Internal,
    StateTimeout,
    EventTimeout,
    Timeout,
    Enter,
    Exit,
    Terminate,
}

/// A function with one of our attributes: one clause of an event, or a hook.
pub(crate) struct Function {
    pub(crate) role: Role,
    pub(crate) marker: Ident,
    /// The states in the attribute itself: of timeouts, enter and exit.
    pub(crate) states: Vec<Ident>,
    /// The duration of a timeout that starts by itself.
    pub(crate) after: Option<Duration>,
    /// Whether a duration is written, be it wrong.
    pub(crate) timed: bool,
    pub(crate) on: Option<On>,
    pub(crate) others: Vec<Instead>,
    pub(crate) carried: Carried,
    /// Our attributes, for the carrier.
    pub(crate) markers: Vec<Attribute>,
    /// Attributes that stay on the user's function.
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) signature: Signature,
    pub(crate) name: Ident,
    pub(crate) receiver: Option<Receiver>,
    pub(crate) params: Vec<Param>,
    pub(crate) output: Option<Type>,
    /// What it does with its `next`, as far as that can be read.
    pub(crate) nexts: Vec<NextCall>,
    /// Whether more may be done with it elsewhere: in a macro of the user's, or where it is passed to.
    pub(crate) gives_next_away: bool,
    /// The body as typed; in the second expansion only the words in it that matter.
    pub(crate) body: TokenStream,
    /// Which clause of its event it is: 0 for the first.
    pub(crate) clause: usize,
}

/// `#[on(sources => targets)]`.
pub(crate) struct On {
    pub(crate) marker: Ident,
    pub(crate) sources: Vec<Source>,
    /// Nothing: the state is kept.
    pub(crate) targets: Option<Vec<Ident>>,
}

impl On {
    /// Whether it could be read.
    pub(crate) fn is_clear(&self) -> bool {
        !self.sources.is_empty()
    }
}

/// A state in which a clause handles its event.
pub(crate) struct Source {
    /// Nothing for `_`; what is meant, if it is misspelt.
    pub(crate) state: Option<Ident>,
    /// As typed: the names of what is made of the clause contain it.
    pub(crate) typed: Option<Ident>,
    pub(crate) pat: Pat,
    pub(crate) bindings: Vec<Ident>,
}

/// What is done with an event that no clause handles.
pub(crate) struct Instead {
    pub(crate) what: What,
    pub(crate) marker: Ident,
    /// The states; nothing for `_`.
    pub(crate) states: Vec<Ident>,
    pub(crate) rest: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Postpone,
    Ignore,
    Refuse,
}

/// `next.unlocked(value)`.
pub(crate) struct NextCall {
    pub(crate) method: Ident,
    /// How many arguments; nothing if that cannot be read.
    pub(crate) arguments: Option<usize>,
}

pub(crate) struct Param {
    pub(crate) pat: Pat,
    pub(crate) ty: Type,
    pub(crate) kind: ParamKind,
}

/// Where the value of a parameter comes from.
#[derive(Clone)]
pub(crate) enum ParamKind {
    /// The machine's data.
    Data,
    /// A field of the current state.
    Binding,
    /// A field of a state of the clause, whose `#[on]` does not name it.
    Unbound,
    /// Whoever makes the event.
    Argument,
    Context,
    Reply(Option<Box<Type>>),
    Next,
    /// `from` of an enter handler, `to` of an exit handler.
    Other,
    /// `state: &Self` of a `#[terminate]`.
    State,
    Reason,
}

impl State {
    pub(crate) fn has_field(&self, name: &Ident) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| field.ident.as_ref() == Some(name))
    }
}

impl Decl {
    /// Whether a red flag is silenced.
    pub(crate) fn allows(&self, flag: &str) -> bool {
        self.allow.iter().any(|name| name == flag)
    }

    /// Whether it is an enum, and one with variants.
    pub(crate) fn has_states(&self) -> bool {
        self.is_enum && !self.states.is_empty()
    }

    /// The state that a handler goes to by a method of `next`.
    pub(crate) fn state_of_method(&self, method: &Ident) -> Option<&State> {
        let text = names::text(method);
        let mut states = self.states.iter();
        states.find(|state| {
            // A keyword has a sign behind it.
            names::snake(&state.name) == text
                || text.ends_with('_') && names::method(&state.name) == *method
        })
    }

    pub(crate) fn state(&self, name: &Ident) -> Option<&State> {
        self.states.iter().find(|state| state.name == *name)
    }
}

impl Role {
    pub(crate) fn is_event(self) -> bool {
        !matches!(
            self,
            Role::Init | Role::Enter | Role::Exit | Role::Terminate
        )
    }

    pub(crate) fn is_timeout(self) -> bool {
        matches!(
            self,
            Role::StateTimeout | Role::EventTimeout | Role::Timeout
        )
    }

    /// Whether the handle has a method for it.
    pub(crate) fn has_method(self) -> bool {
        matches!(self, Role::Call | Role::Cast)
    }
}

impl Function {
    /// Whether its `#[on]` names the state.
    pub(crate) fn names(&self, state: &Ident) -> bool {
        let sources = self.on.iter().flat_map(|on| &on.sources);
        let mut named = sources.filter_map(|source| source.state.as_ref());
        named.any(|name| name == state)
    }

    /// Whether its `#[on]` has a `_`.
    pub(crate) fn takes_rest(&self) -> bool {
        let mut sources = self.on.iter().flat_map(|on| &on.sources);
        sources.any(|source| source.state.is_none())
    }

    /// Whether nothing but an `#[on(..)]` or one of its sisters says that it is an event.
    pub(crate) fn is_guessed(&self) -> bool {
        let words = ["on", "postpone", "ignore", "refuse"];
        words.iter().any(|word| self.marker == word)
    }

    pub(crate) fn targets(&self) -> &[Ident] {
        let targets = self.on.as_ref().and_then(|on| on.targets.as_ref());
        targets.map_or(&[], Vec::as_slice)
    }

    pub(crate) fn arguments(&self) -> impl Iterator<Item = &Param> {
        self.params
            .iter()
            .filter(|param| matches!(param.kind, ParamKind::Argument))
    }

    pub(crate) fn takes(&self, is: impl Fn(&ParamKind) -> bool) -> bool {
        self.params.iter().any(|param| is(&param.kind))
    }

    pub(crate) fn takes_next(&self) -> bool {
        self.takes(|kind| matches!(kind, ParamKind::Next))
    }

    pub(crate) fn takes_context(&self) -> bool {
        self.takes(|kind| matches!(kind, ParamKind::Context))
    }

    /// Whether its caller is answered later, by a `ReplyTo`.
    pub(crate) fn is_delayed(&self) -> bool {
        self.takes(|kind| matches!(kind, ParamKind::Reply(_)))
    }

    pub(crate) fn asyncness(&self) -> Option<&Token![async]> {
        self.signature.asyncness.as_ref()
    }

    /// What a call answers, however it does.
    pub(crate) fn answer(&self) -> Option<&Type> {
        let delayed = self.params.iter().find_map(|param| match &param.kind {
            ParamKind::Reply(ty) => ty.as_deref(),
            _ => None,
        });
        delayed.or(self.output.as_ref())
    }

    /// Whether a method of this name may be called in its body, or with what it gives away.
    pub(crate) fn may_call(&self, word: &str) -> bool {
        self.gives_next_away || tokens::mentions(self.body.clone(), word)
    }

    /// Whether its `next` can take the event back: a caller who waits must be at hand for that.
    pub(crate) fn can_postpone(&self) -> bool {
        match self.role {
            Role::Call => self.is_delayed(),
            Role::Cast | Role::Info | Role::Internal => true,
            _ => false,
        }
    }

    /// Whether it is the state timeout of several states, and has to know which is meant.
    pub(crate) fn is_of_several(&self) -> bool {
        self.role == Role::StateTimeout && self.states.len() != 1
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
