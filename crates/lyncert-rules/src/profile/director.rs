//! Directors (clauses DIR-…; certificate requirements for internal servers and the Director summaries).

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use super::front_end::{LYNCDISCOVER, LYNCDISCOVER_INTERNAL, SIGN_IN, SIP_INTERNAL};
use super::{
    ACCEPTED, NameFrom, PERSON, Profile, RECOMMENDED, REQUIRED, Scope, SubjectFrom, WIZARD, row, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

pub(super) static DIRECTOR: &[Profile] = &[
    Profile {
        holder: HolderKind::Pool(PoolKind::Director),
        usages: &[CertificateUsage::Default],
        from: ProductVersion::Lync2010,
        until: None,
        scope: Scope::EachServer,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: "DIR-DEF-01",
        also_subjects: &[],
        names: &[
            row(NameFrom::PoolFqdn, REQUIRED, WIZARD, "DIR-DEF-01"),
            row(NameFrom::MachineFqdn, REQUIRED, WIZARD, "DIR-DEF-01"),
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
        from: ProductVersion::Lync2010,
        until: None,
        scope: Scope::EachServer,
        subject: SubjectFrom::MachineFqdn,
        subject_clause: "DIR-WINT-01",
        // The pool FQDN is the subject of a certificate that serves Default too.
        also_subjects: &[(SubjectFrom::PoolFqdn, "FE-ALL-01", None)],
        names: &[
            row(NameFrom::InternalWebFqdn, REQUIRED, WIZARD, "DIR-WINT-01"),
            row(NameFrom::MachineFqdn, REQUIRED, WIZARD, "DIR-WINT-01"),
            row(NameFrom::PoolFqdn, RECOMMENDED, WIZARD, "DIR-WINT-01"),
            row(NameFrom::MeetUrl, REQUIRED, WIZARD, "DIR-WINT-01"),
            row(NameFrom::DialinUrl, REQUIRED, WIZARD, "DIR-WINT-01"),
            row(NameFrom::AdminUrl, RECOMMENDED, WIZARD, "URL-03"),
            row(NameFrom::OtherUrl, RECOMMENDED, WIZARD, "URL-01"),
            row(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
            LYNCDISCOVER_INTERNAL,
            row(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::WEB_INTERNAL),
    },
    Profile {
        holder: HolderKind::Pool(PoolKind::Director),
        usages: &[CertificateUsage::WebServicesExternal],
        from: ProductVersion::Lync2010,
        until: None,
        scope: Scope::EachServer,
        subject: SubjectFrom::MachineFqdn,
        subject_clause: "DIR-WEXT-01",
        also_subjects: &[(SubjectFrom::PoolFqdn, "FE-ALL-01", None)],
        names: &[
            row(NameFrom::ExternalWebFqdn, REQUIRED, WIZARD, "DIR-WEXT-01"),
            row(NameFrom::MeetUrl, REQUIRED, WIZARD, "DIR-WEXT-01"),
            row(NameFrom::DialinUrl, REQUIRED, WIZARD, "DIR-WEXT-01"),
            row(NameFrom::OtherUrl, RECOMMENDED, WIZARD, "URL-01"),
            row(NameFrom::FurtherUrl, RECOMMENDED, PERSON, "URL-05"),
            LYNCDISCOVER,
            row(NameFrom::AdminUrl, ACCEPTED, WIZARD, "DIR-WEXT-01"),
            row(NameFrom::MachineFqdn, ACCEPTED, WIZARD, "GEN-SN-01"),
            row(NameFrom::PoolFqdn, ACCEPTED, WIZARD, "GEN-SN-01"),
            row(NameFrom::GlobalUrl, ACCEPTED, PERSON, "URL-01"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::WEB_EXTERNAL),
    },
];
