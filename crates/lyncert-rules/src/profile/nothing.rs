//! Where no certificate is called for, and why: the other half of the tables.

use std::fmt;

use lyncert_ingest::topology::{PoolKind, ProductVersion};

use crate::holder::HolderKind;
use crate::usage::CertificateUsage;

/// Usages that a kind of holder has no certificate for.
#[derive(Clone, Copy, Debug)]
pub struct Nothing {
    /// The holders that have none.
    pub holders: Holders,
    /// The usages that they have none for.
    pub usages: Usages,
    /// First product generation that this holds for.
    pub from: ProductVersion,
    /// Last one; `None` for all since.
    pub until: Option<ProductVersion>,
    /// Why there is none; lower case, no final period.
    pub reason: &'static str,
}

/// Some kinds of holders.
#[derive(Clone, Copy, Debug)]
pub enum Holders {
    /// The kinds listed.
    These(&'static [HolderKind]),
    /// All kinds but those listed, also ones that are added later.
    AllBut(&'static [HolderKind]),
    /// All front ends.
    FrontEnds,
}

impl Holders {
    /// Whether `kind` is one of them.
    pub fn contains(self, kind: HolderKind) -> bool {
        match self {
            Self::These(these) => these.contains(&kind),
            Self::AllBut(others) => !others.contains(&kind),
            Self::FrontEnds => kind.is_front_end(),
        }
    }
}

/// Some of the usages.
#[derive(Clone, Copy, Debug)]
pub enum Usages {
    /// The usages listed.
    These(&'static [CertificateUsage]),
    /// All usages but those listed.
    AllBut(&'static [CertificateUsage]),
}

impl Usages {
    /// Whether `usage` is one of them.
    pub fn contains(self, usage: CertificateUsage) -> bool {
        match self {
            Self::These(these) => these.contains(&usage),
            Self::AllBut(others) => !others.contains(&usage),
        }
    }
}

impl fmt::Display for Usages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |usages: &[CertificateUsage]| {
            usages.iter().map(|usage| usage.as_str()).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::These(these) => f.write_str(&list(these)),
            Self::AllBut([]) => f.write_str("all"),
            Self::AllBut(others) => write!(f, "all but {}", list(others)),
        }
    }
}

impl Nothing {
    /// Whether it says that `holder` has no certificate for `usage` in this generation.
    pub fn covers(&self, holder: HolderKind, usage: CertificateUsage, version: ProductVersion) -> bool {
        self.holders.contains(holder)
            && self.usages.contains(usage)
            && self.from <= version
            && self.until.is_none_or(|until| version <= until)
    }
}

const BEFORE_LYNC: ProductVersion = ProductVersion::BeforeLync(0);
const LAST_BEFORE_LYNC: ProductVersion = ProductVersion::BeforeLync(u32::MAX);
const ONE_CERTIFICATE: Holders = Holders::These(&[
    HolderKind::Pool(PoolKind::Mediation),
    HolderKind::Pool(PoolKind::SurvivableBranch),
    HolderKind::Pool(PoolKind::TrustedApplication),
    HolderKind::Pool(PoolKind::PersistentChat),
    HolderKind::Pool(PoolKind::VideoInterop),
    HolderKind::Pool(PoolKind::AvConferencing),
]);
/// The kinds of pools that are not servers of the product; each has its own reason below, for any generation.
const NO_SERVERS: &[HolderKind] = &[
    HolderKind::Pool(PoolKind::Database),
    HolderKind::Pool(PoolKind::FileStore),
    HolderKind::Pool(PoolKind::Other),
];

/// A row for all generations of the product.
const fn always(holders: Holders, usages: Usages, reason: &'static str) -> Nothing {
    Nothing { holders, usages, from: ProductVersion::Lync2010, until: None, reason }
}

/// Every holder, usage and generation that no profile covers.
pub static NOTHING: &[Nothing] = &[
    Nothing {
        holders: Holders::AllBut(NO_SERVERS),
        usages: Usages::AllBut(&[]),
        from: BEFORE_LYNC,
        until: Some(LAST_BEFORE_LYNC),
        reason: "Office Communications Server has tables of its own",
    },
    always(
        Holders::These(&[HolderKind::Pool(PoolKind::Gateway)]),
        Usages::AllBut(&[CertificateUsage::Gateway]),
        "a gateway has one certificate, for its link where that is TLS",
    ),
    Nothing {
        from: BEFORE_LYNC,
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::Database)]),
            Usages::AllBut(&[]),
            "databases need no certificate of the product",
        )
    },
    Nothing {
        from: BEFORE_LYNC,
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::FileStore)]),
            Usages::AllBut(&[]),
            "file shares need no certificate of the product",
        )
    },
    Nothing {
        from: BEFORE_LYNC,
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::Other)]),
            Usages::AllBut(&[]),
            "its roles are not known or need no certificate of their own",
        )
    },
    always(
        Holders::FrontEnds,
        Usages::These(&[
            CertificateUsage::Internal,
            CertificateUsage::AccessEdgeExternal,
            CertificateUsage::DataEdgeExternal,
            CertificateUsage::AudioVideoAuthentication,
            CertificateUsage::XmppServer,
        ]),
        "these services run on Edge Servers",
    ),
    always(
        Holders::FrontEnds,
        Usages::These(&[CertificateUsage::OAuthTokenIssuer]),
        "it is one for the whole deployment",
    ),
    always(
        Holders::FrontEnds,
        Usages::These(&[
            CertificateUsage::ReverseProxy,
            CertificateUsage::OfficeWebApps,
            CertificateUsage::Gateway,
        ]),
        "these are servers of their own",
    ),
    always(
        Holders::These(&[HolderKind::Pool(PoolKind::Edge)]),
        Usages::These(&[
            CertificateUsage::Default,
            CertificateUsage::WebServicesInternal,
            CertificateUsage::WebServicesExternal,
            CertificateUsage::OAuthTokenIssuer,
        ]),
        "an Edge Server has no web services, and Internal in place of Default",
    ),
    always(
        Holders::These(&[HolderKind::Pool(PoolKind::Edge)]),
        Usages::These(&[
            CertificateUsage::ReverseProxy,
            CertificateUsage::OfficeWebApps,
            CertificateUsage::Gateway,
        ]),
        "these are servers of their own",
    ),
    always(
        ONE_CERTIFICATE,
        Usages::AllBut(&[CertificateUsage::Default]),
        "the role has one certificate, Default",
    ),
    Nothing {
        until: Some(ProductVersion::Lync2010),
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::PersistentChat)]),
            Usages::These(&[CertificateUsage::Default]),
            "Persistent Chat came with Lync Server 2013 (VER-03)",
        )
    },
    Nothing {
        from: ProductVersion::Sfb2019,
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::PersistentChat)]),
            Usages::These(&[CertificateUsage::Default]),
            "Persistent Chat left with Skype for Business Server 2019 (VER-05)",
        )
    },
    Nothing {
        until: Some(ProductVersion::Lync2013),
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::VideoInterop)]),
            Usages::These(&[CertificateUsage::Default]),
            "Video Interop came with Skype for Business Server 2015 (VER-04)",
        )
    },
    Nothing {
        from: ProductVersion::Lync2013,
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::AvConferencing)]),
            Usages::These(&[CertificateUsage::Default]),
            "A/V Conferencing is a role of its own in Lync Server 2010 only (VER-01)",
        )
    },
    always(
        Holders::These(&[HolderKind::Pool(PoolKind::OfficeWebApps)]),
        Usages::AllBut(&[CertificateUsage::OfficeWebApps]),
        "the farm has one certificate",
    ),
    Nothing {
        until: Some(ProductVersion::Lync2010),
        ..always(
            Holders::These(&[HolderKind::Pool(PoolKind::OfficeWebApps)]),
            Usages::These(&[CertificateUsage::OfficeWebApps]),
            "Office Web Apps came with Lync Server 2013 (VER-03)",
        )
    },
    always(
        Holders::These(&[HolderKind::Deployment]),
        Usages::AllBut(&[CertificateUsage::OAuthTokenIssuer]),
        "OAuth is all that the deployment shares",
    ),
    Nothing {
        until: Some(ProductVersion::Lync2010),
        ..always(
            Holders::These(&[HolderKind::Deployment]),
            Usages::These(&[CertificateUsage::OAuthTokenIssuer]),
            "OAuth came with Lync Server 2013 (VER-01)",
        )
    },
    always(
        Holders::These(&[HolderKind::ReverseProxy]),
        Usages::AllBut(&[CertificateUsage::ReverseProxy]),
        "the reverse proxy serves web clients only",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{ProfileCondition, profiles};

    #[test]
    fn every_role_usage_and_version_has_one_profile_or_one_reason_for_none() {
        let versions = [
            ProductVersion::BeforeLync(4),
            ProductVersion::Lync2010,
            ProductVersion::Lync2013,
            ProductVersion::Sfb2015,
            ProductVersion::Sfb2019,
            ProductVersion::NewerThanKnown(9),
        ];
        for holder in HolderKind::all() {
            for usage in CertificateUsage::ALL {
                for version in versions {
                    let profiles = profiles().filter(|profile| {
                        profile.holder == holder
                            && profile.usages.contains(&usage)
                            && profile.condition != ProfileCondition::SeparateAv
                            && profile.applies_to(version)
                    });
                    let reasons = NOTHING.iter().filter(|row| row.covers(holder, usage, version));
                    assert_eq!(
                        profiles.count() + reasons.count(),
                        1,
                        "{} {usage} {version}",
                        holder.as_str()
                    );
                }
            }
        }
    }
}
