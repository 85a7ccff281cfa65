//! The documents that rules and clauses cite.

mod public;
pub(crate) mod symptoms;

pub(crate) use public::{
    BR_COMMON_NAME, BR_KEY_QUALITY, BR_KEY_SIZES, BR_LIFETIME, BR_NAMES, BR_PROFILE, BR_SAN, BR_SIGNATURE,
    BR_WEAK_KEYS, LE_LIMITS, TBS_NAMES, ZLINT_AIA, ZLINT_CDP, ZLINT_CERT_SIGN, ZLINT_CLIENT_EKU,
    ZLINT_CN_LENGTH, ZLINT_CURVES, ZLINT_EXPONENT, ZLINT_EXTENSION, ZLINT_KEY_TYPE, ZLINT_LABEL,
    ZLINT_SERIAL, ZLINT_SHA1, ZLINT_VERSION,
};

/// A document that a rule or clause follows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Citation {
    /// Short key, unique.
    pub key: &'static str,
    /// Title of the document, with its path where the URL is that of a repository.
    pub title: &'static str,
    /// Where it is found.
    pub url: &'static str,
    /// When it was last modified, where it says so: a date, or empty.
    pub date: &'static str,
}

/// All sources, sorted by key.
pub static SOURCES: &[&Citation] = &[
    &symptoms::ADCS_SIZE,
    &BR_NAMES,
    &BR_WEAK_KEYS,
    &BR_KEY_SIZES,
    &BR_KEY_QUALITY,
    &BR_LIFETIME,
    &BR_PROFILE,
    &BR_SAN,
    &BR_SIGNATURE,
    &BR_COMMON_NAME,
    &CCE,
    &CHROME,
    &CISCO,
    &CLOCK,
    &CMD_GET,
    &CMD_IMP,
    &CMD_REPL,
    &CMD_REQ,
    &CMD_SET,
    &COM_CODES,
    &CONS,
    &CTECH,
    &DIGICERT,
    &symptoms::DODEITTE,
    &EIWEB,
    &EXPORT_PFX,
    &symptoms::GETCSINFO,
    &GREIG,
    &INSPEC,
    &ISSUE_1696,
    &ISSUE_947,
    &symptoms::ITBASEDTELCO,
    &symptoms::KB_2464556,
    &symptoms::KB_2604176,
    &symptoms::KB_2833618,
    &symptoms::KB_2901554,
    &KB_4023993,
    &L10_EXT,
    &L10_INFRA,
    &L10_INT,
    &L10_MOB,
    &L10_RA1,
    &L10_WILD,
    &L13_AUTOD,
    &L13_CERTSRV,
    &L13_CFGAUTOD,
    &L13_CROSS,
    &L13_DIR1,
    &L13_DIR2,
    &L13_DIRCFG,
    &L13_DNSAUTOD,
    &L13_DNSFE,
    &L13_DNSNAT1,
    &L13_DNSRP,
    &L13_EDGEEXT,
    &L13_EDGEINT,
    &L13_ENC,
    &L13_EXT,
    &L13_GTALK,
    &L13_IIS,
    &L13_INFRA,
    &L13_INT,
    &L13_MOB,
    &L13_MODMOB,
    &L13_NAT1,
    &L13_OAUTH,
    &L13_OWAPUB,
    &L13_PCHAT,
    &L13_PIC,
    &L13_PICFAQ,
    &L13_PICPLAN,
    &L13_PICPROV,
    &L13_PICSUP,
    &L13_PKI,
    &L13_PLAN,
    &L13_ROLL,
    &L13_RP,
    &L13_RPREQ,
    &L13_SIGNIN,
    &L13_SURL,
    &L13_SURLDNS,
    &L13_WILD,
    &L13_XMPP,
    &L13_XMPPSET,
    &LABLOG,
    &LE_LIMITS,
    &LIFECYCLE_2010,
    &LIFECYCLE_2013,
    &LIFECYCLE_2015,
    &LIFECYCLE_2019,
    &symptoms::LYNC_IPAD,
    &symptoms::LYNCDUDE,
    &MIG_XMPP,
    &MS_USAGE_MATCH,
    &symptoms::OCS_EVENTS,
    &symptoms::OCS_MP,
    &symptoms::ONPREMDIAG,
    &OOS,
    &symptoms::OPENSSL_PFX,
    &OWA_PLAN,
    &OWASP_KEYS,
    &PERFICIENT,
    &PFX_AES,
    &PR_2818,
    &RFC4158,
    &RFC5280,
    &RFC6151,
    &RFC9525,
    &RISUAL,
    &ROCA,
    &S15_ADVDNS,
    &S15_DNS,
    &S15_EDGE,
    &S15_ENC,
    &S15_ENV,
    &S15_ENV_2020,
    &S15_IM,
    &S15_LB,
    &S15_MOB,
    &S15_SKYPE,
    &S15_SURL,
    &S15_TBHELP,
    &S15_TLS,
    &S15_VIS,
    &S15_WIZ,
    &S19_DEP,
    &S19_SYS,
    &symptoms::SCHANNEL_ALERTS,
    &symptoms::SCHANNEL_EVENTS,
    &symptoms::SCHANNEL_TRUST,
    &SCHERTZ,
    &SEED,
    &SERIAL,
    &SFBO_RET,
    &SHA512,
    &SKYPE_RET,
    &SYSADMINS_EKU,
    &TBS_NAMES,
    &symptoms::TEAMSADMIN,
    &symptoms::UCCRAMBLINGS,
    &symptoms::UCKEN,
    &UCLOBBY,
    &UCLOBBY_STORE,
    &UCMA,
    &symptoms::WINHTTP,
    &ZLINT_CLIENT_EKU,
    &ZLINT_CDP,
    &ZLINT_LABEL,
    &ZLINT_CURVES,
    &ZLINT_EXTENSION,
    &ZLINT_VERSION,
    &ZLINT_KEY_TYPE,
    &ZLINT_SERIAL,
    &ZLINT_AIA,
    &ZLINT_CERT_SIGN,
    &ZLINT_SHA1,
    &ZLINT_CN_LENGTH,
    &ZLINT_EXPONENT,
];

