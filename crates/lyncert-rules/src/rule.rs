//! What a rule is, and the list of all rules.
//!
//! A rule looks at one thing and says what deviates. The engine in `assess` does the iterating, attaches holder and
//! certificate, sorts and counts; a rule cannot set its id or order, so its test needs no engine.

mod aia_missing;
mod assigned_not_found;
mod assigned_not_in_store;
mod binding_differs;
mod ca_as_leaf;
mod ca_differs;
mod ca_private_external;
mod cdp_ldap_only;
mod cdp_missing;
mod chain_incomplete;
mod chain_signature_bad;
mod chain_untrusted;
mod clock_skew;
mod cn_missing;
mod cn_multiple;
mod cn_not_in_san;
mod cn_too_long;
mod cn_wildcard;
mod cn_wrong;
mod cng_provider;
mod collection_old;
mod crl_bad_signature;
mod crl_stale;
mod dup_extension;
mod duplicate_file;
mod ec_curve;
mod eku_absent;
mod eku_client_missing;
mod eku_client_public;
mod eku_server_missing;
mod expired;
mod expiring;
mod friendly_name_dup;
mod intermediate_as_root;
mod issuer_eku;
mod issuer_expired;
mod issuer_not_ca;
mod issuer_not_yet_valid;
mod key_in_clear;
mod key_mismatch;
mod key_missing;
mod key_not_exportable;
mod key_shared;
mod key_type;
mod ku_absent;
mod ku_certsign_leaf;
mod ku_missing_bits;
mod ku_not_critical;
mod lifetime_too_long;
mod name_constraint;
mod not_yet_valid;
mod oauth_differs;
mod pathlen;
mod pfx_not_importable;
mod pfx_weak;
mod pool_differs;
mod pool_same_names_other_key;
mod renewed_not_assigned;
mod replica_differs;
mod request_unanswered;
mod requirement_unmet;
mod revoked;
mod roll_over_late;
mod root_in_intermediate_place;
mod rsa_exponent;
mod rsa_odd_size;
mod rsa_short;
mod rsa_weak;
mod san_bad_name;
mod san_duplicate;
mod san_extra;
mod san_internal_name;
mod san_missing;
mod san_stale;
mod san_wildcard_before_fqdn;
mod san_wildcard_not_honoured;
mod san_wildcard_unsupported;
mod scenario_ended;
mod self_signed;
mod serial_bad;
mod sharing;
mod sig_md2;
mod sig_md5;
mod sig_rsassa_pss;
mod sig_sha1;
mod sig_sha512;
mod sigalg_mismatch;
mod superseded;
mod topology_name;
mod unknown_critical_extension;
mod usage_unassigned;
mod validity_inverted;
mod version_not_3;
mod view;
mod waiver_broad;
mod waiver_expired;
mod waiver_expiring;
mod waiver_malformed;
mod waiver_unused;
mod xmpp_usage_unassigned;

use lyncert_ingest::name::DnsName;

use time::OffsetDateTime;

use crate::citation::Citation;
use crate::ids::CertificateId;
use crate::lacking::Lacking;
use crate::severity::Severity;
use crate::usage::CertificateUsage;

pub(crate) use view::{
    CertificateView, FolderView, HoldingView, JudgedTopology, PolicyView, RequestOutlook, RequirementView,
    Role, ServedUsage,
};

/// A rule: what it looks for, how bad that is, and the check.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case name of the defect. Never given to another rule.
    pub id: &'static str,
    /// Heading in reports.
    pub summary: &'static str,
    /// The usual severity; a clause or a role may say another.
    pub severity: Severity,
    /// What users notice.
    pub rationale: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The documents that it follows. Never empty.
    pub sources: &'static [&'static Citation],
    /// The clauses that it reports, in addition to those of the names and subjects that a profile asks for.
    pub clauses: &'static [&'static str],
    /// How far in front its findings stand where a report shows the worst of several that are equally severe: the higher, the
    /// further; no two rules above zero have the same. What stops a service for all of its users comes first (no valid
    /// certificate, or none at all), then what stops it on some servers, then for some clients.
    pub prominence: u8,
    /// Whether its findings come by time alone, without any change to the estate: a comparison says so of a new one.
    pub comes_by_time: bool,
    /// Whether what it says of a certificate changes with time, though nothing else does.
    pub changes_with_time: bool,
    /// The rule that says the same of the same certificate when it has become worse.
    pub becomes: Option<&'static str>,
    /// Whether it judges expiry, key, signature or chain of a certificate alone, whatever that serves: then it looks at one that
    /// lies in the place of a server and serves nothing, too.
    pub judges_own_quality: bool,
    /// Whether it judges what a request decides, so that a request can be held to it before a CA signs it.
    pub judges_requests: bool,
    /// What makes its findings go away.
    pub cure: Cure,
    pub(crate) check: Check,
}

