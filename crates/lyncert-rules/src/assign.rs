//! Which certificate serves which requirement, and how that is known.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use lyncert_ingest::{DnsName, Topology};
use time::{Duration, OffsetDateTime};

use crate::evidence::{Evidence, EvidenceBook, MissingCertificate, RollOver, Told};
use crate::relevance::lower_case;
use crate::{Certificate, CertificateUsage, Cover, DnsPattern, Eku, HolderKind, NameKind, Need, Requirement};

/// How it is known that a certificate serves a requirement, the weakest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum AssignedBy {
    /// Of all certificates it meets most of the requirement.
    BestMatch,
    /// Its path names the holder.
    Placed,
    /// An export of what is assigned names it.
    Assigned,
}

impl AssignedBy {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BestMatch => "best-match",
            Self::Placed => "placed",
            Self::Assigned => "assigned",
        }
    }
}

/// The certificate that serves some servers and usages of a requirement.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holding {
    /// The servers; empty for holders that are no servers of the topology.
    pub servers: Vec<DnsName>,
    /// The usages.
    pub usages: Vec<CertificateUsage>,
    /// Index of the certificate.
    pub certificate: usize,
    /// How that is known.
    pub assigned_by: AssignedBy,
}

/// How a requirement is served.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Assignment {
    /// The certificates that serve it, those of most servers first. Empty: it is unmet.
    pub holdings: Vec<Holding>,
    /// For an unmet requirement the certificate that comes nearest, in one sentence.
    pub nearest_miss: Option<String>,
    /// Certificates that exports name, and that the folder does not hold.
    pub missing: Vec<MissingCertificate>,
    /// Newer certificates that would serve as well as the assigned one: (the assigned one, the newer one).
    pub renewals: Vec<(usize, usize)>,
    /// New certificates that exports say will take over.
    pub roll_overs: Vec<RollOver>,
    /// Servers whose list of assigned certificates has none for XMPP, though they need one.
    pub without_xmpp: Vec<DnsName>,
}

/// How a certificate covers a name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameCover {
    /// How.
    pub cover: Cover,
    /// The entry that does it, or `CN=…` for a certificate without a subject alternative name.
    pub by: String,
}

/// The names of a certificate, read once.
#[derive(Clone, Debug)]
pub(crate) struct CertificateNames {
    pub(crate) patterns: Vec<DnsPattern>,
    from_subject: bool,
}

impl CertificateNames {
    /// A certificate without a subject alternative name is matched by its subject (GEN-NAME-03); one whose extension has
    /// no DNS name is matched by nothing.
    pub(crate) fn new(certificate: &Certificate) -> Self {
        let from_subject = !certificate.has_san;
        let names = if from_subject { &certificate.common_names } else { &certificate.dns_names };
        Self { patterns: names.iter().map(|name| DnsPattern::new(name)).collect(), from_subject }
    }

    pub(crate) fn cover(&self, name: &DnsName) -> Option<NameCover> {
        let best =
            self.patterns.iter().filter_map(|pattern| Some((pattern.covers(name)?, pattern))).max_by_key(
                // The first of equal covers, in the certificate's order.
                |(cover, _)| *cover,
            )?;
        let first =
            self.patterns.iter().find(|pattern| pattern.covers(name) == Some(best.0)).unwrap_or(best.1);
        let prefix = if self.from_subject { "CN=" } else { "" };
        Some(NameCover { cover: best.0, by: format!("{prefix}{}", first.as_str()) })
    }

    fn has(&self, name: &DnsName) -> bool {
        self.patterns.iter().any(|pattern| pattern.covers(name) == Some(Cover::Exact))
    }
}

