use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::RFC5280;

/// A name that occurs twice does no harm; it shows a request that was put together by hand (GEN-NAME-01).
pub(super) static RULE: Rule = Rule {
    id: "san-duplicate",
    summary: "A name stands twice",
    severity: Severity::Info,
    rationale: "nothing: clients look at each name by itself",
    remedy: "Leave the second one out of the next request",
    sources: &[&RFC5280],
    clauses: &["GEN-NAME-01"],
    check: Check::Certificate(check),
    judges_requests: true,
    ..Rule::DEFAULTS
};

fn check(view: &CertificateView<'_>) -> RuleOutcome {
    let names = &view.certificate.dns_names;
    let is_same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let mut reported: Vec<&str> = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let earlier = names.iter().take(index).any(|earlier| is_same(earlier, name));
        if earlier && !reported.iter().any(|known| is_same(known, name)) {
            reported.push(name);
        }
    }
    reported
        .into_iter()
        .map(|name| {
            let times = names.iter().filter(|other| is_same(other, name)).count();
            Deviation::new(
                format!("`{name}` stands {times} times in the certificate"),
                "once",
                format!("{times} times"),
            )
            .of_request(format!("`{name}` stands {times} times in the request"))
            .name(name)
            .clause("GEN-NAME-01")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{certificate, check_certificate, front_end, requirement_of};

    #[test]
    fn each_name_that_stands_again_is_told_once_whatever_its_case() {
        let names = ["pool.contoso.com", "POOL.contoso.com", "fe1.contoso.com", "pool.Contoso.com"];
        let certificate = certificate("pool.contoso.com", &names);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")])
            .fails_with(Severity::Info, "`POOL.contoso.com` stands 3 times in the certificate");
    }

    #[test]
    fn different_names_pass() {
        let certificate = certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"]);
        check_certificate(&RULE, &certificate, &[requirement_of(&front_end(), "Default")]).passes();
    }
}
