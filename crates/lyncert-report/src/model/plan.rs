//! Which certificates a topology needs.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::with_reasons;
use super::schema::PLAN_SCHEMA;
use super::{
    AddedBy, AssignedBy, HolderKind, HolderRef, NameStatus, Need, SourceRef, TooLargeFor, TopologyView,
    Usage, Verdict,
};

/// `lyncert plan --format json`.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct Plan {
    /// `lyncert-plan/1`.
    #[schemars(extend("const" = PLAN_SCHEMA))]
    pub schema: String,
    /// Name of the estate.
    pub estate: String,
    /// What was understood from the topology.
    pub topology: TopologyView,
    /// Every certificate that the topology calls for, by holder and usage.
    pub requirements: Vec<RequirementRow>,
    /// The certificates that one really requests, after the requirements that one certificate serves are put together.
    pub orders: Vec<OrderRow>,
}

/// One certificate that the topology calls for.
///
/// In a report it also says how it is met; in a plan those fields are `null` or empty.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct RequirementRow {
    /// Stable id, made of names.
    pub id: String,
    /// Name of the site.
    pub site: Option<String>,
    /// Pool FQDN; `null` for the reverse proxy and OAuth.
    pub pool: Option<String>,
    /// Server FQDN; `null` where the certificate is one for all servers of the pool.
    pub server: Option<String>,
    /// Kind of the holder: a pool kind, `ReverseProxy` or `Deployment`.
    pub kind: HolderKind,
    /// Holder in words, such as `Edge pool edge.contoso.com`.
    pub holder: String,
    /// Usages, spelled as the vendor's cmdlets spell them.
    pub usages: Vec<Usage>,
    /// Expected common name of the subject.
    pub subject: String,
    /// Required, recommended and optional names.
    pub names: Vec<NameRow>,
    /// Names that are accepted without a word.
    pub also_accepted: Vec<String>,
    /// Required extended key usages.
    pub eku: Vec<String>,
    /// Whether a public CA should issue it.
    pub public_ca: bool,
    /// The servers that must hold the same certificate.
    pub shared_by: Vec<String>,
    /// Remarks.
    pub notes: Vec<String>,
    /// How it is met.
    #[serde(deserialize_with = "Option::deserialize")]
    pub verdict: Option<Verdict>,
    /// SHA-1 thumbprint of the certificate that serves it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub certificate: Option<String>,
    /// How that is known.
    #[serde(deserialize_with = "Option::deserialize")]
    pub assigned_by: Option<AssignedBy>,
    /// Which certificate serves which server and usage, where it is not one for all.
    pub holdings: Vec<HoldingRow>,
    /// The certificate that comes nearest, and what it lacks, in one sentence.
    #[serde(deserialize_with = "Option::deserialize")]
    pub nearest_miss: Option<String>,
    /// The files of the requests that would be for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requests: Vec<String>,
}

impl RequirementRow {
    /// Whose certificate it is.
    pub fn holder_ref(&self) -> HolderRef {
        HolderRef { kind: self.kind, pool: self.pool.clone(), server: self.server.clone() }
    }

    /// The names that a summary counts: those that are required or recommended.
    pub(crate) fn counted_names(&self) -> impl Iterator<Item = &NameRow> {
        self.names.iter().filter(|name| name.need != Need::Optional)
    }
}

impl NameRow {
    /// What asks for it, with the reasons of the policy.
    pub(crate) fn because_in_words(&self) -> Cow<'_, str> {
        with_reasons(&self.because, &self.policy_reasons)
    }

    /// The same in short.
    pub fn reason_in_words(&self) -> Cow<'_, str> {
        with_reasons(&self.reason, &self.policy_reasons)
    }

    /// Whether the certificate in use has it in a way that clients honor.
    pub(crate) fn is_covered(&self) -> bool {
        self.status.is_some_and(NameStatus::is_covered)
    }
}

/// Which certificate serves some servers and usages of a requirement.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct HoldingRow {
    /// The servers; empty for holders that are no servers of the topology.
    pub servers: Vec<String>,
    /// The usages.
    pub usages: Vec<Usage>,
    /// SHA-1 thumbprint; `null` where nothing serves them.
    pub certificate: Option<String>,
    /// How that is known.
    pub assigned_by: Option<AssignedBy>,
}

/// One name of a requirement.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct NameRow {
    /// The name as the topology or the policy writes it.
    pub name: String,
    /// How much it is needed.
    pub need: Need,
    /// Who puts it into the request.
    pub added_by: AddedBy,
    /// What in the topology or the policy asks for it, with the way to its element.
    pub because: String,
    /// The same in short, with the line.
    pub reason: String,
    /// The reasons that the policy gives for it, in the words of people; both sentences end before them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policy_reasons: Vec<String>,
    /// The clause of the catalog.
    pub clause: String,
    /// Title and URL of the source.
    pub source: String,
    /// How the certificate has it; `null` while no certificate serves the requirement.
    #[serde(deserialize_with = "Option::deserialize")]
    pub status: Option<NameStatus>,
    /// The entry of the certificate that covers it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub covered_by: Option<String>,
    /// How each server has it, where servers hold different certificates; then `status` is that of the worst of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_server: Vec<NameOnServer>,
}

/// How one server has a name.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct NameOnServer {
    /// The server.
    pub server: String,
    /// How its certificate has the name; `null` where it has none.
    pub status: Option<NameStatus>,
    /// The entry of the certificate that covers it.
    pub covered_by: Option<String>,
    /// SHA-1 thumbprint of the certificate.
    pub certificate: Option<String>,
}

