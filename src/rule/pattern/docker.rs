//! What the grammar of Dockerfiles leaves as text: the commands of a shell word by word, parameters, tags and names.

use std::ops::Range;

/// The words that begin an instruction, in whatever case: the kinds around them say the same.
pub(super) const INSTRUCTIONS: &[&str] = &[
    "ADD",
    "ARG",
    "AS",
    "CMD",
    "COPY",
    "CROSS_BUILD",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Whether a text is an instruction rather than what a shell runs.
pub(super) fn begins_instruction(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    INSTRUCTIONS.contains(&first)
}

/// A piece of a shell's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A command: the ranges of its words, and whether each is a string.
    Command(Vec<(Range<usize>, bool)>),
    /// `&&`, `|`, `;` and the like.
    Operator(Range<usize>),
}

/// The texts in a node that are no nodes of the grammar: name and value of `--name=value`, the tag behind `:`.
pub(super) fn inner(kind: &str, text: &str) -> Option<Vec<Range<usize>>> {
    let from = |start: usize| {
        let rest = &text[start..];
        let start = start + rest.len() - rest.trim_start().len();
        start..text.trim_end().len().max(start)
    };
    match kind {
        "image_tag" | "image_digest" => Some(vec![from(1)]),
        "param" => {
            let start = text.len() - text.trim_start_matches('-').len();
            Some(match text.find('=') {
                Some(equal) => vec![start..equal, from(equal + 1)],
                None => vec![from(start)],
            })
        }
        "maintainer_instruction" | "stopsignal_instruction" | "cross_build_instruction" => {
            let word = text.find(char::is_whitespace)?;
            Some(vec![from(word)])
        }
        _ => None,
    }
}

/// Takes the text of a shell apart into commands and what stands between them.
pub(super) fn shell(text: &str) -> Vec<Piece> {
    let bytes = text.as_bytes();
    let mut pieces = Vec::new();
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let continued = byte == b'\\' && matches!(bytes.get(at + 1), Some(b'\n' | b'\r'));
        if byte.is_ascii_whitespace() || continued {
            at += 1 + usize::from(continued);
            continue;
        }
        if byte == b'#' {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
            continue;
        }
        let length = operator(&bytes[at..]);
        if length > 0 {
            if !words.is_empty() {
                pieces.push(Piece::Command(std::mem::take(&mut words)));
            }
            pieces.push(Piece::Operator(at..at + length));
            at += length;
            continue;
        }
        let end = at + word(&bytes[at..]);
        let is_string = matches!(byte, b'"' | b'\'')
            && bytes[end - 1] == byte
            && end - at > 1
            && !bytes[at + 1..end - 1].contains(&byte);
        words.push((at..end, is_string));
        at = end;
    }
    if !words.is_empty() {
        pieces.push(Piece::Command(words));
    }
    pieces
}

/// Whether a word sets a variable for the command that follows.
pub(super) fn sets(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

/// How long the operator is with which a text begins.
fn operator(bytes: &[u8]) -> usize {
    match bytes {
        [b'&', b'&', ..] | [b'|', b'|' | b'&', ..] | [b';', b';', ..] => 2,
        [b';' | b'|' | b'(' | b')', ..] => 1,
        [b'&', next, ..] if *next != b'>' => 1,
        [b'&'] => 1,
        _ => 0,
    }
}

/// How long the word is with which a text begins: to the next blank or operator outside quotes and `$( )`.
fn word(bytes: &[u8]) -> usize {
    let (mut at, mut quote, mut depth) = (0, None, 0_usize);
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(b'\''), _) => {}
            (_, b'\\') => {
                if quote.is_none() && matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) {
                    break;
                }
                at += 1;
            }
            (Some(_), _) => {}
            (None, b'"' | b'\'' | b'`') => quote = Some(byte),
            (None, b'(') if at > 0 && bytes[at - 1] == b'$' || depth > 0 && byte == b'(' => {
                depth += 1;
            }
            (None, b')') if depth > 0 => depth -= 1,
            (None, b'&') if at > 0 && bytes[at - 1] == b'>' => {}
            (None, _) if depth > 0 => {}
            (None, _) if byte.is_ascii_whitespace() || operator(&bytes[at..]) > 0 => break,
            (None, _) => {}
        }
        at += 1;
    }
    at.clamp(1, bytes.len())
}

#[cfg(test)]
mod tests {
    use super::{Piece, inner, shell};

    #[test]
    fn a_shell_runs_commands_of_words() {
        for (text, told) in [
            ("a b && c", "a b [&&] c"),
            ("a \\\n  b; \\\n # no\n c", "a b [;] c"),
            ("a 'b c' \"d\" | e>f", "a 'b c' \"d\" [|] e>f"),
            ("a 2>&1 & b=$(c d) e", "a 2>&1 [&] b=$(c d) e"),
            ("(a) || b \\", "[(] a [)] [||] b \\"),
            ("a \"b", "a \"b"),
        ] {
            let told_of = |piece: &Piece| match piece {
                Piece::Operator(range) => format!("[{}]", &text[range.clone()]),
                Piece::Command(words) => words
                    .iter()
                    .map(|(range, _)| &text[range.clone()])
                    .collect::<Vec<_>>()
                    .join(" "),
            };
            let pieces: Vec<String> = shell(text).iter().map(told_of).collect();
            assert_eq!(pieces.join(" "), told);
        }
    }

    #[test]
    fn texts_that_are_no_nodes() {
        for (kind, text, told) in [
            ("image_tag", ":latest", Some("latest")),
            ("param", "--platform=linux", Some("platform linux")),
            ("param", "--link", Some("link")),
            ("maintainer_instruction", "MAINTAINER  a b", Some("a b")),
            ("user_instruction", "USER a", None),
        ] {
            let ranges = inner(kind, text);
            let texts: Option<Vec<&str>> =
                ranges.map(|ranges| ranges.into_iter().map(|range| &text[range]).collect());
            assert_eq!(texts.map(|texts| texts.join(" ")).as_deref(), told);
        }
    }
}
