//! The tasks of one incarnation of a task supervisor: written by who starts one, in place.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::life::TaskFlags;
use crate::process::cell::ProcessRef;
use crate::process::{Prepared, links};
use crate::supervisor::Inspected;
use crate::{ChildInfo, Pid, StartChildError};

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Which tasks there are. As it is made, and when its supervisor has ended, it takes none.
#[doc(hidden)]
#[derive(Default)]
pub struct Crew(Mutex<Option<Running>>);

struct Running {
    flags: TaskFlags,
    started: u64,
    tasks: Map<Pid, Member>,
}

/// A task that runs.
pub(super) struct Member {
    number: u64,
    process: ProcessRef,
    function: &'static str,
}

impl Crew {
    pub(super) fn new(flags: TaskFlags) -> Self {
        Self(Mutex::new(Some(Running {
            flags,
            started: 0,
            tasks: Map::default(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        // Nothing of the user's runs under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a task a child of `supervisor`, before it runs.
    pub(super) fn admit<F>(
        &self,
        supervisor: &ProcessRef,
        task: &Prepared,
    ) -> Result<(), Option<StartChildError>>
    where
        F: Future,
    {
        let mut running = self.lock();
        let running = running.as_mut().ok_or(None)?;
        if running.tasks.len() >= running.flags.max_children {
            return Err(Some(StartChildError::MaxChildren));
        }
        let process = task.process();
        let pid = process.pid();
        running.started += 1;
        let member = Member {
            number: running.started,
            process,
            function: function_of::<F>(),
        };
        running.tasks.insert(pid, member);
        links::link(supervisor, pid);
        Ok(())
    }

    pub(super) fn get(&self, pid: Pid) -> Option<ProcessRef> {
        let running = self.lock();
        let member = running.as_ref()?.tasks.get(&pid)?;
        Some(member.process.clone())
    }

    pub(super) fn remove(&self, pid: Pid) -> Option<Member> {
        self.lock().as_mut()?.tasks.remove(&pid)
    }

    pub(super) fn len(&self) -> usize {
        self.lock()
            .as_ref()
            .map_or(0, |running| running.tasks.len())
    }

    /// All that run, the last started first.
    pub(super) fn inspect(&self) -> Vec<Inspected> {
        let mut members: Vec<(u64, Inspected)> = match &*self.lock() {
            Some(running) => running.tasks.iter().map(Member::inspect).collect(),
            None => Vec::new(),
        };
        members.sort_unstable_by_key(|member| std::cmp::Reverse(member.0));
        members.into_iter().map(|member| member.1).collect()
    }

    /// Takes no more tasks; those that run are handed out.
    pub(super) fn close(&self) -> Vec<(Pid, ProcessRef)> {
        let running = self.lock().take();
        let tasks = running.map(|running| running.tasks).unwrap_or_default();
        let tasks = tasks.into_iter();
        tasks.map(|(pid, member)| (pid, member.process)).collect()
    }
}

impl Member {
    pub(super) fn function(&self) -> &'static str {
        self.function
    }

    pub(super) fn starter(&self) -> Option<Pid> {
        self.process.starter()
    }

    fn inspect((pid, member): (&Pid, &Self)) -> (u64, Inspected) {
        let process = member.process.clone();
        let info = ChildInfo {
            type_name: member.function,
            ..ChildInfo::of(&process, Some(*pid), process.queue().0)
        };
        (member.number, Inspected { info, process })
    }
}

/// The function that a future is made by, for people.
fn function_of<F>() -> &'static str {
    let name = std::any::type_name::<F>();
    name.strip_suffix("::{{closure}}").unwrap_or(name)
}
