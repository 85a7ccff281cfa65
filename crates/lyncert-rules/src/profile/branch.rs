//! Survivable Branch Appliances and Servers (clauses SBA-…).

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use super::{
    ACCEPTED, DomainLabel, NameFrom, PERSON, Profile, ProfileCondition, ProfileScope, REQUIRED, SubjectFrom,
    WIZARD, name, wizard,
};
use crate::certificate::Eku;
use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

pub(super) static SURVIVABLE_BRANCH: &[Profile] = &[Profile {
    holder: HolderKind::Pool(PoolKind::SurvivableBranch),
    usages: &[CertificateUsage::Default],
    condition: ProfileCondition::Always,
    from: ProductVersion::Lync2010,
    until: None,
    scope: ProfileScope::EachServer,
    subject: SubjectFrom::PoolFqdn,
    subject_clause: "SBA-01",
    also_subjects: &[],
    names: &[
        name(NameFrom::EachSipDomain(DomainLabel::SIP), REQUIRED, PERSON, "SBA-01"),
        name(NameFrom::PoolFqdn, ACCEPTED, WIZARD, "SBA-02"),
        name(NameFrom::MachineFqdn, ACCEPTED, WIZARD, "SBA-02"),
    ],
    eku: &[Eku::ServerAuth],
    advised_eku: &[],
    public_ca: false,
    wizard: Some(&wizard::BRANCH),
}];
