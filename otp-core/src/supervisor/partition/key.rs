//! From a key to the number of its partition.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hash};
use std::rc::Rc;
use std::sync::Arc;

/// What partitions can be chosen by. Integers choose by what is left when they, without their sign, are
/// divided by the number of partitions; everything else by its hash.
///
/// ```
/// use otp_core::PartitionKey;
///
/// #[derive(Hash)]
/// struct UserId(u64);
///
/// impl PartitionKey for UserId {}
///
/// assert_eq!(6.partition(4), 2);
/// assert_eq!((-6).partition(4), 2);
/// assert_eq!(UserId(6).partition(4), UserId(6).partition(4));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a key of partitions",
    label = "no partition belongs to a `{Self}`",
    note = "with `Hash` derived for it, `impl PartitionKey for {Self} {{}}` makes it one"
)]
pub trait PartitionKey: Hash {
    /// Which one of `partitions` partitions this key belongs to. Always the same in one program;
    /// `partitions` is at least one.
    fn partition(&self, partitions: usize) -> usize {
        partition_by_hash(self, partitions)
    }
}

/// Which one of `partitions` partitions a key belongs to by its hash: what [`PartitionKey::partition`]
/// does unless it is told otherwise.
///
/// The hash is the same in every run of one build.
///
/// # Panics
/// With zero partitions.
pub fn partition_by_hash<K: Hash + ?Sized>(key: &K, partitions: usize) -> usize {
    let hash = foldhash::quality::FixedState::default().hash_one(key);
    hash.partition(partitions)
}

macro_rules! by_modulo {
    ($width:ty: $($integer:ty)*) => {$(
        impl PartitionKey for $integer {
            #[inline]
            fn partition(&self, partitions: usize) -> usize {
                let rest = <$width>::from(*self) % partitions as $width;
                usize::try_from(rest).expect("less than the number of partitions")
            }
        }
    )*};
}

macro_rules! without_sign {
    ($($integer:ty)*) => {$(
        impl PartitionKey for $integer {
            #[inline]
            fn partition(&self, partitions: usize) -> usize {
                self.unsigned_abs().partition(partitions)
            }
        }
    )*};
}

by_modulo! { u64: u8 u16 u32 u64 }
by_modulo! { u128: u128 }
without_sign! { i8 i16 i32 i64 i128 isize }

impl PartitionKey for usize {
    #[inline]
    fn partition(&self, partitions: usize) -> usize {
        self % partitions
    }
}

macro_rules! by_hash {
    ($($key:ty)*) => {$(impl PartitionKey for $key {})*};
}

by_hash! { str String char bool crate::Pid crate::ChildId std::time::Duration }
by_hash! { std::net::IpAddr std::net::SocketAddr std::path::Path std::path::PathBuf }

impl<K: Hash> PartitionKey for [K] {}
impl<K: Hash> PartitionKey for Vec<K> {}
impl<K: Hash, const N: usize> PartitionKey for [K; N] {}
impl<K: Hash> PartitionKey for Option<K> {}
impl<A: Hash> PartitionKey for (A,) {}
impl<A: Hash, B: Hash> PartitionKey for (A, B) {}
impl<A: Hash, B: Hash, C: Hash> PartitionKey for (A, B, C) {}
impl<A: Hash, B: Hash, C: Hash, D: Hash> PartitionKey for (A, B, C, D) {}

macro_rules! as_what_it_holds {
    ($($holder:ty)*) => {$(
        impl<K: PartitionKey + ?Sized> PartitionKey for $holder {
            fn partition(&self, partitions: usize) -> usize {
                (**self).partition(partitions)
            }
        }
    )*};
}

as_what_it_holds! { &K &mut K Box<K> Rc<K> Arc<K> }

impl<K: PartitionKey + ToOwned + ?Sized> PartitionKey for Cow<'_, K> {
    fn partition(&self, partitions: usize) -> usize {
        (**self).partition(partitions)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn integers_choose_by_modulo_without_their_sign() {
        assert_eq!(
            [0, 1, 7, 8, -1, -8].map(|key| key.partition(7)),
            [0, 1, 0, 1, 1, 1]
        );
        assert_eq!(i64::MIN.partition(10), 8);
        assert_eq!(u128::MAX.partition(10), 5);
        assert_eq!(Box::new(7_u8).partition(4), 3);
    }

    #[test]
    fn text_is_the_same_key_however_it_is_held() {
        let text = "a user".to_owned();
        let partition = "a user".partition(1000);
        assert_eq!(text.partition(1000), partition);
        assert_eq!(Arc::<str>::from("a user").partition(1000), partition);
        assert_eq!(Cow::Borrowed("a user").partition(1000), partition);
    }

    proptest! {
        #[test]
        fn a_key_has_one_partition_which_exists(
            text in ".*",
            number in any::<i64>(),
            bytes in prop::collection::vec(any::<u8>(), 0..64),
            partitions in 1_usize..100,
        ) {
            prop_assert!(text.partition(partitions) < partitions);
            prop_assert_eq!(text.partition(partitions), text.clone().partition(partitions));
            prop_assert!(bytes.partition(partitions) < partitions);
            prop_assert_eq!(bytes.partition(partitions), bytes[..].partition(partitions));
            let rest = number.unsigned_abs() % partitions as u64;
            prop_assert_eq!(number.partition(partitions) as u64, rest);
        }
    }
}
