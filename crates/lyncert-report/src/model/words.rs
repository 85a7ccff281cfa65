//! The closed vocabularies of reports: each word that programs read is a variant, so that a writer has to name every one and a
//! report with an unknown word cannot be read.
//!
//! Spellings are a contract with those who read the JSON; the order of variants is the order from harmless to severe.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::grouped;

/// A number of things, such as `1 finding` or `2 findings`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// The first few of some texts with `separator` between them, and how many are left; `rest` says of them what there is to say.
pub(crate) fn first_few<T: AsRef<str>>(texts: &[T], shown: usize, separator: &str, rest: &str) -> String {
    let few: Vec<&str> = texts.iter().take(shown).map(AsRef::as_ref).collect();
    let few = few.join(separator);
    match texts.len().saturating_sub(shown) {
        0 => few,
        // A comma is not needed before the last of some words, and a semicolon is, between parts of a sentence.
        more if separator == ", " => format!("{few} and {} {rest}", grouped(more)),
        more => format!("{few}{separator}and {} {rest}", grouped(more)),
    }
}

/// Declares a vocabulary: an enum whose variants are written and read as the word beside them.
macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The word that programs read.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

/// Declares a vocabulary that repeats one of the rules, variant by variant: the compiler asks for a new one here.
macro_rules! from_rules {
    ($name:ident = $module:ident::$source:ident { $($variant:ident),+ $(,)? }) => {
        impl From<lyncert_rules::$module::$source> for $name {
            fn from(source: lyncert_rules::$module::$source) -> Self {
                match source {
                    $(lyncert_rules::$module::$source::$variant => Self::$variant,)+
                }
            }
        }
    };
}

mod holders;

pub(crate) use holders::usages_text;
pub use holders::{HolderKind, PoolKind, Usage, Workload};

vocabulary! {
    /// How bad a finding is.
    Severity {
        /// Advice.
        Info = "info",
        /// A source says should.
        Warning = "warning",
        /// A source says must, and something breaks.
        Error = "error",
    }
}
from_rules!(Severity = severity::Severity { Info, Warning, Error });

vocabulary! {
    /// The most severe open finding of a report.
    WorstSeverity {
        /// There is no open finding.
        None = "none",
        /// Advice only.
        Info = "info",
        /// Warnings and no error.
        Warning = "warning",
        /// At least one error.
        Error = "error",
    }
}

impl From<Option<Severity>> for WorstSeverity {
    fn from(worst: Option<Severity>) -> Self {
        match worst {
            None => Self::None,
            Some(Severity::Info) => Self::Info,
            Some(Severity::Warning) => Self::Warning,
            Some(Severity::Error) => Self::Error,
        }
    }
}

vocabulary! {
    /// The severity that a policy gives to a rule.
    RuleLevel {
        /// What it finds is left out and counted.
        Off = "off",
        /// Advice.
        Info = "info",
        /// A warning.
        Warning = "warning",
        /// An error.
        Error = "error",
    }
}

impl From<Option<lyncert_rules::severity::Severity>> for RuleLevel {
    /// A rule without a severity is switched off.
    fn from(severity: Option<lyncert_rules::severity::Severity>) -> Self {
        use lyncert_rules::severity::Severity;
        match severity {
            None => Self::Off,
            Some(Severity::Info) => Self::Info,
            Some(Severity::Warning) => Self::Warning,
            Some(Severity::Error) => Self::Error,
        }
    }
}

vocabulary! {
    /// What comes in a forecast, in the order in which events of one moment are told.
    ForecastSeverity {
        /// A finding that is an error.
        Error = "error",
        /// A rule of the outside world that begins.
        Policy = "policy",
        /// A finding that is a warning.
        Warning = "warning",
        /// Advice.
        Info = "info",
    }
}

impl From<Severity> for ForecastSeverity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

vocabulary! {
    /// How an estate stands: the worst that is known counts.
    ReportState {
        /// Everything that the topology calls for was looked at, and nothing is wrong.
        InOrder = "in-order",
        /// Nothing that was looked at is wrong, and not everything was looked at.
        NotFullyJudged = "not-fully-judged",
        /// Open warnings and no open error.
        Warnings = "warnings",
        /// Open errors.
        Errors = "errors",
    }
}

