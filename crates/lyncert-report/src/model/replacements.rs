//! Which certificates have to be replaced or requested: the action plan.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Day, ReplacementAction, Usage, first_few};

/// What has to be done about one certificate.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub struct ReplacementRow {
    /// Its number in the report, in the order of the entries. From report to report `order` names it.
    pub id: String,
    /// SHA-1 thumbprint of the certificate that is replaced, installed or moved; `null` where there is none yet.
    pub certificate: Option<String>,
    /// Id of the order, in `orders`, that says what certificate it has to be.
    pub order: String,
    /// Who holds the certificate, in words, the order's holder first.
    pub holders: Vec<String>,
    /// The servers that need the certificate, in the same order.
    pub servers: Vec<String>,
    /// The usages that the certificate serves, in the same order.
    pub usages: Vec<Usage>,
    /// The first day on which something breaks, in UTC: that of the first error that the forecast tells of what serves there. What is
    /// broken already is due on the day of the report. Where nothing but a warning asks for it, that is the day on which the
    /// certificate, or what it hangs on, ends.
    pub due: Day,
    /// What to do.
    pub action: ReplacementAction,
    /// File of a request that waits in the folder and asks for just this certificate, so that it need only be signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// Ids of the findings that it makes go away, worst first.
    pub why: Vec<String>,
    /// The same in short words.
    pub reason: String,
    /// What to do, in words: who holds it may have no cmdlet.
    #[serde(default)]
    pub way: String,
    /// Names that the present certificate has and that are needed again: all that is required, and what may be on it.
    pub keep_names: Vec<String>,
    /// Names that the new certificate needs besides.
    pub add_names: Vec<String>,
    /// Entries of the present certificate that the new one will not have: nothing that it serves needs them, or the names that a
    /// wildcard stood for are spelled out.
    pub drop_names: Vec<String>,
    /// The cmdlet line that requests it, or puts the one into use that is there; `null` where no cmdlet does, or where a name cannot be written into one.
    pub command: Option<String>,
}

/// So many holders are named in one line.
const MAX_HOLDERS: usize = 3;
/// The one certificate that the deployment as a whole has.
pub(crate) const OAUTH: &str = "the OAuth certificate";

impl ReplacementRow {
    /// Which certificate it is about, as whose.
    pub(crate) fn what(&self) -> String {
        self.what_of(MAX_HOLDERS)
    }

    /// The same with no more holders than these.
    pub(crate) fn what_of(&self, holders: usize) -> String {
        if self.usages == [Usage::OAuthTokenIssuer] {
            return OAUTH.to_owned();
        }
        // Of pools the holder says the kind and the name; of reverse proxies there is mostly one, without a name.
        let the = if self.usages == [Usage::ReverseProxy] { "the " } else { "" };
        format!("the certificate of {the}{}", first_few(&self.holders, holders, "; ", "more"))
    }
}
