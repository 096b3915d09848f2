//! Turns patterns over plain text and over Dockerfiles into regular expressions.
//!
//! Plain text is read as semgrep's generic mode reads it: as words and signs, whose layout does not matter; `...` spans at
//! most ten lines. In a Dockerfile an instruction is one line, continued behind a backslash, and its shell text is words.

use std::sync::Arc;

use crate::model::Diagnostic;
use crate::pack::QueryText;

/// What a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Words and signs anywhere.
    Words,
    /// Instructions.
    Dockerfile,
}

enum Token {
    Word(String),
    Sign(char),
    Dots,
    Name(String),
    Rest(String),
    Gap,
    Line,
}

/// A regular expression that says what a pattern over plain text says.
///
/// # Errors
/// Where it says nothing.
pub(super) fn pattern(pattern: &QueryText) -> Result<String, Diagnostic> {
    let told = |token: &Token| matches!(token, Token::Word(_) | Token::Sign(_));
    if tokens(&pattern.text).iter().any(told) {
        return Ok(expression(&pattern.text, Reading::Words));
    }
    Err(Diagnostic {
        file: pattern.file.clone(),
        text: Arc::clone(&pattern.text),
        span: Some(0..pattern.text.len()),
        message: "the pattern holds no word or sign: it would match any text".to_owned(),
        hint: "write a word that stands there".to_owned(),
    })
}

/// A regular expression that says what the pattern says.
pub(crate) fn expression(pattern: &str, reading: Reading) -> String {
    let mut tokens = tokens(pattern.trim());
    // Dots at the ends say nothing.
    let idle =
        |token: Option<&Token>| matches!(token, Some(Token::Dots | Token::Gap | Token::Line));
    while tokens.len() > 1 && idle(tokens.first()) {
        tokens.remove(0);
    }
    while tokens.len() > 1 && idle(tokens.last()) {
        tokens.pop();
    }
    match reading {
        Reading::Words => words(&tokens),
        Reading::Dockerfile => instructions(pattern, &tokens),
    }
}

fn words(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut names: Vec<&str> = Vec::new();
    let mut before: Option<&Token> = None;
    for token in tokens {
        if matches!(token, Token::Gap | Token::Line) {
            continue;
        }
        let wordlike = |token: &Token| matches!(token, Token::Word(_) | Token::Name(_));
        if let Some(before) = before {
            text.push_str(if wordlike(before) && wordlike(token) {
                r"\s+"
            } else {
                r"\s*"
            });
        }
        text.push_str(&one(
            token,
            &mut names,
            r"[A-Za-z0-9_]+",
            r"(?:[^\n]*\n){0,10}?[^\n]*?",
        ));
        before = Some(token);
    }
    text
}

fn instructions(pattern: &str, tokens: &[Token]) -> String {
    const GAP: &str = r"(?:[ \t]|\\\r?\n)";
    const DOTS: &str = r"(?:[^\n\\]|\\\r?\n|\\[^\n])*?";
    let command = pattern.split_whitespace().next().unwrap_or_default();
    let instruction = !command.is_empty() && command.bytes().all(|byte| byte.is_ascii_uppercase());
    let mut text = String::new();
    // A command stands for itself in whatever instruction runs it.
    text.push_str(if instruction { r"^[ \t]*" } else { r"\b" });
    let mut names: Vec<&str> = Vec::new();
    let mut lines_between = false;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Gap => {
                let beside_dots = matches!(tokens.get(index + 1), Some(Token::Dots))
                    || (index > 0 && matches!(tokens.get(index - 1), Some(Token::Dots)));
                text.push_str(GAP);
                text.push(if beside_dots { '*' } else { '+' });
            }
            Token::Line => {
                let alone = matches!(tokens.get(index + 1), Some(Token::Dots))
                    && matches!(tokens.get(index + 2), Some(Token::Line) | None);
                if alone {
                    lines_between = true;
                }
                if !lines_between || alone {
                    text.push_str(r"[ \t]*\r?\n");
                }
                if !alone && lines_between {
                    text.push_str(r"(?:[^\n]*\n)*?");
                    lines_between = false;
                }
                if !alone {
                    text.push_str(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*");
                }
            }
            Token::Dots if lines_between => {}
            token => text.push_str(&one(token, &mut names, r"[^\s:@=\[,]+", DOTS)),
        }
    }
    if instruction {
        let open = pattern.trim().ends_with("...");
        text.push_str(if open {
            r"(?:[^\n\\]|\\\r?\n|\\[^\n])*"
        } else {
            r"[ \t]*\r?$"
        });
    }
    text
}

