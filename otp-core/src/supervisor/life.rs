//! The supervisor as a server: how it begins, what it is asked, how it ends.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use super::child_spec::Terms;
use super::children::check;
use super::inspect::{Inspect, Inspected};
use super::leftovers::Leftovers;
use super::line::{Child, Line, Place};
use super::pace::Pace;
use super::restarting::Retry;
use super::row::Row;
use super::seat::Seat;
use super::{
    ChildCounts, ChildError, ChildId, ChildInfo, ChildState, ChildSummary, Flags, SpecError,
    StartChildError, SupervisorError, reports,
};
use crate::process::{Context, NoContinue, Options, Server, ServerDecl, ServerRef};
use crate::server::{ReplyTo, take_name};
use crate::{Exit, ExitReason, Pid};

/// A supervisor: starts its children in order, starts them again by its strategy, stops them in
/// reverse order. Started by [`Supervisor::start`].
pub struct Supervisor {
    pub(super) plan: Arc<Plan>,
    pub(super) line: Line,
    pub(super) pace: Pace,
}

/// What a supervisor is told once. It outlives the supervisor's incarnations, and with it its
/// children's places.
#[doc(hidden)]
pub struct Plan {
    pub(super) name: &'static str,
    pub(super) flags: Flags,
    /// Whether there is nobody above who could start it again.
    pub(super) rooted: bool,
    pub(super) planned: Vec<PlannedChild>,
    pub(super) problem: Option<SpecError>,
    pub(super) ignored: bool,
    pub(super) leftovers: Leftovers,
    /// Whether it has ended for too many restarts. Its exit reason is that of any other shutdown.
    pub(super) gave_up: Arc<AtomicBool>,
}

/// A child that was declared, or is to be added.
#[doc(hidden)]
#[derive(Clone)]
pub struct PlannedChild {
    pub(super) id: ChildId,
    pub(super) seat: Arc<dyn Seat>,
    pub(super) terms: Terms,
}

impl fmt::Debug for PlannedChild {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PlannedChild").field(&self.id).finish()
    }
}

/// What a supervisor is asked.
#[doc(hidden)]
pub enum Message {
    Ended(Exit),
    Retry(Retry),
    Start(PlannedChild, ReplyTo<Result<(), StartChildError>>),
    Terminate(ChildId, ReplyTo<Result<(), ChildError>>),
    Restart(ChildId, ReplyTo<Result<Option<Pid>, ChildError>>),
    Delete(ChildId, ReplyTo<Result<(), ChildError>>),
    Which(ReplyTo<Vec<ChildInfo>>),
    Count(ReplyTo<ChildCounts>),
    Spec(ChildId, ReplyTo<Option<ChildSummary>>),
    Inspect(Inspect),
}

#[diagnostic::do_not_recommend]
impl ServerDecl for Supervisor {
    const OPTIONS: Options = Options::new("Supervisor")
        .unbounded()
        .call_timeout(Duration::MAX)
        .supervises();
    type Ref = ServerRef<Self>;
    type Shared = ();
}

#[diagnostic::do_not_recommend]
impl Server for Supervisor {
    type Args = Arc<Plan>;
    type InitError = SupervisorError;
    type Message = Message;
    type Continue = NoContinue;

    async fn init(
        plan: Arc<Plan>,
        cx: &mut Context<Self>,
    ) -> Result<Option<Self>, SupervisorError> {
        cx.trap_exit(true);
        let supervisor = plan.name;
        if let Some(error) = plan.problem.clone() {
            return Err(SupervisorError::Spec { supervisor, error });
        }
        if plan.ignored {
            return Ok(None);
        }
        if plan.flags.registered
            && let Err(holder) = take_name(&cx.me(), supervisor)
        {
            return Err(SupervisorError::AlreadyStarted(holder));
        }
        plan.leftovers.stop().await;
        let mut this = Self {
            pace: Pace::new(plan.flags.intensity, plan.flags.backoff),
            line: Line::default(),
            plan,
        };
        this.start_declared(cx).await?;
        Ok(Some(this))
    }

    async fn handle(&mut self, message: Message, cx: &mut Context<Self>) {
        match message {
            Message::Ended(exit) => self.ended(exit, cx).await,
            Message::Retry(retry) => self.retry(retry, cx).await,
            Message::Start(child, reply) => {
                let answer = self.start_new(child, cx).await;
                reply.send(answer);
            }
            Message::Terminate(id, reply) => {
                let answer = self.terminate_child(&id).await;
                reply.send(answer);
            }
            Message::Restart(id, reply) => {
                let answer = self.restart_child(&id, cx).await;
                reply.send(answer);
            }
            Message::Delete(id, reply) => reply.send(self.delete_child(&id)),
            Message::Which(reply) => {
                reply.send(self.line.latest_first().map(Child::info).collect());
            }
            Message::Count(reply) => reply.send(self.line.counts()),
            Message::Spec(id, reply) => {
                let place = self.line.by_id(&id);
                let child = place.and_then(|place| self.line.get(place));
                reply.send(child.map(|child| child.summary()));
            }
            Message::Inspect(Inspect(reply)) => {
                reply.send(self.line.latest_first().map(Inspected::of).collect());
            }
        }
    }

