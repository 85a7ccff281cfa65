//! Texts that a console of Western Europe wrote: `>` of `cmd.exe` writes the console's code page, which is older than that of Windows.
//!
//! The code pages 437, 850 and 852 have the letters of German and of most of French and Spanish at the same bytes, where all code pages
//! of Windows have signs or nothing. Of Central Europe's other letters (852) nothing can be told: they are read as before.

use super::Decoded;

/// What letter of Western Europe a byte is; the code pages 437 and 850 agree in all of these.
fn letter(byte: u8) -> Option<char> {
    const FROM_80: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ";
    const FROM_A0: &str = "áíóúñÑ";
    match byte {
        0x80..=0x9A => FROM_80.chars().nth(usize::from(byte - 0x80)),
        0xA0..=0xA5 => FROM_A0.chars().nth(usize::from(byte - 0xA0)),
        0xE1 => Some('ß'),
        _ => None,
    }
}

/// Bytes that are letters to a console, and to Windows quotation marks or nothing: between two letters they tell one from the other.
const TELLING: [u8; 4] = [0x81, 0x82, 0x84, 0x94];

/// The text, if all its bytes are letters of a console's code page, each beside a letter of ASCII as in a word, and one of them can be
/// nothing else.
pub(super) fn decode_as_console(bytes: &[u8], start: usize) -> Option<Decoded> {
    let is_ascii_letter =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_alphabetic());
    let mut is_told = false;
    for (at, byte) in bytes.iter().enumerate().skip(start).filter(|(_, byte)| !byte.is_ascii()) {
        letter(*byte)?;
        let (before, behind) = (is_ascii_letter(at.checked_sub(1)), is_ascii_letter(at.checked_add(1)));
        if !before && !behind {
            return None;
        }
        is_told |= before && behind && TELLING.contains(byte);
    }
    if !is_told {
        return None;
    }
    let text = bytes.iter().map(|byte| letter(*byte).unwrap_or_else(|| char::from(*byte))).collect();
    let note = format!(
        "byte {start} is not UTF-8, so the file was read as code page 850 (Western European, of the console), which its letters look like; letters outside of ASCII may be wrong"
    );
    Some(Decoded { text, encoding: "code page 850", note: Some(note) })
}

#[cfg(test)]
mod tests {
    use super::super::decode;

    /// Text as a console writes it: these are the bytes of the letters in the code pages 437, 850 and 852.
    fn by_console(text: &str) -> Vec<u8> {
        let byte = |letter: char| match letter {
            'ü' => 0x81,
            'é' => 0x82,
            'ä' => 0x84,
            'Ä' => 0x8E,
            'É' => 0x90,
            'ö' => 0x94,
            'Ö' => 0x99,
            'Ü' => 0x9A,
            'á' => 0xA0,
            'ó' => 0xA2,
            'ß' => 0xE1,
            ascii => u8::try_from(ascii).unwrap(),
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn what_a_console_of_western_europe_wrote_is_read_with_its_letters() {
        for text in [
            "FriendlyName : Zertifikat für Zürich\r\nIssuer : CN=Ausstellende Behörde, L=Köln Süd, O=Öffentliche Größe\r\n",
            "Émetteur : CN=Autorité générale, L=Orléans\r\n",
            "Emisor : CN=Autoridad de Certificación Málaga, S=Périz\r\n",
        ] {
            let decoded = decode(&by_console(text));
            assert_eq!((decoded.text.as_str(), decoded.encoding), (text, "code page 850"));
            assert!(
                decoded.note.unwrap().contains("read as code page 850 (Western European, of the console)")
            );
        }
    }

    #[test]
    fn what_could_be_of_windows_is_not_taken_for_a_consoles() {
        for bytes in [
            // Quotation marks and dashes of Windows-1252, and its letters.
            &b"Er sagte \x84Ja\x94 und ging"[..],
            b"CertUtil: -store La commande s\x92est termin\xE9e",
            b"L\xE4nge, H\xF6he",
            b"1990\x962000",
            // Letters of code page 852 that 850 does not have.
            b"P\xFD\xA1li\xE7 \xA7lu\x9Cou\x81k\xEC",
            b"\x81\x81",
        ] {
            assert_ne!(decode(bytes).encoding, "code page 850", "{bytes:?}");
        }
    }
}
