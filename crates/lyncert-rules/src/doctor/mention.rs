//! The codes that a text names: events as text, XML or CSV, errors of PowerShell, traces, or a code by itself.
//!
//! A number is a code only where something ties it to one: the word in front of it (`Event ID`, `error`, `code`), its source, its
//! shape, or that nothing else was asked for. Dates, ports, addresses, serial numbers and thumbprints are none.

use std::ops::Range;

use super::code::{Code, Named, Notation, NumberKind};
use super::table::event_cells;
use super::words::{Word, words};

/// A code that a text names.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Mention {
    /// The code.
    pub(super) named: Named,
    /// Where it stands.
    pub(super) place: Range<usize>,
    /// Whether the text says that it is a code: one that is not known is worth a word then.
    pub(super) is_certain: bool,
}

/// All codes that a text names, in their order. `whole` are the places of what was asked for by itself: a number there needs no tie.
/// Where a text only hints at a code, it counts when it is one of `codes`.
pub(super) fn mentions(text: &str, whole: &[Range<usize>], codes: &[Code]) -> Vec<Mention> {
    let cells = event_cells(text);
    let names: Vec<&str> = codes.iter().map(|code| code.name).filter(|name| !name.is_empty()).collect();
    let is_known = |named: &Named| codes.iter().any(|code| code.is_named_by(named));
    let mut reader = Reader {
        text,
        whole,
        cells: &cells,
        names: &names,
        is_known: &is_known,
        state: State::default(),
        found: Vec::new(),
    };
    let mut words = words(text).peekable();
    let mut before: Option<Word<'_>> = None;
    while let Some(word) = words.next() {
        reader.read(before.as_ref(), &word, words.peek());
        before = Some(word);
    }
    reader.found
}

/// What a number that comes now would be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Tie {
    kind: NumberKind,
    /// How many words that say nothing may still stand in between, as in the name of a source.
    slack: u8,
    /// Whether the text says in so many words that a code comes.
    is_certain: bool,
    /// Whether more than one may come.
    is_list: bool,
}

/// What the words so far mean for the next one.
#[derive(Debug, Default)]
struct State {
    tie: Option<Tie>,
    /// The sentence speaks of serial numbers, ports and the like.
    is_other_number: bool,
    /// The sentence speaks of a fatal alert of TLS.
    is_alert: bool,
    /// The inside of a tag, to be passed over.
    passed_over: usize,
}

struct Reader<'t> {
    text: &'t str,
    whole: &'t [Range<usize>],
    cells: &'t [Range<usize>],
    names: &'t [&'static str],
    is_known: &'t dyn Fn(&Named) -> bool,
    state: State,
    found: Vec<Mention>,
}

/// The words after which a number is the id of an event.
const EVENT_WORDS: &[&str] = &[
    "event",
    "events",
    "eventid",
    "eventids",
    "event_id",
    "eventcode",
    "event_code",
    "eventidentifier",
    "instanceid",
];
/// The words after which a number is that of an error.
const ERROR_WORDS: &[&str] = &[
    "err",
    "errno",
    "error",
    "errors",
    "errorcode",
    "error_code",
    "failurecode",
    "hresult",
    "lasterror",
    "winsockfailurecode",
];
/// The words after which a number may be that of an error, and also that of something else.
const CODE_WORDS: &[&str] = &["code", "codes", "hr", "resultcode", "status", "statuscode"];
/// The words after which a number is that of an alert.
const ALERT_WORDS: &[&str] = &["alert", "alerts", "alertdesc", "alertdescription"];
/// The words after which a number is no code at all.
const OTHER_NUMBERS: &[&str] = &[
    "address",
    "bytes",
    "eventrecordid",
    "fingerprint",
    "hash",
    "keywords",
    "length",
    "phone",
    "pid",
    "port",
    "ports",
    "process",
    "processid",
    "qualifiers",
    "recordid",
    "serial",
    "serialnumber",
    "size",
    "tel",
    "thread",
    "threadid",
    "thumbprint",
    "version",
];
/// The words that may stand between a tie and its number.
const CONNECTORS: &[&str] = &[
    "a",
    "and",
    "are",
    "generated",
    "id",
    "ids",
    "is",
    "no",
    "nr",
    "number",
    "numbers",
    "of",
    "or",
    "public",
    "received",
    "returned",
    "the",
    "type",
    "value",
    "was",
    "were",
    "win32",
    "windows",
    "with",
];
/// What stands behind the id of an event in lists that are made for the eye.
const LEVELS: &[&str] = &["critical", "error", "information", "warning"];
/// How names of errors in Windows begin.
const NAME_PREFIXES: &[&str] =
    &["CERT_E_", "CRYPT_E_", "ERROR_WINHTTP_", "NTE_", "SEC_E_", "TRUST_E_", "WSAE"];
