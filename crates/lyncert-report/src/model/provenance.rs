//! What a report rests on: what an auditor reads first.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{InputKind, Report, Timestamp, counted};

/// By what, when and with what a report was made. The hashes of the files stand in the report's inputs.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Provenance {
    /// The time that it judges by.
    pub judged_at: Timestamp,
    /// When what counts was collected, the oldest of it; `null` where no collector says so.
    pub collected: Option<Timestamp>,
    /// The servers of which everything was taken; `null` without a collection.
    pub servers_collected: Option<usize>,
    /// All servers that the collections were about; `null` without a collection.
    pub servers: Option<usize>,
    /// Files of trusted roots, without their folders.
    pub roots: Vec<String>,
    /// Files with revocation lists.
    pub revocation_lists: Vec<String>,
    /// Files that say which certificates are assigned.
    pub assigned_exports: Vec<String>,
    /// What rules had nothing to look at for.
    pub not_looked_at: Vec<String>,
    /// Name and version of the program.
    pub tool: String,
    /// The version of its rule tables.
    pub rules: Option<u32>,
    /// What was chosen that changes what is judged, in words; neither secrets nor paths of the machine.
    pub options: Vec<String>,
}

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

    /// All of it as items and values, for tables. Every item has a value, so that nothing is missing unseen.
    pub(crate) fn items(&self) -> Vec<(&'static str, Vec<String>)> {
        let one = |value: String| vec![value];
        let or_none = |values: &[String], none: &str| match values {
            [] => vec![none.to_owned()],
            values => values.to_vec(),
        };
        let servers = match (self.servers_collected, self.servers) {
            (Some(collected), Some(all)) => format!("{collected} of {}", counted(all, "server")),
            (Some(_) | None, _) => NOT_SAID.to_owned(),
        };
        let collected = self.collected.map_or_else(|| NOT_SAID.to_owned(), |time| time.to_string());
        let rules = self.rules.map_or_else(|| NOT_SAID.to_owned(), |version| format!("version {version}"));
        vec![
            ("judged at", one(self.judged_at.to_string())),
            ("collected at", one(collected)),
            ("servers collected", one(servers)),
            ("trusted roots", or_none(&self.roots, "none given")),
            ("revocation lists", or_none(&self.revocation_lists, "none in the folder")),
            ("exports of what is assigned", or_none(&self.assigned_exports, "none in the folder")),
            ("not looked at", or_none(&self.not_looked_at, "nothing")),
            ("program", one(self.tool.clone())),
            ("rule tables", one(rules)),
            ("options", or_none(&self.options, "none")),
        ]
    }
}

/// In the place of what no input says.
const NOT_SAID: &str = "not said by any input";

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
    let only = report.scope.as_ref().map(|scope| (scope.asked().join(", "), scope.except.join(", ")));
    let asked = only.as_ref().filter(|(asked, _)| !asked.is_empty()).map(|(asked, _)| format!("only {asked}"));
    let except = only.as_ref().filter(|(_, except)| !except.is_empty());
    let except = except.map(|(_, except)| format!("all but {except}"));
    let has_roots = report.inputs.iter().any(|input| input.kind == InputKind::Roots);
    let roots = has_roots.then(|| "chains have to end in the given roots".to_owned());
    [Some(policy), asked, except, roots].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Input;
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
        assert!(provenance.items().iter().all(|(_, values)| !values.is_empty()));
    }

    #[test]
    fn what_no_input_says_is_told_as_such() {
        let items = Provenance::of(&plain_report(1)).items();
        let of = |item: &str| items.iter().find(|(known, _)| *known == item).unwrap().1.concat();
        assert_eq!(of("collected at"), NOT_SAID);
        assert_eq!(of("trusted roots"), "none given");
        assert!(of("options").starts_with("no policy"));
    }
}
