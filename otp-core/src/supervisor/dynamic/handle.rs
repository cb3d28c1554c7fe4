//! What can be asked of a running dynamic supervisor.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use super::flags::ChildTerms;
use super::life::{DynamicSupervisor, Message, NewChild};
use crate::process::{Server, ServerRef};
use crate::supervisor::tree::{Tree, tree_of};
use crate::supervisor::{ChildCounts, ChildError, ChildInfo, ChildSummary, StartChildError};
use crate::{CallError, CallSpec, Pid};

/// A handle on a dynamic supervisor: what every server's handle has, and its children.
///
/// Each question waits its turn, behind a start or a stop of a child that is going on. While the
/// supervisor itself is restarted, it waits for the next incarnation, which begins without children;
/// to one that is gone for good, each answers [`CallError::Down`] at once.
///
/// Cancel safe in the sense of [`Call`](crate::Call): what was begun is finished without who asked.
pub struct DynamicRef<S: Server, A = <S as Server>::Args> {
    server: ServerRef<DynamicSupervisor<S, A>>,
}

type Question<S, A, Q, R> = &'static CallSpec<DynamicSupervisor<S, A>, Q, R>;

impl<S: Server, A: Send + 'static> DynamicRef<S, A> {
    const START: Question<S, A, NewChild<A>, Result<S::Ref, StartChildError>> =
        &CallSpec::Queued("start_child", Message::Start);
    const TERMINATE: Question<S, A, Pid, Result<(), ChildError>> =
        &CallSpec::Queued("terminate_child", Message::Terminate);
    const WHICH: Question<S, A, (), Vec<ChildInfo>> =
        &CallSpec::Queued("which_children", |(), reply| Message::Which(reply));
    const COUNT: Question<S, A, (), ChildCounts> =
        &CallSpec::Queued("count_children", |(), reply| Message::Count(reply));
    const SPEC: Question<S, A, Pid, Option<ChildSummary>> =
        &CallSpec::Queued("get_childspec", Message::Spec);

    /// What it is called in reports.
    pub fn name(&self) -> &'static str {
        self.server.shared().0
    }

    /// Starts a child. Done when its `init` has returned; the supervisor does nothing else meanwhile.
    ///
    /// The child is lost when the supervisor itself is restarted. Its ref lasts as long as it is a
    /// child: over its restarts, but not beyond.
    ///
    /// # Errors
    /// [`StartChildError::MaxChildren`]; [`StartChildError::Failed`], also for a child with nothing to
    /// start; [`StartChildError::Supervisor`]. Then there is no such child.
    pub async fn start_child(&self, own: A) -> Result<S::Ref, StartChildError> {
        self.start(NewChild { own, terms: None }).await
    }

    /// As [`start_child`](Self::start_child), on terms of its own.
    ///
    /// # Errors
    /// As of [`start_child`](Self::start_child).
    pub async fn start_child_with(
        &self,
        own: A,
        terms: ChildTerms,
    ) -> Result<S::Ref, StartChildError> {
        let terms = Some(terms);
        self.start(NewChild { own, terms }).await
    }

    async fn start(&self, new: NewChild<A>) -> Result<S::Ref, StartChildError> {
        self.server.call(Self::START, new).await?
    }

    /// Stops the child that runs as `pid`, and forgets it. Of a child that is being restarted, given by
    /// the pid that it had last, ends that.
    ///
    /// # Errors
    /// [`ChildError::NotFound`]: no child is, or was until now, that process. It is left alone.
    /// [`ChildError::Supervisor`].
    pub async fn terminate_child(&self, pid: Pid) -> Result<(), ChildError> {
        self.server.call(Self::TERMINATE, pid).await?
    }

    /// The children, the last started first.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn which_children(&self) -> Result<Vec<ChildInfo>, CallError> {
        self.server.call(Self::WHICH, ()).await
    }

    /// How many children there are, at a cost that does not depend on it.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn count_children(&self) -> Result<ChildCounts, CallError> {
        self.server.call(Self::COUNT, ()).await
    }

    /// The spec of the child that runs as `pid`, with defaults filled in; `None` if there is no such
    /// child.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn get_childspec(&self, pid: Pid) -> Result<Option<ChildSummary>, CallError> {
        self.server.call(Self::SPEC, pid).await
    }

    /// The whole running tree below this supervisor; printed, it is drawn as one.
    ///
    /// # Errors
    /// [`CallError::Down`].
    pub async fn tree(&self) -> Result<Tree, CallError> {
        tree_of(self.name(), self.server.process()).await
    }
}

impl<S: Server, A> From<ServerRef<DynamicSupervisor<S, A>>> for DynamicRef<S, A> {
    fn from(server: ServerRef<DynamicSupervisor<S, A>>) -> Self {
        Self { server }
    }
}

impl<S: Server, A> Deref for DynamicRef<S, A> {
    type Target = ServerRef<DynamicSupervisor<S, A>>;

    fn deref(&self) -> &Self::Target {
        &self.server
    }
}

impl<S: Server, A> Clone for DynamicRef<S, A> {
    fn clone(&self) -> Self {
        Self {
            server: self.server.clone(),
        }
    }
}

impl<S: Server, A> PartialEq for DynamicRef<S, A> {
    fn eq(&self, other: &Self) -> bool {
        self.server == other.server
    }
}

impl<S: Server, A> Eq for DynamicRef<S, A> {}

impl<S: Server, A> Hash for DynamicRef<S, A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.server.hash(state);
    }
}

impl<S: Server, A: Send + 'static> fmt::Debug for DynamicRef<S, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name(), self.server.pid())
    }
}
