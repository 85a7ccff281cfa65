//! The page that documents profiles, rules, clauses and sources, made from the data that the program uses.

use std::fmt::Write;

use lyncert_ingest::topology::ProductVersion;

use crate::citation::{Citation, SOURCES};
use crate::clause::{Application, CLAUSES, Clause};
use crate::holder::HolderKind;
use crate::profile::{AddedByRule, NOTHING, NameFrom, Nothing, Profile, profiles};
use crate::rule::RULES;

/// `RULES.md`.
pub fn render_rules_page() -> String {
    let mut page = String::from(
        "# Rules\n\nGenerated from the program's own tables by `just update`; do not edit.\n\n\
         A *rule* names a defect. A *clause* is the statement of a document that a finding offends; it decides the severity.\n\n",
    );
    page.push_str("## Rules\n\n");
    for rule in RULES {
        rule_section(&mut page, rule);
    }
    page.push_str("## Certificates and their names\n\n");
    for profile in profiles() {
        profile_section(&mut page, profile);
    }
    page.push_str("### No certificate\n\n| holder | usages | versions | why |\n|---|---|---|---|\n");
    for row in NOTHING {
        line(&mut page, &nothing(row));
    }
    page.push_str(
        "\n## Clauses\n\nWhere documents contradict each other (`CON-…`), the last sentence is the decision taken.\n\n\
         | clause | says | applied by | sources |\n|---|---|---|---|\n",
    );
    for clause in CLAUSES {
        let keys: Vec<_> = clause.sources.iter().map(|source| source.key).collect();
        let by = match clause.application {
            Application::Cited => clause.cited_by().join("; "),
            Application::Followed(by) => by.to_owned(),
            Application::Decided { shapes, .. } => shapes.join(", "),
            Application::NotJudged(why) => format!("*not judged*: {why}"),
        };
        let summary = clause.statement().replace('<', "\\<");
        line(&mut page, &format!("| `{}` | {summary} | {by} | {} |", clause.id, keys.join(", ")));
    }
    page.push_str("\n## Sources\n\n| key | title | last modified |\n|---|---|---|\n");
    for source in SOURCES {
        line(
            &mut page,
            &format!("| {} | [{}]({}) | {} |", source.key, source.title, source.url, source.date),
        );
    }
    page
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

fn rule_section(page: &mut String, rule: &crate::rule::Rule) {
    line(page, &format!("### `{}`\n\n{}.\n", rule.id, rule.summary));
    line(
        page,
        &format!("- Severity: {}, unless the clause or the role says otherwise.", rule.severity.as_str()),
    );
    line(page, &format!("- What users notice: {}.", rule.rationale));
    line(page, &format!("- What to do: {}.", rule.remedy));
    let sources: Vec<String> = rule.sources.iter().map(|source| link(source)).collect();
    line(page, &format!("- Sources: {}\n", sources.join("; ")));
}

fn link(source: &Citation) -> String {
    format!("[{}]({})", source.title, source.url)
}

fn profile_section(page: &mut String, profile: &Profile) {
    line(page, &format!("### {}: {}\n", profile.holder.as_str(), profile.usage_list()));
    let until = profile.until.map(|until| format!(" to {until}")).unwrap_or_default();
    let ekus: Vec<_> =
        profile.eku.iter().chain(profile.advised_eku).map(crate::certificate::Eku::as_str).collect();
    let ekus = if ekus.is_empty() { "none in particular".to_owned() } else { ekus.join(", ") };
    line(
        page,
        &format!(
            "From {}{until}. Subject: {} ({}). EKU: {ekus}.{}\n",
            profile.from,
            profile.subject,
            profile.subject_clause,
            if profile.public_ca { " Public CA." } else { "" },
        ),
    );
    line(page, &format!("{}\n", wizard(profile)));
    if profile.names.is_empty() {
        return;
    }
    page.push_str("| name | need | added by | clause |\n|---|---|---|---|\n");
    for rule in profile.names {
        line(page, &format!("| {} | {} | {} | {} |", rule.from, rule.need, rule.added_by, rule.clause));
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
    use super::*;

    #[test]
    fn the_committed_page_is_current() {
        expect_test::expect_file!["../../../RULES.md"].assert_eq(&render_rules_page());
    }
}
