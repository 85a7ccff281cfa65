//! The tables in words, for the page that documents them.

use std::fmt;

use super::{AddedByRule, NameFrom, NeedRule, ProfileCondition, SubjectFrom};
use crate::requirement::{AddedBy, Need};

impl fmt::Display for SubjectFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PoolFqdn => "pool FQDN",
            Self::MachineFqdn => "server FQDN",
            Self::AccessEdgeFqdn => "Access Edge FQDN",
            Self::GatewayFqdn => "an FQDN of the gateway",
            Self::FarmHost => "host of the discovery URL",
            Self::DefaultSipDomain => "default SIP domain",
            Self::AnySipDomainOrServer => "any SIP domain, or any front end or Director",
            Self::FirstExternalWebFqdn => "an external web FQDN",
            Self::AnyExternalWebFqdn => "any external web FQDN",
        })
    }
}

impl fmt::Display for ProfileCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Always => "always",
            Self::SeparateAv => "only where the policy says `av_certificate = \"separate\"`",
            Self::TlsTrunk => "only where the link is TLS: over TCP there is none",
        })
    }
}

impl fmt::Display for NameFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PoolFqdn => "pool FQDN",
            Self::MachineFqdn => "server FQDN",
            Self::EachMachineFqdn => "FQDN of each server",
            Self::InternalWebFqdn => "internal web FQDN",
            Self::ExternalWebFqdn => "external web FQDN",
            Self::EveryExternalWebFqdn => "external web FQDN of each front end",
            Self::EveryDirectorWebFqdn => "external web FQDN of each Director",
            Self::MeetUrl => "host of each Meet URL",
            Self::DialinUrl => "host of the Dial-in URL",
            Self::AdminUrl => "host of the Admin URL",
            Self::OtherUrl => "hosts of other simple URLs",
            Self::FurtherUrl => "hosts of further, not active URLs",
            Self::GlobalUrl => "hosts of the global URLs, where the site has its own",
            Self::EachSipDomain(label) => return write!(f, "`{label}.<domain>` for each SIP domain"),
            Self::EachOnlineSipDomain(label) => {
                return write!(f, "`{label}.<domain>` for each SIP domain that lives online");
            }
            Self::BareSipDomain => "each SIP domain, bare",
            Self::XmppDomain => "each XMPP domain, bare",
            Self::XmppFirstDomain => "default SIP domain, bare, with an XMPP proxy",
            Self::AccessEdgeFqdn => "Access Edge FQDN",
            Self::WebConferencingEdgeFqdn => "Web Conferencing Edge FQDN",
            Self::AvEdgeFqdn => "A/V Edge FQDN",
            Self::FarmHost => "host of the discovery URL",
            Self::GatewayFqdn => "every FQDN of the gateway",
            Self::OfficeWebAppsExternal => "hosts of Office Web Apps that are published, or may be",
        })
    }
}

impl fmt::Display for NeedRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Is(Need::Required) => "required",
            Self::Is(Need::Recommended) => "recommended",
            Self::Is(Need::Optional) => "optional",
            Self::Accepted => "accepted",
            Self::SignIn => {
                "required on the pool of automatic sign-in; while that is not known recommended on the only pool, optional on one of several"
            }
            Self::Published => "required where the policy names it, recommended while the policy says nothing",
            Self::Federation => "required, unless neither federation nor automatic configuration is used",
            Self::Xmpp => "required where listed, else for the default domain; recommended for others",
            Self::AutodiscoverInternal => "required, unless Autodiscover is not published",
            Self::AutodiscoverExternal(Need::Required) => {
                "required, where Autodiscover is published over HTTPS"
            }
            Self::AutodiscoverExternal(Need::Recommended | Need::Optional) => {
                "recommended, where Autodiscover is published over HTTPS"
            }
            Self::SipInternal => "required, where sipinternal is in DNS",
            Self::SipExternal => "required, where sipexternal is in DNS",
        })
    }
}

impl fmt::Display for AddedByRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Is(AddedBy::Wizard) => "wizard",
            Self::Is(AddedBy::Person) => "person",
            Self::WizardForDefaultDomain => "wizard for the default domain, else person",
            Self::WizardForDefaultDomainSince2015 => "wizard for the default domain since 2015, else person",
        })
    }
}
