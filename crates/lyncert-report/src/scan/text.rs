//! Texts without certificates: what exports say of assigned certificates, and what else a text seems to be.

use lyncert_ingest::assigned::EXPORT_COMMAND;
use lyncert_ingest::document::Format;
use lyncert_rules::usage::CertificateUsage;

use super::item::Item;

/// So much of a text shows what it is.
const HEAD_CHARS: usize = 4096;

/// The endings of names that say that a file is, or goes with, a certificate.
const CERTIFICATE_ENDINGS: [&str; 15] = [
    "cer", "crt", "cert", "pem", "der", "p7b", "p7c", "p7s", "pfx", "p12", "sst", "key", "csr", "req", "crl",
];

/// What files that lyncert writes have at their head: whether the text starts with it, and the text.
/// Quotes are left out.
const OWN_MARKS: [(bool, &str); 22] = [
    (false, "content=default-src 'none'; style-src 'sha256-"),
    (false, "schema: lyncert-"),
    (true, "# HELP lyncert_"),
    (true, "estate,site,pool,"),
    (true, "path,also_in,subject,"),
    (true, "estate,order,"),
    (true, "item,value\r\njudged at,"),
    (true, "item,value\r\nstate,"),
    (true, "estate,state,"),
    (true, "estate,status,"),
    (true, "estate,at,days,severity,"),
    (true, "# lyncert: "),
    (false, "name: lyncert,"),
    (false, "<testsuites name=lyncert: "),
    (false, "PRODID:-//lyncert//"),
    (true, "# Certificate requests of "),
    (false, "what the wizard requests, and what it leaves out"),
    (false, " certificates to request\n"),
    (false, "`lyncert audit` tells them"),
    (false, " requirements fail: "),
    // The inventory of a folder tells serial numbers both ways.
    (false, "\n  reversed    "),
    // So did earlier versions.
    (false, ", reversed "),
];

/// Whether the name of a file says that it is a certificate or goes with one.
pub(super) fn is_named_as_certificate(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| CERTIFICATE_ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)))
}

/// What an export of `Get-CsCertificate`, in any form, or the log of a cmdlet says of assigned certificates; `None` for other
/// texts.
pub(super) fn read_assigned(bytes: &[u8], text: &str) -> Option<Vec<Item>> {
    let is_log = text.contains("<CsMgmtLog");
    // All of them name thumbprints, save for logs, which have a root of their own.
    if !(is_log || has_word(text, "thumbprint")) || is_own(head(text)) {
        return None;
    }
    let document = match lyncert_ingest::format::read("", bytes) {
        Ok(document) => document,
        Err(error) if is_log => {
            return Some(vec![Item::evidence_not_read(format!(
                "looks like the log of a cmdlet that was cut off or damaged ({error}); list what is assigned by `{EXPORT_COMMAND}`"
            ))]);
        }
        Err(_) => return None,
    };
    if document.topology.is_some() {
        return None;
    }
    let mut items = Vec::new();
    if let Some(first) = document.problems.first() {
        let more = match document.problems.len() {
            1 => String::new(),
            count => format!(" (and {} more like it)", count - 1),
        };
        items.push(Item::evidence_not_read(format!(
            "tells of assigned certificates, but at line {}: {}{more}",
            first.place.line, first.text
        )));
    }
    match document.assigned {
        Some(export) if !export.certificates.is_empty() => items.push(Item::Assigned(Box::new(export))),
        Some(export) if items.is_empty() && !export.errors.is_empty() => items.push(failed()),
        None if items.is_empty() && document.format == Format::CmdletLog => {
            items.push(Item::harmless("is the log of a cmdlet (`-Report`) that assigns no certificate"));
        }
        Some(_) | None => {}
    }
    (!items.is_empty()).then_some(items)
}

fn failed() -> Item {
    Item::evidence_not_read(format!(
        "holds an error of `Get-CsCertificate` in place of what is assigned; list that by `{EXPORT_COMMAND}`"
    ))
}

