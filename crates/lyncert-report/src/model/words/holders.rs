//! Who holds certificates and what they are for, in the vendor's spelling where it has one.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// Kind of a pool: the role that its servers play.
    PoolKind {
        /// An Enterprise pool of Front End servers.
        FrontEndPool = "FrontEndPool",
        /// A Standard Edition server.
        StandardEdition = "StandardEdition",
        /// A Director or Director pool.
        Director = "Director",
        /// An Edge server or Edge pool.
        Edge = "Edge",
        /// A stand-alone Mediation server or pool.
        Mediation = "Mediation",
        /// A Survivable Branch Appliance or Survivable Branch Server.
        SurvivableBranch = "SurvivableBranch",
        /// A trusted application pool.
        TrustedApplication = "TrustedApplication",
        /// An Office Web Apps or Office Online Server farm.
        OfficeWebApps = "OfficeWebApps",
        /// A Persistent Chat pool.
        PersistentChat = "PersistentChat",
        /// A Video Interop pool.
        VideoInterop = "VideoInterop",
        /// A stand-alone A/V Conferencing pool (Lync Server 2010).
        AvConferencing = "AvConferencing",
        /// A gateway to the telephone network or to video systems.
        Gateway = "Gateway",
        /// A database server.
        Database = "Database",
        /// A file share.
        FileStore = "FileStore",
        /// Anything else.
        Other = "Other",
    }
}

impl From<lyncert_ingest::topology::PoolKind> for PoolKind {
    fn from(kind: lyncert_ingest::topology::PoolKind) -> Self {
        use lyncert_ingest::topology::PoolKind as Source;
        match kind {
            Source::FrontEndPool => Self::FrontEndPool,
            Source::StandardEdition => Self::StandardEdition,
            Source::Director => Self::Director,
            Source::Edge => Self::Edge,
            Source::Mediation => Self::Mediation,
            Source::SurvivableBranch => Self::SurvivableBranch,
            Source::TrustedApplication => Self::TrustedApplication,
            Source::OfficeWebApps => Self::OfficeWebApps,
            Source::PersistentChat => Self::PersistentChat,
            Source::VideoInterop => Self::VideoInterop,
            Source::AvConferencing => Self::AvConferencing,
            Source::Gateway => Self::Gateway,
            Source::Database => Self::Database,
            Source::FileStore => Self::FileStore,
            Source::Other => Self::Other,
        }
    }
}

vocabulary! {
    /// Kind of a holder: that of its pool, or one of those that no topology names.
    HolderKind {
        /// An Enterprise pool of Front End servers.
        FrontEndPool = "FrontEndPool",
        /// A Standard Edition server.
        StandardEdition = "StandardEdition",
        /// A Director or Director pool.
        Director = "Director",
        /// An Edge server or Edge pool.
        Edge = "Edge",
        /// A stand-alone Mediation server or pool.
        Mediation = "Mediation",
        /// A Survivable Branch Appliance or Survivable Branch Server.
        SurvivableBranch = "SurvivableBranch",
        /// A trusted application pool.
        TrustedApplication = "TrustedApplication",
        /// An Office Web Apps or Office Online Server farm.
        OfficeWebApps = "OfficeWebApps",
        /// A Persistent Chat pool.
        PersistentChat = "PersistentChat",
        /// A Video Interop pool.
        VideoInterop = "VideoInterop",
        /// A stand-alone A/V Conferencing pool (Lync Server 2010).
        AvConferencing = "AvConferencing",
        /// A gateway to the telephone network or to video systems.
        Gateway = "Gateway",
        /// A database server.
        Database = "Database",
        /// A file share.
        FileStore = "FileStore",
        /// Anything else.
        Other = "Other",
        /// The deployment as a whole: the OAuth certificate.
        Deployment = "Deployment",
        /// The reverse proxy, which the topology does not name.
        ReverseProxy = "ReverseProxy",
    }
}

impl From<PoolKind> for HolderKind {
    fn from(kind: PoolKind) -> Self {
        match kind {
            PoolKind::FrontEndPool => Self::FrontEndPool,
            PoolKind::StandardEdition => Self::StandardEdition,
            PoolKind::Director => Self::Director,
            PoolKind::Edge => Self::Edge,
            PoolKind::Mediation => Self::Mediation,
            PoolKind::SurvivableBranch => Self::SurvivableBranch,
            PoolKind::TrustedApplication => Self::TrustedApplication,
            PoolKind::OfficeWebApps => Self::OfficeWebApps,
            PoolKind::PersistentChat => Self::PersistentChat,
            PoolKind::VideoInterop => Self::VideoInterop,
            PoolKind::AvConferencing => Self::AvConferencing,
            PoolKind::Gateway => Self::Gateway,
            PoolKind::Database => Self::Database,
            PoolKind::FileStore => Self::FileStore,
            PoolKind::Other => Self::Other,
        }
    }
}

impl From<lyncert_rules::holder::HolderKind> for HolderKind {
    fn from(kind: lyncert_rules::holder::HolderKind) -> Self {
        use lyncert_rules::holder::HolderKind as Source;
        match kind {
            Source::Pool(kind) => PoolKind::from(kind).into(),
            Source::Deployment => Self::Deployment,
            Source::ReverseProxy => Self::ReverseProxy,
        }
    }
}