impl ReportState {
    /// How an estate stands by the counts of its open findings and by whether all was looked at.
    pub fn new(errors: usize, warnings: usize, is_fully_judged: bool) -> Self {
        match (errors, warnings, is_fully_judged) {
            (1.., _, _) => Self::Errors,
            (0, 1.., _) => Self::Warnings,
            (0, 0, false) => Self::NotFullyJudged,
            (0, 0, true) => Self::InOrder,
        }
    }
}

vocabulary! {
    /// How an estate of a batch stands.
    EstateState {
        /// Everything that the topology calls for was looked at, and nothing is wrong.
        InOrder = "in-order",
        /// Nothing that was looked at is wrong, and not everything was looked at.
        NotFullyJudged = "not-fully-judged",
        /// Open warnings and no open error.
        Warnings = "warnings",
        /// Open errors.
        Errors = "errors",
        /// There is no report on it: no usable input, or it was given up.
        CouldNotBeJudged = "could-not-be-judged",
    }
}

impl From<ReportState> for EstateState {
    fn from(state: ReportState) -> Self {
        match state {
            ReportState::InOrder => Self::InOrder,
            ReportState::NotFullyJudged => Self::NotFullyJudged,
            ReportState::Warnings => Self::Warnings,
            ReportState::Errors => Self::Errors,
        }
    }
}

vocabulary! {
    /// What it means for the estate that a file was not read.
    UnreadKind {
        /// Nothing: files of its kind hold nothing that would be judged.
        Harmless = "harmless",
        /// It may hold a certificate.
        NotUnderstood = "not-understood",
        /// It looks like an export of assigned certificates.
        Evidence = "evidence",
    }
}

vocabulary! {
    /// What came of a server in a collection.
    CollectionStatus {
        /// Everything asked for was taken.
        Collected = "collected",
        /// Something was taken.
        Partial = "partial",
        /// It did not answer, or refused.
        NotReached = "not-reached",
        /// It was left out on purpose.
        Skipped = "skipped",
    }
}

impl From<lyncert_ingest::collection::ServerStatus> for CollectionStatus {
    fn from(status: lyncert_ingest::collection::ServerStatus) -> Self {
        use lyncert_ingest::collection::ServerStatus;
        match status {
            ServerStatus::Collected => Self::Collected,
            ServerStatus::Partial => Self::Partial,
            ServerStatus::NotReached => Self::NotReached,
            ServerStatus::Skipped => Self::Skipped,
        }
    }
}

impl From<crate::scan::UnreadKind> for UnreadKind {
    fn from(kind: crate::scan::UnreadKind) -> Self {
        match kind {
            crate::scan::UnreadKind::Harmless => Self::Harmless,
            crate::scan::UnreadKind::NotUnderstood => Self::NotUnderstood,
            crate::scan::UnreadKind::Evidence => Self::Evidence,
        }
    }
}

impl Default for UnreadKind {
    /// What is not said to be harmless is not.
    fn default() -> Self {
        Self::NotUnderstood
    }
}

vocabulary! {
    /// How a requirement is met.
    Verdict {
        /// By a certificate without open errors and warnings.
        Met = "met",
        /// Its errors and warnings, or that nothing serves it, are waived.
        Waived = "waived",
        /// It was not looked at.
        NotJudged = "not-judged",
        /// By a certificate with open warnings.
        MetWithWarnings = "met-with-warnings",
        /// No certificate serves it.
        Unmet = "unmet",
        /// The certificate that serves it has open errors.
        Failed = "failed",
    }
}
from_rules!(Verdict = assess::RequirementVerdict { Met, Waived, NotJudged, MetWithWarnings, Unmet, Failed });

