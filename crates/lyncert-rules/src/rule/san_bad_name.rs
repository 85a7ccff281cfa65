use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::{BR_SAN, L13_INFRA, RFC5280, S15_ENV, ZLINT_LABEL};
use crate::matching::DnsPattern;

/// An entry that is not a host name: no client ever matches it, or only some do (GEN-NAME-04; RFC 5280 section 4.2.1.6).
pub(super) static RULE: Rule = Rule {
    id: "san-bad-name",
    summary: "A name that is no host name",
    severity: Severity::Error,
    rationale: "clients that are directed to this name refuse the certificate, although it seems to be there",
    remedy: "Request the certificate with the name spelled as in DNS: labels of letters, digits and hyphens, joined by dots; in a \
             request policy (INF) each `_continue_` line but the last ends with `&`",
    sources: &[&L13_INFRA, &S15_ENV, &RFC5280, &BR_SAN, &ZLINT_LABEL],
    clauses: &["GEN-NAME-04"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    if view.certificate.dns_names.is_empty() {
        return RuleOutcome::NotApplicable;
    }
    view.names.patterns.iter().filter_map(deviation).collect()
}

fn deviation(entry: &DnsPattern) -> Option<Deviation> {
    let name = entry.as_str();
    // An underscore is matched all the same, but public CAs may not issue it any more.
    let (defect, severity) = match entry.defect() {
        Some(defect) => (defect, Severity::Error),
        None if name.contains('_') => ("has an underscore", Severity::Warning),
        None => return None,
    };
    let deviation = Deviation::new(
        format!("the entry `{name}` {defect}"),
        "labels of letters, digits and hyphens, joined by dots",
        name,
    );
    Some(deviation.severity(severity).clause("GEN-NAME-04").name(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    fn outcome(name: &str) -> crate::testing::Outcome {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com", name]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
    }

    #[test]
    fn entries_that_no_client_matches_fail() {
        for name in [
            "https://meet.contoso.com",
            "meet.contoso.com:443",
            "meet..contoso.com",
            "",
            " meet.contoso.com",
            "me\0et.contoso.com",
            "10.0.0.1",
            "-meet.contoso.com",
            "meet?.contoso.com",
            &"abcd.".repeat(60),
        ] {
            assert_eq!(outcome(name).severity(), Some(Severity::Error), "{name:?}");
        }
    }

    #[test]
    fn the_cause_is_told_where_the_request_was_written_wrongly() {
        for (name, cause) in [
            (
                "pool.contoso.netdns=fe1.contoso.net",
                "is several names run together, as if the lines of a request policy lacked the `&` at their ends",
            ),
            (
                "DNS=meet.contoso.com",
                "begins with `DNS=` or `DNS:`, which belongs to the request and not to the name",
            ),
            ("meet.contoso.com,dialin.contoso.com", "is a list of names in the place of one"),
            ("meet.contoso.com;dialin.contoso.com", "is a list of names in the place of one"),
        ] {
            outcome(name).fails_with(Severity::Error, &format!("the entry `{name}` {cause}"));
        }
    }

    #[test]
    fn an_underscore_is_a_warning() {
        outcome("fe_1.contoso.com")
            .fails_with(Severity::Warning, "the entry `fe_1.contoso.com` has an underscore");
    }

    #[test]
    fn host_names_and_wildcards_pass() {
        for name in ["fe1.contoso.com", "*.contoso.com", "contoso"] {
            outcome(name).passes();
        }
    }
}
