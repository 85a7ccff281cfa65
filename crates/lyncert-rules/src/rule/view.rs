//! What rules look at.

use std::collections::{HashMap, HashSet};

use lyncert_ingest::name::{DnsName, said_list};
use lyncert_ingest::topology::{Pool, ProductVersion, Topology};
use time::OffsetDateTime;

use super::{Deviation, RuleOutcome};
use crate::assign::{AssignedBy, Assignment, Holding, ObservedUse};
use crate::certificate::{CaKind, Certificate, ChainFault, OddityKind, Signature};
use crate::collection::{Collections, OWN_STORE, StoreCover};
use crate::digest::Thumbprint;
use crate::facts::Facts;
use crate::folder::{KeyFile, RevocationList};
use crate::holder::HolderKind;
use crate::ids::CertificateId;
use crate::lacking::Lacking;
use crate::matching::NameSet;
use crate::names::{CertificateNames, NameCover};
use crate::outage::{Served, stops, stops_text};
use crate::placement::{PlacedFor, PlacementReader};
use crate::policy::{CollectionLimits, ExpiryThresholds, Policy, Waiver, WaiverState};
use crate::remedy;
use crate::requirement::{RequiredName, Requirement};
use crate::usage::CertificateUsage;

/// A requirement and all that serves it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequirementView<'a> {
    pub(crate) requirement: &'a Requirement,
    pub(crate) assignment: &'a Assignment,
    pub(crate) certificates: &'a [Certificate],
    /// The requests that would be for it.
    pub(crate) requests: &'a [RequestOutlook],
}

/// What would come of a request.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RequestOutlook {
    /// Its place among the requests of the case.
    pub(crate) index: usize,
    pub(crate) path: String,
    /// Whether a certificate answers it.
    pub(crate) is_answered: bool,
    /// All usages that it would be for.
    pub(crate) usages: Vec<CertificateUsage>,
    /// Whether it is told of at this requirement, being the first that it would be for.
    pub(crate) is_told_here: bool,
    /// The required and recommended names that it lacks.
    pub(crate) missing: Vec<DnsName>,
    /// What else is wrong with it, in a few words each.
    pub(crate) faults: Vec<String>,
    /// Whether the certificate would do.
    pub(crate) would_do: bool,
    /// The same without a warning: then there is no reason to make another request.
    pub(crate) would_do_well: bool,
}

impl RequestOutlook {
    /// That it would do, or what is wrong with it, in words.
    pub(crate) fn text(&self) -> String {
        let path = &self.path;
        let names = match self.missing.as_slice() {
            [] => None,
            [one] => Some(format!("it lacks `{one}`")),
            several => Some(format!("it lacks {} names", several.len())),
        };
        let mut faults: Vec<String> = names.into_iter().chain(self.faults.iter().cloned()).collect();
        if faults.len() > MAX_FAULTS {
            let more = faults.len() - MAX_FAULTS;
            faults.truncate(MAX_FAULTS);
            faults.push(format!("{more} more"));
        }
        let faults = faults.join("; ");
        match (self.would_do, faults.is_empty()) {
            (true, true) => format!("the request `{path}` would meet it: have it signed"),
            (true, false) => format!("the request `{path}` would meet it with warnings: {faults}"),
            (false, _) => format!("the request `{path}` would not do: {faults}"),
        }
    }
}

/// So many faults of a request are told in a sentence.
const MAX_FAULTS: usize = 4;

impl<'a> RequirementView<'a> {
    /// The requests for it that no certificate answers.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &'a RequestOutlook> + use<'a> {
        self.requests.iter().filter(|request| !request.is_answered)
    }
}

