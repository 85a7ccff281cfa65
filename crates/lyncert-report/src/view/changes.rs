//! Comparing two reports by the ids of their findings, which are made of names.
//!
//! A finding is fixed when another certificate is there, or the name. A certificate that came nearer to its end and has ended since
//! is the same matter grown worse; one that is not there any more fixes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use lyncert_rules::rule::{Rule, rule};

use crate::model::{
    BaselineRow, Caveat, CertificateRow, Change, ChangeCounts, ChangedFinding, DIFF_SCHEMA, DiffView,
    FindingRow, HolderRef, Input, InputKind, Report, RequirementRow, RuleLevel, RunRow, Summary, Tool,
    UnjudgedRow, Usage,
};

impl Report {
    /// Tells every finding what became of it since an older report, and what is gone.
    pub fn compare_with(&mut self, old: &Self) {
        let comparison = Comparison::new(old, self);
        let mut counts = ChangeCounts::default();
        let mut by_rules = Vec::new();
        let mut note = |change: &Changed<'_>| {
            counts.count(change.change);
            if change.by_rules {
                counts.by_rules += 1;
                by_rules.push(change.finding.id.clone());
            }
        };
        let changes: Vec<Changed<'_>> =
            self.findings.iter().map(|finding| comparison.of_present(finding)).collect();
        let gone: Vec<Changed<'_>> = comparison.gone().collect();
        changes.iter().chain(&gone).for_each(&mut note);
        let changes: Vec<Change> = changes.iter().map(|changed| changed.change).collect();
        let fixed = gone.iter().map(|changed| changed.finding.clone()).collect();
        let caveats = comparison.caveats();
        let RunRow { estate, at, state, verdict: _ } = RunRow::of(old);
        let state = Some(state);
        for (finding, change) in self.findings.iter_mut().zip(changes) {
            finding.change = Some(change);
        }
        self.baseline = Some(BaselineRow { estate, at, state, caveats, counts, by_rules, fixed });
    }
}

impl DiffView {
    /// Compares two reports.
    pub fn new(old: &Report, new: &Report) -> Self {
        let comparison = Comparison::new(old, new);
        let present = new.findings.iter().map(|finding| comparison.of_present(finding));
        let mut changes: Vec<ChangedFinding> = present.chain(comparison.gone()).map(row).collect();
        // The sort keeps the order of the reports within a change.
        changes.sort_by_key(|changed| changed.change);
        let mut counts = ChangeCounts::default();
        for changed in &changes {
            counts.count(changed.change);
            counts.by_rules += usize::from(changed.by_rules);
        }
        Self {
            schema: DIFF_SCHEMA.to_owned(),
            tool: Tool::this(),
            old: RunRow::of(old),
            new: RunRow::of(new),
            caveats: comparison.caveats(),
            no_longer_judged: unjudged_only_in(new, old),
            judged_now: unjudged_only_in(old, new),
            counts,
            changes,
        }
    }
}

impl RunRow {
    fn of(report: &Report) -> Self {
        let Summary { state, verdict, .. } = &report.summary;
        Self { estate: report.estate.clone(), at: report.at, state: *state, verdict: verdict.clone() }
    }
}

/// What of an estate one report says was not judged, and the other does not.
fn unjudged_only_in(one: &Report, other: &Report) -> Vec<UnjudgedRow> {
    // By data: the sentences beside it may be told otherwise by another version.
    let key = |row: &UnjudgedRow| (row.kind, row.holder_refs.clone());
    let known: HashSet<_> = other.summary.counting_unjudged().map(key).collect();
    one.summary.counting_unjudged().filter(|row| !known.contains(&key(row))).cloned().collect()
}

/// A finding of one of two reports, and what became of it.
#[derive(Clone, Copy)]
struct Changed<'a> {
    change: Change,
    by_rules: bool,
    before: Option<&'a FindingRow>,
    finding: &'a FindingRow,
}

fn row(changed: Changed<'_>) -> ChangedFinding {
    let Changed { change, by_rules, before, finding } = changed;
    ChangedFinding {
        change,
        by_rules,
        old_severity: before.map(|before| before.severity),
        finding: FindingRow { change: None, ..finding.clone() },
    }
}

