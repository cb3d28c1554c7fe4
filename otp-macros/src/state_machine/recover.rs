//! What a misspelt state is taken for once it has been reported, so that it is one error.

use proc_macro2::Ident;

use super::model::{Decl, Machine};
use crate::suggest::closest;

/// Puts the nearest state in the place of each name that is none. Sources stay as they are: the names
/// of what has been made of the block contain them.
pub(crate) fn states(machine: &mut Machine) {
    let Machine { decl, block, .. } = machine;
    for function in &mut block.functions {
        let own = function.states.iter_mut();
        let instead = function.others.iter_mut();
        for name in own.chain(instead.flat_map(|other| &mut other.states)) {
            recover(decl, name);
        }
        let targets = function.on.iter_mut().flat_map(|on| &mut on.targets);
        for name in targets.flatten() {
            recover(decl, name);
        }
    }
}

fn recover(decl: &Decl, name: &mut Ident) {
    let known: Vec<String> = decl.states.iter().map(|s| s.name.to_string()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let text = name.to_string();
    if !known.contains(&text.as_str())
        && let Some(meant) = closest(&text, &known)
    {
        *name = Ident::new(meant, name.span());
    }
}