impl RequirementView<'_> {
    /// Exports of what is assigned, where none says anything of the requirement.
    pub(crate) fn lacks_exports(&self) -> Option<Lacking> {
        let Assignment {
            holdings,
            nearest_miss: _,
            missing,
            unassigned,
            contradictions: _,
            records: _,
            renewals: _,
            roll_overs,
            without_xmpp,
            not_collected: _,
            observed,
        } = self.assignment;
        let is_known = !missing.is_empty()
            || !unassigned.is_empty()
            || !roll_overs.is_empty()
            || !without_xmpp.is_empty()
            || !observed.is_empty()
            || holdings.iter().any(|holding| holding.assigned_by == AssignedBy::Assigned);
        (!is_known).then_some(Lacking::AssignmentExports)
    }

    /// The same, where the places of files say nothing either: then the certificate that fits best is taken for that of all
    /// servers, and cannot differ.
    pub(crate) fn lacks_places(&self) -> Option<Lacking> {
        let is_assumed = |holding: &Holding| holding.assigned_by == AssignedBy::BestMatch;
        self.lacks_exports().filter(|_| self.assignment.holdings.iter().all(is_assumed))
    }

    /// What rules on what collections saw say where they saw nothing of it.
    pub(crate) fn without_collection(&self) -> RuleOutcome {
        if self.is_assigned_by_cmdlet() {
            RuleOutcome::NothingToLookAt(Lacking::Collections)
        } else {
            RuleOutcome::NotApplicable
        }
    }

    /// Whether exports of what is assigned can name its certificate.
    pub(crate) fn is_assigned_by_cmdlet(&self) -> bool {
        self.requirement.usages.iter().any(|usage| usage.is_assigned_by_cmdlet())
    }
}

/// A certificate in the place of one requirement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HoldingView<'a> {
    pub(crate) requirement: &'a Requirement,
    /// The usages of the requirement that it serves.
    pub(crate) usages: &'a [CertificateUsage],
    pub(crate) certificate: &'a Certificate,
    pub(crate) names: &'a CertificateNames,
}

impl<'a> HoldingView<'a> {
    /// The required names that matter for the usages served, each with how it is covered.
    pub(crate) fn required(&self) -> impl Iterator<Item = (&'a RequiredName, Option<NameCover>)> {
        let (names, usages) = (self.names, self.usages);
        let required = self.requirement.names.iter();
        required
            .filter(move |name| name.usages.iter().any(|usage| usages.contains(usage)))
            .map(move |name| (name, names.cover(&name.name)))
    }

    /// Whether no client checks any name here: A/V authentication only signs tokens (EDGE-AV-01).
    pub(crate) fn has_no_names_to_check(&self) -> bool {
        self.usages.iter().all(|usage| *usage == CertificateUsage::AudioVideoAuthentication)
    }

    pub(crate) fn is_oauth(&self) -> bool {
        self.requirement.has_usage(CertificateUsage::OAuthTokenIssuer)
    }

    pub(crate) fn is_edge_external(&self) -> bool {
        self.requirement.has_usage(CertificateUsage::AccessEdgeExternal)
    }

    pub(crate) fn is_edge_internal(&self) -> bool {
        self.requirement.has_usage(CertificateUsage::Internal)
    }

    pub(crate) fn is_gateway(&self) -> bool {
        self.requirement.has_usage(CertificateUsage::Gateway)
    }

    pub(crate) fn is_reverse_proxy(&self) -> bool {
        self.requirement.holder.kind == HolderKind::ReverseProxy
    }

    /// The common names, or `none`: part of a subject, and no sentence.
    pub(crate) fn common_name_list(&self) -> String {
        match self.certificate.common_names.as_slice() {
            [] => "none".to_owned(),
            names => names.join(", "),
        }
    }
}

/// A certificate with all that it serves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CertificateView<'a> {
    pub(crate) certificate: &'a Certificate,
    pub(crate) names: &'a CertificateNames,
    /// Empty only for rules that judge the certificate's own qualities: certificates that serve nothing are not judged as servers.
    pub(crate) roles: &'a [Role<'a>],
    /// Whether certificates of CAs lie in its folder that belong to no other certificate there.
    pub(crate) lies_beside_cas: bool,
    /// Whether there is a revocation list of its CA that may be believed.
    pub(crate) has_revocation_list: bool,
    /// Whether the operator gave the roots that chains have to end in.
    pub(crate) has_given_roots: bool,
    pub(crate) sip_domains: &'a [DnsName],
    /// Whether a tenant in the cloud knows the public key of the OAuth certificate.
    pub(crate) is_hybrid: bool,
    pub(crate) expiry: ExpiryThresholds,
    pub(crate) now: OffsetDateTime,
}

/// A folder with all that lies in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FolderView<'a> {
    pub(crate) certificates: &'a [Certificate],
    /// The certificates that serve something, sorted.
    pub(crate) used: &'a [CertificateId],
    /// What each of these serves.
    pub(crate) served: &'a [Vec<ServedUsage>],
    pub(crate) topology: &'a Topology,
    pub(crate) lists: &'a [RevocationList],
    pub(crate) keys: &'a [KeyFile],
    pub(crate) collections: &'a Collections,
    pub(crate) limits: CollectionLimits,
    pub(crate) placements: &'a PlacementReader,
}