vocabulary! {
    /// Why something was not judged, in the order in which it is told.
    UnjudgedKind {
        /// Web services or the reverse proxy are called for, and the simple URLs are not known.
        SimpleUrlsUnknown = "simple-urls-unknown",
        /// A server was not reached, or not everything was taken from it.
        NotCollected = "not-collected",
        /// A holder that the product does not manage has no certificate in the folder.
        UnmanagedNotCollected = "unmanaged-not-collected",
        /// What serves a requirement is a best match.
        AssumedAssignment = "assumed-assignment",
        /// What is said of assigned certificates disagrees.
        EvidenceContradicts = "evidence-contradicts",
        /// An export of assigned certificates was not used.
        EvidenceUnused = "evidence-unused",
        /// An export of assigned certificates cannot be read.
        EvidenceUnreadable = "evidence-unreadable",
        /// A part of the topology or a file of the folder was not understood.
        InputNotUnderstood = "input-not-understood",
        /// The operator left it out.
        OutOfScope = "out-of-scope",
    }
}
from_rules!(
    UnjudgedKind = unjudged::UnjudgedKind {
        SimpleUrlsUnknown,
        NotCollected,
        UnmanagedNotCollected,
        AssumedAssignment,
        EvidenceContradicts,
        EvidenceUnused,
        EvidenceUnreadable,
        InputNotUnderstood,
        OutOfScope,
    }
);

impl UnjudgedKind {
    /// Whether it keeps an estate from being in order: what the operator left out does not.
    pub fn counts(self) -> bool {
        match self {
            Self::OutOfScope => false,
            Self::SimpleUrlsUnknown
            | Self::NotCollected
            | Self::UnmanagedNotCollected
            | Self::AssumedAssignment
            | Self::EvidenceContradicts
            | Self::EvidenceUnused
            | Self::EvidenceUnreadable
            | Self::InputNotUnderstood => true,
        }
    }

    /// A few words for headlines.
    pub fn title(self) -> &'static str {
        match self {
            Self::SimpleUrlsUnknown => "simple URLs unknown",
            Self::NotCollected => "servers not collected",
            Self::UnmanagedNotCollected => "no certificate of what the product does not manage",
            Self::AssumedAssignment => "assignments assumed",
            Self::EvidenceContradicts => "evidence contradicts itself",
            Self::EvidenceUnused => "evidence not used",
            Self::EvidenceUnreadable => "evidence not readable",
            Self::InputNotUnderstood => "input not understood",
            Self::OutOfScope => "out of scope",
        }
    }
}

vocabulary! {
    /// As what a part of a text was understood.
    SightingKind {
        /// A code.
        Code = "code",
        /// The words of a message.
        Message = "message",
        /// A word that one asks by.
        Topic = "topic",
    }
}
from_rules!(SightingKind = doctor::SightingKind { Code, Message, Topic });

vocabulary! {
    /// Where the cause of a symptom lies.
    CauseKind {
        /// In certificates.
        Certificates = "certificates",
        /// In certificates, or as well in what no file shows.
        AlsoElsewhere = "also-elsewhere",
        /// In what no file shows.
        Elsewhere = "elsewhere",
    }
}
from_rules!(CauseKind = doctor::Cause { Certificates, AlsoElsewhere, Elsewhere });

vocabulary! {
    /// Whether an estate has the cause of a symptom.
    CauseAnswer {
        /// Nothing in the files that were given shows it.
        NothingShown = "nothing-shown",
        /// It cannot be seen in files.
        CannotBeSeen = "cannot-be-seen",
        /// Rules found it.
        Affected = "affected",
    }
}

vocabulary! {
    /// What came of a rule that may find a cause.
    RuleLook {
        /// It found nothing.
        Passed = "passed",
        /// It had nothing to look at.
        NothingToLookAt = "nothing-to-look-at",
        /// The policy switches it off.
        SwitchedOff = "switched-off",
        /// It found something.
        Failed = "failed",
    }
}

vocabulary! {
    /// How much a name is needed.
    Need {
        /// Information when it is missing.
        Optional = "optional",
        /// A warning when it is missing.
        Recommended = "recommended",
        /// An error when it is missing.
        Required = "required",
    }
}
from_rules!(Need = requirement::Need { Optional, Recommended, Required });

vocabulary! {
    /// What a name is to one holder.
    UseKind {
        /// It may be there, and is not needed.
        Accepted = "accepted",
        /// It is the expected common name, and no subject alternative name.
        Subject = "subject",
        /// Information when it is missing.
        Optional = "optional",
        /// A warning when it is missing.
        Recommended = "recommended",
        /// An error when it is missing.
        Required = "required",
    }
}

