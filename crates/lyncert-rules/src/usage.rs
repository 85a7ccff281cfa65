//! Certificate usages.

use std::fmt;
use std::str::FromStr;

/// What a certificate is assigned to, spelled as the vendor's cmdlets spell it (`Request-CsCertificate -Type`).
///
/// `ReverseProxy`, `OfficeWebApps` and `Gateway` are described by the vendor's pages although no cmdlet assigns them.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum CertificateUsage {
    /// SIP and server-to-server traffic of an internal server.
    Default,
    /// The internal web site.
    WebServicesInternal,
    /// The external web site.
    WebServicesExternal,
    /// The internal interface of an Edge Server.
    Internal,
    /// The Access Edge service.
    AccessEdgeExternal,
    /// The Web Conferencing Edge service.
    DataEdgeExternal,
    /// The A/V authentication service.
    AudioVideoAuthentication,
    /// The XMPP proxy.
    XmppServer,
    /// Server-to-server authentication (OAuth).
    OAuthTokenIssuer,
    /// The reverse proxy in front of the web services.
    ReverseProxy,
    /// An Office Web Apps or Office Online Server farm.
    OfficeWebApps,
    /// The TLS link of a gateway.
    Gateway,
}

impl CertificateUsage {
    /// All usages.
    pub const ALL: [Self; 12] = [
        Self::Default,
        Self::WebServicesInternal,
        Self::WebServicesExternal,
        Self::Internal,
        Self::AccessEdgeExternal,
        Self::DataEdgeExternal,
        Self::AudioVideoAuthentication,
        Self::XmppServer,
        Self::OAuthTokenIssuer,
        Self::ReverseProxy,
        Self::OfficeWebApps,
        Self::Gateway,
    ];

    /// The usage's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "Default",
            Self::WebServicesInternal => "WebServicesInternal",
            Self::WebServicesExternal => "WebServicesExternal",
            Self::Internal => "Internal",
            Self::AccessEdgeExternal => "AccessEdgeExternal",
            Self::DataEdgeExternal => "DataEdgeExternal",
            Self::AudioVideoAuthentication => "AudioVideoAuthentication",
            Self::XmppServer => "XmppServer",
            Self::OAuthTokenIssuer => "OAuthTokenIssuer",
            Self::ReverseProxy => "ReverseProxy",
            Self::OfficeWebApps => "OfficeWebApps",
            Self::Gateway => "Gateway",
        }
    }

    /// Whether a cmdlet of the product requests and assigns it.
    pub fn is_assigned_by_cmdlet(self) -> bool {
        match self {
            Self::Default
            | Self::WebServicesInternal
            | Self::WebServicesExternal
            | Self::Internal
            | Self::AccessEdgeExternal
            | Self::DataEdgeExternal
            | Self::AudioVideoAuthentication
            | Self::XmppServer
            | Self::OAuthTokenIssuer => true,
            Self::ReverseProxy | Self::OfficeWebApps | Self::Gateway => false,
        }
    }

    /// Whether the pages ask for an exportable key even on a single server (EDGE-EXT-07, OAUTH-05, OOS-01).
    pub(crate) fn needs_exportable_key(self) -> bool {
        match self {
            Self::AccessEdgeExternal
            | Self::DataEdgeExternal
            | Self::AudioVideoAuthentication
            | Self::XmppServer
            | Self::OAuthTokenIssuer
            | Self::OfficeWebApps => true,
            Self::Default
            | Self::WebServicesInternal
            | Self::WebServicesExternal
            | Self::Internal
            | Self::ReverseProxy
            | Self::Gateway => false,
        }
    }

    /// Whether clients reach it over HTTPS.
    pub(crate) fn is_web(self) -> bool {
        match self {
            Self::WebServicesInternal
            | Self::WebServicesExternal
            | Self::ReverseProxy
            | Self::OfficeWebApps => true,
            Self::Default
            | Self::Internal
            | Self::AccessEdgeExternal
            | Self::DataEdgeExternal
            | Self::AudioVideoAuthentication
            | Self::XmppServer
            | Self::OAuthTokenIssuer
            | Self::Gateway => false,
        }
    }
}

impl fmt::Display for CertificateUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for CertificateUsage {
    type Err = UnknownUsage;

    fn from_str(text: &str) -> Result<Self, UnknownUsage> {
        Self::ALL
            .into_iter()
            .find(|usage| usage.as_str().eq_ignore_ascii_case(text.trim()))
            .ok_or(UnknownUsage)
    }
}

/// Text that names no usage.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("is no certificate usage")]
pub struct UnknownUsage;