/// The first generation whose servers may run on a Windows Server that opens archives with AES.
const FIRST_WITH_AES: ProductVersion = ProductVersion::Sfb2019;

/// Which servers run on a Windows Server that opens no archive with AES.
pub(crate) struct ServersBeforeAes<'a> {
    placements: &'a PlacementReader,
    by_host: HashMap<&'a DnsName, bool>,
    /// Whether all do.
    all: bool,
}

impl ServersBeforeAes<'_> {
    /// Whether what lies at a path is for them: for those of the pool that the path names, else for all.
    pub(crate) fn have(&self, path: &str) -> bool {
        match self.placements.read(path).map(|placement| placement.holder) {
            Some(PlacedFor::Host(host)) => self.by_host.get(&host).copied().unwrap_or_default(),
            Some(PlacedFor::ReverseProxy | PlacedFor::NamedReverseProxy(_)) => false,
            Some(PlacedFor::Unnamed | PlacedFor::OAuth) | None => self.all,
        }
    }
}

/// A usage at a kind of holder.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ServedUsage {
    pub(crate) kind: HolderKind,
    pub(crate) usage: CertificateUsage,
}

impl<'a> FolderView<'a> {
    /// The certificates that serve something, each with what it serves.
    pub(crate) fn serving(
        &self,
    ) -> impl Iterator<Item = (CertificateId, &'a Certificate, &'a [ServedUsage])> {
        self.in_use().zip(self.served).map(|((id, certificate), served)| (id, certificate, served.as_slice()))
    }

    /// The certificates that serve something.
    pub(crate) fn in_use(&self) -> impl Iterator<Item = (CertificateId, &'a Certificate)> {
        let certificates = self.certificates;
        self.used.iter().map(move |id| (*id, id.of(certificates)))
    }

    pub(crate) fn is_in_use(&self, id: CertificateId) -> bool {
        self.used.binary_search(&id).is_ok()
    }

    /// The certificates of CAs that lie in a store, and where.
    pub(crate) fn authorities_in(
        &self,
        store: StoreFolder,
    ) -> impl Iterator<Item = (CertificateId, &'a Certificate, String)> {
        let authorities =
            CertificateId::enumerate(self.certificates).filter(|(_, certificate)| certificate.is_ca);
        authorities
            .filter_map(move |(id, certificate)| Some((id, certificate, place_in(certificate, store)?)))
    }

    /// What a rule on a store of servers lacks: where they were collected, the whole store of each that was reached; else anything of
    /// such a store, as `is_seen` says.
    pub(crate) fn lacks_store(&self, store: StoreFolder, is_seen: bool) -> Option<Lacking> {
        match self.collections.cover_of(store.name()) {
            StoreCover::Whole => None,
            StoreCover::InPart => Some(Lacking::WholeStores),
            StoreCover::Nowhere => (!is_seen).then_some(Lacking::StoreListings),
        }
    }

    /// The CAs that issued a certificate in use, or one of its issuers, by their subjects.
    pub(crate) fn issuers_in_use(&self) -> HashSet<&'a str> {
        let issuers = |(_, certificate): (CertificateId, &'a Certificate)| {
            let above = certificate.chain.issuers.iter().map(|above| above.subject.as_str());
            std::iter::once(&*certificate.issuer).chain(above)
        };
        self.in_use().flat_map(issuers).collect()
    }

    /// Which servers run on a Windows Server that opens no archive with AES.
    pub(crate) fn servers_before_aes(&self) -> ServersBeforeAes<'a> {
        let is_before = |pool: &Pool| pool.version().is_some_and(|version| version < FIRST_WITH_AES);
        let mut by_host: HashMap<&DnsName, bool> = HashMap::new();
        for pool in self.topology.pools() {
            // What the product does not run on may have any Windows Server.
            let is_old = HolderKind::Pool(pool.kind).is_managed() && is_before(pool);
            let hosts = std::iter::once(&pool.fqdn).chain(pool.machines.iter().map(|machine| &machine.fqdn));
            for host in hosts {
                by_host.entry(host).or_insert(is_old);
            }
        }
        let versions = self.topology.product_versions();
        let all = !versions.is_empty() && versions.into_iter().all(|version| version < FIRST_WITH_AES);
        ServersBeforeAes { placements: self.placements, by_host, all }
    }

    /// Whether a path says what its certificate is for.
    pub(crate) fn is_placement(&self, path: &str) -> bool {
        self.placements.read(path).is_some()
    }
}

