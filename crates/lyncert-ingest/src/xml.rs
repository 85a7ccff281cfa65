//! From text to a tree of elements. The only module that knows the XML parser.

use std::collections::HashSet;
use std::sync::Arc;

use quick_xml::NsReader;
use quick_xml::errors::{Error, IllFormedError, SyntaxError};
use quick_xml::escape::unescape;
use quick_xml::events::attributes::AttrError;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceError, ResolveResult};

use crate::error::{ReadError, shortened};
use crate::source::Source;

/// Real exports nest 10 deep, a part of a configuration ZIP about 6 deeper. Four times that leaves room, and code that walks the
/// tree by calling itself stays far from the end of its stack.
const MAX_DEPTH: usize = 64;
/// A deployment of a thousand pools has some hundred thousand elements. The limit keeps a hostile document from filling the
/// memory.
const MAX_ELEMENTS: usize = 2_000_000;
/// The longest attribute of an export is a URL. What is longer than this is damage or an attack.
const MAX_ATTRIBUTE_BYTES: usize = 64 * 1024;

/// An element with all that is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Local name.
    pub(crate) name: Box<str>,
    /// Namespace; empty for none.
    pub(crate) namespace: Arc<str>,
    attributes: Vec<(Box<str>, Box<str>)>,
    /// The text directly in it, joined.
    pub(crate) text: String,
    /// Byte offset of its `<`.
    pub(crate) offset: usize,
    pub(crate) children: Vec<Self>,
}

impl Element {
    /// The value of the attribute with this local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| **own == *name).map(|(_, value)| &**value)
    }

    /// The value of the attribute without surrounding white space; `None` where it is missing or blank.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.attribute(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The value of a boolean attribute: `true`, `false`, `1` or `0` in any letter case.
    pub(crate) fn boolean(&self, name: &str) -> Option<bool> {
        match self.filled(name)?.to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    /// The first child with this local name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| *child.name == *name)
    }

    /// All children with this local name.
    pub(crate) fn children_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| *child.name == *name)
    }
}

/// Parses a document. `accept` looks at the root as soon as its start tag is read, before anything else.
///
/// # Errors
///
/// Refuses what is not well-formed, is cut off, declares a document type, uses an entity that XML does not define, or
/// exceeds a limit.
pub(crate) fn parse(
    source: &Source,
    accept: impl Fn(&Element) -> Result<(), ReadError>,
) -> Result<Element, ReadError> {
    let mut builder =
        TreeBuilder { source, namespaces: HashSet::new(), open: Vec::new(), root: None, nodes: 0 };
    let mut reader = NsReader::from_str(&source.text);
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let (namespace, event) = match reader.read_resolved_event() {
            Ok(event) => event,
            Err(error) => {
                let position = usize::try_from(reader.error_position()).unwrap_or(offset);
                return Err(builder.error(position, &error));
            }
        };
        match event {
            Event::Start(start) => {
                let element = builder.element(offset, &namespace, &start)?;
                builder.open(element, &accept)?;
            }
            Event::Empty(start) => {
                let element = builder.element(offset, &namespace, &start)?;
                builder.open(element, &accept)?;
                builder.close();
            }
            Event::End(_) => builder.close(),
            Event::Text(text) => builder.text(offset, &text)?,
            Event::CData(text) => builder.text(offset, &text)?,
            Event::GeneralRef(reference) => builder.reference(offset, &reference)?,
            Event::DocType(_) => return Err(builder.forbidden(offset, "a document type declaration")),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return builder.finish(offset),
        }
    }
}

struct TreeBuilder<'a> {
    source: &'a Source,
    /// Namespaces met so far.
    namespaces: HashSet<Arc<str>>,
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
}

