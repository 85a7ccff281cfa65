use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_INT, OOS, S15_ENV};
use crate::lacking::Lacking;
use crate::usage::CertificateUsage;

/// Friendly names are unique in a computer's store (GEN-FN-01): the wizard lists certificates by them. An Office Web Apps farm is
/// told its certificate by that name, and cannot be made with one of two (OOS-01).
pub(super) static RULE: Rule = Rule {
    id: "friendly-name-dup",
    summary: "Two certificates with one friendly name",
    severity: Severity::Info,
    rationale: "whoever assigns a certificate by its friendly name can take the wrong one",
    remedy: "Give each certificate a friendly name of its own, for instance with the year in it",
    sources: &[&L13_INT, &S15_ENV, &OOS],
    clauses: &["GEN-FN-01", "OOS-01"],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    // One file is one store, or comes from one.
    let mut stores: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, certificate) in
        view.certificates.iter().enumerate().filter(|(_, certificate)| certificate.is_end_entity())
    {
        for (path, name) in certificate
            .paths
            .iter()
            .flat_map(|path| certificate.friendly_names.iter().map(move |name| (path, name)))
        {
            stores.entry((path, name)).or_default().push(index);
        }
    }
    let lacking = stores.is_empty().then_some(Lacking::StoreListings);
    let of_farms: BTreeSet<usize> = view
        .serving()
        .filter(|(_, _, served)| served.iter().any(|one| one.usage == CertificateUsage::OfficeWebApps))
        .map(|(id, ..)| id.index())
        .collect();
    let doubled = stores.into_iter().filter(|(_, indices)| indices.len() > 1);
    let outcome: RuleOutcome = doubled
        .map(|((path, name), indices)| {
            let count = indices.len();
            let message = format!("{count} certificates in `{path}` have the friendly name `{name}`");
            let found = format!("{count} times `{name}`");
            let deviation = Deviation::new(message, "a friendly name of its own for each", found).file(path);
            if indices.iter().any(|index| of_farms.contains(index)) {
                deviation.clause("OOS-01").severity(Severity::Warning).consequence(
                    "the farm cannot be made or changed: `-CertificateName` does not say which of them is meant",
                )
            } else {
                deviation.clause("GEN-FN-01")
            }
        })
        .collect();
    outcome.unless_lacking(lacking)
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::PoolKind;

    use super::*;
    use crate::certificate::Certificate;
    use crate::holder::HolderKind;
    use crate::rule::ServedUsage;
    use crate::testing::{Folder, certificate, check_folder, in_use};

    fn called(name: &str, path: &str, subject: &str) -> Certificate {
        Certificate {
            friendly_names: vec![name.to_owned()],
            paths: vec![path.into()],
            ..certificate(subject, &[subject])
        }
    }

    #[test]
    fn one_name_for_two_certificates_of_a_store_is_told() {
        let certificates =
            [called("SfB", "fe1.sst", "pool.contoso.com"), called("SfB", "fe1.sst", "fe1.contoso.com")];
        check_folder(&RULE, in_use(&certificates))
            .fails_with(Severity::Info, "2 certificates in `fe1.sst` have the friendly name `SfB`");
    }

    #[test]
    fn beside_the_certificate_of_a_farm_it_is_a_warning() {
        let certificates =
            [called("OWA", "owa.sst", "owa.contoso.com"), called("OWA", "owa.sst", "old.contoso.com")];
        let farm = ServedUsage {
            kind: HolderKind::Pool(PoolKind::OfficeWebApps),
            usage: CertificateUsage::OfficeWebApps,
        };
        let folder = Folder { certificates: &certificates, used: &[0], serves: &[farm], ..Folder::default() };
        let outcome = check_folder(&RULE, folder);
        outcome.fails_with(Severity::Warning, "2 certificates in `owa.sst` have the friendly name `OWA`");
        assert_eq!(outcome.clause(), Some("OOS-01"));
    }

    #[test]
    fn other_names_and_other_stores_pass() {
        for other in
            [called("SfB 2026", "fe1.sst", "fe1.contoso.com"), called("SfB", "fe2.sst", "fe1.contoso.com")]
        {
            check_folder(&RULE, in_use(&[called("SfB", "fe1.sst", "pool.contoso.com"), other])).passes();
        }
    }
}
