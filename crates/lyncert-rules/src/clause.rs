//! The clauses of the catalog: which document says what.
//!
//! A clause is the smallest statement that a finding can cite. One rule reports many clauses.

use crate::Citation;
use crate::citation as source;

/// A statement about certificates, with the documents that make it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Clause {
    /// Id, such as `EDGE-EXT-03`. Never given to another statement.
    pub id: &'static str,
    /// The statement. Where documents contradict each other, the decision taken.
    pub summary: &'static str,
    /// The documents, the weightiest first. Never empty.
    pub sources: &'static [&'static Citation],
}

/// The clause with this id.
pub fn clause(id: &str) -> Option<&'static Clause> {
    CLAUSES.binary_search_by(|clause| clause.id.cmp(id)).ok().and_then(|index| CLAUSES.get(index))
}

/// All clauses, sorted by id.
pub static CLAUSES: &[Clause] = &[
    Clause {
        id: "AUTO-15",
        summary: "Names that the tools do not add are added by the person who requests the certificate: further SIP and XMPP domains, names of other things that need support, everything on the reverse proxy",
        sources: &[&source::SEED, &source::L13_CERTSRV],
    },
    Clause {
        id: "AVC-01",
        summary: "A stand-alone A/V Conferencing Server has its pool FQDN as subject, and pool and server FQDN as names; inferred, since no table of the vendor could be read",
        sources: &[&source::L10_INT],
    },
    Clause {
        id: "DEF-SIP-01",
        summary: "The pool that answers automatic sign-in has sip.<domain> for each SIP domain on its Default certificate; clients that match strictly trust no other name. Nobody names that pool in an export: unless the policy does, its absence is information",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::L13_SIGNIN],
    },
    Clause {
        id: "DEF-SIP-02",
        summary: "sipinternal.<domain> and sipexternal.<domain> stand on the certificate of the server that they point at, where they are in DNS",
        sources: &[&source::L13_INT, &source::S15_ENV],
    },
    Clause {
        id: "DIR-DEF-01",
        summary: "A Director's Default certificate has the pool FQDN as subject, and pool and server FQDN as names",
        sources: &[&source::L13_INT, &source::L13_DIR1, &source::S15_ENV],
    },
    Clause {
        id: "DIR-WEXT-01",
        summary: "A Director's external web certificate has the server FQDN as subject and the Director's external web FQDN, Meet and Dial-in hosts as names. One text lists Admin in place of Meet; Meet is required and Admin accepted",
        sources: &[&source::L13_INT, &source::S15_ENV],
    },
    Clause {
        id: "DIR-WINT-01",
        summary: "A Director's internal web certificate has the server FQDN as subject and the internal web FQDN, server and pool FQDN, Meet, Dial-in and Admin hosts as names",
        sources: &[&source::L13_INT, &source::S15_ENV],
    },
    Clause {
        id: "DISC-01",
        summary: "lyncdiscoverinternal.<domain> for each SIP domain on the internal web services, from Lync Server 2013 on. The SIP domain counts, not the internal DNS domain that one page names",
        sources: &[&source::L13_MOB, &source::S15_ENV, &source::L10_MOB],
    },
    Clause {
        id: "DISC-02",
        summary: "lyncdiscover.<domain> for each SIP domain on the external web services; a warning, since a reverse proxy usually stands in front",
        sources: &[&source::L13_MOB, &source::S15_ENV, &source::L10_MOB],
    },
    Clause {
        id: "DISC-03",
        summary: "lyncdiscover.<domain> for each SIP domain on the reverse proxy when Autodiscover is published on port 443",
        sources: &[&source::L13_AUTOD, &source::S15_ENV],
    },
    Clause {
        id: "EDGE-AV-01",
        summary: "The A/V authentication certificate is the same, with the same key, on every Edge Server of a pool; no client checks its names",
        sources: &[&source::L13_PLAN, &source::L13_EXT, &source::L13_ROLL],
    },
    Clause {
        id: "EDGE-EXT-01",
        summary: "The external Edge certificate has the Access Edge and the Web Conferencing Edge FQDN as names",
        sources: &[&source::SEED, &source::L13_NAT1, &source::L13_EXT, &source::S15_EDGE],
    },
    Clause {
        id: "EDGE-EXT-02",
        summary: "The subject of the external Edge certificate is the Access Edge FQDN; recommended, no longer demanded since TLS looks at the names",
        sources: &[&source::L13_EXT, &source::L10_EXT],
    },
    Clause {
        id: "EDGE-EXT-03",
        summary: "sip.<domain> for each SIP domain on the external Edge certificate, unless neither federation nor automatic client configuration is used. The tools are said to add the default domain's entry; logs show that none can be counted on",
        sources: &[&source::SEED, &source::L13_NAT1, &source::L13_EXT, &source::S15_EDGE],
    },
    Clause {
        id: "EDGE-EXT-04",
        summary: "The external Edge certificate has the server EKU and comes from a public CA",
        sources: &[&source::SEED, &source::L13_EXT, &source::S15_EDGE],
    },
    Clause {
        id: "EDGE-EXT-06",
        summary: "All Edge Servers of a pool hold the same external certificate with the same key",
        sources: &[&source::L13_PLAN, &source::L13_EXT, &source::S15_EDGE],
    },
    Clause {
        id: "EDGE-EXT-08",
        summary: "The A/V Edge FQDN is not needed on the external Edge certificate, though one planning page asks for it; it is accepted",
        sources: &[&source::L13_EXT, &source::S15_EDGE, &source::L13_PLAN],
    },
    Clause {
        id: "EDGE-INT-01",
        summary: "The subject of the internal Edge certificate is the internal FQDN of the Edge pool; the name may stand in the subject or in the subject alternative name",
        sources: &[&source::L13_NAT1, &source::L13_EXT, &source::S15_EDGE, &source::S15_TBHELP],
    },
    Clause {
        id: "EDGE-INT-02",
        summary: "Names on the internal Edge certificate beside the internal FQDN are not asked for",
        sources: &[&source::L13_WILD, &source::L13_EXT, &source::CMD_REQ],
    },
    Clause {
        id: "EDGE-INT-03",
        summary: "All Edge Servers of a pool hold the same internal certificate",
        sources: &[&source::L13_PLAN, &source::L13_EDGEINT],
    },
    Clause {
        id: "EDGE-PIC-01",
        summary: "For public instant messaging with AOL the external Edge certificate has the client EKU too; AOL ended on 2014-06-30",
        sources: &[&source::SEED, &source::L13_PIC, &source::CMD_REQ, &source::L13_PICFAQ],
    },
    Clause {
        id: "EDGE-XMPP-01",
        summary: "Each XMPP domain stands bare on the external Edge certificate. Five pages print xmpp.<domain> and a wildcard instead; XMPP servers check the bare domain, so that is what is required",
        sources: &[&source::SEED, &source::L13_XMPP, &source::L13_XMPPSET],
    },
    Clause {
        id: "EDGE-XMPP-02",
        summary: "xmpp.<domain> on the external Edge certificate is printed by some pages and not needed",
        sources: &[&source::L13_NAT1, &source::S15_EDGE],
    },
    Clause {
        id: "EDGE-XMPP-03",
        summary: "With an XMPP proxy, the usage XmppServer is assigned too, normally to the external certificate",
        sources: &[&source::CMD_IMP],
    },
    Clause {
        id: "FE-ALL-01",
        summary: "One certificate may serve Default and both web usages; its subject is the pool FQDN and its names are those of all three",
        sources: &[&source::L13_CERTSRV],
    },
    Clause {
        id: "FE-DEF-01",
        summary: "A Front End's Default certificate has the pool FQDN as subject, and pool and server FQDN as names",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS, &source::L10_INT],
    },
    Clause {
        id: "FE-WEXT-01",
        summary: "A Front End's external web certificate has the external web FQDN, Meet and Dial-in hosts as names. The text lists Admin and leaves out Meet, the examples the reverse; Meet is required and Admin accepted",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "FE-WINT-01",
        summary: "A Front End's internal web certificate has the internal web FQDN, pool and server FQDN, Meet, Dial-in and Admin hosts as names",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "FE-WINT-02",
        summary: "The subject of a Front End's web certificate is the pool FQDN by the rule and the server FQDN by the example; both are accepted",
        sources: &[&source::L13_INT, &source::S15_ENV],
    },
    Clause {
        id: "GEN-CDP-01",
        summary: "Every server certificate has a CRL distribution point",
        sources: &[&source::L13_INFRA, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "GEN-CHAIN-03",
        summary: "External Edge and reverse proxy certificates come from a public CA",
        sources: &[&source::SEED, &source::L13_EXT, &source::L13_RP, &source::S15_EDGE],
    },
    Clause {
        id: "GEN-CNT-01",
        summary: "Every usage of a server has a certificate",
        sources: &[&source::L13_CERTSRV],
    },
    Clause {
        id: "GEN-EKU-01",
        summary: "Every server certificate has the server EKU",
        sources: &[&source::L13_INFRA, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "GEN-EKU-02",
        summary: "Client EKU is not needed for ordinary MTLS",
        sources: &[&source::L13_PKI],
    },
    Clause {
        id: "GEN-EXTRA-01",
        summary: "A name that nothing in the topology needs; the product accepts it",
        sources: &[&source::L13_INT],
    },
    Clause {
        id: "GEN-KEY-01",
        summary: "RSA keys have 1024, 2048 or 4096 bits; 2048 and more are recommended",
        sources: &[&source::L13_INFRA, &source::S15_ENV, &source::CMD_REQ],
    },
    Clause {
        id: "GEN-NAME-03",
        summary: "A certificate without any DNS name in the subject alternative name is matched by its subject; with one, only the subject alternative name counts",
        sources: &[&source::L13_EXT],
    },
    Clause {
        id: "GEN-SIG-01",
        summary: "Signatures use SHA-1 or SHA-2; no public CA may issue SHA-1 since 2016-01-01",
        sources: &[&source::L13_INFRA, &source::S15_ENV, &source::ZLINT],
    },
    Clause {
        id: "GEN-SIG-02",
        summary: "RSASSA-PSS signatures are not supported",
        sources: &[&source::L13_INFRA, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "GEN-SIG-03",
        summary: "MD5 and weaker signatures are outside of the supported list",
        sources: &[&source::L13_INFRA],
    },
    Clause {
        id: "GEN-SN-01",
        summary: "The subject is repeated in the subject alternative name where there is one. Must on Edge external and reverse proxy certificates; some internal tables do not do it",
        sources: &[&source::SEED, &source::S15_EDGE, &source::L13_RPREQ],
    },
    Clause {
        id: "GEN-SN-02",
        summary: "The subject is no wildcard, on any role",
        sources: &[&source::L13_WILD, &source::L10_WILD],
    },
    Clause {
        id: "HYB-01",
        summary: "The external Edge certificate has sip.<domain> for each SIP domain of the online tenant, except onmicrosoft.com",
        sources: &[&source::CONS],
    },
    Clause {
        id: "MED-01",
        summary: "A stand-alone Mediation Server has its pool FQDN as subject, and pool and server FQDN as names",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "OAUTH-01",
        summary: "An OAuthTokenIssuer certificate is assigned, from Lync Server 2013 on",
        sources: &[&source::L13_DIR1, &source::L13_OAUTH],
    },
    Clause {
        id: "OAUTH-02",
        summary: "The OAuthTokenIssuer certificate is one for the whole deployment",
        sources: &[&source::L13_OAUTH, &source::CMD_SET],
    },
    Clause {
        id: "OAUTH-03",
        summary: "The subject of the OAuthTokenIssuer certificate is the default SIP domain by default; any server certificate may serve, and the product does not check its name",
        sources: &[&source::L13_OAUTH],
    },
    Clause {
        id: "OAUTH-04",
        summary: "The OAuthTokenIssuer key has at least 2048 bits",
        sources: &[&source::L13_OAUTH],
    },
    Clause {
        id: "OAUTH-05",
        summary: "The OAuthTokenIssuer key is exportable",
        sources: &[&source::L13_ROLL],
    },
    Clause {
        id: "OAUTH-06",
        summary: "Further SIP domains may stand on the OAuthTokenIssuer certificate",
        sources: &[&source::L13_OAUTH],
    },
    Clause {
        id: "OOS-01",
        summary: "An Office Web Apps or Office Online Server farm has its FQDN as subject and name; server names are customary",
        sources: &[&source::OOS, &source::L13_OWAPUB],
    },
    Clause {
        id: "PCHAT-01",
        summary: "A Persistent Chat Server has a certificate of its own; no table exists, so pool and server FQDN are taken",
        sources: &[&source::L13_PCHAT, &source::S15_ENV],
    },
    Clause {
        id: "RP-01",
        summary: "The reverse proxy's certificate has the external web FQDN of each Front End pool and Standard Edition server",
        sources: &[&source::L13_RP, &source::L13_RPREQ],
    },
    Clause {
        id: "RP-02",
        summary: "The subject of the reverse proxy's certificate is an external web FQDN and is repeated as a name",
        sources: &[&source::L13_RPREQ],
    },
    Clause {
        id: "RP-03",
        summary: "The reverse proxy's certificate has the host of every Meet URL",
        sources: &[&source::L13_RPREQ],
    },
    Clause {
        id: "RP-04",
        summary: "The reverse proxy's certificate has the host of the Dial-in URL",
        sources: &[&source::L13_RPREQ],
    },
    Clause {
        id: "RP-05",
        summary: "The reverse proxy's certificate has the external web FQDN of each Director and the external host of Office Web Apps",
        sources: &[&source::L13_RP, &source::L13_RPREQ],
    },
    Clause {
        id: "RP-11",
        summary: "The Admin host is internal and is not published",
        sources: &[&source::L13_SURL],
    },
    Clause {
        id: "SBA-01",
        summary: "A Survivable Branch Appliance has its FQDN as subject and sip.<domain> for each SIP domain",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "SBA-02",
        summary: "The FQDN of a Survivable Branch Appliance should stand among the names too, since the subject is not looked at beside names",
        sources: &[&source::L13_INT],
    },
    Clause {
        id: "STD-DEF-01",
        summary: "A Standard Edition server's Default certificate has the server FQDN as subject and name",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS, &source::L10_INT],
    },
    Clause {
        id: "STD-WEXT-01",
        summary: "A Standard Edition server's external web certificate has the external web FQDN, Meet and Dial-in hosts as names",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "STD-WINT-01",
        summary: "A Standard Edition server's internal web certificate has the server FQDN, Meet, Dial-in and Admin hosts as names",
        sources: &[&source::L13_INT, &source::S15_ENV, &source::S19_SYS],
    },
    Clause {
        id: "TAP-01",
        summary: "A trusted application pool has its FQDN as subject, and its FQDN and every server FQDN as names",
        sources: &[&source::UCMA],
    },
    Clause {
        id: "TAP-02",
        summary: "All servers of a trusted application pool hold the same certificate",
        sources: &[&source::UCMA],
    },
    Clause {
        id: "URL-01",
        summary: "The hosts of all Meet URLs and of the Dial-in URL stand on both web certificates and on the reverse proxy",
        sources: &[&source::L13_INT, &source::L13_SURL, &source::L13_RPREQ],
    },
    Clause {
        id: "URL-03",
        summary: "The Admin URL is optional and internal: its host stands on the internal web certificate only",
        sources: &[&source::L13_SURL, &source::L13_INT],
    },
    Clause {
        id: "URL-05",
        summary: "Further URLs of a component still answer old meeting links, so their hosts are expected too; inferred from Topology Builder's warning against removing them",
        sources: &[&source::S15_TBHELP],
    },
    Clause {
        id: "VIS-01",
        summary: "A Video Interop Server has a certificate; no table exists, so pool and server FQDN are taken",
        sources: &[&source::S15_VIS],
    },
    Clause {
        id: "WILD-02",
        summary: "No wildcard on the external Edge certificate",
        sources: &[&source::L13_PLAN, &source::L13_WILD],
    },
    Clause {
        id: "WILD-03",
        summary: "A wildcard may stand for simple URL, lyncdiscover and lyncdiscoverinternal hosts on web services and reverse proxy; in Lync Server 2010 for simple URL hosts only",
        sources: &[&source::L13_WILD, &source::L13_INT, &source::L10_WILD],
    },
    Clause {
        id: "WILD-04",
        summary: "Pool, server and web services FQDNs and sip.<domain> are spelled out",
        sources: &[&source::L13_WILD],
    },
    Clause {
        id: "WILD-06",
        summary: "Wildcards on other roles are not addressed by the vendor",
        sources: &[&source::L13_WILD],
    },
    Clause {
        id: "WILD-07",
        summary: "A wildcard among the names of the internal Edge certificate is allowed and not queried",
        sources: &[&source::L13_WILD, &source::L13_EXT],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_are_sorted_and_unique_and_have_sources() {
        assert!(CLAUSES.is_sorted_by(|one, next| one.id < next.id));
        for clause in CLAUSES {
            assert!(!clause.summary.is_empty() && !clause.sources.is_empty(), "{}", clause.id);
        }
    }

    #[test]
    fn a_clause_is_found_by_its_id() {
        assert_eq!(clause("EDGE-EXT-03").map(|clause| clause.id), Some("EDGE-EXT-03"));
        assert_eq!(clause("EDGE-EXT-99"), None);
    }
}
