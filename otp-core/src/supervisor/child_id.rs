//! What a child is called within its supervisor.

use std::fmt;
use std::sync::Arc;

/// What a child is called within its supervisor; no two there are called the same.
///
/// It is no name: a child is reached by its ref, not by its id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChildId(Id);

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Id {
    Word(&'static str),
    Number(usize),
    Text(Arc<str>),
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
        match &self.0 {
            Id::Word(id) => f.write_str(id),
            Id::Number(id) => write!(f, "{id}"),
            Id::Text(id) => f.write_str(id),
        }
    }
}

impl fmt::Debug for ChildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{self}`")
    }
}
