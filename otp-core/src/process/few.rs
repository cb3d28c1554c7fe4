//! A map for what most have one of at the most: the first entry needs no memory of its own.

use std::collections::HashMap;
use std::hash::Hash;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A map, small while it has one entry at the most.
#[derive(Default)]
pub(super) enum Few<K, V> {
    #[default]
    None,
    One(K, V),
    Many(Box<Map<K, V>>),
}

impl<K: Eq + Hash, V> Few<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        match self {
            Self::One(one, value) if one == key => Some(value),
            Self::Many(map) => map.get(key),
            _ => None,
        }
    }

    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self {
            Self::One(one, value) if one == key => Some(value),
            Self::Many(map) => map.get_mut(key),
            _ => None,
        }
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        if let Self::Many(map) = self {
            map.insert(key, value);
            return;
        }
        *self = match std::mem::take(self) {
            Self::One(one, other) if one != key => {
                Self::Many(Box::new(Map::from_iter([(one, other), (key, value)])))
            }
            _ => Self::One(key, value),
        };
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        match self {
            Self::One(one, _) if one == key => match std::mem::take(self) {
                Self::One(_, value) => Some(value),
                _ => None,
            },
            Self::Many(map) => map.remove(key),
            _ => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::None => 0,
            Self::One(..) => 1,
            Self::Many(map) => map.len(),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let (one, many) = match self {
            Self::None => (None, None),
            Self::One(key, value) => (Some((key, value)), None),
            Self::Many(map) => (None, Some(map.iter())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    /// Calls `each` with every entry.
    pub(super) fn each(self, mut each: impl FnMut(K, V)) {
        match self {
            Self::None => {}
            Self::One(key, value) => each(key, value),
            Self::Many(map) => map.into_iter().for_each(|(key, value)| each(key, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_agrees_with_a_hash_map(steps in prop::collection::vec((0_u8..3, 0_u8..4, any::<u8>()), 0..40)) {
            let mut few = Few::None;
            let mut map = HashMap::new();
            for (step, key, value) in steps {
                match step {
                    0 => prop_assert_eq!(few.remove(&key), map.remove(&key)),
                    1 => {
                        few.insert(key, value);
                        map.insert(key, value);
                    }
                    _ => prop_assert_eq!(few.get_mut(&key).copied(), map.get(&key).copied()),
                }
                prop_assert_eq!(few.get(&key), map.get(&key));
                prop_assert_eq!(few.len(), map.len());
                let all: HashMap<_, _> = few.iter().map(|(key, value)| (*key, *value)).collect();
                prop_assert_eq!(&all, &map);
            }
            let mut left = HashMap::new();
            few.each(|key, value| {
                let _ = left.insert(key, value);
            });
            prop_assert_eq!(left, map);
        }
    }
}
