use std::collections::{BTreeMap, BTreeSet};

use super::view::StoreFolder;
use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::citation::{L13_INT, OOS, S15_ENV};
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
        for called in &certificate.friendly_names {
            for path in &called.paths {
                stores.entry((path, &called.name)).or_default().push(index);
            }
        }
    }
    let lacking = view.lacks_store(StoreFolder::Own, !stores.is_empty());
    let of_farms: BTreeSet<usize> = view
        .serving()
        .filter(|(_, _, served)| served.iter().any(|one| one.usage == CertificateUsage::OfficeWebApps))
        .map(|(id, ..)| id.index())
        .collect();
    // A collection has one store in two files, `My.sst` and `My.xml`.
    let mut told: BTreeSet<(&str, &str, Vec<usize>)> = BTreeSet::new();
    let doubled = stores.into_iter().filter(|((path, name), indices)| {
        let stem = path.rsplit_once('.').map_or(*path, |(stem, _)| stem);
        indices.len() > 1 && told.insert((stem, name, indices.clone()))
    });
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
    use crate::certificate::{Certificate, FriendlyName};
    use crate::holder::HolderKind;
    use crate::lacking::Lacking;
    use crate::rule::ServedUsage;
    use crate::testing::{Folder, Outcome, certificate, check_folder, collected_with, in_use};

    fn called(name: &str, path: &str, subject: &str) -> Certificate {
        called_in(&[(name, path)], subject)
    }

    /// A certificate with a friendly name in each of these files.
    fn called_in(names: &[(&str, &str)], subject: &str) -> Certificate {
        let called = |(name, path): &(&str, &str)| FriendlyName {
            name: (*name).to_owned(),
            paths: vec![(*path).into()],
        };
        Certificate {
            friendly_names: names.iter().map(called).collect(),
            paths: names.iter().map(|(_, path)| (*path).into()).collect(),
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

    /// What is said of these where `fe1.contoso.com` was collected, and came of its own store what is said here.
    fn in_collection(certificates: &[Certificate], status: &str) -> Outcome {
        let collections = collected_with(&format!(r#""stores":[{{"name":"My","status":"{status}"}}]"#));
        let folder =
            Folder { certificates, used: &[0], collections: Some(&collections), ..Folder::default() };
        check_folder(&RULE, folder)
    }

    #[test]
    fn a_store_that_was_collected_whole_and_has_no_friendly_name_twice_passes() {
        let path = "certs/fe1.contoso.com/LocalMachine/My.xml";
        let named = called("SfB", path, "pool.contoso.com");
        let nameless = Certificate { friendly_names: Vec::new(), ..called("", path, "fe1.contoso.com") };
        in_collection(std::slice::from_ref(&nameless), "complete").passes();
        in_collection(&[named.clone(), nameless.clone()], "complete").passes();
        in_collection(&[nameless], "partial").has_nothing_to_look_at(Lacking::WholeStores);
        let other = called("SfB", path, "old.contoso.com");
        in_collection(&[named, other], "partial")
            .fails_with(Severity::Info, &format!("2 certificates in `{path}` have the friendly name `SfB`"));
        check_folder(&RULE, Folder::default()).has_nothing_to_look_at(Lacking::StoreListings);
    }

    #[test]
    fn a_store_in_two_files_is_told_once() {
        let in_both = |subject| {
            let mut certificate = called("SfB", "fe1/My.sst", subject);
            certificate.paths.push("fe1/My.xml".into());
            certificate.friendly_names[0].paths.push("fe1/My.xml".into());
            certificate
        };
        let outcome = check_folder(&RULE, in_use(&[in_both("pool.contoso.com"), in_both("fe1.contoso.com")]));
        outcome.fails_with(Severity::Info, "2 certificates in `fe1/My.sst` have the friendly name `SfB`");
        assert_eq!(outcome.messages().len(), 1);
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
    fn a_shared_certificate_has_in_each_store_the_name_that_it_has_there() {
        let shared = called_in(&[("SfB", "fe1.sst"), ("SfB pool", "fe2.sst")], "pool.contoso.com");
        let own = called("SfB", "fe2.sst", "fe2.contoso.com");
        check_folder(&RULE, in_use(&[shared.clone(), own])).passes();
        let own = called("SfB pool", "fe2.sst", "fe2.contoso.com");
        let outcome = check_folder(&RULE, in_use(&[shared, own]));
        outcome.fails_with(Severity::Info, "2 certificates in `fe2.sst` have the friendly name `SfB pool`");
        assert_eq!(outcome.messages().len(), 1);
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