/// Ties certificates to requirements; the answers are in the order of `requirements`.
pub(crate) fn assign(
    topology: &Topology,
    requirements: &[Requirement],
    certificates: &[Certificate],
    names: &[CertificateNames],
    evidence: &[Evidence],
    now: OffsetDateTime,
) -> Vec<Assignment> {
    let places = Places::new(topology);
    let placements: Vec<Vec<Placement>> = certificates
        .iter()
        .map(|certificate| certificate.paths.iter().filter_map(|path| places.placement(path)).collect())
        .collect();
    let book = EvidenceBook::new(evidence, certificates, &places, now);
    let mut holders: HashMap<CertificateUsage, usize> = HashMap::new();
    for requirement in requirements {
        for usage in &requirement.usages {
            *holders.entry(*usage).or_default() += requirement.install_on().len().max(1);
        }
    }
    let subjects: HashSet<&str> = requirements.iter().map(|requirement| requirement.subject.key()).collect();
    let pool_of_certificates = Folder {
        subjects: &subjects,
        certificates,
        names,
        placements: &placements,
        evidence: &book,
        holders: &holders,
        now,
    };
    requirements.iter().map(|requirement| pool_of_certificates.assignment(requirement)).collect()
}

/// What a path says of its certificate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Placement {
    pub(crate) holder: PlacedOn,
    /// `None`: the path names no usage.
    usages: Option<Vec<CertificateUsage>>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PlacedOn {
    /// The path names usages, but no holder of this topology.
    Nobody,
    Host(DnsName),
    ReverseProxy,
    OAuth,
}

/// The names of the topology that a path can hold.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// By the form that names are compared by.
    hosts: HashMap<String, DnsName>,
}

impl Places {
    pub(crate) fn new(topology: &Topology) -> Self {
        let hosts = topology.pools().flat_map(|pool| {
            let machines = pool.machines.iter().map(|machine| &machine.fqdn);
            std::iter::once(&pool.fqdn).chain(machines)
        });
        Self { hosts: hosts.map(|host| (host.key().to_owned(), host.clone())).collect() }
    }

    /// The innermost folder or the file name that names a holder, and usages from there on.
    pub(crate) fn placement(&self, path: &str) -> Option<Placement> {
        let parts: Vec<&str> = path.split('/').collect();
        let (file, folders) = parts.split_last()?;
        let stem = file.rsplit_once('.').map_or(*file, |(stem, _)| stem);
        let holder_of_file = self.holder(file).or_else(|| self.holder(stem));
        if let Some(holder) = holder_of_file {
            return Some(Placement { holder, usages: None });
        }
        let found =
            folders.iter().enumerate().rev().find_map(|(depth, folder)| Some((depth, self.holder(folder)?)));
        match found {
            Some((depth, holder)) => {
                let below = folders.iter().skip(depth + 1).copied().chain([stem]);
                Some(Placement { holder, usages: below.rev().find_map(usages) })
            }
            None => usages(stem).map(|usages| Placement { holder: PlacedOn::Nobody, usages: Some(usages) }),
        }
    }

    fn holder(&self, part: &str) -> Option<PlacedOn> {
        if part.eq_ignore_ascii_case("reverse-proxy") {
            return Some(PlacedOn::ReverseProxy);
        }
        if part.eq_ignore_ascii_case("oauth") {
            return Some(PlacedOn::OAuth);
        }
        let key = if part.is_ascii() {
            // What `DnsName` makes of it, without the cost of reading parts that are no names.
            let part = part.trim();
            lower_case(part.strip_suffix('.').unwrap_or(part))
        } else {
            part.parse::<DnsName>().ok()?.key().to_owned().into()
        };
        self.hosts.get(&*key).cloned().map(PlacedOn::Host)
    }
}

/// The usages that a name such as `AccessEdgeExternal+DataEdgeExternal` lists.
fn usages(part: &str) -> Option<Vec<CertificateUsage>> {
    part.split('+').map(|usage| usage.parse().ok()).collect()
}

/// The certificates to choose from.
struct Folder<'a> {
    certificates: &'a [Certificate],
    names: &'a [CertificateNames],
    placements: &'a [Vec<Placement>],
    evidence: &'a EvidenceBook,
    /// How many servers have each usage.
    holders: &'a HashMap<CertificateUsage, usize>,
    /// The subject that each requirement asks for.
    subjects: &'a HashSet<&'a str>,
    now: OffsetDateTime,
}

/// A certificate and how it was chosen.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Choice {
    certificate: usize,
    assigned_by: AssignedBy,
}

