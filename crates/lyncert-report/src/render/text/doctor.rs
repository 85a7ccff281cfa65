//! Symptoms and their causes.

use std::io::{self, Write};

use super::{line, wrapped};
use crate::model::{DoctorView, SymptomRow};

/// What a code or message can mean.
///
/// # Errors
///
/// Those of the sink.
pub fn doctor(view: &DoctorView, sink: &mut dyn Write) -> io::Result<()> {
    for (index, symptom) in view.symptoms.iter().enumerate() {
        if index > 0 {
            line(sink, "")?;
        }
        write_symptom(symptom, view.estate.as_deref(), sink)?;
    }
    Ok(())
}

fn write_symptom(symptom: &SymptomRow, estate: Option<&str>, sink: &mut dyn Write) -> io::Result<()> {
    wrapped(sink, "", &symptom.meaning)?;
    if !symptom.codes.is_empty() {
        wrapped(sink, "  codes    ", &symptom.codes.join(", "))?;
    }
    for (id, summary) in &symptom.rules {
        wrapped(sink, "  rule     ", &format!("{id}: {summary}"))?;
    }
    wrapped(sink, "  besides  ", &symptom.advice)?;
    wrapped(sink, "  source   ", &symptom.source)?;
    let (Some(estate), Some(findings)) = (estate, &symptom.findings) else { return Ok(()) };
    if symptom.rules.is_empty() {
        return wrapped(sink, "  here     ", "no certificate shows it");
    }
    if findings.is_empty() {
        return wrapped(
            sink,
            "  here     ",
            &format!("{estate} is not affected: none of these rules says anything"),
        );
    }
    for finding in findings {
        let text = format!("{} {}: {}: {}", finding.severity, finding.rule, finding.holder, finding.message);
        wrapped(sink, "  here     ", &text)?;
        wrapped(sink, "           ", &finding.remedy)?;
    }
    Ok(())
}
