//! Blocks of facts between prose, written anew without touching the prose.
//!
//! A block stands between `<!-- stampout:facts NAME DIGEST -->` and `<!-- /stampout:facts -->`; the digest is of what the
//! program wrote, so that it is seen when somebody else wrote into it.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

const BEGIN: &str = "<!-- stampout:facts ";
const END: &str = "<!-- /stampout:facts -->";

/// A part of a new document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Filled from the record, under a name that stays.
    Facts(&'static str, String),
    /// Headings and room for people; written once.
    Prose(String),
}

/// Why a document is left alone.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DocumentError {
    /// A block is not closed, or opened within another.
    #[error("line {0}: this block of facts has no end")]
    Open(usize),
    /// An end without a beginning.
    #[error("line {0}: the end of a block that does not begin")]
    Closed(usize),
    /// Two blocks of one name.
    #[error("line {line}: a second block `{name}`")]
    Twice {
        /// Where.
        line: usize,
        /// Its name.
        name: String,
    },
}

impl DocumentError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        "nothing was written; restore the lines that begin with `<!-- stampout:facts` and `<!-- /stampout:facts`"
    }
}

/// A document that was brought up to date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The whole text.
    pub text: String,
    /// Blocks into which somebody had written: what they wrote stands below each.
    pub kept: Vec<String>,
    /// Blocks that were not there and stand at the end.
    pub added: Vec<String>,
}

/// A new document.
pub fn write(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Facts(name, body) => text.push_str(&block(name, body)),
            Part::Prose(prose) => text.push_str(prose),
        }
    }
    text
}

fn block(name: &str, body: &str) -> String {
    let body = normal(body);
    format!("{BEGIN}{name} {} -->\n{body}{END}\n", digest(&body))
}

/// Ends with one line end, or is empty.
fn normal(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    let body = body.trim_matches('\n');
    if body.is_empty() {
        String::new()
    } else {
        format!("{body}\n")
    }
}

fn digest(body: &str) -> String {
    let digest = Sha256::digest(body.as_bytes());
    digest[..6]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What a document is made of.
enum Piece<'t> {
    Prose(&'t str),
    Block {
        name: &'t str,
        digest: &'t str,
        body: String,
        /// As it stands there.
        whole: &'t str,
    },
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, DocumentError> {
    let mut pieces = Vec::new();
    let mut names = BTreeSet::new();
    // Where the block that is open begins, its body, its line, its name and digest.
    let mut open: Option<(usize, usize, usize, &str, &str)> = None;
    let (mut at, mut prose) = (0, 0);
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim();
        let mark = bare
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_suffix("-->"));
        if let Some(mark) = mark {
            if let Some((.., number, _, _)) = open {
                return Err(DocumentError::Open(number));
            }
            let (name, digest) = mark.trim().split_once(' ').unwrap_or((mark.trim(), ""));
            if !names.insert(name) {
                return Err(DocumentError::Twice {
                    line: index + 1,
                    name: name.to_owned(),
                });
            }
            pieces.push(Piece::Prose(&text[prose..at]));
            open = Some((at, at + line.len(), index + 1, name, digest.trim()));
        } else if bare == END {
            let Some((begin, body, _, name, digest)) = open.take() else {
                return Err(DocumentError::Closed(index + 1));
            };
            prose = at + line.len();
            pieces.push(Piece::Block {
                name,
                digest,
                body: normal(&text[body..at]),
                whole: &text[begin..prose],
            });
        }
        at += line.len();
    }
    if let Some((.., number, _, _)) = open {
        return Err(DocumentError::Open(number));
    }
    pieces.push(Piece::Prose(&text[prose..]));
    Ok(pieces)
}

