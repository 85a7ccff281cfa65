//! What a rule says.

use std::borrow::Cow;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Change, Day, HolderRef, PlaceRef, Severity, SourceRef, Usage};

/// A rule's statement about the estate. What many findings have in common is shared.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct FindingRow {
    /// Stable id, made of names; equal in two runs when it is the same matter.
    pub id: String,
    /// Rule id.
    pub rule: String,
    /// Clause of the catalog.
    pub clause: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// Name of the site.
    pub site: Option<String>,
    /// Pool FQDN.
    pub pool: Option<String>,
    /// Server FQDN.
    pub server: Option<String>,
    /// Holder in words.
    pub holder: String,
    /// The same with the usages, where the holder has other certificates too: two findings should not read alike. Else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub whose: String,
    /// The holder as data; `null` where it concerns several holders, or the estate as a whole.
    #[serde(deserialize_with = "Option::deserialize")]
    pub holder_ref: Option<HolderRef>,
    /// All holders as data; empty where it concerns the estate as a whole.
    pub holders: Vec<HolderRef>,
    /// Usages concerned.
    pub usages: Vec<Usage>,
    /// SHA-1 thumbprint of the certificate concerned.
    pub certificate: Option<String>,
    /// File that holds it.
    pub certificate_file: Option<String>,
    /// The name concerned.
    pub name: Option<String>,
    /// Where the topology asks for that name, or else declares the holders: the first few places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<PlaceRef>,
    /// The statement, with expected and found.
    pub message: String,
    /// What was expected.
    pub expected: String,
    /// The reasons that the policy gives for it, in the words of people; the sentence ends before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_reasons: Vec<String>,
    /// What was found.
    pub found: String,
    /// What users notice.
    pub consequence: Arc<str>,
    /// What to do.
    pub remedy: Arc<str>,
    /// Id of the entry of the action plan that makes it go away, if a certificate does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Title and URL of the source in one text.
    pub source: Arc<str>,
    /// The same as data.
    pub sources: Arc<[SourceRef]>,
    /// The waiver that covers it.
    pub waived: Option<Box<WaivedRow>>,
    /// What became of it since the baseline, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

impl FindingRow {
    /// Whether it counts: no waiver covers it.
    pub fn is_open(&self) -> bool {
        self.waived.is_none()
    }

    /// What was expected, with the reasons of the policy.
    pub fn expected_in_words(&self) -> Cow<'_, str> {
        with_reasons(&self.expected, &self.policy_reasons)
    }

    /// Whether it is news to a reader of the older report; without a comparison everything is.
    pub fn is_news(&self) -> bool {
        self.change.is_none_or(Change::is_news)
    }

    /// What a list of findings says of its change since the older report: nothing where it is the same, or waived, which stands there
    /// anyway.
    pub(crate) fn told_change(&self) -> Option<Change> {
        self.change.filter(|change| match change {
            Change::Unchanged | Change::Waived => false,
            Change::New | Change::Worse | Change::ExpiredSince | Change::WaiverLapsed | Change::Fixed => true,
        })
    }
}

/// Why a finding does not count.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct WaivedRow {
    /// Why the finding is accepted, as the policy says.
    pub reason: String,
    /// Last day, UTC.
    pub expires: Option<Day>,
    /// Who asked for it.
    pub by: Option<String>,
    /// Who answers for it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub owner: Option<String>,
    /// Who approved it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub approver: Option<String>,
    /// Position of the waiver: file, line and column.
    pub place: String,
}

impl FindingRow {
    /// Whose certificate it is about, in words.
    pub fn whose(&self) -> &str {
        if self.whose.is_empty() { &self.holder } else { &self.whose }
    }
}

/// What the program says of the policy, and behind it what people wrote there.
pub(super) fn with_reasons<'a>(said: &'a str, reasons: &[String]) -> Cow<'a, str> {
    match reasons {
        [] => Cow::Borrowed(said),
        reasons => Cow::Owned(format!("{said}: {}", reasons.join("; "))),
    }
}
