//! A model of a tree of supervisors by OTP's rules: data and nothing else, no process, no clock.
//!
//! It says what the log of starts and ends must be, to the millisecond, who runs after each event, and
//! what each question is answered.

#![allow(dead_code)] // each test uses its own part

pub(crate) mod real;
pub(crate) mod trees;

use std::collections::VecDeque;

use otp::{AutoShutdown, Restart, Strategy};

/// A tree as it is declared; the root is number 0, and who is declared later has the larger number.
#[derive(Clone, Debug)]
pub(crate) struct Tree(pub(crate) Vec<Node>);

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) parent: usize,
    pub(crate) kind: Kind,
    pub(crate) restart: Restart,
    pub(crate) significant: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Worker(Worker),
    Supervisor(Rules),
}

/// How long a worker's `init` takes, what its `terminate` does, and how it is stopped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Worker {
    pub(crate) init: u64,
    pub(crate) ending: Ending,
    pub(crate) shutdown: Asked,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ending {
    Takes(u64),
    Hangs,
}

/// How a worker is asked to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked {
    Kill,
    Within(u64),
    Forever,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) strategy: Strategy,
    pub(crate) limit: u32,
    pub(crate) period: u64,
    pub(crate) auto_shutdown: AutoShutdown,
}

/// What is done to the tree. Numbers are those of nodes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Action {
    /// A worker, or a supervisor of workers alone, is killed.
    Kill(usize),
    Panic(usize),
    Quit(usize),
    /// A worker ends with an error of its own.
    Fail(usize),
    /// Its next inits fail, so many times.
    FailInits(usize, u32),
    /// A supervisor is stopped by somebody outside the tree.
    Stop(usize),
    Terminate(usize),
    Restart(usize),
    Delete(usize),
    /// Its spec is added to its supervisor anew.
    Start(usize),
}

/// What a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Nothing,
    Ok,
    NotFound,
    Running,
    Failed,
    AlreadyPresent,
    Down,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Started,
    Failed,
    Terminated,
}

/// When, what, who.
pub(crate) type Entry = (u64, What, usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Its supervisor does not know it, or does not run.
    Absent,
    Running,
    Restarting,
    Stopped,
}

/// Why the root has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RootEnd {
    Normal,
    Shutdown,
    Killed,
}

pub(crate) struct Model {
    tree: Tree,
    pub(crate) state: Vec<State>,
    /// The children of each supervisor, in order of start.
    pub(crate) lines: Vec<Vec<usize>>,
    restarts: Vec<VecDeque<u64>>,
    failing: Vec<u32>,
    pub(crate) now: u64,
    pub(crate) log: Vec<Entry>,
    pub(crate) root_end: Option<RootEnd>,
}

impl Model {
    pub(crate) fn new(tree: &Tree) -> Self {
        let nodes = tree.0.len();
        Self {
            tree: tree.clone(),
            state: vec![State::Absent; nodes],
            lines: vec![Vec::new(); nodes],
            restarts: vec![VecDeque::new(); nodes],
            failing: vec![0; nodes],
            now: 0,
            log: Vec::new(),
            root_end: None,
        }
    }

    /// The first start; the worker that failed, if one did.
    pub(crate) fn start_root(&mut self) -> Result<(), usize> {
        self.start(0)
    }

    pub(crate) fn stop_root(&mut self) {
        self.stop_all(0);
        self.end_of(0, RootEnd::Normal);
    }

    pub(crate) fn workers_that_run(&self) -> Vec<usize> {
        let all = 0..self.tree.0.len();
        all.filter(|&id| self.runs(id) && self.rules(id).is_none())
            .collect()
    }

    pub(crate) fn supervisors_that_run(&self) -> Vec<usize> {
        let all = 0..self.tree.0.len();
        all.filter(|&id| self.runs(id) && self.rules(id).is_some())
            .collect()
    }

