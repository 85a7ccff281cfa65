use super::view::StoreFolder;
use super::{Check, Cure, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::certificate::SelfSigned;
use crate::citation::UCLOBBY_STORE;

/// A root among the intermediate CAs does little harm, but it is not trusted there.
pub(super) static RULE: Rule = Rule {
    id: "root-in-intermediate-place",
    summary: "A root among the intermediate certificates",
    severity: Severity::Warning,
    rationale: "chains that end in it are not trusted, unless it lies among the trusted roots too",
    remedy: "Move it to the trusted roots",
    sources: &[&UCLOBBY_STORE],
    cure: Cure::Elsewhere,
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

fn check(view: &FolderView<'_>) -> RuleOutcome {
    let misplaced = view
        .authorities_in(StoreFolder::Intermediate)
        .filter(|(_, certificate, _)| certificate.self_signed == SelfSigned::Yes);
    let is_seen = view.authorities_in(StoreFolder::Intermediate).next().is_some();
    let outcome: RuleOutcome = misplaced
        .map(|(index, certificate, place)| {
            let message =
                format!("`{}` is a root, and lies among the intermediate certificates", certificate.subject);
            Deviation::new(message, "certificates that another CA signed", format!("`{place}`"))
                .certificate(index)
                .file(certificate.first_path())
        })
        .collect();
    outcome.unless_lacking(view.lacks_store(StoreFolder::Intermediate, is_seen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::Certificate;
    use crate::lacking::Lacking;
    use crate::testing::{Folder, certificate, check_folder, collected_with};

    fn ca(path: &str, self_signed: SelfSigned) -> Option<Severity> {
        let paths = vec![path.into()];
        let certificate = Certificate { is_ca: true, self_signed, paths, ..certificate("Contoso CA", &[]) };
        check_folder(&RULE, Folder { certificates: &[certificate], ..Folder::default() }).severity()
    }

    #[test]
    fn only_the_wrong_place_is_told() {
        assert_eq!(ca("LocalMachine/CA/ca.cer", SelfSigned::Yes), Some(Severity::Warning));
        assert_eq!(ca("LocalMachine/CA/ca.cer", SelfSigned::No), None);
        assert_eq!(ca("LocalMachine/Root/ca.cer", SelfSigned::Yes), None);
        assert_eq!(ca("anywhere/ca.cer", SelfSigned::Yes), None, "the path says nothing of a store");
        check_folder(&RULE, Folder::default()).has_nothing_to_look_at(Lacking::StoreListings);
    }

    #[test]
    fn a_store_that_was_collected_whole_passes_without_it_even_where_it_is_empty() {
        let said = |certificates: &[Certificate], status: &str| {
            let stores = format!(r#""stores":[{{"name":"CA","status":"{status}"}}]"#);
            let collections = collected_with(&stores);
            check_folder(&RULE, Folder { certificates, collections: Some(&collections), ..Folder::default() })
        };
        let in_store = |self_signed| {
            let mut certificate = Certificate { is_ca: true, self_signed, ..certificate("Contoso CA", &[]) };
            certificate.stores = vec![r"LocalMachine\CA".into()];
            [certificate]
        };
        said(&[], "complete").passes();
        said(&in_store(SelfSigned::No), "complete").passes();
        assert_eq!(said(&in_store(SelfSigned::Yes), "complete").severity(), Some(Severity::Warning));
        for certificates in [&[][..], &in_store(SelfSigned::No)] {
            said(certificates, "partial").has_nothing_to_look_at(Lacking::WholeStores);
        }
        assert_eq!(said(&in_store(SelfSigned::Yes), "partial").severity(), Some(Severity::Warning));
    }

    #[test]
    fn a_listing_of_the_store_tells_it_too() {
        let mut certificate =
            Certificate { is_ca: true, self_signed: SelfSigned::Yes, ..certificate("Contoso CA", &[]) };
        certificate.stores = vec![r"LocalMachine\CA".into()];
        let folder = Folder { certificates: &[certificate], ..Folder::default() };
        assert_eq!(check_folder(&RULE, folder).severity(), Some(Severity::Warning));
    }
}
