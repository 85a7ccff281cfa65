//! Which role honors a wildcard for which kind of name (clauses WILD-01 to WILD-12).

use crate::holder::WildcardRule;
use crate::requirement::{NameKind, RequiredName, Requirement};
use crate::severity::Severity;
use crate::usage::CertificateUsage;

/// Whether a wildcard may stand for a name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Honor {
    /// It may (WILD-03).
    Yes,
    /// It may not, by this clause and with this severity.
    No(&'static str, Severity),
}

impl Requirement {
    /// Whether a wildcard may stand for one of its names (clauses WILD-02 to WILD-07).
    pub fn honors_wildcard_for(&self, name: &RequiredName) -> bool {
        honor(self, name, &self.usages) == Honor::Yes
    }
}

/// Whether a wildcard may stand for `name` on a certificate that serves `usages` of `requirement`.
pub(crate) fn honor(requirement: &Requirement, name: &RequiredName, usages: &[CertificateUsage]) -> Honor {
    match requirement.holder.kind.facts().wildcards {
        WildcardRule::AnyName => Honor::Yes,
        WildcardRule::WebNames => honor_web_name(name.kind),
        WildcardRule::WebNamesOnWebUsages if usages.iter().any(|usage| usage.is_web()) => {
            honor_web_name(name.kind)
        }
        WildcardRule::WebNamesOnWebUsages => Honor::No("WILD-04", on_default(name.kind)),
        WildcardRule::Edge if usages == [CertificateUsage::Internal] => Honor::No("WILD-07", Severity::Info),
        WildcardRule::Edge => Honor::No("WILD-02", Severity::Warning),
        WildcardRule::None(clause) => Honor::No(clause, on_default(name.kind)),
        WildcardRule::NoneBut(clause, severity) => Honor::No(clause, severity),
    }
}

/// Whether a wildcard may repeat the subject: only where wildcards are allowed at all (GEN-SN-01).
pub(crate) fn honor_subject(requirement: &Requirement) -> bool {
    match requirement.holder.kind.facts().wildcards {
        WildcardRule::AnyName | WildcardRule::WebNames => true,
        WildcardRule::WebNamesOnWebUsages => requirement.usages.iter().any(|usage| usage.is_web()),
        WildcardRule::Edge => requirement.has_usage(CertificateUsage::Internal),
        WildcardRule::None(_) | WildcardRule::NoneBut(..) => false,
    }
}

/// How bad it is that only a wildcard covers a name of a `Default` certificate: servers that connect to each other compare pool and
/// server FQDN letter for letter.
fn on_default(kind: NameKind) -> Severity {
    match kind {
        NameKind::Pool | NameKind::Machine => Severity::Error,
        NameKind::InternalWeb
        | NameKind::ExternalWeb
        | NameKind::Meet
        | NameKind::Dialin
        | NameKind::Admin
        | NameKind::OtherUrl
        | NameKind::LyncdiscoverInternal
        | NameKind::Lyncdiscover
        | NameKind::Sip
        | NameKind::AccessEdge
        | NameKind::WebConferencing
        | NameKind::AvEdge
        | NameKind::Xmpp
        | NameKind::OfficeWebApps
        | NameKind::Extra => Severity::Warning,
    }
}

/// Simple URL and discovery hosts may be covered, by the pages on mobility in Lync Server 2010 too (CON-28).
fn honor_web_name(kind: NameKind) -> Honor {
    match kind {
        NameKind::Meet
        | NameKind::Dialin
        | NameKind::Admin
        | NameKind::OtherUrl
        | NameKind::Lyncdiscover
        | NameKind::LyncdiscoverInternal => Honor::Yes,
        NameKind::Pool
        | NameKind::Machine
        | NameKind::InternalWeb
        | NameKind::ExternalWeb
        | NameKind::Sip
        | NameKind::AccessEdge
        | NameKind::WebConferencing
        | NameKind::AvEdge
        | NameKind::Xmpp
        | NameKind::OfficeWebApps
        | NameKind::Extra => Honor::No("WILD-04", Severity::Info),
    }
}

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::{PoolKind, ProductVersion};

    use super::*;
    use crate::testing::{edge, edge_external, estate, front_end, pool, requirement_of};

    fn honor_kind(requirement: &Requirement, kind: NameKind) -> Honor {
        let name = RequiredName { kind, ..requirement.names.first().unwrap().clone() };
        honor(requirement, &name, &requirement.usages)
    }

    #[test]
    fn the_table_of_roles_and_kinds_of_names_holds() {
        let front_end = front_end();
        let web = requirement_of(&front_end, "WebServicesExternal");
        let default = requirement_of(&front_end, "Default");
        let proxy = requirement_of(&front_end, "ReverseProxy");
        let external = edge_external(&edge());
        let of =
            |kind, usage| requirement_of(&estate(pool(kind, "p.contoso.com", &["s.contoso.com"])), usage);
        let mediation = of(PoolKind::Mediation, "Default");
        let branch = of(PoolKind::SurvivableBranch, "Default");
        let farm = of(PoolKind::OfficeWebApps, "OfficeWebApps");
        for (requirement, kind, expected) in [
            (&web, NameKind::Meet, Honor::Yes),
            (&web, NameKind::Lyncdiscover, Honor::Yes),
            (&web, NameKind::ExternalWeb, Honor::No("WILD-04", Severity::Info)),
            (&default, NameKind::Pool, Honor::No("WILD-04", Severity::Error)),
            (&default, NameKind::Machine, Honor::No("WILD-04", Severity::Error)),
            (&mediation, NameKind::Pool, Honor::No("WILD-06", Severity::Error)),
            (&branch, NameKind::Sip, Honor::No("WILD-06", Severity::Warning)),
            (&farm, NameKind::OfficeWebApps, Honor::No("WILD-04", Severity::Info)),
            (&default, NameKind::Sip, Honor::No("WILD-04", Severity::Warning)),
            (&proxy, NameKind::Dialin, Honor::Yes),
            (&proxy, NameKind::ExternalWeb, Honor::No("WILD-04", Severity::Info)),
            (&external, NameKind::Sip, Honor::No("WILD-02", Severity::Warning)),
        ] {
            assert_eq!(honor_kind(requirement, kind), expected, "{:?} {kind:?}", requirement.usages);
        }
    }

    #[test]
    fn lync_server_2010_honors_wildcards_for_simple_urls_and_discovery_too() {
        let mut web = requirement_of(&front_end(), "WebServicesExternal");
        web.holder.version = ProductVersion::Lync2010;
        assert_eq!(honor_kind(&web, NameKind::Meet), Honor::Yes);
        assert_eq!(honor_kind(&web, NameKind::Lyncdiscover), Honor::Yes);
    }
}
