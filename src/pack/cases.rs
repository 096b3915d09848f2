//! Case files: source with marks that say where a rule must find the bug and where it must not.
//!
//! A mark is a comment `bug: RULE[, RULE…]` or `ok: RULE` (semgrep's `ruleid:` is read as `bug:`) that stands above the
//! line it speaks of; marks stack. Where a language has no comments, a file `NAME.expect` holds lines `bug RULE LINE`.

use std::path::Path;

use super::PackFiles;
use crate::strict::Errors;

/// What a mark demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkKind {
    /// Exactly one finding must start on the line.
    Bug,
    /// None may.
    Ok,
}

/// A demand on one line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mark {
    /// The line it speaks of, from 1.
    pub line: u32,
    /// The rule's id within the pack, as written.
    pub rule: String,
    /// What it demands.
    pub kind: MarkKind,
    /// The line on which the mark itself stands, from 1.
    pub written_on: u32,
}

/// A marked source file.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name relative to the pack's folder.
    pub name: String,
    /// Its name as the user knows it.
    pub title: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Sorted by line.
    pub marks: Vec<Mark>,
}

/// Finds all case files of a pack and reads their marks.
pub(super) fn read(files: &PackFiles, errors: &mut Errors) -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, bytes) in &files.files {
        if !name.starts_with("cases/") || name.ends_with(".expect") {
            continue;
        }
        let mut marks = read_marks(bytes);
        if let Some(expect) = files.files.get(&format!("{name}.expect")) {
            read_expectations(
                &files.title(&format!("{name}.expect")),
                expect,
                &mut marks,
                errors,
            );
        }
        marks.sort();
        cases.push(Case {
            name: name.clone(),
            title: files.title(name),
            bytes: bytes.clone(),
            marks,
        });
    }
    for name in files.files.keys() {
        if let Some(of) = name.strip_suffix(".expect")
            && name.starts_with("cases/")
            && !files.files.contains_key(of)
        {
            let title = files.title(name);
            let file = Path::new(of)
                .file_name()
                .and_then(|n| n.to_str())
                .unwrap_or(of)
                .to_owned();
            errors.add(crate::model::Diagnostic::whole(
                title,
                format!("there is no case file `{file}`"),
                "rename one of the two",
            ));
        }
    }
    cases
}

/// Reads the marks in the comments of a file.
pub fn read_marks(bytes: &[u8]) -> Vec<Mark> {
    let text = String::from_utf8_lossy(bytes);
    let mut marks = Vec::new();
    let mut waiting: Vec<(MarkKind, String, u32)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let found = marks_of_line(line);
        if found.is_empty() {
            for (kind, rule, written_on) in waiting.drain(..) {
                marks.push(Mark {
                    line: number,
                    rule,
                    kind,
                    written_on,
                });
            }
        } else {
            waiting.extend(found.into_iter().map(|(kind, rule)| (kind, rule, number)));
        }
    }
    // A mark on the last line speaks of the line behind it, where nothing can be found.
    let end = u32::try_from(text.lines().count() + 1).unwrap_or(u32::MAX);
    marks.extend(waiting.into_iter().map(|(kind, rule, written_on)| Mark {
        line: end,
        rule,
        kind,
        written_on,
    }));
    marks
}

/// The marks of one line: the line must begin with a comment leader, the mark with one of the words.
fn marks_of_line(line: &str) -> Vec<(MarkKind, String)> {
    const LEADERS: [&str; 16] = [
        "{/*", "<!--", "{{!--", "//", "/*", "(*", "{-", "--", "#", ";;", ";", "%", "'", "\"\"\"",
        "*", "!",
    ];
    let trimmed = line.trim_start_matches(['\u{feff}', ' ', '\t']);
    let Some(mut rest) = LEADERS
        .iter()
        .find_map(|leader| trimmed.strip_prefix(leader))
    else {
        return Vec::new();
    };
    rest = rest.trim_start_matches(['/', '*', '#', '!', '-', ';', '%', ' ', '\t']);
    for closer in ["*/}", "-->", "--}}", "*/", "*)", "-}"] {
        rest = rest.trim_end().strip_suffix(closer).unwrap_or(rest);
    }
    const WORDS: [(&str, MarkKind); 3] = [
        ("bug:", MarkKind::Bug),
        ("ruleid:", MarkKind::Bug),
        ("ok:", MarkKind::Ok),
    ];
    let Some((kind, list)) = WORDS
        .iter()
        .find_map(|(word, kind)| rest.strip_prefix(word).map(|list| (*kind, list)))
    else {
        return Vec::new();
    };
    let names: Vec<&str> = list.split(',').map(str::trim).collect();
    let is_rule = |name: &&str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    if !names.iter().all(is_rule) {
        return Vec::new(); // prose, such as `ok: this is fine`
    }
    names
        .into_iter()
        .map(|name| (kind, name.to_owned()))
        .collect()
}

fn read_expectations(title: &str, bytes: &[u8], marks: &mut Vec<Mark>, errors: &mut Errors) {
    let text: std::sync::Arc<str> = String::from_utf8_lossy(bytes).into();
    let mut inner = Errors::new(title, std::sync::Arc::clone(&text));
    let mut start = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let span = start..start + line.trim_end().len();
        start += line.len();
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() || words[0].starts_with('#') {
            continue;
        }
        let kind = match words[0] {
            "bug" => Some(MarkKind::Bug),
            "ok" => Some(MarkKind::Ok),
            _ => None,
        };
        match (
            kind,
            words.get(1),
            words.get(2).and_then(|n| n.parse::<u32>().ok()),
            words.len(),
        ) {
            (Some(kind), Some(rule), Some(number), 3) if number > 0 => marks.push(Mark {
                line: number,
                rule: (*rule).to_owned(),
                kind,
                written_on: u32::try_from(index + 1).unwrap_or(u32::MAX),
            }),
            _ => inner.at(
                span,
                "not an expectation",
                "write `bug RULE LINE` or `ok RULE LINE`",
            ),
        }
    }
    for diagnostic in inner.into_vec() {
        errors.add(diagnostic);
    }
}

#[cfg(test)]
mod tests {
    use super::{MarkKind, read_marks};

    #[test]
    fn marks_stack_take_lists_and_ignore_prose() {
        let text = b"// bug: a, b\n  // ok: c\nf();\n/* ok: a */\ng();\n// ok: this is fine\nh();\n<!-- ruleid: a -->\n<x/>\n";
        let marks: Vec<_> = read_marks(text)
            .into_iter()
            .map(|m| (m.line, m.rule, m.kind, m.written_on))
            .collect();
        assert_eq!(
            marks,
            [
                (3, "a".into(), MarkKind::Bug, 1),
                (3, "b".into(), MarkKind::Bug, 1),
                (3, "c".into(), MarkKind::Ok, 2),
                (5, "a".into(), MarkKind::Ok, 4),
                (9, "a".into(), MarkKind::Bug, 8),
            ]
        );
    }

    #[test]
    fn a_mark_at_the_end_of_the_file_points_behind_it() {
        let marks = read_marks(b"f()\n# bug: a");
        assert_eq!((marks[0].line, marks[0].written_on), (3, 2));
    }
}
