//! The other server roles (clauses MED-01, TAP-…, PCHAT-01, OOS-01, VIS-01, AVC-01).

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use super::{
    ACCEPTED, NameFrom, NameRule, PERSON, Profile, ProfileCondition, ProfileScope, RECOMMENDED, REQUIRED,
    SubjectFrom, WIZARD, name, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

pub(super) static MEDIATION: &[Profile] = &[Profile {
    names: &[
        name(NameFrom::PoolFqdn, REQUIRED, WIZARD, "MED-01"),
        name(NameFrom::MachineFqdn, REQUIRED, WIZARD, "MED-01"),
    ],
    ..pool_and_server(PoolKind::Mediation, "MED-01")
}];

// No table of the vendor exists for the next three; pool and server FQDN are inferred, so their absence is a warning.
pub(super) static PERSISTENT_CHAT: &[Profile] = &[Profile {
    from: ProductVersion::Lync2013,
    until: Some(ProductVersion::Sfb2015),
    names: INFERRED_PERSISTENT_CHAT,
    ..pool_and_server(PoolKind::PersistentChat, "PCHAT-01")
}];

pub(super) static VIDEO_INTEROP: &[Profile] = &[Profile {
    from: ProductVersion::Sfb2015,
    names: INFERRED_VIDEO_INTEROP,
    ..pool_and_server(PoolKind::VideoInterop, "VIS-01")
}];

pub(super) static AV_CONFERENCING: &[Profile] = &[Profile {
    until: Some(ProductVersion::Lync2010),
    names: INFERRED_AV_CONFERENCING,
    ..pool_and_server(PoolKind::AvConferencing, "AVC-01")
}];

pub(super) static TRUSTED_APPLICATION: &[Profile] = &[Profile {
    scope: ProfileScope::WholePool,
    names: &[
        name(NameFrom::PoolFqdn, REQUIRED, PERSON, "TAP-01"),
        name(NameFrom::EachMachineFqdn, REQUIRED, PERSON, "TAP-01"),
    ],
    wizard: None,
    ..pool_and_server(PoolKind::TrustedApplication, "TAP-01")
}];

pub(super) static OFFICE_WEB_APPS: &[Profile] = &[Profile {
    usages: &[CertificateUsage::OfficeWebApps],
    // The role came with Lync Server 2013.
    from: ProductVersion::Lync2013,
    scope: ProfileScope::WholePool,
    subject: SubjectFrom::FarmHost,
    names: &[
        name(NameFrom::FarmHost, REQUIRED, PERSON, "OOS-01"),
        name(NameFrom::PoolFqdn, ACCEPTED, PERSON, "OOS-01"),
        name(NameFrom::EachMachineFqdn, ACCEPTED, PERSON, "OOS-01"),
    ],
    eku: &[],
    wizard: None,
    ..pool_and_server(PoolKind::OfficeWebApps, "OOS-01")
}];

const INFERRED_PERSISTENT_CHAT: &[NameRule] = &[
    name(NameFrom::PoolFqdn, RECOMMENDED, WIZARD, "PCHAT-01"),
    name(NameFrom::MachineFqdn, RECOMMENDED, WIZARD, "PCHAT-01"),
];
const INFERRED_VIDEO_INTEROP: &[NameRule] = &[
    name(NameFrom::PoolFqdn, RECOMMENDED, WIZARD, "VIS-01"),
    name(NameFrom::MachineFqdn, RECOMMENDED, WIZARD, "VIS-01"),
];
const INFERRED_AV_CONFERENCING: &[NameRule] = &[
    name(NameFrom::PoolFqdn, RECOMMENDED, WIZARD, "AVC-01"),
    name(NameFrom::MachineFqdn, RECOMMENDED, WIZARD, "AVC-01"),
];

/// What these roles have in common: a Default certificate for each server, with the pool FQDN as subject.
const fn pool_and_server(kind: PoolKind, clause: &'static str) -> Profile {
    Profile {
        holder: HolderKind::Pool(kind),
        usages: &[CertificateUsage::Default],
        condition: ProfileCondition::Always,
        from: ProductVersion::Lync2010,
        until: None,
        scope: ProfileScope::EachServer,
        subject: SubjectFrom::PoolFqdn,
        subject_clause: clause,
        also_subjects: &[],
        names: &[],
        eku: &[Eku::ServerAuth],
        advised_eku: &[],
        public_ca: false,
        wizard: Some(&wizard::POOL_AND_SERVER),
    }
}
