//! Tables against the maps of the standard library: whatever is asked, in whatever order.

use std::collections::HashMap;

use otp::CounterError;
use otp::prelude::*;
use proptest::prelude::*;

/// What a set may be asked.
#[derive(Clone, Debug)]
enum Op {
    Insert(u8, u32),
    InsertNew(u8, u32),
    InsertAll(Vec<(u8, u32)>),
    InsertAllNew(Vec<(u8, u32)>),
    Remove(u8),
    Take(u8),
    Update(u8, u32),
    Count(u8, u32),
    DeleteWhere(u32),
    UpdateWhere(u32),
    Clear,
}

fn op() -> impl Strategy<Value = Op> {
    let key = || 0..12_u8;
    let entries = || prop::collection::vec((0..12_u8, any::<u32>()), 0..6);
    prop_oneof![
        4 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Insert(k, v)),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::InsertNew(k, v)),
        2 => entries().prop_map(Op::InsertAll),
        2 => entries().prop_map(Op::InsertAllNew),
        2 => key().prop_map(Op::Remove),
        2 => key().prop_map(Op::Take),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Update(k, v)),
        2 => (key(), any::<u32>()).prop_map(|(k, v)| Op::Count(k, v)),
        1 => (1..5_u32).prop_map(Op::DeleteWhere),
        1 => (1..5_u32).prop_map(Op::UpdateWhere),
        1 => Just(Op::Clear),
    ]
}

fn counted(model: &mut HashMap<u8, u32>, key: u8, by: u32) -> Result<u32, CounterError> {
    let value = model.get_mut(&key).ok_or(CounterError::NoKey)?;
    *value = value.checked_add(by).ok_or(CounterError::Overflow)?;
    Ok(*value)
}

proptest! {
    #[test]
    fn a_set_does_what_a_hash_map_does(ops in prop::collection::vec(op(), 0..60)) {
        let (table, public) = (Table::new(), PublicTable::new());
        let mut model = HashMap::new();
        for op in ops {
            match op {
                Op::Insert(k, v) => {
                    let new = model.insert(k, v).is_none();
                    prop_assert_eq!((table.insert(k, v), public.insert(k, v)), (new, new));
                }
                Op::InsertNew(k, v) => {
                    let new = !model.contains_key(&k);
                    model.entry(k).or_insert(v);
                    prop_assert_eq!((table.insert_new(k, v), public.insert_new(k, v)), (new, new));
                }
                Op::InsertAll(entries) => {
                    model.extend(entries.iter().copied());
                    table.insert_all(entries.iter().copied());
                    public.insert_all(entries);
                }
                Op::InsertAllNew(entries) => {
                    let new = entries.iter().all(|(k, _)| !model.contains_key(k));
                    if new {
                        model.extend(entries.iter().copied());
                    }
                    prop_assert_eq!(table.insert_all_new(entries.iter().copied()), new);
                    prop_assert_eq!(public.insert_all_new(entries), new);
                }
                Op::Remove(k) => {
                    let was = model.remove(&k).is_some();
                    prop_assert_eq!((table.remove(&k), public.remove(&k)), (was, was));
                }
                Op::Take(k) => {
                    let was = model.remove(&k);
                    prop_assert_eq!((table.take(&k), public.take(&k)), (was, was));
                }
                Op::Update(k, v) => {
                    let was = model.get(&k).copied();
                    model.entry(k).and_modify(|value| *value ^= v);
                    prop_assert_eq!(table.update(&k, |value| (value ^ v, *value)), was);
                    prop_assert_eq!(public.update_element(&k, |value| *value ^= v), was.is_some());
                }
                Op::Count(k, v) => {
                    let sum = counted(&mut model, k, v);
                    prop_assert_eq!(table.update_counter(&k, v), sum);
                    prop_assert_eq!(public.update_counter(&k, v), sum);
                }
                Op::DeleteWhere(n) => {
                    let before = model.len();
                    model.retain(|_, v| *v % n != 0);
                    let gone = before - model.len();
                    prop_assert_eq!(table.delete_where(|_, v| *v % n == 0), gone);
                    prop_assert_eq!(public.delete_where(|_, v| *v % n == 0), gone);
                }
                Op::UpdateWhere(n) => {
                    let other = |_: &u8, v: &u32| v.is_multiple_of(n).then(|| v ^ n);
                    let mut changed = 0;
                    for v in model.values_mut().filter(|v| v.is_multiple_of(n)) {
                        *v ^= n;
                        changed += 1;
                    }
                    prop_assert_eq!(table.update_where(other), changed);
                    prop_assert_eq!(public.update_where(other), changed);
                }
                Op::Clear => {
                    model.clear();
                    table.clear();
                    public.clear();
                }
            }
            for reader in [table.reader(), public.reader()] {
                let all: HashMap<_, _> = reader.select(|k, v| Some((*k, *v))).into_iter().collect();
                prop_assert_eq!(&all, &model);
                prop_assert_eq!(reader.len(), model.len());
            }
        }
    }

    #[test]
    fn bags_do_what_lists_in_a_hash_map_do(
        entries in prop::collection::vec((0..5_u8, 0..4_u8, 0..4_u8), 0..60)
    ) {
        let (bag, duplicates) = (BagTable::new(), DuplicateBagTable::new());
        let (mut one, mut many) = (HashMap::<u8, Vec<u8>>::new(), HashMap::<u8, Vec<u8>>::new());
        for (key, value, what) in entries {
            let (ones, manies) = (one.entry(key).or_default(), many.entry(key).or_default());
            if what == 0 {
                let before = (ones.len(), manies.len());
                ones.retain(|other| *other != value);
                manies.retain(|other| *other != value);
                prop_assert_eq!(bag.remove_object(&key, &value), before.0 - ones.len());
                prop_assert_eq!(duplicates.remove_object(&key, &value), before.1 - manies.len());
            } else {
                let new = !ones.contains(&value);
                if new {
                    ones.push(value);
                }
                manies.push(value);
                prop_assert_eq!(bag.insert(key, value), new);
                prop_assert!(duplicates.insert(key, value));
            }
            prop_assert_eq!(&bag.get(&key), &*ones);
            prop_assert_eq!(&duplicates.get(&key), &*manies);
            prop_assert_eq!(bag.len(), one.values().map(Vec::len).sum::<usize>());
            prop_assert_eq!(duplicates.len(), many.values().map(Vec::len).sum::<usize>());
        }
    }
}
