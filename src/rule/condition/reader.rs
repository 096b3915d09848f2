//! Reads a condition from its tokens.

use std::ops::Range;

use super::syntax::{Condition, Operand, Relation, Wrong};
use super::tokens::Token;
use crate::model::nearest;
use crate::rule::expression::Expression;

const MAX_DEPTH: usize = 100;
const FUNCTIONS: [&str; 11] = [
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
    "written",
];

pub(super) struct Reader<'r> {
    pub(super) text: &'r str,
    pub(super) tokens: Vec<(Token, Range<usize>)>,
    pub(super) at: usize,
    pub(super) names: &'r [&'r str],
    pub(super) depth: usize,
}

impl Reader<'_> {
    pub(super) fn wrong(
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

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    pub(super) fn span(&self) -> Range<usize> {
        let end = self.text.len();
        self.tokens
            .get(self.at)
            .map_or(end.saturating_sub(1)..end, |(_, span)| span.clone())
    }

    pub(super) fn word(&mut self, word: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Word(own)) if own == word);
        self.at += usize::from(is);
        is
    }

    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let is = matches!(self.peek(), Some(Token::Sign(own)) if own == sign);
        self.at += usize::from(is);
        is
    }

    pub(super) fn demand(&mut self, sign: &str) -> Result<(), Wrong> {
        if self.sign(sign) {
            Ok(())
        } else {
            Err(self.wrong(self.span(), format!("`{sign}` is missing here"), ""))
        }
    }

    pub(super) fn any(&mut self) -> Result<Condition, Wrong> {
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

    pub(super) fn all(&mut self) -> Result<Condition, Wrong> {
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

    pub(super) fn not(&mut self) -> Result<Condition, Wrong> {
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

    pub(super) fn primary(&mut self) -> Result<Condition, Wrong> {
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

    pub(super) fn unknown(&self, word: &str, span: Range<usize>) -> Wrong {
        let near = nearest(word, self.names.iter().copied().chain(FUNCTIONS));
        let hint = near.map_or_else(
            || format!("parts: {}", self.names.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        self.wrong(span, format!("there is no part `{word}`"), hint)
    }

    pub(super) fn function(&mut self, name: &str, span: Range<usize>) -> Result<Condition, Wrong> {
        let relation = match name {
            "inside" => Some(Relation::Inside),
            "has" => Some(Relation::Has),
            "child" => Some(Relation::Child),
            "followed-by" => Some(Relation::FollowedBy),
            "preceded-by" => Some(Relation::PrecededBy),
            "at" | "matches" | "one-of" | "same" | "written" => None,
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
            ("matches" | "written", [regex], None) => {
                Expression::new(regex, false)
                    .map_err(|error| self.wrong(last.clone(), "not a regular expression", error))?;
                Ok(if name == "matches" {
                    Condition::Matches(subject, regex.clone())
                } else {
                    Condition::Written(subject, regex.clone())
                })
            }
            ("at", [], None) => Ok(Condition::At(subject)),
            ("one-of", [_, ..], None) => Ok(Condition::OneOf(subject, texts)),
            ("same", [], Some(other)) => Ok(Condition::Same(subject, other)),
            ("matches" | "written", ..) => Err(self.wrong(
                span,
                format!("{name} takes a metavariable and an expression"),
                format!("{name}($X, \"^a\")"),
            )),
            ("same", ..) => Err(self.wrong(span, "same takes two metavariables", "same($X, $Y)")),
            _ => Err(self.wrong(
                span,
                "one-of takes a metavariable and strings",
                "one-of($X, \"a\", \"b\")",
            )),
        }
    }

    pub(super) fn metavariable(&mut self) -> Result<String, Wrong> {
        match self.peek().cloned() {
            Some(Token::Metavariable(name)) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.wrong(self.span(), "must be a metavariable", "such as `$X`")),
        }
    }

    pub(super) fn comparison(&mut self) -> Result<Condition, Wrong> {
        let left = self.bits()?;
        let span = self.span();
        match self.peek().cloned() {
            Some(Token::Sign(sign))
                if ["==", "!=", "<", "<=", ">", ">="].contains(&sign.as_str()) =>
            {
                self.at += 1;
                Ok(Condition::Compare(left, sign, self.bits()?))
            }
            _ => Err(self.wrong(
                span,
                "a comparison is missing here",
                "such as `$X > 10`, `$X is part` or matches($X, \"…\")",
            )),
        }
    }

    /// `|`, `^` and `&` bind less than sums and more than comparisons, each more than the one before it, as in Python.
    pub(super) fn bits(&mut self) -> Result<Operand, Wrong> {
        self.bits_of(&['|', '^', '&'])
    }

    fn bits_of(&mut self, signs: &[char]) -> Result<Operand, Wrong> {
        let Some((sign, tighter)) = signs.split_first() else {
            return self.sum();
        };
        let mut left = self.bits_of(tighter)?;
        while self.sign(sign.encode_utf8(&mut [0; 4])) {
            let right = self.bits_of(tighter)?;
            left = Operand::Binary(Box::new(left), *sign, Box::new(right));
        }
        Ok(left)
    }

    pub(super) fn sum(&mut self) -> Result<Operand, Wrong> {
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

    pub(super) fn product(&mut self) -> Result<Operand, Wrong> {
        let mut left = self.operand()?;
        while let Some(Token::Sign(sign)) = self.peek().cloned() {
            let sign = match sign.as_str() {
                "*" => '*',
                "/" => '/',
                "%" => '%',
                "**" => 'p',
                _ => break,
            };
            self.at += 1;
            left = Operand::Binary(Box::new(left), sign, Box::new(self.operand()?));
        }
        Ok(left)
    }

    pub(super) fn operand(&mut self) -> Result<Operand, Wrong> {
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
            Some(Token::Sign(sign)) if sign == "~" => {
                // All bits but these: `-1 - x`.
                let inner = self.operand()?;
                let all = Box::new(Operand::Number(-1.0));
                Ok(Operand::Binary(all, '-', Box::new(inner)))
            }
            Some(Token::Sign(sign)) if sign == "(" => {
                let inner = self.bits()?;
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