impl TreeBuilder<'_> {
    fn element(
        &mut self,
        offset: usize,
        namespace: &ResolveResult<'_>,
        start: &BytesStart<'_>,
    ) -> Result<Element, ReadError> {
        self.nodes += 1;
        if self.nodes > MAX_ELEMENTS {
            return Err(self.limit("has more elements than any topology", MAX_ELEMENTS, "elements"));
        }
        let namespace = match namespace {
            ResolveResult::Bound(namespace) => self.intern(namespace.0),
            ResolveResult::Unbound => self.intern(""),
            ResolveResult::Unknown(prefix) => {
                return Err(self.syntax(offset, &format!("the prefix `{prefix}` is bound to no namespace")));
            }
        };
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| self.syntax(offset, wrong_attribute(&error)))?;
            if attribute.value.len() > MAX_ATTRIBUTE_BYTES {
                let name = attribute.key.as_ref();
                let (line, column) = self.source.line_column(offset);
                let excess = format!("has an attribute `{name}` that is too long at {line}:{column}");
                return Err(self.limit(&excess, MAX_ATTRIBUTE_BYTES, "bytes"));
            }
            if attribute.key.as_namespace_binding().is_none() {
                let value = unescape(&attribute.value).map_err(|_| {
                    self.forbidden(
                        offset,
                        &format!("an unknown entity in the attribute `{}`", attribute.key.as_ref()),
                    )
                })?;
                attributes.push((attribute.key.local_name().as_ref().into(), value.into()));
            }
        }
        let name = start.local_name().as_ref().into();
        Ok(Element { name, namespace, attributes, text: String::new(), offset, children: Vec::new() })
    }

    fn intern(&mut self, namespace: &str) -> Arc<str> {
        if let Some(known) = self.namespaces.get(namespace) {
            return Arc::clone(known);
        }
        let new: Arc<str> = namespace.into();
        self.namespaces.insert(Arc::clone(&new));
        new
    }

    fn open(
        &mut self,
        element: Element,
        accept: &impl Fn(&Element) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        if self.open.is_empty() {
            if self.root.is_some() {
                return Err(self.syntax(element.offset, "there is a second root element"));
            }
            accept(&element)?;
        }
        if self.open.len() >= MAX_DEPTH {
            let (line, column) = self.source.line_column(element.offset);
            return Err(self.limit(&format!("nests too deep at {line}:{column}"), MAX_DEPTH, "elements"));
        }
        self.open.push(element);
        Ok(())
    }

    /// The parser itself refuses end tags that match nothing, so there is always an open element.
    fn close(&mut self) {
        if let Some(done) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => self.root = Some(done),
            }
        }
    }

    fn text(&mut self, offset: usize, text: &str) -> Result<(), ReadError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim_matches(|c: char| c.is_whitespace() || c == '\0').is_empty() => {}
            None => return Err(self.syntax(offset, "there is text outside of the root element")),
        }
        Ok(())
    }

    fn reference(&mut self, offset: usize, reference: &BytesRef<'_>) -> Result<(), ReadError> {
        let name: &str = &reference.xml10_content();
        let character = match name {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            _ => reference
                .resolve_char_ref()
                .map_err(|_| self.syntax(offset, &format!("`&{name};` names no character of XML")))?,
        };
        let Some(character) = character else {
            return Err(self.forbidden(offset, &format!("the entity `&{name};`")));
        };
        self.text(offset, character.encode_utf8(&mut [0; 4]))
    }

    fn finish(mut self, offset: usize) -> Result<Element, ReadError> {
        if !self.open.is_empty() {
            return Err(self.cut_off(offset));
        }
        self.root.take().ok_or_else(|| self.cut_off(offset))
    }

    fn cut_off(&self, offset: usize) -> ReadError {
        let (line, column) = self.source.line_column(offset.min(self.source.text.len()));
        let element = shortened(self.open.last().map_or("?xml", |element| &element.name));
        ReadError::CutOff { document: self.source.name.to_string(), element, line, column }
    }

    fn error(&self, offset: usize, error: &Error) -> ReadError {
        match error {
            // Whatever is not closed at the end of the text was cut off there.
            Error::Syntax(
                SyntaxError::UnclosedTag
                | SyntaxError::UnclosedSingleQuotedAttributeValue
                | SyntaxError::UnclosedDoubleQuotedAttributeValue
                | SyntaxError::UnclosedPI
                | SyntaxError::UnclosedXmlDecl
                | SyntaxError::UnclosedComment
                | SyntaxError::UnclosedCData,
            ) => self.cut_off(self.source.text.len()),
            Error::Syntax(SyntaxError::UnclosedDoctype) => {
                self.forbidden(offset, "a document type declaration")
            }
            Error::Syntax(SyntaxError::InvalidBangMarkup) if self.is_at_end(offset) => {
                self.cut_off(self.source.text.len())
            }
            Error::Namespace(NamespaceError::TooManyBindings(limit)) => {
                let (line, column) = self.source.line_column(offset);
                self.limit(
                    &format!("declares too many namespaces at {line}:{column}"),
                    *limit,
                    "namespaces in scope",
                )
            }
            Error::Namespace(NamespaceError::TooDeeplyNested(limit)) => {
                let (line, column) = self.source.line_column(offset);
                self.limit(&format!("nests too deep at {line}:{column}"), *limit, "elements")
            }
            Error::Syntax(SyntaxError::InvalidBangMarkup) => {
                self.syntax(offset, "`<!` starts nothing that XML knows")
            }
            Error::IllFormed(error) => self.syntax(offset, &ill_formed(error)),
            Error::InvalidAttr(error) => self.syntax(offset, wrong_attribute(error)),
            Error::Escape(_) => self.syntax(offset, "a character reference names no character"),
            Error::Namespace(_) => self.syntax(offset, "a prefix that XML keeps to itself is declared"),
            Error::Io(_) | Error::Encoding(_) => self.syntax(offset, "it cannot be decoded"),
        }
    }

    /// Whether nothing but the start of a `<!…` follows: too little to tell what was cut off.
    fn is_at_end(&self, offset: usize) -> bool {
        self.source.text.get(offset..).is_none_or(|rest| rest.len() < "<![CDATA[".len())
    }

    fn syntax(&self, offset: usize, reason: &str) -> ReadError {
        let (line, column) = self.source.line_column(offset);
        ReadError::Syntax { document: self.source.name.to_string(), reason: shortened(reason), line, column }
    }

    fn forbidden(&self, offset: usize, found: &str) -> ReadError {
        let (line, column) = self.source.line_column(offset);
        ReadError::Forbidden { document: self.source.name.to_string(), found: shortened(found), line, column }
    }

    fn limit(&self, excess: &str, limit: usize, unit: &str) -> ReadError {
        ReadError::Limit {
            document: self.source.name.to_string(),
            excess: shortened(excess),
            limit: format!("{limit} {unit}"),
        }
    }
}

