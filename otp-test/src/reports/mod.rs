//! What the runtime reports, as data.
//!
//! `layer` listens, `kind` knows the runtime's words.

mod kind;
mod layer;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use otp_core::{Pid, kit};
use tracing::subscriber::NoSubscriber;
use tracing::{Dispatch, Level};
use tracing_subscriber::layer::SubscriberExt;

pub use kind::Kind;
pub use layer::ReportLayer;

/// One report: what happened, to whom, why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// What happened.
    pub kind: Kind,
    /// How loud it was said.
    pub level: Level,
    /// The process that it is about.
    pub pid: Option<Pid>,
    /// The type of its server.
    pub server: Option<String>,
    /// The supervisor that tells it.
    pub supervisor: Option<String>,
    /// The child that it is about.
    pub child: Option<String>,
    /// The handler that crashed, or was slow.
    pub handler: Option<String>,
    /// Why, as `ExitReason` prints.
    pub reason: Option<String>,
    /// The report in words, as a log shows it.
    pub text: String,
    /// Everything that it carries, by name, as a log shows it.
    pub fields: BTreeMap<&'static str, String>,
}

impl Report {
    fn new(level: Level, mut fields: BTreeMap<&'static str, String>) -> Self {
        let text = fields.remove("message").unwrap_or_default();
        let get = |name: &str| fields.get(name).cloned();
        Self {
            kind: Kind::of(&text),
            level,
            pid: fields.get("pid").and_then(|pid| kit::pid_of(pid)),
            server: get("server"),
            supervisor: get("supervisor"),
            child: get("child"),
            handler: get("handler"),
            reason: get("reason"),
            text,
            fields,
        }
    }
}

/// In one line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(supervisor) = &self.supervisor {
            write!(f, "{supervisor}: ")?;
        }
        f.write_str(&self.text)?;
        if let Some(child) = self.child.as_ref().or(self.server.as_ref()) {
            write!(f, ": {child}")?;
        }
        if let Some(reason) = &self.reason {
            write!(f, " ({reason})")?;
        }
        Ok(())
    }
}

/// The reports that were made since it was made, in order.
///
/// ```
/// # use otp::prelude::*;
/// # #[gen_server] struct Till { count: u64 }
/// # #[gen_server] impl Till {
/// #     #[init] fn new() -> Self { Till { count: 0 } }
/// #     #[call] fn pay(&mut self, cents: u64) -> u64 { self.count += cents; self.count }
/// # }
/// # supervisor! { Shop() { strategy: one_for_one, intensity: 3 per 5s, till: Till() } }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// use otp::test::{self, Faults, Kind, Reports};
///
/// let reports = Reports::capture();
/// let shop = test::started(Shop::start()).await;
/// let faults = Faults::here();
/// faults.next_message(shop.till()).panics();
/// let _ = shop.till().pay(310).await;
/// test::idle(&shop).await;
///
/// let till = reports.of_child("till");
/// let kinds: Vec<_> = till.iter().map(|report| report.kind).collect();
/// assert_eq!(kinds, [Kind::Started, Kind::Ended, Kind::Restarted, Kind::Started]);
/// assert_eq!(reports.count(Kind::Crashed), 1);
/// shop.finish().await;
/// # }
/// ```
#[derive(Debug)]
pub struct Reports {
    heard: Arc<Mutex<Vec<Report>>>,
    /// Until it is dropped, this thread's events come here.
    #[allow(dead_code, reason = "held")]
    listens: Option<tracing::subscriber::DefaultGuard>,
}

impl Reports {
    /// Listens to this thread until it is dropped, instead of whoever listened before: for tests on a
    /// `current_thread` runtime, whose servers all run on it. For others see [`Reports::layer`].
    pub fn capture() -> Self {
        // While there is but one subscriber, tracing asks that of the thread which comes to an event
        // first, which may be a test without one; the event would then be off for all threads.
        static ANOTHER: LazyLock<Dispatch> =
            LazyLock::new(|| Dispatch::new(NoSubscriber::default()));
        LazyLock::force(&ANOTHER);
        let (mut reports, layer) = Self::layer();
        let subscriber = tracing_subscriber::registry().with(layer);
        reports.listens = Some(tracing::subscriber::set_default(subscriber));
        reports
    }

    /// A layer for a subscriber of the test's own, and what it hears: for runtimes of several threads,
    /// and beside a log.
    ///
    /// ```
    /// use tracing_subscriber::prelude::*;
    ///
    /// let (reports, layer) = otp::test::Reports::layer();
    /// tracing_subscriber::registry().with(layer).init();
    /// assert_eq!(reports.all(), []);
    /// ```
    pub fn layer() -> (Self, ReportLayer) {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let layer = ReportLayer::new(Arc::clone(&heard));
        let reports = Self {
            heard,
            listens: None,
        };
        (reports, layer)
    }

    /// All so far.
    pub fn all(&self) -> Vec<Report> {
        self.with(|all| all.clone())
    }

    /// All so far, which are forgotten.
    pub fn take(&self) -> Vec<Report> {
        self.with(std::mem::take)
    }

    /// Those of a kind.
    pub fn of_kind(&self, kind: Kind) -> Vec<Report> {
        self.only(|report| report.kind == kind)
    }

    /// Those about the child of this name, whatever supervisor tells them.
    pub fn of_child(&self, child: &str) -> Vec<Report> {
        self.only(|report| report.child.as_deref() == Some(child))
    }

    /// Those about one incarnation.
    pub fn of_pid(&self, pid: Pid) -> Vec<Report> {
        self.only(|report| report.pid == Some(pid))
    }

    /// How many of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.with(|all| all.iter().filter(|report| report.kind == kind).count())
    }

    fn only(&self, wanted: impl Fn(&Report) -> bool) -> Vec<Report> {
        self.with(|all| {
            all.iter()
                .filter(|report| wanted(report))
                .cloned()
                .collect()
        })
    }

    fn with<R>(&self, look: impl FnOnce(&mut Vec<Report>) -> R) -> R {
        look(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
