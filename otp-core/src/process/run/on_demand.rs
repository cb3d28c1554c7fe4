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
    /// What becomes of the step in progress instead of being polled.
    pub(super) fn fail_on_demand(&mut self) -> Option<Progress> {
        let body = &self.cell.body;
        if body.header.vtable.options.plain || !faults::concern(&body.header) {
            return None;
        }
        // SAFETY: this run owns the stage.
        let moment = match unsafe { &*self.cell.stage.get() } {
            Stage::Empty => return None,
            Stage::Init(_) => Moment::Init,
            Stage::Step(_) if self.desk().is_terminating() => Moment::Terminate,
            Stage::Step(_) => Moment::Message(self.handler),
        };
        let message = match faults::judged(&body.header, moment)? {
            Fault::Hang => {
                // SAFETY: this run owns the process.
                unsafe { *body.handler.get() = self.handler };
                return Some(Progress::Pending);
            }
            Fault::Fail(error) if moment == Moment::Init => {
                match error.downcast::<S::InitError>() {
                    Ok(error) => {
                        self.empty_stage(None);
                        return Some(self.after_init(Err(*error)));
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
        let reason = panics::guard(|| panic!("{message}")).err()?;
        Some(self.after_panic(reason))
    }
}
