//! What can be a member of a group.

use crate::Pid;
use crate::owners::{Holder, Incarnation};
use crate::process::{Server, ServerRef};

mod sealed {
    use crate::owners::{Holder, Incarnation};

    /// How a scope keeps its members.
    pub trait Kept: 'static {
        type Joins;
        type Finds;
        #[expect(
            private_bounds,
            reason = "a member is kept by the engine's own handles"
        )]
        type Held: Holder;
        fn held(joins: &Self::Joins) -> Option<Self::Held>;
        fn found(member: &Incarnation) -> Option<Self::Finds>;
    }
}

pub(crate) use sealed::Kept;

/// What the members of a scope's groups are: the servers of one type, or [`AnyProcess`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a member of a group",
    label = "neither a server nor `AnyProcess`",
    note = "a `Scope<K, S>` has the servers of one type as members: write `#[gen_server]` on `{Self}`; for processes of any kind write `Scope<K, AnyProcess>`"
)]
pub trait GroupMember: Kept<Joins = Self::Join, Finds = Self::Handle> {
    /// What joins and leaves: a handle on a server, or a pid.
    type Join: 'static;
    /// What is found: the type's own handle, or a pid.
    type Handle: Clone + Send + Sync + 'static;

    /// Whose member it is.
    #[doc(hidden)]
    fn pid(join: &Self::Join) -> Pid;
}

/// Members are processes of any kind, known by their pids. A group does not keep them alive.
#[derive(Clone, Copy, Debug)]
pub enum AnyProcess {}

#[diagnostic::do_not_recommend]
impl<S: Server> Kept for S {
    type Joins = ServerRef<S>;
    type Finds = S::Ref;
    type Held = ServerRef<S>;

    fn held(joins: &ServerRef<S>) -> Option<ServerRef<S>> {
        Some(joins.clone())
    }

    fn found(member: &Incarnation) -> Option<S::Ref> {
        member.server::<S>().map(S::Ref::from)
    }
}

#[diagnostic::do_not_recommend]
impl<S: Server> GroupMember for S {
    type Join = ServerRef<S>;
    type Handle = S::Ref;

    fn pid(join: &ServerRef<S>) -> Pid {
        join.pid()
    }
}

impl Kept for AnyProcess {
    type Joins = Pid;
    type Finds = Pid;
    type Held = Incarnation;

    fn held(joins: &Pid) -> Option<Incarnation> {
        Incarnation::find(*joins)
    }

    fn found(member: &Incarnation) -> Option<Pid> {
        Some(member.pid())
    }
}

impl GroupMember for AnyProcess {
    type Join = Pid;
    type Handle = Pid;

    fn pid(join: &Pid) -> Pid {
        *join
    }
}
