//! Which certificates may serve a requirement at all.

use lyncert_ingest::name::DnsName;

use super::Candidate;
use crate::certificate::{Certificate, Eku};
use crate::matching::{Cover, DnsPattern};
use crate::names::CertificateNames;
use crate::placement::PlacedFor;
use crate::requirement::{Need, Requirement};
use crate::usage::CertificateUsage;

/// Where a certificate lies that is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum FoundIn {
    /// In the holder's own folder.
    HoldersFolder,
    /// In any folder.
    AnyFolder,
}

impl Candidate<'_> {
    /// Whether it may serve the requirement on a server: it is no CA, has a name that is the holder's own, and at least half of
    /// the names that are required. With fewer it is more likely made for something else than damaged.
    pub(super) fn is_eligible(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        found_in: FoundIn,
    ) -> bool {
        if !self.certificate.is_end_entity() {
            return false;
        }
        // Any bare SIP domain among the names is no sign of OAuth: an Edge with XMPP has it too.
        // Nor is the folder of a server, for a certificate that has the server's name: that is the server's own.
        if requirement.has_usage(CertificateUsage::OAuthTokenIssuer) {
            let is_a_servers = || requirement.install_on().iter().any(|server| self.names.has(server));
            return self.names.has_common_name(&requirement.subject)
                || found_in == FoundIn::HoldersFolder && (self.is_placed_for_oauth() || !is_a_servers());
        }
        // A gateway is run by others: what lies in its place is its certificate, whatever its names. No client checks the names of a
        // certificate for A/V authentication alone (EDGE-AV-02).
        let has_free_names = requirement.has_usage(CertificateUsage::Gateway)
            || requirement.usages == [CertificateUsage::AudioVideoAuthentication];
        if found_in == FoundIn::HoldersFolder && has_free_names {
            return true;
        }
        !names_other_servers_only(requirement, server, self.names) && self.has_enough_names(requirement)
    }

    /// Whether a path says in a word that it signs tokens.
    fn is_placed_for_oauth(&self) -> bool {
        self.placements.iter().any(|placement| match (&placement.holder, &placement.usages) {
            (PlacedFor::OAuth, _) => true,
            (_, Some(usages)) => usages.contains(&CertificateUsage::OAuthTokenIssuer),
            (_, None) => false,
        })
    }

    /// Whether each of its paths says that it serves other holders or other usages only.
    pub(super) fn is_placed_elsewhere(&self, requirement: &Requirement) -> bool {
        let every_path_says_something = self.placements.len() == self.certificate.paths.len();
        !self.placements.is_empty()
            && every_path_says_something
            && !self.placements.iter().any(|placement| placement.may_mean(requirement))
    }

    /// The required names that an end-entity certificate does not have letter for letter; `None` when it has none of them and
    /// not the subject either.
    pub(super) fn shortfall<'r>(&self, requirement: &'r Requirement) -> Option<Vec<&'r DnsName>> {
        if !self.certificate.is_end_entity() {
            return None;
        }
        let required: Vec<&DnsName> = requirement
            .names
            .iter()
            .filter(|name| name.need == Need::Required)
            .map(|name| &name.name)
            .collect();
        let missing: Vec<_> = required.iter().copied().filter(|name| !self.names.has(name)).collect();
        let has_some = missing.len() < required.len() || has_subject(requirement, self.names);
        has_some.then_some(missing)
    }
}

/// Whether the certificate has the subject that is expected, or one that is accepted.
pub(super) fn has_subject(requirement: &Requirement, names: &CertificateNames) -> bool {
    names.has_common_name(&requirement.subject)
        || requirement.accepted_subjects.iter().any(|accepted| names.has_common_name(&accepted.name))
}

/// Whether the certificate may be used for all of these; one without the extension may be used for anything.
pub(super) fn has_ekus(ekus: &[Eku], certificate: &Certificate) -> bool {
    let Some(own) = &certificate.eku else { return true };
    ekus.iter().all(|eku| own.contains(eku) || own.contains(&Eku::Any))
}

/// A certificate that names other servers of the pool and not this one is theirs.
fn names_other_servers_only(
    requirement: &Requirement,
    server: Option<&DnsName>,
    names: &CertificateNames,
) -> bool {
    let Some(server) = server else { return false };
    let is_of_pool = |entry: &DnsPattern| entry.key().is_some_and(|key| requirement.siblings.contains(key));
    !names.has(server) && names.patterns.iter().any(is_of_pool)
}

/// Whether it has a name that only this holder has: the subject, or an FQDN of the holder. Many holders share meeting, dial-in
/// and discovery names. A wildcard counts only where wildcards are usual, and where the certificate's own subject does not name
/// another holder.
pub(super) fn is_anchored(requirement: &Requirement, names: &CertificateNames) -> bool {
    let subject_is_others = names.common_names.iter().any(|own| {
        let is_own = |name: &DnsName| own.key() == Some(name.key());
        !own.as_str().contains('*')
            && !is_own(&requirement.subject)
            && !requirement.names.iter().any(|name| is_own(&name.name))
    });
    let wildcard_counts = !subject_is_others
        && requirement.usages.iter().any(|usage| {
            matches!(
                usage,
                CertificateUsage::ReverseProxy
                    | CertificateUsage::WebServicesExternal
                    | CertificateUsage::AccessEdgeExternal
            )
        });
    let anchors = requirement.names.iter().filter(|name| name.kind.is_own()).map(|name| &name.name);
    let covered = |name: &DnsName| match names.cover_of(name) {
        Some(Cover::Exact) => true,
        Some(Cover::Wildcard) => wildcard_counts,
        None => false,
    };
    names.has_common_name(&requirement.subject)
        || std::iter::once(&requirement.subject).chain(anchors).any(covered)
}

pub(super) fn covers_half(requirement: &Requirement, names: &CertificateNames) -> bool {
    let required: Vec<_> = requirement.names.iter().filter(|name| name.need == Need::Required).collect();
    let covered = required.iter().filter(|name| names.cover_of(&name.name).is_some()).count();
    covered * 2 >= required.len()
}
