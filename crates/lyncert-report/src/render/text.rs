//! Plain text, for the terminal.

mod changes;
mod check;
mod doctor;
mod explanation;
mod few;
mod forecast;
mod index;
mod inventory;
mod look;
mod plan;
mod summary;

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::escape::{is_plain, visible};
use crate::model::{PoolRow, ProblemRow, TopologyView};
use few::{BARE, first_of_each_kind, kind_of};
use look::{Ink, Page, indent_below};

pub use changes::changed;
pub(in crate::render) use changes::{caveats, changes};
pub use check::check;
pub use doctor::doctor;
pub use explanation::{explain_list, name_explanation, rule_explanation};
pub use forecast::forecast;
pub use index::index;
pub use inventory::inventory;
pub use look::Look;
pub use plan::{diff, plan, wizard};
pub(in crate::render) use summary::{by_prominence, certificate_of};
pub use summary::{next_step, summary};

/// What was understood from an export.
///
/// # Errors
///
/// Those of the page; so for all writers here.
pub fn topology(view: &TopologyView, look: Look, sink: &mut dyn Write) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    wrapped(page, "", &format!("{} ({})", view.documents.join(", "), view.format))?;
    if !view.product_version.is_empty() {
        line(page, &view.product_version)?;
    }
    title(page, "SIP domains")?;
    for domain in &view.sip_domains {
        let is_default =
            view.default_sip_domain.as_ref().is_some_and(|default| default.eq_ignore_ascii_case(domain));
        line(page, &format!("  {domain}{}", if is_default { "  (default)" } else { "" }))?;
    }
    title(page, "Simple URLs")?;
    match &view.simple_urls {
        Some(urls) if urls.is_empty() => line(page, "  none")?,
        Some(urls) => {
            for url in urls {
                let domain = if url.domain == "*" { "" } else { &url.domain };
                let site = url.site.as_ref().map(|site| format!("site {site} ")).unwrap_or_default();
                let lead = format!("  {:<12}", url.component);
                wrapped(page, &lead, format!("{:<44}{site}{domain}", url.active_url).trim_end())?;
            }
        }
        None => {
            wrapped(
                page,
                "  ",
                "not contained in this kind of export; give the Topology Builder file or the ZIP of \
                 `Export-CsConfiguration` too, or name them in the policy as [[facts.simple_url]]",
            )?;
        }
    }
    for site in &view.sites {
        line(page, "")?;
        line(
            page,
            &format!("Site {} ({})", if site.name.is_empty() { &site.id } else { &site.name }, site.kind),
        )?;
        for pool in &site.pools {
            write_pool(pool, page)?;
        }
    }
    write_further_facts(view, page)?;
    notes_and_problems(view, page)
}

fn write_pool(pool: &PoolRow, page: &mut Page<'_>) -> io::Result<()> {
    let product = pool.product.as_ref().map(|product| format!(", {product}")).unwrap_or_default();
    line(page, "")?;
    wrapped(page, "  ", &format!("{}  {}{product}", pool.fqdn, pool.kind_title))?;
    let mut facts: Vec<(&str, String)> = Vec::new();
    let is_itself = matches!(pool.servers.as_slice(), [only] if only.eq_ignore_ascii_case(&pool.fqdn));
    if !is_itself {
        facts.push(("servers", pool.servers.join(", ")));
    }
    for (title, value) in [
        ("internal web", &pool.internal_web_fqdn),
        ("external web", &pool.external_web_fqdn),
        ("Access Edge", &pool.access_edge_fqdn),
        ("Web Conferencing", &pool.web_conferencing_edge_fqdn),
        ("A/V Edge", &pool.av_edge_fqdn),
        ("next hop", &pool.next_hop),
        ("discovery URL", &pool.office_web_apps_url),
    ] {
        if let Some(value) = value {
            facts.push((title, value.clone()));
        }
    }
    if pool.xmpp {
        facts.push(("XMPP proxy", "yes".to_owned()));
    }
    facts.push(("services", pool.services.join(", ")));
    for (title, value) in facts {
        wrapped(page, &format!("    {title:<18}"), &value)?;
    }
    Ok(())
}

/// Further facts of the documents: assigned certificates, partners, edits that may not be published.
fn write_further_facts(view: &TopologyView, page: &mut Page<'_>) -> io::Result<()> {
    if !view.assigned.is_empty() {
        title(page, "Assigned certificates")?;
    }
    for certificate in &view.assigned {
        let computer =
            certificate.computer.as_ref().map(|computer| format!(" on {computer}")).unwrap_or_default();
        let subject = certificate.subject.as_deref().unwrap_or_default();
        let text =
            format!("{}{computer} for {} {subject}", certificate.thumbprint, certificate.uses.join(", "));
        wrapped(page, "  ", text.trim_end())?;
    }
    if !view.federation.is_empty() {
        title(page, "Federation")?;
    }
    for fact in &view.federation {
        wrapped(page, &format!("  {:<24}", fact.kind), &fact.name)?;
    }
    let Some(pending) =
        view.pending_changes.as_ref().filter(|p| !p.added.is_empty() || !p.removed.is_empty())
    else {
        return Ok(());
    };
    title(page, "Edited since it was downloaded")?;
    for (sign, items) in [("added", &pending.added), ("removed", &pending.removed)] {
        for item in items {
            wrapped(page, &format!("  {sign:<9}"), item)?;
        }
    }
    Ok(())
}

