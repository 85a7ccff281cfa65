//! Edge pools (clauses EDGE-…; the Edge certificate summaries).

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use super::{
    ACCEPTED, AddedByRule, DomainLabel, NameFrom, NeedRule, PERSON, Profile, ProfileCondition, ProfileScope,
    REQUIRED, SubjectFrom, WIZARD, name, name_for, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

const ACCESS: &[CertificateUsage] = &[CertificateUsage::AccessEdgeExternal];
const CONFERENCING: &[CertificateUsage] = &[CertificateUsage::DataEdgeExternal];
const XMPP: &[CertificateUsage] = &[CertificateUsage::XmppServer];

pub(super) static EDGE: &[Profile] = &[
    // One certificate normally serves the external usages. A/V authentication needs no names, only the same key on
    // every server (EDGE-AV-01). XmppServer is dropped where there is no XMPP proxy (EDGE-XMPP-03).
    Profile {
        holder: HolderKind::Pool(PoolKind::Edge),
        usages: &[
            CertificateUsage::AccessEdgeExternal,
            CertificateUsage::DataEdgeExternal,
            CertificateUsage::AudioVideoAuthentication,
            CertificateUsage::XmppServer,
        ],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::WholePool,
        subject: SubjectFrom::AccessEdgeFqdn,
        subject_clause: "EDGE-EXT-02",
        also_subjects: &[],
        names: &[
            name_for(ACCESS, NameFrom::AccessEdgeFqdn, REQUIRED, WIZARD, "EDGE-EXT-01"),
            name_for(CONFERENCING, NameFrom::WebConferencingEdgeFqdn, REQUIRED, WIZARD, "EDGE-EXT-01"),
            name_for(
                ACCESS,
                NameFrom::EachSipDomain(DomainLabel::SIP),
                NeedRule::Federation,
                PERSON,
                "EDGE-EXT-03",
            ),
            name_for(
                XMPP,
                NameFrom::XmppDomain,
                NeedRule::Xmpp,
                AddedByRule::WizardForDefaultDomain,
                "EDGE-XMPP-01",
            ),
            name_for(ACCESS, NameFrom::EachOnlineSipDomain(DomainLabel::SIP), REQUIRED, PERSON, "HYB-01"),
            name_for(
                ACCESS,
                NameFrom::EachSipDomain(DomainLabel::SIP_EXTERNAL),
                NeedRule::SipExternal,
                PERSON,
                "DEF-SIP-02",
            ),
            name(NameFrom::AvEdgeFqdn, ACCEPTED, PERSON, "EDGE-EXT-08"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: true,
        wizard: Some(&wizard::EDGE_EXTERNAL),
    },
    // Any subject will do, so the Access Edge FQDN is taken: the certificate that is still shared has it too.
    Profile {
        holder: HolderKind::Pool(PoolKind::Edge),
        usages: &[CertificateUsage::AudioVideoAuthentication],
        condition: ProfileCondition::SeparateAv,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::WholePool,
        subject: SubjectFrom::AccessEdgeFqdn,
        subject_clause: "EDGE-AV-02",
        also_subjects: &[],
        names: &[
            name(NameFrom::AccessEdgeFqdn, ACCEPTED, PERSON, "EDGE-AV-02"),
            name(NameFrom::WebConferencingEdgeFqdn, ACCEPTED, PERSON, "EDGE-AV-02"),
            name(NameFrom::AvEdgeFqdn, ACCEPTED, PERSON, "EDGE-AV-02"),
            name(NameFrom::PoolFqdn, ACCEPTED, PERSON, "EDGE-AV-02"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::SUBJECT_ONLY),
    },
    Profile {
        holder: HolderKind::Pool(PoolKind::Edge),
        usages: &[CertificateUsage::Internal],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::WholePool,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: "EDGE-INT-01",
        also_subjects: &[],
        names: &[
            name(NameFrom::PoolFqdn, ACCEPTED, WIZARD, "EDGE-INT-01"),
            name(NameFrom::EachMachineFqdn, ACCEPTED, PERSON, "EDGE-INT-02"),
        ],
        eku: &[Eku::ServerAuth],
        advised_eku: &[Eku::ClientAuth],
        public_ca: false,
        wizard: Some(&wizard::SUBJECT_ONLY),
    },
];
