//! Tables: state that everybody may read without asking for it. OTP's ETS.
//!
//! | kind | keys | values of a key | its owner writes | many write |
//! | --- | --- | --- | --- | --- |
//! | set | hashed | one | [`Table`] | [`PublicTable`] |
//! | ordered set | in order | one | [`OrderedTable`] | [`PublicOrderedTable`] |
//! | bag | hashed | several, no two equal | [`BagTable`] | |
//! | duplicate bag | hashed | several | [`DuplicateBagTable`] | |
//!
//! Beneath are two concurrent maps ([`hashed`], [`sorted`]) whose readers take no lock. The modules here
//! know processes only as owners and heirs.

mod bag;
mod bag_reader;
mod bagged;
mod counter;
mod gate;
mod hashed;
mod heir;
mod key;
mod life;
mod ordered;
mod ordered_reader;
mod owned;
mod public_ordered;
mod public_set;
mod refused;
mod set;
mod set_reader;
mod slot;
mod sorted;

pub use bag::{BagTable, DuplicateBagTable};
pub use bag_reader::{BagReader, DuplicateBagReader};
pub use counter::{Counter, CounterError, Step};
pub use heir::{GiveAwayError, Transfer};
pub use key::{OrderedKey, TableKey};
pub use ordered::OrderedTable;
pub use ordered_reader::{Chunk, OrderedReader};
pub use public_ordered::PublicOrderedTable;
pub use public_set::PublicTable;
pub use set::Table;
pub use set_reader::TableReader;

/// The turn of who owns a table: it need not wait for it.
struct Owner;

/// About how many bytes `len` keys with a value each take: what is stored, the pointer and the byte
/// by which it is found, of which a map keeps some in reserve, and what the allocator adds.
fn estimate<K, V>(len: usize) -> usize {
    len * (size_of::<(K, slot::Slot<V>)>() + 32)
}