fn one<'t>(token: &'t Token, names: &mut Vec<&'t str>, word: &str, dots: &str) -> String {
    let mut named = |name: &'t str, inner: &str| {
        if name == "_" {
            format!("(?:{inner})")
        } else if names.contains(&name) {
            format!("(?P={name})")
        } else {
            names.push(name);
            format!("(?P<{name}>{inner})")
        }
    };
    match token {
        Token::Word(word) => {
            let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            let front = if edge(word.chars().next()) { r"\b" } else { "" };
            let back = if edge(word.chars().last()) { r"\b" } else { "" };
            format!("{front}{}{back}", escaped(word))
        }
        Token::Sign(sign) => escaped(&sign.to_string()),
        Token::Dots => dots.to_owned(),
        Token::Name(name) => named(name, word),
        Token::Rest(name) => named(name, dots),
        Token::Gap | Token::Line => String::new(),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if !c.is_alphanumeric() && c != '_' && c != ' ' && c.is_ascii() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    // A slash and quotes need no escape, and some readers refuse it.
    escaped
        .replace("\\/", "/")
        .replace("\\'", "'")
        .replace("\\\"", "\"")
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let length;
        if let Some(name) = rest.strip_prefix("$...").and_then(name_of) {
            length = 4 + name.len();
            tokens.push(Token::Rest(name.to_owned()));
        } else if let Some(name) = rest.strip_prefix('$').and_then(name_of) {
            length = 1 + name.len();
            tokens.push(Token::Name(name.to_owned()));
        } else if rest.starts_with("...") {
            length = 3;
            tokens.push(Token::Dots);
        } else if c == '\n' {
            let spaces = rest.len() - rest.trim_start().len();
            length = spaces;
            tokens.push(Token::Line);
        } else if c.is_whitespace() {
            length = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
            tokens.push(Token::Gap);
        } else if c.is_ascii_alphanumeric() || c == '_' {
            length = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..length].to_owned()));
        } else {
            length = c.len_utf8();
            tokens.push(Token::Sign(c));
        }
        rest = &rest[length.max(1)..];
    }
    tokens
}

fn name_of(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_')
        .unwrap_or(text.len());
    let name = &text[..end];
    name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Reading, expression};

    #[test]
    fn patterns_over_text_say_the_same_as_expressions() {
        for (reading, pattern, text, found) in [
            (Reading::Words, "openai", "api.openai.com", true),
            (Reading::Words, "openai", "openais", false),
            (Reading::Words, "a $X b", "a  thing\nb", true),
            (Reading::Words, "<script ...>", "<script src=\"x\"\n>", true),
            (Reading::Words, "$X = $X", "a = a", true),
            (Reading::Dockerfile, "FROM $IMAGE", "FROM debian", true),
            (Reading::Dockerfile, "FROM $IMAGE", "FROM debian:12", false),
            (
                Reading::Dockerfile,
                "FROM $IMAGE:$TAG",
                "FROM debian:12",
                true,
            ),
            (
                Reading::Dockerfile,
                "RUN ... apk upgrade ...",
                "RUN a \\\n && apk upgrade -x",
                true,
            ),
            (
                Reading::Dockerfile,
                "RUN ... apk upgrade ...",
                "RUN a\nRUN apk add b",
                false,
            ),
            (
                Reading::Dockerfile,
                "USER root\n...\nUSER $X",
                "USER root\nRUN x\nUSER me",
                true,
            ),
            (
                Reading::Dockerfile,
                "apt-get update",
                "RUN apt-get update",
                true,
            ),
        ] {
            let written = expression(pattern, reading);
            let regex = fancy_regex::Regex::new(&format!("(?m){written}")).expect("it is one");
            let is = regex.is_match(text).expect("it ends");
            assert_eq!(is, found, "{pattern} became {written}, over {text}");
        }
    }
}
