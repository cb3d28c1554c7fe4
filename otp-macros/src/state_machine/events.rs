//! The events of a machine: what the clauses of one name are together.
//!
//! The model has the functions as they stand; here is what they make of each event, in each state.

use proc_macro2::Ident;

use super::model::{Function, Machine, Role, State, What};
use crate::names;

/// What a machine does with an event in a state.
#[derive(Clone, Copy)]
pub(crate) enum Answer<'a> {
    Clause(&'a Function),
    Instead(What),
}

/// All clauses of one event.
pub(crate) struct Event<'a> {
    pub(crate) clauses: Vec<&'a Function>,
}

impl Machine {
    /// The events, in the user's order.
    pub(crate) fn events(&self) -> Vec<Event<'_>> {
        let mut events: Vec<Event<'_>> = Vec::new();
        for function in self.block.functions.iter().filter(|f| f.role.is_event()) {
            match events
                .iter_mut()
                .find(|event| event.first().name == function.name)
            {
                Some(event) => event.clauses.push(function),
                None => events.push(Event {
                    clauses: vec![function],
                }),
            }
        }
        events
    }

    /// Whether a clause has another role than the first of its event, which is an error.
    pub(crate) fn is_other_event(&self, function: &Function) -> bool {
        let mut functions = self.block.functions.iter();
        let first = functions.find(|first| first.name == function.name);
        first.is_some_and(|first| first.role != function.role)
    }

    pub(crate) fn live_states(&self) -> impl Iterator<Item = &State> {
        self.decl.states.iter().filter(|state| !state.terminal)
    }

    /// The states in which an event can come.
    pub(crate) fn states_of<'a>(&'a self, event: &Event<'_>) -> Vec<&'a State> {
        let own = &event.first().states;
        let timed = matches!(event.first().role, Role::StateTimeout | Role::EventTimeout);
        self.live_states()
            .filter(|state| !timed || own.contains(&state.name))
            .collect()
    }

    /// The timeout that a method of `next` starts or changes.
    pub(crate) fn timeout_of_method(&self, method: &str) -> Option<&Function> {
        let timeouts = self.block.functions.iter();
        let mut timeouts = timeouts.filter(|function| function.role.is_timeout());
        timeouts.find(|timeout| {
            let name = names::text(&timeout.name);
            let plain = ["start", "update"].map(|word| format!("{word}_{name}"));
            plain.iter().any(|known| known == method) || format!("start_{name}_at") == method
        })
    }

    pub(crate) fn with_role(&self, role: Role) -> impl Iterator<Item = &Function> {
        let functions = self.block.functions.iter();
        functions.filter(move |function| function.role == role)
    }

    pub(crate) fn init(&self) -> Option<&Function> {
        self.with_role(Role::Init).next()
    }

    /// The one initial state, if init need not say which.
    pub(crate) fn sole_initial(&self) -> Option<&Ident> {
        let [only] = self.decl.initial.as_slice() else {
            return None;
        };
        let state = self.decl.state(only)?;
        state.fields.is_empty().then_some(only)
    }
}

impl<'a> Event<'a> {
    pub(crate) fn first(&self) -> &'a Function {
        self.clauses[0]
    }

    /// What is done with it in a state; nothing if that is not said.
    pub(crate) fn answer(&self, state: &Ident) -> Option<Answer<'a>> {
        let named = self.clauses.iter().find(|clause| clause.names(state));
        if let Some(clause) = named {
            return Some(Answer::Clause(clause));
        }
        let instead = || self.clauses.iter().flat_map(|clause| &clause.others);
        if let Some(found) = instead().find(|instead| instead.states.contains(state)) {
            return Some(Answer::Instead(found.what));
        }
        if let Some(clause) = self.clauses.iter().find(|clause| clause.takes_rest()) {
            return Some(Answer::Clause(clause));
        }
        instead()
            .find(|instead| instead.rest)
            .map(|instead| Answer::Instead(instead.what))
    }

    pub(crate) fn text(&self) -> String {
        names::text(&self.first().name)
    }
}