/// What makes a finding go away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cure {
    /// Another certificate.
    NewCertificate,
    /// The same: nothing is wrong with the certificate but that it ends.
    Successor,
    /// A certificate that is there, or a new one where none fits, put where it belongs.
    Assignment,
    /// Something else: a chain, a file, a server, the topology, the policy.
    Elsewhere,
}

impl Rule {
    /// What holds for most rules. Each has texts and a check of its own: tests ask for them. A rule that forgets its severity
    /// is an error, which is noticed.
    const DEFAULTS: Self = Self {
        id: "",
        summary: "",
        severity: Severity::Error,
        rationale: "",
        remedy: "",
        sources: &[],
        clauses: &[],
        prominence: 0,
        comes_by_time: false,
        changes_with_time: false,
        becomes: None,
        judges_own_quality: false,
        judges_requests: false,
        cure: Cure::NewCertificate,
        check: Check::Topology(|_| RuleOutcome::NotApplicable),
    };

    /// Whether all that it says of a certificate is that it ends: soon, or that it has.
    pub fn tells_an_end(&self) -> bool {
        self.comes_by_time || self.becomes.is_some()
    }

    /// What it looks at, in words, for findings that concern no certificate in use.
    pub fn looks_at(&self) -> &'static str {
        match self.check {
            Check::Topology(_) => "topology",
            Check::Policy(_) => "policy",
            Check::Requirement(_)
            | Check::Holding(_)
            | Check::Certificate(_)
            | Check::Folder(_)
            | Check::FolderAt(_) => "certificate folder",
        }
    }

    /// Whether it judges the policy and not the estate: what it finds cannot be waived.
    pub fn is_about_the_policy(&self) -> bool {
        matches!(self.check, Check::Policy(_))
    }

    /// Whether it looks at the topology and not at certificates: its findings do not count against the certificate in use.
    pub fn is_about_the_topology(&self) -> bool {
        matches!(self.check, Check::Topology(_))
    }
}

