//! Looks for canaries in whatever a run made, in every form in which a text can hide.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use aho_corasick::{AhoCorasick, MatchKind};
use walkdir::WalkDir;

/// What is looked for.
pub(super) struct Search {
    matcher: AhoCorasick,
    forms: Vec<String>,
}

impl Search {
    /// For these texts, whatever their case.
    pub(super) fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = BTreeSet::new();
        for text in texts {
            forms.extend(forms_of(text).into_iter().map(|(form, bytes)| (bytes, format!("{text} {form}"))));
        }
        let (bytes, forms): (Vec<_>, Vec<_>) = forms.into_iter().unzip();
        let matcher = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostFirst)
            .build(bytes)
            .unwrap();
        Self { matcher, forms }
    }

    /// What of it is in these bytes, with what stands around it.
    pub(super) fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let around = |start: usize, end: usize| {
            let part = &bytes[start.saturating_sub(60)..(end + 40).min(bytes.len())];
            String::from_utf8_lossy(part).replace(['\n', '\r'], " ")
        };
        let found = self.matcher.find_iter(bytes);
        found
            .map(|found| {
                let form = &self.forms[found.pattern().as_usize()];
                format!("{form}: …{}…", around(found.start(), found.end()))
            })
            .collect()
    }

    /// The same for every file below a folder, for its name, and for what is in archives.
    pub(super) fn found_below(&self, folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in WalkDir::new(folder).min_depth(1) {
            let path = entry.unwrap().into_path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.extend(self.found_in(name.as_bytes()));
            if path.is_file() {
                let bytes = fs::read(&path).unwrap();
                found.extend(self.found_in(&bytes).into_iter().map(|found| format!("{name}: {found}")));
                for (inside, bytes) in unpacked(&bytes) {
                    found.extend(self.found_in(inside.as_bytes()));
                    let in_archive = self.found_in(&bytes).into_iter();
                    found.extend(in_archive.map(|found| format!("{name}/{inside}: {found}")));
                }
            }
        }
        found
    }
}

/// The files of an archive, such as a workbook; none of what is no archive.
pub(super) fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = zip::ZipArchive::new(io::Cursor::new(bytes)) else { return Vec::new() };
    (0..archive.len())
        .map(|index| {
            let (mut entry, mut inside) = (archive.by_index(index).unwrap(), Vec::new());
            entry.read_to_end(&mut inside).unwrap();
            (entry.name().unwrap().into_owned(), inside)
        })
        .collect()
}

/// A text as it may stand in a file. Forms that could be there by chance are left out.
fn forms_of(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let (plain, lower, upper) = (text.to_owned(), text.to_lowercase(), text.to_uppercase());
    let mut forms = Vec::new();
    for text in BTreeSet::from([plain, lower, upper]) {
        let bytes = text.as_bytes();
        let utf16 =
            |bytes_of: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes_of).collect::<Vec<u8>>();
        let (little, big) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
        let each = |form: fn(char) -> String| text.chars().map(form).collect::<String>().into_bytes();
        forms.push(("as it is", bytes.to_vec()));
        forms.push(("in UTF-16LE", little.clone()));
        forms.push(("in UTF-16BE", big));
        forms.push(("in hex", data_encoding::HEXLOWER.encode(bytes).into_bytes()));
        forms.push(("in UTF-16 in hex", data_encoding::HEXLOWER.encode(&little).into_bytes()));
        forms.push((
            "with percents",
            bytes.iter().flat_map(|byte| format!("%{byte:02x}").into_bytes()).collect(),
        ));
        forms.push(("as decimal entities", each(|c| format!("&#{};", u32::from(c)))));
        forms.push(("as entities", each(|c| format!("&#x{:x};", u32::from(c)))));
        forms.push(("as escapes", each(|c| format!("\\u{:04x}", u32::from(c)))));
        if !text.is_ascii() {
            let partly = |escape: fn(char) -> String| {
                let all = text.chars().map(|c| if c.is_ascii() { c.to_string() } else { escape(c) });
                all.collect::<String>().into_bytes()
            };
            forms.push(("as Latin-1", text.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect()));
            forms.push(("partly as escapes", partly(|c| format!("\\u{:04x}", u32::from(c)))));
            forms.push(("partly as entities", partly(|c| format!("&#x{:x};", u32::from(c)))));
            forms.push(("partly as decimal entities", partly(|c| format!("&#{};", u32::from(c)))));
            let percents =
                |c: char| c.to_string().bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
            forms.push(("partly with percents", partly(percents)));
        }
        for (form, bytes) in [("in Base64", bytes), ("in UTF-16 in Base64", &little)] {
            forms.extend(in_base64(bytes).into_iter().map(|coded| (form, coded)));
        }
    }
    forms.retain(|(_, form)| form.len() > 5);
    forms
}

/// Bytes in Base64 at any of three places of a text: what depends on the bytes around them is cut off.
fn in_base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    let at = |shift: usize| {
        let padded = [&b"   "[..shift], bytes].concat();
        let coded = data_encoding::BASE64_NOPAD.encode(&padded);
        let whole = padded.len() * 8 / 6;
        let start = (shift * 8).div_ceil(6);
        coded.get(start..whole).unwrap_or_default().as_bytes().to_vec()
    };
    (0..3).map(at).collect()
}

#[test]
fn a_text_is_found_in_every_form() {
    let search = Search::of(["canary"]);
    let base64 = |text: &[u8]| data_encoding::BASE64.encode(text).into_bytes();
    let utf16: Vec<u8> = "x Canary".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for hidden in [
        b"a CANARY b".to_vec(),
        utf16.clone(),
        data_encoding::HEXUPPER.encode(b"a canary").into_bytes(),
        b"%63%61%6E%61%72%79".to_vec(),
        b"&#99;&#97;&#110;&#97;&#114;&#121;".to_vec(),
        base64(b"canary sings"),
        base64(b"a canary sings"),
        base64(b"my canary sings"),
        base64(&utf16),
    ] {
        assert_eq!(search.found_in(&hidden).len(), 1, "{}", String::from_utf8_lossy(&hidden));
    }
    assert!(search.found_in(b"a canard, a can and a canar").is_empty());
    let accented = Search::of(["känari"]);
    for hidden in ["KÄNARI", "K&#xE4;NARI", "k%c3%a4nari", "k\\u00e4nari", "k&#228;nari"] {
        assert_eq!(accented.found_in(hidden.as_bytes()).len(), 1, "{hidden}");
    }
}
