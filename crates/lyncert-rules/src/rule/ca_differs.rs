use std::collections::BTreeSet;

use lyncert_ingest::topology::PoolKind;

use super::{Check, Deviation, FolderView, Rule, RuleOutcome, Severity};
use crate::certificate::Certificate;
use crate::citation::{L13_PCHAT, S15_ENV};
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

/// A Persistent Chat Server gets its certificate from the same CA as the internal servers (PCHAT-01). CAs below one root count as
/// one: it is the root that has to be trusted.
pub(super) static RULE: Rule = Rule {
    id: "ca-differs",
    summary: "A certificate from another CA than those of the internal servers",
    severity: Severity::Warning,
    rationale: "servers that do not trust that CA refuse the connection: chat rooms are unavailable",
    remedy: "Request the certificate from the CA of the Front End Servers",
    sources: &[&L13_PCHAT, &S15_ENV],
    clauses: &["PCHAT-01"],
    check: Check::Folder(check),
    ..Rule::DEFAULTS
};

const CHAT: HolderKind = HolderKind::Pool(PoolKind::PersistentChat);

fn check(view: &FolderView<'_>) -> RuleOutcome {
    let of_chat: Vec<_> =
        view.serving().filter(|(.., served)| served.iter().any(|one| one.kind == CHAT)).collect();
    let authorities: BTreeSet<&str> = view
        .serving()
        .filter(|(.., served)| {
            served.iter().any(|one| one.kind.is_front_end() && one.usage == CertificateUsage::Default)
        })
        .flat_map(|(_, certificate, _)| authorities_of(certificate))
        .collect();
    if of_chat.is_empty() || authorities.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    let others = of_chat.into_iter().filter(|(_, certificate, _)| {
        !authorities_of(certificate).any(|authority| authorities.contains(authority))
    });
    others
        .map(|(id, certificate, _)| {
            Deviation::new(
                format!(
                    "the certificate comes from `{}`, those of the internal servers do not",
                    certificate.issuer
                ),
                "the CA of the internal servers",
                &*certificate.issuer,
            )
            .clause("PCHAT-01")
            .certificate(id)
        })
        .collect()
}

/// The CA that issued a certificate, and those above it, as far as they are known.
fn authorities_of(certificate: &Certificate) -> impl Iterator<Item = &str> {
    let above = certificate.chain.issuers.iter().map(|issuer| issuer.subject.as_str());
    std::iter::once(&*certificate.issuer).chain(above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::ServedUsage;
    use crate::testing::{Folder, Outcome, certificate, check_folder};

    fn outcome(issuers: [&str; 2], kinds: [PoolKind; 2]) -> Outcome {
        let certificates = issuers.map(|issuer| Certificate {
            issuer: issuer.into(),
            ..certificate("pool.contoso.com", &["pool.contoso.com"])
        });
        let serves =
            kinds.map(|kind| ServedUsage { kind: HolderKind::Pool(kind), usage: CertificateUsage::Default });
        check_folder(
            &RULE,
            Folder { certificates: &certificates, used: &[0, 1], serves: &serves, ..Folder::default() },
        )
    }

    #[test]
    fn another_ca_than_that_of_the_front_ends_is_a_warning_for_persistent_chat() {
        let pools = [PoolKind::FrontEndPool, PoolKind::PersistentChat];
        let outcome_of_two = outcome(["CN=Contoso CA", "CN=Fabrikam CA"], pools);
        outcome_of_two.fails_with(
            Severity::Warning,
            "the certificate comes from `CN=Fabrikam CA`, those of the internal servers do not",
        );
        assert_eq!(outcome_of_two.clause(), Some("PCHAT-01"));
        outcome(["CN=Contoso CA", "CN=Contoso CA"], pools).passes();
    }

    #[test]
    fn other_roles_may_have_any_ca() {
        let pools = [PoolKind::FrontEndPool, PoolKind::Mediation];
        outcome(["CN=Contoso CA", "CN=Fabrikam CA"], pools).does_not_apply();
        let alone = [PoolKind::PersistentChat, PoolKind::PersistentChat];
        outcome(["CN=Contoso CA", "CN=Fabrikam CA"], alone).does_not_apply();
    }
}
