use lyncert_ingest::name::said_list;
use lyncert_ingest::topology::ProductVersion;

use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{L10_WILD, SCHERTZ};

/// Phones of the first generation read the names in order and stop at a wildcard (WILD-05). Lync Server 2010 only: later
/// pages say that the order does not matter.
pub(super) static RULE: Rule = Rule {
    id: "san-wildcard-before-fqdn",
    summary: "A wildcard stands before the FQDNs",
    severity: Severity::Info,
    rationale: "nothing, unless desk phones of Lync Server 2010 are in use: they take the first name only",
    remedy: "Request the certificate with the wildcard as the last name",
    sources: &[&L10_WILD, &SCHERTZ],
    clauses: &["WILD-05"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let is_old = |version| version <= ProductVersion::Lync2010;
    if !view.roles.iter().any(|role| is_old(role.requirement.holder.version)) {
        return RuleOutcome::NotApplicable;
    }
    let mut names = view.names.patterns.iter().skip_while(|entry| !entry.is_wildcard());
    let wildcard = names.next();
    let follows = names.find(|entry| !entry.is_wildcard() && entry.defect().is_none());
    RuleOutcome::from_deviation(wildcard.zip(follows).map(|(wildcard, follows)| {
        let wildcard = wildcard.as_str();
        Deviation::new(
            format!("the wildcard `{wildcard}` stands before `{}`", follows.as_str()),
            "wildcards behind all FQDNs",
            said_list(&view.certificate.dns_names),
        )
        .clause("WILD-05")
        .name(wildcard)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Estate, certificate, check_certificate, front_end, requirement_of};

    fn lync_2010() -> Estate {
        let mut estate = front_end();
        estate.topology.sites[0].pools[0].services[0].version = Some(5);
        estate
    }

    #[test]
    fn a_wildcard_before_an_fqdn_is_information_for_lync_server_2010() {
        let certificate =
            certificate("pool.contoso.com", &["pool.contoso.com", "*.contoso.com", "meet.fabrikam.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&lync_2010(), "WebServicesInternal")])
            .fails_with(Severity::Info, "the wildcard `*.contoso.com` stands before `meet.fabrikam.com`");
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "WebServicesInternal")])
            .does_not_apply();
    }

    #[test]
    fn a_wildcard_at_the_end_passes() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com", "*.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&lync_2010(), "WebServicesInternal")])
            .passes();
    }
}
