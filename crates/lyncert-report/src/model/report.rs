//! The result of an audit.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema::REPORT_SCHEMA;
use super::{
    AssignedBy, AssignedRow, AssignmentCounts, BaselineRow, CaKind, ChainState, CollectedRow, CollectionRow,
    Day, FindingRow, HolderRef, InputKind, OrderRow, OutlookRow, ProblemRow, Provenance, ReplacementRow,
    ReportState, RequirementRow, RuleLevel, Severity, SourceRef, Timestamp, Tool, TopologyView, UnjudgedRow,
    UnreadKind, WaiverState, Workload, WorstSeverity, counted,
};

/// `report.json`: enough to draw every other format again.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Report {
    /// `lyncert-report/2`.
    #[schemars(extend("const" = REPORT_SCHEMA))]
    pub schema: String,
    /// What made it.
    pub tool: Tool,
    /// Name of the estate.
    pub estate: String,
    /// The time that it judges by.
    pub at: Timestamp,
    /// When the inputs were collected, where a collector did that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<CollectedRow>,
    /// The runs of the collector.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub collections: Vec<CollectionRow>,
    /// By what, when and with what it was made, in one place; older documents do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// The files that it was made from.
    pub inputs: Vec<Input>,
    /// The outcome in numbers and one sentence.
    pub summary: Summary,
    /// What was understood from the topology.
    pub topology: TopologyView,
    /// When the support of its products ends or ended; no finding, since no certificate is at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<SupportRow>,
    /// What was judged, where not all was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeRow>,
    /// Every certificate that the topology calls for and how it is met.
    pub requirements: Vec<RequirementRow>,
    /// What the rules say, worst first.
    pub findings: Vec<FindingRow>,
    /// What became of the findings since an older report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<BaselineRow>,
    /// Every certificate found.
    pub certificates: Vec<CertificateRow>,
    /// What stops, and for whom, when a certificate in use ends; the first to end first.
    pub consequences: Vec<ConsequenceRow>,
    /// The certificates that one would really request for this topology.
    pub orders: Vec<OrderRow>,
    /// What has to be done now or soon, the soonest due first.
    pub replacements: Vec<ReplacementRow>,
    /// Files that were not understood, with the reason.
    pub unreadable: Vec<UnreadableRow>,
    /// Files that hold a private key.
    pub keys: Vec<KeyRow>,
    /// Certificate requests.
    pub requests: Vec<RequestRow>,
    /// Revocation lists.
    pub crls: Vec<ListRow>,
    /// What exports say of assigned certificates.
    pub assigned: Vec<AssignedRow>,
    /// Parts of the topology that were not understood.
    pub problems: Vec<ProblemRow>,
    /// The ledger of waivers, in the policy's order, malformed ones last.
    pub waivers: Vec<WaiverRow>,
    /// Waivers that matched nothing.
    pub unused_waivers: Vec<String>,
    /// The policy in force.
    pub policy: PolicyRow,
    /// Every rule and how often it passed.
    pub rules: Vec<RuleRow>,
    /// The findings that are left out of this copy for those who do not want to see them. Documents are always whole.
    #[serde(skip)]
    pub not_shown: Option<NotShown>,
}

/// Findings that count and are not shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct NotShown {
    /// The least severity that is shown.
    pub least: Severity,
    /// How many are less severe.
    pub count: usize,
}

impl NotShown {
    /// The same in words.
    pub fn sentence(self) -> String {
        let verb = if self.count == 1 { "is" } else { "are" };
        format!(
            "{} less severe than {} {verb} not shown, as asked by --min-severity; numbers and states count all",
            counted(self.count, "finding"),
            self.least
        )
    }
}

/// The day from which a product is no longer supported by its vendor.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SupportRow {
    /// The product and the day in words.
    pub product: String,
    /// The first day without support, UTC.
    pub from: Day,
    /// The documents that say so.
    pub sources: Vec<SourceRef>,
}

/// What was judged, and what was left out.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ScopeRow {
    /// The pools and other holders asked for.
    pub pools: Vec<String>,
    /// The sites asked for.
    pub sites: Vec<String>,
    /// The pools and other holders that somebody else audits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub except: Vec<String>,
    /// The holders of requirements that were not judged, in words.
    pub left_out: Vec<String>,
    /// The same as data.
    pub left_out_refs: Vec<HolderRef>,
}

