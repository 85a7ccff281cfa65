//! Which role honors a wildcard for which kind of name (clauses WILD-01 to WILD-12).

use lyncert_ingest::topology::ProductVersion;

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
    let version = requirement.holder.version;
    match requirement.holder.kind.facts().wildcards {
        WildcardRule::AnyName => Honor::Yes,
        WildcardRule::WebNames => honor_web_name(name.kind, version),
        WildcardRule::WebNamesOnWebUsages if usages.iter().any(|usage| usage.is_web()) => {
            honor_web_name(name.kind, version)
        }
        WildcardRule::WebNamesOnWebUsages => Honor::No("WILD-04", Severity::Warning),
        WildcardRule::Edge if usages == [CertificateUsage::Internal] => Honor::No("WILD-07", Severity::Info),
        WildcardRule::Edge => Honor::No("WILD-02", Severity::Warning),
        WildcardRule::None(clause, severity) => Honor::No(clause, severity),
    }
}

/// Whether a wildcard may repeat the subject: only where wildcards are allowed at all (GEN-SN-01).
pub(crate) fn honor_subject(requirement: &Requirement) -> bool {
    match requirement.holder.kind.facts().wildcards {
        WildcardRule::AnyName | WildcardRule::WebNames => true,
        WildcardRule::WebNamesOnWebUsages => requirement.usages.iter().any(|usage| usage.is_web()),
        WildcardRule::Edge => requirement.has_usage(CertificateUsage::Internal),
        WildcardRule::None(..) => false,
    }
}

/// Simple URL and discovery hosts may be covered; Lync Server 2010 knows that for simple URLs only.
fn honor_web_name(kind: NameKind, version: ProductVersion) -> Honor {
    match kind {
        NameKind::Meet | NameKind::Dialin | NameKind::Admin | NameKind::OtherUrl => Honor::Yes,
        NameKind::Lyncdiscover | NameKind::LyncdiscoverInternal if version > ProductVersion::Lync2010 => {
            Honor::Yes
        }
        NameKind::Lyncdiscover
        | NameKind::LyncdiscoverInternal
        | NameKind::Pool
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
    use super::*;
    use crate::testing::{edge, edge_external, front_end, requirement_of};

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
        for (requirement, kind, expected) in [
            (&web, NameKind::Meet, Honor::Yes),
            (&web, NameKind::Lyncdiscover, Honor::Yes),
            (&web, NameKind::ExternalWeb, Honor::No("WILD-04", Severity::Info)),
            (&default, NameKind::Pool, Honor::No("WILD-04", Severity::Warning)),
            (&default, NameKind::Sip, Honor::No("WILD-04", Severity::Warning)),
            (&proxy, NameKind::Dialin, Honor::Yes),
            (&proxy, NameKind::ExternalWeb, Honor::No("WILD-04", Severity::Info)),
            (&external, NameKind::Sip, Honor::No("WILD-02", Severity::Warning)),
        ] {
            assert_eq!(honor_kind(requirement, kind), expected, "{:?} {kind:?}", requirement.usages);
        }
    }

    #[test]
    fn lync_server_2010_honors_wildcards_for_simple_urls_only() {
        let mut web = requirement_of(&front_end(), "WebServicesExternal");
        web.holder.version = ProductVersion::Lync2010;
        assert_eq!(honor_kind(&web, NameKind::Meet), Honor::Yes);
        assert_eq!(honor_kind(&web, NameKind::Lyncdiscover), Honor::No("WILD-04", Severity::Info));
    }
}
