//! Where symptoms were described.

use super::Citation;

pub(crate) static ADCS_SIZE: Citation = Citation {
    key: "ADCS-SIZE",
    title: "How to expand the maximum extension size limit at AD CS",
    url: "https://learn.microsoft.com/en-us/troubleshoot/windows-server/certificates-and-public-key-infrastructure-pki/expand-maximum-extension-size-limit-ad-cs",
    date: "2022-09-15",
};

pub(crate) static DODEITTE: Citation = Citation {
    key: "DODEITTE",
    title: "What FQDN to use when setting up OWA/Lync integration",
    url: "https://blogs.technet.microsoft.com/dodeitte/2011/12/22/what-fqdn-to-use-when-setting-up-owalync-integration/",
    date: "2011-12-22",
};

pub(crate) static GETCSINFO: Citation = Citation {
    key: "GETCSINFO",
    title: "Lync 2013 client continuously prompts for Exchange calendar data credentials",
    url: "https://getcsinfo.com/skype-for-business-lync/lync-2013-client-continuously-prompts-for-exchange-calendar-data.html",
    date: "",
};

pub(crate) static ITBASEDTELCO: Citation = Citation {
    key: "ITBASEDTELCO",
    title: "The importance of knowing about certificates",
    url: "https://itbasedtelco.wordpress.com/2017/08/24/the-importance-of-knowing-about-certificates/",
    date: "2017-08-24",
};

pub(crate) static KB_2464556: Citation = Citation {
    key: "KB-2464556",
    title: "Failed TLS connection between unified communications peers generates an Schannel warning",
    url: "https://support.microsoft.com/en-us/help/2464556",
    date: "",
};

pub(crate) static KB_2604176: Citation = Citation {
    key: "KB-2604176",
    title: "You can't sign in to Skype for Business Online because the certificate can't be acquired or verified",
    url: "https://support.microsoft.com/en-us/help/2604176",
    date: "",
};

pub(crate) static KB_2833618: Citation = Citation {
    key: "KB-2833618",
    title: "Lync cannot verify that the server is trusted for your sign-in address, during client sign-in",
    url: "https://support.microsoft.com/en-us/help/2833618",
    date: "",
};

pub(crate) static KB_2901554: Citation = Citation {
    key: "KB-2901554",
    title: "Event ID 32402, 61045 are logged in Lync Server 2013 Front End servers that run Windows Server 2012 R2",
    url: "https://support.microsoft.com/en-us/help/2901554",
    date: "",
};

pub(crate) static LYNCDUDE: Citation = Citation {
    key: "LYNCDUDE",
    title: "The complete guide for troubleshooting Lync federation",
    url: "https://lyncdude.com/2014/05/29/complete-guide-troubleshooting-lync-federation/",
    date: "2014-05-29",
};

pub(crate) static LYNC_IPAD: Citation = Citation {
    key: "LYNC-IPAD",
    title: "Lync on the iPad: can't verify the certificate from the server",
    url: "https://kx.cloudingenium.com/lync-2010-on-the-ipad-app-i-get-the-following-message-cant-verify-the-certificate-from-the-server-please-contact-your-support-team",
    date: "",
};

pub(crate) static OCS_EVENTS: Citation = Citation {
    key: "OCS-EVENTS",
    title: "Events related to DNS, TLS, federation, validation, and client authentication",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/communications-server/dd572404(v=office.13)",
    date: "",
};

pub(crate) static OCS_MP: Citation = Citation {
    key: "OCS-MP",
    title: "Management pack for Office Communications Server 2007 R2: OCS_Protocol_Stack_14428_AP",
    url: "https://systemcenter.wiki/?GetElement=OCS_Protocol_Stack_14428_AP&Type=Rule&ManagementPack=RTC2007R2MP_SCOM&Version=6.0.6907.21",
    date: "",
};

pub(crate) static ONPREMDIAG: Citation = Citation {
    key: "ONPREMDIAG",
    title: "On-premises diagnostics for Skype for Business Server (InsightActions.psd1)",
    url: "https://github.com/onpremdiag/SfBServer",
    date: "",
};

pub(crate) static OPENSSL_PFX: Citation = Citation {
    key: "OPENSSL-PFX",
    title: "PFX of openssl 3 on Windows Server 2016: the specified network password is not correct",
    url: "https://github.com/openssl/openssl/issues/27035",
    date: "2025-03-12",
};

pub(crate) static PFX_AES: Citation = Citation {
    key: "PFX-AES",
    title: "Can't import an AES256-SHA256-encrypted PFX certificate",
    url: "https://learn.microsoft.com/en-us/troubleshoot/windows-server/certificates-and-public-key-infrastructure-pki/cannot-import-aes256-sha256-encrypted-pfx-certificate",
    date: "2025-01-15",
};

pub(crate) static SCHANNEL_ALERTS: Citation = Citation {
    key: "SCHANNEL-ALERTS",
    title: "Schannel error codes for TLS and SSL alerts",
    url: "https://learn.microsoft.com/en-us/windows/win32/secauthn/schannel-error-codes-for-tls-and-ssl-alerts",
    date: "",
};

pub(crate) static SCHANNEL_EVENTS: Citation = Citation {
    key: "SCHANNEL-EVENTS",
    title: "Schannel events",
    url: "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-server-2012-R2-and-2012/dn786445(v=ws.11)",
    date: "",
};

pub(crate) static SCHANNEL_TRUST: Citation = Citation {
    key: "SCHANNEL-TRUST",
    title: "TLS/SSL (Schannel SSP): trusted issuers and modes of trust",
    url: "https://learn.microsoft.com/en-us/windows-server/security/tls/what-s-new-in-tls-ssl-schannel-ssp-overview",
    date: "",
};

pub(crate) static TEAMSADMIN: Citation = Citation {
    key: "TEAMSADMIN",
    title: "How many SIP domains does Lync support?",
    url: "https://www.teamsadmin.com/2014/10/01/how-many-sip-domains-lync-support/",
    date: "2014-10-01",
};

pub(crate) static UCCRAMBLINGS: Citation = Citation {
    key: "UCCRAMBLINGS",
    title: "Exchange UM certificate and Skype for Business",
    url: "https://www.uccramblings.com/exchange-um-cert-and-skype-for-business/",
    date: "",
};

pub(crate) static UCKEN: Citation = Citation {
    key: "UCKEN",
    title: "Schannel errors on Lync Server preventing client logon",
    url: "https://ucken.blogspot.com/2013/12/schannel-errors-on-lync-server.html",
    date: "2013-12-06",
};

pub(crate) static WINHTTP: Citation = Citation {
    key: "WINHTTP",
    title: "Error messages (Winhttp.h)",
    url: "https://learn.microsoft.com/en-us/windows/win32/winhttp/error-messages",
    date: "",
};
