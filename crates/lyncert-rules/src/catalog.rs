//! The pages that document rules, profiles, clauses and sources, made from the data that the program uses.

use std::fmt::Write;

use lyncert_ingest::topology::ProductVersion;

use crate::citation::{Citation, SOURCES};
use crate::clause::{Application, CLAUSES, Clause};
use crate::holder::HolderKind;
use crate::profile::{AddedByRule, NOTHING, NameFrom, Nothing, Profile, ProfileCondition, profiles};
use crate::rule::{RULES, Rule};

const GENERATED: &str = "Generated from the program's own tables by `just update`; do not edit.\n\n";

/// The pages that document the tables, each with the name of its file in `docs`.
pub fn render_pages() -> [(&'static str, String); 3] {
    [("rules.md", render_rules()), ("names.md", render_names()), ("clauses.md", render_clauses())]
}

/// What the rules look for.
fn render_rules() -> String {
    let mut page = format!(
        "# Rules\n\n*What is checked, what do users notice, and what is to be done?*\n\n{GENERATED}A *rule* names a defect; its severity is the usual one, and a clause or a role may say another. \
         A *clause* is the statement of a document that a finding offends: [clauses.md](clauses.md) has them with their sources, \
         [names.md](names.md) the names that each certificate needs.\n\n"
    );
    for rule in RULES {
        rule_section(&mut page, rule);
    }
    page
}

/// Which certificates there are, and with which names.
fn render_names() -> String {
    let mut page = format!(
        "# Certificates and their names\n\n*Which names does each kind of certificate need?*\n\n{GENERATED}One table for each certificate of a kind of holder; \
         the clauses stand in [clauses.md](clauses.md).\n\n"
    );
    for profile in profiles() {
        profile_section(&mut page, profile);
    }
    page.push_str("## No certificate\n\n| holder | usages | versions | why |\n|---|---|---|---|\n");
    for row in NOTHING {
        line(&mut page, &nothing(row));
    }
    page
}

/// What the documents say, and which documents they are.
fn render_clauses() -> String {
    let mut page = format!(
        "# Clauses\n\n*Which document says so, and what is decided where documents contradict each other?*\n\n{GENERATED}\
         Where documents contradict each other (`CON-…`), the last sentence is the decision taken.\n\n\
         | clause | says | applied by | sources |\n|---|---|---|---|\n"
    );
    for clause in CLAUSES {
        let by = match clause.application {
            Application::Cited => clause.cited_by().join("; "),
            Application::Followed(by) => by.to_owned(),
            Application::Decided { shapes, .. } => shapes.join(", "),
            Application::NotJudged(why) => format!("*not judged*: {why}"),
        };
        let summary = clause.statement().replace('<', "\\<");
        let (id, sources) = (anchored(clause.id, ""), keys(clause.sources, ""));
        line(&mut page, &format!("| {id} | {summary} | {by} | {sources} |"));
    }
    page.push_str("\n## Sources\n\n| key | title | last modified |\n|---|---|---|\n");
    for source in SOURCES {
        let key = anchored(source.key, SOURCE);
        line(&mut page, &format!("| {key} | [{}]({}) | {} |", source.title, source.url, source.date));
    }
    page
}

/// What stands in front of the anchor of a source: some clauses have the same key.
const SOURCE: &str = "source-";

/// A key with an anchor of its own.
fn anchored(key: &str, prefix: &str) -> String {
    format!("<a id=\"{prefix}{}\"></a>{key}", key.to_ascii_lowercase())
}

/// The keys of documents, each with a link to its row.
fn keys(sources: &[&Citation], page: &str) -> String {
    let link =
        |source: &&Citation| format!("[{}]({page}#{SOURCE}{})", source.key, source.key.to_ascii_lowercase());
    sources.iter().map(link).collect::<Vec<_>>().join(", ")
}

/// A clause with a link to its row.
fn clause_link(id: &str) -> String {
    format!("[{id}](clauses.md#{})", id.to_ascii_lowercase())
}

impl Clause {
    /// The rules and profiles that cite it.
    pub fn cited_by(&self) -> Vec<String> {
        let rules =
            RULES.iter().filter(|rule| rule.clauses.contains(&self.id)).map(|rule| format!("`{}`", rule.id));
        let profiles = profiles();
        let profiles = profiles.filter(|profile| profile.clauses().any(|cited| cited == self.id));
        let profiles =
            profiles.map(|profile| format!("{} {}", profile.holder.as_str(), profile.usage_list()));
        let citing: Vec<String> = rules.chain(profiles).collect();
        if citing.is_empty() { vec!["the order sheet".to_owned()] } else { citing }
    }
}

/// A row about what needs no certificate.
fn nothing(row: &Nothing) -> String {
    let holders = HolderKind::all().filter(|kind| row.holders.contains(*kind));
    let holders: Vec<_> = holders.map(HolderKind::as_str).collect();
    let usages = row.usages;
    let versions = match (row.from, row.until) {
        (ProductVersion::BeforeLync(_), Some(_)) => "before Lync Server 2010".to_owned(),
        (ProductVersion::BeforeLync(_) | ProductVersion::Lync2010, None) => "all".to_owned(),
        (ProductVersion::Lync2010, Some(until)) => format!("to {until}"),
        (from, Some(until)) => format!("{from} to {until}"),
        (from, None) => format!("from {from}"),
    };
    format!("| {} | {usages} | {versions} | {} |", holders.join(", "), row.reason)
}

fn rule_section(page: &mut String, rule: &Rule) {
    line(
        page,
        &format!(
            "## <a id=\"{id}\"></a>{id}\n\n{}. *{}*\n",
            rule.summary,
            rule.severity.as_str(),
            id = rule.id
        ),
    );
    line(page, &format!("- Users notice: {}.", rule.rationale));
    line(page, &format!("- To do: {}.", rule.remedy));
    if !rule.clauses.is_empty() {
        let clauses: Vec<String> = rule.clauses.iter().map(|id| clause_link(id)).collect();
        line(page, &format!("- Clauses: {}", clauses.join(", ")));
    }
    line(page, &format!("- Sources: {}\n", keys(rule.sources, "clauses.md")));
}

fn profile_section(page: &mut String, profile: &Profile) {
    let usage = profile.usages.first().map_or("", |usage| usage.as_str());
    let anchor = format!("{}-{usage}", profile.holder.as_str()).to_ascii_lowercase();
    line(page, &format!("## <a id=\"{anchor}\"></a>{}: {}\n", profile.holder.as_str(), profile.usage_list()));
    let until = profile.until.map(|until| format!(" to {until}")).unwrap_or_default();
    let condition = match profile.condition {
        ProfileCondition::Always => String::new(),
        ProfileCondition::SeparateAv | ProfileCondition::TlsTrunk => format!(", {}", profile.condition),
    };
    let ekus: Vec<_> =
        profile.eku.iter().chain(profile.advised_eku).map(crate::certificate::Eku::as_str).collect();
    let ekus = if ekus.is_empty() { "none in particular".to_owned() } else { ekus.join(", ") };
    line(
        page,
        &format!(
            "From {}{until}{condition}. Subject: {} ({}). EKU: {ekus}.{}\n",
            profile.from,
            profile.subject,
            clause_link(profile.subject_clause),
            if profile.public_ca { " Public CA." } else { "" },
        ),
    );
    line(page, &format!("{}\n", wizard(profile)));
    if profile.names.is_empty() {
        return;
    }
    page.push_str("| name | need | added by | clause |\n|---|---|---|---|\n");
    for rule in profile.names {
        let clause = clause_link(rule.clause);
        line(page, &format!("| {} | {} | {} | {clause} |", rule.from, rule.need, rule.added_by));
    }
    page.push('\n');
}

/// What the product's own wizard computes, in its order.
fn wizard(profile: &Profile) -> String {
    let Some(wizard) = profile.wizard else { return "No wizard of the product requests it.".to_owned() };
    let name = |(from, rule): &(NameFrom, AddedByRule)| match rule {
        AddedByRule::Is(_) => from.to_string(),
        AddedByRule::WizardForDefaultDomain | AddedByRule::WizardForDefaultDomainSince2015 => {
            format!("{from} ({rule})")
        }
    };
    let names: Vec<String> = wizard.names.iter().map(name).collect();
    let names = if names.is_empty() { "no names".to_owned() } else { names.join(", ") };
    let ticks =
        if wizard.domain_ticks { ", and `sip.<domain>` for each SIP domain that is ticked" } else { "" };
    format!("The wizard computes {names}{ticks}.")
}

fn line(page: &mut String, text: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(page, "{text}");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_committed_pages_are_current() {
        let [(_, rules), (_, names), (_, clauses)] = render_pages();
        expect_test::expect_file!["../../../docs/rules.md"].assert_eq(&rules);
        expect_test::expect_file!["../../../docs/names.md"].assert_eq(&names);
        expect_test::expect_file!["../../../docs/clauses.md"].assert_eq(&clauses);
    }

    #[test]
    fn every_link_within_the_pages_leads_somewhere_and_every_anchor_is_there_once() {
        let pages = render_pages();
        let mut anchors = BTreeSet::new();
        for (file, text) in &pages {
            for anchor in text.split("<a id=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                assert!(anchors.insert(format!("{file}#{anchor}")), "{file}#{anchor} stands twice");
            }
        }
        for (file, text) in &pages {
            for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let (page, anchor) = target.split_once('#').unwrap_or((target, ""));
                if page.contains("://") || anchor.is_empty() {
                    continue;
                }
                let page = if page.is_empty() { file } else { page };
                assert!(anchors.contains(&format!("{page}#{anchor}")), "{file}: {target}");
            }
        }
    }
}