impl SupportRow {
    /// With the first of its sources.
    pub fn sentence(&self) -> String {
        match self.sources.first() {
            Some(source) => format!("{} ({})", self.product, source.url),
            None => self.product.clone(),
        }
    }
}

impl ScopeRow {
    /// What was asked for: pools and other holders, then sites.
    pub(crate) fn asked(&self) -> Vec<&str> {
        self.pools.iter().chain(&self.sites).map(String::as_str).collect()
    }

    /// Both in one sentence.
    pub fn sentence(&self) -> String {
        let asked = self.asked();
        let left_out = if self.left_out.is_empty() { "nothing".to_owned() } else { self.left_out.join(", ") };
        if asked.is_empty() {
            return format!("All but {} was judged; left out: {left_out}", self.except.join(", "));
        }
        let verb = if asked.len() == 1 { "was" } else { "were" };
        format!("Only {} {verb} judged; left out: {left_out}", asked.join(", "))
    }
}

/// A file that a report was made from.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Input {
    /// Path: of a certificate file below the scanned folder, otherwise the file's name.
    pub path: Arc<str>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// What it was read as.
    pub kind: InputKind,
}

/// The verdict where nothing that was judged fails, and not everything was judged.
pub(crate) const NOTHING_FAILS_IN_PART: &str = "Nothing that was judged fails, but not everything was judged";

/// The outcome in numbers.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Summary {
    /// The verdict in one sentence.
    pub verdict: String,
    /// How the estate stands.
    pub state: ReportState,
    /// The most severe open finding.
    pub worst: WorstSeverity,
    /// Ids of the open errors and warnings to look at first: a few, the most prominent first, of different rules.
    pub worst_findings: Vec<String>,
    /// Open findings that are errors.
    pub errors: usize,
    /// Open findings that are warnings.
    pub warnings: usize,
    /// Open findings that are advice.
    pub infos: usize,
    /// Waived findings.
    pub waived: usize,
    /// Number of requirements.
    pub requirements: usize,
    /// Requirements whose certificates have no open error or warning.
    pub met: usize,
    /// Requirements whose certificates have open warnings and no open error.
    pub met_with_warnings: usize,
    /// Requirements whose certificates have open errors.
    pub failed: usize,
    /// Requirements that no certificate serves.
    pub unmet: usize,
    /// Requirements that were not looked at.
    pub not_judged: usize,
    /// Requirements whose errors and warnings, or that no certificate serves them, are waived.
    pub requirements_waived: usize,
    /// Required and recommended names of all requirements.
    pub names: usize,
    /// How many of them a serving certificate covers in an honored way.
    pub names_covered: usize,
    /// Number of certificates found.
    pub certificates: usize,
    /// How many of them serve a requirement.
    pub certificates_serving: usize,
    /// How many are a server's or service's and have no name of this topology.
    #[serde(default)]
    pub certificates_foreign: usize,
    /// Whether none of the folder's certificates of servers and services has a name of this topology: it may be the wrong folder.
    #[serde(default)]
    pub foreign_folder: bool,
    /// Number of files that were not understood.
    pub unreadable: usize,
    /// Number of parts of the topology that were not understood.
    pub problems: usize,
    /// What was not judged, and what would make it judged.
    pub unjudged: Vec<UnjudgedRow>,
    /// What rules had nothing to look at for, in a few words each. It does not change the state.
    #[serde(default)]
    pub not_looked_at: Vec<String>,
    /// How it is known which certificates are in use.
    pub assignments: AssignmentCounts,
    /// How many certificates in use have ended.
    #[serde(default)]
    pub ended: usize,
    /// When the first of them ended.
    #[serde(default)]
    pub ended_since: Option<Timestamp>,
    /// The next expiry among the certificates that serve a requirement and have not expired yet.
    pub next_deadline: Option<Timestamp>,
    /// Whole days until then.
    pub next_deadline_days: Option<i64>,
    /// Thumbprint of that certificate.
    pub next_deadline_certificate: Option<String>,
    /// What that certificate is for, in words.
    pub next_deadline_holder: Option<String>,
}

impl Report {
    /// Whether its names are pseudonyms, as it says.
    pub fn is_redacted(&self) -> bool {
        let options = self.provenance.iter().flat_map(|provenance| &provenance.options);
        options.into_iter().any(|option| option == super::REDACTED)
    }

    /// A copy for people who want to see only findings of this severity or worse. Numbers, verdicts and states stay those of all.
    pub fn shown_from(&self, least: Severity) -> Self {
        let mut shown = self.clone();
        shown.findings.retain(|finding| finding.severity >= least);
        let count = self.findings.len() - shown.findings.len();
        shown.not_shown = (count > 0).then_some(NotShown { least, count });
        shown
    }

