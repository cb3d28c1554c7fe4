//! Children start top to bottom, so each can use what stands above it and nothing else.

use proc_macro2::Ident;

use crate::errors::Errors;
use crate::supervisor::messages;
use crate::supervisor::model::{Body, Child, Kind, Tree};
use crate::supervisor::uses;

/// A supervisor on the way from the tree to a child, and how far down it the child is.
struct Level<'a> {
    body: &'a Body,
    at: usize,
}

pub(super) fn check(tree: &Tree, errors: &mut Errors) {
    body(tree, &tree.body, &mut Vec::new(), errors);
}

fn body<'a>(tree: &Tree, body: &'a Body, levels: &mut Vec<Level<'a>>, errors: &mut Errors) {
    for at in 0..body.children.len() {
        levels.push(Level { body, at });
        check_child(tree, &body.children[at], levels, errors);
        if let Kind::Nested(nested) = &body.children[at].kind {
            self::body(tree, nested, levels, errors);
        }
        levels.pop();
    }
}

/// Looks for each name that is not there yet, from the child outwards; a name that is there hides
/// those further out.
fn check_child(tree: &Tree, child: &Child, levels: &[Level<'_>], errors: &mut Errors) {
    let code = child.code();
    let mut known: Vec<&Ident> = child.bound();
    // A child with the name of an argument has been reported.
    known.extend(tree.params.iter().map(|param| &param.name));
    for (depth, level) in levels.iter().rev().enumerate() {
        let children = &level.body.children;
        known.extend(children[..level.at].iter().map(|above| &above.name));
        for (position, other) in children.iter().enumerate().skip(level.at) {
            if known.contains(&&other.name) {
                continue;
            }
            known.push(&other.name);
            let Some((token, called)) = uses::find(code.clone(), &other.name) else {
                continue;
            };
            // What is called is a function of that name, for a handle is none.
            if called {
                continue;
            }
            let message = match (position == level.at, depth) {
                (true, 0) => messages::uses_itself(&other.name),
                (true, _) => messages::uses_own_supervisor(&other.name),
                (false, 0) => messages::uses_below(&child.name, &other.name),
                (false, _) => messages::uses_below(&children[level.at].name, &other.name),
            };
            errors.err(token, message);
        }
    }
}