vocabulary! {
    /// What a certificate is assigned to, spelled as the vendor's cmdlets spell it.
    Usage {
        /// SIP and server-to-server traffic of an internal server.
        Default = "Default",
        /// The internal web site.
        WebServicesInternal = "WebServicesInternal",
        /// The external web site.
        WebServicesExternal = "WebServicesExternal",
        /// The internal interface of an Edge Server.
        Internal = "Internal",
        /// The Access Edge service.
        AccessEdgeExternal = "AccessEdgeExternal",
        /// The Web Conferencing Edge service.
        DataEdgeExternal = "DataEdgeExternal",
        /// The A/V authentication service.
        AudioVideoAuthentication = "AudioVideoAuthentication",
        /// The XMPP proxy.
        XmppServer = "XmppServer",
        /// Server-to-server authentication (OAuth).
        OAuthTokenIssuer = "OAuthTokenIssuer",
        /// The reverse proxy in front of the web services.
        ReverseProxy = "ReverseProxy",
        /// An Office Web Apps or Office Online Server farm.
        OfficeWebApps = "OfficeWebApps",
        /// The TLS link of a gateway.
        Gateway = "Gateway",
    }
}
from_rules!(
    Usage = usage::CertificateUsage {
        Default,
        WebServicesInternal,
        WebServicesExternal,
        Internal,
        AccessEdgeExternal,
        DataEdgeExternal,
        AudioVideoAuthentication,
        XmppServer,
        OAuthTokenIssuer,
        ReverseProxy,
        OfficeWebApps,
        Gateway
    }
);

impl From<Usage> for lyncert_rules::usage::CertificateUsage {
    fn from(usage: Usage) -> Self {
        match usage {
            Usage::Default => Self::Default,
            Usage::WebServicesInternal => Self::WebServicesInternal,
            Usage::WebServicesExternal => Self::WebServicesExternal,
            Usage::Internal => Self::Internal,
            Usage::AccessEdgeExternal => Self::AccessEdgeExternal,
            Usage::DataEdgeExternal => Self::DataEdgeExternal,
            Usage::AudioVideoAuthentication => Self::AudioVideoAuthentication,
            Usage::XmppServer => Self::XmppServer,
            Usage::OAuthTokenIssuer => Self::OAuthTokenIssuer,
            Usage::ReverseProxy => Self::ReverseProxy,
            Usage::OfficeWebApps => Self::OfficeWebApps,
            Usage::Gateway => Self::Gateway,
        }
    }
}

impl Usage {
    /// Whether a cmdlet of the product requests and assigns it.
    pub(crate) fn is_assigned_by_cmdlet(self) -> bool {
        lyncert_rules::usage::CertificateUsage::from(self).is_assigned_by_cmdlet()
    }
}

/// Usages in one text.
pub(crate) fn usages_text(usages: &[Usage]) -> String {
    let usages: Vec<&str> = usages.iter().map(|usage| usage.as_str()).collect();
    usages.join(", ")
}

vocabulary! {
    /// Something that users do, in the order of tables.
    Workload {
        /// Sign-in of clients inside.
        InternalSignIn = "internal-sign-in",
        /// Sign-in of clients outside.
        ExternalSignIn = "external-sign-in",
        /// Presence, messages and calls with partners.
        Federation = "federation",
        /// Web conferences with people outside.
        WebConferencing = "web-conferencing",
        /// Audio and video with people outside.
        OutsideAudioVideo = "outside-audio-video",
        /// Clients and phones find their pool by Autodiscover.
        MobileDiscovery = "mobile-discovery",
        /// Meetings are joined by their links, and their dial-in page opens.
        MeetingJoin = "meeting-join",
        /// Desk phones sign in and get their settings.
        Phones = "phones",
        /// Calls to and from the telephone network.
        Telephony = "telephony",
        /// Servers call each other in the name of users.
        ServerToServer = "server-to-server",
        /// Presentations in meetings.
        Presentations = "presentations",
        /// Chat rooms.
        ChatRooms = "chat-rooms",
        /// Applications of the organization or of partners.
        Applications = "applications",
    }
}
from_rules!(
    Workload = workload::Workload {
        InternalSignIn,
        ExternalSignIn,
        Federation,
        WebConferencing,
        OutsideAudioVideo,
        MobileDiscovery,
        MeetingJoin,
        Phones,
        Telephony,
        ServerToServer,
        Presentations,
        ChatRooms,
        Applications
    }
);

#[cfg(test)]
mod tests {
    use lyncert_ingest::topology::POOL_KINDS;
    use lyncert_rules::usage::CertificateUsage;

    use super::*;

    #[test]
    fn kinds_of_pools_keep_their_spelling_as_kinds_of_holders_too() {
        let words: Vec<&str> = POOL_KINDS.iter().map(|facts| PoolKind::from(facts.kind).as_str()).collect();
        assert_eq!(words, POOL_KINDS.iter().map(|facts| facts.id).collect::<Vec<_>>());
        let holders: Vec<&str> = PoolKind::ALL.iter().map(|kind| HolderKind::from(*kind).as_str()).collect();
        assert_eq!(holders, words);
        assert_eq!(HolderKind::ALL.len(), words.len() + 2);
    }

    #[test]
    fn usages_and_workloads_keep_the_spelling_and_order_of_the_rules() {
        for usage in CertificateUsage::ALL {
            assert_eq!(Usage::from(usage).as_str(), usage.as_str());
            assert_eq!(CertificateUsage::from(Usage::from(usage)), usage);
        }
        let words: Vec<&str> =
            lyncert_rules::workload::Workload::ALL.iter().map(|word| word.as_str()).collect();
        assert_eq!(Workload::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>(), words);
    }
}
