//! Gateways to the telephone network and to video systems (clause GW-01). The topology gives their names, and whoever runs them
//! requests their certificates.

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use super::{
    ACCEPTED, NameFrom, PERSON, Profile, ProfileCondition, ProfileScope, REQUIRED, SubjectFrom, name,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

pub(super) static GATEWAY: &[Profile] = &[Profile {
    holder: HolderKind::Pool(PoolKind::Gateway),
    usages: &[CertificateUsage::Gateway],
    condition: ProfileCondition::TlsTrunk,
    from: ProductVersion::Lync2010,
    until: None,
    scope: ProfileScope::WholePool,
    subject: SubjectFrom::GatewayFqdn,
    subject_clause: "GW-01",
    also_subjects: &[],
    names: &[
        name(NameFrom::GatewayFqdn, REQUIRED, PERSON, "GW-01"),
        name(NameFrom::PoolFqdn, ACCEPTED, PERSON, "GW-01"),
        name(NameFrom::EachMachineFqdn, ACCEPTED, PERSON, "GW-01"),
    ],
    eku: &[Eku::ServerAuth],
    advised_eku: &[Eku::ClientAuth],
    public_ca: false,
    wizard: None,
}];