pub(crate) static CMD_IMP: Citation = Citation {
    key: "CMD-IMP",
    title: "Import-CsCertificate",
    url: "https://learn.microsoft.com/powershell/module/skypeforbusiness/import-cscertificate",
    date: "",
};

pub(crate) static CMD_REPL: Citation = Citation {
    key: "CMD-REPL",
    title: "Get-CsManagementStoreReplicationStatus",
    url: "https://learn.microsoft.com/powershell/module/skypeforbusiness/get-csmanagementstorereplicationstatus",
    date: "",
};

pub(crate) static CMD_REQ: Citation = Citation {
    key: "CMD-REQ",
    title: "Request-CsCertificate",
    url: "https://learn.microsoft.com/powershell/module/skypeforbusiness/request-cscertificate",
    date: "",
};

pub(crate) static CMD_SET: Citation = Citation {
    key: "CMD-SET",
    title: "Set-CsCertificate",
    url: "https://learn.microsoft.com/powershell/module/skypeforbusiness/set-cscertificate",
    date: "",
};

pub(crate) static CONS: Citation = Citation {
    key: "CONS",
    title: "Update certificates for cloud consolidation (Skype/SfbHybrid/hybrid/cloud-consolidation-edge-certificates.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static L10_EXT: Citation = Citation {
    key: "L10-EXT",
    title: "Certificate requirements for external user access in Lync Server 2010",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/skype-server-2010/gg398920(v=ocs.14)",
    date: "",
};

pub(crate) static L10_INT: Citation = Citation {
    key: "L10-INT",
    title: "Certificate requirements for internal servers in Lync Server 2010",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/skype-server-2010/gg398094(v=ocs.14)",
    date: "2012-10-13",
};

pub(crate) static L10_MOB: Citation = Citation {
    key: "L10-MOB",
    title: "Certificate requirements for mobility in Lync Server 2010",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/skype-server-2010/hh690044(v=ocs.14)",
    date: "",
};

pub(crate) static L10_WILD: Citation = Citation {
    key: "L10-WILD",
    title: "Wildcard certificate support in Lync Server 2010",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/skype-server-2010/hh202161(v=ocs.14)",
    date: "2012-10-18",
};

pub(crate) static L13_AUTOD: Citation = Citation {
    key: "L13-AUTOD",
    title: "Certificate summary - Autodiscover in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-autodiscover",
    date: "2013-02-14",
};

pub(crate) static L13_CERTSRV: Citation = Citation {
    key: "L13-CERTSRV",
    title: "Configure certificates for servers in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-configure-certificates-for-servers",
    date: "2013-03-17",
};

