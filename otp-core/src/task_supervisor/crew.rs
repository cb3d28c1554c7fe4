//! The tasks of one incarnation of a task supervisor: written by who starts one, in place.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::life::TaskFlags;
use crate::process::cell::ProcessRef;
use crate::process::links;
use crate::supervisor::Inspected;
use crate::{ChildInfo, Pid, StartChildError};

type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Which tasks there are. As it is made, and when its supervisor has ended, it takes none.
#[doc(hidden)]
#[derive(Default)]
pub struct Crew(Mutex<Option<Running>>);

struct Running {
    name: &'static str,
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
    pub(super) fn new(name: &'static str, flags: TaskFlags) -> Self {
        Self(Mutex::new(Some(Running {
            name,
            flags,
            started: 0,
            tasks: Map::default(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Running>> {
        // Nothing of the user's runs under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The supervisor's name, while it runs.
    pub(super) fn name(&self) -> Option<&'static str> {
        self.lock().as_ref().map(|running| running.name)
    }

    /// Whether there is room for one more task.
    pub(super) fn room(&self) -> Result<(), Option<StartChildError>> {
        match &*self.lock() {
            None => Err(None),
            Some(running) => running.room(),
        }
    }

    /// Makes a task a child of `supervisor`, before it runs; `anyway`, also if there is no room.
    pub(super) fn admit(
        &self,
        supervisor: &ProcessRef,
        task: &ProcessRef,
        function: &'static str,
        anyway: bool,
    ) -> Result<(), Option<StartChildError>> {
        let mut running = self.lock();
        let running = running.as_mut().ok_or(None)?;
        if !anyway {
            running.room()?;
        }
        let pid = task.pid();
        running.started += 1;
        let member = Member {
            number: running.started,
            process: task.clone(),
            function,
        };
        running.tasks.insert(pid, member);
        links::link_with(supervisor, pid, Some(task));
        Ok(())
    }

    pub(super) fn get(&self, pid: Pid) -> Option<ProcessRef> {
        let running = self.lock();
        let member = running.as_ref()?.tasks.get(&pid)?;
        Some(member.process.clone())
    }

    pub(super) fn remove(&self, pid: Pid) -> bool {
        let mut running = self.lock();
        running
            .as_mut()
            .is_some_and(|running| running.tasks.remove(&pid).is_some())
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

impl Running {
    fn room(&self) -> Result<(), Option<StartChildError>> {
        if self.tasks.len() < self.flags.max_children {
            Ok(())
        } else {
            Err(Some(StartChildError::MaxChildren))
        }
    }
}

impl Member {
    fn inspect((pid, member): (&Pid, &Self)) -> (u64, Inspected) {
        let process = member.process.clone();
        let info = ChildInfo {
            type_name: member.function,
            ..ChildInfo::of(&process, Some(*pid), process.queue().0)
        };
        (member.number, Inspected { info, process })
    }
}
