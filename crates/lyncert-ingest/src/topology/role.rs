//! Service roles.

use std::fmt;

/// The role of a service, read from `RoleName` without regard to letter case.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum ServiceRole {
    /// A/V conferencing as a role of its own (Lync Server 2010).
    AvConferencing,
    /// Applications such as response groups.
    ApplicationServer,
    /// Archiving as a role of its own (Lync Server 2010).
    ArchivingServer,
    /// Pool pairing.
    BackupService,
    /// The Central Management Server.
    CentralMgmt,
    /// Conferencing.
    ConfServices,
    /// Edge services.
    EdgeServer,
    /// A trusted application pool.
    ExternalServer,
    /// A file share.
    FileStore,
    /// Replication of the central store.
    ManagementServices,
    /// Mediation.
    MediationServer,
    /// Monitoring as a role of its own (Lync Server 2010).
    MonitoringServer,
    /// Persistent Chat.
    PersistentChat,
    /// A gateway to the telephone network.
    PstnGateway,
    /// SIP registration: Front End, Director or survivable branch.
    Registrar,
    /// A database, whatever it holds.
    Store,
    /// The database of the users.
    UserStore,
    /// The users of a Front End pool.
    UserServices,
    /// A video gateway.
    VideoGateway,
    /// Video interop.
    VideoInterop,
    /// An Office Web Apps or Office Online Server farm.
    Wac,
    /// Web services.
    WebServices,
    /// One that is not known.
    Other,
}

impl ServiceRole {
    /// Reads a `RoleName`: exactly first, then by its beginning, then `…Store` as a database.
    pub fn from_name(name: &str) -> Self {
        let name = name.trim().to_ascii_lowercase();
        match name.as_str() {
            "applicationserver" => Self::ApplicationServer,
            "archivingserver" => Self::ArchivingServer,
            "avconferencingserver" | "avmcu" | "avconf" => Self::AvConferencing,
            "backupservice" => Self::BackupService,
            "centralmgmt" => Self::CentralMgmt,
            "confservices" => Self::ConfServices,
            "edgeserver" => Self::EdgeServer,
            "externalserver" => Self::ExternalServer,
            "filestore" => Self::FileStore,
            "managementservices" => Self::ManagementServices,
            "mediationserver" => Self::MediationServer,
            "monitoringserver" => Self::MonitoringServer,
            "pstngateway" => Self::PstnGateway,
            "registrar" => Self::Registrar,
            "userservices" => Self::UserServices,
            "userstore" => Self::UserStore,
            "videogateway" => Self::VideoGateway,
            "wacservice" => Self::Wac,
            "webservices" => Self::WebServices,
            other if other.ends_with("store") => Self::Store,
            other if other.starts_with("persistentchat") => Self::PersistentChat,
            other if other.starts_with("videointerop") => Self::VideoInterop,
            _ => Self::Other,
        }
    }

    /// Whether it is a database or a file share, which needs no certificate of the product.
    pub fn is_store(&self) -> bool {
        matches!(self, Self::Store | Self::UserStore | Self::FileStore)
    }
}

impl fmt::Display for ServiceRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