pub(crate) static L13_DIR1: Citation = Citation {
    key: "L13-DIR1",
    title: "Certificate summary - Single Director in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-single-director",
    date: "2012-09-08",
};

pub(crate) static L13_EDGEINT: Citation = Citation {
    key: "L13-EDGEINT",
    title: "Set up certificates for the internal edge interface in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-set-up-certificates-for-the-internal-edge-interface",
    date: "2013-11-07",
};

pub(crate) static L13_EXT: Citation = Citation {
    key: "L13-EXT",
    title: "Certificate requirements for external user access in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-requirements-for-external-user-access",
    date: "2016-03-29",
};

pub(crate) static L13_INFRA: Citation = Citation {
    key: "L13-INFRA",
    title: "Certificate infrastructure requirements in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-infrastructure-requirements",
    date: "2016-06-23",
};

pub(crate) static L13_INT: Citation = Citation {
    key: "L13-INT",
    title: "Certificate requirements for internal servers in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-requirements-for-internal-servers",
    date: "2017-02-17",
};

pub(crate) static L13_MOB: Citation = Citation {
    key: "L13-MOB",
    title: "Certificate requirements for mobility in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-requirements-for-mobility",
    date: "2012-06-24",
};

pub(crate) static L13_NAT1: Citation = Citation {
    key: "L13-NAT1",
    title: "Certificate summary - Single consolidated edge with private IP addresses using NAT in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-single-consolidated-edge-with-private-ip-addresses-using-nat",
    date: "2012-10-22",
};

pub(crate) static L13_OAUTH: Citation = Citation {
    key: "L13-OAUTH",
    title: "Assigning a server-to-server authentication certificate to Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-assigning-a-server-to-server-authentication-certificate-to-lync-server-2013",
    date: "2013-10-24",
};

pub(crate) static L13_OWAPUB: Citation = Citation {
    key: "L13-OWAPUB",
    title: "Publishing Office Web Apps Server using a reverse proxy server",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-publishing-office-web-apps-server-using-a-reverse-proxy-server",
    date: "",
};

pub(crate) static L13_PCHAT: Citation = Citation {
    key: "L13-PCHAT",
    title: "Certificate requirements for Persistent Chat Server in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-requirements-for-persistent-chat-server",
    date: "",
};

pub(crate) static L13_PIC: Citation = Citation {
    key: "L13-PIC",
    title: "Certificate summary - Public instant messaging connectivity in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-public-instant-messaging-connectivity",
    date: "2013-02-19",
};

pub(crate) static L13_PICFAQ: Citation = Citation {
    key: "L13-PICFAQ",
    title: "Frequently asked questions: provisioning Lync Server for Skype connectivity",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-frequently-asked-questions-provisioning-lync-server-for-skype-connectivity",
    date: "",
};

pub(crate) static L13_PKI: Citation = Citation {
    key: "L13-PKI",
    title: "Public key infrastructure (PKI) in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-public-key-infrastructure",
    date: "2013-11-13",
};

pub(crate) static L13_PLAN: Citation = Citation {
    key: "L13-PLAN",
    title: "Plan for Edge Server certificates in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-plan-for-edge-server-certificates",
    date: "2012-11-05",
};

pub(crate) static L13_ROLL: Citation = Citation {
    key: "L13-ROLL",
    title: "Staging A/V and OAuth certificates using -Roll in Set-CsCertificate",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-staging-av-and-oauth-certificates-using-roll-in-set-cscertificate",
    date: "",
};

pub(crate) static L13_RP: Citation = Citation {
    key: "L13-RP",
    title: "Certificate summary - Reverse proxy in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-reverse-proxy",
    date: "2012-11-14",
};

pub(crate) static L13_RPREQ: Citation = Citation {
    key: "L13-RPREQ",
    title: "Request and configure a certificate for your reverse HTTP proxy in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-request-and-configure-a-certificate-for-your-reverse-http-proxy",
    date: "2014-02-14",
};

pub(crate) static L13_SIGNIN: Citation = Citation {
    key: "L13-SIGNIN",
    title: "DNS requirements for automatic client sign-in in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-dns-requirements-for-automatic-client-sign-in",
    date: "2012-06-19",
};

pub(crate) static L13_SURL: Citation = Citation {
    key: "L13-SURL",
    title: "Planning for simple URLs in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-planning-for-simple-urls",
    date: "2015-12-11",
};

pub(crate) static L13_WILD: Citation = Citation {
    key: "L13-WILD",
    title: "Wildcard certificate support in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-wildcard-certificate-support",
    date: "2013-03-21",
};