/// Brings the facts of a document up to date. Nothing else is changed; blocks that nobody knows any more are left.
pub fn merge(parts: &[Part], existing: &str) -> Result<Merged, DocumentError> {
    let facts: BTreeMap<&str, &str> = parts
        .iter()
        .filter_map(|part| match part {
            Part::Facts(name, body) => Some((*name, body.as_str())),
            Part::Prose(_) => None,
        })
        .collect();
    let mut merged = Merged {
        text: String::new(),
        kept: Vec::new(),
        added: Vec::new(),
    };
    let mut there = BTreeSet::new();
    for piece in pieces(existing)? {
        match piece {
            Piece::Prose(prose) => merged.text.push_str(prose),
            Piece::Block {
                name,
                digest: told,
                body,
                whole,
            } => {
                there.insert(name.to_owned());
                let Some(new) = facts.get(name) else {
                    merged.text.push_str(whole);
                    continue;
                };
                merged.text.push_str(&block(name, new));
                // What the program would write itself is nobody's loss.
                if digest(&body) != told && body != normal(new) {
                    merged.kept.push(name.to_owned());
                    merged.text.push_str(&format!(
                        "\n**Written into the facts above, and kept:**\n\n{body}\n"
                    ));
                }
            }
        }
    }
    for part in parts {
        if let Part::Facts(name, body) = part
            && !there.contains(*name)
        {
            if !merged.text.ends_with("\n\n") {
                merged.text.push('\n');
            }
            merged.text.push_str(&block(name, body));
            merged.added.push((*name).to_owned());
        }
    }
    Ok(merged)
}

#[cfg(test)]
mod tests {
    use super::{DocumentError, Part, merge, write};

    fn parts(count: &str) -> Vec<Part> {
        vec![
            Part::Prose("# Title\n\n".to_owned()),
            Part::Facts("counts", format!("found {count}\n")),
            Part::Prose("\n## Lessons\n\n_write here_\n\n".to_owned()),
            Part::Facts("dates", "today\n".to_owned()),
        ]
    }

    #[test]
    fn prose_survives_and_facts_are_new() {
        let first = write(&parts("3"));
        assert_eq!(merge(&parts("3"), &first).expect("merged").text, first);
        let written = first.replace("_write here_", "We were lucky.\r\n\r\n> really");
        let merged = merge(&parts("4"), &written).expect("merged");
        assert!(merged.text.contains("We were lucky.\r\n\r\n> really"));
        assert!(merged.text.contains("found 4") && !merged.text.contains("found 3"));
        assert!(merged.kept.is_empty() && merged.added.is_empty());
    }

    #[test]
    fn what_somebody_wrote_into_facts_is_kept_once() {
        let edited = write(&parts("3")).replace("found 3", "found 3, and one more by hand");
        let merged = merge(&parts("4"), &edited).expect("merged");
        assert_eq!(merged.kept, ["counts"]);
        assert!(merged.text.contains("found 4") && merged.text.contains("one more by hand"));
        let again = merge(&parts("5"), &merged.text).expect("merged");
        assert!(again.kept.is_empty());
        assert_eq!(again.text.matches("one more by hand").count(), 1);
        // A block that was taken out comes back, at the end; one that is strange stays.
        let (head, _) = edited
            .split_once("<!-- stampout:facts dates")
            .expect("there");
        let cut = format!("{head}<!-- stampout:facts other 00 -->\nx\n<!-- /stampout:facts -->\n");
        let merged = merge(&parts("4"), &cut).expect("merged");
        assert_eq!(merged.added, ["dates"]);
        assert!(merged.text.contains("stampout:facts other 00 -->\nx\n"));
    }

    #[test]
    fn a_document_whose_marks_are_broken_is_left_alone() {
        let whole = write(&parts("3"));
        let end = "<!-- /stampout:facts -->\n";
        let cases = [
            (whole.replacen(end, "", 1), DocumentError::Open(3)),
            (
                whole.trim_end().trim_end_matches(end.trim()).to_owned(),
                DocumentError::Open(11),
            ),
            (format!("{end}{whole}"), DocumentError::Closed(1)),
            (
                format!("{whole}{whole}"),
                DocumentError::Twice {
                    line: 16,
                    name: "counts".to_owned(),
                },
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(merge(&parts("4"), &text), Err(expected), "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever people write around the blocks is there afterwards, byte for byte.
        #[test]
        fn nothing_outside_of_blocks_changes(before in "[^<]{0,60}", after in "[^<]{0,60}") {
            let text = format!("{before}\n{}{after}", write(&parts("3")));
            let merged = merge(&parts("9"), &text).expect("merged");
            assert_eq!(merged.text, format!("{before}\n{}{after}", write(&parts("9"))));
        }
    }
}
