//! What would come of a request or certificate, in words.

use lyncert_rules::assess::{Fits, Trial};

use super::plan::usage_words;
use crate::model::{OutlookRow, usages_text};

/// How many names are missing, and the first other fault.
pub(super) fn shortfall(trial: &Trial, lead: &str) -> String {
    const MAX_NAMES: usize = 4;
    let names: Vec<String> = trial.missing.iter().map(|name| format!("`{name}`")).collect();
    let names = match names.as_slice() {
        [] => None,
        [one] => Some(format!("one name short: {one}")),
        several if several.len() <= MAX_NAMES => {
            Some(format!("{} names short: {}", several.len(), several.join(", ")))
        }
        several => {
            let shown = several.iter().take(MAX_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
            Some(format!("{} names short: {shown} and {} more", several.len(), several.len() - MAX_NAMES))
        }
    };
    let faults = trial.faults();
    match (names, faults.first()) {
        (Some(names), None) => names,
        (Some(names), Some(fault)) => format!("{names}; also, {fault}"),
        (None, Some(fault)) => format!("{lead}: {fault}"),
        (None, None) => lead.to_owned(),
    }
}

/// What would come of a request of a folder, for its row in a report.
pub(super) fn outlook_row(trial: &Trial) -> OutlookRow {
    let (holder, usages) = (trial.holder().map(ToString::to_string).unwrap_or_default(), trial.usages());
    let usages = usage_words(&usages);
    let faults = trial.faults();
    let what = format!("{holder} ({})", usages_text(&usages));
    let text = match (trial.fits, faults.first()) {
        (Fits::Yes, _) => format!("it would meet {what}: have it signed"),
        (Fits::WithWarnings, Some(fault)) => format!("it would meet {what} with warnings: {fault}"),
        (Fits::WithWarnings, None) => format!("it would meet {what} with warnings"),
        (Fits::No, _) => format!("it would not do for {what}: {}", shortfall(trial, "do not send it")),
    };
    OutlookRow {
        fits: trial.fits.into(),
        requirement: trial.order.clone(),
        requirements: trial.parts.iter().map(|part| part.requirement.id.clone()).collect(),
        holder,
        usages,
        missing: trial.missing.iter().map(ToString::to_string).collect(),
        faults,
        text,
    }
}