pub(crate) static L13_XMPP: Citation = Citation {
    key: "L13-XMPP",
    title: "Certificate summary - Extensible Messaging and Presence Protocol (XMPP) federation in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-extensible-messaging-and-presence-protocol-xmpp-federation",
    date: "2012-12-23",
};

pub(crate) static L13_XMPPSET: Citation = Citation {
    key: "L13-XMPPSET",
    title: "Setting up XMPP federation in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-setting-up-xmpp-federation",
    date: "",
};

pub(crate) static OOS: Citation = Citation {
    key: "OOS",
    title: "Plan Office Online Server (OfficeOnlineServer/plan-office-online-server.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-OfficeOnlineServer",
    date: "",
};

pub(crate) static MS_USAGE_MATCH: Citation = Citation {
    key: "MS-USAGE-MATCH",
    title: "CERT_USAGE_MATCH structure (wincrypt.h)",
    url: "https://learn.microsoft.com/windows/win32/api/wincrypt/ns-wincrypt-cert_usage_match",
    date: "",
};

pub(crate) static RFC4158: Citation = Citation {
    key: "RFC4158",
    title: "RFC 4158, Internet X.509 Public Key Infrastructure: Certification Path Building",
    url: "https://www.rfc-editor.org/rfc/rfc4158",
    date: "2005-09",
};

pub(crate) static SYSADMINS_EKU: Citation = Citation {
    key: "SYSADMINS-EKU",
    title: "Constraining Extended Key Usages in Microsoft Windows",
    url: "https://www.sysadmins.lv/blog-en/constraining-extended-key-usages-in-microsoft-windows.aspx",
    date: "",
};

pub(crate) static RFC5280: Citation = Citation {
    key: "RFC5280",
    title: "RFC 5280, Internet X.509 Public Key Infrastructure Certificate and CRL Profile",
    url: "https://www.rfc-editor.org/rfc/rfc5280",
    date: "2008-05",
};

pub(crate) static RFC6151: Citation = Citation {
    key: "RFC6151",
    title: "RFC 6151, Updated Security Considerations for the MD5 Message-Digest",
    url: "https://www.rfc-editor.org/rfc/rfc6151",
    date: "2011-03",
};

pub(crate) static RFC9525: Citation = Citation {
    key: "RFC9525",
    title: "RFC 9525, Service Identity in TLS",
    url: "https://www.rfc-editor.org/rfc/rfc9525",
    date: "2023-11",
};

pub(crate) static S15_EDGE: Citation = Citation {
    key: "S15-EDGE",
    title: "Edge Server environmental requirements in Skype for Business Server (Skype/SfbServer/plan-your-deployment/edge-server-deployments/edge-environmental-requirements.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_ENV: Citation = Citation {
    key: "S15-ENV",
    title: "Environmental requirements for Skype for Business Server 2015 (Skype/SfbServer/plan-your-deployment/requirements-for-your-environment/environmental-requirements.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_IM: Citation = Citation {
    key: "S15-IM",
    title: "Plan for instant messaging and presence in Skype for Business Server (Skype/SfbServer/plan-your-deployment/instant-messaging-and-presence.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_TBHELP: Citation = Citation {
    key: "S15-TBHELP",
    title: "Topology Builder help, FQDN settings (Skype/SfbServer/help-topics/2019/topobld)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_VIS: Citation = Citation {
    key: "S15-VIS",
    title: "Deploy the Video Interop Server role in Skype for Business Server (Skype/SfbServer/deploy/deploy-video-interop-server/deploy-the-vis-server-role.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S19_DEP: Citation = Citation {
    key: "S19-DEP",
    title: "What is deprecated in Skype for Business Server 2019 (Skype/SfBServer2019/deprecated.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S19_SYS: Citation = Citation {
    key: "S19-SYS",
    title: "System requirements for Skype for Business Server 2019 (Skype/SfBServer2019/plan/system-requirements.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static SEED: Citation = Citation {
    key: "SEED",
    title: "Certificate summary - SIP, XMPP federation, and public instant messaging in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-sip-xmpp-federation-and-public-instant-messaging",
    date: "2013-03-15",
};

pub(crate) static UCLOBBY: Citation = Citation {
    key: "UCLOBBY",
    title: "Lync/SfB Server: event 41026, LS Data MCU, after the May 2017 .NET Framework update",
    url: "https://uclobby.com/2017/05/24/lync-sfb-server-event-41026-ls-data-mcu-after-may-2017-net-framework-update/",
    date: "2017-05-24",
};