/// What a text without certificates seems to be.
pub(super) fn kind(text: &str) -> Item {
    let start = head(text);
    let has = |word: &str| start.contains(word);
    if is_own(start) {
        return Item::harmless("is a file that lyncert wrote");
    }
    if text.starts_with('<') {
        return markup_kind(text, start);
    }
    if text.trim().is_empty() {
        return Item::harmless("holds nothing but white space");
    }
    if start.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Item::not_read("is a binary file of an unknown kind");
    }
    if has("Certificate:\n    Data:") || has("Certificate:\r\n    Data:") {
        return Item::not_read(
            "is what `openssl x509 -text` prints, not a certificate; print it with the block `CERTIFICATE` below",
        );
    }
    if is_dump_of_certutil(start) {
        return Item::not_read(
            "is a text dump of certutil, not a certificate; export the certificates as DER or Base-64",
        );
    }
    if text.lines().any(|line| line.trim_start().starts_with("Get-CsCertificate :")) {
        return failed();
    }
    if looks_like_evidence(text) {
        return Item::evidence_not_read(format!(
            "looks like a list of assigned certificates in a form that is not read; export it by `{EXPORT_COMMAND}`"
        ));
    }
    if is_like_base64(text) {
        return Item::not_read("is a text with a part that looks like an encoded certificate");
    }
    named_text(text, start)
}

/// What texts are that hold no certificate.
fn named_text(text: &str, start: &str) -> Item {
    let has = |word: &str| start.contains(word);
    let has_any = |words: &[&str]| words.iter().any(|word| has_word(start, word));
    if has_any(&["[NewRequest]", "[RequestAttributes]", "[EnhancedKeyUsageExtension]", "[Version]"]) {
        return Item::harmless("is an INF file, such as the template of a request");
    }
    if is_output_of_netsh(start) {
        return Item::harmless("is the output of `netsh`, which tells of bindings and holds no certificate");
    }
    if has("Windows Registry Editor Version") || has("REGEDIT4") {
        return if has_word(text, "SystemCertificates") {
            Item::not_read(
                "is a registry export with certificates, which are not read; export them as DER or Base-64",
            )
        } else {
            Item::harmless("is a registry export of Windows")
        };
    }
    if is_ssh_key(start) {
        return Item::harmless("is a public key of SSH, which is no certificate");
    }
    if has_any(&[
        "Content-Type: application/pkcs7",
        "Content-Type: application/x-pkcs7",
        "protocol=\"application/",
    ]) {
        return Item::not_read(
            "is a mail with a signature or an attachment; save what is attached into the folder",
        );
    }
    let is_list = |rest: &str| rest.trim_start().starts_with(['{', '[', '"', ']']);
    if text.starts_with('{') || text.strip_prefix('[').is_some_and(is_list) {
        return Item::harmless("is a JSON document without a certificate");
    }
    if text.starts_with("#!") || has_any(&["[CmdletBinding", "#Requires -", "@echo off", "WScript."]) {
        return Item::harmless("is a script");
    }
    Item::harmless("is a text without a certificate")
}

/// What certutil prints, in whatever language: its rules of signs, or the line that names the form of certificates in front of numbers
/// of algorithms.
fn is_dump_of_certutil(start: &str) -> bool {
    const RULE: &str = "================ ";
    let is_rule = |line: &str| {
        line.strip_prefix(RULE).and_then(|rest| rest.trim_end().strip_suffix(RULE.trim_end())).is_some()
    };
    let is_title = |line: &str| {
        let line = line.trim();
        line.ends_with(':') && (line.contains("X509") || line.contains("X.509"))
    };
    start.lines().any(is_rule) || start.lines().any(is_title) && start.lines().count() > 1
}

/// The bindings that `netsh http show sslcert` prints, in whatever language: an address with its port, a hash, and the identifier of a
/// program in braces.
fn is_output_of_netsh(start: &str) -> bool {
    let values = || start.lines().filter_map(|line| line.split_once(" : ")).map(|(_, value)| value.trim());
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_hash = |value: &str| value.len() == 40 && is_hex(value);
    let is_program = |value: &str| {
        let inner = value.strip_prefix('{').and_then(|value| value.strip_suffix('}'));
        inner.is_some_and(|inner| inner.len() == 36 && inner.split('-').all(is_hex))
    };
    start.contains("netsh http") || (values().any(is_hash) && values().any(is_program))
}

