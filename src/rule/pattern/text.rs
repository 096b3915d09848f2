//! Reads the text of a pattern: which parts are code and which are holes.

use std::ops::Range;

use super::c_types;
use super::caseless::spellings;
use super::docker;
use super::imports;
use super::markup::is_markup;
use super::shell;
use super::yaml;
use crate::language::Language;

/// What a hole stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    /// `$X`; `$_` has no name.
    Metavariable(String),
    /// `...`
    Ellipsis,
    /// `$...ARGS`
    EllipsisMetavariable(String),
    /// What `<...` opens and `...>` closes.
    DeepOpen,
    DeepClose,
}

/// A piece of a pattern's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Code(String),
    Hole(Hole, Range<usize>),
}

/// What the names of metavariables begin with that have a type only: no pattern can write it.
pub(super) const UNNAMED: &str = "_ ";

/// A type that a metavariable must have: name and type as written.
pub(super) type Typed = (String, String);

/// Takes a pattern apart. Holes inside strings stay code: strings are compared by their content.
pub(super) fn read(text: &str, types: &mut Vec<Typed>, language: &Language) -> Vec<Piece> {
    let (quotes, shell) = (quotes(language), language.name == "bash");
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let mut code = String::new();
    let mut at = 0;
    let mut quote: Option<u8> = None;
    let mut inside = 0_usize;
    let mut deep = 0_usize;
    while at < bytes.len() {
        let rest = &text[at..];
        let byte = bytes[at];
        if let Some(open) = quote {
            // Code inside a string has holes too.
            let opens = byte == b'{' || (shell && rest.starts_with("$("));
            let closes = byte == b'}' || (shell && byte == b')');
            inside += usize::from(opens);
            inside = inside.saturating_sub(usize::from(closes));
            let hole = match metavariable(rest) {
                Some((name, length)) if inside > 0 => Some((Hole::Metavariable(name), length)),
                _ if inside > 0 && rest.starts_with("...") => Some((Hole::Ellipsis, 3)),
                _ => None,
            };
            if let Some((hole, length)) = hole {
                if !code.is_empty() {
                    pieces.push(Piece::Code(std::mem::take(&mut code)));
                }
                pieces.push(Piece::Hole(hole, at..at + length));
                at += length;
                continue;
            }
            let step = if byte == b'\\' && at + 1 < bytes.len() {
                1 + char_len(&text[at + 1..])
            } else {
                char_len(rest)
            };
            if byte == open || byte == b'\n' {
                quote = None;
                inside = 0;
            }
            code.push_str(&text[at..at + step]);
            at += step;
            continue;
        }
        let hole = if let Some(length) = own_dots(&text[..at], rest).filter(|_| !shell) {
            code.push_str(&rest[..length]);
            at += length;
            continue;
        } else if let Some((name, length)) = ellipsis_metavariable(rest) {
            Some((Hole::EllipsisMetavariable(name), length))
        } else if rest.starts_with("<...") && rest.contains("...>") {
            deep += 1;
            Some((Hole::DeepOpen, 4))
        } else if deep > 0 && rest.starts_with("...>") {
            deep -= 1;
            Some((Hole::DeepClose, 4))
        } else if rest.starts_with("...") {
            Some((Hole::Ellipsis, 3))
        } else if let Some((name, kind, length)) = typed(text, at, language) {
            // Each `$_` has a type of its own.
            let name = if name == "_" {
                format!("{UNNAMED}{}", types.len())
            } else {
                name
            };
            types.push((name.clone(), kind));
            Some((Hole::Metavariable(name), length))
        } else {
            metavariable(rest).map(|(name, length)| (Hole::Metavariable(name), length))
        };
        if let Some((hole, length)) = hole {
            if !code.is_empty() {
                pieces.push(Piece::Code(std::mem::take(&mut code)));
            }
            pieces.push(Piece::Hole(hole, at..at + length));
            at += length;
            continue;
        }
        if quotes.contains(&byte) && (byte != b'\'' || rest[1..].contains('\'')) {
            quote = Some(byte);
        }
        if byte == b',' && language.name == "json" && ends_list(&rest[1..]) {
            at += 1;
            continue;
        }
        code.push_str(&rest[..char_len(rest)]);
        at += char_len(rest);
    }
    if !code.is_empty() {
        pieces.push(Piece::Code(code));
    }
    pieces
}

/// Whether a list ends here: a comma before that says nothing.
fn ends_list(rest: &str) -> bool {
    matches!(rest.trim_start().bytes().next(), None | Some(b'}' | b']'))
}

/// Dots that are the language's own: `...rest` and `rest...`.
fn own_dots(before: &str, rest: &str) -> Option<usize> {
    let behind = rest.strip_prefix("...")?;
    let word = |c: char| c.is_alphanumeric() || c == '_';
    (behind.starts_with(|c| word(c) || c == '$') || before.ends_with(word)).then_some(3)
}