    /// The orders whose names are too many for one certificate.
    pub(crate) fn orders_to_split(&self) -> Vec<&OrderRow> {
        self.orders.iter().filter(|order| order.attention.is_some()).collect()
    }

    /// How many holdings of its requirements are known in which way.
    pub(crate) fn assignment_counts(&self) -> AssignmentCounts {
        let holdings = self.requirements.iter().flat_map(|requirement| &requirement.holdings);
        let with = |by| holdings.clone().filter(|holding| holding.assigned_by == Some(by)).count();
        AssignmentCounts {
            assigned: with(AssignedBy::Assigned),
            placed: with(AssignedBy::Placed),
            assumed: with(AssignedBy::BestMatch),
        }
    }
}

impl ReportState {
    /// How an estate stands by the counts of its open findings, by what was not judged, and by the number of its requirements.
    pub(crate) fn of(errors: usize, warnings: usize, unjudged: &[UnjudgedRow], requirements: usize) -> Self {
        let is_fully_judged = requirements > 0 && !unjudged.iter().any(|row| row.kind.counts());
        Self::new(errors, warnings, is_fully_judged)
    }
}

impl Summary {
    /// That the folder is not this topology's, in words.
    pub fn foreign_text(&self) -> Option<String> {
        self.foreign_folder.then(|| match self.certificates_foreign {
            1 => "The only certificate of a server in the folder has no name of this topology".to_owned(),
            count => format!(
                "None of the {count} certificates of servers in the folder has a name of this topology"
            ),
        })
    }

    /// The entries that keep the estate from being in order.
    pub fn counting_unjudged(&self) -> impl Iterator<Item = &UnjudgedRow> {
        self.unjudged.iter().filter(|row| row.kind.counts())
    }
}

/// A waiver and what it covers: a line of the ledger.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct WaiverRow {
    /// Its position: file, line and column.
    pub place: String,
    /// What it does at the time of the report.
    pub state: WaiverState,
    /// Rule and names in words; for one that is malformed what is wrong.
    pub title: String,
    /// Id of the rule.
    pub rule: Option<String>,
    /// The pool that it is about.
    pub pool: Option<String>,
    /// The server that it is about.
    pub server: Option<String>,
    /// The certificate that it is about: a thumbprint or a path.
    pub certificate: Option<String>,
    /// The name that it is about.
    pub name: Option<String>,
    /// Why the findings are accepted, as the policy says.
    pub reason: Option<String>,
    /// Who asked for it.
    pub by: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// Last day, UTC.
    pub expires: Option<Day>,
    /// Whole days until the end of that day; negative when it is over.
    pub days_left: Option<i64>,
    /// Ids of the findings that it covers.
    pub findings: Vec<String>,
}

/// The chain of a certificate.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ChainRow {
    /// What is known of it.
    pub state: ChainState,
    /// Subjects of its issuers, the nearest first.
    pub issuers: Vec<String>,
    /// Why, in words.
    pub reason: String,
}

/// The revocation of a certificate.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RevokedRow {
    /// Since when the certificate is revoked.
    pub at: Timestamp,
    /// Why, as the list says; `null` where it does not.
    pub reason: Option<String>,
    /// The file with the list.
    pub list: String,
}

impl fmt::Display for RevokedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        write!(f, "{}{reason} by {}", self.at.in_words(), self.list)
    }
}

/// A certificate request.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RequestRow {
    /// The file that holds it.
    pub path: String,
    /// Subject.
    pub subject: String,
    /// DNS names that it asks for.
    pub dns_names: Vec<String>,
    /// Other names that it asks for.
    pub other_names: Vec<String>,
    /// Extended key usages that it asks for; `null` where it asks for none.
    pub eku: Option<Vec<String>>,
    /// The public key.
    pub key: KeyView,
    /// Signature algorithm.
    pub signature_algorithm: String,
    /// Provider that holds the key.
    pub provider: Option<String>,
    /// Certificate template that it asks for.
    pub template: Option<String>,
    /// Thumbprints of the certificates with its key: it was answered.
    pub answered_by: Vec<String>,
    /// The same in words; continues "this file …".
    pub text: String,
    /// What would come of it; `null` where that could be for nothing that was judged, or there was no topology to hold it against.
    #[serde(default)]
    pub outlook: Option<OutlookRow>,
    /// Oddities met while it was read.
    pub oddities: Vec<String>,
}

