//! A map that rarely has more than one entry: the first needs no allocation.

use std::collections::HashMap;
use std::hash::Hash;

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// A map that rarely has more than one entry.
pub(super) enum Few<K, V> {
    One(Option<(K, V)>),
    Many(Map<K, V>),
}

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self::One(None)
    }
}

impl<K: Copy + Eq + Hash, V> Few<K, V> {
    pub(super) fn get(&self, key: K) -> Option<&V> {
        match self {
            Self::One(Some((one, value))) if *one == key => Some(value),
            Self::One(_) => None,
            Self::Many(map) => map.get(&key),
        }
    }

    pub(super) fn get_mut(&mut self, key: K) -> Option<&mut V> {
        match self {
            Self::One(Some((one, value))) if *one == key => Some(value),
            Self::One(_) => None,
            Self::Many(map) => map.get_mut(&key),
        }
    }

    pub(super) fn insert(&mut self, key: K, value: V) {
        match self {
            Self::One(entry) => match entry.take() {
                Some((one, other)) if one != key => {
                    *self = Self::Many(Map::from_iter([(one, other), (key, value)]));
                }
                _ => *entry = Some((key, value)),
            },
            Self::Many(map) => {
                map.insert(key, value);
            }
        }
    }

    pub(super) fn remove(&mut self, key: K) {
        match self {
            Self::One(entry) => {
                if entry.as_ref().is_some_and(|(one, _)| *one == key) {
                    *entry = None;
                }
            }
            Self::Many(map) => {
                map.remove(&key);
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        let (one, many) = match self {
            Self::One(entry) => (entry.as_ref(), None),
            Self::Many(map) => (None, Some(map)),
        };
        let one = one.into_iter().map(|(key, value)| (key, value));
        one.chain(many.into_iter().flatten())
    }

    pub(super) fn into_keys(self) -> impl Iterator<Item = K> {
        let (one, many) = match self {
            Self::One(entry) => (entry, None),
            Self::Many(map) => (None, Some(map)),
        };
        let one = one.into_iter().map(|(key, _)| key);
        one.chain(many.into_iter().flat_map(Map::into_keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_map_with_any_number_of_entries() {
        let mut few = Few::default();
        assert_eq!(few.get(1), None);
        few.insert(1, 'a');
        few.insert(1, 'b');
        assert_eq!(few.iter().collect::<Vec<_>>(), [(&1, &'b')]);
        few.remove(2);
        few.remove(1);
        assert_eq!(few.iter().count(), 0);
        for key in 1..=3 {
            few.insert(key, 'c');
        }
        if let Some(value) = few.get_mut(2) {
            *value = 'd';
        }
        assert_eq!((few.get(2), few.get(4)), (Some(&'d'), None));
        few.remove(3);
        let mut keys: Vec<_> = few.into_keys().collect();
        keys.sort_unstable();
        assert_eq!(keys, [1, 2]);
    }
}