fn char_len(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

/// Names that PHP gives to what everybody knows.
const SUPERGLOBALS: [&str; 9] = [
    "GLOBALS", "_COOKIE", "_ENV", "_FILES", "_GET", "_POST", "_REQUEST", "_SERVER", "_SESSION",
];

/// `$NAME` or `$_`, and its length.
pub(super) fn metavariable(text: &str) -> Option<(String, usize)> {
    let name: String = text
        .strip_prefix('$')?
        .chars()
        .take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_')
        .collect();
    let next = text[1 + name.len()..].chars().next();
    if SUPERGLOBALS.contains(&name.as_str()) {
        return None;
    }
    let good = name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        || (!name.is_empty() && name.bytes().all(|b| b.is_ascii_digit()));
    (good && !next.is_some_and(|c| c.is_ascii_lowercase())).then(|| {
        let length = 1 + name.len();
        (name, length)
    })
}

fn ellipsis_metavariable(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix("$...")?;
    let (name, length) = metavariable(&format!(
        "${}",
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next()?
    ))?;
    Some((name, 3 + length))
}

/// `($X : T)` or `(T $X)` that is not the list of a call or a declaration.
fn typed(text: &str, at: usize, language: &Language) -> Option<(String, String, usize)> {
    const WORDS: [&str; 12] = [
        "catch",
        "for",
        "if",
        "while",
        "using",
        "switch",
        "fun",
        "func",
        "function",
        "lock",
        "foreach",
        "synchronized",
    ];
    let rest = text[at..].strip_prefix('(')?;
    let before = text[..at].trim_end();
    let word: String = before
        .chars()
        .rev()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let glued =
        text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ')' || c == ']');
    if glued || WORDS.contains(&word.as_str()) {
        return None;
    }
    let end = rest.find(')')?;
    let inner = rest[..end].trim();
    let plain: String = inner.split('<').next().unwrap_or_default().to_owned()
        + inner.rsplit('>').next().unwrap_or_default();
    if inner.contains('(') || plain.contains(',') || inner.contains('\n') {
        return None;
    }
    // In C, a pointer's sign stands behind its type.
    let declarators = c_types::LANGUAGES.contains(&language.name);
    if let Some((name, length)) = metavariable(inner)
        && !inner[length..].trim_start().starts_with('$')
        && !(declarators && inner[length..].trim_start().starts_with('*'))
    {
        let kind = inner[length..].trim_start();
        let kind = kind
            .strip_prefix(':')
            .or(if kind.starts_with('*') {
                Some(kind)
            } else {
                None
            })?
            .trim();
        let plain = !kind.is_empty()
            && !kind.starts_with(':')
            && kind
                .chars()
                .all(|c| c.is_alphanumeric() || "_.*<>[]$ :?".contains(c));
        return plain.then(|| (name, kind.to_owned(), end + 2));
    }
    let dollar = inner.rfind('$')?;
    let (name, length) = metavariable(&inner[dollar..])?;
    let kind = inner[..dollar].trim();
    let plain = dollar + length == inner.len()
        && kind.starts_with(|c: char| c.is_alphabetic() || c == '$' || c == '_')
        && kind
            .chars()
            .all(|c| c.is_alphanumeric() || "_.*<>[]$ :?&,".contains(c))
        && ![
            "return", "not", "await", "new", "throw", "in", "is", "yield", "delete", "typeof",
            "void",
        ]
        .contains(&kind);
    (plain && inner[..dollar].ends_with([' ', '*', '&'])).then(|| (name, kind.to_owned(), end + 2))
}

/// What begins and ends strings, as far as holes are concerned.
pub(super) fn quotes(language: &Language) -> &'static [u8] {
    match language.name {
        "yaml" => b"",
        // What stands in back quotes there is run.
        "ruby" => b"\"'",
        "rust" | "haskell" | "ocaml" | "scala" => b"\"",
        _ => b"\"'`",
    }
}

/// Words for which a match can have another, or none: `let` for `var`, an arrow for `function` and `return`, brackets for
/// `array`, braces for `do` and `end`, a line's end for `then`,
/// and nothing for an `else` that the pattern leaves open.
const SAID_OTHERWISE: [&str; 11] = [
    "array", "const", "do", "else", "end", "fn", "function", "let", "return", "then", "var",
];

/// Words for which a match can have one that they are part of: `elif`, `foreach`.
const SAID_LONGER: [&str; 2] = ["for", "if"];

/// The words of a pattern that occur in every match of it, whatever the layout, the quotes and the import aliases, each in
/// the spellings of which one must occur.
pub(in crate::rule) fn words(text: &str, language: &Language) -> Vec<Vec<String>> {
    let words = plain_words(text, language).into_iter();
    words.map(|word| spellings(&word, language)).collect()
}

