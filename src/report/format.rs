//! The registry of formats: a format is one file and one row here.

use std::fmt;
use std::path::Path;

use super::coverage::Coverage;
use super::github::Github;
use super::gitlab::Gitlab;
use super::json::Json;
use super::jsonl::Jsonl;
use super::markdown::Markdown;
use super::sarif::{Profile, Sarif};
use super::text::Text;
use super::{Options, Report};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// One JSON line per entry.
    Coverage,
    /// GitHub Actions annotations.
    Github,
    /// GitLab Code Quality.
    Gitlab,
    /// One versioned JSON object.
    Json,
    /// One finding a line.
    Jsonl,
    /// A job summary.
    Markdown,
    /// SARIF 2.1.0 with all that is known.
    Sarif,
    /// SARIF 2.1.0 as code-scanning services want it.
    SarifUpload,
    /// For people.
    Text,
}

struct Row {
    format: Format,
    word: &'static str,
    about: &'static str,
    /// File names that mean this format without a word; a longer one wins.
    endings: &'static [&'static str],
    make: fn(&Options) -> Box<dyn Report>,
}

/// Sorted by word.
const TABLE: [Row; 9] = [
    Row {
        format: Format::Coverage,
        word: "coverage",
        about: "one JSON line per entry and its outcome",
        endings: &[],
        make: |_| Box::new(Coverage),
    },
    Row {
        format: Format::Github,
        word: "github",
        about: "annotations for GitHub Actions",
        endings: &[],
        make: |_| Box::<Github>::default(),
    },
    Row {
        format: Format::Gitlab,
        word: "gitlab",
        about: "GitLab Code Quality",
        endings: &[],
        make: |_| Box::<Gitlab>::default(),
    },
    Row {
        format: Format::Json,
        word: "json",
        about: "one versioned JSON object",
        endings: &[".json"],
        make: |_| Box::<Json>::default(),
    },
    Row {
        format: Format::Jsonl,
        word: "jsonl",
        about: "one finding a line, as JSON",
        endings: &[".jsonl", ".ndjson"],
        make: |_| Box::new(Jsonl),
    },
    Row {
        format: Format::Markdown,
        word: "markdown",
        about: "a summary for a CI job or a ticket",
        endings: &[".md", ".markdown"],
        make: |_| Box::<Markdown>::default(),
    },
    Row {
        format: Format::Sarif,
        word: "sarif",
        about: "SARIF 2.1.0 with incident, coverage and evidence",
        endings: &[".sarif", ".sarif.json"],
        make: |_| Box::new(Sarif::new(Profile::Full)),
    },
    Row {
        format: Format::SarifUpload,
        word: "sarif-upload",
        about: "lean SARIF for code-scanning services",
        endings: &[],
        make: |_| Box::new(Sarif::new(Profile::Upload)),
    },
    Row {
        format: Format::Text,
        word: "text",
        about: "for people",
        endings: &[".txt"],
        make: |options| Box::new(Text::new(*options)),
    },
];

/// GitLab's documented name for a code quality report begins like this.
const GITLAB_PREFIX: &str = "gl-code-quality";

/// Why a format could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// A word that names none; the nearest that does, if one is near.
    Unknown {
        /// What was written.
        word: String,
        /// What was perhaps meant.
        nearest: Option<&'static str>,
    },
    /// A file name that tells no format.
    NotInferred {
        /// The name.
        path: String,
    },
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { word, nearest } => {
                write!(
                    f,
                    "unknown report format `{}`",
                    super::escape::visible(word)
                )?;
                match nearest {
                    Some(nearest) => write!(f, ": did you mean `{nearest}`?"),
                    None => write!(f, ": expected one of {}", Format::words().join(", ")),
                }
            }
            Self::NotInferred { path } => {
                let path = super::escape::visible(path);
                write!(
                    f,
                    "the name `{path}` does not tell a report format: write FORMAT={path}"
                )
            }
        }
    }
}

impl std::error::Error for FormatError {}

impl Format {
    /// Every format, sorted by word.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.format)
    }

    /// Every word, sorted.
    pub fn words() -> Vec<&'static str> {
        TABLE.iter().map(|row| row.word).collect()
    }

    /// The word that users write.
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// One line for lists of formats.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Result<Self, FormatError> {
        if let Some(row) = TABLE.iter().find(|row| row.word == word) {
            return Ok(row.format);
        }
        let lower = word.to_lowercase();
        let nearest = TABLE
            .iter()
            .map(|row| (strsim::damerau_levenshtein(&lower, row.word), row.word))
            .min()
            .filter(|(distance, near)| *distance <= 1 + near.len() / 4)
            .map(|(_, near)| near);
        Err(FormatError::Unknown {
            word: word.to_owned(),
            nearest,
        })
    }

    /// Tells the format from a file's name.
    pub fn infer(path: &Path) -> Result<Self, FormatError> {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        if name.starts_with(GITLAB_PREFIX) && name.ends_with(".json") {
            return Ok(Self::Gitlab);
        }
        TABLE
            .iter()
            .flat_map(|row| row.endings.iter().map(move |ending| (*ending, row.format)))
            .filter(|(ending, _)| name.ends_with(ending))
            .max_by_key(|(ending, _)| ending.len())
            .map(|(_, format)| format)
            .ok_or_else(|| FormatError::NotInferred {
                path: path.display().to_string(),
            })
    }

    /// A new report in this format.
    pub fn report(self, options: &Options) -> Box<dyn Report> {
        (self.row().make)(options)
    }

    /// The table has a row for every variant at the variant's place; a test holds it.
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Format, FormatError, TABLE};

    #[test]
    fn the_registry_is_complete_and_sorted() {
        assert!(TABLE.windows(2).all(|pair| pair[0].word < pair[1].word));
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.format as usize, index, "{}", row.word);
            assert_eq!(Format::parse(row.word), Ok(row.format));
            assert_eq!(row.format.word(), row.word);
            assert!(!row.about.is_empty());
        }
        // A new variant fails to compile here until it is counted.
        let last = match Format::Text {
            Format::Coverage
            | Format::Github
            | Format::Gitlab
            | Format::Json
            | Format::Jsonl
            | Format::Markdown
            | Format::Sarif
            | Format::SarifUpload
            | Format::Text => Format::Text as usize,
        };
        assert_eq!(last + 1, TABLE.len());
    }

    #[test]
    fn names_tell_formats() {
        for (name, format) in [
            ("a/x.sarif", Format::Sarif),
            ("x.sarif.json", Format::Sarif),
            ("x.json", Format::Json),
            ("X.JSON", Format::Json),
            ("gl-code-quality-report.json", Format::Gitlab),
            ("x.jsonl", Format::Jsonl),
            ("x.ndjson", Format::Jsonl),
            ("summary.md", Format::Markdown),
            ("x.txt", Format::Text),
        ] {
            assert_eq!(Format::infer(Path::new(name)), Ok(format), "{name}");
        }
        let error = Format::infer(Path::new("out.xml")).expect_err("no format is XML");
        assert_eq!(
            error.to_string(),
            "the name `out.xml` does not tell a report format: write FORMAT=out.xml"
        );
    }

    #[test]
    fn a_slip_gets_a_hint() {
        for (word, nearest) in [
            ("sarf", Some("sarif")),
            ("JSON", Some("json")),
            ("sarif_upload", Some("sarif-upload")),
            ("xml", None),
        ] {
            assert_eq!(
                Format::parse(word),
                Err(FormatError::Unknown {
                    word: word.to_owned(),
                    nearest
                }),
                "{word}"
            );
        }
    }
}