/// Words in the name of an event source behind its prefix.
const SOURCE_WORDS: u8 = 6;
/// A tag is no longer than this, or it is none.
const MAX_TAG_BYTES: usize = 400;

impl<'t> Reader<'t> {
    fn read(&mut self, before: Option<&Word<'t>>, word: &Word<'t>, after: Option<&Word<'t>>) {
        self.pass_gap(word);
        if word.start < self.state.passed_over {
            return;
        }
        if is_within(self.cells, word) {
            self.state.tie =
                Some(Tie { kind: NumberKind::Event, slack: 0, is_certain: true, is_list: false });
        }
        match Notation::read(word.text, self.is_negative(word)) {
            Some(notation) => self.read_number(notation, before, word, after),
            None => self.read_word(before, word),
        }
    }

    /// What ends with a line or a sentence.
    fn pass_gap(&mut self, word: &Word<'t>) {
        let gap = word.gap;
        // What a tag says holds for the text in it, up to the next tag.
        let ends_sentence = gap.contains(['\n', '\r', ';', '<']) || gap.contains(". ");
        if ends_sentence {
            self.state = State { passed_over: self.state.passed_over, ..State::default() };
        }
        if word.start >= self.state.passed_over {
            self.state.passed_over = 0;
        }
    }

    /// Whether a minus sign makes the number in front of which it stands negative: it does not join it to a word.
    fn is_negative(&self, word: &Word<'t>) -> bool {
        let Some(rest) = word.gap.strip_suffix(['-', '\u{2212}']) else { return false };
        !rest.is_empty() || word.start == word.gap.len()
    }

    fn read_word(&mut self, before: Option<&Word<'t>>, word: &Word<'t>) {
        let lower = word.text.to_ascii_lowercase();
        let lower = lower.as_str();
        let has_prefix = NAME_PREFIXES.iter().any(|prefix| word.text.starts_with(prefix));
        if has_prefix || self.names.iter().any(|name| name.eq_ignore_ascii_case(word.text)) {
            let named = Named::Name(word.text.to_ascii_uppercase());
            self.found.push(Mention { named, place: word.start..word.end(), is_certain: has_prefix });
        }
        let certain =
            |kind| Some(Tie { kind, slack: 0, is_certain: true, is_list: kind == NumberKind::Event });
        let source = |slack| Some(Tie { kind: NumberKind::Event, slack, is_certain: false, is_list: false });
        if lower == "fatal" {
            self.state.is_alert = true;
        } else if EVENT_WORDS.contains(&lower) {
            self.state.tie = certain(NumberKind::Event);
            self.state.is_other_number = false;
            self.pass_over_attributes(word);
        } else if matches!(lower, "id" | "ids") && self.is_label(word) {
            self.state.tie = certain(NumberKind::Event);
        } else if ALERT_WORDS.contains(&lower) || (self.state.is_alert && lower == "code") {
            self.state.tie = certain(NumberKind::Alert);
            self.state.is_other_number = false;
        } else if ERROR_WORDS.contains(&lower) {
            self.state.tie = certain(NumberKind::Error);
            self.state.is_other_number = false;
        } else if CODE_WORDS.contains(&lower) {
            let code = Tie { kind: NumberKind::Error, slack: 0, is_certain: false, is_list: false };
            self.state.tie = self.state.tie.or(Some(code));
            self.state.is_other_number = false;
        } else if lower == "diagnostics" && before.is_some_and(|ms| ms.text.eq_ignore_ascii_case("ms")) {
            self.state.tie = certain(NumberKind::Diagnostics);
        } else if lower == "schannel" {
            self.state.tie = source(1);
        } else if matches!(word.text, "LS" | "OCS") {
            self.state.tie = source(SOURCE_WORDS);
        } else if OTHER_NUMBERS.contains(&lower) {
            self.state.tie = None;
            self.state.is_other_number = true;
        } else if !CONNECTORS.contains(&lower) {
            self.state.tie =
                self.state.tie.and_then(|tie| Some(Tie { slack: tie.slack.checked_sub(1)?, ..tie }));
        }
    }

