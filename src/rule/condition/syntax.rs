//! Reads a condition. Errors point into its text.

use std::ops::Range;

use super::reader::Reader;
use super::tokens::tokens;

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
    /// `a + b` and the like; `p` is `**`.
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
    /// As `Matches`, over the text as it is written.
    Written(String, String),
    OneOf(String, Vec<String>),
    Same(String, String),
    /// `$X is p`
    Is(String, Box<Condition>),
    Compare(Operand, String, Operand),
    /// The finding is where a metavariable stands.
    At(String),
}

impl Condition {
    /// The parts that it names, in their order.
    pub(in crate::rule) fn parts(&self) -> Vec<usize> {
        match self {
            Self::Part(part) => vec![*part],
            Self::And(all) | Self::Or(all) => all.iter().flat_map(Self::parts).collect(),
            Self::Not(inner) | Self::Related(_, inner) | Self::Is(_, inner) => inner.parts(),
            _ => Vec::new(),
        }
    }
}

/// What is wrong with a condition, where, and what to do.
#[derive(Debug)]
pub(in crate::rule) struct Wrong {
    pub(in crate::rule) span: Range<usize>,
    pub(in crate::rule) message: String,
    pub(in crate::rule) hint: String,
}

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
            assert_eq!(super::super::tokens::number(text), Some(number), "{text}");
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
            ("$X & 3 | 4 ^ ~$Y == 2 ** 3", None),
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
