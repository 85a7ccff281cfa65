//! The requirements as certificates serve them now: what one certificate serves stays together, and what several serve stays apart.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{Part, front_end_server};
use crate::assign::Assignment;
use crate::certificate::Eku;
use crate::facts::CertificateLayout;
use crate::ids::CertificateId;
use crate::issuable::is_internal;
use crate::requirement::Requirement;
use crate::severity::Severity;
use crate::split::SetSize;
use crate::usage::CertificateUsage;

/// What one certificate is to serve each, by what serves it now.
///
/// Where the policy says how front ends divide their usages, that holds. Else what one certificate serves goes on one again, on one
/// server or on many, unless no CA issues that or a subject is in the way; what a certificate of its own serves, such as A/V
/// authentication or the external web services, keeps one; and what nothing serves joins its server.
pub(crate) fn parts_as_served<'a>(
    served: impl IntoIterator<Item = (&'a Requirement, &'a Assignment)>,
    layout: CertificateLayout,
) -> Vec<Vec<Part<'a>>> {
    let mut groups = Groups::default();
    for (requirement, assignment) in served {
        match layout {
            CertificateLayout::Auto => {
                for (part, certificates) in parts(requirement, assignment) {
                    groups.add_as_served(part, &certificates);
                }
            }
            CertificateLayout::Combined => groups.add_by_server(Part::whole(requirement)),
            CertificateLayout::Separate => groups.open(Part::whole(requirement)),
        }
    }
    groups.groups.into_iter().map(|group| group.parts).collect()
}

/// A requirement by its usages, where certificates of their own serve them on all servers.
fn parts<'a>(
    requirement: &'a Requirement,
    assignment: &Assignment,
) -> Vec<(Part<'a>, BTreeSet<CertificateId>)> {
    let mut parts: Vec<(Part<'a>, BTreeSet<CertificateId>)> = Vec::new();
    let mut unserved = Vec::new();
    for &usage in &requirement.usages {
        let holdings = assignment.holdings.iter().filter(|holding| holding.usages.contains(&usage));
        let certificates: BTreeSet<CertificateId> = holdings.map(|holding| holding.certificate).collect();
        if certificates.is_empty() {
            unserved.push(usage);
            continue;
        }
        let mut usages = vec![usage];
        let mut together = certificates;
        // What shares a certificate with it on some server, belongs to it.
        parts.retain(|(part, others)| {
            let is_apart = together.is_disjoint(others);
            if !is_apart {
                usages.extend(&part.usages);
                together.extend(others);
            }
            is_apart
        });
        usages.sort_by_key(|usage| requirement.usages.iter().position(|own| own == usage));
        parts.push((Part { requirement, usages }, together));
    }
    let place = |part: &Part<'_>| requirement.usages.iter().position(|usage| part.usages.contains(usage));
    parts.sort_by_key(|(part, _)| place(part));
    match parts.first_mut() {
        Some((first, _)) => first.usages.extend(unserved),
        None => parts.push((Part::whole(requirement), BTreeSet::new())),
    }
    parts
}

/// Certificates to be, each with what it serves.
#[derive(Default)]
struct Groups<'a> {
    groups: Vec<Group<'a>>,
    /// The groups that each certificate serves now.
    by_certificate: HashMap<CertificateId, Vec<usize>>,
    /// The first group of each front end server.
    by_server: HashMap<(Option<&'a str>, Option<&'a str>), usize>,
}

/// So many groups of one certificate are looked at: where it serves more that cannot be together, nothing comes of it.
const MAX_LOOKED_AT: usize = 4;

impl<'a> Groups<'a> {
    fn open(&mut self, part: Part<'a>) {
        if let Some(server) = front_end_server(part.requirement) {
            self.by_server.entry(server).or_insert(self.groups.len());
        }
        let mut group = Group::default();
        group.push(part);
        self.groups.push(group);
    }

    fn add_by_server(&mut self, part: Part<'a>) {
        let server = front_end_server(part.requirement);
        match server.and_then(|server| self.by_server.get(&server)) {
            Some(&index) => self.groups[index].push(part),
            None => self.open(part),
        }
    }

