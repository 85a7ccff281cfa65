//! What the operator decided: the severity of rules, when an expiry is reported, and what is waived.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use lyncert_ingest::name::{DnsName, NameError};
use time::{Date, Duration, OffsetDateTime};

use crate::holder::{Holder, HolderKind, reverse_proxy_folder, reverse_proxy_name};
use crate::severity::Severity;

/// The operator's decisions. The default is what lyncert says by itself.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Policy {
    /// When an expiry is reported.
    pub expiry: ExpiryThresholds,
    /// Rules that are judged otherwise than by themselves, by rule id.
    pub rules: BTreeMap<&'static str, RuleSetting>,
    /// Exceptions.
    pub waivers: Vec<Waiver>,
    /// Exceptions that cannot be understood, and so have no effect.
    pub malformed_waivers: Vec<MalformedWaiver>,
    /// When a waiver is reported.
    pub waiver_limits: WaiverLimits,
    /// What is judged.
    pub scope: Scope,
    /// When a collection is reported.
    pub collection: CollectionLimits,
}

/// When a collection is reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CollectionLimits {
    /// So many days after it was made it is too old.
    pub max_age: u16,
}

impl Default for CollectionLimits {
    /// A month: certificates are replaced more seldom.
    fn default() -> Self {
        Self { max_age: 30 }
    }
}

/// Which holders are judged, where a folder was collected for some only or somebody else audits some. The default is all.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Scope {
    /// These pools, and holders that are none.
    pub holders: Vec<ScopeName>,
    /// All pools of these sites, by name or id, whatever their case.
    pub sites: Vec<String>,
    /// What is left out all the same: somebody else audits it.
    pub except: Vec<ScopeName>,
}

/// A holder by the name that a scope gives it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ScopeName {
    /// A pool.
    Pool(DnsName),
    /// Every reverse proxy.
    ReverseProxy,
    /// The reverse proxy with this name.
    NamedReverseProxy(String),
    /// The certificate of the deployment, for OAuth.
    OAuth,
}

impl ScopeName {
    /// Whether it means a holder.
    pub fn means(&self, holder: &Holder) -> bool {
        match self {
            Self::Pool(pool) => holder.pool.as_ref() == Some(pool),
            Self::ReverseProxy => holder.kind == HolderKind::ReverseProxy,
            Self::NamedReverseProxy(name) => {
                holder.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name))
            }
            Self::OAuth => holder.kind == HolderKind::Deployment,
        }
    }
}

impl fmt::Display for ScopeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(pool) => write!(f, "{pool}"),
            Self::ReverseProxy => f.write_str(&reverse_proxy_folder(None)),
            Self::NamedReverseProxy(name) => f.write_str(&reverse_proxy_folder(Some(name))),
            Self::OAuth => f.write_str("oauth"),
        }
    }
}

impl FromStr for ScopeName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("oauth") {
            return Ok(Self::OAuth);
        }
        if text.eq_ignore_ascii_case(&reverse_proxy_folder(None)) {
            return Ok(Self::ReverseProxy);
        }
        match reverse_proxy_name(text) {
            Some(name) => Ok(Self::NamedReverseProxy(name.to_owned())),
            None => text.parse().map(Self::Pool),
        }
    }
}

/// The line of a policy that leaves these holders out, as a sentence names it.
pub(crate) fn exception(names: impl IntoIterator<Item = impl fmt::Display>) -> String {
    let names = names.into_iter().map(|name| format!("\"{name}\""));
    format!("`[scope] except = [{}]`", names.collect::<Vec<_>>().join(", "))
}

impl Scope {
    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// The same scope, with these exceptions too where it does not ask for them by name.
    #[must_use]
    pub fn without(mut self, excepted: &[ScopeName]) -> Self {
        let is_asked = |named: &&ScopeName| self.holders.contains(named);
        let further: Vec<ScopeName> = excepted.iter().filter(|named| !is_asked(named)).cloned().collect();
        self.except.extend(further);
        self
    }

    /// Whether a holder is judged.
    pub fn includes(&self, holder: &Holder) -> bool {
        let is_of_site = || {
            holder
                .site
                .as_ref()
                .is_some_and(|own| self.sites.iter().any(|site| site.eq_ignore_ascii_case(own)))
        };
        let is_asked = self.holders.is_empty() && self.sites.is_empty()
            || self.holders.iter().any(|named| named.means(holder))
            || is_of_site();
        is_asked && !self.except.iter().any(|named| named.means(holder))
    }
}

/// How long before its end a certificate is reported. `None`: the default of the rule `expiring`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ExpiryThresholds {
    /// From then on it is a warning.
    pub warning: Option<Threshold>,
    /// From then on it is information.
    pub info: Option<Threshold>,
}

