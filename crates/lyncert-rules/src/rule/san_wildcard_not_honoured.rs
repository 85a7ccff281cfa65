use lyncert_ingest::topology::PoolKind;

use super::{Check, Deviation, HoldingView, Rule, RuleOutcome, Severity};
use crate::citation::{L10_WILD, L13_PLAN, L13_WILD};
use crate::holder::HolderKind;
use crate::matching::Cover;
use crate::remedy;
use crate::wildcard::{Honor, honor};

/// A required name is covered by nothing but a wildcard, and the role does not honor wildcards for that kind of name
/// (WILD-02, WILD-04, WILD-06, WILD-07).
pub(super) static RULE: Rule = Rule {
    id: "san-wildcard-not-honoured",
    summary: "A name is covered only by a wildcard that the role does not honor",
    severity: Severity::Warning,
    rationale: "servers, phones and partners that match names strictly refuse the connection",
    remedy: "Request a new certificate that spells the name out",
    sources: &[&L13_WILD, &L13_PLAN, &L10_WILD],
    clauses: &["WILD-02", "WILD-04", "WILD-06", "WILD-07"],
    check: Check::Holding(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &HoldingView<'_>) -> RuleOutcome {
    let mut by_wildcard = view
        .required()
        .filter_map(|(name, cover)| {
            cover.filter(|cover| cover.cover == Cover::Wildcard).map(|cover| (name, cover))
        })
        .peekable();
    let appliance = appliance_by_wildcard(view);
    if by_wildcard.peek().is_none() && appliance.is_none() {
        return RuleOutcome::NotApplicable;
    }
    by_wildcard
        .filter_map(|(required, cover)| match honor(view.requirement, required, view.usages) {
            Honor::Yes => None,
            Honor::No(clause, severity) => {
                let name = &required.name;
                let way = remedy::assign([&view.requirement.holder]);
                let deviation = Deviation::new(
                    format!("`{name}` is covered only by the wildcard `{}`", cover.by),
                    format!("`{name}` spelled out"),
                    cover.by,
                )
                .clause(clause)
                // A name that is merely optional is never worth more than its absence would be.
                .severity(severity.min(required.need.severity()))
                .name(name.to_string())
                .remedy(format!("Request a new certificate that spells the name out, and {way}"));
                Some(deviation)
            }
        })
        .chain(appliance)
        .collect()
}

/// The FQDN of a branch appliance is no name of its table, though servers compare it (SBA-02, WILD-06): that it is missing is told by
/// `cn-not-in-san`, that a wildcard stands for it here.
fn appliance_by_wildcard(view: &HoldingView<'_>) -> Option<Deviation> {
    let requirement = view.requirement;
    if requirement.holder.kind != HolderKind::Pool(PoolKind::SurvivableBranch) {
        return None;
    }
    let subject = &requirement.subject;
    let cover = view.names.cover(subject).filter(|cover| cover.cover == Cover::Wildcard)?;
    let deviation = Deviation::new(
        format!("`{subject}` is covered only by the wildcard `{}`", cover.by),
        format!("`{subject}` spelled out"),
        cover.by,
    );
    Some(deviation.clause("WILD-06").severity(Severity::Error).name(subject.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirement::Need;
    use crate::testing::{
        certificate, check_holding, edge, edge_external, estate, front_end, pool, requirement_of,
    };

    #[test]
    fn a_wildcard_on_the_external_edge_is_not_honored() {
        let certificate =
            certificate("sip.contoso.com", &["sip.contoso.com", "*.contoso.com", "sip.fabrikam.com"]);
        let outcome = check_holding(&RULE, &certificate, &edge_external(&edge()));
        outcome.fails_with(
            Severity::Warning,
            "`webcon.contoso.com` is covered only by the wildcard `*.contoso.com`",
        );
        assert_eq!(outcome.clause(), Some("WILD-02"));
    }

    #[test]
    fn the_pool_name_of_a_web_certificate_is_information_and_of_a_default_certificate_an_error() {
        let certificate =
            certificate("fe1.contoso.com", &["fe1.contoso.com", "sip.contoso.com", "*.contoso.com"]);
        for (usage, severity) in [("WebServicesInternal", Severity::Info), ("Default", Severity::Error)] {
            check_holding(&RULE, &certificate, &requirement_of(&front_end(), usage))
                .fails_with(severity, "`pool.contoso.com` is covered only by the wildcard `*.contoso.com`");
        }
    }

    #[test]
    fn roles_that_no_page_names_spell_pool_and_server_out() {
        for (kind, found) in
            [(PoolKind::Mediation, 2), (PoolKind::TrustedApplication, 2), (PoolKind::SurvivableBranch, 1)]
        {
            let estate = estate(pool(kind, "p.contoso.com", &["s.contoso.com"]));
            let requirement = requirement_of(&estate, "Default");
            let by_wildcard =
                certificate("p.contoso.com", &["*.contoso.com", "sip.contoso.com", "sip.fabrikam.com"]);
            let outcome = check_holding(&RULE, &by_wildcard, &requirement);
            assert_eq!(
                (outcome.severity(), outcome.clause()),
                (Some(Severity::Error), Some("WILD-06")),
                "{kind:?}"
            );
            assert_eq!(outcome.messages().len(), found, "{kind:?}");
            let spelled = ["p.contoso.com", "s.contoso.com", "sip.contoso.com", "sip.fabrikam.com"];
            assert_eq!(
                check_holding(&RULE, &certificate("p.contoso.com", &spelled), &requirement).severity(),
                None
            );
        }
    }

    #[test]
    fn an_optional_name_is_never_worse_than_its_absence() {
        let certificate = certificate(
            "pool.contoso.com",
            &["pool.contoso.com", "fe1.contoso.com", "sip.fabrikam.com", "*.contoso.com"],
        );
        let mut requirement = requirement_of(&front_end(), "Default");
        requirement.names.iter_mut().for_each(|required| required.need = Need::Optional);
        check_holding(&RULE, &certificate, &requirement)
            .fails_with(Severity::Info, "`sip.contoso.com` is covered only by the wildcard `*.contoso.com`");
    }

    #[test]
    fn simple_url_and_discovery_names_may_be_covered_by_a_wildcard() {
        let certificate = certificate(
            "pool.contoso.com",
            &["webext.contoso.com", "pool.contoso.com", "*.contoso.com", "*.fabrikam.com"],
        );
        check_holding(&RULE, &certificate, &requirement_of(&front_end(), "WebServicesExternal")).passes();
    }
}