/// What makes a finding one about the same matter: rule, certificate, holders and usages.
type Matter<'a> = (&'a str, &'a str, &'a [HolderRef], &'a [Usage]);

fn matter<'a>(rule: &'a str, finding: &'a FindingRow) -> Option<Matter<'a>> {
    Some((rule, finding.certificate.as_deref()?, &finding.holders, &finding.usages))
}

/// Two reports, with what is looked up in them.
struct Comparison<'a> {
    old: &'a Report,
    new: &'a Report,
    known: BTreeMap<&'a str, &'a FindingRow>,
    /// By what they have become, the older findings that can grow into one of another rule.
    growing: HashMap<Matter<'a>, &'a FindingRow>,
    /// The certificates of both reports, by their thumbprints.
    certificates: [HashMap<&'a str, &'a CertificateRow>; 2],
    /// The rules of the older report, and of the newer one.
    rules: [HashSet<&'a str>; 2],
    rules_changed: bool,
    /// Whether topology and policy are the same files.
    same_inputs: bool,
}

impl<'a> Comparison<'a> {
    fn new(old: &'a Report, new: &'a Report) -> Self {
        let grows = |finding: &'a FindingRow| {
            let later = rule(&finding.rule).and_then(|rule| rule.becomes)?;
            Some((matter(later, finding)?, finding))
        };
        Self {
            old,
            new,
            known: old.findings.iter().map(|finding| (finding.id.as_str(), finding)).collect(),
            growing: old.findings.iter().filter_map(grows).collect(),
            certificates: [old, new].map(|report| {
                report
                    .certificates
                    .iter()
                    .map(|certificate| (certificate.sha1.as_str(), certificate))
                    .collect()
            }),
            rules: [old, new].map(|report| report.rules.iter().map(|row| row.id.as_str()).collect()),
            rules_changed: old.tool.rules != new.tool.rules,
            same_inputs: given_inputs(old) == given_inputs(new),
        }
    }

    fn caveats(&self) -> Vec<Caveat> {
        let (old, new) = (self.old, self.new);
        let told = [
            (!old.estate.eq_ignore_ascii_case(&new.estate), Caveat::DifferentEstates),
            (old.at > new.at, Caveat::NewerFirst),
            (self.rules_changed, Caveat::RulesChanged),
            (self.departed().any(|(_, is_known)| !is_known), Caveat::NotJudgedAgain),
        ];
        told.into_iter().filter(|(is_so, _)| *is_so).map(|(_, caveat)| caveat).collect()
    }

    /// What became of a finding of the newer report.
    fn of_present(&self, finding: &'a FindingRow) -> Changed<'a> {
        let same = self.known.get(finding.id.as_str()).copied();
        let grown = || matter(&finding.rule, finding).and_then(|matter| self.growing.get(&matter).copied());
        let before = same.or_else(grown);
        let change = self.change_of(before, same.is_some(), finding);
        let by_rules = match change {
            Change::New | Change::Worse => self.is_by_rules(finding, &self.rules[0]),
            Change::ExpiredSince
            | Change::WaiverLapsed
            | Change::Unchanged
            | Change::Waived
            | Change::Fixed => false,
        };
        Changed { change, by_rules, before, finding }
    }

    fn change_of(&self, before: Option<&FindingRow>, is_same_rule: bool, now: &FindingRow) -> Change {
        // A rule that this version does not know does not come by time.
        let comes_by_time = rule(&now.rule).is_some_and(|rule| rule.comes_by_time);
        match before {
            _ if now.waived.is_some() => Change::Waived,
            Some(_) if !is_same_rule => Change::ExpiredSince,
            None if comes_by_time && self.was_running(now) => Change::ExpiredSince,
            None => Change::New,
            Some(before) if before.waived.is_some() => Change::WaiverLapsed,
            Some(before) if now.severity > before.severity => Change::Worse,
            Some(_) => Change::Unchanged,
        }
    }

    /// Whether the certificate of a finding was there at the time of the older report and had not ended.
    fn was_running(&self, finding: &FindingRow) -> bool {
        let [old, _] = &self.certificates;
        let known = finding.certificate.as_deref().and_then(|sha1| old.get(sha1));
        known.is_some_and(|certificate| certificate.not_after >= self.old.at)
    }

    /// The older findings that are fixed.
    fn gone(&self) -> impl Iterator<Item = Changed<'a>> {
        let fixed = self.departed().filter(|(_, is_known)| *is_known);
        fixed.map(|(finding, _)| Changed {
            change: Change::Fixed,
            by_rules: self.is_by_rules(finding, &self.rules[1]),
            before: Some(finding),
            finding,
        })
    }

    /// The older findings that are not among the newer ones and have not become another one, and whether that is known to mean that
    /// they are fixed.
    fn departed(&self) -> impl Iterator<Item = (&'a FindingRow, bool)> {
        let still: BTreeSet<&str> = self.new.findings.iter().map(|finding| finding.id.as_str()).collect();
        let grown: BTreeSet<Matter<'_>> =
            self.new.findings.iter().filter_map(|finding| matter(&finding.rule, finding)).collect();
        let has_grown = move |finding: &FindingRow| {
            let later = rule(&finding.rule).and_then(|rule| rule.becomes);
            later.and_then(|later| matter(later, finding)).is_some_and(|matter| grown.contains(&matter))
        };
        let left_out =
            self.new.scope.as_ref().map(|scope| scope.left_out_refs.iter().collect()).unwrap_or_default();
        let unserved = Unserved::new(self.new);
        let settings = self.new.policy.rules.iter();
        let switched_off: HashSet<&str> = settings
            .filter(|setting| setting.severity == RuleLevel::Off)
            .map(|setting| setting.rule.as_str())
            .collect();
        let is_departed =
            move |finding: &&FindingRow| !still.contains(finding.id.as_str()) && !has_grown(finding);
        let departed = self.old.findings.iter().filter(is_departed);
        departed.map(move |finding| {
            let is_known = !was_left_out(finding, &left_out)
                && !unserved.has_lost_its_certificate(finding)
                && !switched_off.contains(finding.rule.as_str());
            (finding, is_known)
        })
    }

    /// Whether the change of the rules explains that a finding stands in one report only, or is graver there: the other report
    /// does not know its rule, or its certificate serves the same by the same topology and policy, and time changes nothing.
    fn is_by_rules(&self, finding: &FindingRow, of_other: &HashSet<&str>) -> bool {
        let is_timed = rule(&finding.rule).is_some_and(|rule: &Rule| rule.changes_with_time);
        let is_unknown = || !of_other.contains(finding.rule.as_str());
        let is_same = || {
            let sha1 = finding.certificate.as_deref()?;
            let [old, new] = self.certificates.each_ref().map(|certificates| certificates.get(sha1));
            Some(old?.is_in_use() && old?.serves == new?.serves)
        };
        self.rules_changed && (is_unknown() || self.same_inputs && !is_timed && is_same().unwrap_or(false))
    }
}