pub(crate) static UCMA: Citation = Citation {
    key: "UCMA",
    title: "General application activation, UCMA SDK",
    url: "https://docs.microsoft.com/en-us/lync/ucma-sdk/general-application-activation",
    date: "",
};

pub(crate) static CCE: Citation = Citation {
    key: "CCE",
    title: "Plan for Skype for Business Cloud Connector Edition (Skype/SfbServer/skype-for-business-hybrid-solutions)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static CHROME: Citation = Citation {
    key: "CHROME",
    title: "Chrome Root Program Policy, version 1.8",
    url: "https://googlechrome.github.io/chromerootprogram/",
    date: "2026-02-05",
};

pub(crate) static CISCO: Citation = Citation {
    key: "CISCO",
    title: "Field notice FN74362: client EKU in public certificates",
    url: "https://www.cisco.com/c/en/us/support/docs/field-notices/743/fn74362.html",
    date: "",
};

pub(crate) static DIGICERT: Citation = Citation {
    key: "DIGICERT",
    title: "Sunsetting the client authentication EKU from DigiCert public TLS certificates",
    url: "https://knowledge.digicert.com/alerts/sunsetting-client-authentication-eku-from-digicert-public-tls-certificates",
    date: "2026-03-03",
};

pub(crate) static GREIG: Citation = Citation {
    key: "GREIG",
    title: "Greig Sheridan: Update-SfbCertificate.ps1",
    url: "https://github.com/greiginsydney/Update-SfbCertificate.ps1/blob/master/Update-SfbCertificate.ps1",
    date: "",
};

pub(crate) static INSPEC: Citation = Citation {
    key: "INSPEC",
    title: "Waivers, Chef InSpec documentation",
    url: "https://docs.chef.io/inspec/waivers/",
    date: "",
};

pub(crate) static ISSUE_947: Citation = Citation {
    key: "ISSUE-947",
    title: "Documentation issue 947: same certificate on Edge Servers of a pool",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness/issues/947",
    date: "2019-02",
};

pub(crate) static ISSUE_1696: Citation = Citation {
    key: "ISSUE-1696",
    title: "Documentation issue 1696: stale sip. entries on the Edge certificate",
    url: "https://github.com/MicrosoftDocs/office-docs-powershell/issues/1696",
    date: "",
};

pub(crate) static L10_INFRA: Citation = Citation {
    key: "L10-INFRA",
    title: "Certificate infrastructure requirements for Lync Server 2010",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/skype-server-2010/gg398066(v=ocs.14)",
    date: "2011-11-03",
};

pub(crate) static L10_RA1: Citation = Citation {
    key: "L10-RA1",
    title: "Reference architecture 1: certificate summary (Lync Server 2010)",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/skype-server-2010/gg398519(v=ocs.14)",
    date: "2012-08-08",
};

pub(crate) static L13_CFGAUTOD: Citation = Citation {
    key: "L13-CFGAUTOD",
    title: "Configuring certificates for Autodiscover in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-configuring-certificates-for-autodiscover",
    date: "2012-12-12",
};

pub(crate) static L13_DIR2: Citation = Citation {
    key: "L13-DIR2",
    title: "Certificate summary - DNS and HLB load balanced Directors in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-certificate-summary-dns-and-hlb-load-balanced",
    date: "2012-10-22",
};

pub(crate) static L13_DIRCFG: Citation = Citation {
    key: "L13-DIRCFG",
    title: "Configure certificates for the Director in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-configure-certificates-for-the-director",
    date: "2012-09-08",
};

pub(crate) static L13_DNSAUTOD: Citation = Citation {
    key: "L13-DNSAUTOD",
    title: "DNS summary - Autodiscover in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-dns-summary-autodiscover",
    date: "2013-02-13",
};

pub(crate) static L13_DNSFE: Citation = Citation {
    key: "L13-DNSFE",
    title: "DNS requirements for Front End pools in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-dns-requirements-for-front-end-pools",
    date: "",
};

pub(crate) static L13_DNSNAT1: Citation = Citation {
    key: "L13-DNSNAT1",
    title: "DNS summary - Single consolidated edge with private IP addresses using NAT in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-dns-summary-single-consolidated-edge-with-private-ip-addresses-using-nat",
    date: "2017-03-09",
};