/// A revocation list.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ListRow {
    /// The file that holds it.
    pub path: String,
    /// Issuer.
    pub issuer: String,
    /// When it was made.
    pub this_update: Timestamp,
    /// When the next one is due.
    pub next_update: Option<Timestamp>,
    /// Whether the next one is overdue at the time of the report.
    pub overdue: bool,
    /// Its number, in hexadecimal.
    pub number: Option<String>,
    /// Whether it lists changes since another list only.
    pub is_delta: bool,
    /// How many certificates it revokes.
    pub entries: usize,
    /// Signature algorithm.
    pub signature_algorithm: String,
    /// Whether the key of its issuer verifies it.
    pub state: ChainState,
    /// The same in words; continues "this file …".
    pub text: String,
}

/// A certificate found. What many certificates have in common is shared, since folders hold many thousands.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct CertificateRow {
    /// The file that holds it, relative to the scanned folder.
    pub path: Arc<str>,
    /// Further files with the same certificate.
    pub also_in: Vec<Arc<str>>,
    /// SHA-1 thumbprint.
    pub sha1: String,
    /// SHA-256 fingerprint.
    pub sha256: String,
    /// Subject.
    pub subject: String,
    /// Common names of the subject.
    pub common_names: Vec<String>,
    /// DNS names of the subject alternative name, in the certificate's order.
    pub dns_names: Vec<String>,
    /// Its other entries.
    pub other_names: Vec<String>,
    /// Issuer.
    pub issuer: Arc<str>,
    /// Serial number as Windows prints it.
    pub serial: String,
    /// Serial number with its bytes reversed, as some event log entries print it.
    pub serial_reversed: String,
    /// First valid second.
    pub not_before: Timestamp,
    /// Last valid second.
    pub not_after: Timestamp,
    /// Whole days from the time of the report to `not_after`; negative when it has expired.
    pub days_left: i64,
    /// The public key.
    pub key: Arc<KeyView>,
    /// Signature algorithm.
    pub signature_algorithm: Arc<str>,
    /// Extended key usages; `null` without the extension.
    pub eku: Option<Arc<[String]>>,
    /// Key usages; `null` without the extension.
    pub key_usage: Option<Arc<[String]>>,
    /// Whether it is a CA certificate.
    pub is_ca: bool,
    /// Whether it is signed with its own key; `null` when that cannot be checked.
    pub self_signed: Option<bool>,
    /// What kind of CA issued it.
    pub ca_kind: CaKind,
    /// Evidence for `ca_kind`.
    pub ca_evidence: Arc<str>,
    /// Windows certificate template: its name or object identifier.
    #[serde(deserialize_with = "Option::deserialize")]
    pub template: Option<Arc<str>>,
    /// Friendly names that stores and archives give it.
    pub friendly_names: Vec<String>,
    /// Provider that holds its private key, where a store names it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub key_provider: Option<Arc<str>>,
    /// Whether its private key came with it in an archive, or lies in the store that it was listed from.
    pub has_private_key: bool,
    /// Its chain, as far as the scanned certificates show it.
    pub chain: Arc<ChainRow>,
    /// Its revocation, if a revocation list at hand names it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub revoked: Option<Box<RevokedRow>>,
    /// The file with the newest revocation list of its CA, which does not name it. With `revoked`, `null` where no list tells.
    #[serde(default)]
    pub not_revoked_by: Option<Arc<str>>,
    /// Thumbprint of the newer certificate for the same names, if there is one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub superseded_by: Option<String>,
    /// Oddities met while it was read.
    pub oddities: Vec<String>,
    /// Ids of the requirements that it serves.
    pub serves: Vec<String>,
    /// What it serves in words; empty when nothing.
    pub role: String,
    /// Where it serves nothing: the servers and pools in whose place it lies, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lies_at: Vec<String>,
    /// The same as data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lies_at_refs: Vec<HolderRef>,
    /// Whether it is a server's or service's, and has no name of this topology.
    #[serde(default)]
    pub foreign: bool,
}

/// How near the end of a certificate is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Nearness {
    /// It has ended.
    Ended,
    /// Within the days that an approval, a CA and a maintenance window take.
    Soon,
    /// There is time.
    Later,
}

