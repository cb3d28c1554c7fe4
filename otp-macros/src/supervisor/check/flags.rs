//! Red flags: what a supervisor cannot be without, and what OTP documents as wrong.

use crate::errors::Errors;
use crate::supervisor::messages;
use crate::supervisor::model::{Body, Child, Dynamic, Kind, Partition, Shutdown};

pub(super) fn check_strategy(body: &Body, errors: &mut Errors) {
    if body.strategy.is_missing() {
        errors.err(&body.name, messages::no_strategy(&body.name));
    }
}

/// A child that always crashes would be restarted for ever.
pub(super) fn check_intensity(body: &Body, errors: &mut Errors) {
    if body.intensity.is_missing() {
        errors.err(&body.name, messages::NO_INTENSITY);
    }
}

pub(super) fn check_children(body: &Body, errors: &mut Errors) {
    if body.children.is_empty() && !body.is_doubtful {
        errors.err(&body.name, messages::no_children(&body.name));
    }
}

/// The servers of a `dynamic` or a `partition` are restarted like any other.
pub(super) fn check_group(child: &Child, errors: &mut Errors) {
    let (Kind::Dynamic(Dynamic { word, options, .. })
    | Kind::Partition(Partition { word, options, .. })) = &child.kind
    else {
        return;
    };
    if options.intensity.is_missing() {
        errors.err(word, messages::NO_INTENSITY);
    }
}

/// A supervisor that ends by itself needs a child that can end it.
pub(super) fn check_auto_shutdown(body: &Body, errors: &mut Errors) {
    if let Some(word) = body.auto_shutdown.get()
        && word != "never"
        && body
            .children
            .iter()
            .all(|child| child.options.significant.is_none())
    {
        errors.err(word, messages::SHUTDOWN_WITHOUT_SIGNIFICANT);
    }
}

/// A significant child ends its supervisor by ending, so it must be able to end, and the supervisor
/// to mind.
pub(super) fn check_significant(body: &Body, child: &Child, errors: &mut Errors) {
    let Some(significant) = &child.options.significant else {
        return;
    };
    let permanent = match child.options.restart.get() {
        Some(word) => word == "permanent",
        None => child.options.restart.is_missing(),
    };
    if permanent {
        errors.err(significant, messages::SIGNIFICANT_PERMANENT);
    }
    let ends = match body.auto_shutdown.get() {
        Some(word) => word != "never",
        None => !body.auto_shutdown.is_missing(),
    };
    if !ends {
        errors.err(significant, messages::SIGNIFICANT_WITHOUT_SHUTDOWN);
    }
}

/// A supervisor ends its children; killed, it could not.
pub(super) fn check_brutal_kill(child: &Child, errors: &mut Errors) {
    if let (Kind::Nested(_) | Kind::Tasks, Some(Shutdown::BrutalKill(word))) =
        (&child.kind, child.options.shutdown.get())
    {
        errors.err(word, messages::BRUTAL_KILL);
    }
}
