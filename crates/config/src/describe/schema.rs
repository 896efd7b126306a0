use crate::catalogue::{self, Form, Key};
use serde_json::{Map, Value, json};

const SIZE: &str = "^[0-9]+(\\.[0-9]+)? ?([kKmMgG]([iI]?[bB])?|[bB])$";
const TIME: &str = "^([0-9]+(\\.[0-9]+)? ?(ms|s|m|min|h|d))+$";

/// The JSON schema (draft 2020-12) of `ostler.toml`, for editors. It knows keys, types and bounds;
/// what several keys say together only `ostler check` sees.
pub fn schema() -> Value {
    let mut schema = object("");
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("ostler.toml");
    schema
}

/// The keys of a section; `*` stands for every name.
fn object(section: &str) -> Value {
    let mut properties = Map::new();
    let mut any = json!(false);
    for key in catalogue::children(section) {
        match key.name() {
            "*" => any = of_key(key),
            name => {
                properties.insert(name.into(), of_key(key));
            }
        }
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": any })
}

fn of_key(key: &Key) -> Value {
    let mut forms: Vec<Value> = key.forms.iter().map(|form| of_form(key, form)).collect();
    let mut schema = match forms.len() {
        1 => forms.remove(0),
        _ => json!({ "anyOf": forms }),
    };
    schema["description"] = json!(key.text);
    let default =
        key.default.and_then(|text| toml::from_str::<toml::Table>(&format!("v = {text}")).ok());
    if let Some(default) = default {
        schema["default"] = json!(default.get("v"));
    }
    schema
}

fn of_form(key: &Key, form: &Form) -> Value {
    match form {
        Form::Flag => json!({ "type": "boolean" }),
        Form::Off => json!({ "const": false }),
        Form::Count { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Form::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Form::Size { .. } => json!({ "type": "string", "pattern": SIZE }),
        Form::Time { .. } => json!({ "type": "string", "pattern": TIME }),
        Form::Word(words) => json!({ "enum": words }),
        Form::Text(_) => json!({ "type": "string", "minLength": 1 }),
        Form::Texts(_) => json!({ "type": "array", "items": { "type": "string" } }),
        Form::Section => object(key.path),
        Form::Lists => {
            let texts = json!({ "type": "array", "items": { "type": "string" } });
            let value = json!({ "anyOf": [{ "type": "string" }, texts, { "const": false }] });
            json!({ "type": "object", "additionalProperties": value })
        }
        Form::Tables => json!({ "type": "array", "items": object(key.path) }),
        Form::Variables => {
            let value = json!({ "type": ["string", "number", "boolean"] });
            json!({ "type": "object", "additionalProperties": value })
        }
    }
}
