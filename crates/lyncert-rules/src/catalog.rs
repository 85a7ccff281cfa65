//! The page that documents profiles, rules, clauses and sources, made from the data that the program uses.

use std::fmt::Write;

use crate::{CLAUSES, Citation, NO_PROFILE, PROFILES, Profile, RULES, SOURCES};

/// `RULES.md`.
pub fn rules_page() -> String {
    let mut page = String::from(
        "# Rules\n\nGenerated from the program's own tables by `just update`; do not edit.\n\n\
         A *rule* names a defect. A *clause* is the statement of a document that a finding offends; it decides the severity.\n\n",
    );
    page.push_str("## Rules\n\n");
    for rule in RULES {
        rule_section(&mut page, rule);
    }
    page.push_str("## Certificates and their names\n\n");
    for profile in PROFILES.iter().flat_map(|table| table.iter()) {
        profile_section(&mut page, profile);
    }
    page.push_str("### Without a profile\n\n");
    for (kind, reason) in NO_PROFILE {
        line(&mut page, &format!("- {}: {reason}.", kind.as_str()));
    }
    page.push_str("\n## Clauses\n\n| clause | says | sources |\n|---|---|---|\n");
    for clause in CLAUSES {
        let keys: Vec<_> = clause.sources.iter().map(|source| source.key).collect();
        line(&mut page, &format!("| `{}` | {} | {} |", clause.id, clause.summary, keys.join(", ")));
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

fn rule_section(page: &mut String, rule: &crate::Rule) {
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
    let usages: Vec<_> = profile.usages.iter().map(|usage| usage.as_str()).collect();
    line(page, &format!("### {}: {}\n", profile.holder.as_str(), usages.join(", ")));
    let until = profile.until.map(|until| format!(" to {until}")).unwrap_or_default();
    let ekus: Vec<_> = profile.eku.iter().chain(profile.advised_eku).map(crate::Eku::as_str).collect();
    let ekus = if ekus.is_empty() { "none in particular".to_owned() } else { ekus.join(", ") };
    line(
        page,
        &format!(
            "From {}{until}. Subject: `{:?}` ({}). EKU: {ekus}.{}\n",
            profile.from,
            profile.subject,
            profile.subject_clause,
            if profile.public_ca { " Public CA." } else { "" },
        ),
    );
    if profile.names.is_empty() {
        return;
    }
    page.push_str("| name | need | added by | clause |\n|---|---|---|---|\n");
    for rule in profile.names {
        line(
            page,
            &format!("| `{:?}` | `{:?}` | `{:?}` | {} |", rule.from, rule.need, rule.added_by, rule.clause),
        );
    }
    page.push('\n');
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
        expect_test::expect_file!["../../../RULES.md"].assert_eq(&rules_page());
    }
}
