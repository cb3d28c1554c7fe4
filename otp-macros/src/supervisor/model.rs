//! What the passes hand on: a [`Tree`] with its children.
//!
//! Plain data with the user's tokens, in the user's order. Parsing fills it as far as it can, the
//! checks only read it, and expansion relies on what the checks have shown.

use std::time::Duration;

use proc_macro2::{Group, Ident, TokenStream};
use syn::{Generics, LitInt, Pat, Type, Visibility};

use crate::carried::Carried;
use crate::paths::Otp;

/// One `supervisor! {}`.
pub(crate) struct Tree {
    pub(crate) carried: Carried,
    pub(crate) vis: Visibility,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    /// What the tree is started with.
    pub(crate) params: Vec<Param>,
    pub(crate) body: Body,
    pub(crate) otp: Otp,
}

/// An argument of the tree.
pub(crate) struct Param {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

/// A supervisor: the tree's own or a nested one.
pub(crate) struct Body {
    /// Its name, where what is missing is reported.
    pub(crate) name: Ident,
    /// As typed: one of `values::STRATEGIES`.
    pub(crate) strategy: Given<Ident>,
    pub(crate) intensity: Given<Intensity>,
    /// As typed: one of `values::AUTO_SHUTDOWN`.
    pub(crate) auto_shutdown: Given<Ident>,
    pub(crate) backoff: Given<Backoff>,
    pub(crate) children: Vec<Child>,
    /// Whether something in its block was wrong, which may have been a child.
    pub(crate) is_doubtful: bool,
}

/// An option that may have been left out.
#[derive(Default)]
pub(crate) enum Given<T> {
    /// It is not there.
    #[default]
    No,
    /// It is there and wrong, which has been reported.
    Wrong,
    Yes(T),
}

/// How often children may be restarted.
pub(crate) enum Intensity {
    Limit { restarts: u32, within: Duration },
    Never,
}

/// How long the pause before a restart is, at first and at the most.
pub(crate) struct Backoff {
    pub(crate) min: Duration,
    pub(crate) max: Duration,
}

/// What a supervisor starts.
pub(crate) struct Child {
    pub(crate) carried: Carried,
    pub(crate) name: Ident,
    pub(crate) kind: Kind,
    pub(crate) options: ChildOptions,
}

/// What a child is.
pub(crate) enum Kind {
    /// `Rates(config.feed)`: a server, or a tree declared elsewhere.
    Server(Server),
    /// `supervisor { .. }`.
    Nested(Box<Body>),
    /// `dynamic<Session>`.
    Dynamic(Dynamic),
    /// `partition<Shard>(8)`.
    Partition(Partition),
    /// `task_supervisor`.
    Tasks,
    /// `registry<String, Session>`.
    Registry(Type, Type),
    /// What could not be read, which has been reported.
    Wrong,
}

/// A child that is a type of the user's.
pub(crate) struct Server {
    pub(crate) ty: Type,
    /// The arguments of its `start` in their parentheses; none after a mistake.
    pub(crate) args: Option<Group>,
}

/// A supervisor of any number of servers of one type.
pub(crate) struct Dynamic {
    /// `dynamic`, as typed.
    pub(crate) word: Ident,
    pub(crate) ty: Type,
    pub(crate) make: Option<Make>,
    pub(crate) options: GroupOptions,
}

/// A fixed number of servers of one type, found by key.
pub(crate) struct Partition {
    /// `partition`, as typed.
    pub(crate) word: Ident,
    pub(crate) ty: Type,
    pub(crate) count: Option<LitInt>,
    pub(crate) make: Option<Make>,
    pub(crate) options: GroupOptions,
}

/// The options of a `dynamic` or a `partition`.
#[derive(Default)]
pub(crate) struct GroupOptions {
    pub(crate) strategy: Given<Ident>,
    pub(crate) intensity: Given<Intensity>,
    pub(crate) backoff: Given<Backoff>,
    pub(crate) max_children: Given<LitInt>,
}

/// The closure that starts one of many: `|row: u32| Seat::start(config.clone(), row)`.
pub(crate) struct Make {
    pub(crate) inputs: Vec<(Pat, Type)>,
    pub(crate) body: TokenStream,
}

/// How a child is restarted and ended; those of a `dynamic` or a `partition` are of its servers.
#[derive(Default)]
pub(crate) struct ChildOptions {
    /// As typed: one of `values::RESTARTS`.
    pub(crate) restart: Given<Ident>,
    pub(crate) shutdown: Given<Shutdown>,
    /// `significant`, as typed.
    pub(crate) significant: Option<Ident>,
}

/// How long a child has to end.
pub(crate) enum Shutdown {
    /// `brutal_kill`, as typed.
    BrutalKill(Ident),
    After(Duration),
    Infinity,
}

impl<T> Given<T> {
    pub(crate) fn get(&self) -> Option<&T> {
        match self {
            Given::Yes(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Given::No)
    }
}

impl<T> From<Option<T>> for Given<T> {
    /// What a value that is there was read as; nothing when it was wrong.
    fn from(read: Option<T>) -> Self {
        read.map_or(Given::Wrong, Given::Yes)
    }
}

impl Body {
    pub(crate) fn new(name: Ident) -> Self {
        Body {
            name,
            strategy: Given::No,
            intensity: Given::No,
            auto_shutdown: Given::No,
            backoff: Given::No,
            children: Vec::new(),
            is_doubtful: false,
        }
    }
}

impl Child {
    /// The tokens that may name what is above the child, without those of a nested supervisor.
    pub(crate) fn code(&self) -> TokenStream {
        match &self.kind {
            Kind::Server(server) => server.args.as_ref().map(Group::stream).unwrap_or_default(),
            Kind::Dynamic(Dynamic { make, .. }) | Kind::Partition(Partition { make, .. }) => make
                .as_ref()
                .map(|make| make.body.clone())
                .unwrap_or_default(),
            Kind::Nested(_) | Kind::Tasks | Kind::Registry(..) | Kind::Wrong => TokenStream::new(),
        }
    }

    /// The names that the child's own closure gives to its arguments.
    pub(crate) fn bound(&self) -> Vec<&Ident> {
        let (Kind::Dynamic(Dynamic { make, .. }) | Kind::Partition(Partition { make, .. })) =
            &self.kind
        else {
            return Vec::new();
        };
        let mut names = Vec::new();
        for (pat, _) in make.iter().flat_map(|make| &make.inputs) {
            if let Pat::Ident(pat) = pat {
                names.push(&pat.ident);
            }
        }
        names
    }
}
