//! Steps that fail because a test wants them to. Only with the feature `test-kit`.

use super::{Progress, Run};
use crate::process::behaviour::Server;
use crate::process::cell::Stage;
use crate::process::context::Context;
use crate::process::faults::{self, Fault, Moment};
use crate::process::panics;
use crate::process::step::Work;

impl<S, I, F, N, M> Run<'_, S, I, F, N, M>
where
    S: Server,
    I: Future<Output = Result<Option<S>, S::InitError>> + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    M: Fn(&'static mut S, &'static mut Context<S>, Work<S>) -> F + Send + 'static,
{
    /// What becomes of the step in progress, or of `work`, instead of being polled; the work, if nothing
    /// is to.
    pub(super) fn fail_on_demand(
        &mut self,
        work: Option<Work<S>>,
    ) -> Result<Option<Work<S>>, Progress> {
        let work = work.or_else(|| self.held());
        let body = &self.cell.body;
        if body.header.vtable.options.plain || !faults::concern(&body.header) {
            return Ok(work);
        }
        // SAFETY: this run owns the stage.
        let moment = match (&work, unsafe { &*self.cell.stage.get() }) {
            (None, Stage::Empty) => return Ok(None),
            (_, Stage::Init(_)) => Moment::Init,
            _ if self.desk().is_terminating() => Moment::Terminate,
            _ => Moment::Message(self.handler),
        };
        let Some(fault) = faults::judged(&body.header, moment) else {
            return Ok(work);
        };
        if let Some(work) = work {
            // SAFETY: this run owns the stage, which is empty before work is begun.
            unsafe { *self.cell.stage.get() = Stage::Held(Box::new(work)) }
        }
        Err(self.fail(fault, moment))
    }

    /// The work that was held before it was begun.
    fn held(&mut self) -> Option<Work<S>> {
        // SAFETY: this run owns the stage.
        let stage = unsafe { &mut *self.cell.stage.get() };
        let Stage::Held(work) = stage else {
            return None;
        };
        let work = std::mem::replace(work, Box::new(()));
        *stage = Stage::Empty;
        work.downcast().ok().map(|work| *work)
    }

    /// Does to the step what a test wants.
    fn fail(&mut self, fault: Fault, moment: Moment) -> Progress {
        let body = &self.cell.body;
        let message = match fault {
            Fault::Hang => {
                // SAFETY: this run owns the process.
                unsafe { *body.handler.get() = self.handler };
                return Progress::Pending;
            }
            Fault::Fail(error) if moment == Moment::Init => {
                match error.downcast::<S::InitError>() {
                    Ok(error) => {
                        self.empty_stage(None);
                        return self.after_init(Err(*error));
                    }
                    Err(_) => format!(
                        "a test has `init` of `{}` fail with an error of another type than it has",
                        S::OPTIONS.type_name
                    ),
                }
            }
            Fault::Fail(_) => "a test has a step fail that is no `init`".to_owned(),
            Fault::Panic(message) => message,
        };
        let panic = panics::guard(|| -> std::convert::Infallible { panic!("{message}") });
        match panic {
            Ok(never) => match never {},
            Err(reason) => self.after_panic(reason),
        }
    }
}
