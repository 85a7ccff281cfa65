//! What the product's own wizard will request: to be read before the request is made.

use std::collections::HashSet;

use lyncert_ingest::name::DnsName;

use crate::requirement::Requirement;

/// The subject and the names that the Certificate Wizard, or `Request-CsCertificate` without `-DomainName`, puts into the
/// request for one order (clauses AUTO-…).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct WizardRequest {
    /// Common name.
    pub subject: DnsName,
    /// Subject alternative names with no SIP domain ticked, in the product's order; empty where it makes no subject
    /// alternative name at all.
    pub names: Vec<DnsName>,
    /// The same with the box of every SIP domain ticked.
    pub names_ticked: Vec<DnsName>,
    /// What is computed from the topology.
    computed: Vec<DnsName>,
}

impl WizardRequest {
    /// What the wizard computes for these requirements, which one certificate serves; `None` where no wizard of the product
    /// requests it.
    pub(crate) fn new(group: &[&Requirement]) -> Option<Self> {
        let subject = group.first()?.subject.clone();
        let wizards: Vec<_> =
            group.iter().map(|requirement| requirement.wizard.as_ref()).collect::<Option<_>>()?;
        let computed: Vec<_> = wizards.iter().flat_map(|wizard| &wizard.computed).collect();
        let ticked: Vec<_> = wizards.iter().flat_map(|wizard| &wizard.ticked).collect();
        Some(Self {
            names: alternative_names(&subject, &[], &computed),
            names_ticked: alternative_names(&subject, &ticked, &computed),
            computed: computed.into_iter().cloned().collect(),
            subject,
        })
    }

    /// The names that result when these are typed in, or passed with `-DomainName`.
    pub fn names_with(&self, domain_names: &[&DnsName]) -> Vec<DnsName> {
        alternative_names(&self.subject, domain_names, &self.computed.iter().collect::<Vec<_>>())
    }
}

/// Names that a person asks for come first, then the subject, then what is computed; the subject alone makes no subject
/// alternative name (AUTO-04, AUTO-13, AUTO-14).
fn alternative_names(subject: &DnsName, ticked: &[&DnsName], computed: &[&DnsName]) -> Vec<DnsName> {
    let mut known: HashSet<&str> = HashSet::new();
    let all = ticked.iter().copied().chain([subject]).chain(computed.iter().copied());
    let unique: Vec<DnsName> = all.filter(|name| known.insert(name.key())).cloned().collect();
    if unique.len() == 1 { Vec::new() } else { unique }
}