    /// `<EventID Qualifiers="49156">`: the number is behind the tag.
    fn pass_over_attributes(&mut self, word: &Word<'t>) {
        if !word.gap.ends_with('<') {
            return;
        }
        let rest = self.text.as_bytes().get(word.end()..).unwrap_or_default();
        let end = rest.iter().take(MAX_TAG_BYTES).position(|byte| matches!(byte, b'>' | b'<'));
        self.state.passed_over = end.map_or(0, |end| word.end() + end);
    }

    /// `Id : 36887` at the beginning of a line, or `"Id": 36887`.
    fn is_label(&self, word: &Word<'t>) -> bool {
        let is_quoted = word.gap.ends_with('"');
        let begins_line = word.start == word.gap.len() || word.gap.contains('\n');
        let rest = self.text.get(word.end()..).unwrap_or_default();
        let rest = rest.strip_prefix('"').unwrap_or(rest).trim_start_matches([' ', '\t']);
        (is_quoted || begins_line) && rest.starts_with([':', '='])
    }

    fn read_number(
        &mut self,
        notation: Notation,
        before: Option<&Word<'t>>,
        word: &Word<'t>,
        after: Option<&Word<'t>>,
    ) {
        let is_whole = is_within(self.whole, word) && !self.state.is_other_number;
        let tie = self.state.tie;
        let is_free = is_whole || self.is_free(word, after, tie);
        if is_free && let Some(mention) = self.resolve(notation, is_whole, before, word, after) {
            self.found.push(mention);
        }
        // `events 41025, 41026 and 41029`: the tie holds on for what is known. A source has one event a line, and other columns
        // behind it.
        let holds_on = tie.filter(|tie| tie.is_list && is_free);
        self.state.tie = holds_on.map(|tie| Tie { is_certain: false, ..tie });
    }

    /// The code that a number is, if it is one.
    fn resolve(
        &self,
        notation: Notation,
        is_whole: bool,
        before: Option<&Word<'t>>,
        word: &Word<'t>,
        after: Option<&Word<'t>>,
    ) -> Option<Mention> {
        let tie = self.state.tie;
        // `Event[3]:` numbers the events of a list.
        let is_index = word.gap.ends_with('[');
        let is_certain = is_whole || tie.is_some_and(|tie| tie.is_certain && !is_index);
        // The minus sign is a part of it.
        let sign = word.gap.chars().next_back().filter(|_| matches!(notation, Notation::Negative(_)));
        let start = word.start - sign.map_or(0, char::len_utf8);
        let mention = |kind, number, is_certain| {
            let named = Named::Number { kind, number };
            let counts = is_certain || (self.is_known)(&named);
            counts.then_some(Mention { named, place: start..word.end(), is_certain })
        };
        // Its shape alone makes it a code.
        let by_shape = |number, is_certain| {
            let may_be = is_whole || !self.state.is_other_number;
            may_be.then(|| mention(NumberKind::Status, number, is_certain)).flatten()
        };
        let is_error = tie.is_some_and(|tie| matches!(tie.kind, NumberKind::Error | NumberKind::Alert));
        match notation {
            Notation::Hexadecimal(number) if number >= 0x8000_0000 => by_shape(number, number < 0xf000_0000),
            Notation::Hexadecimal(number) => {
                let kind = if is_whole { NumberKind::Any } else { NumberKind::Error };
                (is_whole || is_error).then(|| mention(kind, number, is_whole)).flatten()
            }
            Notation::Negative(number) => by_shape(number, is_whole || is_error),
            // An instance id is that of the event with its source in front.
            Notation::Large(number) if tie.is_some_and(|tie| tie.kind == NumberKind::Event) => {
                mention(NumberKind::Event, number & 0xffff, false).or_else(|| by_shape(number, false))
            }
            Notation::Large(number) => by_shape(number, is_whole || is_error),
            Notation::BareHexadecimal(number) => {
                let is_alone = is_whole || is_error || !is_in_dump(before, word, after);
                is_alone.then(|| by_shape(number, is_whole)).flatten()
            }
            Notation::Decimal { number, as_status } => {
                let status = as_status.filter(|_| is_whole || is_error || !is_in_dump(before, word, after));
                let status = status.and_then(|status| by_shape(status, false));
                status.or_else(|| match tie {
                    Some(Tie { kind: NumberKind::Alert, .. }) if number > u32::from(u8::MAX) => None,
                    Some(Tie { kind, .. }) if !is_whole => mention(kind, number, is_certain),
                    _ if is_whole => mention(NumberKind::Any, number, true),
                    _ if is_followed_by_level(word, after, self.text) => {
                        mention(NumberKind::Event, number, false)
                    }
                    _ => None,
                })
            }
        }
    }

