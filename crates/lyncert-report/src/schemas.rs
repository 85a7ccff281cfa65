//! The JSON Schema of each document, made from the types that write it, and published in `schemas/`.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::evidence::EvidenceManifest;
use crate::model::{
    CheckView, DiffView, DoctorView, ExplainList, FailureView, ForecastView, IndexView, InventoryView,
    NameExplanation, Plan, PlanDiff, Report, RuleExplanation, TopologyView,
};

use crate::redact::RedactionMap;

/// A document that programs read, and its schema.
#[derive(Clone, Debug)]
pub struct DocumentSchema {
    /// The version as the document's `schema` has it, such as `lyncert-report/2`.
    pub version: String,
    /// The JSON Schema (draft 2020-12).
    pub schema: Value,
}

impl DocumentSchema {
    /// That of a type whose `schema` is a constant.
    pub fn of<T: JsonSchema>() -> Self {
        let schema = made::<T>();
        let version = version_of(&schema).unwrap_or_default().to_owned();
        Self::with(schema, &version)
    }

    /// That of a type that does not name its version.
    pub fn named<T: JsonSchema>(version: &str) -> Self {
        Self::with(made::<T>(), version)
    }

    fn with(mut schema: Schema, version: &str) -> Self {
        schema.insert("$id".to_owned(), format!("urn:lyncert:{}", version.replace('/', ":")).into());
        schema.insert("title".to_owned(), version.into());
        Self { version: version.to_owned(), schema: schema.to_value() }
    }

    /// What its file holds.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema)
    }

    /// The name of its file: the version is a part of it, so that older ones stay where they were.
    pub fn file_name(&self) -> String {
        format!("{}.schema.json", self.version.replace('/', "-"))
    }
}

/// What `explain --format json` prints: of a rule or clause, or of a name.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it is made into a schema and never a value")]
enum Explanation {
    Rule(RuleExplanation),
    Name(NameExplanation),
}

/// All documents of this library, by version.
pub fn schemas() -> Vec<DocumentSchema> {
    let mut all = vec![
        DocumentSchema::of::<CheckView>(),
        DocumentSchema::of::<DiffView>(),
        DocumentSchema::of::<DoctorView>(),
        DocumentSchema::of::<EvidenceManifest>(),
        DocumentSchema::of::<ExplainList>(),
        DocumentSchema::of::<Explanation>(),
        DocumentSchema::of::<FailureView>(),
        DocumentSchema::of::<ForecastView>(),
        DocumentSchema::of::<IndexView>(),
        DocumentSchema::of::<InventoryView>(),
        DocumentSchema::of::<Plan>(),
        DocumentSchema::of::<PlanDiff>(),
        DocumentSchema::of::<RedactionMap>(),
        DocumentSchema::of::<Report>(),
        DocumentSchema::of::<TopologyView>(),
    ];
    all.sort_by(|one, other| one.version.cmp(&other.version));
    all
}

/// What is written, not what is read: older documents lack fields that every new one has.
fn made<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The constant of the field `schema`, be it the document's own or that of its first form.
fn version_of(schema: &Schema) -> Option<&str> {
    let own = |value: &'_ Value| value.pointer("/properties/schema/const").is_some();
    let root = schema.as_value();
    let form = if own(root) {
        root
    } else {
        let first = root.pointer("/anyOf/0/$ref").and_then(Value::as_str)?;
        root.pointer(first.strip_prefix('#')?)?
    };
    form.pointer("/properties/schema/const").and_then(Value::as_str)
}
