//! What can be asked of a running supervisor.

use std::fmt;
use std::ops::Deref;

use super::life::{Message, PlannedChild};
use super::tree::{Tree, tree_of};
use super::{
    ChildCounts, ChildError, ChildId, ChildInfo, ChildSpec, ChildSummary, StartChildError,
    StartFailure, Startable, Supervisor,
};
use crate::process::{ServerRef, panics};
use crate::{CallError, CallSpec, Pid};

const START: CallSpec<Supervisor, PlannedChild, Result<(), StartChildError>> =
    CallSpec::Queued("start_child", Message::Start);
const TERMINATE: CallSpec<Supervisor, ChildId, Result<(), ChildError>> =
    CallSpec::Queued("terminate_child", Message::Terminate);
const RESTART: CallSpec<Supervisor, ChildId, Result<Option<Pid>, ChildError>> =
    CallSpec::Queued("restart_child", Message::Restart);
const DELETE: CallSpec<Supervisor, ChildId, Result<(), ChildError>> =
    CallSpec::Queued("delete_child", Message::Delete);
const WHICH: CallSpec<Supervisor, (), Vec<ChildInfo>> =
    CallSpec::Queued("which_children", |(), reply| Message::Which(reply));
const COUNT: CallSpec<Supervisor, (), ChildCounts> =
    CallSpec::Queued("count_children", |(), reply| Message::Count(reply));
const SPEC: CallSpec<Supervisor, ChildId, Option<ChildSummary>> =
    CallSpec::Queued("get_childspec", Message::Spec);

/// A handle on a supervisor: what every server's handle has, and its children.
///
/// Each question waits its turn, behind a start or a stop of a child that is going on. To a supervisor
/// that is gone, each answers [`CallError::Down`] at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SupervisorRef {
    name: &'static str,
    server: ServerRef<Supervisor>,
}

impl SupervisorRef {
    pub(super) fn new(name: &'static str, server: ServerRef<Supervisor>) -> Self {
        Self { name, server }
    }

    /// What it is called in reports.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Adds a child at the end of the order and starts it. Done when its `init` has returned. A child
    /// with nothing to start is added and does not run, unless it is temporary.
    ///
    /// It is not counted as a restart, and is lost when the supervisor itself is restarted.
    ///
    /// # Errors
    /// See [`StartChildError`]. A child that failed to start is not added.
    pub async fn start_child<T: Startable>(
        &self,
        spec: ChildSpec<T>,
    ) -> Result<T::Ref, StartChildError> {
        let ChildSpec { id, make, terms } = spec;
        let runtime = &self.server.header().runtime;
        let planted = panics::guard(|| T::plant(make, runtime))
            .map_err(|reason| StartChildError::Failed(StartFailure::Down(reason)))?;
        let child = PlannedChild {
            id,
            seat: planted.seat,
            terms,
        };
        self.server.call(&START, child).await??;
        Ok(planted.reference)
    }

    /// Stops a child, which is then not restarted by itself; a temporary one is forgotten. Of a child
    /// that is being restarted, ends that. `Ok` for one that does not run already.
    ///
    /// # Errors
    /// [`ChildError::NotFound`], [`ChildError::Supervisor`].
    pub async fn terminate_child(&self, id: impl Into<ChildId>) -> Result<(), ChildError> {
        self.server.call(&TERMINATE, id.into()).await?
    }

    /// Starts a child that does not run. It is not counted as a restart. `None`: it had nothing to
    /// start.
    ///
    /// # Errors
    /// [`ChildError::NotFound`], [`ChildError::Running`], [`ChildError::Restarting`],
    /// [`ChildError::Failed`], [`ChildError::Supervisor`].
    pub async fn restart_child(&self, id: impl Into<ChildId>) -> Result<Option<Pid>, ChildError> {
        self.server.call(&RESTART, id.into()).await?
    }

    /// Forgets a child that does not run. What waits for it learns why it had ended.
    ///
    /// # Errors
    /// [`ChildError::NotFound`], [`ChildError::Running`], [`ChildError::Restarting`],
    /// [`ChildError::Supervisor`].
    pub async fn delete_child(&self, id: impl Into<ChildId>) -> Result<(), ChildError> {
        self.server.call(&DELETE, id.into()).await?
    }

    /// The children, the last started first.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn which_children(&self) -> Result<Vec<ChildInfo>, CallError> {
        self.server.call(&WHICH, ()).await
    }

    /// How many children there are.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn count_children(&self) -> Result<ChildCounts, CallError> {
        self.server.call(&COUNT, ()).await
    }

    /// A child's spec, with defaults filled in; `None` if there is no such child.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn get_childspec(
        &self,
        id: impl Into<ChildId>,
    ) -> Result<Option<ChildSummary>, CallError> {
        self.server.call(&SPEC, id.into()).await
    }

    /// The whole running tree below this supervisor; printed, it is drawn as one.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn tree(&self) -> Result<Tree, CallError> {
        tree_of(self.name, self.server.process()).await
    }
}

impl Deref for SupervisorRef {
    type Target = ServerRef<Supervisor>;

    fn deref(&self) -> &ServerRef<Supervisor> {
        &self.server
    }
}

impl fmt::Debug for SupervisorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, self.server.pid())
    }
}
