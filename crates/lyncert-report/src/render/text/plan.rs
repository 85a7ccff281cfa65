//! Plans: what to request, what the wizard makes of it, and what a change of the topology asks for.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{self, Write};

use super::{Look, Page, below, line, notes_and_problems, width, wrapped};
use crate::model::{
    AddedBy, ChangeRow, NameRow, OrderRow, Plan, PlanAction, PlanDiff, RequirementRow, WizardRow, counted,
    usages_text,
};

/// Which certificates to request.
///
/// # Errors
///
/// Those of the sink.
pub fn plan(plan: &Plan, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    let count = plan.orders.len();
    headline(&plan.estate, &format!("{} to request", counted(count, "certificate")), page)?;
    let mut by_id: HashMap<&str, Vec<(usize, &RequirementRow)>> = HashMap::new();
    for (place, requirement) in plan.requirements.iter().enumerate() {
        by_id.entry(&requirement.id).or_default().push((place, requirement));
    }
    for (index, order) in plan.orders.iter().enumerate() {
        line(page, "")?;
        write_order(index + 1, order, page)?;
        let ids: BTreeSet<&str> = order.requirements.iter().map(String::as_str).collect();
        let mut served: Vec<_> = ids.iter().filter_map(|id| by_id.get(id)).flatten().collect();
        served.sort_unstable_by_key(|(place, _)| *place);
        for (_, requirement) in served {
            for note in &requirement.notes {
                wrapped(page, "    note        ", note)?;
            }
        }
    }
    notes_and_problems(&plan.topology, page)
}

/// Of which estate it is, and what. Files are known again by the second part, which is never broken in one.
fn headline(estate: &str, what: &str, page: &mut Page<'_>) -> io::Result<()> {
    let whole = format!("{estate}: {what}");
    if width(&whole) <= page.width() {
        return line(page, &whole);
    }
    line(page, &format!("{estate}:"))?;
    line(page, what)
}

fn write_order(number: usize, order: &OrderRow, page: &mut Page<'_>) -> io::Result<()> {
    wrapped(page, &format!("{number}. "), &order.holder)?;
    // As `--order` takes it, and `lyncert check --for`.
    wrapped(page, "    id          ", &order.id)?;
    wrapped(page, "    for         ", &usages_text(&order.usages))?;
    if !order.install_on.is_empty() {
        wrapped(page, "    install on  ", &order.install_on.join(", "))?;
    }
    wrapped(page, "    subject     ", &format!("CN={}", order.subject))?;
    let lead = "    names       ";
    for (index, name) in order.names.iter().enumerate() {
        let by = match name.added_by {
            AddedBy::Wizard => ", by the wizard",
            AddedBy::Person => ", by hand",
        };
        // A name stands on a line of its own, which can be copied from there.
        match index {
            0 if page.is_narrow_behind(lead) => {
                line(page, lead.trim_end())?;
                below(page, lead, 0, &name.name)?;
            }
            0 => wrapped(page, lead, &name.name)?,
            _ => below(page, lead, 0, &name.name)?,
        }
        below(page, lead, 2, &why(name, by))?;
    }
    if !order.also_accepted.is_empty() {
        wrapped(page, "    may have    ", &order.also_accepted.join(", "))?;
    }
    let eku = if order.eku.is_empty() { "none in particular".to_owned() } else { order.eku.join(", ") };
    wrapped(page, "    EKU         ", &eku)?;
    wrapped(page, "    CA          ", order.ca())?;
    let exportable = if order.key.exportable { ", exportable" } else { "" };
    wrapped(page, "    key         ", &format!("{} {}{exportable}", order.key.algorithm, order.key.bits))?;
    if let Some(size) = order.size {
        let text = format!("{}, {} octets", counted(size.names, "name"), size.octets);
        wrapped(page, "    size        ", &text)?;
    }
    for text in order.attention_with_names() {
        wrapped(page, "    attention   ", &text)?;
    }
    Ok(())
}

/// Why a name is needed.
fn why(name: &NameRow, by: &str) -> String {
    format!("{}{by}, {}: {}", name.need, name.clause, name.reason_in_words())
}

/// What the product's own wizard requests, compared with what is needed.
///
/// # Errors
///
/// Those of the sink.
pub fn wizard(plan: &Plan, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    headline(&plan.estate, "what the wizard requests, and what it leaves out", page)?;
    for (index, order) in plan.orders.iter().enumerate() {
        line(page, "")?;
        wrapped(page, &format!("{}. ", index + 1), &order.holder)?;
        wrapped(page, "    id              ", &order.id)?;
        wrapped(page, "    for             ", &usages_text(&order.usages))?;
        match &order.wizard {
            Some(wizard) => wizard_set(order, wizard, page)?,
            None => {
                wrapped(page, "    the wizard      ", "does not request it: all names are typed in")?;
                wrapped(page, "    needed          ", &name_list(order.names.iter().map(|name| &name.name)))?;
            }
        }
        for text in order.attention_texts() {
            wrapped(page, "    attention       ", &text)?;
        }
    }
    notes_and_problems(&plan.topology, page)
}

