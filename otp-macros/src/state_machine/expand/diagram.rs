//! The graph: as data, as a diagram, and as the same diagram in the docs.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::scope::Scope;
use crate::lints;
use crate::names;
use crate::state_machine::events::Answer;
use crate::state_machine::model::{Machine, Role};

/// One edge: from, event, kind, to.
struct Edge<'a> {
    from: &'a Ident,
    event: String,
    role: Role,
    to: &'a Ident,
}

fn edges(machine: &Machine) -> Vec<Edge<'_>> {
    let mut edges: Vec<Edge<'_>> = Vec::new();
    for state in machine.live_states() {
        for event in machine.events() {
            if !machine
                .states_of(&event)
                .iter()
                .any(|s| s.name == state.name)
            {
                continue;
            }
            let Some(Answer::Clause(clause)) = event.answer(&state.name) else {
                continue;
            };
            let targets = clause
                .targets()
                .iter()
                .filter_map(|name| machine.decl.state(name));
            let mut targets: Vec<_> = targets.map(|state| &state.name).collect();
            if targets.is_empty() {
                targets.push(&state.name);
            }
            edges.extend(targets.into_iter().map(|to| Edge {
                from: &state.name,
                event: event.text(),
                role: clause.role,
                to,
            }));
        }
    }
    edges
}

/// Mermaid's `stateDiagram-v2`, the events between two states on one arrow.
pub(in crate::state_machine) fn mermaid(machine: &Machine) -> String {
    let mut lines = vec![String::from("stateDiagram-v2")];
    for initial in &machine.decl.initial {
        lines.push(format!("    [*] --> {initial}"));
    }
    let edges = edges(machine);
    let mut drawn: Vec<(&Ident, &Ident)> = Vec::new();
    for edge in &edges {
        let pair = (edge.from, edge.to);
        if drawn.contains(&pair) {
            continue;
        }
        drawn.push(pair);
        let same = edges.iter().filter(|other| (other.from, other.to) == pair);
        let events: Vec<_> = same.map(|edge| edge.event.as_str()).collect();
        lines.push(format!(
            "    {} --> {}: {}",
            edge.from,
            edge.to,
            events.join(", ")
        ));
    }
    for state in machine.decl.states.iter().filter(|state| state.terminal) {
        lines.push(format!("    {} --> [*]", state.name));
    }
    lines.join("\n")
}

pub(super) fn diagram(scope: &Scope<'_>) -> TokenStream {
    let Scope {
        otp, server, state, ..
    } = scope;
    let (impls, _, clause) = scope.generics.split_for_impl();
    let text = mermaid(scope.machine);
    let edges = edges(scope.machine);
    let transitions = edges.iter().map(|edge| {
        let (from, to, event) = (edge.from, edge.to, &edge.event);
        let kind = match edge.role {
            Role::Call => quote!(Call),
            Role::Cast => quote!(Cast),
            Role::Info => quote!(Info),
            Role::Internal => quote!(Internal),
            Role::StateTimeout => quote!(StateTimeout),
            Role::EventTimeout => quote!(EventTimeout),
            _ => quote!(Timeout),
        };
        quote! {
            #otp::Transition {
                from: #state::#from,
                event: #event,
                kind: #otp::EventKind::#kind,
                to: #state::#to,
            }
        }
    });
    let picture = format!(" ```mermaid\n{}\n ```", indented(&text));
    let lints = lints::METHODS;
    let name = names::text(&scope.machine.decl.name);
    let head = format!(" How a `{name}` goes from state to state:\n");
    // What is there already has been reported.
    let diagram = (!scope.has_function("diagram")).then(|| {
        quote! {
            /// The graph as a Mermaid `stateDiagram-v2`.
            #[must_use]
            #[allow(dead_code)]
            pub fn diagram() -> &'static str {
                #text
            }
        }
    });
    let transitions = (!scope.has_function("transitions")).then(|| {
        quote! {
            /// The graph as data: which event may lead from which state to which.
            #[must_use]
            #[allow(dead_code, private_interfaces)]
            pub fn transitions() -> &'static [#otp::Transition<#state>] {
                &[#(#transitions),*]
            }
        }
    });
    quote! {
        #[doc = #head]
        #[doc = #picture]
        #lints
        impl #impls #server #clause {
            #diagram
            #transitions
        }
    }
}

fn indented(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(|line| format!(" {line}")).collect();
    lines.join("\n")
}
