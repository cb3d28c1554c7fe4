//! The workloads: their names, units and sizes. What each does stands in `work`.

use std::str::FromStr;

use crate::peers::PeerName;

/// The servers of `ring`.
pub const RING: usize = 1_000;
/// The keys that `read_mostly` reads.
pub const KEYS: u64 = 1_000;
/// The children that `one_for_all` restarts together.
pub const GROUP: u64 = 100;
/// The restarts that one supervisor makes before the next takes its place: OTP's goes through a list
/// of all that were in its period at each.
pub const RESTARTS: u64 = 100;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// One client, one call after another.
    CallSeq,
    /// Many clients call one server.
    CallConc,
    /// One client casts, then calls once.
    Cast,
    /// Several clients cast.
    CastMpsc,
    /// Idle servers started one after another and kept, init done.
    Spawn,
    /// What an idle server takes.
    Memory,
    /// A token goes round a ring of servers by casts.
    Ring,
    /// Many clients read one server's data.
    ReadMostly,
    /// From the cast that makes a supervised server panic to the first answer of the next one.
    Restart,
    /// Idle servers started one after another by a supervisor of any number of children.
    StartChild,
    /// An ordered supervisor stops its idle children.
    StopTree,
    /// What an idle supervised server takes.
    MemorySupervised,
    /// As `Restart`, of a group of servers, till the last answers.
    OneForAll,
    /// One task after another, spawned and awaited.
    Task,
    /// A stream of items, some at a time, whose answers come in their order.
    Stream,
}

impl Workload {
    /// All of them, in the table's order.
    pub const ALL: [Self; 15] = [
        Self::CallSeq,
        Self::CallConc,
        Self::Cast,
        Self::CastMpsc,
        Self::Spawn,
        Self::Memory,
        Self::Ring,
        Self::ReadMostly,
        Self::Restart,
        Self::StartChild,
        Self::StopTree,
        Self::MemorySupervised,
        Self::OneForAll,
        Self::Task,
        Self::Stream,
    ];

    /// The name on the command line and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::CallSeq => "call_seq",
            Self::CallConc => "call_conc",
            Self::Cast => "cast",
            Self::CastMpsc => "cast_mpsc",
            Self::Spawn => "spawn",
            Self::Memory => "memory",
            Self::Ring => "ring",
            Self::ReadMostly => "read_mostly",
            Self::Restart => "restart",
            Self::StartChild => "start_child",
            Self::StopTree => "stop_tree",
            Self::MemorySupervised => "memory_supervised",
            Self::OneForAll => "one_for_all",
            Self::Task => "task",
            Self::Stream => "stream",
        }
    }

    /// What its values count.
    pub fn unit(self) -> &'static str {
        match self {
            Self::CallSeq | Self::Task => "ns",
            Self::CallConc => "calls/s",
            Self::Cast | Self::CastMpsc => "msgs/s",
            Self::Spawn => "servers/s",
            Self::Memory | Self::MemorySupervised => "bytes",
            Self::Ring => "hops/s",
            Self::ReadMostly => "reads/s",
            Self::Restart | Self::OneForAll => "us",
            Self::StartChild | Self::StopTree => "children/s",
            Self::Stream => "items/s",
        }
    }

    /// Whether less is better.
    pub fn lower_is_better(self) -> bool {
        matches!(self.unit(), "ns" | "us" | "bytes")
    }

    /// Whether the peer has what is measured.
    pub fn is_for(self, peer: PeerName) -> bool {
        match (self, peer) {
            // actix has neither parents nor children, and its `Supervisor` restarts what stopped,
            // not what panicked. Hand-written tokio has a loop that starts a task anew, but nothing
            // that many children could be started by.
            (Self::Restart | Self::OneForAll, PeerName::Actix) => false,
            (Self::StartChild | Self::StopTree | Self::MemorySupervised, _) => {
                !matches!(peer, PeerName::Raw | PeerName::RawUnb | PeerName::Actix)
            }
            // ractor has no strategies.
            (Self::OneForAll, PeerName::Ractor) => false,
            // The other crates are about actors, and their users spawn tokio's tasks.
            (Self::Task | Self::Stream, _) => {
                matches!(peer, PeerName::Ours | PeerName::Raw | PeerName::Beam)
            }
            _ => true,
        }
    }

    /// Whether servers panic in it.
    pub fn panics(self) -> bool {
        matches!(self, Self::Restart | Self::OneForAll)
    }

    /// The client tasks.
    pub fn clients(self) -> u64 {
        match self {
            Self::CallConc => 64,
            Self::CastMpsc => 4,
            Self::ReadMostly => 8,
            // The items at a time.
            Self::Stream => 64,
            _ => 1,
        }
    }

    /// What each client does: calls, casts, servers started, hops, reads or restarts.
    pub fn count(self, reads: u64, quick: bool) -> u64 {
        let count = match self {
            Self::CallSeq | Self::Spawn | Self::Memory | Self::Ring | Self::Task => 200_000,
            Self::CallConc => 5_000,
            Self::Cast | Self::Stream => 1_000_000,
            Self::CastMpsc => 250_000,
            Self::ReadMostly => reads,
            Self::Restart => 20_000,
            Self::StartChild | Self::StopTree | Self::MemorySupervised => 100_000,
            Self::OneForAll => 1_000,
        };
        if quick { count / 10 } else { count }
    }

    /// What each client does before the measured run of `count`. As much, so that the heap holds
    /// what an unbounded mailbox needs; but starting servers is measured on a heap that grows.
    pub fn warm_up(self, count: u64) -> u64 {
        match self {
            Self::Spawn
            | Self::Memory
            | Self::StartChild
            | Self::StopTree
            | Self::MemorySupervised
            | Self::Restart
            | Self::OneForAll => count / 10,
            _ => count,
        }
    }
}

impl FromStr for Workload {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|workload| workload.name() == name)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::name).join(", ");
                format!("no workload `{name}`: one of {known}")
            })
    }
}