    pub(crate) fn apply(&mut self, action: Action) -> Answer {
        match action {
            Action::FailInits(id, times) => self.failing[id] = times,
            Action::Kill(id) if self.runs(id) => {
                let workers = std::mem::take(&mut self.lines[id]);
                for worker in workers {
                    self.state[worker] = State::Absent;
                }
                self.end_of(id, RootEnd::Killed);
            }
            Action::Panic(id) | Action::Fail(id) if self.runs(id) => {
                self.note(What::Terminated, id);
                self.end_of(id, RootEnd::Killed);
            }
            Action::Quit(id) if self.runs(id) => {
                self.note(What::Terminated, id);
                self.end_of(id, RootEnd::Normal);
            }
            Action::Stop(id) if self.runs(id) => {
                self.stop_all(id);
                self.end_of(id, RootEnd::Normal);
            }
            Action::Kill(_)
            | Action::Panic(_)
            | Action::Fail(_)
            | Action::Quit(_)
            | Action::Stop(_) => {}
            Action::Terminate(id)
            | Action::Restart(id)
            | Action::Delete(id)
            | Action::Start(id) => {
                if !self.runs(self.tree.0[id].parent) {
                    return Answer::Down;
                }
                return match action {
                    Action::Start(_) => self.start_child(id),
                    _ if self.state[id] == State::Absent => Answer::NotFound,
                    Action::Terminate(_) => self.terminate_child(id),
                    Action::Restart(_) => self.restart_child(id),
                    _ => self.delete_child(id),
                };
            }
        }
        Answer::Nothing
    }

    fn runs(&self, id: usize) -> bool {
        self.state[id] == State::Running
    }

    fn rules(&self, id: usize) -> Option<Rules> {
        match self.tree.0[id].kind {
            Kind::Supervisor(rules) => Some(rules),
            Kind::Worker(_) => None,
        }
    }

    fn note(&mut self, what: What, id: usize) {
        self.log.push((self.now, what, id));
    }

    fn start(&mut self, id: usize) -> Result<(), usize> {
        match self.tree.0[id].kind {
            Kind::Worker(worker) => {
                self.now += worker.init;
                if self.failing[id] > 0 {
                    self.failing[id] -= 1;
                    self.note(What::Failed, id);
                    self.state[id] = State::Stopped;
                    return Err(id);
                }
                self.note(What::Started, id);
            }
            Kind::Supervisor(_) => {
                self.restarts[id].clear();
                for child in self.tree.children(id) {
                    if let Err(worker) = self.start(child) {
                        self.state[child] = State::Absent;
                        self.stop_all(id);
                        self.state[id] = State::Stopped;
                        return Err(worker);
                    }
                    self.lines[id].push(child);
                }
            }
        }
        self.state[id] = State::Running;
        Ok(())
    }

    /// A child is stopped by its supervisor.
    fn stop(&mut self, id: usize) {
        if self.runs(id) {
            match self.tree.0[id].kind {
                Kind::Supervisor(_) => self.stop_all(id),
                Kind::Worker(worker) => self.stop_worker(id, worker),
            }
        }
        self.state[id] = State::Stopped;
    }

    fn stop_worker(&mut self, id: usize, worker: Worker) {
        let longest = match worker.shutdown {
            Asked::Kill => return,
            Asked::Within(time) => time,
            Asked::Forever => u64::MAX,
        };
        self.note(What::Terminated, id);
        self.now += match worker.ending {
            Ending::Takes(time) => time.min(longest),
            Ending::Hangs => longest,
        };
    }

    /// A supervisor ends: its children do first, the last one first.
    fn stop_all(&mut self, supervisor: usize) {
        for child in std::mem::take(&mut self.lines[supervisor])
            .into_iter()
            .rev()
        {
            self.stop(child);
            self.state[child] = State::Absent;
        }
    }

    /// Somebody has ended who was not asked to by its supervisor.
    fn end_of(&mut self, id: usize, how: RootEnd) {
        if id == 0 {
            self.state[0] = State::Absent;
            self.root_end = Some(how);
            return;
        }
        let supervisor = self.tree.0[id].parent;
        let rules = self.rules(supervisor).expect("a parent supervises");
        let node = &self.tree.0[id];
        let significant = node.significant;
        let again = match node.restart {
            Restart::Permanent => true,
            Restart::Transient => how == RootEnd::Killed,
            Restart::Temporary => false,
        };
        if again {
            self.state[id] = State::Restarting;
            if self.counts(supervisor) {
                self.restart(supervisor, id);
            } else {
                self.gives_up(supervisor);
            }
            return;
        }
        self.state[id] = State::Stopped;
        self.forget_temporary(id);
        let others = self.lines[supervisor]
            .iter()
            .any(|&child| self.tree.0[child].significant && self.state[child] != State::Stopped);
        let enough = match rules.auto_shutdown {
            AutoShutdown::Never => false,
            AutoShutdown::AnySignificant => significant,
            AutoShutdown::AllSignificant => significant && !others,
        };
        if enough {
            self.gives_up(supervisor);
        }
    }