/// One certificate to request.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct OrderRow {
    /// Stable id, made of names.
    pub id: String,
    /// Pool FQDN; `null` for the reverse proxy and OAuth.
    pub pool: Option<String>,
    /// Servers that it is installed on.
    pub install_on: Vec<String>,
    /// Holder in words.
    pub holder: String,
    /// Usages that it is assigned to.
    pub usages: Vec<Usage>,
    /// Common name of the subject.
    pub subject: String,
    /// Subject alternative names to request, in this order.
    pub names: Vec<NameRow>,
    /// Extended key usages.
    pub eku: Vec<String>,
    /// Whether a public CA should issue it.
    pub public_ca: bool,
    /// The key to make.
    pub key: OrderKey,
    /// Ids of the requirements that it serves.
    pub requirements: Vec<String>,
    /// Names that may be added.
    pub also_accepted: Vec<String>,
    /// A friendly name that no other order of the plan has.
    pub friendly_name: String,
    /// What a request carries; `null` where a name cannot be written into one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub request: Option<OrderRequest>,
    /// What the product's own wizard will request; `null` where no wizard of the product requests it.
    #[serde(deserialize_with = "Option::deserialize")]
    pub wizard: Option<WizardRow>,
    /// Why the certificate cannot be had as it is.
    pub obstacles: Vec<ObstacleRow>,
    /// How large the set of its names is; `null` in documents of before there was such a count.
    #[serde(default)]
    pub size: Option<SetSizeRow>,
    /// That its names are too many for one certificate, and how it could be split; `null` where they are not.
    #[serde(default)]
    pub attention: Option<AttentionRow>,
}

/// How large a set of names is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SetSizeRow {
    /// How many names there are.
    pub names: usize,
    /// Octets of the subject alternative name that has them.
    pub octets: usize,
}

/// That the names of an order are too many for one certificate.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct AttentionRow {
    /// For whom they are too many.
    pub too_large_for: TooLargeFor,
    /// The matter and the ways out, in words.
    pub text: String,
    /// Whether the certificates of `parts` are small enough.
    pub split_is_enough: bool,
    /// The certificates that could be requested in its place.
    pub parts: Vec<SplitPartRow>,
    /// What leads to fewer names, in words.
    pub ways_out: Vec<String>,
    /// The documents that say how many are too many.
    pub sources: Vec<SourceRef>,
}

/// One of the certificates in the place of a too large one.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct SplitPartRow {
    /// The usages that it serves.
    pub usages: Vec<Usage>,
    /// Common name of its subject.
    pub subject: String,
    /// Its names, wildcards last.
    pub names: Vec<String>,
    /// How many of them are wildcards that stand for others.
    pub wildcards: usize,
    /// How large the set of them is.
    pub size: SetSizeRow,
    /// Whether it is small enough.
    pub small_enough: bool,
    /// Usages and size in words.
    pub text: String,
}

impl OrderRow {
    /// What a person should know before it is requested, a text each: what no CA issues, and how it could be split.
    pub(crate) fn attention_texts(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.obstacles.iter().map(|obstacle| obstacle.text.clone()).collect();
        if let Some(attention) = &self.attention {
            texts.push(attention.text.clone());
            texts.extend(attention.parts.iter().map(|part| format!("split: {}", part.text)));
        }
        texts
    }

    /// The same, with the names of each certificate of the split.
    pub(crate) fn attention_with_names(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.obstacles.iter().map(|obstacle| obstacle.text.clone()).collect();
        if let Some(attention) = &self.attention {
            texts.push(attention.text.clone());
            texts.extend(attention.parts.iter().map(|part| {
                let names = part.names.join(", ");
                format!("split: {}; subject CN={}; {names}", part.text, part.subject)
            }));
        }
        texts
    }

    /// The CA that should issue it, in words.
    pub(crate) fn ca(&self) -> &'static str {
        // Public CAs give up the client EKU.
        match (self.public_ca, self.eku.iter().any(|eku| eku == "clientAuth")) {
            (true, _) => "public",
            (false, true) => "internal",
            (false, false) => "internal or public",
        }
    }
}

/// The names of a certificate request, in ASCII.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct OrderRequest {
    /// The first server that it is installed on, where the product's cmdlets request it: for `-ComputerFqdn`.
    pub computer: Option<String>,
    /// Common name of the subject.
    pub common_name: String,
    /// Subject alternative names, all of them.
    pub dns_names: Vec<String>,
    /// Those that the product's tools do not add by themselves, for `-DomainName`.
    pub by_hand: Vec<String>,
}

/// What the product's own wizard puts into a request, compared with what is needed.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct WizardRow {
    /// Common name of the subject.
    pub subject: String,
    /// Subject alternative names with no SIP domain ticked, in the product's order; empty where it makes none.
    pub names: Vec<String>,
    /// The same with every SIP domain ticked.
    pub names_ticked: Vec<String>,
    /// Needed names that it leaves out with no SIP domain ticked.
    pub lacks: Vec<String>,
    /// Needed names that it leaves out with every SIP domain ticked.
    pub lacks_ticked: Vec<String>,
    /// Names that it adds though nothing needs them.
    pub surplus: Vec<String>,
}

/// Why a certificate cannot be had as it is.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ObstacleRow {
    /// The name of the order that stands in the way.
    pub name: String,
    /// The rule that finds the same on a certificate.
    pub rule: String,
    /// The clause of the catalog.
    pub clause: Option<String>,
    /// The obstacle, in one sentence.
    pub text: String,
}

/// The key of a certificate to request.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct OrderKey {
    /// `RSA`.
    pub algorithm: String,
    /// Size of the modulus in bits.
    pub bits: u32,
    /// Whether the private key must be exportable: several servers share it, or the pages ask for it on a single one too.
    pub exportable: bool,
}
