//! `stampout try … --save`: the pack of what was tried, with its first findings as cases and one of them as origin.
//!
//! Invariants: nothing is overwritten; a case is written only if the rule finds in it what its mark says; an origin is
//! written only if the commit holds the very bytes that were scanned.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{Global, TryArgs};
use super::hits::Hit;
use super::new::{self, Draft, RULE, quoted};
use super::shrink::{Cut, shrink};
use super::test::limits;
use super::{Exit, out, say};
use crate::language::{self, Language};
use crate::model::{Kind, RepoPath, UnitKind};
use crate::pack::Parts;
use crate::rule::RuleSet;
use crate::scan;
use crate::source::{HARD_LIMIT, Reader, Repository};

/// So many findings become cases.
pub(crate) const CASES: usize = 3;
/// A longer rule id is cut.
const LONGEST_NAME: usize = 40;

/// A file of the pack: its name and its text.
type File = (String, String);

/// What a pack is saved from.
pub(crate) struct Tried<'t> {
    pub(crate) args: &'t TryArgs,
    pub(crate) language: &'static Language,
    pub(crate) rules: &'t RuleSet,
    /// The text of the pattern or query.
    pub(crate) text: &'t str,
    /// All parts, where there is a condition over them.
    pub(crate) parts: &'t Option<Arc<Parts>>,
    pub(crate) repositories: &'t [Repository],
}

/// Writes the pack and says what is left to do; `exit` is how the run ended.
pub(crate) fn save(
    tried: &Tried<'_>,
    folder: &Path,
    hits: &[Hit],
    exit: Exit,
    global: &Global,
) -> Exit {
    if hits.is_empty() {
        say::error(
            "nothing was found, so no pack was written",
            "a pack needs a case: try it where the bug is, or begin with `stampout new`",
        );
        return Exit::Usage;
    }
    let name = rule_name(tried.text);
    let mut left = Vec::new();
    let cases = cases(tried, hits, &name, &mut left);
    let origin = match origin(tried, hits, &name, &mut left) {
        Ok(origin) => Some(origin),
        Err(why) => {
            left.push(format!("[[origin]]: {why}"));
            None
        }
    };
    let mut files = Vec::new();
    let body = if let Some(parts) = tried.parts {
        written(parts)
    } else if tried.args.pattern.is_some() {
        format!("pattern = {}", literal(tried.text))
    } else {
        let file = format!("{}.scm", tried.language.name);
        files.push((file.clone(), tried.text.to_owned()));
        format!("query = {}", quoted(&file))
    };
    let id = tried.args.save.as_deref().unwrap_or_default();
    let manifest = new::manifest(&Draft {
        id,
        url: tried.args.url.as_deref().unwrap_or_default(),
        rule: &name,
        language: tried.language.name,
        body: &body,
        origin: origin.as_deref(),
    });
    files.push(("incident.toml".to_owned(), manifest));
    let count = cases
        .iter()
        .filter(|(name, _)| !name.ends_with(".expect"))
        .count();
    files.extend(cases);
    if let Err(error) = write(folder, &files) {
        say::error(&format!("cannot write {}: {error}", folder.display()), "");
        return Exit::Usage;
    }
    if !global.quiet {
        let shown = folder.display();
        let cases = out::counted(count, "case");
        say::note(&format!("made {shown} with {cases}. To fill in:"));
        let url = if tried.args.url.is_none() {
            ", url"
        } else {
            ""
        };
        say::note(&format!(
            "  title, summary{url}, severity, class; the rule's id ({name}), message and help"
        ));
        let ok = format!("ok: {name}");
        say::note(&format!(
            "  a harmless relative in a case, with `{ok}` above it, which the rule must leave alone"
        ));
        for one in &left {
            say::note(&format!("  {one}"));
        }
        say::note(&format!("then: stampout test --recall {shown}"));
    }
    exit
}

/// A name for the bad pattern, from its words.
fn rule_name(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut length = 0;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$') {
        let plain = word.replace('_', "-").to_ascii_lowercase();
        let plain = plain.trim_matches('-');
        let named = !word.starts_with('$') && plain.starts_with(|c: char| c.is_ascii_lowercase());
        if named && length + plain.len() < LONGEST_NAME {
            length += plain.len() + 1;
            words.push(plain.to_owned());
        }
    }
    // A query is made of the grammar's words, which name nothing of the bug.
    if words.is_empty() || text.trim_start().starts_with(['(', '[', ';']) {
        RULE.to_owned()
    } else {
        words.join("-")
    }
}

