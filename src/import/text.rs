//! Turns patterns over the text that a metavariable stands for into regular expressions.
//!
//! Text is words and signs, whose layout does not matter; `...` spans at most ten lines.

/// What a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Words and signs anywhere.
    Words,
    /// A regular expression already.
    Expression,
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

/// A regular expression that says what the pattern says.
pub(super) fn expression(pattern: &str, reading: Reading) -> String {
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
        Reading::Expression => pattern.trim_end_matches('\n').to_owned(),
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
            format!("{front}{}{back}", regex::escape(word))
        }
        Token::Sign(sign) => regex::escape(&sign.to_string()),
        Token::Dots => dots.to_owned(),
        Token::Name(name) => named(name, word),
        Token::Rest(name) => named(name, dots),
        Token::Gap | Token::Line => String::new(),
    }
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
        ] {
            let written = expression(pattern, reading);
            let regex = fancy_regex::Regex::new(&format!("(?m){written}")).expect("it is one");
            let is = regex.is_match(text).expect("it ends");
            assert_eq!(is, found, "{pattern} became {written}, over {text}");
        }
    }
}
