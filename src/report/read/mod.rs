//! Reads reports back, for ledgers and baselines: json and SARIF.
//!
//! Invariants: a report is read whole or not at all; what another version added is passed over, what it changed is an
//! error; a report of another tool has findings and no evidence.

mod json;
mod sarif;

use serde_json::Value;

use crate::model::ScanFact;

/// Why a report cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON, or cut short.
    #[error("it is not whole JSON: {0}")]
    Syntax(serde_json::Error),
    /// JSON, but neither of the two.
    #[error("it is neither a json report of stampout nor SARIF")]
    Unknown,
    /// From another age.
    #[error("it is of version {0}, which this stampout does not know")]
    Version(String),
    /// It does not say when it was written in a way that can be read.
    #[error("it says that the scan began `{0}`, which is no time")]
    Time(String),
    /// A value is not what the format says.
    #[error("{place}: {message}")]
    Shape {
        /// Which part of it.
        place: String,
        /// What is wrong.
        message: String,
    },
}

impl ReadError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "the upload may have been cut: write the report again",
            Self::Unknown => "`stampout scan -o json=FILE` or `-o sarif=FILE` writes one",
            Self::Version(_) => "use the newer stampout",
            Self::Time(_) | Self::Shape { .. } => {
                "it was changed on its way, or another tool wrote it"
            }
        }
    }
}

/// What a report says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// One for each unit.
    pub scans: Vec<ScanFact>,
    /// What was taken otherwise than it is written.
    pub notes: Vec<String>,
}

/// The units of a report. `observed` is when they were seen, should the report not tell.
pub fn read(bytes: &[u8], observed: i64) -> Result<Told, ReadError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let value: Value = serde_json::from_slice(bytes).map_err(ReadError::Syntax)?;
    if value.get("runs").is_some() {
        sarif::read(value, observed)
    } else if value.get("units").is_some() && value.get("tool").is_some() {
        let scans = json::read(value, observed)?;
        let notes = Vec::new();
        Ok(Told { scans, notes })
    } else {
        Err(ReadError::Unknown)
    }
}

fn shape(place: impl Into<String>) -> impl FnOnce(serde_json::Error) -> ReadError {
    let place = place.into();
    move |error| ReadError::Shape {
        place,
        message: error.to_string(),
    }
}

/// Seconds since 1970; `otherwise` where no time is told.
fn seconds(told: Option<&str>, otherwise: i64) -> Result<i64, ReadError> {
    let Some(told) = told else {
        return Ok(otherwise);
    };
    let time: jiff::Timestamp = told.parse().map_err(|_| ReadError::Time(told.to_owned()))?;
    Ok(time.as_second())
}

#[cfg(test)]
mod tests;