impl ExpiryThresholds {
    /// How many seconds before its end a certificate of this lifetime, in seconds, becomes a warning, and information. By
    /// default that is 30 and 60 days before; for one that lives less than 100 days once, in the last third of its life.
    pub fn seconds_before_end(self, lifetime: i64) -> (i64, i64) {
        let is_short = lifetime < SHORT_LIFETIME_DAYS * SECONDS_OF_DAY;
        let of_days = |days: i64| {
            let seconds = days * SECONDS_OF_DAY;
            if is_short { (lifetime / 3).min(seconds) } else { seconds }
        };
        let seconds = |threshold: Threshold| match threshold {
            Threshold::Percent(share) => lifetime * i64::from(share) / 100,
            Threshold::Days(days) => of_days(i64::from(days)),
        };
        let warning = self.warning.map_or_else(|| of_days(WARNING_DAYS), seconds);
        let info = match self.info {
            Some(threshold) => seconds(threshold),
            None if is_short => warning,
            None => of_days(INFO_DAYS),
        };
        (warning, info)
    }
}

const SECONDS_OF_DAY: i64 = 86_400;
/// A month is enough to order a certificate and to find a maintenance window for it.
const WARNING_DAYS: i64 = 30;
/// A month earlier, so that the order can be planned.
const INFO_DAYS: i64 = 60;
/// Public certificates will live less than this from 2029 on: for those a month is most of their life, and a warning that is always
/// there warns of nothing.
const SHORT_LIFETIME_DAYS: i64 = 100;

/// A time before the end of a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Threshold {
    /// Days.
    Days(u16),
    /// A share of the certificate's lifetime in percent.
    Percent(u8),
}

/// How a rule is judged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RuleSetting {
    /// The severity of every finding of the rule; `None`: it is switched off.
    pub severity: Option<Severity>,
    /// Why; never empty for a rule that is switched off.
    pub reason: Option<String>,
}

/// An exception: findings of one rule about these names do not count.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Waiver {
    /// Id of the rule.
    pub rule: &'static str,
    /// The names that a finding has to be about; all that are given have to agree, and at least one is.
    pub scope: WaiverScope,
    /// Why the findings are acceptable. Never empty.
    pub reason: String,
    /// Who asked for it.
    pub by: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Who approved it.
    pub approver: Option<String>,
    /// Its last day, UTC.
    pub expires: Option<Date>,
    /// Its place in the policy: file, line and column.
    pub place: String,
}

/// What a waiver is about.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct WaiverScope {
    /// Every requirement concerned is of this pool.
    pub pool: Option<DnsName>,
    /// This one server is concerned.
    pub server: Option<DnsName>,
    /// This certificate is concerned: a thumbprint, or a path below the certificate folder.
    pub certificate: Option<String>,
    /// This name is concerned, whatever its case.
    pub name: Option<String>,
}

impl WaiverScope {
    /// Whether it names nothing, and so would match every finding of a rule.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A waiver that cannot be understood.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MalformedWaiver {
    /// Its place in the policy: file, line and column.
    pub place: String,
    /// What is wrong, and what was expected.
    pub mistakes: Vec<String>,
}

/// When a waiver is reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WaiverLimits {
    /// This many days before its last day.
    pub expiring_days: u16,
    /// When it covers more findings than this.
    pub broad: u16,
}

/// Two weeks are enough to renew a waiver or to mend what it covers; one that covers more than ten findings was hardly meant for
/// each of them.
impl Default for WaiverLimits {
    fn default() -> Self {
        Self { expiring_days: 14, broad: 10 }
    }
}

/// The state of a waiver.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum WaiverState {
    /// It covers something, and will for a while.
    Active,
    /// It covers something, and ends soon.
    Expiring,
    /// Its last day is over: it covers nothing any more.
    Expired,
    /// It covers nothing.
    Unused,
}

impl WaiverState {
    /// The name that programs read.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Unused => "unused",
        }
    }
}

impl Waiver {
    /// Whether its last day is over.
    pub(crate) fn has_expired_at(&self, now: OffsetDateTime) -> bool {
        self.last_second().is_some_and(|last| now > last)
    }

    /// The last second of its last day, UTC.
    pub fn last_second(&self) -> Option<OffsetDateTime> {
        self.expires.map(|day| day.midnight().assume_utc() + Duration::seconds(86_399))
    }

    /// Its state at a time, when it covers this many findings.
    pub fn state(&self, now: OffsetDateTime, covered: usize, limits: WaiverLimits) -> WaiverState {
        let soon = Duration::days(i64::from(limits.expiring_days));
        match self.last_second() {
            Some(last) if now > last => WaiverState::Expired,
            _ if covered == 0 => WaiverState::Unused,
            Some(last) if last - now <= soon => WaiverState::Expiring,
            Some(_) | None => WaiverState::Active,
        }
    }

    /// Rule and names, for reports.
    pub fn title(&self) -> String {
        let WaiverScope { pool, server, certificate, name } = &self.scope;
        let names = [
            ("pool", pool.as_ref().map(ToString::to_string)),
            ("server", server.as_ref().map(ToString::to_string)),
            ("certificate", certificate.clone()),
            ("name", name.clone()),
        ];
        let names: Vec<String> =
            names.into_iter().filter_map(|(key, value)| Some(format!("{key} `{}`", value?))).collect();
        format!("`{}` for {}", self.rule, names.join(", "))
    }
}
