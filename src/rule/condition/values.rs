//! What metavariables say: as text, as a number, against an expression.

use std::ops::Range;

use super::evaluate::{Evaluation, State};
use super::syntax::Operand;
use super::tokens::number;
use crate::rule::expression;
use crate::rule::pattern::{Bindings, inside_scalar};

impl Evaluation<'_> {
    /// The state in which what a metavariable stands for, as it is written, matches an expression, whose named groups are
    /// metavariables.
    pub(super) fn written(&self, name: &str, regex: &str, from: &State) -> Vec<State> {
        let Some(range) = from.bindings.get(name) else {
            return Vec::new();
        };
        let text = self.forest.text.get(range.clone()).unwrap_or_default();
        let Some(groups) = expression::named_groups(regex, text) else {
            return Vec::new();
        };
        let shifted = groups
            .into_iter()
            .map(|(name, group)| (name, range.start + group.start..range.start + group.end));
        let bindings = from
            .bindings
            .join(&Bindings(shifted.collect()), self.forest);
        let with = |bindings| State {
            bindings,
            ..from.clone()
        };
        bindings.map(with).into_iter().collect()
    }

    pub(super) fn text(&self, state: &State, name: &str) -> Option<&[u8]> {
        let range = state.bindings.get(name)?;
        self.forest.text.get(range.clone())
    }

    pub(super) fn compare(
        &self,
        left: &Operand,
        sign: &str,
        right: &Operand,
        from: &State,
    ) -> bool {
        if let (Some(left), Some(right)) = (self.number(left, from), self.number(right, from)) {
            return match sign {
                "==" => (left - right).abs() < f64::EPSILON,
                "!=" => (left - right).abs() >= f64::EPSILON,
                "<" => left < right,
                "<=" => left <= right,
                ">" => left > right,
                _ => left >= right,
            };
        }
        match (self.words(left, from), self.words(right, from), sign) {
            (Some(left), Some(right), "==") => left == right,
            (Some(left), Some(right), "!=") => left != right,
            _ => false,
        }
    }

    /// Whether something holds of what a metavariable says, or of the literal that it is the name of.
    pub(super) fn says(&self, state: &State, name: &str, holds: impl Fn(&[u8]) -> bool) -> bool {
        self.text(state, name).is_some_and(&holds) || self.value(state, name).is_some_and(&holds)
    }

    /// What a metavariable says, or the literal that it is the name of.
    pub(super) fn value(&self, state: &State, name: &str) -> Option<&[u8]> {
        let range = state.bindings.get(name)?;
        let at = self.forest.at_range(range);
        if self.forest.range(at) == *range
            && let Some(literal) = self.forest.constants().literal(self.forest, at)
        {
            return self.forest.text.get(self.forest.range(literal));
        }
        self.text(state, name)
    }

    /// A string without its quotes, a block of YAML without its first line.
    pub(super) fn unquoted<'x>(&self, text: &'x [u8]) -> &'x [u8] {
        match text {
            [b'|' | b'>', ..] if self.forest.language.name == "yaml" => inside_scalar(text),
            _ => unquoted(text),
        }
    }

    pub(super) fn words(&self, operand: &Operand, from: &State) -> Option<Vec<u8>> {
        match operand {
            Operand::Text(text) => Some(text.as_bytes().to_vec()),
            Operand::Metavariable(name) => Some(self.unquoted(self.value(from, name)?).to_vec()),
            _ => None,
        }
    }

    pub(super) fn number(&self, operand: &Operand, from: &State) -> Option<f64> {
        match operand {
            Operand::Number(number) => Some(*number),
            Operand::Text(_) => None,
            Operand::Metavariable(name) => {
                let text = String::from_utf8_lossy(self.value(from, name)?).into_owned();
                let text = text.trim();
                match text.strip_prefix('-') {
                    Some(positive) => number(positive.trim()).map(|number| -number),
                    None => number(text),
                }
            }
            Operand::Count(part) => {
                let matches = self.matches.get(*part)?;
                let joined = matches
                    .iter()
                    .filter(|found| from.bindings.join(&found.bindings, self.forest).is_some());
                let mut ranges: Vec<&Range<usize>> = joined.map(|found| &found.range).collect();
                ranges.dedup();
                u32::try_from(ranges.len()).ok().map(f64::from)
            }
            Operand::Binary(left, sign, right) => {
                let (left, right) = (self.number(left, from)?, self.number(right, from)?);
                Some(match sign {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    '/' => left / right,
                    '%' => left % right,
                    '&' => (bits(left)? & bits(right)?) as f64,
                    '|' => (bits(left)? | bits(right)?) as f64,
                    '^' => (bits(left)? ^ bits(right)?) as f64,
                    _ => left.powf(right),
                })
            }
        }
    }
}

/// A number as bits; whole numbers that a number of the condition holds exactly.
fn bits(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

/// A string without its quotes.
fn unquoted(text: &[u8]) -> &[u8] {
    match text {
        [open @ (b'"' | b'\'' | b'`'), inner @ .., close] if open == close => inner,
        _ => text,
    }
}
