//! What a report rests on, as far as its other parts say it.

use std::collections::BTreeSet;

use super::scope::holders_in_words;
use crate::model::{InputKind, Provenance, Report};

impl Provenance {
    /// What a report says of it, all in one place.
    pub(crate) fn of(report: &Report) -> Self {
        let collected = report.collected.as_ref();
        let names = |names: BTreeSet<&str>| names.into_iter().map(str::to_owned).collect();
        let roots = report.inputs.iter().filter(|input| input.kind == InputKind::Roots);
        Self {
            judged_at: report.at,
            collected: collected.and_then(|collected| collected.as_of),
            servers_collected: collected.map(|collected| collected.collected),
            servers: collected.map(|collected| collected.servers),
            roots: names(roots.map(|input| file_of(&input.path)).collect()),
            revocation_lists: names(report.crls.iter().map(|list| list.path.as_str()).collect()),
            assigned_exports: names(report.assigned.iter().map(|row| row.document.as_str()).collect()),
            not_looked_at: report.summary.not_looked_at.clone(),
            tool: format!("{} {}", report.tool.name, report.tool.version),
            rules: report.tool.rules,
            options: options(report),
        }
    }
}

/// The name of a file without its folders, whichever way they are set apart.
fn file_of(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// What was chosen: the policy, what is judged, what has to be trusted.
fn options(report: &Report) -> Vec<String> {
    let policy = match &report.policy.file {
        Some(file) => format!("policy {}", file_of(file)),
        None => "no policy".to_owned(),
    };
    let only =
        report.scope.as_ref().map(|scope| (holders_in_words(scope.asked()), holders_in_words(&scope.except)));
    let asked =
        only.as_ref().filter(|(asked, _)| !asked.is_empty()).map(|(asked, _)| format!("only {asked}"));
    let except = only.as_ref().filter(|(_, except)| !except.is_empty());
    let except = except.map(|(_, except)| format!("all but {except}"));
    let has_roots = report.inputs.iter().any(|input| input.kind == InputKind::Roots);
    let roots = has_roots.then(|| "chains have to end in the given roots".to_owned());
    [Some(policy), asked, except, roots].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Input, Timestamp};
    use crate::render::testing::plain_report;

    #[test]
    fn provenance_says_what_a_report_rests_on_and_names_no_folder() {
        let mut report = plain_report(1);
        report.inputs.push(Input {
            path: r"C:\roots\corp.cer".into(),
            sha256: String::new(),
            size: 1,
            kind: InputKind::Roots,
        });
        report.policy.file = Some("/srv/estate/lyncert.toml".to_owned());
        let provenance = Provenance::of(&report);
        assert_eq!(provenance.roots, ["corp.cer"]);
        assert_eq!(provenance.options, ["policy lyncert.toml", "chains have to end in the given roots"]);
        assert_eq!(provenance.judged_at, report.at);
        assert!(provenance.items(Timestamp::in_words).iter().all(|(_, values)| !values.is_empty()));
    }

    #[test]
    fn what_no_input_says_is_told_as_such() {
        let items = Provenance::of(&Report { collected: None, ..plain_report(1) }).items(Timestamp::in_words);
        let of = |item: &str| items.iter().find(|(known, _)| *known == item).unwrap().1.concat();
        assert_eq!(of("collected at"), "not said by any input");
        assert_eq!(of("trusted roots"), "none given");
        assert!(of("options").starts_with("no policy"));
    }
}