/// What a rule looks at.
#[derive(Debug)]
pub(crate) enum Check {
    /// A requirement and all that serves it.
    Requirement(fn(&RequirementView<'_>) -> RuleOutcome),
    /// A certificate in the place of one requirement.
    Holding(fn(&HoldingView<'_>) -> RuleOutcome),
    /// A certificate's own qualities, with all that it serves.
    Certificate(fn(&CertificateView<'_>) -> RuleOutcome),
    /// The topology as a whole.
    Topology(fn(&JudgedTopology<'_>) -> RuleOutcome),
    /// The folder as a whole: certificates compared with each other, keys, revocation lists.
    Folder(fn(&FolderView<'_>) -> RuleOutcome),
    /// The folder as a whole at a time. What the others say of a folder does not change with time.
    FolderAt(fn(&FolderView<'_>, OffsetDateTime) -> RuleOutcome),
    /// The operator's policy, after all else was judged and waived.
    Policy(fn(&PolicyView<'_>) -> RuleOutcome),
}

impl Check {
    /// Whether it is about what serves somewhere, and not about the estate: then it can judge a certificate before it is there.
    pub(crate) fn judges_what_serves(&self) -> bool {
        match self {
            Self::Requirement(_) | Self::Holding(_) | Self::Certificate(_) => true,
            Self::Topology(_) | Self::Folder(_) | Self::FolderAt(_) | Self::Policy(_) => false,
        }
    }
}

/// What a rule says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum RuleOutcome {
    /// It does not apply here.
    NotApplicable,
    /// What it would judge is not here to be seen.
    NothingToLookAt(Lacking),
    /// All is well.
    Pass,
    /// This deviates.
    Fail(Vec<Deviation>),
}

impl FromIterator<Deviation> for RuleOutcome {
    fn from_iter<I: IntoIterator<Item = Deviation>>(deviations: I) -> Self {
        let deviations: Vec<_> = deviations.into_iter().collect();
        if deviations.is_empty() { Self::Pass } else { Self::Fail(deviations) }
    }
}

impl RuleOutcome {
    /// The same, but that a pass without what there is to see is none.
    pub(crate) fn unless_lacking(self, lacking: Option<Lacking>) -> Self {
        match (self, lacking) {
            (Self::Pass, Some(lacking)) => Self::NothingToLookAt(lacking),
            (Self::Pass, None) => Self::Pass,
            (Self::NotApplicable, _) => Self::NotApplicable,
            (Self::NothingToLookAt(lacking), _) => Self::NothingToLookAt(lacking),
            (Self::Fail(deviations), _) => Self::Fail(deviations),
        }
    }

    /// Passes, or fails with one deviation.
    pub(crate) fn from_deviation(deviation: Option<Deviation>) -> Self {
        deviation.into_iter().collect()
    }
}

/// One deviation from what is expected.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Deviation {
    /// Where it differs from the rule's.
    pub(crate) severity: Option<Severity>,
    /// The clause that it offends.
    pub(crate) clause: Option<&'static str>,
    /// The name concerned.
    pub(crate) name: Option<String>,
    /// The statement; lower case, no final period.
    pub(crate) message: String,
    /// What is said where it is no certificate but a request, if the statement does not do for both.
    pub(crate) of_request: Option<String>,
    /// What was expected.
    pub(crate) expected: String,
    /// The reasons that the policy gives for what was expected, in the words of people.
    pub(crate) policy_reasons: Vec<String>,
    /// What was found.
    pub(crate) found: String,
    /// Where it differs from the rule's rationale.
    pub(crate) consequence: Option<String>,
    /// Where it differs from the rule's remedy.
    pub(crate) remedy: Option<String>,
    /// Where something else makes it go away than what the rule says.
    pub(crate) cure: Option<Cure>,
    /// The usages that it is about, where a certificate serves others too; empty for all.
    pub(crate) only: &'static [CertificateUsage],
    /// The pool that it is about, where the rule looks at the topology as a whole.
    pub(crate) pool: Option<DnsName>,
    /// The certificate that it is about, where the rule looks at the folder as a whole.
    pub(crate) certificate: Option<CertificateId>,
    /// The file that it is about, where that is not the certificate's.
    pub(crate) file: Option<String>,
    /// The one server that it is about, and the usages there, where the rule looked at several servers.
    pub(crate) on_server: Option<(DnsName, Vec<CertificateUsage>)>,
}

impl Deviation {
    pub(crate) fn new(
        message: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self { message: message.into(), expected: expected.into(), found: found.into(), ..Self::default() }
    }

    /// What is said of a request instead.
    pub(crate) fn of_request(self, message: impl Into<String>) -> Self {
        Self { of_request: Some(message.into()), ..self }
    }

    pub(crate) fn policy_reasons(self, policy_reasons: Vec<String>) -> Self {
        Self { policy_reasons, ..self }
    }

    pub(crate) fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }

    pub(crate) fn clause(self, clause: &'static str) -> Self {
        Self { clause: Some(clause), ..self }
    }

    pub(crate) fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    pub(crate) fn cure(self, cure: Cure) -> Self {
        Self { cure: Some(cure), ..self }
    }

    pub(crate) fn consequence(self, consequence: impl Into<String>) -> Self {
        Self { consequence: Some(consequence.into()), ..self }
    }

    pub(crate) fn only(self, usages: &'static [CertificateUsage]) -> Self {
        Self { only: usages, ..self }
    }

    pub(crate) fn pool(self, pool: &DnsName) -> Self {
        Self { pool: Some(pool.clone()), ..self }
    }

    pub(crate) fn certificate(self, id: CertificateId) -> Self {
        Self { certificate: Some(id), ..self }
    }

    pub(crate) fn file(self, path: impl Into<String>) -> Self {
        Self { file: Some(path.into()), ..self }
    }

    pub(crate) fn on_server(self, server: &DnsName, usages: Vec<CertificateUsage>) -> Self {
        Self { on_server: Some((server.clone(), usages)), ..self }
    }

    pub(crate) fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }
}

/// All rules, sorted by id.
pub static RULES: &[&Rule] = &[
    &aia_missing::RULE,
    &assigned_not_found::RULE,
    &assigned_not_in_store::RULE,
    &binding_differs::RULE,
    &ca_as_leaf::RULE,
    &ca_differs::RULE,
    &ca_private_external::RULE,
    &cdp_ldap_only::RULE,
    &cdp_missing::RULE,
    &chain_incomplete::RULE,
    &chain_signature_bad::RULE,
    &chain_untrusted::RULE,
    &clock_skew::RULE,
    &cn_missing::RULE,
    &cn_multiple::RULE,
    &cn_not_in_san::RULE,
    &cn_too_long::RULE,
    &cn_wildcard::RULE,
    &cn_wrong::RULE,
    &cng_provider::RULE,
    &collection_old::RULE,
    &crl_bad_signature::RULE,
    &crl_stale::RULE,
    &dup_extension::RULE,
    &duplicate_file::RULE,
    &ec_curve::RULE,
    &eku_absent::RULE,
    &eku_client_missing::RULE,
    &eku_client_public::RULE,
    &eku_server_missing::RULE,
    &expired::RULE,
    &expiring::RULE,
    &friendly_name_dup::RULE,
    &intermediate_as_root::RULE,
    &issuer_eku::RULE,
    &issuer_expired::RULE,
    &issuer_not_ca::RULE,
    &issuer_not_yet_valid::RULE,
    &key_in_clear::RULE,
    &key_mismatch::RULE,
    &key_missing::RULE,
    &key_not_exportable::RULE,
    &key_shared::RULE,
    &key_type::RULE,
    &ku_absent::RULE,
    &ku_certsign_leaf::RULE,
    &ku_missing_bits::RULE,
    &ku_not_critical::RULE,
    &lifetime_too_long::RULE,
    &name_constraint::RULE,
    &not_yet_valid::RULE,
    &oauth_differs::RULE,
    &pathlen::RULE,
    &pfx_not_importable::RULE,
    &pfx_weak::RULE,
    &pool_differs::RULE,
    &pool_same_names_other_key::RULE,
    &renewed_not_assigned::RULE,
    &replica_differs::RULE,
    &request_unanswered::RULE,
    &requirement_unmet::RULE,
    &revoked::RULE,
    &roll_over_late::RULE,
    &root_in_intermediate_place::RULE,
    &rsa_exponent::RULE,
    &rsa_odd_size::RULE,
    &rsa_short::RULE,
    &rsa_weak::RULE,
    &san_bad_name::RULE,
    &san_duplicate::RULE,
    &san_extra::RULE,
    &san_internal_name::RULE,
    &san_missing::RULE,
    &san_stale::RULE,
    &san_wildcard_before_fqdn::RULE,
    &san_wildcard_not_honoured::RULE,
    &san_wildcard_unsupported::RULE,
    &scenario_ended::RULE,
    &self_signed::RULE,
    &serial_bad::RULE,
    &sig_md2::RULE,
    &sig_md5::RULE,
    &sig_rsassa_pss::RULE,
    &sig_sha1::RULE,
    &sig_sha512::RULE,
    &sigalg_mismatch::RULE,
    &superseded::RULE,
    &topology_name::RULE,
    &unknown_critical_extension::RULE,
    &usage_unassigned::RULE,
    &validity_inverted::RULE,
    &version_not_3::RULE,
    &waiver_broad::RULE,
    &waiver_expired::RULE,
    &waiver_expiring::RULE,
    &waiver_malformed::RULE,
    &waiver_unused::RULE,
    &xmpp_usage_unassigned::RULE,
];

/// The rule with this id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_sorted_and_unique() {
        assert!(
            RULES.is_sorted_by(|one, next| one.id < next.id),
            "{:?}",
            RULES.iter().map(|r| r.id).collect::<Vec<_>>()
        );
    }

    #[test]
    fn what_stops_a_service_for_all_stands_in_front_and_time_alone_makes_certificates_expire() {
        let mut prominent: Vec<_> = RULES.iter().filter(|rule| rule.prominence > 0).collect();
        prominent.sort_by_key(|rule| std::cmp::Reverse(rule.prominence));
        let ids: Vec<&str> = prominent.iter().map(|rule| rule.id).collect();
        assert_eq!(
            ids,
            [
                "expired",
                "requirement-unmet",
                "usage-unassigned",
                "not-yet-valid",
                "pool-differs",
                "eku-server-missing",
                "san-missing"
            ]
        );
        assert!(prominent.is_sorted_by(|one, next| one.prominence > next.prominence), "{ids:?}");
        let by_time: Vec<&str> = RULES.iter().filter(|rule| rule.comes_by_time).map(|rule| rule.id).collect();
        assert_eq!(by_time, ["expired"]);
    }

    #[test]
    fn what_becomes_worse_has_a_rule_that_says_so() {
        let graver: Vec<_> = RULES.iter().filter_map(|rule| Some((rule.id, rule.becomes?))).collect();
        assert_eq!(graver, [("expiring", "expired")]);
        assert!(graver.iter().all(|(_, later)| rule(later).is_some_and(|later| later.comes_by_time)));
        let timed = RULES.iter().filter(|rule| rule.changes_with_time).map(|rule| rule.id);
        let expected = ["expired", "expiring", "issuer-expired", "issuer-not-yet-valid", "not-yet-valid"];
        assert_eq!(timed.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn severities_are_those_of_the_catalog() {
        use Severity::{Error, Info, Warning};
        let of =
            |severity, ids: &[&'static str]| ids.iter().map(move |id| (*id, severity)).collect::<Vec<_>>();
        let errors = of(
            Error,
            &[
                "expired",
                "not-yet-valid",
                "validity-inverted",
                "sig-md5",
                "sig-md2",
                "sig-rsassa-pss",
                "rsa-short",
                "rsa-weak",
                "ec-curve",
                "key-type",
                "eku-server-missing",
                "ku-certsign-leaf",
                "ca-as-leaf",
                "cdp-missing",
                "self-signed",
                "san-missing",
                "cn-missing",
                "cn-wildcard",
                "cn-too-long",
                "san-internal-name",
                "sigalg-mismatch",
                "version-not-3",
                "dup-extension",
                "unknown-critical-extension",
                "chain-signature-bad",
                "issuer-expired",
                "issuer-eku",
                "issuer-not-ca",
                "issuer-not-yet-valid",
                "pathlen",
                "name-constraint",
                "revoked",
                "key-mismatch",
            ],
        );
        let warnings = of(
            Warning,
            &[
                "lifetime-too-long",
                "rsa-exponent",
                "eku-absent",
                "eku-client-missing",
                "ku-missing-bits",
                "cdp-ldap-only",
                "cn-multiple",
                "serial-bad",
                "chain-incomplete",
                "root-in-intermediate-place",
                "intermediate-as-root",
                "crl-stale",
                "crl-bad-signature",
                "key-in-clear",
                "cng-provider",
                "expiring",
                "sig-sha1",
            ],
        );
        let infos = of(
            Info,
            &[
                "rsa-odd-size",
                "eku-client-public",
                "ku-absent",
                "ku-not-critical",
                "aia-missing",
                "san-duplicate",
                "san-extra",
                "key-shared",
                "pfx-weak",
                "superseded",
                "duplicate-file",
                "friendly-name-dup",
                "request-unanswered",
            ],
        );
        for (id, severity) in errors.into_iter().chain(warnings).chain(infos) {
            let rule = RULES.iter().find(|rule| rule.id == id);
            assert_eq!(rule.map(|rule| rule.severity), Some(severity), "{id}");
        }
    }

    #[test]
    fn every_rule_is_named_explained_and_has_a_source() {
        for rule in RULES {
            assert!(!rule.id.is_empty(), "{}", rule.summary);
            assert!(
                rule.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                rule.id
            );
            for text in [rule.summary, rule.rationale, rule.remedy] {
                assert!(text.len() > 10 && !text.ends_with('.'), "{}: {text:?}", rule.id);
            }
            assert!(!rule.sources.is_empty(), "{}", rule.id);
        }
    }
}
