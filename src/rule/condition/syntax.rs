//! Reads a condition. Errors point into its text.

use std::ops::Range;

use crate::model::nearest;
use crate::rule::expression::Expression;

/// How a part must lie to the finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rule) enum Relation {
    Inside,
    Has,
    Child,
    FollowedBy,
    PrecededBy,
}

/// What a comparison compares.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rule) enum Operand {
    Number(f64),
    Text(String),
    Metavariable(String),
    /// How often a part occurs.
    Count(usize),
    /// `a + b` and the like.
    Binary(Box<Operand>, char, Box<Operand>),
}

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rule) enum Condition {
    /// A part is there.
    Part(usize),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Related(Relation, Box<Condition>),
    Matches(String, String),
    OneOf(String, Vec<String>),
    Same(String, String),
    /// `$X is p`
    Is(String, Box<Condition>),
    Compare(Operand, String, Operand),
    /// The finding is where a metavariable stands.
    At(String),
}

/// What is wrong with a condition, where, and what to do.
#[derive(Debug)]
pub(in crate::rule) struct Wrong {
    pub(in crate::rule) span: Range<usize>,
    pub(in crate::rule) message: String,
    pub(in crate::rule) hint: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Metavariable(String),
    Text(String),
    Number(f64),
    Sign(String),
}

const MAX_DEPTH: usize = 100;
const FUNCTIONS: [&str; 10] = [
    "at",
    "child",
    "count",
    "followed-by",
    "has",
    "inside",
    "matches",
    "one-of",
    "preceded-by",
    "same",
];

/// Reads a condition over parts of these names.
pub(in crate::rule) fn read(text: &str, names: &[&str]) -> Result<Condition, Wrong> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        text,
        tokens,
        at: 0,
        names,
        depth: 0,
    };
    let condition = reader.any()?;
    match reader.tokens.get(reader.at) {
        None => Ok(condition),
        Some((_, span)) => Err(reader.wrong(
            span.clone(),
            "the condition should end here",
            "join conditions with `and` or `or`",
        )),
    }
}

fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Wrong> {
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
                None if "()<>,+-*/%!".contains(c) => (Token::Sign(c.to_string()), 1),
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
pub(super) fn number(text: &str) -> Option<f64> {
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

struct Reader<'r> {
    text: &'r str,
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    names: &'r [&'r str],
    depth: usize,
}

