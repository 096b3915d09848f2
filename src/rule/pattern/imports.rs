//! What we know of the imports of each language.
//!
//! What an import looks like is data: a query per language beside this file, whose captures are
//!
//! - `@path`, the module or the thing, and `@name`, a member of it;
//! - `@paths`, a node whose fields `path` say it together;
//! - `@alias`, what the file calls it (else it goes by its last word), and `@head`, where it goes by its first;
//! - `@wildcard`: everything of it, by its own name;
//! - `@prefix`, what stands before every path within the `@group`.

use crate::language::Language;

/// What we know of a language's imports.
pub(super) struct Row {
    languages: &'static [&'static str],
    /// The query over imports.
    pub(super) query: &'static str,
    /// Words of which each import holds one.
    pub(super) words: &'static [&'static str],
    /// What every file has everything of.
    pub(super) implicit: &'static [&'static str],
    /// A name is written by its last parts, once its package is imported.
    suffixes: bool,
    /// Variables stand for what they were given.
    pub(super) variables: bool,
}

const TABLE: &[Row] = &[
    Row {
        languages: &["cpp"],
        query: include_str!("imports/cpp.scm"),
        words: &["using", "namespace"],
        implicit: &[],
        suffixes: false,
        variables: false,
    },
    Row {
        languages: &["csharp"],
        query: include_str!("imports/csharp.scm"),
        words: &["using"],
        implicit: &[],
        suffixes: true,
        variables: false,
    },
    Row {
        languages: &["go"],
        query: include_str!("imports/go.scm"),
        words: &["import"],
        implicit: &[],
        suffixes: true,
        variables: false,
    },
    Row {
        languages: &["java"],
        query: include_str!("imports/java.scm"),
        words: &["import"],
        implicit: &["java.lang"],
        suffixes: true,
        variables: false,
    },
    Row {
        languages: &["javascript"],
        query: include_str!("imports/javascript.scm"),
        words: &["import"],
        implicit: &[],
        suffixes: false,
        variables: true,
    },
    Row {
        languages: &["kotlin"],
        query: include_str!("imports/kotlin.scm"),
        words: &["import"],
        implicit: &[
            "kotlin",
            "kotlin.collections",
            "kotlin.io",
            "kotlin.text",
            "java.lang",
        ],
        suffixes: true,
        variables: false,
    },
    Row {
        languages: &["lua"],
        query: "",
        words: &[],
        implicit: &[],
        suffixes: false,
        variables: true,
    },
    Row {
        languages: &["php"],
        query: include_str!("imports/php.scm"),
        words: &["use", "USE", "Use"],
        implicit: &[],
        suffixes: true,
        variables: false,
    },
    Row {
        languages: &["python"],
        query: include_str!("imports/python.scm"),
        words: &["import"],
        implicit: &["builtins"],
        suffixes: false,
        variables: true,
    },
    Row {
        languages: &["ruby"],
        query: include_str!("imports/ruby.scm"),
        words: &["include", "extend"],
        implicit: &[],
        suffixes: false,
        variables: true,
    },
    Row {
        languages: &["rust"],
        query: include_str!("imports/rust.scm"),
        words: &["use", "extern"],
        implicit: &[],
        suffixes: true,
        variables: false,
    },
    Row {
        languages: &["scala"],
        query: include_str!("imports/scala.scm"),
        words: &["import"],
        implicit: &["java.lang", "scala", "scala.Predef"],
        suffixes: true,
        variables: false,
    },
    Row {
        languages: &["tsx", "typescript"],
        query: include_str!("imports/typescript.scm"),
        words: &["import"],
        implicit: &[],
        suffixes: false,
        variables: true,
    },
];

pub(super) fn row(language: &Language) -> Option<&'static Row> {
    TABLE
        .iter()
        .find(|row| row.languages.contains(&language.name))
}

/// What is known of a language's imports: part of what a pattern means.
pub(in crate::rule) fn knowledge(language: &Language) -> &'static str {
    row(language).map_or("", |row| row.query)
}

/// Whether names resolve in a language.
pub(in crate::rule) fn resolves(language: &Language) -> bool {
    row(language).is_some()
}

