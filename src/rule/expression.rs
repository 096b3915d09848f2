//! Regular expressions of rules made of parts: linear where they can be, with look-around where they must be.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::literals;

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
            Self::Around(regex) => regex.is_match(readable(text).as_ref()).unwrap_or_else(|_| {
                GAVE_UP.set(true);
                false
            }),
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
            Self::Around(regex) => regex
                .captures_iter(readable(text).as_ref())
                .map_while(|found| {
                    GAVE_UP.set(GAVE_UP.get() || found.is_err());
                    found.ok()
                })
                .filter_map(|found| {
                    let whole = found.get(0)?;
                    let names: Vec<Option<&str>> = regex.capture_names().collect();
                    let groups = (1..found.len()).filter_map(|index| {
                        let name = names.get(index).copied().flatten();
                        let name = name.map_or_else(|| index.to_string(), str::to_owned);
                        found
                            .get(index)
                            .map(|group| (name, group.start()..group.end()))
                    });
                    Some((whole.start()..whole.end(), groups.collect()))
                })
                .collect(),
        }
    }

    /// The names of its groups.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Linear(regex) => regex.capture_names().flatten().map(str::to_owned).collect(),
            Self::Around(regex) => regex.capture_names().flatten().map(str::to_owned).collect(),
        }
    }
}

thread_local! {
    static GAVE_UP: Cell<bool> = const { Cell::new(false) };
}

/// Whether an expression with look-around ran out of steps on this thread since this was last asked: what it would have
/// matched is not known then, and the text was not judged.
pub(super) fn gave_up() -> bool {
    GAVE_UP.take()
}

/// A text as the engine with look-around reads it, in which each byte that is no UTF-8 is another one: places stay.
fn readable(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let mut readable = String::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        readable.push_str(chunk.valid());
        readable.extend(chunk.invalid().iter().map(|_| '\u{1A}'));
    }
    Cow::Owned(readable)
}

/// What other dialects write otherwise.
fn translated(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let (mut escaped, mut in_class) = (false, false);
    let mut skipped = 0;
    for (at, c) in text.char_indices() {
        if at < skipped {
            continue;
        }
        if escaped {
            escaped = false;
            // `\g{1}` is `\1`.
            if let Some((number, _)) = text[at..]
                .strip_prefix("g{")
                .and_then(|rest| rest.split_once('}'))
                && !number.is_empty()
                && number.bytes().all(|byte| byte.is_ascii_digit())
            {
                written.push_str(number);
                skipped = at + number.len() + 3;
                continue;
            }
            match c {
                // Signs that mean themselves, though other engines give some of them a meaning behind a backslash.
                '/' | '\'' | '"' | '<' | '>' => drop(written.pop()),
                'Z' => {
                    written.push('z');
                    continue;
                }
                _ => {}
            }
            written.push(c);
            continue;
        }
        match c {
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            // A brace that begins no repetition is a sign.
            '{' if !in_class && !repeats(&text[at..]) && !ends_in_escape(&text[..at]) => {
                written.push('\\');
            }
            _ => {}
        }
        written.push(c);
    }
    written
}

/// Whether a text begins with how often something is repeated: `{2}`, `{2,}`, `{2,5}`.
fn repeats(text: &str) -> bool {
    let inside = text.strip_prefix('{').and_then(|rest| rest.split_once('}'));
    inside.is_some_and(|(inside, _)| {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
        !inside.is_empty() && digits(least) && digits(most)
    })
}

/// Whether a text ends in an escape that a name in braces may follow.
fn ends_in_escape(text: &str) -> bool {
    let mut chars = text.chars().rev();
    let letter = chars.next();
    let slashes = chars.take_while(|c| *c == '\\').count();
    letter.is_some_and(|c| "xupPbogkN".contains(c)) && slashes % 2 == 1
}

thread_local! {
    static KNOWN: RefCell<HashMap<String, Option<Rc<Expression>>>> = RefCell::default();
}

/// Literals of which at least one stands in every text that an expression matches; nothing if none can be promised.
pub(super) fn required(expression: &str) -> Option<Vec<Vec<u8>>> {
    // Without look-around: that is no syntax of the linear engine.
    literals::required(&translated(expression)).map(|clause| clause.literals)
}

/// Whether an expression matches somewhere in a text; compiled once per thread.
pub(super) fn matches(expression: &str, text: &[u8]) -> bool {
    compiled(expression).is_some_and(|expression| expression.is_match(text))
}

/// What the named groups of an expression stand for at its first match in a text; none where it does not match.
pub(super) fn named_groups(expression: &str, text: &[u8]) -> Option<Groups> {
    let expression = compiled(expression)?;
    if expression.names().is_empty() {
        return expression.is_match(text).then(Groups::new);
    }
    let (_, mut groups) = expression.all(text).into_iter().next()?;
    groups.retain(|(name, _)| !name.bytes().all(|byte| byte.is_ascii_digit()));
    Some(groups)
}

fn compiled(expression: &str) -> Option<Rc<Expression>> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(found) = known.get(expression) {
            return found.clone();
        }
        let compiled = Expression::new(expression, false).ok().map(Rc::new);
        known.insert(expression.to_owned(), compiled.clone());
        compiled
    })
}

#[cfg(test)]
mod tests {
    use super::{Expression, gave_up};

    #[test]
    fn a_brace_that_repeats_nothing_is_a_sign() {
        for (expression, text, found) in [
            (r"^{?a", "{a", true),
            (r"{{ *x *}}", "{{ x }}", true),
            (r"^a{2}$", "aa", true),
            (r"^a{2,}$", "aaa", true),
            (r"^\x{61}$", "a", true),
            (r"^\p{L}$", "a", true),
            (r"^[{]$", "{", true),
            (r"^\{a", "{a", true),
            (r"^\<a\>$", "<a>", true),
            (r"^\\<$", "\\<", true),
            (r"a\Z", "ba", true),
            (r"(a)\g{1}", "aa", true),
            (r"(a)\g{1}$", "ab", false),
        ] {
            let compiled = Expression::new(expression, false).expect(expression);
            assert_eq!(compiled.is_match(text.as_bytes()), found, "{expression}");
        }
    }

    #[test]
    fn look_around_reads_any_bytes_and_says_when_it_gives_up() {
        let expression = Expression::new("(?<!x)danger", false).expect("it is one");
        assert!(expression.is_match(b"\xFF danger"));
        let places: Vec<_> = expression
            .all(b"\xFF danger")
            .into_iter()
            .map(|one| one.0)
            .collect();
        assert_eq!(places.first(), Some(&(2..8)));
        assert!(!gave_up());
        let slow =
            Expression::new(r"^(a+)(a+)(a+)(a+)(a+)(a+)\1\2\3(?=b)", false).expect("it is one");
        assert!(!slow.is_match("a".repeat(64).as_bytes()));
        assert!(gave_up(), "what was not tried is not known");
        assert!(!gave_up(), "asked since");
    }
}