/// The certificate in use that ends next, of those that have not ended.
pub(crate) fn next_to_end(certificates: &[CertificateRow]) -> Option<&CertificateRow> {
    let running =
        certificates.iter().filter(|certificate| certificate.is_in_use() && certificate.days_left >= 0);
    running.min_by_key(|certificate| (certificate.not_after, &certificate.sha1))
}

/// The certificates in use that have ended: how many, and when the first of them did.
pub(crate) fn ended(certificates: &[CertificateRow]) -> (usize, Option<Timestamp>) {
    let ended = || certificates.iter().filter(|one| one.is_in_use() && one.nearness() == Nearness::Ended);
    (ended().count(), ended().map(|certificate| certificate.not_after).min())
}

impl CertificateRow {
    /// Whether it serves a requirement.
    pub(crate) fn is_in_use(&self) -> bool {
        !self.serves.is_empty()
    }

    /// Which kind of CA it is the certificate of; `None` where it is of none.
    pub(crate) fn ca_in_words(&self) -> Option<&'static str> {
        let is_root = self.self_signed == Some(true);
        self.is_ca.then_some(if is_root { "root CA" } else { "intermediate CA" })
    }

    /// What it serves in words; where that is nothing, what else is known of it.
    pub fn role_text(&self) -> String {
        let nothing = match (self.is_in_use(), self.lies_at.as_slice()) {
            (true, _) => return self.role.clone(),
            (false, []) => "nothing".to_owned(),
            (false, places) => format!("nothing; it lies in the place of {}", places.join(", ")),
        };
        if self.foreign { format!("{nothing}; it has no name of this topology") } else { nothing }
    }

    /// How near its end is at the time of the report.
    pub(crate) fn nearness(&self) -> Nearness {
        /// As long as the plan of replacements takes before an end.
        const SOON_DAYS: i64 = 30;
        match self.days_left {
            ..0 => Nearness::Ended,
            0..=SOON_DAYS => Nearness::Soon,
            _ => Nearness::Later,
        }
    }
}

/// What stops when a certificate ends.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ConsequenceRow {
    /// SHA-1 thumbprint.
    pub certificate: String,
    /// Its first file.
    pub certificate_file: String,
    /// Its subject.
    pub subject: String,
    /// Last valid second.
    pub not_after: Timestamp,
    /// From when on its end is information, by the thresholds of the policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted_from: Option<Timestamp>,
    /// From when on its end is a warning: when to begin with its renewal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned_from: Option<Timestamp>,
    /// What stops.
    pub stops: Vec<StopRow>,
}

/// Something that users do, and those who cannot any more.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct StopRow {
    /// What they do.
    pub workload: Workload,
    /// The same in words.
    pub title: String,
    /// The SIP domains of the users.
    pub sip_domains: Vec<String>,
    /// The pool where it stops; `null` for the reverse proxy and OAuth.
    #[serde(default)]
    pub pool: Option<String>,
    /// The servers that hold the certificate.
    #[serde(default)]
    pub servers: Vec<String>,
    /// Whether these are all servers there; else the others go on.
    #[serde(default = "all_servers")]
    pub all_servers: bool,
    /// Whom it stops for, in words.
    #[serde(default)]
    pub whom: String,
}

/// Of older documents: they told no servers apart.
fn all_servers() -> bool {
    true
}

/// A public key.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct KeyView {
    /// `RSA`, `EC` and so on.
    pub algorithm: String,
    /// Size in bits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bits: Option<u32>,
    /// Name of the curve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<String>,
    /// The key in words, such as `RSA 2048`.
    pub title: String,
}

/// A file that was not understood.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
pub struct UnreadableRow {
    /// Path below the scanned folder.
    pub path: String,
    /// Why it was not understood, or left aside.
    pub reason: String,
    /// What that means for what is judged.
    #[serde(default)]
    pub kind: UnreadKind,
}

/// A file that holds a private key.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct KeyRow {
    /// Path below the scanned folder.
    pub path: String,
    /// Whether the key is encrypted; `null` when the file does not show it.
    pub encrypted: Option<bool>,
    /// How it is encoded: `PKCS#8`, `PKCS#1`, `SEC1`, `PKCS#12`, or `PEM` where only its block is known.
    pub kind: String,
    /// Thumbprints of the certificates with its public key.
    pub certificates: Vec<String>,
    /// The same in words; continues "this file …".
    pub text: String,
}