    fn add_as_served(&mut self, part: Part<'a>, certificates: &BTreeSet<CertificateId>) {
        if certificates.is_empty() {
            return self.add_by_server(part);
        }
        let of_same = certificates.iter().flat_map(|certificate| {
            let groups = self.by_certificate.get(certificate).map_or(&[][..], Vec::as_slice);
            groups.iter().rev().take(MAX_LOOKED_AT)
        });
        let index = match of_same.copied().find(|index| self.groups[*index].may_take(&part)) {
            Some(index) => {
                self.groups[index].push(part);
                index
            }
            None => {
                self.open(part);
                self.groups.len() - 1
            }
        };
        for certificate in certificates {
            let groups = self.by_certificate.entry(*certificate).or_default();
            if !groups.contains(&index) {
                groups.push(index);
            }
        }
    }
}

/// What one certificate is to serve.
#[derive(Default)]
struct Group<'a> {
    parts: Vec<Part<'a>>,
    names: HashSet<&'a str>,
    /// The length of all names together.
    octets: usize,
    is_public: bool,
    /// Whether it needs what no public CA gives: an internal name, or the client EKU.
    is_internal: bool,
}

impl<'a> Group<'a> {
    fn push(&mut self, part: Part<'a>) {
        for name in part.firm_names().map(|name| &name.name).chain([&part.requirement.subject]) {
            if self.names.insert(name.key()) {
                self.octets += name.ascii().len();
            }
        }
        self.is_internal |= needs_internal_ca(&part);
        self.is_public |= part.requirement.public_ca;
        self.parts.push(part);
    }

    /// Whether one certificate can serve this too.
    fn may_take(&self, part: &Part<'a>) -> bool {
        let Some(first) = self.parts.first() else { return true };
        let requirement = part.requirement;
        let own = || part.firm_names().map(|name| &name.name).chain([&requirement.subject]);
        let is_public = self.is_public || requirement.public_ca;
        let is_internal = self.is_internal || needs_internal_ca(part);
        let new = || own().filter(|name| !self.names.contains(name.key()));
        let count = self.names.len() + new().count();
        let octets = self.octets + new().map(|name| name.ascii().len()).sum::<usize>();
        let is_same_server =
            requirement.holder.kind.is_front_end() && requirement.holder == first.requirement.holder;
        let is_possible =
            is_same_server || takes_subject(part, first.requirement) && !(is_public && is_internal);
        // Each name and the set of all have a header of at most four octets besides.
        let size = SetSize { names: count, octets: octets + 4 * (count + 1) };
        is_possible && size.excess(is_public).is_none()
    }
}

/// Whether no public CA gives what it needs: an internal name, or the client EKU, which is of no use outside.
fn needs_internal_ca(part: &Part<'_>) -> bool {
    let requirement = part.requirement;
    let mut ekus = requirement.eku.iter().chain(&requirement.advised_eku);
    part.firm_names().map(|name| &name.name).chain([&requirement.subject]).any(is_internal)
        || !requirement.public_ca && ekus.any(|eku| *eku == Eku::ClientAuth)
}

/// Whether a part accepts the subject of another requirement without more than advice (what `cn-wrong` says).
fn takes_subject(part: &Part<'_>, other: &Requirement) -> bool {
    use CertificateUsage::{AudioVideoAuthentication, Gateway, Internal, OAuthTokenIssuer, ReverseProxy};
    let own = part.requirement;
    let mut accepted = own.accepted_subjects.iter();
    // Nobody compares it there, or not where the own subject is among the names.
    let is_free = part.usages.iter().all(|usage| {
        matches!(usage, AudioVideoAuthentication | Gateway | Internal | OAuthTokenIssuer | ReverseProxy)
    });
    is_free
        || own.has_unfit_subject
        || own.subject == other.subject
        || accepted
            .any(|accepted| accepted.name == other.subject && accepted.severity <= Some(Severity::Info))
}
