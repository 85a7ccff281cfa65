//! Explanations.

use std::io::{self, Write};

use super::{Look, Page, below, line, wrapped};
use crate::model::{
    AddedBy, ExplainList, ExplainedKind, NameExplanation, RuleExplanation, Severity, SourceRow, UseKind,
    UseRow, usages_text,
};

/// All that can be explained.
///
/// # Errors
///
/// Those of the sink.
pub fn explain_list(list: &ExplainList, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    let width = list.rules.iter().chain(&list.clauses).map(|row| row.id.len()).max().unwrap_or_default();
    for (title, rows) in [("Rules", &list.rules), ("Clauses", &list.clauses)] {
        if title != "Rules" {
            line(page, "")?;
        }
        line(page, title)?;
        for row in rows {
            wrapped(page, &format!("  {:width$}  ", row.id), &row.summary)?;
        }
    }
    Ok(())
}

/// Why a rule or clause exists.
///
/// # Errors
///
/// Those of the sink.
pub fn rule_explanation(rule: &RuleExplanation, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    line(page, &format!("{} ({})", rule.id, rule.kind))?;
    wrapped(page, "  ", &rule.summary)?;
    line(page, "")?;
    for (lead, text) in [
        ("  severity     ", rule.severity.map(Severity::as_str)),
        ("  users notice ", rule.consequence.as_deref()),
        ("  what to do   ", rule.remedy.as_deref()),
        ("  applied by   ", rule.applied_by.as_deref()),
    ] {
        if let Some(text) = text {
            wrapped(page, lead, text)?;
        }
    }
    write_sources("  source       ", &rule.sources, page)?;
    if rule.kind == ExplainedKind::Rule && rule.clauses.is_empty() {
        let text = "none of its own; where the matter is a name, the one that asks for the name";
        wrapped(page, "  clause       ", text)?;
    }
    for clause in &rule.clauses {
        line(page, "")?;
        line(page, &format!("  {}", clause.id))?;
        wrapped(page, "    ", &clause.summary)?;
        write_sources("    source     ", &clause.sources, page)?;
    }
    Ok(())
}

fn write_sources(lead: &str, sources: &[SourceRow], page: &mut Page<'_>) -> io::Result<()> {
    for source in sources {
        let date = if source.date.is_empty() { String::new() } else { format!(" ({})", source.date) };
        wrapped(page, lead, &format!("{}{date}", source.title))?;
        below(page, lead, 0, &source.url)?;
    }
    Ok(())
}

/// Why a name is needed, or that nothing needs it.
///
/// # Errors
///
/// Those of the sink.
pub fn name_explanation(explanation: &NameExplanation, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    wrapped(page, "", &explanation.verdict)?;
    for hint in &explanation.hints {
        wrapped(page, "  ", hint)?;
    }
    for used in &explanation.uses {
        line(page, "")?;
        write_use(used, page)?;
    }
    if !explanation.mentions.is_empty() {
        line(page, "")?;
        line(page, "In the topology it is")?;
    }
    for mention in &explanation.mentions {
        wrapped(page, "  ", &format!("{}: {}", mention.what, mention.place))?;
    }
    Ok(())
}

fn write_use(used: &UseRow, page: &mut Page<'_>) -> io::Result<()> {
    wrapped(page, "", &format!("{}: {}", used.holder, usages_text(&used.usages)))?;
    let by = match used.added_by {
        Some(AddedBy::Wizard) => ", added by the wizard",
        Some(AddedBy::Person) => ", to be added by hand",
        None => "",
    };
    let need = match used.need {
        UseKind::Subject => "expected as the subject",
        UseKind::Accepted => "accepted, not needed",
        UseKind::Optional | UseKind::Recommended | UseKind::Required => used.need.as_str(),
    };
    let subject = if used.is_subject && used.need != UseKind::Subject { ", and the subject" } else { "" };
    wrapped(page, "  need         ", &format!("{need}{subject}{by}"))?;
    if !used.servers.is_empty() {
        wrapped(page, "  on           ", &used.servers.join(", "))?;
    }
    if !used.because.is_empty() {
        wrapped(page, "  because of   ", &used.because_in_words())?;
    }
    wrapped(page, "  clause       ", &format!("{}: {}", used.clause.id, used.clause.summary))?;
    let (first, more) = used.clause.sources.split_at(used.clause.sources.len().min(1));
    write_sources("  source       ", first, page)?;
    if !more.is_empty() {
        let text = format!("and {} more: lyncert explain {}", more.len(), used.clause.id);
        below(page, "  source       ", 0, &text)?;
    }
    for (lead, text) in [("  used by      ", &used.used_by), ("  without it   ", &used.without_it)] {
        if let Some(text) = text {
            wrapped(page, lead, text)?;
        }
    }
    match used.wildcard_honored {
        Some(true) => wrapped(page, "  wildcard     ", "may stand for it here"),
        Some(false) => wrapped(page, "  wildcard     ", "may not stand for it here"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use lyncert_rules::rule::RULES;

    use super::*;

    #[test]
    fn every_rule_is_explained_by_severity_consequence_remedy_and_source() {
        for rule in RULES {
            let mut bytes = Vec::new();
            rule_explanation(&RuleExplanation::new(rule.id).unwrap(), Look::PLAIN, &mut bytes).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            for part in ["severity", "users notice", "what to do", "source"] {
                assert!(text.contains(part), "{}: {text}", rule.id);
            }
        }
    }
}