    async fn terminate(&mut self, reason: &ExitReason, _: &mut Context<Self>) {
        reports::stops(self.plan.name, reason);
        let mut row = Row::default();
        for child in self.line.take_latest_first() {
            row.next().await;
            child.stop(self.plan.name).await;
            if self.plan.rooted {
                child.seat.refuse();
            }
        }
    }

    fn info(message: &mut dyn Any) -> Option<Message> {
        if let Some(exit) = message.downcast_mut::<Option<Exit>>() {
            return exit.take().map(Message::Ended);
        }
        let inspect = message.downcast_mut::<Option<Inspect>>()?;
        inspect.take().map(Message::Inspect)
    }

    fn describe(message: &Message) -> &'static str {
        match message {
            Message::Ended(_) => "Exit",
            Message::Retry(_) => "retry",
            Message::Start(..) => "start_child",
            Message::Terminate(..) => "terminate_child",
            Message::Restart(..) => "restart_child",
            Message::Delete(..) => "delete_child",
            Message::Which(_) => "which_children",
            Message::Count(_) => "count_children",
            Message::Spec(..) => "get_childspec",
            Message::Inspect(_) => "tree",
        }
    }
}

impl Supervisor {
    /// The first start: in order, and back if one fails. No restarts here.
    async fn start_declared(&mut self, cx: &mut Context<Self>) -> Result<(), SupervisorError> {
        let plan = Arc::clone(&self.plan);
        for child in &plan.planned {
            let place = self.line.add(Child::new(child.clone()));
            let Err(failure) = self.start_place(place, cx).await else {
                continue;
            };
            let child = self.line.remove(place).expect("just added");
            reports::start_failed(plan.name, &child.subject(), &failure);
            for child in self.line.take_latest_first() {
                child.stop(plan.name).await;
            }
            return Err(SupervisorError::Child {
                supervisor: plan.name,
                child: child.id,
                failure: Box::new(failure),
            });
        }
        Ok(())
    }

    async fn start_new(
        &mut self,
        new: PlannedChild,
        cx: &mut Context<Self>,
    ) -> Result<(), StartChildError> {
        if let Some(place) = self.line.by_id(&new.id) {
            let pid = self.line.get(place).and_then(|child| child.pid);
            return Err(match pid {
                Some(pid) => StartChildError::AlreadyStarted(pid),
                None => StartChildError::AlreadyPresent,
            });
        }
        check(&new.id, &new.terms, self.plan.flags.auto_shutdown)?;
        let place = self.line.add(Child::new(new));
        self.start_place(place, cx).await.map_err(|failure| {
            if let Some(child) = self.line.remove(place) {
                reports::start_failed(self.plan.name, &child.subject(), &failure);
            }
            StartChildError::Failed(failure)
        })
    }

    async fn terminate_child(&mut self, id: &ChildId) -> Result<(), ChildError> {
        let place = self.line.by_id(id).ok_or(ChildError::NotFound)?;
        let looping = self.line.state(place) == Some(ChildState::Restarting);
        self.stop_place(place).await;
        self.line.set_down(place, ChildState::Stopped);
        if looping {
            self.rest_group(place);
        }
        self.rest(place);
        Ok(())
    }

    async fn restart_child(
        &mut self,
        id: &ChildId,
        cx: &mut Context<Self>,
    ) -> Result<Option<Pid>, ChildError> {
        let place = self.line.by_id(id).ok_or(ChildError::NotFound)?;
        self.require_stopped(place)?;
        match self.start_place(place, cx).await {
            Ok(()) => Ok(self.line.get(place).and_then(|child| child.pid)),
            Err(failure) => {
                if let Some(child) = self.line.get(place) {
                    reports::start_failed(self.plan.name, &child.subject(), &failure);
                    child.seat.refuse();
                }
                Err(ChildError::Failed(failure))
            }
        }
    }

    fn delete_child(&mut self, id: &ChildId) -> Result<(), ChildError> {
        let place = self.line.by_id(id).ok_or(ChildError::NotFound)?;
        self.require_stopped(place)?;
        self.line.remove(place);
        Ok(())
    }

    fn require_stopped(&self, place: Place) -> Result<(), ChildError> {
        match self.line.state(place) {
            Some(ChildState::Running) => Err(ChildError::Running),
            Some(ChildState::Restarting) => Err(ChildError::Restarting),
            Some(ChildState::Stopped) => Ok(()),
            None => Err(ChildError::NotFound),
        }
    }

    /// A child is down and is not started again by itself: a temporary one is forgotten.
    pub(super) fn rest(&mut self, place: Place) {
        let Some(child) = self.line.get(place) else {
            return;
        };
        child.seat.refuse();
        if child.is_temporary() {
            self.line.remove(place);
        }
    }

    /// A restart is given up: those who were stopped for it are not started by it any more.
    fn rest_group(&mut self, place: Place) {
        for at in self.group(place) {
            if self.line.state(at) == Some(ChildState::Stopped) {
                self.rest(at);
            }
        }
    }
}

impl fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Supervisor").field(&self.plan.name).finish()
    }
}