/// Parts and their condition, as a manifest has them.
fn written(parts: &Parts) -> String {
    let mut rows = Vec::new();
    rows.extend(
        parts
            .focus
            .as_ref()
            .map(|focus| format!("focus = \"{focus}\"")),
    );
    for part in &parts.parts {
        rows.push(format!(
            "match.{} = {}",
            part.name,
            literal(&part.text.text)
        ));
    }
    rows.push(format!("condition = {}", literal(&parts.condition.text)));
    rows.join("\n")
}

/// A TOML string, as readable as can be.
fn literal(text: &str) -> String {
    let plain = !text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\t');
    if plain && !text.contains(['\'', '\n']) {
        format!("'{text}'")
    } else if plain && !text.contains("'''") && !text.ends_with('\'') {
        format!("'''\n{text}'''")
    } else {
        quoted(text)
    }
}

/// The bytes of the file that a hit was found in.
fn bytes(tried: &Tried<'_>, hit: &Hit) -> Option<Vec<u8>> {
    let repository = repository(tried, hit)?;
    match (&hit.unit.kind, &hit.unit.commit) {
        (UnitKind::Revision, Some(commit)) => {
            let blob = repository.read_path_at(commit, &hit.path).ok()??;
            Some(blob.bytes)
        }
        _ => {
            let reader = Reader::new(repository, HARD_LIMIT).ok()?;
            reader.files().read_path(&hit.path)
        }
    }
}

fn repository<'t>(tried: &Tried<'t>, hit: &Hit) -> Option<&'t Repository> {
    tried
        .repositories
        .iter()
        .find(|one| one.name == hit.unit.repository)
}

/// The places of all findings in a text; none if it cannot be judged.
fn found(tried: &Tried<'_>, text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let verdict = scan::examine_once(text, &[tried.language], tried.rules, &limits());
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    verdict
        .instances
        .iter()
        .filter(|instance| instance.kind == Kind::Fail)
        .map(|instance| place(instance.span.bytes.start)..place(instance.span.bytes.end))
        .collect()
}

/// The first hits as case files; what became of the others is noted.
fn cases(tried: &Tried<'_>, hits: &[Hit], rule: &str, left: &mut Vec<String>) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    let mut seen = BTreeSet::new();
    for hit in hits.iter().take(CASES) {
        let at = format!("{}:{}", hit.path, hit.instance.span.line);
        let text = bytes(tried, hit).and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = text.filter(|text| !text.starts_with('\u{feff}')) else {
            left.push(format!(
                "a case for {at}: its file is not UTF-8, or gone; copy it yourself"
            ));
            continue;
        };
        let span = &hit.instance.span.bytes;
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let cut = Cut {
            text,
            hit: place(span.start)..place(span.end),
        };
        let cut = shrink(cut, tried.language, &|cut: &Cut| {
            found(tried, cut.text.as_bytes()) == std::slice::from_ref(&cut.hit)
        });
        if !seen.insert(cut.text.clone()) {
            continue;
        }
        let name = case_name(tried, &hit.path, &files);
        match marked(tried, &cut, rule) {
            Some((text, None)) => files.push((name, text)),
            Some((text, Some(expectation))) => {
                files.push((format!("{name}.expect"), expectation));
                files.push((name, text));
            }
            None => left.push(format!(
                "a case for {at}: cut out of its file it is not found alone; copy it yourself"
            )),
        }
    }
    files
}

/// The text of a case with its mark: in it, or where that changes what is found, beside it.
fn marked(tried: &Tried<'_>, cut: &Cut, rule: &str) -> Option<(String, Option<String>)> {
    let line_start = cut.text[..cut.hit.start].rfind('\n').map_or(0, |at| at + 1);
    let line = cut.text[..line_start].matches('\n').count() + 1;
    let marks = language::support(tried.language).case_marks;
    if let Some(comment) = marks.comment(&format!("bug: {rule}")) {
        let indent: String = cut.text[line_start..]
            .chars()
            .take_while(|c| *c == ' ' || *c == '\t')
            .collect();
        let mark = format!("{indent}{comment}\n");
        let mut text = cut.text.clone();
        text.insert_str(line_start, &mark);
        let moved = cut.hit.start + mark.len()..cut.hit.end + mark.len();
        if found(tried, text.as_bytes()) == [moved] {
            return Some((text, None));
        }
    }
    let alone = found(tried, cut.text.as_bytes()) == std::slice::from_ref(&cut.hit);
    alone.then(|| (cut.text.clone(), Some(format!("bug {rule} {line}\n"))))
}

