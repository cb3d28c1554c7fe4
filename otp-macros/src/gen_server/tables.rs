//! The kinds of tables that a server may have, and the reader of each.

use syn::{Ident, PathSegment, Type};

use crate::types;

/// A kind of table by the names of its types.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) table: &'static str,
    pub(crate) reader: &'static str,
}

const fn kind(table: &'static str, reader: &'static str) -> Kind {
    Kind { table, reader }
}

pub(crate) const KINDS: [Kind; 6] = [
    kind("Table", "TableReader"),
    kind("OrderedTable", "OrderedReader"),
    kind("BagTable", "BagReader"),
    kind("DuplicateBagTable", "DuplicateBagReader"),
    kind("PublicTable", "TableReader"),
    kind("PublicOrderedTable", "OrderedReader"),
];

impl Kind {
    /// The kind of a table's type, with the path's last segment.
    pub(crate) fn of_table(ty: &Type) -> Option<(Self, &PathSegment)> {
        find(types::last_segment(ty)?, |kind| kind.table)
    }

    /// The kind that a parameter's type reads, or would: the reader, the table, or a reference to either.
    pub(crate) fn of_param(ty: &Type) -> Option<(Self, &PathSegment)> {
        let inner = types::as_reference(ty).map_or(ty, |reference| &reference.elem);
        let segment = types::last_segment(inner)?;
        find(segment, |kind| kind.reader).or_else(|| find(segment, |kind| kind.table))
    }

    /// Whether `name` is its reader's.
    pub(crate) fn is_reader(self, name: &Ident) -> bool {
        name == self.reader
    }
}

fn find(segment: &PathSegment, name: fn(Kind) -> &'static str) -> Option<(Kind, &PathSegment)> {
    let kind = KINDS
        .into_iter()
        .find(|&kind| segment.ident == name(kind))?;
    Some((kind, segment))
}