/// The languages in which names resolve.
pub(in crate::rule) fn languages() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|row| row.languages).copied()
}

/// Whether a name is written by its last parts.
pub(in crate::rule) fn suffixes(language: &Language) -> bool {
    row(language).is_some_and(|row| row.suffixes)
}

/// What every file has everything of, without an import.
pub(in crate::rule) fn implicit(language: &Language) -> &'static [&'static str] {
    row(language).map_or(&[], |row| row.implicit)
}

/// The words of a module's path or of a dotted name, as a language writes it.
pub(in crate::rule) fn parts(path: &str, language: &Language) -> Vec<String> {
    let path = path
        .trim()
        .trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | '<' | '>'));
    let words = |text: &str, separators: &[char]| {
        text.split(separators)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    match language.name {
        "go" => {
            let (before, last) = path
                .rsplit_once('/')
                .map_or((None, path), |(before, last)| {
                    if is_version(last) {
                        before
                            .rsplit_once('/')
                            .map_or((None, before), |(before, last)| (Some(before), last))
                    } else {
                        (Some(before), last)
                    }
                });
            let mut parts = before.map_or_else(Vec::new, |before| words(before, &['/']));
            let mut last = words(last, &['.']);
            last.retain(|word| !is_version(word));
            if let Some(package) = last.first_mut() {
                // A package `go-redis` or `redis-go` goes by `redis`.
                let plain = package.strip_prefix("go-").unwrap_or(package);
                *package = plain.strip_suffix("-go").unwrap_or(plain).to_owned();
            }
            parts.extend(last);
            parts
        }
        "javascript" | "typescript" | "tsx" => {
            let path = path.strip_prefix("node:").unwrap_or(path);
            let path = [".js", ".mjs", ".cjs", ".ts"]
                .iter()
                .find_map(|end| path.strip_suffix(end))
                .unwrap_or(path);
            let mut parts = words(path, &['/', '.']);
            parts.retain(|word| word != "default");
            // A file of one's own is not the package of its name.
            if path.starts_with('.') {
                parts.insert(0, ".".to_owned());
            }
            parts
        }
        "python" if path.starts_with('.') => {
            let mut parts = words(path, &['.']);
            parts.insert(0, ".".to_owned());
            parts
        }
        "rust" => {
            let mut parts = words(path, &[':']);
            parts.retain(|word| word != "self");
            parts
        }
        "csharp" => {
            let mut parts = words(path, &['.', ':']);
            parts.retain(|word| word != "global");
            parts
        }
        _ => words(path, &['.', '\\', ':', '/']),
    }
}

/// `v2`
fn is_version(word: &str) -> bool {
    word.strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{TABLE, parts};

    #[test]
    fn every_query_over_imports_compiles() {
        for name in TABLE.iter().flat_map(|row| row.languages) {
            if let Ok(language) = crate::language::by_name(name) {
                let text = super::knowledge(language);
                let compiled = tree_sitter::Query::new(&language.grammar(), text);
                assert!(compiled.is_ok(), "{name}: {:?}", compiled.err());
            }
        }
    }

    #[test]
    fn paths_are_words() {
        for (language, path, expected) in [
            ("python", "a.b", "a b"),
            ("python", ".a", ". a"),
            ("go", "\"net/http\"", "net http"),
            ("go", "net/http.Get", "net http Get"),
            (
                "go",
                "github.com/go-redis/redis/v8",
                "github.com go-redis redis",
            ),
            ("go", "gopkg.in/yaml.v3", "gopkg.in yaml"),
            (
                "go",
                "github.com/mattn/go-sqlite3",
                "github.com mattn sqlite3",
            ),
            ("javascript", "'node:fs/promises'", "fs promises"),
            ("javascript", "\"./fs.js\"", ". fs"),
            ("javascript", "@aws-sdk/client-s3", "@aws-sdk client-s3"),
            ("php", "\\A\\B", "A B"),
            ("ruby", "Net::HTTP.get", "Net HTTP get"),
            ("rust", "std::fs::self", "std fs"),
            ("csharp", "global::System.IO", "System IO"),
        ] {
            let language = crate::language::by_name(language).expect("it is built in");
            assert_eq!(parts(path, language).join(" "), expected, "{path}");
        }
    }
}
