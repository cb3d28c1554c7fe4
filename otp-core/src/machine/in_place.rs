//! Handlers run in place: by a caller that finds the machine idle, without a message.

use super::behaviour::StateMachine;
use super::server::{Machine, MachineContext};
use super::turn::Turn;

impl<M: StateMachine> Machine<M> {
    /// Runs an event's handler and does what it asks for; the arguments come back if `attempt` gives them
    /// back, because the current state does not answer at once. What [`CallSpec::Attempted`] and
    /// [`CastSpec::Attempted`] are made of.
    ///
    /// `attempt` must not have written into the turn if it gives the arguments back.
    ///
    /// # Errors
    /// The arguments.
    ///
    /// [`CallSpec::Attempted`]: crate::CallSpec::Attempted
    /// [`CastSpec::Attempted`]: crate::CastSpec::Attempted
    #[inline]
    pub fn in_place<A, R>(
        &mut self,
        cx: &mut MachineContext<M>,
        args: A,
        attempt: impl FnOnce(
            &mut M,
            &mut M::Data,
            A,
            &mut Turn<M>,
            &mut MachineContext<M>,
        ) -> Result<R, A>,
    ) -> Result<R, A> {
        let answer = attempt(&mut self.state, &mut self.data, args, &mut self.turn, cx)?;
        self.settle_in_place(cx);
        Ok(answer)
    }

    /// As [`Machine::in_place`], for a handler that takes no context.
    ///
    /// # Errors
    /// The arguments.
    #[inline]
    pub fn in_place_alone<A, R>(
        &mut self,
        cx: &mut MachineContext<M>,
        args: A,
        attempt: impl FnOnce(&mut M, &mut M::Data, A, &mut Turn<M>) -> Result<R, A>,
    ) -> Result<R, A> {
        self.in_place(cx, args, |state, data, args, turn, _| {
            attempt(state, data, args, turn)
        })
    }
}