/// The certificates of one server, a choice for each usage or none at all.
struct Row<'a> {
    server: Option<&'a DnsName>,
    choices: Vec<(CertificateUsage, Choice)>,
    /// Whether an export names a certificate for it that the folder does not hold.
    is_missing: bool,
}

impl Folder<'_> {
    fn assignment(&self, requirement: &Requirement) -> Assignment {
        let servers = requirement.install_on();
        let holders: Vec<Option<&DnsName>> =
            if servers.is_empty() { vec![None] } else { servers.iter().map(Some).collect() };
        let mut missing = Vec::new();
        let mut rows: Vec<Row<'_>> = holders
            .iter()
            .map(|server| {
                let known = missing.len();
                let choices = self.assigned_choices(requirement, *server, &mut missing);
                Row { server: *server, choices, is_missing: missing.len() > known }
            })
            .collect();
        // Members of a pool without evidence of their own are taken to hold what the others hold.
        let known = rows.iter().map(|row| &row.choices).find(|choices| !choices.is_empty());
        let fallback = match known {
            Some(choices) => choices.iter().map(|(usage, choice)| (*usage, choice.as_best_match())).collect(),
            None => self.best_choices(requirement, holders.first().copied().flatten()),
        };
        for row in &mut rows {
            if row.choices.is_empty() && !row.is_missing {
                row.choices.clone_from(&fallback);
            }
        }
        let without_xmpp = self.without_xmpp(requirement, &holders);
        for row in
            rows.iter_mut().filter(|row| row.server.is_some_and(|server| without_xmpp.contains(server)))
        {
            row.choices.retain(|(usage, _)| *usage != CertificateUsage::XmppServer);
        }
        let holdings = holdings(&rows);
        let nearest_miss = if holdings.is_empty() { self.nearest_miss(requirement) } else { None };
        let renewals = self.renewals(requirement, &holdings);
        let roll_overs = self.roll_overs(requirement, &holders);
        Assignment { holdings, nearest_miss, missing, renewals, roll_overs, without_xmpp }
    }

    /// What exports say for one server, and what the paths say where they are silent. Where they say that a certificate serves
    /// that the folder does not hold, nothing is chosen in its place.
    fn assigned_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        missing: &mut Vec<MissingCertificate>,
    ) -> Vec<(CertificateUsage, Choice)> {
        let mut told: Vec<(CertificateUsage, Option<usize>)> = Vec::new();
        let first_missing = missing.len();
        for &usage in &requirement.usages {
            let is_only_holder = self.holders.get(&usage) == Some(&1);
            match self.evidence.told(requirement, server, usage, is_only_holder) {
                Some((Told::Found(certificate), _)) => told.push((usage, Some(*certificate))),
                Some((Told::Missing(thumbprint), source)) => {
                    let of_server = missing.get_mut(first_missing..).unwrap_or_default();
                    match of_server.iter_mut().find(|known| known.thumbprint == *thumbprint) {
                        Some(known) => known.usages.push(usage),
                        None => missing.push(MissingCertificate {
                            server: server.cloned(),
                            usages: vec![usage],
                            thumbprint: *thumbprint,
                            source: source.to_owned(),
                        }),
                    }
                }
                None => told.push((usage, None)),
            }
        }
        let placed = self.placed_choices(requirement, server);
        if missing.len() == first_missing && told.iter().all(|(_, certificate)| certificate.is_none()) {
            return placed;
        }
        let first = told.iter().find_map(|(_, certificate)| *certificate);
        let choice = |(usage, own): (CertificateUsage, Option<usize>)| {
            let assigned = own.map(|certificate| Choice { certificate, assigned_by: AssignedBy::Assigned });
            let of_path = || placed.iter().find(|(placed, _)| *placed == usage).map(|(_, choice)| *choice);
            let like_others =
                || first.map(|certificate| Choice { certificate, assigned_by: AssignedBy::BestMatch });
            Some((usage, assigned.or_else(of_path).or_else(like_others)?))
        };
        told.into_iter().filter_map(choice).collect()
    }

    /// The servers that have a list of what is assigned to them, without a certificate for XMPP (EDGE-XMPP-03).
    fn without_xmpp(&self, requirement: &Requirement, servers: &[Option<&DnsName>]) -> Vec<DnsName> {
        const XMPP: CertificateUsage = CertificateUsage::XmppServer;
        if !requirement.has_usage(XMPP) {
            return Vec::new();
        }
        let lacks = |server: &&DnsName| {
            self.evidence.has_state_of(server)
                && self.evidence.told(requirement, Some(server), XMPP, false).is_none()
        };
        servers.iter().copied().flatten().filter(lacks).cloned().collect()
    }

    /// What is staged on the servers, each once.
    fn roll_overs(&self, requirement: &Requirement, servers: &[Option<&DnsName>]) -> Vec<RollOver> {
        let mut known: Vec<RollOver> = Vec::new();
        for server in servers {
            for &usage in &requirement.usages {
                let is_only_holder = self.holders.get(&usage) == Some(&1);
                let Some(staged) = self.evidence.roll_over(requirement, *server, usage, is_only_holder)
                else {
                    continue;
                };
                let same = |other: &&mut RollOver| {
                    (other.current, other.next, other.effective)
                        == (staged.current, staged.next, staged.effective)
                };
                match known.iter_mut().find(same) {
                    Some(other) if other.usages.contains(&usage) => {}
                    Some(other) => other.usages.push(usage),
                    None => known.push(staged),
                }
            }
        }
        known
    }

    /// For each assigned certificate a newer one that is valid, fits as well, and is assigned to nothing.
    fn renewals(&self, requirement: &Requirement, holdings: &[Holding]) -> Vec<(usize, usize)> {
        let mut renewals = Vec::new();
        for holding in holdings.iter().filter(|holding| holding.assigned_by == AssignedBy::Assigned) {
            let Some(assigned) = self.certificates.get(holding.certificate) else { continue };
            let fits = |index: &usize| {
                self.certificates.get(*index).is_some_and(|other| {
                    other.not_before > assigned.not_before
                        && other.is_valid_at(self.now)
                        && !self.evidence.names(*index, other.sha1)
                        && self.is_eligible(requirement, holding.servers.first(), *index, Eligible::Anywhere)
                        && self.missing_count(requirement, *index)
                            <= self.missing_count(requirement, holding.certificate)
                })
            };
            let newer = (0..self.certificates.len()).filter(fits);
            if let Some(newer) = self.best(requirement, newer)
                && !renewals.contains(&(holding.certificate, newer))
            {
                renewals.push((holding.certificate, newer));
            }
        }
        renewals
    }

    /// How many of the required names a certificate lacks.
    fn missing_count(&self, requirement: &Requirement, index: usize) -> usize {
        let Some(names) = self.names.get(index) else { return usize::MAX };
        let required = requirement.names.iter().filter(|name| name.need == Need::Required);
        required.filter(|name| names.cover(&name.name).is_none()).count()
    }

    /// What the paths say for one server: a certificate for each usage, or nothing at all.
    fn placed_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
    ) -> Vec<(CertificateUsage, Choice)> {
        let found: Vec<(CertificateUsage, Option<usize>)> = requirement
            .usages
            .iter()
            .map(|usage| (*usage, self.placed(requirement, server, *usage)))
            .collect();
        // A usage without evidence of its own is served by the same certificate as the first one that has some.
        let Some(first) = found.iter().find_map(|(_, certificate)| *certificate) else { return Vec::new() };
        found
            .into_iter()
            .map(|(usage, own)| {
                let certificate = own.unwrap_or(first);
                (usage, Choice { certificate, assigned_by: AssignedBy::Placed })
            })
            .collect()
    }

    /// The certificate placed for this server and usage: one that names server and usage first, then pool and usage,
    /// then the server alone, then the pool alone.
    fn placed(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        usage: CertificateUsage,
    ) -> Option<usize> {
        let tiers = [(true, true), (false, true), (true, false), (false, false)];
        tiers.into_iter().find_map(|(on_server, with_usage)| {
            let candidates = (0..self.certificates.len()).filter(|&index| {
                self.placements.get(index).is_some_and(|placements| {
                    placements.iter().any(|placement| {
                        placement.is_on(requirement, server, on_server)
                            && match &placement.usages {
                                Some(usages) => with_usage && usages.contains(&usage),
                                None => !with_usage,
                            }
                    })
                })
            });
            // A folder of a server holds chains and other things too: there a certificate has to fit as well.
            let fitting = candidates.filter(|&index| {
                with_usage || self.is_eligible(requirement, server, index, Eligible::Placed)
            });
            self.best(requirement, fitting)
        })
    }

    fn best_choices(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
    ) -> Vec<(CertificateUsage, Choice)> {
        let free = (0..self.certificates.len()).filter(|&index| {
            !self.is_placed_elsewhere(requirement, index)
                && self.is_eligible(requirement, server, index, Eligible::Anywhere)
        });
        match self.best(requirement, free) {
            Some(certificate) => {
                let choice = Choice { certificate, assigned_by: AssignedBy::BestMatch };
                requirement.usages.iter().map(|usage| (*usage, choice)).collect()
            }
            None => Vec::new(),
        }
    }

    /// Whether its paths say that it serves other holders or other usages only.
    fn is_placed_elsewhere(&self, requirement: &Requirement, index: usize) -> bool {
        let Some(placements) = self.placements.get(index) else { return false };
        !placements.is_empty()
            && placements.len()
                == self.certificates.get(index).map_or(0, |certificate| certificate.paths.len())
            && !placements.iter().any(|placement| {
                let on_holder = placement.holder == PlacedOn::Nobody
                    || placement.is_on(requirement, None, false)
                    || requirement
                        .install_on()
                        .iter()
                        .any(|server| placement.is_on(requirement, Some(server), true));
                let for_usage = placement
                    .usages
                    .as_ref()
                    .is_none_or(|usages| usages.iter().any(|usage| requirement.has_usage(*usage)));
                on_holder && for_usage
            })
    }

    /// The one with the lowest score. Of several as good that were issued together, as where each usage has a certificate of its
    /// own, the one that was made for this requirement.
    fn best(&self, requirement: &Requirement, candidates: impl Iterator<Item = usize>) -> Option<usize> {
        const TOGETHER: Duration = Duration::days(30);
        let candidates: Vec<usize> = candidates.collect();
        let winner = candidates.iter().copied().min_by_key(|&index| self.score(requirement, index))?;
        let (quality, newest) =
            (self.quality(requirement, winner), self.certificates.get(winner)?.not_before);
        let as_good = candidates.into_iter().filter(|&index| {
            let issued = self.certificates.get(index).map(|certificate| certificate.not_before);
            issued.is_some_and(|issued| newest - issued <= TOGETHER)
                && self.quality(requirement, index) == quality
        });
        as_good.min_by_key(|&index| (self.misfit(requirement, index), self.score(requirement, index)))
    }

    /// How little it was made for a requirement: names and usages that are wished for and lack, then names that are not.
    fn misfit(&self, requirement: &Requirement, index: usize) -> (usize, bool, usize) {
        let Some((certificate, names)) = self.certificates.get(index).zip(self.names.get(index)) else {
            return (usize::MAX, true, usize::MAX);
        };
        let lacking = requirement.names.iter().filter(|name| names.cover(&name.name).is_none()).count();
        let known: Vec<&DnsName> = (requirement.names.iter().map(|name| &name.name))
            .chain(requirement.also_accepted.iter().map(|name| &name.name))
            .chain([&requirement.subject])
            .collect();
        let is_surplus = |entry: &&DnsPattern| !known.iter().any(|name| entry.covers(name).is_some());
        let surplus = names.patterns.iter().filter(is_surplus).count();
        (lacking, !has_ekus(&requirement.advised_eku, certificate), surplus)
    }

    /// Lower is better. A name short weighs two, not being valid now three: a renewal that forgot one name is the one in
    /// use, but a certificate that merely shares some names is not. The subject of somebody else weighs more than that: a
    /// sound certificate of the neighbor is no sign that the own one, which has expired, was replaced. The newest wins a tie.
    fn score(&self, requirement: &Requirement, index: usize) -> impl Ord + use<> {
        let certificate = self.certificates.get(index);
        let newest = Reverse(certificate.map(|certificate| certificate.not_before.unix_timestamp()));
        (self.quality(requirement, index), newest, certificate.map(|certificate| certificate.sha256))
    }

    fn quality(&self, requirement: &Requirement, index: usize) -> impl Ord + use<> {
        let Some((certificate, names)) = self.certificates.get(index).zip(self.names.get(index)) else {
            return (usize::MAX, 0, false, false);
        };
        let covers: Vec<_> = requirement
            .names
            .iter()
            .filter(|name| name.need == Need::Required)
            .map(|name| names.cover(&name.name).map(|cover| cover.cover))
            .collect();
        let missing = covers.iter().filter(|cover| cover.is_none()).count();
        let by_wildcard = covers.iter().filter(|cover| **cover == Some(Cover::Wildcard)).count();
        let invalid = !certificate.is_valid_at(self.now);
        let is_named_otherwise =
            certificate.common_names.iter().any(|name| self.subjects.contains(&*lower_case(name)));
        let is_others = is_named_otherwise && !has_subject(requirement, certificate);
        (
            missing * 2 + usize::from(invalid) * 3 + usize::from(is_others) * 4,
            by_wildcard,
            !has_subject(requirement, certificate),
            !has_ekus(&requirement.eku, certificate),
        )
    }

    fn is_eligible(
        &self,
        requirement: &Requirement,
        server: Option<&DnsName>,
        index: usize,
        whose: Eligible,
    ) -> bool {
        let Some((certificate, names)) = self.certificates.get(index).zip(self.names.get(index)) else {
            return false;
        };
        if !certificate.is_end_entity() {
            return false;
        }
        // Any bare SIP domain among the names is no sign of OAuth: an Edge with XMPP has it too.
        if requirement.has_usage(CertificateUsage::OAuthTokenIssuer) {
            return whose == Eligible::Placed
                || certificate
                    .common_names
                    .iter()
                    .any(|name| DnsPattern::new(name).covers(&requirement.subject) == Some(Cover::Exact));
        }
        if names_other_servers_only(requirement, server, names) {
            return false;
        }
        is_anchored(requirement, certificate, names) && covers_half(requirement, names)
    }

    fn nearest_miss(&self, requirement: &Requirement) -> Option<String> {
        let (index, missing) = (0..self.certificates.len())
            .filter_map(|index| Some((index, self.missing_names(requirement, index)?)))
            .min_by_key(|(index, missing)| (missing.len(), self.score(requirement, *index)))?;
        let certificate = self.certificates.get(index)?;
        let path = certificate.paths.first().map_or("", AsRef::as_ref);
        let missing: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
        Some(match missing.as_slice() {
            [] => format!("`{path}` has the names, but is not for this holder"),
            [one] => format!("`{path}` is one name short: {one}"),
            several => format!("`{path}` is {} names short: {}", several.len(), several.join(", ")),
        })
    }

    /// The required names that an end-entity certificate lacks; `None` when it has none of them and not the subject
    /// either.
    fn missing_names<'r>(&self, requirement: &'r Requirement, index: usize) -> Option<Vec<&'r DnsName>> {
        let (certificate, names) = self.certificates.get(index).zip(self.names.get(index))?;
        if !certificate.is_end_entity() {
            return None;
        }
        let required: Vec<_> = requirement
            .names
            .iter()
            .filter(|name| name.need == Need::Required)
            .map(|name| &name.name)
            .collect();
        let missing: Vec<_> = required.iter().copied().filter(|name| !names.has(name)).collect();
        let has_some = missing.len() < required.len() || has_subject(requirement, certificate);
        has_some.then_some(missing)
    }
}

