//! What Lync Server, Skype for Business Server and their clients say.

use super::{Cause, Code, Symptom};
use crate::citation::symptoms::{
    ADCS_SIZE, DODEITTE, ITBASEDTELCO, KB_2604176, KB_2833618, KB_2901554, LYNC_IPAD, LYNCDUDE, OCS_EVENTS,
    OCS_MP, ONPREMDIAG, SCHANNEL_TRUST, TEAMSADMIN, UCCRAMBLINGS,
};
use crate::citation::{
    CLOCK, EIWEB, L13_AUTOD, L13_OAUTH, L13_PLAN, RISUAL, SERIAL, SHA512, UCLOBBY, UCLOBBY_STORE,
};

pub(super) static SYMPTOMS: &[Symptom] = &[
    Symptom {
        codes: &[Code::event(41025), Code::event(41026), Code::event(41029), Code::event(41031)],
        topics: &["web conferencing", "data mcu"],
        meaning: "LS Data MCU: the web conferencing service cannot connect to the Edge Server, since an update of .NET in May 2017 checks the extended key usages",
        rules: &["eku-client-missing", "eku-server-missing"],
        // AOL and gateways have no part in web conferences.
        other_clauses: &["EDGE-PIC-01", "GW-01"],
        advice: "The registry switch RequireCertificateEKUs turns the check off until the certificates are replaced",
        sources: &[&UCLOBBY],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(32042), Code::event(30988), Code::event(30998), Code::event(61029)],
        messages: &["invalid incoming https certificate", "invalid certificates"],
        meaning: "A service refuses the certificate of another server: its chain is not trusted, an intermediate certificate lies among the trusted roots, or it has expired",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "intermediate-as-root",
            "root-in-intermediate-place",
            "chain-untrusted",
            "chain-incomplete",
            "self-signed",
            "expired",
        ],
        advice: "On every server: Get-ChildItem Cert:\\LocalMachine\\Root | Where-Object { $_.Issuer -ne $_.Subject } has to give nothing; the number behind `Certificate error` says why it was refused",
        sources: &[&ITBASEDTELCO, &UCLOBBY_STORE],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(61045), Code::event(32402), Code::word("KB2901554")],
        messages: &["failed to send c3p notifications to the focus"],
        meaning: "Conferencing services lose the HTTPS connection to their Front End Server: its certificate is refused, or Schannel of Windows Server 2012 R2 resumes sessions by tickets that it does not understand",
        cause: Cause::AlsoElsewhere,
        rules: &["expired", "chain-incomplete", "chain-untrusted", "intermediate-as-root"],
        advice: "On every Front End Server: turn the session tickets of Schannel off as the article says, and look for certificates among the trusted roots that did not sign themselves",
        sources: &[&KB_2901554, &ONPREMDIAG],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::word("ClientAuthTrustMode"), Code::word("SendTrustedIssuerList")],
        meaning: "Settings of Schannel for certificates that other servers present: which issuers it names, and how it trusts them; where an intermediate certificate lies among the trusted roots, `machine trust` refuses them all",
        cause: Cause::AlsoElsewhere,
        rules: &["intermediate-as-root", "root-in-intermediate-place"],
        advice: "On every server: HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL, value ClientAuthTrustMode (2 is exclusive trust in CAs); take what is no root out of the trusted roots first",
        sources: &[&SCHANNEL_TRUST, &ONPREMDIAG],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::diagnostics(1047), Code::win32(10054, "WSAECONNRESET"), Code::event(14366)],
        messages: &[
            "failed to complete tls negotiation with a federated peer server",
            "connection was closed by the remote",
        ],
        topics: &["presence unknown", "federation"],
        meaning: "A federated partner or the next hop closes the connection: it does not trust the certificate, or does not find the expected name in it",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "chain-incomplete",
            "expired",
            "san-missing",
            "cn-not-in-san",
            "ca-private-external",
            "revoked",
            "san-stale",
            "eku-server-missing",
        ],
        advice: "The same fault at the partner looks alike from here: ask for the partner's chain too",
        sources: &[&RISUAL],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(14428)],
        messages: &["tls outgoing connection failures"],
        meaning: "LS Protocol Stack: TLS connections to other servers fail, because the peer's certificate has another name than the peer, or its root is not trusted here",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "san-missing",
            "cn-wrong",
            "cn-not-in-san",
            "chain-untrusted",
            "chain-incomplete",
            "expired",
        ],
        advice: "The event names the peer and an error code, which says which of the two it is; on this server the peer's root has to be trusted",
        sources: &[&OCS_EVENTS, &OCS_MP, &LYNCDUDE],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(14501), Code::event(14502), Code::event(14603)],
        meaning: "LS Protocol Stack: connections with a federated partner fail again and again",
        cause: Cause::AlsoElsewhere,
        rules: &["san-missing", "chain-incomplete", "ca-private-external", "expired", "cn-not-in-san"],
        advice: "On the Edge Server: that the route of federation, the DNS records and port 5061 are right in both directions, and that each side trusts the other's root",
        sources: &[&LYNCDUDE],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(12303), Code::event(14694), Code::event(14397)],
        topics: &["access edge does not start", "serial number"],
        meaning: "The Access Edge service does not start, since it cannot use its certificate; it names the serial number with its bytes in reverse order",
        cause: Cause::AlsoElsewhere,
        rules: &["expired", "key-mismatch", "cng-provider", "assigned-not-found"],
        advice: "`lyncert inspect` prints each serial number both ways; on the Edge Server the certificate has to lie in the computer's store with its key, and its whole chain has to be trusted",
        sources: &[&SERIAL],
        ..Symptom::DEFAULTS
    },
    Symptom {
        topics: &["rtcsrv", "front end service does not start", "second front end"],
        meaning: "Front End services do not start: a chain that is not trusted, a signature algorithm that Windows does not offer in TLS, or an expired certificate",
        cause: Cause::AlsoElsewhere,
        rules: &["expired", "sig-sha512", "sig-md5", "intermediate-as-root", "requirement-unmet", "key-type"],
        advice: "Look at the Schannel events of the same minute",
        sources: &[&SHA512],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::event(32263)],
        topics: &["exchange um", "voice mail", "voicemail", "unified messaging"],
        meaning: "Calls to voice mail connect and stay silent from outside: the certificate of the Exchange unified messaging service does not have the server's own name as its subject",
        cause: Cause::Elsewhere,
        clauses: &["EXUM-01"],
        advice: "On every Exchange server: the subject of the certificate that serves UM has to be that server's FQDN, not only one of its names; no topology tells of it",
        sources: &[&UCCRAMBLINGS],
        ..Symptom::DEFAULTS
    },
    Symptom {
        messages: &["the peer is not a configured server on this network interface"],
        topics: &["trusted application"],
        meaning: "A Front End Server refuses a trusted application: the name in the subject of its certificate is no trusted application server of the topology",
        cause: Cause::AlsoElsewhere,
        rules: &["cn-wrong", "cn-not-in-san", "san-missing"],
        clauses: &["TAP-01"],
        advice: "The line `Data: fqdn=` names what the certificate says: the application pool of the topology has to have that name, or the application a certificate with the pool's",
        sources: &[&DODEITTE],
        ..Symptom::DEFAULTS
    },
    Symptom {
        messages: &[
            "cannot verify that the server is trusted for your sign-in address",
            "can't verify that the server is trusted for your sign-in address",
        ],
        meaning: "A client asks whether it may connect, since the server's name does not end in the SIP domain of the user; the certificate is not at fault",
        cause: Cause::Elsewhere,
        advice: "Compare pool and web service names of `lyncert topology` with the SIP domains; where they have to differ, the group policy of trusted domains (TrustModelData) names them to the clients",
        sources: &[&KB_2833618],
        ..Symptom::DEFAULTS
    },
    Symptom {
        messages: &[
            "can't verify the certificate from the server",
            "cannot verify the certificate from the server",
        ],
        meaning: "A mobile client refuses the certificate of the reverse proxy, or in the company's own network that of a Front End Server: its chain is not complete or not trusted by the device, it has ended, or lacks the name",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "chain-incomplete",
            "chain-untrusted",
            "ca-private-external",
            "self-signed",
            "expired",
            "san-missing",
            "eku-server-missing",
            "revoked",
        ],
        advice: "Devices do not trust an internal CA by themselves: install its root on them; see that proxy and load balancer send the intermediate certificates",
        sources: &[&LYNC_IPAD],
        ..Symptom::DEFAULTS
    },
    Symptom {
        messages: &["there was a problem acquiring a personal certificate"],
        meaning: "A client cannot get the certificate that the pool's web services issue to its user, or refuses the pool's own chain",
        cause: Cause::AlsoElsewhere,
        rules: &["chain-incomplete", "chain-untrusted", "expired"],
        advice: "On the client: delete the sign-in information, so that stored certificates and passwords are asked for anew; see that its clock is right and that it trusts the pool's CA",
        sources: &[&KB_2604176],
        ..Symptom::DEFAULTS
    },
    Symptom {
        messages: &["there was a problem verifying the certificate from the server"],
        meaning: "A client refuses the certificate of the server that it signs in to: it does not trust the chain",
        cause: Cause::AlsoElsewhere,
        rules: &[
            "chain-untrusted",
            "chain-incomplete",
            "chain-signature-bad",
            "self-signed",
            "issuer-expired",
            "issuer-not-ca",
            "expired",
        ],
        advice: "Where it comes and goes, look for a group policy that writes the roots anew while services read them",
        sources: &[&EIWEB, &KB_2604176],
        ..Symptom::DEFAULTS
    },
    Symptom {
        topics: &["lyncdiscover", "mobile", "autodiscover"],
        meaning: "Mobile clients cannot sign in: the discovery name is not in the certificate of the reverse proxy, a Front End Server or a Director",
        rules: &["san-missing", "san-wildcard-not-honoured", "requirement-unmet"],
        advice: "Where the first request is published over port 80, say so in the policy: autodiscover = \"http80\"",
        sources: &[&L13_AUTOD],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::word("MRAS")],
        topics: &["media relay", "av authentication", "a/v authentication", "audio/video"],
        meaning: "Audio and video with people outside fails: the servers of an Edge pool do not share the key of the A/V authentication certificate, or it has ended",
        rules: &["pool-differs", "pool-same-names-other-key", "expired", "expiring"],
        advice: "A new A/V certificate is staged with -Roll at least 8 hours before the old one ends",
        sources: &[&L13_PLAN],
        ..Symptom::DEFAULTS
    },
    Symptom {
        topics: &["oauth", "server-to-server authentication"],
        meaning: "Servers of the deployment and of Exchange or SharePoint do not accept each other: the OAuthTokenIssuer certificate has ended, is not the same everywhere, or its key is too short",
        cause: Cause::AlsoElsewhere,
        rules: &["expired", "oauth-differs", "rsa-short"],
        clauses: &["OAUTH-02", "OAUTH-04"],
        advice: "On every Front End Server: Get-CsCertificate -Type OAuthTokenIssuer has to give the same thumbprint; on the partner, that it read the metadata again since the certificate was replaced",
        sources: &[&L13_OAUTH],
        ..Symptom::DEFAULTS
    },
    Symptom {
        codes: &[Code::status(0xc800_05e2, "hrColumnTooBig")],
        messages: &["length of the field exceeds the maximum length"],
        meaning: "A Windows CA refuses the request, since the names in it take more than the 4096 bytes that its database has for an extension",
        cause: Cause::Elsewhere,
        advice: "`lyncert plan` lists the names of each request: ask for fewer SIP domains, publish the first discovery request over port 80, or widen the CA's limit (certutil -setreg DBFlags +0x1000, on the CA)",
        sources: &[&TEAMSADMIN, &ADCS_SIZE],
        ..Symptom::DEFAULTS
    },
    Symptom {
        topics: &["clock", "time zone", "time skew"],
        meaning: "A wrong clock makes sound certificates fail: they seem to be expired, or not to have begun",
        cause: Cause::AlsoElsewhere,
        rules: &["not-yet-valid", "expired"],
        advice: "Compare the clocks of clients and servers with the domain's before you replace a certificate",
        sources: &[&CLOCK],
        ..Symptom::DEFAULTS
    },
];
