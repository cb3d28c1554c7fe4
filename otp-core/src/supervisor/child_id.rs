//! What a child is called within its supervisor.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// What a child is called within its supervisor; no two there are called the same.
///
/// It is no name: a child is reached by its ref, not by its id. A number is another id than the text
/// that reads the same.
#[derive(Clone)]
pub struct ChildId(Id);

#[derive(Clone)]
enum Id {
    Word(&'static str),
    Number(usize),
    Text(Arc<str>),
}

/// What makes an id the same as another, wherever its text is kept.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key<'a> {
    Number(usize),
    Text(&'a str),
}

impl ChildId {
    fn key(&self) -> Key<'_> {
        match &self.0 {
            Id::Word(id) => Key::Text(id),
            Id::Number(id) => Key::Number(*id),
            Id::Text(id) => Key::Text(id),
        }
    }
}

impl PartialEq for ChildId {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ChildId {}

impl PartialOrd for ChildId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ChildId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for ChildId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl From<&'static str> for ChildId {
    fn from(id: &'static str) -> Self {
        Self(Id::Word(id))
    }
}

impl From<usize> for ChildId {
    fn from(id: usize) -> Self {
        Self(Id::Number(id))
    }
}

impl From<String> for ChildId {
    fn from(id: String) -> Self {
        Self(Id::Text(id.into()))
    }
}

impl From<&Self> for ChildId {
    fn from(id: &Self) -> Self {
        id.clone()
    }
}

impl fmt::Display for ChildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key() {
            Key::Number(id) => write!(f, "{id}"),
            Key::Text(id) => f.write_str(id),
        }
    }
}

impl fmt::Debug for ChildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}
