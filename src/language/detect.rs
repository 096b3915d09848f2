//! From a path, and where it must be from the first bytes, to the languages that a file is read as.
//!
//! The order is file name, name pattern, extension, then content: `#!` lines and what some texts begin with. The first
//! that applies decides alone, also where its language is not in this build. Content is asked only where
//! [`needs_content`] says so, so that the answer never depends on whether the bytes happened to be at hand.

use std::collections::HashMap;
use std::sync::LazyLock;

use bstr::ByteSlice;

use super::table::TABLE;
use super::{Language, TEXT, all};
use crate::model::RepoPath;

/// Extensions that tell nothing of the language, so that the content decides.
const UNDECIDED: &[&str] = &[
    "cgi", "command", "config", "engine", "fcgi", "hook", "in", "inc", "install", "launch",
    "module", "postinst", "postrm", "preinst", "prerm", "profile", "proj", "run", "sample",
    "script", "test", "theme", "tool", "ui",
];

/// Name patterns do not reach these: `Dockerfile.md` is about one, `Makefile.PL` is Perl.
const PATTERNS_STOP_AT: &[&str] = &["adoc", "dockerignore", "md", "pl", "rst"];

/// As much of a file as an opening or a `#!` line is looked for in.
const HEAD: usize = 1024;

type Rules = HashMap<&'static [u8], Vec<&'static Language>>;

/// The table turned around. A row whose grammar is left out of this build has its keys here, without itself.
struct Index {
    file_names: Rules,
    patterns: Vec<(&'static [u8], &'static [u8], Vec<&'static Language>)>,
    extensions: Rules,
    interpreters: Rules,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| Index {
    file_names: turn(|language| language.file_names),
    patterns: TABLE
        .iter()
        .flat_map(|language| {
            language
                .name_patterns
                .iter()
                .map(move |pattern| (*pattern, language))
        })
        .map(|(pattern, language)| {
            let (front, back) = pattern.split_once('*').unwrap_or((pattern, ""));
            (
                front.as_bytes(),
                back.as_bytes(),
                if_built_in(language).collect(),
            )
        })
        .collect(),
    extensions: turn(|language| language.extensions),
    interpreters: turn(|language| language.interpreters),
});

fn turn(keys: fn(&Language) -> &'static [&'static str]) -> Rules {
    let mut rules = Rules::new();
    for language in TABLE {
        for key in keys(language) {
            rules
                .entry(key.as_bytes())
                .or_default()
                .extend(if_built_in(language));
        }
    }
    rules
}

fn if_built_in(language: &'static Language) -> impl Iterator<Item = &'static Language> {
    Some(language)
        .filter(|language| language.grammar.is_some())
        .into_iter()
}

/// The languages a file is read as, sorted by name: mostly one, two for `.h`, none where we know no better.
///
/// `head` is the beginning of the file, looked at only where [`needs_content`] is true of the path.
pub fn detect(path: &RepoPath, head: Option<&[u8]>) -> &'static [&'static Language] {
    match by_file_name(path.file_name()) {
        Verdict::Decided(languages) => languages,
        Verdict::Foreign => &[],
        Verdict::Undecided => head.map_or(&[], by_content),
    }
}

/// The same languages and, in its place among them, plain text.
pub fn with_text(languages: &'static [&'static Language]) -> &'static [&'static Language] {
    static WITH_TEXT: LazyLock<HashMap<Vec<&'static Language>, Vec<&'static Language>>> =
        LazyLock::new(|| {
            let index = &INDEX;
            let named = [&index.file_names, &index.extensions, &index.interpreters]
                .into_iter()
                .flat_map(HashMap::values);
            let patterns = index.patterns.iter().map(|(_, _, languages)| languages);
            let alone = all().iter().map(|language| vec![*language]);
            let lists = named.chain(patterns).cloned().chain(alone);
            lists
                .chain([Vec::new()])
                .map(|list| {
                    let mut more = list.clone();
                    more.push(&TEXT);
                    more.sort();
                    (list, more)
                })
                .collect()
        });
    // Every list that `detect` gives is there.
    WITH_TEXT.get(languages).map_or(languages, Vec::as_slice)
}

/// Whether the name of a file leaves its language open, so that its first bytes must be read to tell.
pub fn needs_content(path: &RepoPath) -> bool {
    matches!(by_file_name(path.file_name()), Verdict::Undecided)
}

/// What a file name tells.
enum Verdict {
    /// These languages, or none in a build that leaves them out.
    Decided(&'static [&'static Language]),
    /// An extension of something else.
    Foreign,
    /// Nothing.
    Undecided,
}