fn wizard_set(order: &OrderRow, wizard: &WizardRow, page: &mut Page<'_>) -> io::Result<()> {
    wrapped(page, "    subject         ", &format!("CN={}", wizard.subject))?;
    wrapped(page, "    names           ", &name_list(&wizard.names))?;
    if wizard.names_ticked != wizard.names {
        wrapped(page, "    all SIP domains ", &name_list(&wizard.names_ticked))?;
    }
    let lacks_ticked: HashSet<&String> = wizard.lacks_ticked.iter().collect();
    let ticked: Vec<String> =
        wizard.lacks.iter().filter(|name| !lacks_ticked.contains(name)).cloned().collect();
    if wizard.lacks.is_empty() {
        wrapped(page, "    left out        ", "nothing that is needed")?;
    }
    if !ticked.is_empty() {
        wrapped(page, "    unless ticked   ", &with_need(order, &ticked))?;
    }
    if !wizard.lacks_ticked.is_empty() {
        wrapped(page, "    left out        ", &with_need(order, &wizard.lacks_ticked))?;
    }
    if !wizard.surplus.is_empty() {
        wrapped(page, "    not needed      ", &wizard.surplus.join(", "))?;
    }
    Ok(())
}

fn name_list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    if names.is_empty() { "no subject alternative name".to_owned() } else { names.join(", ") }
}

/// Names, each with how much it is needed.
fn with_need(order: &OrderRow, names: &[String]) -> String {
    // Backwards, so that of equal names the first one stays.
    let rows: HashMap<&String, &NameRow> = order.names.iter().rev().map(|row| (&row.name, row)).collect();
    let need = |name: &String| {
        let row = rows.get(name);
        row.map(|row| format!("{name} ({}, {})", row.need, row.clause)).unwrap_or_else(|| name.clone())
    };
    names.iter().map(need).collect::<Vec<_>>().join(", ")
}

/// What a change of the topology asks of the certificates.
///
/// # Errors
///
/// Those of the sink.
pub fn diff(diff: &PlanDiff, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    line(page, &format!("{}: from {} to {}", diff.estate, diff.old.join(", "), diff.new.join(", ")))?;
    for (action, title) in [
        (PlanAction::Request, "To request, there is none yet"),
        (PlanAction::Reissue, "To reissue, before the new topology is published"),
        (PlanAction::Install, "To install on further servers"),
        (PlanAction::Retire, "Not needed any more, once it is published"),
        (PlanAction::Keep, "To keep"),
    ] {
        let mut changes = diff.changes.iter().filter(|change| change.action == action).peekable();
        if changes.peek().is_some() {
            line(page, "")?;
            line(page, title)?;
        }
        for change in changes {
            write_change(change, page)?;
        }
    }
    if diff.changes.is_empty() {
        line(page, "")?;
        line(page, "Neither topology needs a certificate")?;
    }
    Ok(())
}

fn write_change(change: &ChangeRow, page: &mut Page<'_>) -> io::Result<()> {
    wrapped(page, "  ", &format!("{}: {}", change.holder, usages_text(&change.usages)))?;
    for reason in &change.reasons {
        wrapped(page, "    ", reason)?;
    }
    if change.action != PlanAction::Reissue {
        return Ok(());
    }
    change.added.iter().try_for_each(|name| {
        wrapped(page, "      ", &name.name)?;
        wrapped(page, "        ", &why(name, ""))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::plain_report;

    #[test]
    fn reasons_of_names_are_as_wide_as_the_window() {
        let report = plain_report(1);
        let mut order = report.orders[0].clone();
        order.id = "oauth".to_owned();
        order.names[0].reason = "SIP domain contoso.com and ".repeat(20);
        for columns in [40, 60, 80, 120] {
            let mut bytes = Vec::new();
            let page = &mut Page::new(Look::of_window(Some(columns), false), &mut bytes);
            write_order(1, &order, page).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.lines().all(|line| line.len() <= usize::from(columns)), "{text}");
            let (name, reason) = if columns == 40 {
                ("\n    names\n      fe00.contoso.net\n", "\n        required, by the wizard,\n")
            } else {
                (
                    "\n    names       fe00.contoso.net\n",
                    "\n                  required, by the wizard, FE-DEF-01: SIP",
                )
            };
            assert!(text.contains(name), "{text}");
            assert!(text.contains(reason), "{text}");
        }
    }
}
