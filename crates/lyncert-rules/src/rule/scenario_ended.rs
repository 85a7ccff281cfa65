use lyncert_ingest::name::said;
use lyncert_ingest::topology::ProductVersion;

use super::{Check, Cure, Deviation, JudgedTopology, Rule, RuleOutcome, Severity};
use crate::citation::{L13_PICFAQ, S19_DEP};
use crate::facts::WITHOUT_AOL;

/// Scenarios end (PICX-03, PICX-07); what they ask for is then reported once and no longer required.
pub(super) static RULE: Rule = Rule {
    id: "scenario-ended",
    summary: "A scenario that is over",
    severity: Severity::Info,
    rationale: "nothing: the scenario is over, with any certificate",
    remedy: "Take the setting out of the policy or the topology",
    sources: &[&L13_PICFAQ, &S19_DEP],
    clauses: &["PICX-03", "PICX-07"],
    cure: Cure::Elsewhere,
    check: Check::Topology(check),
    ..Rule::DEFAULTS
};

fn check(view: &JudgedTopology<'_>) -> RuleOutcome {
    let aol = (view.facts.pic_aol == Some(true)).then(|| {
        Deviation::new(
            "the policy asks for instant messaging with AOL, which ended on 2014-06-30",
            "`pic_aol = false`",
            "`pic_aol = true`",
        )
        .consequence("nothing: federation with AOL ended in 2014")
        .remedy(WITHOUT_AOL)
        .clause("PICX-03")
    });
    let removed = view.topology.pools().filter(|pool| {
        pool.xmpp_proxy.is_some() && pool.version().is_some_and(|version| version >= ProductVersion::Sfb2019)
    });
    let xmpp = removed.map(|pool| {
        let message = format!(
            "the Edge pool {} has an XMPP proxy, which the 2019 generation has no more",
            said(&pool.fqdn)
        );
        Deviation::new(message, "no XMPP proxy", "an XMPP proxy").pool(&pool.fqdn).clause("PICX-07")
    });
    aol.into_iter().chain(xmpp).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check_topology, edge};

    #[test]
    fn a_policy_that_asks_for_aol_is_told() {
        check_topology(&RULE, &crate::testing::edge_with_aol()).fails_with(
            Severity::Info,
            "the policy asks for instant messaging with AOL, which ended on 2014-06-30",
        );
    }

    #[test]
    fn xmpp_is_told_from_the_2019_generation_on() {
        let mut estate = crate::testing::edge_with_xmpp();
        check_topology(&RULE, &estate).passes();
        for service in estate
            .topology
            .sites
            .iter_mut()
            .flat_map(|site| &mut site.pools)
            .flat_map(|pool| &mut pool.services)
        {
            service.version = Some(8);
        }
        assert_eq!(check_topology(&RULE, &estate).severity(), Some(Severity::Info));
    }

    #[test]
    fn an_ordinary_estate_passes() {
        check_topology(&RULE, &edge()).passes();
    }
}
