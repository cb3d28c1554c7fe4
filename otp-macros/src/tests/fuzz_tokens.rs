//! Token trees that can be changed in place, and the changes that the fuzz makes.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};

/// A token, or a group with what is in it.
#[derive(Clone)]
pub(super) enum Node {
    Token(TokenTree),
    Group(Delimiter, Span, Vec<Node>),
}

/// A change at a place of the tokens. Places are counted through groups, and taken modulo how many there are.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Delete(usize),
    Double(usize),
    SwapWithNext(usize),
    Nest(usize, usize),
    /// The token at the first place is put before that at the second.
    Copy(usize, usize),
    Unwrap(usize),
}

pub(super) fn nodes(tokens: &TokenStream) -> Vec<Node> {
    let tokens = tokens.clone().into_iter();
    let node = |token| match token {
        TokenTree::Group(group) => {
            Node::Group(group.delimiter(), group.span(), nodes(&group.stream()))
        }
        token => Node::Token(token),
    };
    tokens.map(node).collect()
}

pub(super) fn tokens(nodes: Vec<Node>) -> TokenStream {
    let token = |node| match node {
        Node::Token(token) => token,
        Node::Group(delimiter, span, inside) => {
            let mut group = Group::new(delimiter, tokens(inside));
            group.set_span(span);
            TokenTree::Group(group)
        }
    };
    nodes.into_iter().map(token).collect()
}

/// Leaves out members of the body: of the functions of a block, of the states, of the children. Each
/// bit of `kept` decides about one.
pub(super) fn thin(nodes: &mut [Node], kept: u32) {
    let Some(Node::Group(Delimiter::Brace, _, body)) = nodes.last_mut() else {
        return;
    };
    let mut member = 0;
    body.retain(|node| {
        let keeps = kept.rotate_right(member) & 1 == 1;
        let ends = match node {
            Node::Group(delimiter, ..) => *delimiter == Delimiter::Brace,
            Node::Token(token) => matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','),
        };
        member += u32::from(ends);
        keeps
    });
}

fn count(nodes: &[Node]) -> usize {
    let each = nodes.iter().map(|node| match node {
        Node::Token(_) => 1,
        Node::Group(_, _, inside) => 1 + count(inside),
    });
    each.sum()
}

/// The list in which the place is, and where in it.
fn find(nodes: &mut Vec<Node>, mut place: usize) -> Option<(&mut Vec<Node>, usize)> {
    let mut at = 0;
    loop {
        if place == 0 {
            return (at < nodes.len()).then_some((nodes, at));
        }
        place -= 1;
        if let Node::Group(_, _, inside) = nodes.get(at)? {
            let inner = count(inside);
            if place < inner {
                break;
            }
            place -= inner;
        }
        at += 1;
    }
    let Node::Group(_, _, inside) = &mut nodes[at] else {
        return None;
    };
    find(inside, place)
}

/// Makes the change.
pub(super) fn apply(nodes: &mut Vec<Node>, change: Change) {
    let all = count(nodes);
    if all == 0 {
        return;
    }
    let (Change::Delete(at)
    | Change::Double(at)
    | Change::SwapWithNext(at)
    | Change::Nest(at, _)
    | Change::Copy(_, at)
    | Change::Unwrap(at)) = change;
    let copied = match change {
        Change::Copy(from, _) => find(nodes, from % all).map(|(list, at)| list[at].clone()),
        _ => None,
    };
    let Some((list, at)) = find(nodes, at % all) else {
        return;
    };
    match change {
        Change::Delete(_) => drop(list.remove(at)),
        Change::Double(_) => list.insert(at, list[at].clone()),
        Change::SwapWithNext(_) if at + 1 < list.len() => list.swap(at, at + 1),
        Change::SwapWithNext(_) => {}
        Change::Nest(_, how) => {
            let delimiter = match how % 4 {
                0 => Delimiter::Parenthesis,
                1 => Delimiter::Brace,
                2 => Delimiter::Bracket,
                _ => Delimiter::None,
            };
            let inside = vec![list.remove(at)];
            list.insert(at, Node::Group(delimiter, Span::call_site(), inside));
        }
        Change::Copy(..) => list.splice(at..at, copied).for_each(drop),
        Change::Unwrap(_) => {
            if let Node::Group(_, _, inside) = &mut list[at] {
                let inside = std::mem::take(inside);
                list.splice(at..=at, inside).for_each(drop);
            }
        }
    }
}