impl From<Need> for UseKind {
    fn from(need: Need) -> Self {
        match need {
            Need::Optional => Self::Optional,
            Need::Recommended => Self::Recommended,
            Need::Required => Self::Required,
        }
    }
}

vocabulary! {
    /// Who puts a name into the request.
    AddedBy {
        /// The product's own wizard, by itself.
        Wizard = "wizard",
        /// A person has to.
        Person = "person",
    }
}
from_rules!(AddedBy = requirement::AddedBy { Wizard, Person });

impl AddedBy {
    /// Who adds the name, in a table.
    pub fn title(self) -> &'static str {
        match self {
            Self::Wizard => "the wizard",
            Self::Person => "a person",
        }
    }
}

vocabulary! {
    /// How the certificate that serves a requirement has a name of it.
    NameStatus {
        /// As it is.
        Exact = "exact",
        /// By a wildcard that the role honors.
        WildcardHonored = "wildcard-honoured",
        /// Only by a wildcard that the role does not honor.
        WildcardNotHonored = "wildcard-not-honoured",
        /// Not at all.
        Missing = "missing",
    }
}

impl NameStatus {
    /// Whether clients that ask for the name are content.
    pub fn is_covered(self) -> bool {
        match self {
            Self::Exact | Self::WildcardHonored => true,
            Self::WildcardNotHonored | Self::Missing => false,
        }
    }
}

vocabulary! {
    /// How it is known which certificate serves a requirement, the weakest evidence first.
    AssignedBy {
        /// Of all certificates it meets most of the requirement; nothing says that it is in use.
        BestMatch = "best-match",
        /// Its path names the holder.
        Placed = "placed",
        /// An export of what is assigned names it.
        Assigned = "assigned",
    }
}
from_rules!(AssignedBy = assign::AssignedBy { BestMatch, Placed, Assigned });

vocabulary! {
    /// What is known of a signature or a chain.
    ChainState {
        /// Every signature was checked and is right.
        Verified = "verified",
        /// A certificate or an algorithm is missing that the check would need.
        NotCheckable = "not-checkable",
        /// A signature or a rule of chains is broken.
        Wrong = "wrong",
    }
}
from_rules!(ChainState = certificate::ChainState { Verified, NotCheckable, Wrong });

impl Default for ChainState {
    /// A chain that was not checked is not known.
    fn default() -> Self {
        Self::NotCheckable
    }
}

vocabulary! {
    /// Whether a certificate, or the one that would come of a request, would do.
    Fits {
        /// Nothing is wrong with it there.
        Yes = "yes",
        /// It would serve, with warnings.
        WithWarnings = "with-warnings",
        /// It would fail, or it could be for nothing.
        No = "no",
    }
}
from_rules!(Fits = assess::Fits { Yes, WithWarnings, No });

vocabulary! {
    /// How it is known what a certificate would be for, the strongest first.
    TakenFor {
        /// The command line says so.
        Asked = "asked",
        /// Its path says so.
        Placed = "placed",
        /// Its names fit.
        Fitting = "fitting",
        /// It has some of the names only.
        Nearest = "nearest",
    }
}
from_rules!(TakenFor = assign::TakenFor { Asked, Placed, Fitting, Nearest });

vocabulary! {
    /// For whom a set of names is too large.
    TooLargeFor {
        /// Many public CAs refuse so many names.
        PublicCas = "public-cas",
        /// A Windows CA refuses so long an extension.
        WindowsCa = "windows-ca",
    }
}

impl From<lyncert_rules::split::TooLarge> for TooLargeFor {
    fn from(why: lyncert_rules::split::TooLarge) -> Self {
        match why {
            lyncert_rules::split::TooLarge::ForPublicCas => Self::PublicCas,
            lyncert_rules::split::TooLarge::ForWindowsCa => Self::WindowsCa,
        }
    }
}

vocabulary! {
    /// What is checked before it is used.
    CheckKind {
        /// A certificate.
        Certificate = "certificate",
        /// A certificate request.
        Request = "request",
    }
}