    /// One more restart; whether it is allowed.
    fn counts(&mut self, supervisor: usize) -> bool {
        let rules = self.rules(supervisor).expect("it supervises");
        let now = self.now;
        let restarts = &mut self.restarts[supervisor];
        restarts.push_back(now);
        restarts.retain(|then| now - then <= rules.period);
        restarts.len() <= rules.limit as usize
    }

    fn gives_up(&mut self, supervisor: usize) {
        self.stop_all(supervisor);
        self.end_of(supervisor, RootEnd::Shutdown);
    }

    fn group(&self, supervisor: usize, id: usize) -> Vec<usize> {
        let line = &self.lines[supervisor];
        let at = line.iter().position(|&child| child == id);
        match self.rules(supervisor).expect("it supervises").strategy {
            Strategy::OneForOne => vec![id],
            Strategy::OneForAll => line.clone(),
            Strategy::RestForOne => line[at.expect("it is a child")..].to_vec(),
        }
    }

    /// The others of the group are stopped; temporary ones are not seen again.
    fn stop_group(&mut self, supervisor: usize, id: usize) {
        for child in self.group(supervisor, id).into_iter().rev() {
            self.stop(child);
            if child != id {
                self.forget_temporary(child);
            }
        }
    }

    fn restart(&mut self, supervisor: usize, id: usize) {
        let mut id = id;
        loop {
            self.stop_group(supervisor, id);
            let group = self.group(supervisor, id);
            let failed = group.into_iter().find(|&child| self.start(child).is_err());
            let Some(failed) = failed else {
                return;
            };
            let rules = self.rules(supervisor).expect("it supervises");
            if rules.strategy == Strategy::OneForAll {
                self.stop_group(supervisor, failed);
            }
            if !self.counts(supervisor) {
                return self.gives_up(supervisor);
            }
            id = failed;
        }
    }

    fn forget_temporary(&mut self, id: usize) {
        let node = &self.tree.0[id];
        if node.restart == Restart::Temporary {
            self.lines[node.parent].retain(|&child| child != id);
            self.state[id] = State::Absent;
        }
    }

    fn terminate_child(&mut self, id: usize) -> Answer {
        self.stop(id);
        self.forget_temporary(id);
        Answer::Ok
    }

    fn restart_child(&mut self, id: usize) -> Answer {
        let state = self.state[id];
        match state {
            State::Running => Answer::Running,
            _ if self.start(id).is_ok() => Answer::Ok,
            _ => Answer::Failed,
        }
    }

    fn delete_child(&mut self, id: usize) -> Answer {
        if self.runs(id) {
            return Answer::Running;
        }
        self.lines[self.tree.0[id].parent].retain(|&child| child != id);
        self.state[id] = State::Absent;
        Answer::Ok
    }

    fn start_child(&mut self, id: usize) -> Answer {
        let state = self.state[id];
        match state {
            State::Running => Answer::Running,
            State::Restarting | State::Stopped => Answer::AlreadyPresent,
            State::Absent if self.start(id).is_ok() => {
                let parent = self.tree.0[id].parent;
                self.lines[parent].push(id);
                Answer::Ok
            }
            State::Absent => {
                self.state[id] = State::Absent;
                Answer::Failed
            }
        }
    }
}

impl Tree {
    /// A supervisor, below it another with so many quick workers.
    pub(crate) fn nested(workers: usize, restart: Restart) -> Self {
        let Self(mut nodes) = Self::flat(Strategy::OneForOne, workers);
        let mut inner = nodes[0].clone();
        inner.restart = Restart::Permanent;
        for worker in &mut nodes[1..] {
            worker.parent = 1;
            worker.restart = restart;
        }
        nodes.insert(1, inner);
        Self(nodes)
    }

    /// A supervisor with so many quick, transient workers.
    pub(crate) fn flat(strategy: Strategy, workers: usize) -> Self {
        let rules = Rules {
            strategy,
            limit: 3,
            period: 5000,
            auto_shutdown: AutoShutdown::Never,
        };
        let worker = Worker {
            init: 0,
            ending: Ending::Takes(0),
            shutdown: Asked::Within(500),
        };
        let node = |kind| Node {
            parent: 0,
            kind,
            restart: Restart::Transient,
            significant: false,
        };
        let workers = (0..workers).map(|_| node(Kind::Worker(worker)));
        let root = node(Kind::Supervisor(rules));
        Self(std::iter::once(root).chain(workers).collect())
    }

    /// The declared children of a supervisor, in order.
    pub(crate) fn children(&self, supervisor: usize) -> Vec<usize> {
        let all = 1..self.0.len();
        all.filter(|&id| self.0[id].parent == supervisor).collect()
    }
}
