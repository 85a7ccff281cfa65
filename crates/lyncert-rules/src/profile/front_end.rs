//! Front End pools and Standard Edition servers (clauses FE-… and STD-…; certificate requirements for internal servers).

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use super::{
    ACCEPTED, AddedByRule, DomainLabel, NameFrom, NameRule, NeedRule, PERSON, Profile, ProfileCondition,
    ProfileScope, RECOMMENDED, REQUIRED, SubjectFrom, WIZARD, name, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::requirement::Need;
use crate::severity::Severity;
use crate::usage::CertificateUsage;

pub(super) const SIGN_IN: NameRule =
    name(NameFrom::EachSipDomain(DomainLabel::SIP), NeedRule::SignIn, PERSON, "DEF-SIP-01");
pub(super) const SIP_INTERNAL: NameRule =
    name(NameFrom::EachSipDomain(DomainLabel::SIP_INTERNAL), NeedRule::SipInternal, PERSON, "DEF-SIP-02");
pub(super) const LYNCDISCOVER_INTERNAL: NameRule = name(
    NameFrom::EachSipDomain(DomainLabel::LYNCDISCOVER_INTERNAL),
    NeedRule::AutodiscoverInternal,
    AddedByRule::WizardForDefaultDomainSince2015,
    "DISC-01",
);
pub(super) const LYNCDISCOVER: NameRule = name(
    NameFrom::EachSipDomain(DomainLabel::LYNCDISCOVER),
    NeedRule::AutodiscoverExternal(Need::Recommended),
    AddedByRule::WizardForDefaultDomainSince2015,
    "DISC-02",
);

pub(super) static FRONT_END_POOL: &[Profile] = &[
    Profile {
        holder: HolderKind::Pool(PoolKind::FrontEndPool),
        usages: &[CertificateUsage::Default],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: "FE-DEF-01",
        also_subjects: &[],
        names: &[
            name(NameFrom::PoolFqdn, REQUIRED, WIZARD, "FE-DEF-01"),
            name(NameFrom::MachineFqdn, REQUIRED, WIZARD, "FE-DEF-01"),
            SIGN_IN,
            SIP_INTERNAL,
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[Eku::ClientAuth],
        public_ca: false,
        wizard: Some(&wizard::DEFAULT),
    },
    Profile {
        holder: HolderKind::Pool(PoolKind::FrontEndPool),
        usages: &[CertificateUsage::WebServicesInternal],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: "FE-WINT-02",
        also_subjects: &[(SubjectFrom::MachineFqdn, "FE-WINT-02", Some(Severity::Info))],
        names: &[
            name(NameFrom::InternalWebFqdn, REQUIRED, WIZARD, "FE-WINT-01"),
            name(NameFrom::PoolFqdn, RECOMMENDED, WIZARD, "FE-WINT-01"),
            name(NameFrom::MachineFqdn, RECOMMENDED, WIZARD, "FE-WINT-01"),
            name(NameFrom::MeetUrl, REQUIRED, WIZARD, "FE-WINT-01"),
            name(NameFrom::DialinUrl, REQUIRED, WIZARD, "FE-WINT-01"),
            name(NameFrom::AdminUrl, RECOMMENDED, WIZARD, "URL-03"),
            name(NameFrom::OtherUrl, RECOMMENDED, WIZARD, "URL-01"),
            name(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
            LYNCDISCOVER_INTERNAL,
            name(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::WEB_INTERNAL),
    },
    Profile {
        holder: HolderKind::Pool(PoolKind::FrontEndPool),
        usages: &[CertificateUsage::WebServicesExternal],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: "FE-WINT-02",
        also_subjects: &[(SubjectFrom::MachineFqdn, "FE-WINT-02", Some(Severity::Info))],
        names: &[
            name(NameFrom::ExternalWebFqdn, REQUIRED, WIZARD, "FE-WEXT-01"),
            name(NameFrom::MeetUrl, REQUIRED, WIZARD, "FE-WEXT-01"),
            name(NameFrom::DialinUrl, REQUIRED, WIZARD, "FE-WEXT-01"),
            name(NameFrom::OtherUrl, RECOMMENDED, WIZARD, "URL-01"),
            name(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
            LYNCDISCOVER,
            name(NameFrom::AdminUrl, ACCEPTED, WIZARD, "FE-WEXT-01"),
            name(NameFrom::PoolFqdn, ACCEPTED, WIZARD, "GEN-SN-01"),
            name(NameFrom::MachineFqdn, ACCEPTED, WIZARD, "GEN-SN-01"),
            name(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::WEB_EXTERNAL),
    },
];

pub(super) static STANDARD_EDITION: &[Profile] = &[
    Profile {
        holder: HolderKind::Pool(PoolKind::StandardEdition),
        usages: &[CertificateUsage::Default],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: "STD-DEF-01",
        also_subjects: &[],
        names: &[
            name(NameFrom::PoolFqdn, REQUIRED, WIZARD, "STD-DEF-01"),
            name(NameFrom::MachineFqdn, REQUIRED, WIZARD, "STD-DEF-01"),
            SIGN_IN,
            SIP_INTERNAL,
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[Eku::ClientAuth],
        public_ca: false,
        wizard: Some(&wizard::DEFAULT),
    },
    Profile {
        holder: HolderKind::Pool(PoolKind::StandardEdition),
        usages: &[CertificateUsage::WebServicesInternal],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::MachineFqdn,
        subject_clause: "STD-WINT-01",
        also_subjects: &[],
        names: &[
            name(NameFrom::InternalWebFqdn, REQUIRED, WIZARD, "STD-WINT-01"),
            name(NameFrom::MachineFqdn, REQUIRED, WIZARD, "STD-WINT-01"),
            name(NameFrom::MeetUrl, REQUIRED, WIZARD, "STD-WINT-01"),
            name(NameFrom::DialinUrl, REQUIRED, WIZARD, "STD-WINT-01"),
            name(NameFrom::AdminUrl, RECOMMENDED, WIZARD, "URL-03"),
            name(NameFrom::OtherUrl, RECOMMENDED, WIZARD, "URL-01"),
            name(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
            LYNCDISCOVER_INTERNAL,
            name(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::WEB_INTERNAL),
    },
    Profile {
        holder: HolderKind::Pool(PoolKind::StandardEdition),
        usages: &[CertificateUsage::WebServicesExternal],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::MachineFqdn,
        subject_clause: "STD-WEXT-01",
        also_subjects: &[],
        names: &[
            name(NameFrom::ExternalWebFqdn, REQUIRED, WIZARD, "STD-WEXT-01"),
            name(NameFrom::MeetUrl, REQUIRED, WIZARD, "STD-WEXT-01"),
            name(NameFrom::DialinUrl, REQUIRED, WIZARD, "STD-WEXT-01"),
            name(NameFrom::OtherUrl, RECOMMENDED, WIZARD, "URL-01"),
            name(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
            LYNCDISCOVER,
            name(NameFrom::AdminUrl, ACCEPTED, WIZARD, "STD-WEXT-01"),
            name(NameFrom::MachineFqdn, ACCEPTED, WIZARD, "GEN-SN-01"),
            name(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::WEB_EXTERNAL),
    },
];
