use std::borrow::Cow;
use std::collections::HashMap;

use super::{CertificateView, Check, Deviation, Rule, RuleOutcome, Severity};
use crate::citation::RFC5280;
use crate::matching::lower_case;

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
    let mut times: HashMap<Cow<'_, str>, usize> = HashMap::new();
    // Each as it stands the second time.
    let mut repeated: Vec<&str> = Vec::new();
    for name in &view.certificate.dns_names {
        let times = times.entry(lower_case(name)).or_default();
        *times += 1;
        if *times == 2 {
            repeated.push(name);
        }
    }
    repeated
        .into_iter()
        .map(|name| {
            let times = times.get(&lower_case(name)).copied().unwrap_or_default();
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