/// A name for a case, after the file it is from.
fn case_name(tried: &Tried<'_>, path: &RepoPath, taken: &[File]) -> String {
    let own = String::from_utf8_lossy(path.file_name()).into_owned();
    let plain = own
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        && !own.starts_with('.')
        && !own.ends_with(".expect")
        && language::detect(&RepoPath::from(own.as_str()), None).contains(&tried.language);
    let own = if plain {
        own
    } else {
        new::case_name(tried.language)
    };
    let free = |name: &String| !taken.iter().any(|(other, _)| other == name);
    let numbered = (2..).map(|number| format!("cases/{number}-{own}"));
    std::iter::once(format!("cases/{own}"))
        .chain(numbered)
        .find(free)
        .unwrap_or_default()
}

/// The table `[[origin]]` of the chosen hit, or why there can be none.
fn origin(
    tried: &Tried<'_>,
    hits: &[Hit],
    rule: &str,
    left: &mut Vec<String>,
) -> Result<String, String> {
    let wanted = usize::from(tried.args.origin);
    let Some(hit) = hits.get(wanted - 1) else {
        return Err(format!("there is no finding {wanted}, only {}", hits.len()));
    };
    let path = std::str::from_utf8(hit.path.as_bytes())
        .map_err(|_| format!("the path {} is not UTF-8", hit.path))?;
    let repository = repository(tried, hit).ok_or("the repository is gone")?;
    let commit = match hit.unit.kind {
        UnitKind::Folder => return Err("the finding is not under git".to_owned()),
        UnitKind::Revision => hit.unit.commit.clone(),
        UnitKind::WorkTree => match repository.head() {
            Ok(Some(head)) => {
                let committed = repository.read_path_at(&head.commit, &hit.path);
                let committed = committed.ok().flatten().map(|blob| blob.bytes);
                if committed.is_none() || committed != bytes(tried, hit) {
                    return Err(format!(
                        "{path} is not as the commit has it: commit it, or try with --rev"
                    ));
                }
                Some(head.commit)
            }
            _ => None,
        },
    };
    let commit = commit.ok_or("there is no commit yet")?;
    if repository.url.is_none() {
        left.push("the origin's repository: it has no remote here".to_owned());
    }
    Ok(format!(
        "# Where it bit, to prove that the pack finds it: `stampout test --fleet FILE`\n\
         [[origin]]\n\
         rule = \"{rule}\"\n\
         repository = {}\n\
         commit = \"{commit}\"\n\
         path = {}\n\
         line = {}\n\
         # fixed-by = \"\"                   # where the same instance is gone\n",
        quoted(repository.url.as_deref().unwrap_or_default()),
        quoted(path),
        hit.instance.span.line,
    ))
}

fn write(folder: &Path, files: &[File]) -> std::io::Result<()> {
    fs::create_dir_all(folder.join("cases"))?;
    for (name, text) in files {
        let path: PathBuf = folder.join(name);
        fs::write(path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{literal, rule_name};

    #[test]
    fn a_rule_is_named_after_its_pattern() {
        for (pattern, name) in [
            ("requests.get($URL, ...)", "requests-get"),
            ("kmalloc($A * $B, ...)", "kmalloc"),
            ("$X == $X", "name-of-the-bad-pattern"),
            ("((call) @bug)", "name-of-the-bad-pattern"),
            ("__init__($_, ...)", "init"),
        ] {
            assert_eq!(rule_name(pattern), name);
        }
    }

    #[test]
    fn a_pattern_is_written_so_that_a_person_can_read_it() {
        for text in ["f(\"a\")", "a\n\tb", "it's", "'''", "\u{1}", "a\\b"] {
            let document: toml::Table = format!("x = {}", literal(text)).parse().expect("TOML");
            assert_eq!(document["x"].as_str(), Some(text));
        }
    }
}