/// The digests of the topology and policy files of a report.
fn given_inputs(report: &Report) -> BTreeSet<(InputKind, &str)> {
    let is_given = |input: &&Input| match input.kind {
        InputKind::Topology | InputKind::Policy => true,
        InputKind::Certificates | InputKind::Roots => false,
    };
    report.inputs.iter().filter(is_given).map(|input| (input.kind, input.sha256.as_str())).collect()
}

/// The requirements of a report by whether a certificate serves them.
struct Unserved<'a> {
    by_holder: HashMap<HolderRef, Vec<&'a RequirementRow>>,
}

impl<'a> Unserved<'a> {
    fn new(report: &'a Report) -> Self {
        let mut by_holder: HashMap<HolderRef, Vec<&RequirementRow>> = HashMap::new();
        for requirement in &report.requirements {
            by_holder.entry(requirement.holder_ref()).or_default().push(requirement);
        }
        Self { by_holder }
    }

    /// Whether an older finding was about a certificate, and nothing serves now what that served.
    fn has_lost_its_certificate(&self, finding: &FindingRow) -> bool {
        let of_holder = finding.holders.iter().filter_map(|holder| {
            let whole = HolderRef { server: None, ..holder.clone() };
            self.by_holder.get(holder).or_else(|| self.by_holder.get(&whole))
        });
        let mut concerned = of_holder
            .flatten()
            .filter(|requirement| requirement.usages.iter().any(|usage| finding.usages.contains(usage)))
            .peekable();
        finding.certificate.is_some()
            && concerned.peek().is_some()
            && concerned.all(|requirement| requirement.holdings.is_empty())
    }
}