/// A store of Windows that rules look into.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StoreFolder {
    /// That of the computer's own certificates.
    Own,
    Root,
    Intermediate,
}

impl StoreFolder {
    /// What Windows calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Own => OWN_STORE,
            Self::Root => "Root",
            Self::Intermediate => "CA",
        }
    }
}

/// The store that the innermost folder of a path is named after, by the names that Windows and its console use. The short ones
/// count below the name of their location only: many keep the certificates of CAs in a folder called `ca`.
fn store_folder(path: &str) -> Option<StoreFolder> {
    let path = path.to_ascii_lowercase();
    let mut folders = path.rsplit('/').skip(1);
    let (own, above) = (folders.next()?, folders.next());
    let is_short = matches!(above, Some("localmachine" | "currentuser"));
    match own {
        "trusted root certification authorities" => Some(StoreFolder::Root),
        "intermediate certification authorities" => Some(StoreFolder::Intermediate),
        "root" | "authroot" if is_short => Some(StoreFolder::Root),
        "ca" if is_short => Some(StoreFolder::Intermediate),
        _ => None,
    }
}

/// Where a certificate lies that is in this store: a path, or the store of a listing.
fn place_in(certificate: &Certificate, folder: StoreFolder) -> Option<String> {
    let path = certificate.paths.iter().find(|path| store_folder(path) == Some(folder));
    let is_it = |store: &&std::sync::Arc<str>| {
        store_folder(&format!("{}/", store.replace('\\', "/"))) == Some(folder)
    };
    path.or_else(|| certificate.stores.iter().find(is_it)).map(ToString::to_string)
}

/// Whether the signatures of roots are judged. They prove nothing, but Windows refuses the weakest algorithms even there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Roots {
    Judged,
    Skipped,
}

/// The topology and what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JudgedTopology<'a> {
    pub(crate) topology: &'a Topology,
    pub(crate) facts: &'a Facts,
    pub(crate) requirements: &'a [&'a Requirement],
}

/// The policy and what came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PolicyView<'a> {
    pub(crate) policy: &'a Policy,
    /// How many findings each waiver covers, in the policy's order.
    pub(crate) covered: &'a [usize],
    pub(crate) now: OffsetDateTime,
}

impl<'a> PolicyView<'a> {
    /// The waivers in this state, each with the number of findings that it covers.
    pub(crate) fn waivers(&self, state: WaiverState) -> impl Iterator<Item = (&'a Waiver, usize)> {
        let (now, limits) = (self.now, self.policy.waiver_limits);
        let waivers = self.policy.waivers.iter().zip(self.covered.iter().copied());
        waivers.filter(move |(waiver, covered)| waiver.state(now, *covered, limits) == state)
    }
}

/// A place that a certificate takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Role<'a> {
    pub(crate) requirement: &'a Requirement,
    pub(crate) usages: &'a [CertificateUsage],
    pub(crate) servers: &'a [DnsName],
}

