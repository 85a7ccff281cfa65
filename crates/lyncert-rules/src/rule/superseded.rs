use std::collections::{HashMap, HashSet};

use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::certificate::Certificate;
use crate::citation::L13_ROLL;
use crate::ids::CertificateId;
use crate::matching::lower_case;
use crate::timestamp::moment_in_finding;

/// An older certificate for the same subject and names lies in the folder of the one in use. It is reported so that it is not
/// installed again by mistake.
pub(super) static RULE: Rule = Rule {
    id: "superseded",
    summary: "An older certificate for the same names",
    severity: Severity::Info,
    rationale: "nothing, unless somebody installs it again",
    remedy: "Move it out of the folder, and remove it from the servers once nothing uses it",
    sources: &[&L13_ROLL],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    let mut newest_in_use: HashMap<_, CertificateId> = HashMap::new();
    let mut subjects: HashSet<String> = HashSet::new();
    for (id, certificate) in view.in_use() {
        subjects.insert(certificate.subject.to_ascii_lowercase());
        let newest = newest_in_use.entry(purpose(certificate)).or_insert(id);
        if newest.of(view.certificates).not_before < certificate.not_before {
            *newest = id;
        }
    }
    // Most idle certificates have a subject that nothing in use has; their names need not be put in order.
    let idle = CertificateId::enumerate(view.certificates).filter(|(id, certificate)| {
        certificate.is_end_entity()
            && subjects.contains(&*lower_case(&certificate.subject))
            && !view.is_in_use(*id)
    });
    idle.filter_map(|(id, certificate)| {
        let newer = newest_in_use.get(&purpose(certificate))?.of(view.certificates);
        (certificate.not_before < newer.not_before).then(|| {
            let message = format!("an older certificate for the same names as `{}`", newer.first_path());
            let found = format!(
                "issued {}, the newer one {}",
                moment_in_finding(certificate.not_before),
                moment_in_finding(newer.not_before)
            );
            Deviation::new(message, "the newest certificate only", found).certificate(id)
        })
    })
    .collect()
}

/// What certificates have in common of which one replaces the other: subject and names.
fn purpose(certificate: &Certificate) -> (String, Vec<String>) {
    let mut names: Vec<String> = certificate.dns_names.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    (certificate.subject.to_ascii_lowercase(), names)
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;
    use crate::testing::{Folder, NOW, certificate, check_folder};

    fn issued(days_ago: i64, names: &[&str]) -> Certificate {
        let not_before = NOW - Duration::days(days_ago);
        Certificate { not_before, ..certificate("pool.contoso.com", names) }
    }

    const NAMES: &[&str] = &["pool.contoso.com", "fe1.contoso.com"];
    const SAME: &[&str] = &["FE1.contoso.com", "pool.contoso.com"];

    fn outcome(idle: Certificate) -> Option<Severity> {
        let certificates = [issued(10, NAMES), idle];
        check_folder(&RULE, Folder { used: &[0], certificates: &certificates, ..Folder::default() })
            .severity()
    }

    #[test]
    fn an_older_twin_that_is_not_in_use_is_told() {
        assert_eq!(outcome(issued(400, SAME)), Some(Severity::Info));
    }

    #[test]
    fn a_newer_one_and_one_for_other_names_are_not() {
        assert_eq!(
            outcome(issued(5, SAME)),
            None,
            "reported by `renewed-not-assigned` where a record says so"
        );
        assert_eq!(outcome(issued(400, &["pool.contoso.com"])), None);
        assert_eq!(outcome(Certificate { is_ca: true, ..issued(400, SAME) }), None);
    }
}