fn plain_words(text: &str, language: &Language) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    // What stands in a comment is not looked for.
    let comments = language
        .line_comment
        .iter()
        .chain(language.block_comment.iter().map(|(open, _)| open));
    if comments.into_iter().any(|open| text.contains(open)) {
        return words;
    }
    // Where a string with code inside ends is not for us to tell: what stands before the first must occur.
    let quoted_code = text.contains("{$")
        || text.contains("${")
        || text.contains("#{")
        || text.contains("{...")
        || text.contains("$(");
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '@');
    let text = match text.find(['"', '\'', '`']) {
        Some(quote) if quoted_code => text[..quote].trim_end_matches(is_word),
        _ => text,
    };
    if language.name == "yaml" && yaml::is_spelled_otherwise(text) {
        return words;
    }
    let mut types = Vec::new();
    // A quote in an expression between slashes begins no string; what stands behind it is not told apart from one.
    let slashes = ["javascript", "typescript", "tsx", "ruby"].contains(&language.name);
    for piece in read(text, &mut types, language) {
        let Piece::Code(code) = piece else { continue };
        let mut rest = code.as_str();
        while let Some(c) = rest.chars().next() {
            if c == '/' && slashes && rest.contains(['"', '\'', '`']) {
                break;
            }
            if quotes(language).contains(&u8::try_from(c).unwrap_or(0)) {
                let inner = &rest[1..];
                let Some(end) = inner.find(c) else {
                    // No string, or one that goes on behind a hole.
                    break;
                };
                let content = &inner[..end];
                if is_markup(language) && content.contains(['<', '>']) {
                    // A quote in a text.
                    break;
                }
                let plain = !content.is_empty()
                    && content != "..."
                    && !content.contains(['\\', '$', '\n', '{', '#'])
                    && !content.starts_with("=~/");
                if plain {
                    words.push(content.to_owned());
                }
                if content.contains('\\') {
                    // Where the string ends is not for us to tell.
                    break;
                }
                rest = inner.get(end + 1..).unwrap_or_default();
            } else if c.is_alphabetic() || c == '_' {
                let length = rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let prefix = rest[length..].starts_with(['"', '\'', '`']);
                let word = &rest[..length];
                // A module can be required instead.
                let imports = slashes && ["import", "from", "as"].contains(&word);
                if !prefix && !imports && !SAID_OTHERWISE.contains(&word) {
                    words.push(word.to_owned());
                }
                rest = &rest[length..];
            } else if c.is_ascii_digit() {
                rest = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
            } else {
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    if language.name == "dockerfile" {
        // They stand in whatever case.
        words.retain(|word| !docker::INSTRUCTIONS.contains(&word.to_uppercase().as_str()));
    }
    if language.name == "bash" {
        words.retain(|word| !shell::DECLARATIONS.contains(&word.as_str()));
    }
    if language.name == "yaml" {
        words.retain(|word| !yaml::is_value(word));
    }
    // What every file has without an import need not be written in it.
    for path in imports::implicit(language) {
        if text.contains(path) {
            let parts = imports::parts(path, language);
            words.retain(|word| !parts.contains(word));
        }
    }
    words.sort();
    words.dedup();
    words
}

/// Whether words of a pattern stand in a text as words of their own: `Get` is not in `GetAll`. Looked at before the text's
/// tree is, which costs far more.
pub(in crate::rule) fn all_stand_in(words: &[Vec<String>], text: &[u8]) -> bool {
    let one_stands = |spellings: &Vec<String>| spellings.iter().any(|word| stands_in(word, text));
    words.iter().all(one_stands)
}

fn stands_in(word: &str, text: &[u8]) -> bool {
    let part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let whole = !SAID_LONGER.contains(&word);
    let word = word.as_bytes();
    let (first, last) = (whole && part(word.first()), whole && part(word.last()));
    memchr::memmem::find_iter(text, word).any(|at| {
        let before = at.checked_sub(1).and_then(|at| text.get(at));
        !(first && part(before) || last && part(text.get(at + word.len())))
    })
}

#[cfg(test)]
mod tests {
    use super::{Hole, Piece, all_stand_in, read};

    #[test]
    fn words_stand_by_themselves() {
        for (words, text, stand) in [
            (&["http", "Get"][..], "http.Get(x)", true),
            (&["http", "Get"], "http.GetAll(x) + Getter", false),
            (&["http"], "import \"net/http\"", true),
            (&["http"], "https://x", false),
            (&["if"], "elif x", true),
            (&["a b"], "xa b", false),
            (&["--x"], "y--x", true),
            (&[], "", true),
        ] {
            let words: Vec<Vec<String>> =
                words.iter().map(|word| vec![(*word).to_owned()]).collect();
            assert_eq!(
                all_stand_in(&words, text.as_bytes()),
                stand,
                "{words:?} in {text}"
            );
        }
    }

    #[test]
    fn holes_and_types() {
        let mut types = Vec::new();
        let java = crate::language::by_name("java").expect("it is built in");
        let pieces = read("f((int $X), $...ARGS, ..., \"$Y ...\")", &mut types, java);
        let holes: Vec<Hole> = pieces
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Hole(hole, _) => Some(hole),
                Piece::Code(_) => None,
            })
            .collect();
        assert_eq!(
            holes,
            [
                Hole::Metavariable("X".into()),
                Hole::EllipsisMetavariable("ARGS".into()),
                Hole::Ellipsis
            ]
        );
        assert_eq!(types, [("X".to_owned(), "int".to_owned())]);
    }
}
