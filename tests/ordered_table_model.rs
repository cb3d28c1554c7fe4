//! Ordered tables against the ordered map of the standard library: whatever is asked, in whatever order.

use std::collections::BTreeMap;
use std::ops::Bound;

use otp::prelude::*;
use proptest::prelude::*;

/// What an ordered set may be asked.
#[derive(Clone, Debug)]
enum Op {
    Insert(u8, u32),
    InsertNew(u8, u32),
    InsertAll(Vec<(u8, u32)>),
    InsertAllNew(Vec<(u8, u32)>),
    Remove(u8),
    Take(u8),
    Update(u8, u32),
    DeleteRange(u8, u8),
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    let key = any::<u8>;
    let entries = || prop::collection::vec((any::<u8>(), any::<u32>()), 0..20);
    prop_oneof![
        8 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Insert(k, v)),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::InsertNew(k, v)),
        3 => entries().prop_map(Op::InsertAll),
        2 => entries().prop_map(Op::InsertAllNew),
        3 => key().prop_map(Op::Remove),
        2 => key().prop_map(Op::Take),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Update(k, v)),
        1 => (key(), key()).prop_map(|(a, b)| Op::DeleteRange(a, b)),
        1 => Just(Op::Clear),
    ]
}

proptest! {
    #[test]
    fn an_ordered_set_does_what_a_btree_map_does(
        ops in prop::collection::vec(op(), 0..80),
        probe in any::<u8>(),
    ) {
        let table = OrderedTable::new();
        let mut model = BTreeMap::new();
        for op in ops {
            match op {
                Op::Insert(k, v) => {
                    prop_assert_eq!(table.insert(k, v), model.insert(k, v).is_none());
                }
                Op::InsertNew(k, v) => {
                    let new = !model.contains_key(&k);
                    model.entry(k).or_insert(v);
                    prop_assert_eq!(table.insert_new(k, v), new);
                }
                Op::InsertAll(entries) => {
                    model.extend(entries.iter().copied());
                    table.insert_all(entries);
                }
                Op::InsertAllNew(entries) => {
                    let new = entries.iter().all(|(k, _)| !model.contains_key(k));
                    if new {
                        model.extend(entries.iter().copied());
                    }
                    prop_assert_eq!(table.insert_all_new(entries), new);
                }
                Op::Remove(k) => prop_assert_eq!(table.remove(&k), model.remove(&k).is_some()),
                Op::Take(k) => prop_assert_eq!(table.take(&k), model.remove(&k)),
                Op::Update(k, v) => {
                    let was = model.get(&k).copied();
                    model.entry(k).and_modify(|value| *value ^= v);
                    prop_assert_eq!(table.update(&k, |value| (value ^ v, *value)), was);
                }
                Op::DeleteRange(a, b) => {
                    let before = model.len();
                    model.retain(|k, _| !(a..b).contains(k));
                    prop_assert_eq!(table.delete_range(a..b), before - model.len());
                }
                Op::Clear => {
                    model.clear();
                    table.clear();
                }
            }
            let all = table.select(|k, v| Some((*k, *v)));
            prop_assert_eq!(&all, &model.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>());
            prop_assert_eq!(table.len(), model.len());
            let pair = |entry: Option<(&u8, &u32)>| entry.map(|(k, v)| (*k, *v));
            prop_assert_eq!(table.first(), pair(model.first_key_value()));
            prop_assert_eq!(table.last(), pair(model.last_key_value()));
            let above = (Bound::Excluded(probe), Bound::Unbounded);
            prop_assert_eq!(table.next(&probe), pair(model.range(above).next()));
            prop_assert_eq!(table.prev(&probe), pair(model.range(..probe).next_back()));
        }
    }
}
