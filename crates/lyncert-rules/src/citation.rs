//! The sources that rules and clauses lean on.

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
    &CMD_IMP,
    &CMD_REQ,
    &CMD_SET,
    &CONS,
    &L10_EXT,
    &L10_INT,
    &L10_MOB,
    &L10_WILD,
    &L13_AUTOD,
    &L13_CERTSRV,
    &L13_DIR1,
    &L13_EDGEINT,
    &L13_EXT,
    &L13_INFRA,
    &L13_INT,
    &L13_MOB,
    &L13_NAT1,
    &L13_OAUTH,
    &L13_OWAPUB,
    &L13_PCHAT,
    &L13_PIC,
    &L13_PICFAQ,
    &L13_PKI,
    &L13_PLAN,
    &L13_ROLL,
    &L13_RP,
    &L13_RPREQ,
    &L13_SIGNIN,
    &L13_SURL,
    &L13_WILD,
    &L13_XMPP,
    &L13_XMPPSET,
    &OOS,
    &RFC5280,
    &RFC6151,
    &RFC9525,
    &S15_EDGE,
    &S15_ENV,
    &S15_IM,
    &S15_TBHELP,
    &S15_VIS,
    &S19_DEP,
    &S19_SYS,
    &SEED,
    &UCLOBBY,
    &UCMA,
    &ZLINT,
];

pub(crate) static CMD_IMP: Citation = Citation {
    key: "CMD-IMP",
    title: "Import-CsCertificate",
    url: "https://learn.microsoft.com/powershell/module/skypeforbusiness/import-cscertificate",
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

pub(crate) static ZLINT: Citation = Citation {
    key: "ZLINT",
    title: "zlint, lints for certificates of public CAs with effective dates",
    url: "https://github.com/zmap/zlint",
    date: "2026-08-02",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_sorted_unique_and_complete() {
        assert!(SOURCES.is_sorted_by(|one, next| one.key < next.key));
        for source in SOURCES {
            assert!(!source.title.is_empty() && source.url.starts_with("https://"), "{}", source.key);
        }
    }
}