fn is_ssh_key(start: &str) -> bool {
    const KINDS: [&str; 5] = ["ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "ecdsa-sha2-", "sk-ssh-"];
    start.contains("BEGIN SSH2 PUBLIC KEY")
        || start.lines().any(|line| KINDS.iter().any(|kind| line.contains(kind)) && line.contains(" AAAA"))
}

fn markup_kind(text: &str, start: &str) -> Item {
    let has = |word: &str| start.contains(word);
    if has("Deploy.Topology.2008") || has("Deploy.TopologyBuilder.2008") {
        return Item::harmless("is a topology export; give it as the topology, not as a certificate");
    }
    if has("<html") || has("<HTML") || has("<!DOCTYPE html") {
        return page_kind(text);
    }
    if has("<svg") {
        return Item::harmless("is a picture");
    }
    if looks_like_evidence(text) {
        return Item::evidence_not_read(format!(
            "looks like a list of assigned certificates in a form that is not read; export it by `{EXPORT_COMMAND}`"
        ));
    }
    if has_word(text, "X509Certificate>") {
        return Item::not_read(
            "is an XML document with certificates in it, such as the metadata of a federation, which are not read; export them as DER or Base-64",
        );
    }
    Item::harmless("is an XML document without certificates")
}

/// How the page of a log is built nobody documents; the same is in the XML file that the cmdlet writes beside it.
fn page_kind(text: &str) -> Item {
    if has_word(text, "Set-CsCertificate") || has_word(text, "Remove-CsCertificate") {
        return Item::evidence_not_read(format!(
            "is the web page that `-Report` made of an assignment, which is not read; put the `.xml` file of the same name that lies beside it into the folder, or list what is assigned by `{EXPORT_COMMAND}`"
        ));
    }
    if looks_like_evidence(text) || (has_word(text, "thumbprint") && has_word(text, "Get-CsCertificate")) {
        return Item::evidence_not_read(format!(
            "is a web page with a list of assigned certificates, which is not read; export it by `{EXPORT_COMMAND}`"
        ));
    }
    Item::harmless("is a web page")
}

/// Whether a text names usages and thumbprints together, whole or cut off.
fn looks_like_evidence(text: &str) -> bool {
    let (mut has_usage, mut has_thumbprint) = (false, false);
    let names_thumbprints = has_word(text, "thumbprint");
    for word in text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '…')) {
        let bare = word.trim_end_matches(['.', '…']);
        let is_hex = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_cut = bare.len() < word.len() && word != format!("{bare}.");
        has_thumbprint |= is_hex && (bare.len() == 40 || (is_cut && bare.len() >= 8));
        if !has_usage && let Ok(usage) = bare.parse::<CertificateUsage>() {
            has_usage = match usage {
                // Words of the language, too.
                CertificateUsage::Default | CertificateUsage::Internal => names_thumbprints,
                CertificateUsage::WebServicesInternal
                | CertificateUsage::WebServicesExternal
                | CertificateUsage::AccessEdgeExternal
                | CertificateUsage::DataEdgeExternal
                | CertificateUsage::AudioVideoAuthentication
                | CertificateUsage::XmppServer
                | CertificateUsage::OAuthTokenIssuer => true,
                // No cmdlet assigns them.
                CertificateUsage::ReverseProxy
                | CertificateUsage::OfficeWebApps
                | CertificateUsage::Gateway => has_usage,
            };
        }
        if has_usage && has_thumbprint {
            return true;
        }
    }
    false
}

/// Whether there is a run of letters that only an encoded certificate has: it starts as one does, and is long.
fn is_like_base64(text: &str) -> bool {
    const MIN_RUN: usize = 40;
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    text.split(|c| !is_base64(c)).any(|run| run.len() >= MIN_RUN && run.starts_with("MII"))
}

fn head(text: &str) -> &str {
    text.char_indices().nth(HEAD_CHARS).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn is_own(start: &str) -> bool {
    let plain = start.replace('"', "");
    let is_there =
        |starts: bool, mark: &str| if starts { plain.starts_with(mark) } else { plain.contains(mark) };
    OWN_MARKS.iter().any(|(starts, mark)| is_there(*starts, mark))
}

/// Whether a text has a word, whatever its letter case.
fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}