    /// Whether a number stands by itself and is no part of a date, a time, an address, a version or a path.
    fn is_free(&self, word: &Word<'t>, after: Option<&Word<'t>>, tie: Option<Tie>) -> bool {
        let joins = |gap: &str| matches!(gap, "." | "-" | ":" | "/" | "\\" | "_" | "%");
        let is_list = |gap: &str| {
            let is_event = tie.is_some_and(|tie| tie.kind == NumberKind::Event);
            gap == "/" && is_event && word.text.len() >= 4
        };
        let in_front = self.text.get(..word.start - word.gap.len()).unwrap_or_default();
        let digit_in_front = in_front.ends_with(|c: char| c.is_ascii_digit()) && joins(word.gap);
        let letter_in_front =
            in_front.ends_with(char::is_alphanumeric) && matches!(word.gap, "-" | "." | "/" | "\\");
        let joined_in_front = (digit_in_front || letter_in_front) && !is_list(word.gap);
        let joined_behind = after.is_some_and(|after| {
            let is_number = after.text.starts_with(|c: char| c.is_ascii_digit());
            (joins(after.gap) && is_number || after.gap == "-") && !is_list(after.gap)
        });
        !joined_in_front && !joined_behind && !word.gap.ends_with('+')
    }
}

/// Whether a word lies in one of these ranges, which are in order.
fn is_within(ranges: &[Range<usize>], word: &Word<'_>) -> bool {
    let next = ranges.partition_point(|range| range.end < word.end());
    ranges.get(next).is_some_and(|range| range.start <= word.start)
}

/// Whether groups of hexadecimal digits of the same length stand beside a word, as in thumbprints and dumps.
fn is_in_dump(before: Option<&Word<'_>>, word: &Word<'_>, after: Option<&Word<'_>>) -> bool {
    let is_group = |other: &Word<'_>, gap: &str| {
        let is_hexadecimal = other.text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hexadecimal && other.text.len() >= 2 && matches!(gap, " " | ":" | "-" | "\t")
    };
    before.is_some_and(|before| is_group(before, word.gap))
        || after.is_some_and(|after| is_group(after, after.gap))
}

/// `36887 Error`, as a list has it; and `36887 Schannel`.
fn is_followed_by_level(word: &Word<'_>, after: Option<&Word<'_>>, text: &str) -> bool {
    let is_column = text
        .get(..word.start)
        .is_none_or(|front| front.is_empty() || front.ends_with([' ', '\t', ',', ';', '"']));
    is_column
        && after.is_some_and(|after| {
            let is_near = !after.gap.contains('\n')
                && after.gap.chars().all(|c| matches!(c, ' ' | '\t' | ',' | ';' | '"'));
            let lower = after.text.to_ascii_lowercase();
            let is_level =
                LEVELS.contains(&lower.as_str()) || lower == "schannel" || matches!(after.text, "LS" | "OCS");
            is_near && is_level
        })
}
