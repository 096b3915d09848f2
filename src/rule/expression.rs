//! Regular expressions of rules made of parts: linear where they can be, with look-around where they must be.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// A compiled expression may take this many bytes.
const SIZE_LIMIT: usize = 4 << 20;
/// Steps of an expression with look-around, after which it counts as not matching.
const BACKTRACKS: usize = 200_000;

/// What the groups of an expression matched, by name or number.
type Groups = Vec<(String, Range<usize>)>;

/// A regular expression.
pub(super) enum Expression {
    Linear(regex::bytes::Regex),
    Around(Box<fancy_regex::Regex>),
}

impl Expression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn new(text: &str, lines: bool) -> Result<Self, String> {
        let text = translated(text);
        let linear = regex::bytes::RegexBuilder::new(&text)
            .multi_line(lines)
            .size_limit(SIZE_LIMIT)
            .nest_limit(200)
            .build();
        if let Ok(linear) = linear {
            return Ok(Self::Linear(linear));
        }
        let text = if lines { format!("(?m){text}") } else { text };
        let around = fancy_regex::RegexBuilder::new(&text)
            .backtrack_limit(BACKTRACKS)
            .build();
        around
            .map(|regex| Self::Around(Box::new(regex)))
            .map_err(|error| format!("not a regular expression: {error}"))
    }

    pub(super) fn is_match(&self, text: &[u8]) -> bool {
        match self {
            Self::Linear(regex) => regex.is_match(text),
            Self::Around(regex) => regex
                .is_match(String::from_utf8_lossy(text).as_ref())
                .unwrap_or(false),
        }
    }

    /// Every match, with its groups by name or number.
    pub(super) fn all(&self, text: &[u8]) -> Vec<(Range<usize>, Groups)> {
        match self {
            Self::Linear(regex) => {
                let names: Vec<Option<&str>> = regex.capture_names().collect();
                regex
                    .captures_iter(text)
                    .filter_map(|found| {
                        let groups =
                            names
                                .iter()
                                .enumerate()
                                .skip(1)
                                .filter_map(|(index, name)| {
                                    Some((
                                        name.map_or_else(|| index.to_string(), str::to_owned),
                                        found.get(index)?.range(),
                                    ))
                                });
                        Some((found.get(0)?.range(), groups.collect()))
                    })
                    .collect()
            }
            Self::Around(regex) => {
                let Ok(text) = std::str::from_utf8(text) else {
                    return Vec::new();
                };
                regex
                    .captures_iter(text)
                    .map_while(Result::ok)
                    .filter_map(|found| {
                        let whole = found.get(0)?;
                        let groups = (1..found.len()).filter_map(|index| {
                            found
                                .get(index)
                                .map(|group| (index.to_string(), group.start()..group.end()))
                        });
                        Some((whole.start()..whole.end(), groups.collect()))
                    })
                    .collect()
            }
        }
    }

    /// The names of its groups.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Linear(regex) => regex.capture_names().flatten().map(str::to_owned).collect(),
            Self::Around(_) => Vec::new(),
        }
    }
}

/// What other dialects write otherwise.
fn translated(text: &str) -> String {
    text.replace("\\Z", "\\z")
        .replace("\\/", "/")
        .replace("\\'", "'")
        .replace("\\\"", "\"")
}

thread_local! {
    static KNOWN: RefCell<HashMap<String, Option<Rc<Expression>>>> = RefCell::default();
}

/// Whether an expression matches somewhere in a text; compiled once per thread.
pub(super) fn matches(expression: &str, text: &[u8]) -> bool {
    let compiled = KNOWN.with_borrow_mut(|known| {
        if let Some(found) = known.get(expression) {
            return found.clone();
        }
        let compiled = Expression::new(expression, false).ok().map(Rc::new);
        known.insert(expression.to_owned(), compiled.clone());
        compiled
    });
    compiled.is_some_and(|expression| expression.is_match(text))
}