fn notes_and_problems(view: &TopologyView, page: &mut Page<'_>) -> io::Result<()> {
    if !view.notes.is_empty() {
        title(page, "Notes")?;
        for note in &view.notes {
            wrapped(page, "  ", note)?;
        }
    }
    if !view.problems.is_empty() {
        title(page, "Not understood")?;
        problems(&view.problems, ALL_IN_JSON, page)?;
    }
    Ok(())
}

fn problem_text(problem: &ProblemRow) -> String {
    let ProblemRow { document, path, line, column, text } = problem;
    format!("{document}:{line}:{column} {path}: {text}")
}

/// Of each kind of message so many files are shown.
const SHOWN_FILES: usize = 5;
/// Where everything stands that a terminal shows the beginning of.
const ALL_IN_JSON: &str = "the output of `--format json`";

fn problems(problems: &[ProblemRow], all: &str, page: &mut Page<'_>) -> io::Result<()> {
    let rows = problems.iter().map(|problem| (kind_of(&problem.text), 1, move || problem_text(problem)));
    first_of_each_kind(rows, SHOWN_FILES, all, BARE, page)
}

fn of_files<'a>(
    rows: impl Iterator<Item = (&'a String, &'a String)>,
    all: &str,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let rows = rows.map(|(path, text)| (kind_of(text), 1, move || format!("{path}: {text}")));
    first_of_each_kind(rows, SHOWN_FILES, all, BARE, page)
}

/// A title and what belongs to files, if there is any.
fn section<'a>(
    heading: &str,
    rows: impl Iterator<Item = (&'a String, &'a String)>,
    all: &str,
    page: &mut Page<'_>,
) -> io::Result<()> {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    title(page, heading)?;
    of_files(rows, all, page)
}

/// Writes a text behind `lead`, further lines indented as deep. Lines are as long as the page is wide, where the text has blanks to
/// break at. Where that leaves no room, the text stands below its lead.
fn wrapped(page: &mut Page<'_>, lead: &str, text: &str) -> io::Result<()> {
    inked(page, Ink::Plain, lead, text)
}

/// The same with a lead in color.
fn inked(page: &mut Page<'_>, ink: Ink, lead: &str, text: &str) -> io::Result<()> {
    let text = visible(text);
    let column = lead.width();
    let fits = |text: &str| column + width(text) <= page.width();
    let first = text.split(' ').next().unwrap_or_default();
    if fits(&text) || lead.trim().is_empty() || !page.is_narrow_behind(lead) && fits(first) {
        page.put_in(ink, lead)?;
        return filled(page, column, &text);
    }
    page.put_in(ink, lead.trim_end())?;
    page.put("\n")?;
    let indent = indent_below(lead);
    page.put(&" ".repeat(indent))?;
    filled(page, indent, &text)
}

/// Writes a text where those behind `lead` begin, and `deeper` by so many columns: what else belongs to the lead.
fn below(page: &mut Page<'_>, lead: &str, deeper: usize, text: &str) -> io::Result<()> {
    let indent = page.indent_behind(lead) + deeper;
    page.put(&" ".repeat(indent))?;
    filled(page, indent, &visible(text))
}

/// Writes the words of a harmless text from a column on, to which further lines are indented.
fn filled(page: &mut Page<'_>, indent: usize, text: &str) -> io::Result<()> {
    let mut column = indent;
    let mut blanks = 0;
    for (index, word) in text.split(' ').enumerate() {
        blanks += usize::from(index > 0);
        if word.is_empty() {
            continue;
        }
        if column > indent && column + blanks + width(word) > page.width() {
            page.put("\n")?;
            page.put(&" ".repeat(indent))?;
            column = indent;
        } else {
            page.put(&" ".repeat(blanks))?;
            column += blanks;
        }
        page.put(word)?;
        column += width(word);
        blanks = 0;
    }
    page.put("\n")
}

/// Texts with something before each, for those who have no view to write.
///
/// # Errors
///
/// Those of the sink.
pub fn paragraphs<'a>(
    texts: impl IntoIterator<Item = (&'a str, &'a str)>,
    look: Look,
    sink: &mut dyn Write,
) -> io::Result<()> {
    let page = &mut Page::new(look, sink);
    texts.into_iter().try_for_each(|(lead, text)| wrapped(page, lead, text))
}

/// The columns that a text takes on a terminal. Most texts are printable ASCII, where each byte takes one.
fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

/// A line; where it is longer than the page is wide, the next one begins below it.
fn line(page: &mut Page<'_>, text: &str) -> io::Result<()> {
    let words = text.trim_start_matches(' ');
    let (lead, _) = text.split_at(text.len() - words.len());
    wrapped(page, lead, words)
}

/// A heading, with an empty line before it.
fn title(page: &mut Page<'_>, text: &str) -> io::Result<()> {
    page.put("\n")?;
    page.put_in(Ink::Title, &visible(text))?;
    page.put("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_break_at_blanks_by_the_width_that_they_take() {
        for (word, columns) in ["word ", "\u{8a3c}\u{660e}\u{66f8} "]
            .iter()
            .flat_map(|word| [40, 80, 100, 120].map(|columns| (word, columns)))
        {
            let mut bytes = Vec::new();
            let look = Look::of_window(Some(columns), true);
            wrapped(&mut Page::new(look, &mut bytes), "  ", &word.repeat(60)).unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let widest = text.lines().map(UnicodeWidthStr::width).max().unwrap();
            assert!(text.lines().count() > 1 && widest <= columns.into() && widest + 10 > columns.into());
        }
    }
}
