//! Takes a condition's text apart.

use std::ops::Range;

use super::syntax::Wrong;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Word(String),
    Metavariable(String),
    Text(String),
    Number(f64),
    Sign(String),
}

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Wrong> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let take = |test: fn(char) -> bool| {
            rest.chars()
                .skip(1)
                .take_while(|c| test(*c))
                .map(char::len_utf8)
                .sum::<usize>()
                + c.len_utf8()
        };
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (token, length) = if c == '$' {
            let length = take(|c| c.is_ascii_alphanumeric() || c == '_');
            (Token::Metavariable(rest[1..length].to_owned()), length)
        } else if c.is_alphabetic() || c == '_' {
            let length = take(|c| c.is_alphanumeric() || c == '_' || c == '-');
            (Token::Word(rest[..length].to_owned()), length)
        } else if c.is_ascii_digit() {
            let length = take(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_');
            let number = number(&rest[..length]).ok_or_else(|| Wrong {
                span: at..at + length,
                message: "not a number".into(),
                hint: String::new(),
            })?;
            (Token::Number(number), length)
        } else if c == '"' || c == '\'' {
            let (value, length) = quoted(rest, c).ok_or_else(|| Wrong {
                span: at..text.len(),
                message: "the string does not end".into(),
                hint: format!("close it with {c}"),
            })?;
            (Token::Text(value), length)
        } else {
            let two = ["==", "!=", "<=", ">=", "&&", "||", "**"]
                .iter()
                .find(|sign| rest.starts_with(**sign));
            match two {
                Some(sign) => (Token::Sign((*sign).to_owned()), 2),
                None if "()<>,+-*/%!&|^~".contains(c) => (Token::Sign(c.to_string()), 1),
                None => return Err(Wrong { span: at..at + c.len_utf8(), message: format!("`{c}` means nothing here"), hint: "a condition is made of parts, `and`, `or`, `not` and functions such as inside(part)".into() }),
            }
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Some((value, at + 1));
        }
        if c == '\\' {
            match chars.next()? {
                (_, next) if next == quote || next == '\\' => value.push(next),
                // A regular expression's own escapes stay.
                (_, next) => value.extend(['\\', next]),
            }
        } else {
            value.push(c);
        }
    }
    None
}

/// A number as code writes it.
pub(in crate::rule) fn number(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| *c != '_').collect();
    let lower = text.to_ascii_lowercase();
    let radix = |prefix: &str, radix| {
        lower
            .strip_prefix(prefix)
            .and_then(|digits| u32::try_from(i64::from_str_radix(digits, radix).ok()?).ok())
            .map(f64::from)
    };
    // A leading zero makes a number octal, where languages have it.
    let octal = lower.len() > 1 && lower.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    if octal && lower.starts_with('0') {
        return radix("0", 8);
    }
    radix("0x", 16)
        .or_else(|| radix("0o", 8))
        .or_else(|| radix("0b", 2))
        .or_else(|| lower.trim_end_matches(['l', 'u', 'f', 'd']).parse().ok())
}