impl Choice {
    fn as_best_match(self) -> Self {
        Self { assigned_by: AssignedBy::BestMatch, ..self }
    }
}

impl Placement {
    /// Whether it says that the requirement's certificate lies there: for this server, or for the holder as a whole.
    fn is_on(&self, requirement: &Requirement, server: Option<&DnsName>, on_server: bool) -> bool {
        match &self.holder {
            PlacedOn::Nobody => false,
            PlacedOn::ReverseProxy => requirement.holder.kind == HolderKind::ReverseProxy && !on_server,
            PlacedOn::OAuth => requirement.holder.kind == HolderKind::Deployment && !on_server,
            PlacedOn::Host(host) if on_server => server == Some(host),
            PlacedOn::Host(host) => requirement.holder.pool.as_ref() == Some(host),
        }
    }
}

/// Why a certificate is looked at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Eligible {
    /// It lies in the holder's folder.
    Placed,
    /// It lies anywhere.
    Anywhere,
}

fn has_subject(requirement: &Requirement, certificate: &Certificate) -> bool {
    let is = |wanted: &DnsName| {
        certificate.common_names.iter().any(|name| DnsPattern::new(name).covers(wanted) == Some(Cover::Exact))
    };
    is(&requirement.subject) || requirement.accepted_subjects.iter().any(|(name, ..)| is(name))
}

