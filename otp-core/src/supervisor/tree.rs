//! A running tree as text, and as a Mermaid diagram.

use std::fmt::{self, Write};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use super::inspect::{Inspected, inspect};
use super::{ChildInfo, ChildKind, ChildState};
use crate::process::cell::ProcessRef;
use crate::{CallError, Pid};

/// A running tree, as it was in the moment of the question. Printed, it is drawn with lines.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tree {
    /// What the top supervisor is called.
    pub name: &'static str,
    /// Its process.
    pub pid: Pid,
    /// Its children, in the order of their start.
    pub children: Vec<Node>,
}

/// A child in a tree.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Node {
    /// The child.
    pub info: ChildInfo,
    /// Its own children, in the order of their start, if it is a supervisor that runs.
    pub children: Vec<Node>,
}

pub(crate) async fn tree_of(name: &'static str, process: &ProcessRef) -> Result<Tree, CallError> {
    let children = inspect(process).await?;
    Ok(Tree {
        name,
        pid: process.pid(),
        children: nodes(children).await,
    })
}

fn nodes(children: Vec<Inspected>) -> Pin<Box<dyn Future<Output = Vec<Node>> + Send>> {
    Box::pin(async {
        let mut all = Vec::with_capacity(children.len());
        for Inspected { info, process } in children {
            let mut below = Vec::new();
            if info.kind == ChildKind::Supervisor && info.pid.is_some() {
                // One that ended meanwhile has no children any more.
                below = nodes(inspect(&process).await.unwrap_or_default()).await;
            }
            all.push(Node {
                info,
                children: below,
            });
        }
        all
    })
}

impl Tree {
    /// The tree as a Mermaid flowchart.
    pub fn mermaid(&self) -> String {
        let mut text = format!("flowchart TD\n    n0[\"{} {}\"]\n", self.name, self.pid);
        let mut next = 1;
        for node in &self.children {
            node.mermaid(0, &mut next, &mut text);
        }
        text
    }
}

impl Node {
    fn mermaid(&self, parent: usize, next: &mut usize, text: &mut String) {
        let here = *next;
        *next += 1;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    n{parent} --> n{here}[\"{}\"]", self.label());
        for node in &self.children {
            node.mermaid(here, next, text);
        }
    }

    fn label(&self) -> String {
        let info = &self.info;
        let mut label = match &info.id {
            Some(id) => format!("{id}: {}", info.type_name),
            None => info.type_name.to_owned(),
        };
        let state = match (info.state, info.pid) {
            (ChildState::Restarting, _) => " restarting".to_owned(),
            (_, Some(pid)) => format!(" {pid}"),
            (_, None) => " stopped".to_owned(),
        };
        label.push_str(&state);
        label
    }

    fn draw(&self, f: &mut fmt::Formatter<'_>, lead: &str, last: bool) -> fmt::Result {
        let (turn, deeper) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        let info = &self.info;
        write!(f, "\n{lead}{turn}{}", self.label())?;
        if let Some(uptime) = info.uptime {
            write!(f, ", up {}", short(uptime))?;
        }
        if info.restarts > 0 {
            let times = if info.restarts == 1 { "" } else { "s" };
            write!(f, ", {} restart{times}", info.restarts)?;
        }
        if info.mailbox_len > 0 {
            write!(f, ", {} waiting", info.mailbox_len)?;
        }
        let lead = format!("{lead}{deeper}");
        draw_all(f, &lead, &self.children)
    }
}

/// Children of one parent that are drawn, at the most.
const MOST: usize = 20;

fn draw_all(f: &mut fmt::Formatter<'_>, lead: &str, nodes: &[Node]) -> fmt::Result {
    let shown = nodes.len().min(MOST);
    for (at, node) in nodes[..shown].iter().enumerate() {
        node.draw(f, lead, at + 1 == nodes.len())?;
    }
    if shown < nodes.len() {
        write!(f, "\n{lead}└─ and {} more", nodes.len() - shown)?;
    }
    Ok(())
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.pid)?;
        draw_all(f, "", &self.children)
    }
}

fn short(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{}ms", time.as_millis()),
        1..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{}s", seconds / 60, seconds % 60),
        _ => format!("{}h{}m", seconds / 3600, seconds / 60 % 60),
    }
}
