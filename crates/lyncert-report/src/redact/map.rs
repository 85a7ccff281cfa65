//! The file that says which pseudonym stands for what: it stays with its owner.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Redactor;
use super::names::Kind;
use crate::model::REDACTION_SCHEMA;

/// What every pseudonym stands for.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RedactionMap {
    /// `lyncert-redaction/1`.
    #[schemars(extend("const" = REDACTION_SCHEMA))]
    schema: String,
    /// All pseudonyms, by kind and name.
    pseudonyms: Vec<Pair>,
}

/// A pseudonym and what it stands for.
#[derive(Clone, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Pair {
    /// What it is.
    kind: Kind,
    /// What stands in documents.
    pseudonym: String,
    /// What that is in truth, in the form that names are compared in.
    real: String,
}

/// A file is no map.
#[derive(Debug, thiserror::Error)]
pub enum MapError {
    /// It is no JSON of this form.
    #[error("it is no redaction map")]
    Damaged(#[from] serde_json::Error),
    /// It has another version.
    #[error("it has the schema `{0}`; expected `{REDACTION_SCHEMA}`")]
    UnknownSchema(String),
    /// A pseudonym stands for two names, or a name has two.
    #[error("`{0}` stands in it twice")]
    Twice(String),
}

impl RedactionMap {
    /// That of a redactor.
    pub fn of(redactor: &Redactor) -> Self {
        let pair = |(kind, real, pseudonym): (Kind, &str, &str)| Pair {
            kind,
            pseudonym: pseudonym.to_owned(),
            real: real.to_owned(),
        };
        Self { schema: REDACTION_SCHEMA.to_owned(), pseudonyms: redactor.names.pairs().map(pair).collect() }
    }

    /// Reads a map, and gives a redactor that goes on with it.
    ///
    /// # Errors
    ///
    /// It is none, or contradicts itself.
    pub fn read(bytes: &[u8]) -> Result<Redactor, MapError> {
        let map: Self = serde_json::from_slice(bytes)?;
        if map.schema != REDACTION_SCHEMA {
            return Err(MapError::UnknownSchema(map.schema));
        }
        let mut redactor = Redactor::default();
        for Pair { kind, pseudonym, real } in map.pseudonyms {
            let is_known =
                redactor.names.is_issued(&pseudonym) || redactor.names.known(kind, &real).is_some();
            if is_known {
                return Err(MapError::Twice(pseudonym));
            }
            redactor.names.restore(kind, real, pseudonym);
        }
        Ok(redactor)
    }
}