fn by_file_name(name: &[u8]) -> Verdict {
    let index: &'static Index = &INDEX;
    if let Some(languages) = index.file_names.get(name) {
        return Verdict::Decided(languages);
    }
    let Some(extension) = extension(name) else {
        return by_pattern(index, name).map_or(Verdict::Undecided, Verdict::Decided);
    };
    let lower = extension.to_ascii_lowercase();
    let stops = contains(PATTERNS_STOP_AT, &lower);
    if let Some(languages) = by_pattern(index, name).filter(|_| !stops) {
        return Verdict::Decided(languages);
    }
    if let Some(languages) = index
        .extensions
        .get(extension)
        .or_else(|| index.extensions.get(lower.as_slice()))
    {
        return Verdict::Decided(languages);
    }
    // `deploy-1.2` and `tool-3` are versions, not extensions.
    if contains(UNDECIDED, &lower) || lower.iter().all(u8::is_ascii_digit) {
        Verdict::Undecided
    } else {
        Verdict::Foreign
    }
}

fn by_pattern(index: &'static Index, name: &[u8]) -> Option<&'static [&'static Language]> {
    let hit = |(front, back, _): &&(&[u8], &[u8], Vec<&'static Language>)| {
        name.len() > front.len() + back.len() && name.starts_with(front) && name.ends_with(back)
    };
    index
        .patterns
        .iter()
        .find(hit)
        .map(|(_, _, languages)| languages.as_slice())
}

/// What follows the last dot; a leading dot begins a hidden name, not an extension.
fn extension(name: &[u8]) -> Option<&[u8]> {
    match name.rfind_byte(b'.') {
        Some(0) | None => None,
        Some(dot) if dot + 1 == name.len() => None,
        Some(dot) => Some(&name[dot + 1..]),
    }
}

fn contains(words: &[&str], word: &[u8]) -> bool {
    words.iter().any(|known| known.as_bytes() == word)
}

fn by_content(content: &[u8]) -> &'static [&'static Language] {
    let content = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content);
    let head = &content[..content.len().min(HEAD)];
    if let Some(program) = interpreter(head) {
        return by_interpreter(&INDEX, &program);
    }
    let text = head.trim_start();
    let opens = |language: &&&Language| {
        language.openings.iter().any(|opening| {
            text.get(..opening.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(opening.as_bytes()))
        })
    };
    // Openings belong to one language each, so the first is the only one.
    all().iter().find(opens).map_or(&[], std::slice::from_ref)
}

fn by_interpreter(index: &'static Index, program: &[u8]) -> &'static [&'static Language] {
    let bare = program.trim_end_with(|last| last.is_ascii_digit() || last == '.' || last == '-');
    index
        .interpreters
        .get(program)
        .or_else(|| index.interpreters.get(bare))
        .map_or(&[], Vec::as_slice)
}

/// The program that a `#!` line runs, without its folder: `env` and its options are looked through.
fn interpreter(head: &[u8]) -> Option<Vec<u8>> {
    let mut lines = head.lines();
    let mut words = lines.next()?.strip_prefix(b"#!")?.fields();
    let first = base(words.next()?);
    let program = if first == b"env" {
        base(after_env_options(words)?)
    } else {
        first
    };
    if program == b"nix-shell" {
        // A second line `#! nix-shell -i bash -p …` names the true one.
        let mut words = lines
            .next()?
            .strip_prefix(b"#!")?
            .fields()
            .skip_while(|word| *word != b"-i");
        return words.nth(1).map(|word| base(word).to_vec());
    }
    Some(program.strip_suffix(b".exe").unwrap_or(program).to_vec())
}

fn after_env_options<'a>(mut words: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    while let Some(word) = words.next() {
        match word {
            b"-u" | b"-C" | b"--unset" | b"--chdir" => drop(words.next()),
            b"-S" | b"--split-string" => {}
            _ if word.starts_with(b"--split-string=") => {
                return Some(&word[b"--split-string=".len()..]);
            }
            // `-Spython`: the option and its value in one word.
            _ if word.starts_with(b"-S") => return Some(&word[2..]),
            _ if word.starts_with(b"-") || word.contains(&b'=') => {}
            _ => return Some(word),
        }
    }
    None
}

fn base(program: &[u8]) -> &[u8] {
    program
        .rfind_byteset(b"/\\")
        .map_or(program, |slash| &program[slash + 1..])
}
