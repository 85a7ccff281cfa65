//! Directors (clauses DIR-…; certificate requirements for internal servers and the Director summaries).

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use super::front_end::{LYNCDISCOVER, LYNCDISCOVER_INTERNAL, SIGN_IN, SIP_INTERNAL};
use super::{
    ACCEPTED, NameFrom, PERSON, Profile, ProfileCondition, ProfileScope, RECOMMENDED, REQUIRED, SubjectFrom,
    WIZARD, name, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

pub(super) static DIRECTOR: &[Profile] = &[
    Profile {
        holder: HolderKind::Pool(PoolKind::Director),
        usages: &[CertificateUsage::Default],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: "DIR-DEF-01",
        also_subjects: &[],
        names: &[
            name(NameFrom::PoolFqdn, REQUIRED, WIZARD, "DIR-DEF-01"),
            name(NameFrom::MachineFqdn, REQUIRED, WIZARD, "DIR-DEF-01"),
            SIGN_IN,
            SIP_INTERNAL,
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::DEFAULT),
    },
    Profile {
        holder: HolderKind::Pool(PoolKind::Director),
        usages: &[CertificateUsage::WebServicesInternal],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::MachineFqdn,
        subject_clause: "DIR-WINT-01",
        // The pool FQDN is the subject of a certificate that serves Default too.
        also_subjects: &[(SubjectFrom::PoolFqdn, "FE-ALL-01", None)],
        names: &[
            name(NameFrom::InternalWebFqdn, REQUIRED, WIZARD, "DIR-WINT-01"),
            name(NameFrom::MachineFqdn, REQUIRED, WIZARD, "DIR-WINT-01"),
            name(NameFrom::PoolFqdn, RECOMMENDED, WIZARD, "DIR-WINT-01"),
            name(NameFrom::MeetUrl, REQUIRED, WIZARD, "DIR-WINT-01"),
            name(NameFrom::DialinUrl, REQUIRED, WIZARD, "DIR-WINT-01"),
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
        holder: HolderKind::Pool(PoolKind::Director),
        usages: &[CertificateUsage::WebServicesExternal],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::MachineFqdn,
        subject_clause: "DIR-WEXT-01",
        also_subjects: &[(SubjectFrom::PoolFqdn, "FE-ALL-01", None)],
        names: &[
            name(NameFrom::ExternalWebFqdn, REQUIRED, WIZARD, "DIR-WEXT-01"),
            name(NameFrom::MeetUrl, REQUIRED, WIZARD, "DIR-WEXT-01"),
            name(NameFrom::DialinUrl, REQUIRED, WIZARD, "DIR-WEXT-01"),
            name(NameFrom::OtherUrl, RECOMMENDED, WIZARD, "URL-01"),
            name(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
            LYNCDISCOVER,
            name(NameFrom::AdminUrl, ACCEPTED, WIZARD, "DIR-WEXT-01"),
            name(NameFrom::MachineFqdn, ACCEPTED, WIZARD, "GEN-SN-01"),
            name(NameFrom::PoolFqdn, ACCEPTED, WIZARD, "GEN-SN-01"),
            name(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::WEB_EXTERNAL),
    },
];
