//! A workbook is the same bytes whichever system writes it. Its library leaves to the ZIP which system it names as its own.

/// What a ZIP calls a system with the permissions of Unix, which the workbook has.
const UNIX: u8 = 3;
/// How an entry of the table of contents starts, and how the end of the table does.
const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const ENTRY_BYTES: usize = 46;
const END_BYTES: usize = 22;

/// Names one system in every entry of a ZIP without a comment at its end.
pub(super) fn name_one_system(mut zip: Vec<u8>) -> Vec<u8> {
    let Some(end) = zip.len().checked_sub(END_BYTES) else { return zip };
    if !zip.get(end..).is_some_and(|end| end.starts_with(END)) {
        return zip;
    }
    let Some(mut at) = number(&zip, end + 16, 4) else { return zip };
    while zip.get(at..).is_some_and(|rest| rest.starts_with(ENTRY)) {
        if let Some(system) = zip.get_mut(at + 5) {
            *system = UNIX;
        }
        let lengths = [28, 30, 32].map(|field| number(&zip, at + field, 2).unwrap_or_default());
        at += ENTRY_BYTES + lengths.iter().sum::<usize>();
    }
    zip
}

/// A number of a few bytes, the smallest first.
fn number(zip: &[u8], at: usize, bytes: usize) -> Option<usize> {
    let bytes = zip.get(at..at.checked_add(bytes)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_names_one_system_whichever_wrote_it() {
        let written = rust_xlsxwriter::Workbook::new().save_to_buffer().unwrap();
        let ours = name_one_system(written.clone());
        let starts = |zip: &[u8]| -> Vec<usize> {
            (0..zip.len()).filter(|at| zip[*at..].starts_with(ENTRY)).collect()
        };
        assert!(starts(&ours).len() > 5, "a workbook has parts");
        let mut of_windows = written;
        for at in starts(&ours) {
            assert_eq!(ours[at + 5], UNIX);
            of_windows[at + 5] = 0;
        }
        assert_ne!(of_windows, ours);
        assert_eq!(name_one_system(of_windows), ours);
    }

    #[test]
    fn what_is_no_zip_stays_as_it_is() {
        for bytes in
            [&b""[..], b"PK\x05\x06", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xFF\xFF\0\0", &[b'a'; 64]]
        {
            assert_eq!(name_one_system(bytes.to_vec()), bytes);
        }
    }
}
