//! What the Certificate Wizard and `Request-CsCertificate` compute from the topology (clauses AUTO-…).
//!
//! The order is the product's own, as its logs print it: server, Dial-in, Meet, Admin, LyncdiscoverInternal, external web
//! FQDN, Lyncdiscover (AUTO-02). Where a pool has more names than a Standard Edition server, their places follow the
//! vendor's list of them.

use super::{AddedByRule, DomainLabel, NameFrom, WIZARD};

/// What the wizard computes for one row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Wizard {
    /// The names, in the product's order, each with the condition under which the wizard adds it. The subject is no row:
    /// it is copied in front as soon as there is any other name (AUTO-13).
    pub names: &'static [(NameFrom, AddedByRule)],
    /// Whether ticking a SIP domain adds `sip.<domain>` (AUTO-03, AUTO-08, AUTO-09).
    pub domain_ticks: bool,
}

/// AUTO-02, AUTO-03: the wizard page has a box for each SIP domain.
pub(super) static DEFAULT: Wizard = Wizard { domain_ticks: true, ..POOL_AND_SERVER };

/// A server without SIP users of its own.
pub(super) static POOL_AND_SERVER: Wizard =
    Wizard { names: &[(NameFrom::PoolFqdn, WIZARD), (NameFrom::MachineFqdn, WIZARD)], domain_ticks: false };

/// AUTO-02, AUTO-16.
pub(super) static WEB_INTERNAL: Wizard = Wizard {
    names: &[
        (NameFrom::PoolFqdn, WIZARD),
        (NameFrom::MachineFqdn, WIZARD),
        (NameFrom::DialinUrl, WIZARD),
        (NameFrom::MeetUrl, WIZARD),
        (NameFrom::AdminUrl, WIZARD),
        (NameFrom::OtherUrl, WIZARD),
        (NameFrom::InternalWebFqdn, WIZARD),
        (
            NameFrom::EachSipDomain(DomainLabel::WIZARD_LYNCDISCOVER_INTERNAL),
            AddedByRule::WizardForDefaultDomainSince2015,
        ),
    ],
    domain_ticks: false,
};

/// AUTO-02, AUTO-16.
pub(super) static WEB_EXTERNAL: Wizard = Wizard {
    names: &[
        (NameFrom::DialinUrl, WIZARD),
        (NameFrom::MeetUrl, WIZARD),
        (NameFrom::AdminUrl, WIZARD),
        (NameFrom::OtherUrl, WIZARD),
        (NameFrom::ExternalWebFqdn, WIZARD),
        (
            NameFrom::EachSipDomain(DomainLabel::WIZARD_LYNCDISCOVER),
            AddedByRule::WizardForDefaultDomainSince2015,
        ),
    ],
    domain_ticks: false,
};

/// AUTO-08, AUTO-10.
pub(super) static EDGE_EXTERNAL: Wizard = Wizard {
    names: &[
        (NameFrom::AccessEdgeFqdn, WIZARD),
        (NameFrom::WebConferencingEdgeFqdn, WIZARD),
        (NameFrom::XmppFirstDomain, WIZARD),
    ],
    domain_ticks: true,
};

/// AUTO-09, AUTO-11: the subject and nothing else.
pub(super) static SUBJECT_ONLY: Wizard = Wizard { names: &[], domain_ticks: false };

/// SBA-01, SBA-02: the appliance, and a box for each SIP domain; inferred from the Front End's.
pub(super) static BRANCH: Wizard = Wizard { names: &[(NameFrom::PoolFqdn, WIZARD)], domain_ticks: true };