fn has_ekus(ekus: &[Eku], certificate: &Certificate) -> bool {
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
    !names.has(server) && requirement.siblings.iter().any(|other| names.has(other))
}

/// Whether it has a name that tells this holder from others: the subject, or an FQDN of the holder. Meeting, dial-in and
/// discovery names are shared by many. A wildcard tells holders apart only where wildcards are usual, and where the
/// certificate's own subject does not name somebody else.
fn is_anchored(requirement: &Requirement, certificate: &Certificate, names: &CertificateNames) -> bool {
    let subject_is_others = certificate.common_names.iter().any(|name| {
        let is_own = |own: &DnsName| DnsPattern::new(name).covers(own).is_some();
        !name.contains('*')
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
    let anchors = requirement.names.iter().filter(|name| is_own_name(name.kind)).map(|name| &name.name);
    let covered = |name: &DnsName| match names.cover(name) {
        Some(NameCover { cover: Cover::Exact, .. }) => true,
        Some(NameCover { cover: Cover::Wildcard, .. }) => wildcard_counts,
        None => false,
    };
    let subject = certificate
        .common_names
        .iter()
        .any(|name| DnsPattern::new(name).covers(&requirement.subject) == Some(Cover::Exact));
    subject || std::iter::once(&requirement.subject).chain(anchors).any(covered)
}

/// Whether a name of this kind tells its holder from others.
pub(crate) fn is_own_name(kind: NameKind) -> bool {
    match kind {
        NameKind::Pool
        | NameKind::Machine
        | NameKind::InternalWeb
        | NameKind::ExternalWeb
        | NameKind::AccessEdge
        | NameKind::WebConferencing
        | NameKind::OfficeWebApps => true,
        NameKind::Meet
        | NameKind::Dialin
        | NameKind::Admin
        | NameKind::OtherUrl
        | NameKind::LyncdiscoverInternal
        | NameKind::Lyncdiscover
        | NameKind::Sip
        | NameKind::AvEdge
        | NameKind::Xmpp
        | NameKind::Extra => false,
    }
}

fn covers_half(requirement: &Requirement, names: &CertificateNames) -> bool {
    let required: Vec<_> = requirement.names.iter().filter(|name| name.need == Need::Required).collect();
    let covered = required.iter().filter(|name| names.cover(&name.name).is_some()).count();
    covered * 2 >= required.len()
}

/// Groups servers with equal certificates for equal usages.
fn holdings(rows: &[Row<'_>]) -> Vec<Holding> {
    let mut holdings: Vec<Holding> = Vec::new();
    for row in rows {
        let mut of_server: Vec<Holding> = Vec::new();
        for (usage, choice) in &row.choices {
            match of_server.iter_mut().find(|holding| holding.certificate == choice.certificate) {
                Some(holding) => holding.usages.push(*usage),
                None => of_server.push(Holding {
                    servers: row.server.iter().map(|server| (*server).clone()).collect(),
                    usages: vec![*usage],
                    certificate: choice.certificate,
                    assigned_by: choice.assigned_by,
                }),
            }
        }
        for holding in of_server {
            match holdings
                .iter_mut()
                .find(|known| known.certificate == holding.certificate && known.usages == holding.usages)
            {
                Some(known) => {
                    known.servers.extend(holding.servers);
                    known.assigned_by = known.assigned_by.max(holding.assigned_by);
                }
                None => holdings.push(holding),
            }
        }
    }
    holdings.sort_by_key(|holding| Reverse(holding.servers.len()));
    holdings
}
