//! Certificates outside of pools: OAuth and the reverse proxy (clauses OAUTH-… and RP-…).

use lyncert_ingest::topology::ProductVersion;

use super::{
    ACCEPTED, NameFrom, NeedRule, PERSON, Profile, RECOMMENDED, REQUIRED, Scope, SubjectFrom, row, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::requirement::Need;
use crate::usage::CertificateUsage;

pub(super) static OAUTH: &[Profile] = &[Profile {
    holder: HolderKind::Deployment,
    usages: &[CertificateUsage::OAuthTokenIssuer],
    from: ProductVersion::Lync2013,
    until: None,
    scope: Scope::Deployment,
    subject: SubjectFrom::DefaultSipDomain,
    subject_clause: "OAUTH-03",
    also_subjects: &[(SubjectFrom::AnySipDomainOrServer, "OAUTH-03", None)],
    names: &[row(NameFrom::BareSipDomain, ACCEPTED, PERSON, "OAUTH-06")],
    eku: &[Eku::ServerAuth],
    advised_eku: &[],
    public_ca: false,
    wizard: Some(&wizard::SUBJECT_ONLY),
}];

pub(super) static REVERSE_PROXY: &[Profile] = &[Profile {
    holder: HolderKind::ReverseProxy,
    usages: &[CertificateUsage::ReverseProxy],
    from: ProductVersion::Lync2010,
    until: None,
    scope: Scope::Deployment,
    subject: SubjectFrom::FirstExternalWebFqdn,
    subject_clause: "RP-02",
    also_subjects: &[(SubjectFrom::AnyExternalWebFqdn, "RP-02", None)],
    names: &[
        row(NameFrom::EveryExternalWebFqdn, REQUIRED, PERSON, "RP-01"),
        row(NameFrom::EveryDirectorWebFqdn, REQUIRED, PERSON, "RP-05"),
        row(NameFrom::MeetUrl, REQUIRED, PERSON, "RP-03"),
        row(NameFrom::DialinUrl, REQUIRED, PERSON, "RP-04"),
        row(NameFrom::OtherUrl, RECOMMENDED, PERSON, "URL-01"),
        row(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
        row(NameFrom::OfficeWebAppsExternal, REQUIRED, PERSON, "RP-05"),
        row(
            NameFrom::EachSipDomain("lyncdiscover"),
            NeedRule::AutodiscoverExternal(Need::Required),
            PERSON,
            "DISC-03",
        ),
        row(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
    ],
    eku: &[Eku::ServerAuth],
    advised_eku: &[],
    public_ca: true,
    wizard: None,
}];
