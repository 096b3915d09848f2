//! Reads YAML into plain values.

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Number, Value};

/// No value is nested deeper.
const MAX_DEPTH: usize = 100;

/// The first document of a text.
pub(super) fn read(text: &str) -> Result<Value, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| error.to_string())?;
    documents
        .first()
        .map_or(Ok(Value::Null), |document| value(document, 0))
}

fn value(node: &Yaml<'_>, depth: usize) -> Result<Value, String> {
    if depth > MAX_DEPTH {
        return Err("is nested too deeply".to_owned());
    }
    Ok(match node {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => Value::Bool(*value),
            Scalar::Integer(value) => Value::from(*value),
            Scalar::FloatingPoint(value) => {
                Number::from_f64(value.into_inner()).map_or(Value::Null, Value::Number)
            }
            Scalar::String(text) => Value::from(text.as_ref()),
        },
        Yaml::Representation(text, ..) => Value::from(text.as_ref()),
        Yaml::Sequence(items) => Value::Array(
            items
                .iter()
                .map(|item| value(item, depth + 1))
                .collect::<Result<_, _>>()?,
        ),
        Yaml::Mapping(rows) => {
            let mut map = Map::new();
            for (key, row) in rows {
                let key = match value(key, depth + 1)? {
                    Value::String(key) => key,
                    other => other.to_string(),
                };
                map.insert(key, value(row, depth + 1)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(_, inner) => value(inner, depth + 1)?,
        _ => Value::Null,
    })
}
