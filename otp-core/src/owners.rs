//! What each incarnation holds of a registry or a scope, and that it is given up with it.
//!
//! Owns the order of things between a holding that is taken and a process that ends: who is written down
//! here is told of by the engine before anybody else learns of its end. Knows neither keys nor groups.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Pid;
use crate::process::cell::ProcessRef;
use crate::process::registration::{self, Registration};
use crate::process::{self, Server, ServerRef, links};

/// What is kept of a process that holds something: by a handle it is kept alive as well.
pub(crate) trait Holder: Clone + Send + Sync + 'static {
    fn process(&self) -> ProcessRef;

    /// Which incarnation is meant.
    fn pid(&self) -> Pid;
}

impl<S: Server> Holder for ServerRef<S> {
    fn process(&self) -> ProcessRef {
        ServerRef::process(self).clone()
    }

    fn pid(&self) -> Pid {
        ServerRef::pid(self)
    }
}

/// An incarnation that is known, and not kept alive.
#[derive(Clone)]
pub struct Incarnation {
    pid: Pid,
    process: ProcessRef,
}

impl Incarnation {
    /// `None`: it has ended.
    pub(crate) fn find(pid: Pid) -> Option<Self> {
        let process = process::find(pid)?;
        Some(Self { pid, process })
    }

    pub(crate) fn of(pid: Pid, process: &ProcessRef) -> Self {
        let process = process.clone();
        Self { pid, process }
    }

    /// Whether it is still that one, and has not ended.
    pub(crate) fn is_up(&self) -> bool {
        self.process.pid() == self.pid && !self.process.state.is_down()
    }

    /// A handle on the server, unless nobody has one any more.
    pub(crate) fn server<S: Server>(&self) -> Option<ServerRef<S>> {
        ServerRef::upgrade(self.process.downcast::<S>()?)
    }
}

impl Holder for Incarnation {
    fn process(&self) -> ProcessRef {
        self.process.clone()
    }

    fn pid(&self) -> Pid {
        self.pid
    }
}

/// What one process holds.
pub(crate) trait Holdings: Default + Send {
    fn is_empty(&self) -> bool;
}

/// Why nothing was taken.
pub(crate) enum NotHeld<E> {
    /// The registry or scope has ended.
    Closed,
    /// The process has.
    Ended,
    Refused(E),
}

/// Who holds what. Writers of one process wait for each other, and for those of the processes in the
/// same partition.
pub(crate) struct Owners<P, H> {
    /// Set to false before the locks are taken to let all go: who has one and reads true is in before.
    open: AtomicBool,
    partitions: Box<[Mutex<Partition<P, H>>]>,
}

struct Partition<P, H> {
    /// The process that owners are linked with, while they hold anything.
    link: Option<Pid>,
    owners: HashMap<Pid, Owner<P, H>, foldhash::fast::RandomState>,
}

struct Owner<P, H> {
    holder: P,
    holdings: H,
}

impl<P, H> Default for Owners<P, H> {
    /// It takes nobody.
    fn default() -> Self {
        Self::make(1, false, None)
    }
}

impl<P, H> Owners<P, H> {
    fn make(partitions: usize, open: bool, link: Option<Pid>) -> Self {
        let partition = || {
            Mutex::new(Partition {
                link,
                owners: HashMap::default(),
            })
        };
        Self {
            open: AtomicBool::new(open),
            partitions: std::iter::repeat_with(partition).take(partitions).collect(),
        }
    }
}

impl<P: Holder, H: Holdings> Owners<P, H> {
    pub(crate) fn new(partitions: usize, link: Option<Pid>) -> Self {
        Self::make(partitions, true, link)
    }

    pub(crate) fn partitions(&self) -> usize {
        self.partitions.len()
    }

    /// In which partition a process is.
    pub(crate) fn partition_of(&self, pid: Pid) -> usize {
        pid.index() as usize % self.partitions.len()
    }

    fn lock(&self, pid: Pid) -> MutexGuard<'_, Partition<P, H>> {
        lock(&self.partitions[self.partition_of(pid)])
    }

    #[inline]
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Has the incarnation of `holder` that runs take something. `me` is told of its end.
    pub(crate) fn hold<R, E>(
        &self,
        holder: &P,
        me: &Arc<dyn Registration>,
        take: impl FnOnce(Pid, &ProcessRef, &mut H) -> Result<R, E>,
    ) -> Result<R, NotHeld<E>> {
        let process = holder.process();
        let pid = holder.pid();
        let mut partition = self.lock(pid);
        if !self.is_open() {
            return Err(NotHeld::Closed);
        }
        if let Some(owner) = partition.owners.get_mut(&pid) {
            return take(pid, &process, &mut owner.holdings).map_err(NotHeld::Refused);
        }
        // Before anything is taken: from here on its end waits for this lock.
        if !registration::enroll(&process, pid, Arc::clone(me)) {
            return Err(NotHeld::Ended);
        }
        let mut holdings = H::default();
        let taken = take(pid, &process, &mut holdings);
        if holdings.is_empty() {
            registration::withdraw(&process, pid, me);
        } else {
            let owner = Owner {
                holder: holder.clone(),
                holdings,
            };
            partition.owners.insert(pid, owner);
            if let Some(link) = partition.link {
                links::link(&process, link);
            }
        }
        taken.map_err(NotHeld::Refused)
    }

    /// Has `pid` give something up; `None` if it holds nothing.
    pub(crate) fn release<R>(
        &self,
        pid: Pid,
        me: &Arc<dyn Registration>,
        give: impl FnOnce(&mut H) -> R,
    ) -> Option<R> {
        let mut partition = self.lock(pid);
        let owner = partition.owners.get_mut(&pid)?;
        let given = give(&mut owner.holdings);
        if owner.holdings.is_empty()
            && let Some(owner) = partition.owners.remove(&pid)
        {
            let process = owner.holder.process();
            registration::withdraw(&process, pid, me);
            if let Some(link) = partition.link {
                links::unlink(&process, link);
            }
            // With the last handle the server may begin to end: not under the lock.
            drop(partition);
            drop(owner);
        }
        Some(given)
    }

    /// What `pid` holds.
    pub(crate) fn read<R>(&self, pid: Pid, read: impl FnOnce(&H) -> R) -> Option<R> {
        let partition = self.lock(pid);
        partition
            .owners
            .get(&pid)
            .map(|owner| read(&owner.holdings))
    }

    /// Does something while nothing of the first partition changes.
    pub(crate) fn quiet<R>(&self, work: impl FnOnce(bool) -> R) -> R {
        let _partition = lock(&self.partitions[0]);
        work(self.is_open())
    }

    /// `pid` has ended: gives up all that it held.
    pub(crate) fn ended(&self, pid: Pid, give: impl FnOnce(H)) {
        let mut partition = self.lock(pid);
        let owner = partition.owners.remove(&pid);
        let holder = owner.map(|owner| {
            give(owner.holdings);
            owner.holder
        });
        drop(partition);
        drop(holder);
    }

    /// Takes nobody any more, and lets all go; `clear` is called when none can come in.
    pub(crate) fn close(&self, me: &Arc<dyn Registration>, clear: impl FnOnce()) {
        self.open.store(false, Ordering::Release);
        let all = self.partitions.iter();
        let gone: Vec<_> = all
            .map(|partition| std::mem::take(&mut lock(partition).owners))
            .collect();
        clear();
        for (pid, owner) in gone.into_iter().flatten() {
            registration::withdraw(&owner.holder.process(), pid, me);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A key whose `Hash` or `Clone` panics leaves nothing half-done that matters to other keys.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
