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
const OWN_MARKS: [(bool, &str); 9] = [
    (false, "content=\"default-src 'none'; style-src 'sha256-"),
    (false, "\"schema\": \"lyncert-"),
    (true, "# HELP lyncert_"),
    (true, "estate,site,pool,"),
    (true, "path,also_in,subject,"),
    (true, "estate,order,"),
    (true, "estate,state,"),
    (true, "estate,status,"),
    (true, "# Certificate requests of "),
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
    if has("================ Certificate") || has("X509 Certificate:") {
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
    if has("[NewRequest]") || has("[Version]") {
        return Item::harmless("is an INF file, such as the template of a request");
    }
    if has("netsh http") || has("SSL Certificate bindings") || has("appid={") {
        return Item::harmless("is the output of `netsh`, which tells of bindings and holds no certificate");
    }
    Item::harmless("is a text without a certificate")
}

fn markup_kind(text: &str, start: &str) -> Item {
    let has = |word: &str| start.contains(word);
    if has("Deploy.Topology.2008") || has("Deploy.TopologyBuilder.2008") {
        return Item::harmless("is a topology export; give it as the topology, not as a certificate");
    }
    if has("<html") || has("<HTML") || has("<!DOCTYPE html") {
        return page_kind(text);
    }
    if looks_like_evidence(text) {
        return Item::evidence_not_read(format!(
            "looks like a list of assigned certificates in a form that is not read; export it by `{EXPORT_COMMAND}`"
        ));
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
                CertificateUsage::ReverseProxy | CertificateUsage::OfficeWebApps => has_usage,
            };
        }
        if has_usage && has_thumbprint {
            return true;
        }
    }
    false
}

/// Whether there is a run of lines that only an encoded certificate has: it starts as one does, and is long.
fn is_like_base64(text: &str) -> bool {
    const MIN_LINE: usize = 40;
    let is_base64 = |word: &str| {
        word.len() >= MIN_LINE
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    text.split_whitespace().any(|word| word.starts_with("MII") && is_base64(word))
}

fn head(text: &str) -> &str {
    text.char_indices().nth(HEAD_CHARS).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
}

fn is_own(start: &str) -> bool {
    OWN_MARKS
        .iter()
        .any(|(starts, mark)| if *starts { start.starts_with(mark) } else { start.contains(mark) })
}

/// Whether a text has a word, whatever its letter case.
fn has_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}