impl CertificateView<'_> {
    pub(crate) fn serves(&self, usage: CertificateUsage) -> bool {
        self.roles.iter().any(|role| role.usages.contains(&usage))
    }

    /// How a successor gets into use at every holder, in words that go on after "and"; with what follows for OAuth in a hybrid
    /// deployment (OAUTH-08).
    pub(crate) fn assign_successor(&self) -> String {
        let mut text = remedy::assign(self.roles.iter().map(|role| &role.requirement.holder));
        if self.is_hybrid && self.serves(CertificateUsage::OAuthTokenIssuer) {
            text.push_str(
                "; upload its public key to the service principal of Skype for Business Online in Microsoft 365 before it takes effect",
            );
        }
        text
    }

    /// What stops for whom when the certificate ends, in words.
    pub(crate) fn stops(&self) -> Option<String> {
        let served = self.roles.iter().map(|role| Served {
            requirement: role.requirement,
            usages: role.usages,
            servers: role.servers,
        });
        stops_text(&stops(served, self.sip_domains))
    }

    /// Whether people or servers from outside of the domain meet it: on an Edge Server or the reverse proxy.
    pub(crate) fn is_met_outside(&self) -> bool {
        self.roles.iter().any(|role| role.requirement.holder.kind.facts().is_met_outside)
    }

    /// One deviation for the certificate and each of its issuers whose signature is wrong, named by `what`.
    pub(crate) fn signed_with(
        &self,
        is_wrong: impl Fn(&Signature) -> bool,
        what: &str,
        expected: &str,
        roots: Roots,
    ) -> Vec<Deviation> {
        let certificate = self.certificate;
        let mut deviations = Vec::new();
        if is_wrong(&certificate.signature) {
            let message = format!("the certificate is signed with {what}");
            deviations.push(Deviation::new(message, expected, &*certificate.signature.name));
        }
        for issuer in certificate.chain.issuers_at(self.now) {
            if is_wrong(&issuer.signature) && (roots == Roots::Judged || !issuer.is_root) {
                let message = format!("the certificate of its CA `{}` is signed with {what}", issuer.subject);
                deviations
                    .push(Deviation::new(message, expected, &*issuer.signature.name).name(&*issuer.subject));
            }
        }
        deviations
    }

    /// The deviation of a chain that breaks at one of these faults.
    pub(crate) fn chain_breaks_at(
        &self,
        faults: &[ChainFault],
        message: &str,
        expected: &str,
    ) -> impl Iterator<Item = Deviation> {
        let chain = &self.certificate.chain;
        let is_one = chain.fault.is_some_and(|fault| faults.contains(&fault));
        let deviation = || Deviation::new(format!("{message}: {}", chain.reason), expected, &*chain.reason);
        is_one.then(deviation).into_iter()
    }

    /// The certificates of issuers, where its chain shows none.
    pub(crate) fn lacks_issuers(&self) -> Option<Lacking> {
        let chain = &self.certificate.chain;
        let is_blind = chain.fault == Some(ChainFault::Incomplete) && chain.issuers.is_empty();
        is_blind.then_some(Lacking::Issuers)
    }

    /// Fails with every oddity of a kind.
    pub(crate) fn oddities_of(&self, kind: OddityKind, expected: &str) -> RuleOutcome {
        let oddities = self.certificate.oddities.iter().filter(|oddity| oddity.kind == kind);
        oddities.map(|oddity| Deviation::new(&*oddity.text, expected, &*oddity.text)).collect()
    }

    pub(crate) fn is_public(&self) -> bool {
        self.certificate.ca_kind == CaKind::Public
    }

    /// Whether an Office Web Apps farm is all that it serves: that needs no particular EKU (OOS-01).
    pub(crate) fn serves_office_web_apps_only(&self) -> bool {
        self.roles.iter().all(|role| role.usages == [CertificateUsage::OfficeWebApps])
    }

    /// What some requirement judges or accepts: an entry that covers none of it is of no use here.
    pub(crate) fn needed(&self) -> NameSet<'_> {
        self.roles.iter().flat_map(|role| role.requirement.known_names()).collect()
    }
}

/// A list for the eye, or `none`. Certificates with hundreds of names are cut off, so that a finding stays one paragraph.
pub(crate) fn list_or_none(items: &[String]) -> String {
    const MAX_SHOWN: usize = 12;
    match items {
        [] => "none".to_owned(),
        few if few.len() <= MAX_SHOWN => said_list(few),
        many => {
            format!("{} and {} more", said_list(many.iter().take(MAX_SHOWN)), many.len() - MAX_SHOWN)
        }
    }
}

/// Observed uses put together by server and certificate, each with its usages, as they are and in words.
pub(crate) fn usages_on_servers<'a>(
    observed: impl Iterator<Item = &'a ObservedUse>,
) -> impl Iterator<Item = (&'a DnsName, Thumbprint, Vec<CertificateUsage>, String)> {
    let mut together: Vec<(&DnsName, Thumbprint, Vec<CertificateUsage>)> = Vec::new();
    for one in observed {
        // The uses of a server stand together, and they are few.
        let of_server = together.iter_mut().rev().take_while(|(server, ..)| **server == one.server);
        match of_server.into_iter().find(|(_, thumbprint, _)| *thumbprint == one.thumbprint) {
            Some((.., usages)) => usages.push(one.usage),
            None => together.push((&one.server, one.thumbprint, vec![one.usage])),
        }
    }
    together.into_iter().map(|(server, thumbprint, usages)| {
        let words: Vec<&str> = usages.iter().map(|usage| usage.as_str()).collect();
        let words = words.join(", ");
        (server, thumbprint, usages, words)
    })
}