vocabulary! {
    /// What kind of CA issued a certificate.
    CaKind {
        /// One that the public trusts.
        Public = "public",
        /// One of the organization.
        Internal = "internal",
        /// The certificate does not show it.
        Unknown = "unknown",
    }
}
from_rules!(CaKind = certificate::CaKind { Public, Internal, Unknown });

vocabulary! {
    /// What a waiver does at the time of the report.
    WaiverState {
        /// It covers findings.
        Active = "active",
        /// It covers findings, and ends soon.
        Expiring = "expiring",
        /// It has ended and covers nothing any more.
        Expired = "expired",
        /// It covers nothing.
        Unused = "unused",
        /// It was not understood and covers nothing.
        Malformed = "malformed",
    }
}
from_rules!(WaiverState = policy::WaiverState { Active, Expiring, Expired, Unused });

vocabulary! {
    /// What a change of the topology asks of a certificate.
    PlanAction {
        /// There was none.
        Request = "request",
        /// It has to be replaced before the new topology is published.
        Reissue = "reissue",
        /// It is needed on further servers.
        Install = "install",
        /// It will do.
        Keep = "keep",
        /// Nothing needs it any more.
        Retire = "retire",
    }
}

vocabulary! {
    /// What a reader of a comparison has to know first.
    Caveat {
        /// The reports are of estates with different names.
        DifferentEstates = "different-estates",
        /// The report that was given as the older one is the newer one.
        NewerFirst = "newer-first",
        /// The tables that decide what is found changed between the reports.
        RulesChanged = "rules-changed",
        /// Older findings are about what was not judged this time: nobody knows whether they are fixed.
        NotJudgedAgain = "not-judged-again",
    }
}

impl Caveat {
    /// The same in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::DifferentEstates => "the reports are of different estates",
            Self::NewerFirst => "the report to compare with is the newer one",
            Self::RulesChanged => "rules changed",
            Self::NotJudgedAgain => {
                "older findings on what was left out or has no certificate now, or by rules that are off now, are not compared"
            }
        }
    }
}

vocabulary! {
    /// What became of a finding between two reports, in the order of reports.
    Change {
        /// Open now, and not reported before.
        New = "new",
        /// Open before, and more severe now.
        Worse = "worse",
        /// A certificate that was valid before has ended.
        ExpiredSince = "expired-since",
        /// Waived before, and open now.
        WaiverLapsed = "waiver-lapsed",
        /// Open before and now.
        Unchanged = "unchanged",
        /// Open or not reported before, and waived now; or waived in both.
        Waived = "waived",
        /// Reported before, and gone.
        Fixed = "fixed",
    }
}

impl Change {
    /// The heading in texts.
    pub fn title(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Worse => "Worse",
            Self::ExpiredSince => "Expired since",
            Self::WaiverLapsed => "No longer waived",
            Self::Unchanged => "Unchanged",
            Self::Waived => "Waived",
            Self::Fixed => "Fixed",
        }
    }

    /// The word in running text.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::ExpiredSince => "expired since",
            Self::WaiverLapsed => "waiver lapsed",
            Self::Unchanged => "unchanged",
            Self::Waived => "waived",
            Self::Fixed => "fixed",
        }
    }

    /// Whether it is news to a reader of the older report.
    pub fn is_news(self) -> bool {
        match self {
            Self::New | Self::Worse | Self::ExpiredSince | Self::WaiverLapsed => true,
            Self::Unchanged | Self::Waived | Self::Fixed => false,
        }
    }
}

vocabulary! {
    /// What a file is to a report.
    InputKind {
        /// An export of the topology.
        Topology = "topology",
        /// The operator's facts and decisions.
        Policy = "policy",
        /// A file of the scanned folder.
        Certificates = "certificates",
        /// A file of the folder of trusted roots.
        Roots = "roots",
    }
}

vocabulary! {
    /// What an explanation is about.
    ExplainedKind {
        /// A check.
        Rule = "rule",
        /// A statement of the catalog.
        Clause = "clause",
    }
}

vocabulary! {
    /// What has to be done about a certificate, the least work first.
    ReplacementAction {
        /// It lies in the wrong place.
        Move = "move",
        /// It is there, and has to be installed on further servers.
        Install = "install",
        /// It is in use, and another one has to take its place.
        Replace = "replace",
        /// There is none for at least one of the usages.
        Request = "request",
    }
}

