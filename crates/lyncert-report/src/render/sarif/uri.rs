//! Paths as relative addresses.

use std::fmt::Write;

/// A path below a folder as a relative address: every octet that is not plain stands there by its number, so that no path is a
/// scheme, a host, a query or an absolute path.
pub(super) fn relative(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for (index, part) in path.split('/').filter(|part| !part.is_empty()).enumerate() {
        if index > 0 {
            uri.push('/');
        }
        // What leads out of a folder leads nowhere else.
        let is_step = matches!(part, "." | "..");
        for byte in part.bytes() {
            let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            if is_plain && !is_step {
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
            ("../../x", "%2E%2E/%2E%2E/x"),
            ("javascript:alert(1)?a#b", "javascript%3Aalert%281%29%3Fa%23b"),
            ("nul\0\u{202e}", "nul%00%E2%80%AE"),
        ] {
            assert_eq!(relative(path), uri);
        }
    }
}
