//! Paths as relative addresses.

use std::fmt::Write;

/// A dot of a step, made visible as `⟨U+002E⟩`.
const DOT: &str = "%E2%9F%A8U%2B002E%E2%9F%A9";

/// A path below a folder as a relative address: every octet that is not plain stands there by its number, so that no path is a
/// scheme, a host, a query or an absolute path.
pub(super) fn relative(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for (index, part) in path.split('/').filter(|part| !part.is_empty()).enumerate() {
        if index > 0 {
            uri.push('/');
        }
        // What would lead out of a folder leads nowhere: readers take `%2E` for a dot as well.
        if matches!(part, "." | "..") {
            uri.extend(part.chars().map(|_| DOT));
            continue;
        }
        for byte in part.bytes() {
            let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            if is_plain {
                uri.push(byte.into());
            } else {
                // Writing to a string does not fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_anywhere_else() {
        for (path, uri) in [
            ("fe1.contoso.com/Default.cer", "fe1.contoso.com/Default.cer"),
            ("a+b c/ü.cer", "a%2Bb%20c/%C3%BC.cer"),
            ("C:\\certs\\a.cer", "C%3A%5Ccerts%5Ca.cer"),
            ("/etc//passwd", "etc/passwd"),
            ("./x..y/...", "%E2%9F%A8U%2B002E%E2%9F%A9/x..y/..."),
            ("../x", "%E2%9F%A8U%2B002E%E2%9F%A9%E2%9F%A8U%2B002E%E2%9F%A9/x"),
            ("%2e%2e/x", "%252e%252e/x"),
            ("javascript:alert(1)?a#b", "javascript%3Aalert%281%29%3Fa%23b"),
            ("nul\0\u{202e}", "nul%00%E2%80%AE"),
        ] {
            assert_eq!(relative(path), uri);
        }
    }
}