pub(crate) static L13_DNSRP: Citation = Citation {
    key: "L13-DNSRP",
    title: "DNS summary - Reverse proxy in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-dns-summary-reverse-proxy",
    date: "",
};

pub(crate) static S15_DNS: Citation = Citation {
    key: "S15-DNS",
    title: "DNS requirements for Skype for Business Server (Skype/SfbServer/plan-your-deployment/network-requirements/dns.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static L13_EDGEEXT: Citation = Citation {
    key: "L13-EDGEEXT",
    title: "Set up certificates for the external edge interface for Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-set-up-certificates-for-the-external-edge-interface",
    date: "2012-09-08",
};

pub(crate) static L13_ENC: Citation = Citation {
    key: "L13-ENC",
    title: "Encryption for Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-encryption",
    date: "",
};

pub(crate) static L13_GTALK: Citation = Citation {
    key: "L13-GTALK",
    title: "Example XMPP configuration: XMPP federation with Google Talk in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-example-xmpp-configuration-%E2%80%93-xmpp-federation-with-google-talk",
    date: "2014-04-22",
};

pub(crate) static L13_IIS: Citation = Citation {
    key: "L13-IIS",
    title: "Verify or configure authentication and certification on IIS virtual directories in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-verify-or-configure-authentication-and-certification-on-iis-virtual-directories",
    date: "",
};

pub(crate) static L13_MODMOB: Citation = Citation {
    key: "L13-MODMOB",
    title: "Modifying certificates for mobility in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-modifying-certificates-for-mobility",
    date: "",
};

pub(crate) static L13_PICPLAN: Citation = Citation {
    key: "L13-PICPLAN",
    title: "Planning for public instant messaging connectivity in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-planning-for-public-instant-messaging-connectivity",
    date: "",
};

pub(crate) static L13_PICPROV: Citation = Citation {
    key: "L13-PICPROV",
    title: "Accessing the Lync Server Public IM Connectivity Provisioning site",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-accessing-the-lync-server-public-im-connectivity-provisioning-site",
    date: "2019-03-22",
};

pub(crate) static L13_PICSUP: Citation = Citation {
    key: "L13-PICSUP",
    title: "Support for public instant messenger connectivity in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-support-for-public-instant-messenger-connectivity",
    date: "2013-10-07",
};

pub(crate) static L13_SURLDNS: Citation = Citation {
    key: "L13-SURLDNS",
    title: "DNS requirements for simple URLs in Lync Server 2013",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-dns-requirements-for-simple-urls",
    date: "2013-02-22",
};

pub(crate) static LABLOG: Citation = Citation {
    key: "LABLOG",
    title: "Logs of Request-CsCertificate and Set-CsCertificate in a Skype for Business Server 2015 lab (issuelogs)",
    url: "https://github.com/pcossu/SkypeforBusiness_IaC_lab_V4",
    date: "2018-11-02",
};

pub(crate) static MIG_XMPP: Citation = Citation {
    key: "MIG-XMPP",
    title: "Configure XMPP gateway access policies and certificates (Lync/LyncServer)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static PR_2818: Citation = Citation {
    key: "PR-2818",
    title: "Documentation pull request 2818: closing of the provisioning site",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness/pull/2818",
    date: "",
};

pub(crate) static S15_ADVDNS: Citation = Citation {
    key: "S15-ADVDNS",
    title: "Advanced Edge Server DNS planning for Skype for Business Server (Skype/SfbServer/plan-your-deployment/network-requirements/advanced-edge-server-dns.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_ENC: Citation = Citation {
    key: "S15-ENC",
    title: "Encryption for Skype for Business Server (Skype/SfbServer/plan-your-deployment/security/encryption.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_SKYPE: Citation = Citation {
    key: "S15-SKYPE",
    title: "Deploy Skype connectivity (Skype/SfbServer/deploy/deploy-skype-connectivity.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_TLS: Citation = Citation {
    key: "S15-TLS",
    title: "Disable TLS 1.0/1.1 in Skype for Business Server (Skype/SfbServer/manage/topology/disable-tls-1.0-1.1.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_WIZ: Citation = Citation {
    key: "S15-WIZ",
    title: "Help of the Certificate Wizard (Skype/SfbServer/help-topics/help-depwiz/certificate-request-*.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static SCHERTZ: Citation = Citation {
    key: "SCHERTZ",
    title: "Jeff Schertz: Lync Phone Edition incompatible with wildcard certificates",
    url: "https://blog.schertz.name/2011/02/lync-phone-edition-incompatible-wildcard-certificates/",
    date: "2011-02",
};

