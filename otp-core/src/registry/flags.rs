//! How a registry is made.

/// What holds for a registry of either kind.
///
/// ```
/// use otp_core::RegistryFlags;
///
/// const FLAGS: RegistryFlags = RegistryFlags::new().partitions(8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistryFlags {
    pub(in crate::registry) partitions: usize,
}

impl RegistryFlags {
    /// One partition.
    pub const fn new() -> Self {
        Self { partitions: 1 }
    }

    /// The same with so many partitions, at least one: servers that register in different ones do not wait
    /// for each other. Readers never wait, with any number.
    #[must_use]
    pub const fn partitions(mut self, partitions: usize) -> Self {
        self.partitions = if partitions == 0 { 1 } else { partitions };
        self
    }
}

impl Default for RegistryFlags {
    fn default() -> Self {
        Self::new()
    }
}
