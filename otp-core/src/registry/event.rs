//! What a registry's listeners hear.

use crate::Pid;

/// A key was given, or given back. The end of a process is not announced here: monitor it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryEvent<K, V = ()> {
    /// A process has the key now.
    Register {
        /// The key.
        key: K,
        /// The process.
        pid: Pid,
        /// What stands beside the key.
        value: V,
    },
    /// A process has given the key back.
    Unregister {
        /// The key.
        key: K,
        /// The process.
        pid: Pid,
    },
}
