//! Listens to the runtime's events.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::Report;

/// The target of the runtime's events begins with this.
const RUNTIME: &str = "otp_core";

/// A layer that keeps the runtime's reports; see [`Reports::layer`](super::Reports::layer).
#[derive(Clone, Debug)]
pub struct ReportLayer {
    heard: Arc<Mutex<Vec<Report>>>,
}

impl ReportLayer {
    pub(super) fn new(heard: Arc<Mutex<Vec<Report>>>) -> Self {
        Self { heard }
    }
}

impl<S: Subscriber> Layer<S> for ReportLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if !event.metadata().target().starts_with(RUNTIME) {
            return;
        }
        let mut fields = Fields(BTreeMap::new());
        event.record(&mut fields);
        let report = Report::new(*event.metadata().level(), fields.0);
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(report);
    }
}

struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}
