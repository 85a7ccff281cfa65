//! Certificates outside of pools: OAuth and the reverse proxy (clauses OAUTH-… and RP-…).

use lyncert_ingest::topology::ProductVersion;

use super::{
    ACCEPTED, DomainLabel, NameFrom, NeedRule, PERSON, Profile, ProfileCondition, ProfileScope, RECOMMENDED,
    REQUIRED, SubjectFrom, name, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::requirement::Need;
use crate::usage::CertificateUsage;

pub(super) static OAUTH: &[Profile] = &[Profile {
    holder: HolderKind::Deployment,
    usages: &[CertificateUsage::OAuthTokenIssuer],
    condition: ProfileCondition::Always,
    from: ProductVersion::Lync2013,
    until: None,
    scope: ProfileScope::Deployment,
    subject: SubjectFrom::DefaultSipDomain,
    subject_clause: "OAUTH-03",
    also_subjects: &[(SubjectFrom::AnySipDomainOrServer, "OAUTH-03", None)],
    names: &[name(NameFrom::BareSipDomain, ACCEPTED, PERSON, "OAUTH-06")],
    eku: &[Eku::ServerAuth],
    advised_eku: &[],
    public_ca: false,
    wizard: Some(&wizard::SUBJECT_ONLY),
}];

pub(super) static REVERSE_PROXY: &[Profile] = &[Profile {
    holder: HolderKind::ReverseProxy,
    usages: &[CertificateUsage::ReverseProxy],
    condition: ProfileCondition::Always,
    from: ProductVersion::Lync2010,
    until: None,
    scope: ProfileScope::Deployment,
    subject: SubjectFrom::FirstExternalWebFqdn,
    subject_clause: "RP-02",
    also_subjects: &[(SubjectFrom::AnyExternalWebFqdn, "RP-02", None)],
    names: &[
        name(NameFrom::EveryExternalWebFqdn, REQUIRED, PERSON, "RP-01"),
        name(NameFrom::EveryDirectorWebFqdn, REQUIRED, PERSON, "RP-05"),
        name(NameFrom::MeetUrl, REQUIRED, PERSON, "RP-03"),
        name(NameFrom::DialinUrl, REQUIRED, PERSON, "RP-04"),
        name(NameFrom::OtherUrl, RECOMMENDED, PERSON, "URL-01"),
        name(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
        name(NameFrom::OfficeWebAppsExternal, NeedRule::Published, PERSON, "RP-05"),
        name(
            NameFrom::EachSipDomain(DomainLabel::LYNCDISCOVER),
            NeedRule::AutodiscoverExternal(Need::Required),
            PERSON,
            "DISC-03",
        ),
        name(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
    ],
    eku: &[Eku::ServerAuth],
    advised_eku: &[],
    public_ca: true,
    wizard: None,
}];