pub(crate) static SFBO_RET: Citation = Citation {
    key: "SFBO-RET",
    title: "Skype for Business connector and Web SDK: retirement notes",
    url: "https://learn.microsoft.com/connectors/skypeforbiz/",
    date: "",
};

pub(crate) static LIFECYCLE_2010: Citation = Citation {
    key: "LIFECYCLE-2010",
    title: "Lync Server 2010, product lifecycle",
    url: "https://learn.microsoft.com/en-us/lifecycle/products/lync-server-2010",
    date: "",
};

pub(crate) static LIFECYCLE_2013: Citation = Citation {
    key: "LIFECYCLE-2013",
    title: "Lync Server 2013, product lifecycle",
    url: "https://learn.microsoft.com/en-us/lifecycle/products/lync-server-2013",
    date: "",
};

pub(crate) static LIFECYCLE_2015: Citation = Citation {
    key: "LIFECYCLE-2015",
    title: "Skype for Business Server 2015, product lifecycle",
    url: "https://learn.microsoft.com/en-us/lifecycle/products/skype-for-business-server-2015",
    date: "",
};

pub(crate) static LIFECYCLE_2019: Citation = Citation {
    key: "LIFECYCLE-2019",
    title: "Skype for Business Server 2019, product lifecycle",
    url: "https://learn.microsoft.com/en-us/lifecycle/products/skype-for-business-server-2019",
    date: "",
};

pub(crate) static SHA512: Citation = Citation {
    key: "SHA512",
    title: "SHA-512 certificates that keep RTCSRV from starting",
    url: "https://docs.microsoft.com/en-us/archive/blogs/canberrapfe/sha512-certificates-preventing-rtcsrv-from-starting",
    date: "",
};

pub(crate) static PERFICIENT: Citation = Citation {
    key: "PERFICIENT",
    title: "Lync support for CryptoAPI and CNG certificates",
    url: "https://blogs.perficient.com/2013/12/09/lync-support-for-cryptoaping-certificates/",
    date: "2013-12-09",
};

pub(crate) static OWASP_KEYS: Citation = Citation {
    key: "OWASP-KEYS",
    title: "OWASP, Key Management Cheat Sheet",
    url: "https://cheatsheetseries.owasp.org/cheatsheets/Key_Management_Cheat_Sheet.html",
    date: "",
};

pub(crate) static UCLOBBY_STORE: Citation = Citation {
    key: "UCLOBBY-STORE",
    title: "Checks to do in the Lync and Skype for Business certificate store",
    url: "https://blogs.technet.microsoft.com/uclobby/2015/06/19/checks-to-do-in-the-lyncskype4b-certificate-store/",
    date: "2015-06-19",
};

pub(crate) static CMD_GET: Citation = Citation {
    key: "CMD-GET",
    title: "Get-CsCertificate (skype/skype-ps/SkypeForBusiness/Get-CsCertificate.md)",
    url: "https://github.com/MicrosoftDocs/office-docs-powershell",
    date: "",
};

pub(crate) static COM_CODES: Citation = Citation {
    key: "COM-CODES",
    title: "COM error codes: security and setup",
    url: "https://learn.microsoft.com/en-us/windows/win32/com/com-error-codes-4",
    date: "",
};

pub(crate) static CTECH: Citation = Citation {
    key: "CTECH",
    title: "The Cloud Technologist: certificate authority",
    url: "https://thecloudtechnologist.com/category/certificate-authority/",
    date: "",
};

pub(crate) static RISUAL: Citation = Citation {
    key: "RISUAL",
    title: "Lync federation issue: presence unknown with a remote partner",
    url: "https://www.risual.com/2012/06/lync-federation-issue-presence-unknown-with-a-remote-lyncocs-partner/",
    date: "2012-06-01",
};

pub(crate) static EIWEB: Citation = Citation {
    key: "EIWEB",
    title: "There was a problem verifying the certificate from the server",
    url: "https://eiweb.es/uc/skype-for-business/there-was-a-problem-verifying-the-certificate-from-the-server/",
    date: "",
};

pub(crate) static SERIAL: Citation = Citation {
    key: "SERIAL",
    title: "Lync Edge: January 2014 update issue",
    url: "https://skypepro.co.uk/lync-edge-january-2014-cu-update-issue/",
    date: "2014-01-01",
};