/// Whether none of the holders of an older finding was judged this time: then what was found there is not fixed. Where something
/// was left out, that may be said of a finding whose holders are not known too, and of one about the estate as a whole: a part
/// does not show what became of the whole.
fn was_left_out(finding: &FindingRow, left_out: &HashSet<&HolderRef>) -> bool {
    // A pool that was left out was so with all of its servers.
    let is_left_out = |holder: &HolderRef| {
        left_out.contains(holder) || left_out.contains(&HolderRef { server: None, ..holder.clone() })
    };
    !left_out.is_empty() && finding.holders.iter().all(is_left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Severity::{self, Error, Info, Warning};
    use crate::model::{HolderKind, RuleSettingRow, ScopeRow, UnjudgedKind, WaivedRow};
    use crate::render::testing::{in_order_report, plain_report, recount, unjudged_row};

    /// A report with one finding each: id, rule, severity, whether it is waived.
    fn report(findings: &[(&str, &str, Severity, bool)]) -> Report {
        let mut report = plain_report(1);
        let plain = report.findings.remove(0);
        let waived = WaivedRow {
            reason: "CHG-4711".to_owned(),
            expires: None,
            by: None,
            owner: None,
            approver: None,
            place: String::new(),
        };
        let finding = |(id, rule, severity, is_waived): &(&str, &str, Severity, bool)| FindingRow {
            id: (*id).to_owned(),
            rule: (*rule).to_owned(),
            severity: *severity,
            waived: is_waived.then(|| Box::new(waived.clone())),
            ..plain.clone()
        };
        report.findings = findings.iter().map(finding).collect();
        report
    }

    #[test]
    fn what_is_judged_no_more_and_what_is_judged_now_is_told() {
        let (mut old, mut new) = (in_order_report(), in_order_report());
        old.summary.unjudged.push(unjudged_row(UnjudgedKind::SimpleUrlsUnknown));
        new.summary.unjudged.push(unjudged_row(UnjudgedKind::NotCollected));
        for report in [&mut old, &mut new] {
            report.summary.unjudged.push(unjudged_row(UnjudgedKind::InputNotUnderstood));
            report.summary.unjudged.push(unjudged_row(UnjudgedKind::OutOfScope));
            recount(report);
        }
        let view = DiffView::new(&old, &new);
        let kinds = |rows: &[UnjudgedRow]| rows.iter().map(|row| row.kind).collect::<Vec<_>>();
        assert_eq!(kinds(&view.no_longer_judged), [UnjudgedKind::NotCollected]);
        assert_eq!(kinds(&view.judged_now), [UnjudgedKind::SimpleUrlsUnknown]);
        assert_eq!((view.old.state, view.new.state), (old.summary.state, new.summary.state));
    }

    #[test]
    fn every_change_has_its_name() {
        let old = report(&[
            ("gone", "san-missing", Error, false),
            ("stays", "san-missing", Error, false),
            ("grows", "expiring", Info, false),
            ("shrinks", "san-missing", Error, false),
            ("lapses", "san-missing", Error, true),
            ("accepted", "san-missing", Error, false),
        ]);
        let new = report(&[
            ("stays", "san-missing", Error, false),
            ("grows", "expiring", Warning, false),
            ("shrinks", "san-missing", Warning, false),
            ("lapses", "san-missing", Error, false),
            ("accepted", "san-missing", Error, true),
            ("comes", "cn-wrong", Error, false),
            ("ended", "expired", Error, false),
        ]);
        let view = DiffView::new(&old, &new);
        let told: Vec<(&str, &str)> =
            view.changes.iter().map(|row| (row.change.as_str(), row.finding.id.as_str())).collect();
        assert_eq!(
            told,
            [
                ("new", "comes"),
                ("worse", "grows"),
                ("expired-since", "ended"),
                ("waiver-lapsed", "lapses"),
                ("unchanged", "stays"),
                ("unchanged", "shrinks"),
                ("waived", "accepted"),
                ("fixed", "gone"),
            ]
        );
        assert_eq!((view.counts.news(), view.counts.fixed), (4, 1));
        let mut compared = new;
        compared.compare_with(&old);
        let baseline = compared.baseline.unwrap();
        assert_eq!(baseline.counts, view.counts);
        assert_eq!(baseline.fixed[0].id, "gone");
        assert_eq!(compared.findings[5].change, Some(Change::New));
    }

    /// A finding on the certificate of the plain report, on one holder.
    fn about(report: &Report, id: &str, rule: &str, severity: Severity) -> FindingRow {
        let requirement = &report.requirements[0];
        FindingRow {
            id: id.to_owned(),
            rule: rule.to_owned(),
            severity,
            certificate: requirement.certificate.clone(),
            holders: vec![requirement.holder_ref()],
            usages: requirement.usages.clone(),
            waived: None,
            ..report.findings[0].clone()
        }
    }

    #[test]
    fn a_certificate_that_came_nearer_to_its_end_and_ended_has_grown_worse() {
        let mut old = plain_report(1);
        let mut new = plain_report(1);
        let (expiring, expired) =
            (about(&old, "expiring/a", "expiring", Warning), about(&old, "expired/a", "expired", Error));
        old.findings = vec![expiring.clone()];
        new.findings = vec![expired.clone()];
        let view = DiffView::new(&old, &new);
        let [changed] = view.changes.as_slice() else { panic!("{:?}", view.counts) };
        assert_eq!((changed.change, changed.old_severity), (Change::ExpiredSince, Some(Warning)));
        assert_eq!((view.counts.fixed, view.counts.news()), (0, 1));
        new.compare_with(&old);
        assert_eq!(new.baseline.unwrap().counts, view.counts);

        let mut new = plain_report(1);
        new.findings = vec![FindingRow { certificate: Some("AB".repeat(20)), ..expired }];
        let view = DiffView::new(&old, &new);
        assert_eq!((view.counts.fixed, view.counts.new), (1, 1), "another certificate is there");
        let mut renewed = plain_report(1);
        renewed.findings.clear();
        assert_eq!(DiffView::new(&old, &renewed).counts.fixed, 1);
    }

    #[test]
    fn a_certificate_that_is_gone_fixes_nothing() {
        let mut old = plain_report(1);
        old.findings = vec![about(&old, "san-missing/a", "san-missing", Error)];
        let mut new = plain_report(1);
        new.findings.clear();
        assert_eq!(DiffView::new(&old, &new).counts.fixed, 1);
        new.requirements[0].holdings.clear();
        new.requirements[0].certificate = None;
        assert_eq!(DiffView::new(&old, &new).counts.fixed, 0);
    }

    #[test]
    fn what_the_change_of_the_rules_explains_is_told_apart() {
        let mut old = plain_report(1);
        let new_rule = about(&old, "rsa-weak/a", "rsa-weak", Error);
        let by_time = about(&old, "not-yet-valid/a", "not-yet-valid", Error);
        old.findings = vec![about(&old, "gone/a", "san-extra", Info)];
        let mut new = plain_report(1);
        new.findings = vec![new_rule, by_time];
        for report in [&mut old, &mut new] {
            let rule = report.rules[0].clone();
            report.rules = ["not-yet-valid", "rsa-weak", "san-extra"]
                .map(|id| crate::model::RuleRow { id: id.to_owned(), ..rule.clone() })
                .to_vec();
            let serves = vec![report.requirements[0].id.clone()];
            for certificate in &mut report.certificates {
                certificate.serves.clone_from(&serves);
            }
        }
        let explained = |old: &Report, new: &Report| -> Vec<String> {
            let view = DiffView::new(old, new);
            let by_rules = view.changes.iter().filter(|changed| changed.by_rules);
            let ids: Vec<String> = by_rules.map(|changed| changed.finding.id.clone()).collect();
            assert_eq!(view.counts.by_rules, ids.len());
            ids
        };
        assert!(explained(&old, &new).is_empty(), "the rules are the same");
        old.tool.rules = None;
        assert_eq!(explained(&old, &new), ["rsa-weak/a", "gone/a"], "time explains the other");
        assert_eq!(DiffView::new(&old, &new).caveats, [Caveat::RulesChanged]);
        let mut compared = new.clone();
        compared.compare_with(&old);
        assert_eq!(compared.baseline.unwrap().by_rules, ["rsa-weak/a", "gone/a"]);
        let mut other_policy = new.clone();
        other_policy.inputs.push(Input {
            path: "lyncert.toml".into(),
            sha256: "00".repeat(32),
            size: 1,
            kind: InputKind::Policy,
        });
        assert!(explained(&old, &other_policy).is_empty(), "the policy may explain it");
        old.rules.retain(|rule| rule.id != "rsa-weak");
        assert_eq!(
            explained(&old, &other_policy),
            ["rsa-weak/a"],
            "no older policy had findings of that rule"
        );
    }

    #[test]
    fn other_estates_and_reports_the_wrong_way_around_are_told() {
        let old = report(&[]);
        let mut new = report(&[]);
        assert!(DiffView::new(&old, &new).caveats.is_empty());
        new.estate = "woodgrove".to_owned();
        new.at = (new.at.moment() - time::Duration::DAY).into();
        assert_eq!(DiffView::new(&old, &new).caveats, [Caveat::DifferentEstates, Caveat::NewerFirst]);
        new.compare_with(&old);
        assert_eq!(new.baseline.unwrap().caveats, [Caveat::DifferentEstates, Caveat::NewerFirst]);
    }

    #[test]
    fn what_was_not_judged_is_not_fixed() {
        let mut old = report(&[
            ("a", "expired", Error, false),
            ("b", "expired", Error, false),
            ("c", "expired", Error, false),
            ("d", "expired", Error, false),
        ]);
        let holder = |kind, pool: &str, server: Option<&str>| HolderRef {
            kind,
            pool: Some(pool.to_owned()),
            server: server.map(str::to_owned),
        };
        let edge = holder(HolderKind::Edge, "edge.contoso.com", None);
        old.findings[0].holders =
            vec![holder(HolderKind::Edge, "edge.contoso.com", Some("edge1.contoso.com"))];
        old.findings[1].holders =
            vec![edge.clone(), holder(HolderKind::FrontEndPool, "pool.contoso.com", None)];
        old.findings[2].holders = vec![holder(HolderKind::Edge, "edge.contoso.com.au", None)];
        // Of nobody in particular, or of somebody who is not known.
        old.findings[3].holders = Vec::new();
        let mut new = report(&[]);
        new.scope = Some(ScopeRow {
            pools: vec!["pool.contoso.com".to_owned()],
            sites: Vec::new(),
            except: Vec::new(),
            left_out: vec!["a sentence that nobody reads".to_owned()],
            left_out_refs: vec![edge],
        });
        let view = DiffView::new(&old, &new);
        let fixed: Vec<&str> = view.changes.iter().map(|row| row.finding.id.as_str()).collect();
        assert_eq!(fixed, ["b", "c"]);
        assert_eq!(
            view.caveats,
            [Caveat::NotJudgedAgain],
            "and what became of the others is not passed over"
        );
        new.scope = None;
        assert_eq!(DiffView::new(&old, &new).caveats, []);
    }

    #[test]
    fn a_report_compared_with_itself_has_no_news() {
        let report = report(&[("a", "expired", Error, false), ("b", "cn-wrong", Error, true)]);
        let counts = DiffView::new(&report, &report).counts;
        assert_eq!((counts.news(), counts.fixed, counts.unchanged, counts.waived), (0, 0, 1, 1));
    }

    #[test]
    fn what_a_rule_that_is_off_now_found_is_not_fixed() {
        let old = report(&[("a", "san-missing", Error, false), ("b", "expired", Error, false)]);
        let mut new = report(&[]);
        let setting = |severity: RuleLevel| RuleSettingRow {
            rule: "san-missing".to_owned(),
            severity,
            reason: Some("x".to_owned()),
            findings: 1,
        };
        new.policy.rules = vec![setting(RuleLevel::Off)];
        let view = DiffView::new(&old, &new);
        let fixed: Vec<&str> = view.changes.iter().map(|row| row.finding.id.as_str()).collect();
        assert_eq!((fixed, view.caveats), (vec!["b"], vec![Caveat::NotJudgedAgain]));
        new.policy.rules = vec![setting(RuleLevel::Info)];
        assert_eq!(DiffView::new(&old, &new).counts.fixed, 2);
    }
}
