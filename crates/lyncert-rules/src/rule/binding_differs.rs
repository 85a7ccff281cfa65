use lyncert_ingest::name::said;

use super::{Check, Cure, Deviation, RequirementView, Rule, RuleOutcome, Severity};
use crate::assign::is_served_by_http;
use crate::citation::{CMD_SET, L13_IIS};

/// The web services run in IIS: HTTP.sys shows the certificate of its own binding, whatever is assigned. `Set-CsCertificate` sets both, a
/// hand in IIS Manager only one.
pub(super) static RULE: Rule = Rule {
    id: "binding-differs",
    summary: "HTTP.sys serves another certificate than the assigned one",
    severity: Severity::Error,
    rationale: "clients of the web services get another certificate than the one that was checked and assigned",
    remedy: "Assign the certificate again (`Set-CsCertificate`), which sets the binding too, or bind it in IIS Manager",
    sources: &[&L13_IIS, &CMD_SET],
    cure: Cure::Assignment,
    check: Check::Requirement(check),
    ..Rule::DEFAULTS
};

fn check(view: &RequirementView<'_>) -> RuleOutcome {
    if !is_served_by_http(view.requirement) {
        return RuleOutcome::NotApplicable;
    }
    let observed = &view.assignment.observed;
    if observed.iter().all(|one| one.bound.is_empty()) {
        return view.without_collection();
    }
    let differing = observed.iter().flat_map(|one| {
        one.bound.iter().filter(|bound| bound.thumbprint != one.thumbprint).map(move |bound| (one, bound))
    });
    differing
        .map(|(one, bound)| {
            let (server, usage) = (&one.server, one.usage.as_str());
            Deviation::new(
                format!(
                    "HTTP.sys serves another certificate at {} on {} than the one assigned for {usage}",
                    bound.endpoint,
                    said(server)
                ),
                one.thumbprint.to_string(),
                bound.thumbprint.to_string(),
            )
            .name(bound.endpoint.clone())
            .on_server(server, vec![one.usage])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lacking::Lacking;
    use crate::testing::{
        assigned, certificate, check_requirement_in, collected, edge_external, edge_pool, front_end,
        requirement_of,
    };

    /// What is said where these are bound, as endpoint, name and thumbprint.
    fn said(usage: &str, bound: &[(&str, Option<&str>, &str)]) -> crate::testing::Outcome {
        let estate = if usage == "Internal" { edge_pool() } else { front_end() };
        let requirement = requirement_of(&estate, usage);
        let server = requirement.install_on()[0].to_string();
        let own = certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"]);
        let records = [assigned(&server, &[usage], &own.sha1.to_string())];
        let collections = collected(&[&server], "complete", &[(&server, &own.sha1.to_string(), true)], bound);
        check_requirement_in(&RULE, &[own], &records, &collections, &requirement, &estate)
    }

    #[test]
    fn each_usage_has_its_port() {
        let other = "AB".repeat(20);
        for (usage, port) in [
            ("WebServicesInternal", 443),
            ("WebServicesExternal", 4443),
            ("Default", 444),
            ("Internal", 4443),
        ] {
            let endpoint = format!("0.0.0.0:{port}");
            let outcome = said(usage, &[(&endpoint, None, &other)]);
            assert_eq!(outcome.severity(), Some(Severity::Error), "{usage}");
            assert_eq!(outcome.found(), other, "{usage}");
            said(usage, &[("0.0.0.0:5061", None, &other)]).has_nothing_to_look_at(Lacking::Collections);
        }
    }

    #[test]
    fn usages_that_no_web_server_serves_have_no_binding() {
        let estate = edge_pool();
        let collections = collected(&["edge1.contoso.com"], "complete", &[], &[]);
        let requirement = edge_external(&estate);
        check_requirement_in(&RULE, &[], &[], &collections, &requirement, &estate).does_not_apply();
    }

    #[test]
    fn the_assigned_certificate_and_bindings_to_names_are_in_order() {
        let own = certificate("pool.contoso.com", &["pool.contoso.com", "fe1.contoso.com"]).sha1.to_string();
        let other = "AB".repeat(20);
        let bound = [
            ("0.0.0.0:443", None, &*own),
            ("10.0.0.9:443", None, &other),
            ("app.contoso.com:443", Some("app.contoso.com:443"), &other),
        ];
        said("WebServicesInternal", &bound).passes();
        let outcome = said("WebServicesInternal", &bound[1..]);
        assert_eq!(outcome.severity(), Some(Severity::Error));
    }
}