from_rules!(ReplacementAction = repair::RepairAction { Move, Install, Replace, Request });

impl ReplacementAction {
    /// What is asked for, as the verb of a sentence. What programs read is the word that people read.
    pub fn verb(self) -> &'static str {
        self.as_str()
    }

    /// What has to be done to the certificate: it must be …
    pub fn participle(self) -> &'static str {
        match self {
            Self::Move => "moved",
            Self::Install => "installed",
            Self::Replace => "replaced",
            Self::Request => "requested",
        }
    }

    /// What a finding asks for.
    pub fn request_in_words(self) -> &'static str {
        match self {
            Self::Replace => "request again",
            Self::Move | Self::Install | Self::Request => self.verb(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each word is written as `as_str` says, read back as the same variant, and nothing else is read.
    fn check_vocabulary<W>(all: &[W], as_str: fn(W) -> &'static str)
    where
        W: Copy + fmt::Debug + PartialEq + Serialize + for<'a> Deserialize<'a>,
    {
        for word in all {
            let json = serde_json::to_string(word).unwrap();
            assert_eq!(json, format!("\"{}\"", as_str(*word)));
            assert_eq!(serde_json::from_str::<W>(&json).unwrap(), *word);
        }
        for unknown in ["\"critical\"", "\"Error\"", "\"\"", "null", "0"] {
            assert!(serde_json::from_str::<W>(unknown).is_err(), "{unknown}");
        }
    }

    #[test]
    fn every_word_is_read_as_it_is_written_and_no_other_word_is_read() {
        check_vocabulary(Severity::ALL, Severity::as_str);
        check_vocabulary(WorstSeverity::ALL, WorstSeverity::as_str);
        check_vocabulary(RuleLevel::ALL, RuleLevel::as_str);
        check_vocabulary(ForecastSeverity::ALL, ForecastSeverity::as_str);
        check_vocabulary(ReportState::ALL, ReportState::as_str);
        check_vocabulary(EstateState::ALL, EstateState::as_str);
        check_vocabulary(Verdict::ALL, Verdict::as_str);
        check_vocabulary(Need::ALL, Need::as_str);
        check_vocabulary(UseKind::ALL, UseKind::as_str);
        check_vocabulary(AddedBy::ALL, AddedBy::as_str);
        check_vocabulary(NameStatus::ALL, NameStatus::as_str);
        check_vocabulary(AssignedBy::ALL, AssignedBy::as_str);
        check_vocabulary(ChainState::ALL, ChainState::as_str);
        check_vocabulary(CaKind::ALL, CaKind::as_str);
        check_vocabulary(WaiverState::ALL, WaiverState::as_str);
        check_vocabulary(PlanAction::ALL, PlanAction::as_str);
        check_vocabulary(Change::ALL, Change::as_str);
        check_vocabulary(Caveat::ALL, Caveat::as_str);
        check_vocabulary(ReplacementAction::ALL, ReplacementAction::as_str);
        check_vocabulary(PoolKind::ALL, PoolKind::as_str);
        check_vocabulary(HolderKind::ALL, HolderKind::as_str);
        check_vocabulary(Usage::ALL, Usage::as_str);
        check_vocabulary(Workload::ALL, Workload::as_str);
        check_vocabulary(InputKind::ALL, InputKind::as_str);
        check_vocabulary(ExplainedKind::ALL, ExplainedKind::as_str);
        check_vocabulary(Fits::ALL, Fits::as_str);
        check_vocabulary(TooLargeFor::ALL, TooLargeFor::as_str);
        check_vocabulary(TakenFor::ALL, TakenFor::as_str);
        check_vocabulary(CheckKind::ALL, CheckKind::as_str);
    }

    #[test]
    fn words_of_the_rules_keep_their_spelling() {
        for severity in [
            lyncert_rules::severity::Severity::Info,
            lyncert_rules::severity::Severity::Warning,
            lyncert_rules::severity::Severity::Error,
        ] {
            assert_eq!(Severity::from(severity).as_str(), severity.as_str());
        }
    }
}