impl Reader<'_> {
    fn wrong(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Wrong {
        Wrong {
            span,
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn span(&self) -> Range<usize> {
        let end = self.text.len();
        self.tokens
            .get(self.at)
            .map_or(end.saturating_sub(1)..end, |(_, span)| span.clone())
    }

    fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(own)) if own == word);
        self.at += usize::from(is);
        is
    }

    fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(own)) if own == sign);
        self.at += usize::from(is);
        is
    }

    fn demand(&mut self, sign: &str) -> Result<(), Wrong> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.wrong(self.span(), format!("`{sign}` is missing here"), ""))
        }
    }

    fn any(&mut self) -> Result<Condition, Wrong> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(self.span(), "nested too deeply", "split the rule"));
        }
        let mut all = vec![self.all()?];
        while self.word("or") || self.sign("||") {
            all.push(self.all()?);
        }
        self.depth -= 1;
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Condition::Or(all)
        })
    }

    fn all(&mut self) -> Result<Condition, Wrong> {
        let mut all = vec![self.not()?];
        while self.word("and") || self.sign("&&") {
            all.push(self.not()?);
        }
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Condition::And(all)
        })
    }

    fn not(&mut self) -> Result<Condition, Wrong> {
        let mut odd = false;
        while self.word("not") || self.sign("!") {
            odd = !odd;
        }
        let inner = self.primary()?;
        Ok(if odd {
            Condition::Not(Box::new(inner))
        } else {
            inner
        })
    }

    fn primary(&mut self) -> Result<Condition, Wrong> {
        let span = self.span();
        match self.peek().cloned() {
            Some(Token::Sign(sign)) if sign == "(" => {
                let start = self.at;
                self.at += 1;
                let inner = self.any();
                match inner {
                    Ok(inner) if self.sign(")") => Ok(inner),
                    inner => {
                        // `($X + 1) * 2 > 3`
                        let wrong = inner
                            .err()
                            .unwrap_or_else(|| self.wrong(self.span(), "`)` is missing here", ""));
                        self.at = start;
                        self.comparison().map_err(|_| wrong)
                    }
                }
            }
            Some(Token::Word(word)) if word != "count" => {
                self.at += 1;
                if matches!(self.peek(), Some(Token::Sign(sign)) if sign == "(") {
                    return self.function(&word, span);
                }
                match self.names.iter().position(|name| *name == word) {
                    Some(part) => Ok(Condition::Part(part)),
                    None => Err(self.unknown(&word, span)),
                }
            }
            Some(Token::Metavariable(name)) if matches!(self.tokens.get(self.at + 1), Some((Token::Word(word), _)) if word == "is") =>
            {
                self.at += 2;
                let inner = self.not()?;
                Ok(Condition::Is(name, Box::new(inner)))
            }
            Some(_) => self.comparison(),
            None => Err(self.wrong(span, "the condition breaks off here", "name a part")),
        }
    }

    fn unknown(&self, word: &str, span: Range<usize>) -> Wrong {
        let near = nearest(word, self.names.iter().copied().chain(FUNCTIONS));
        let hint = near.map_or_else(
            || format!("parts: {}", self.names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.wrong(span, format!("there is no part `{word}`"), hint)
    }

    fn function(&mut self, name: &str, span: Range<usize>) -> Result<Condition, Wrong> {
        let relation = match name {
            "inside" => Some(Relation::Inside),
            "has" => Some(Relation::Has),
            "child" => Some(Relation::Child),
            "followed-by" => Some(Relation::FollowedBy),
            "preceded-by" => Some(Relation::PrecededBy),
            "at" | "matches" | "one-of" | "same" => None,
            _ => {
                let hint = nearest(name, FUNCTIONS).map_or_else(
                    || format!("known: {}", FUNCTIONS.join(" ")),
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(self.wrong(span, format!("there is no function `{name}`"), hint));
            }
        };
        self.demand("(")?;
        if let Some(relation) = relation {
            let inner = self.any()?;
            self.demand(")")?;
            return Ok(Condition::Related(relation, Box::new(inner)));
        }
        let subject = self.metavariable()?;
        let mut texts = Vec::new();
        let mut other = None;
        let mut last = self.span();
        while self.sign(",") {
            last = self.span();
            match self.peek().cloned() {
                Some(Token::Text(text)) => texts.push(text),
                Some(Token::Number(number)) => texts.push(number.to_string()),
                Some(Token::Metavariable(name)) => other = Some(name),
                _ => return Err(self.wrong(self.span(), "must be a string", "put it into quotes")),
            }
            self.at += 1;
        }
        self.demand(")")?;
        match (name, texts.as_slice(), other) {
            ("matches", [regex], None) => {
                Expression::new(regex, false)
                    .map_err(|error| self.wrong(last.clone(), "not a regular expression", error))?;
                Ok(Condition::Matches(subject, regex.clone()))
            }
            ("at", [], None) => Ok(Condition::At(subject)),
            ("one-of", [_, ..], None) => Ok(Condition::OneOf(subject, texts)),
            ("same", [], Some(other)) => Ok(Condition::Same(subject, other)),
            ("matches", ..) => Err(self.wrong(
                span,
                "matches takes a metavariable and an expression",
                "matches($X, \"^a\")",
            )),
            ("same", ..) => Err(self.wrong(span, "same takes two metavariables", "same($X, $Y)")),
            _ => Err(self.wrong(
                span,
                "one-of takes a metavariable and strings",
                "one-of($X, \"a\", \"b\")",
            )),
        }
    }

    fn metavariable(&mut self) -> Result<String, Wrong> {
        match self.peek().cloned() {
            Some(Token::Metavariable(name)) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.wrong(self.span(), "must be a metavariable", "such as `$X`")),
        }
    }

    fn comparison(&mut self) -> Result<Condition, Wrong> {
        let left = self.sum()?;
        let span = self.span();
        match self.peek().cloned() {
            Some(Token::Sign(sign))
                if ["==", "!=", "<", "<=", ">", ">="].contains(&sign.as_str()) =>
            {
                self.at += 1;
                Ok(Condition::Compare(left, sign, self.sum()?))
            }
            _ => Err(self.wrong(
                span,
                "a comparison is missing here",
                "such as `$X > 10`, `$X is part` or matches($X, \"…\")",
            )),
        }
    }

    fn sum(&mut self) -> Result<Operand, Wrong> {
        let mut left = self.product()?;
        while let Some(Token::Sign(sign)) = self.peek().cloned() {
            let Some(sign) = ["+", "-"]
                .contains(&sign.as_str())
                .then(|| sign.chars().next())
                .flatten()
            else {
                break;
            };
            self.at += 1;
            left = Operand::Binary(Box::new(left), sign, Box::new(self.product()?));
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Operand, Wrong> {
        let mut left = self.operand()?;
        while let Some(Token::Sign(sign)) = self.peek().cloned() {
            let sign = match sign.as_str() {
                "*" => '*',
                "/" => '/',
                "%" => '%',
                "**" => '^',
                _ => break,
            };
            self.at += 1;
            left = Operand::Binary(Box::new(left), sign, Box::new(self.operand()?));
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Operand, Wrong> {
        let span = self.span();
        let token = self.peek().cloned();
        self.at += 1;
        match token {
            Some(Token::Number(number)) => Ok(Operand::Number(number)),
            Some(Token::Text(text)) => Ok(Operand::Text(text)),
            Some(Token::Metavariable(name)) => Ok(Operand::Metavariable(name)),
            Some(Token::Sign(sign)) if sign == "-" => Ok(Operand::Binary(
                Box::new(Operand::Number(0.0)),
                '-',
                Box::new(self.operand()?),
            )),
            Some(Token::Sign(sign)) if sign == "(" => {
                let inner = self.sum()?;
                self.demand(")")?;
                Ok(inner)
            }
            Some(Token::Word(word)) if word == "count" => {
                self.demand("(")?;
                let span = self.span();
                let Some(Token::Word(word)) = self.peek().cloned() else {
                    return Err(self.wrong(span, "must be a part", ""));
                };
                let part = self
                    .names
                    .iter()
                    .position(|name| *name == word)
                    .ok_or_else(|| self.unknown(&word, span))?;
                self.at += 1;
                self.demand(")")?;
                Ok(Operand::Count(part))
            }
            _ => Err(self.wrong(
                span,
                "must be a number, a string, a metavariable or count(part)",
                "",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn numbers_as_code_writes_them() {
        for (text, number) in [
            ("0x10", 16.0),
            ("0o600", 384.0),
            ("0400", 256.0),
            ("1_000L", 1000.0),
            ("0", 0.0),
        ] {
            assert_eq!(super::number(text), Some(number), "{text}");
        }
    }

    #[test]
    fn conditions_are_read_and_errors_have_a_place() {
        for (text, place) in [
            ("open", None),
            ("open and not followed-by(close)", None),
            ("(open or close) and $X is open", None),
            ("matches($X, \"^a\\.b\") and one-of($Y, 'a', \"b\")", None),
            ("($X + 1) * 2 >= 0x10 or count(open) == 2", None),
            ("opne", Some(0..4)),
            ("open and inside(clse)", Some(16..20)),
            ("open close", Some(5..10)),
            ("insid(open)", Some(0..5)),
            ("open and", Some(7..8)),
            ("matches($X, \"(\")", Some(12..15)),
            ("open and $X", Some(10..11)),
        ] {
            let result = read(text, &["open", "close"]);
            assert_eq!(
                result.as_ref().err().map(|wrong| wrong.span.clone()),
                place,
                "{text}: {result:?}"
            );
        }
    }
}