/// What is not well-formed, in words.
fn ill_formed(error: &IllFormedError) -> String {
    match error {
        IllFormedError::MismatchedEndTag { expected, found } => {
            format!("expected `</{expected}>`, but found `</{found}>`")
        }
        IllFormedError::UnmatchedEndTag(found) => format!("`</{found}>` ends nothing"),
        IllFormedError::MissingEndTag(name) => format!("`<{name}>` is never closed"),
        IllFormedError::UnclosedReference => {
            "`&` starts a reference that no `;` ends; an ampersand is written `&amp;`".to_owned()
        }
        IllFormedError::DoubleHyphenInComment => "a comment has `--` in it".to_owned(),
        IllFormedError::MissingDeclVersion(_) | IllFormedError::UnknownVersion => {
            "the XML declaration names no version that is known".to_owned()
        }
        IllFormedError::MissingDoctypeName => "the document type has no name".to_owned(),
    }
}

/// What is wrong with an attribute, in words.
fn wrong_attribute(error: &AttrError) -> &'static str {
    match error {
        AttrError::ExpectedEq(_) => "an attribute has no `=`",
        AttrError::ExpectedValue(_) => "an attribute has no value",
        AttrError::UnquotedValue(_) => "the value of an attribute has no quotes",
        AttrError::ExpectedQuote(..) => "the value of an attribute has no closing quote",
        AttrError::Duplicated(..) => "an element has the same attribute twice",
    }
}