pub(crate) static CLOCK: Citation = Citation {
    key: "CLOCK",
    title: "Confused Amused: audio and video",
    url: "https://www.confusedamused.com/notebook/tag/av",
    date: "",
};

pub(crate) static ROCA: Citation = Citation {
    key: "ROCA",
    title: "CVE-2017-15361: RSA keys of the Infineon library",
    url: "https://nvd.nist.gov/vuln/detail/CVE-2017-15361",
    date: "2017-10-16",
};

pub(crate) static OWA_PLAN: Citation = Citation {
    key: "OWA-PLAN",
    title: "Plan Office Web Apps Server",
    url: "https://learn.microsoft.com/en-us/webappsserver/plan-office-web-apps-server",
    date: "",
};

pub(crate) static L13_CROSS: Citation = Citation {
    key: "L13-CROSS",
    title: "Configuring Lync Server in a cross-premises environment",
    url: "https://learn.microsoft.com/en-us/previous-versions/office/lync-server-2013/lync-server-2013-configuring-lync-server-in-a-cross-premises-environment",
    date: "",
};

pub(crate) static EXPORT_PFX: Citation = Citation {
    key: "EXPORT-PFX",
    title: "Export-PfxCertificate",
    url: "https://learn.microsoft.com/powershell/module/pki/export-pfxcertificate",
    date: "",
};

pub(crate) static PFX_AES: Citation = Citation {
    key: "PFX-AES",
    title: "Exporting a PFX file with AES or 3DES encryption",
    url: "https://shop.trustico.com.au/blogs/stories/exporting-a-pfx-file-with-aes-or-3des-encryption",
    date: "",
};

pub(crate) static S15_LB: Citation = Citation {
    key: "S15-LB",
    title: "Load balancing requirements for Skype for Business Server (Skype/SfbServer/plan-your-deployment/network-requirements/load-balancing.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_MOB: Citation = Citation {
    key: "S15-MOB",
    title: "Plan for mobility for Skype for Business Server (Skype/SfbServer/plan-your-deployment/mobility.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static S15_SURL: Citation = Citation {
    key: "S15-SURL",
    title: "Simple URLs in Skype for Business Server (Skype/SfbServer/plan-your-deployment/network-requirements/simple-urls.md)",
    url: "https://github.com/MicrosoftDocs/OfficeDocs-SkypeForBusiness",
    date: "",
};

pub(crate) static KB_4023993: Citation = Citation {
    key: "KB-4023993",
    title: "LS Data MCU events 41025 and 41026 are constantly generated after you install the May 2017 .NET Framework updates",
    url: "https://support.microsoft.com/kb/4023993",
    date: "2017-05",
};

pub(crate) static S15_ENV_2020: Citation = Citation {
    key: "S15-ENV-2020",
    title: "Environmental requirements for Skype for Business Server 2015, Chinese edition of 2023, with the sentence on CNG certificates of 2020",
    url: "https://learn.microsoft.com/zh-cn/skypeforbusiness/plan-your-deployment/requirements-for-your-environment/environmental-requirements",
    date: "2020-01",
};

pub(crate) static SKYPE_RET: Citation = Citation {
    key: "SKYPE-RET",
    title: "Skype is retiring in May 2025: What you need to know",
    url: "https://support.microsoft.com/en-us/skype/skype-is-retiring-in-may-2025-what-you-need-to-know-2a7d2501-427f-485e-8be0-2068a9f90472",
    date: "2025",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// An auditor has to find the statement: a home page or the root of a repository is none, unless the title has the path in it.
    #[test]
    fn every_source_leads_to_its_document() {
        for source in SOURCES {
            let rest = source.url.strip_prefix("https://").unwrap();
            let (_, path) = rest.split_once('/').unwrap_or_default();
            let is_root = path.trim_matches('/').is_empty()
                || source.url.contains("github.com/") && path.matches('/').count() < 2;
            let names_its_path = source.title.contains('(') && source.title.contains('/')
                || source.title.contains("issuelogs");
            assert!(!is_root || names_its_path, "{}: {}", source.key, source.url);
        }
    }

    #[test]
    fn sources_are_sorted_unique_and_complete() {
        assert!(SOURCES.is_sorted_by(|one, next| one.key < next.key));
        for source in SOURCES {
            assert!(!source.title.is_empty() && source.url.starts_with("https://"), "{}", source.key);
        }
    }
}