/// The policy in force.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct PolicyRow {
    /// Name of the policy file; `null` without one.
    pub file: Option<String>,
    /// The facts given, one `key = value` each.
    pub facts: Vec<String>,
    /// The further names that the facts ask for, with the reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra_names: Vec<ExtraNameRow>,
    /// The facts taken by default, one `key = value` each.
    pub defaults: Vec<String>,
    /// Thresholds that the policy sets, one `key = value` each.
    pub thresholds: Vec<String>,
    /// Rules that the policy judges otherwise.
    pub rules: Vec<RuleSettingRow>,
    /// Files that the policy leaves aside.
    pub ignored: Vec<IgnoredRow>,
    /// Where each policy file was found.
    #[serde(default)]
    pub places: Vec<String>,
    /// Policy files that lie there and do not hold, since the policy of the batch forbids them.
    #[serde(default)]
    pub forbidden: Vec<String>,
}

/// A further name that the policy asks for.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ExtraNameRow {
    /// The name.
    pub name: String,
    /// Why, in the words of people.
    pub reason: String,
}

impl PolicyRow {
    /// How many findings are left out because their rules are switched off.
    pub fn findings_switched_off(&self) -> usize {
        let off = self.rules.iter().filter(|rule| rule.severity == RuleLevel::Off);
        off.map(|rule| rule.findings).sum()
    }

    /// Which policy holds and what it changes, in one sentence; `None` without any.
    pub fn sentence(&self, waived: usize) -> Option<String> {
        let off = self.rules.iter().filter(|rule| rule.severity == RuleLevel::Off).count();
        let files: usize = self.ignored.iter().map(|ignored| ignored.files).sum();
        let counted = |count: usize, what: &str| (count > 0).then(|| counted(count, what));
        let switched_off = counted(off, "rule").map(|rules| {
            let findings = counted(self.findings_switched_off(), "finding");
            format!("{rules} off ({})", findings.unwrap_or_else(|| "no finding".to_owned()))
        });
        let otherwise =
            counted(self.rules.len() - off, "rule").map(|rules| format!("{rules} judged otherwise"));
        let waived = counted(waived, "finding").map(|findings| format!("{findings} waived"));
        let aside = counted(files, "file").map(|files| format!("{files} left aside"));
        let effects: Vec<String> = [switched_off, otherwise, waived, aside].into_iter().flatten().collect();
        let effect = if effects.is_empty() { "nothing off or waived".to_owned() } else { effects.join(", ") };
        let forbidden = match self.forbidden.as_slice() {
            [] => String::new(),
            names => format!("; forbidden here and not used: {}", names.join(", ")),
        };
        match &self.file {
            Some(file) if self.places.is_empty() => Some(format!("{file}: {effect}{forbidden}")),
            Some(file) => Some(format!("{file}, {}: {effect}{forbidden}", self.places.join(", "))),
            None => (!self.forbidden.is_empty()).then(|| format!("none{forbidden}")),
        }
    }
}

/// A rule that the policy judges otherwise.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RuleSettingRow {
    /// Rule id.
    pub rule: String,
    /// The severity that it gets.
    pub severity: RuleLevel,
    /// Why the policy judges otherwise, as it says.
    pub reason: Option<String>,
    /// How many findings are concerned.
    pub findings: usize,
}

/// Files that the policy leaves aside.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct IgnoredRow {
    /// Pattern of their paths.
    pub pattern: String,
    /// Why the policy leaves them aside, as it says.
    pub reason: Option<String>,
    /// How many there are.
    pub files: usize,
}

/// A rule and how often it passed.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RuleRow {
    /// Rule id.
    pub id: String,
    /// What it is about.
    pub summary: String,
    /// Where its findings stand among those of the same severity in lists for people: the highest first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub prominence: u8,
    /// How often it did not apply.
    pub not_applicable: usize,
    /// How often what it would judge was not there to be seen.
    #[serde(default)]
    pub nothing_to_look_at: usize,
    /// What was missing then, in words.
    #[serde(default)]
    pub missing: Option<String>,
    /// How often it passed.
    pub passed: usize,
    /// How often it failed.
    pub failed: usize,
}

/// What older documents do not say either.
fn is_zero(prominence: &u8) -> bool {
    *prominence == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::plain_report;

    #[test]
    fn an_end_within_30_days_is_near() {
        let mut certificate = plain_report(1).certificates.remove(0);
        for (days_left, nearness) in
            [(-1, Nearness::Ended), (0, Nearness::Soon), (30, Nearness::Soon), (31, Nearness::Later)]
        {
            certificate.days_left = days_left;
            assert_eq!(certificate.nearness(), nearness, "{days_left}");
        }
    }
}
