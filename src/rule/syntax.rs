//! The text of a query: tree-sitter's query syntax, read far enough to find what the engine drops in silence.
//!
//! The engine drops a fourth capture on a node and a ninth negated field, ignores predicates it does not know, and
//! crashes on texts nested too deep; so we read the text first, take the predicates out and refuse the rest with a
//! place. Syntax: the tree-sitter manual, "Query Syntax"; limits: `query.c` of tree-sitter 0.27.

use std::collections::BTreeMap;
use std::ops::Range;

/// Captures the engine keeps on one node (`MAX_STEP_CAPTURE_COUNT`).
const MAX_CAPTURES: usize = 3;
/// Negated fields the engine keeps on one node (`MAX_NEGATED_FIELD_COUNT`).
const MAX_NEGATED: usize = 8;
/// Nesting that no person writes.
const MAX_DEPTH: usize = 100;
/// The engine counts steps in 16 bits and compiles in quadratic time.
const MAX_STEPS: usize = 5_000;

/// Something wrong at a place of the query text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl SyntaxError {
    pub(crate) fn new(
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            span,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// An argument of a predicate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    /// `@name`, without the `@`.
    Capture(String, Range<usize>),
    /// A string or bare word, unescaped.
    Text(String, Range<usize>),
}

impl Argument {
    pub(crate) fn span(&self) -> Range<usize> {
        match self {
            Self::Capture(_, span) | Self::Text(_, span) => span.clone(),
        }
    }
}

/// `(#name argument…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PredicateText {
    pub(crate) span: Range<usize>,
    /// With the question mark, without the `#`.
    pub(crate) name: String,
    pub(crate) name_span: Range<usize>,
    pub(crate) arguments: Vec<Argument>,
}

/// Whether every match holds at least one node of a capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Presence {
    pub(crate) always: bool,
    pub(crate) span: Range<usize>,
}

/// One top-level pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    pub(crate) span: Range<usize>,
    pub(crate) captures: BTreeMap<String, Presence>,
    pub(crate) predicates: Vec<PredicateText>,
}

/// A query that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct QuerySyntax {
    /// In order; the engine numbers them alike.
    pub(crate) patterns: Vec<Pattern>,
    /// The text with every predicate blanked out; places stay the same.
    pub(crate) engine_text: String,
}

/// Reads a query.
pub(crate) fn read(text: &str) -> Result<QuerySyntax, SyntaxError> {
    let mut reader = Reader {
        text,
        at: 0,
        depth: 0,
        steps: 0,
        predicates: Vec::new(),
    };
    let mut patterns = Vec::new();
    let mut blanks = Vec::new();
    loop {
        reader.skip_space();
        if reader.peek().is_none() {
            break;
        }
        let start = reader.at;
        let item = reader.item()?;
        let predicates = std::mem::take(&mut reader.predicates);
        let span = start..reader.at;
        match item {
            Item::Predicate => {
                return Err(SyntaxError::new(
                    span,
                    "a predicate stands outside of a pattern",
                    "put pattern and predicate into one pair of parentheses: `((call) @bug (#eq? …))`",
                ));
            }
            Item::Anchor => {
                return Err(SyntaxError::new(
                    span,
                    "an anchor stands outside of a pattern",
                    "",
                ));
            }
            Item::Negated => {
                return Err(SyntaxError::new(
                    span,
                    "a negated field stands outside of a node",
                    "",
                ));
            }
            Item::Node(node) => {
                blanks.extend(predicates.iter().map(|predicate| predicate.span.clone()));
                patterns.push(Pattern {
                    span,
                    captures: node.captures,
                    predicates,
                });
            }
        }
    }
    if patterns.is_empty() {
        return Err(SyntaxError::new(
            0..text.len().min(1),
            "the query has no pattern",
            "write `(node_kind) @bug`",
        ));
    }
    let mut bytes = text.as_bytes().to_vec();
    for span in blanks {
        for byte in bytes[span]
            .iter_mut()
            .filter(|byte| !matches!(byte, b'\n' | b'\r'))
        {
            *byte = b' ';
        }
    }
    let engine_text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(QuerySyntax {
        patterns,
        engine_text,
    })
}

/// What one item of a sequence is.
enum Item {
    Node(NodeInfo),
    Predicate,
    Anchor,
    Negated,
}

#[derive(Default)]
struct NodeInfo {
    captures: BTreeMap<String, Presence>,
    /// Captures on the node itself (for alternations, on the branch that has most).
    own: usize,
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    steps: usize,
    predicates: Vec<PredicateText>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn skip_space(&mut self) {
        while let Some(c) = self.peek() {
            if c == ';' {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.bump();
                }
            } else if c.is_whitespace() {
                self.bump();
            } else {
                break;
            }
        }
    }

    fn here(&self) -> Range<usize> {
        self.at..self.at + self.peek().map_or(0, char::len_utf8)
    }

    fn word(&mut self) -> Range<usize> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|c| c.is_alphanumeric() || "_-.".contains(c))
        {
            self.bump();
        }
        start..self.at
    }

    /// One item with its quantifiers and captures.
    fn item(&mut self) -> Result<Item, SyntaxError> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            let message = format!("the query is too large: more than {MAX_STEPS} nodes");
            return Err(SyntaxError::new(
                self.here(),
                message,
                "split it into several rules",
            ));
        }
        let start = self.at;
        let mut node = match self.peek() {
            Some('(') => {
                self.enter()?;
                self.bump();
                self.skip_space();
                let node = match self.peek() {
                    Some('#' | '.') => {
                        let predicate = self.predicate(start)?;
                        self.depth -= 1;
                        self.predicates.push(predicate);
                        return Ok(Item::Predicate);
                    }
                    Some('(' | '[' | '"') => self.group(start, ')')?,
                    _ => self.named_node(start)?,
                };
                self.depth -= 1;
                node
            }
            Some('[') => {
                self.enter()?;
                self.bump();
                let node = self.alternation(start)?;
                self.depth -= 1;
                node
            }
            Some('"') => {
                self.string()?;
                NodeInfo::default()
            }
            Some('.') => {
                self.bump();
                return Ok(Item::Anchor);
            }
            Some('!') => {
                self.bump();
                let field = self.word();
                if field.is_empty() {
                    return Err(SyntaxError::new(
                        start..self.at,
                        "`!` needs the name of a field",
                        "",
                    ));
                }
                return Ok(Item::Negated);
            }
            Some(c) if c.is_alphanumeric() || c == '_' => {
                let word = self.word();
                if &self.text[word.clone()] != "_" {
                    self.skip_space();
                    if self.peek() != Some(':') {
                        let name = &self.text[word.clone()];
                        let hint = format!("write `({name})`");
                        return Err(SyntaxError::new(
                            word.clone(),
                            format!("`{name}` is not a pattern"),
                            hint,
                        ));
                    }
                    self.bump();
                    self.skip_space();
                    let place = self.here();
                    return match self.item()? {
                        Item::Node(node) => Ok(Item::Node(node)),
                        _ => Err(SyntaxError::new(place, "a field needs a node", "")),
                    };
                }
                NodeInfo::default()
            }
            Some(c) => {
                return Err(SyntaxError::new(
                    self.here(),
                    format!("unexpected `{c}`"),
                    "",
                ));
            }
            None => {
                return Err(SyntaxError::new(
                    start..start,
                    "the query ends too early",
                    "",
                ));
            }
        };
        self.suffixes(start, &mut node)?;
        Ok(Item::Node(node))
    }

    /// Quantifiers and captures behind an item.
    fn suffixes(&mut self, start: usize, node: &mut NodeInfo) -> Result<(), SyntaxError> {
        let mut optional = false;
        let mut own = BTreeMap::new();
        loop {
            self.skip_space();
            match self.peek() {
                Some('?' | '*') => {
                    optional = true;
                    self.bump();
                }
                Some('+') => self.bump(),
                Some('@') => {
                    let at = self.at;
                    self.bump();
                    let word = self.word();
                    if word.is_empty() {
                        return Err(SyntaxError::new(at..self.at, "`@` needs a name", ""));
                    }
                    node.own += 1;
                    if node.own > MAX_CAPTURES {
                        return Err(SyntaxError::new(
                            at..word.end,
                            format!(
                                "a node has more than {MAX_CAPTURES} captures: the engine would drop this one"
                            ),
                            "take a capture away",
                        ));
                    }
                    own.insert(
                        self.text[word.clone()].to_owned(),
                        Presence {
                            always: true,
                            span: at..word.end,
                        },
                    );
                }
                _ => break,
            }
        }
        merge(&mut node.captures, own);
        if optional {
            for presence in node.captures.values_mut() {
                presence.always = false;
            }
        }
        debug_assert!(self.at >= start);
        Ok(())
    }

    fn enter(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = format!("the query is nested deeper than {MAX_DEPTH}");
            return Err(SyntaxError::new(
                self.here(),
                message,
                "match the inner node and its parents in two rules",
            ));
        }
        Ok(())
    }

    /// The children of a group or node up to the closing parenthesis, which is consumed.
    fn group(&mut self, start: usize, closer: char) -> Result<NodeInfo, SyntaxError> {
        let mut node = NodeInfo::default();
        let mut negated = 0;
        let mut first = true;
        loop {
            self.skip_space();
            match self.peek() {
                None => return Err(unclosed(start, closer)),
                Some(c) if c == closer => {
                    self.bump();
                    return Ok(node);
                }
                Some(_) => {}
            }
            let place = self.here();
            match self.item()? {
                Item::Node(child) => {
                    if first {
                        node.own = child.own;
                    }
                    first = false;
                    merge(&mut node.captures, child.captures);
                }
                Item::Negated => {
                    negated += 1;
                    if negated > MAX_NEGATED {
                        let message = format!(
                            "a node has more than {MAX_NEGATED} negated fields: the engine would drop this one"
                        );
                        return Err(SyntaxError::new(
                            place.start..self.at,
                            message,
                            "split the rule",
                        ));
                    }
                }
                Item::Predicate | Item::Anchor => {}
            }
        }
    }

    fn named_node(&mut self, start: usize) -> Result<NodeInfo, SyntaxError> {
        let name = self.word();
        if name.is_empty() {
            let message = match self.peek() {
                None => return Err(unclosed(start, ')')),
                Some(')') => "empty parentheses match nothing".to_owned(),
                Some(c) => format!("unexpected `{c}`"),
            };
            return Err(SyntaxError::new(
                start..self.at + 1,
                message,
                "name a node kind: `stampout tree FILE` shows them",
            ));
        }
        if self.peek() == Some('/') {
            self.bump();
            self.word();
        }
        if &self.text[name] == "MISSING" {
            self.skip_space();
            if self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
                self.word();
            } else if self.peek() == Some('"') {
                self.string()?;
            }
        }
        let mut node = self.group(start, ')')?;
        node.own = 0; // captures of children do not stand on the node
        Ok(node)
    }

    fn alternation(&mut self, start: usize) -> Result<NodeInfo, SyntaxError> {
        let mut node = NodeInfo::default();
        let mut branches: Vec<BTreeMap<String, Presence>> = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => return Err(unclosed(start, ']')),
                Some(']') => {
                    self.bump();
                    break;
                }
                Some(_) => {}
            }
            let place = self.here();
            match self.item()? {
                Item::Node(branch) => {
                    node.own = node.own.max(branch.own);
                    branches.push(branch.captures);
                }
                _ => return Err(SyntaxError::new(place, "a branch must be a pattern", "")),
            }
        }
        if branches.is_empty() {
            return Err(SyntaxError::new(
                start..self.at,
                "an alternation without branches",
                "",
            ));
        }
        for (name, presence) in branches.iter().flatten() {
            let always = branches
                .iter()
                .all(|branch| branch.get(name).is_some_and(|same| same.always));
            node.captures.entry(name.clone()).or_insert(Presence {
                always,
                span: presence.span.clone(),
            });
        }
        Ok(node)
    }

    fn string(&mut self) -> Result<String, SyntaxError> {
        let start = self.at;
        let mut value = String::new();
        self.bump();
        loop {
            let Some(c) = self.peek() else {
                return Err(SyntaxError::new(
                    start..start + 1,
                    "the string is not closed",
                    "add `\"`",
                ));
            };
            self.bump();
            match c {
                '"' => return Ok(value),
                '\n' => {
                    return Err(SyntaxError::new(
                        start..self.at - 1,
                        "the string is not closed",
                        "write `\\n` for a line end",
                    ));
                }
                '\\' => {
                    let escaped = self.peek();
                    self.bump();
                    match escaped {
                        Some('n') => value.push('\n'),
                        Some('r') => value.push('\r'),
                        Some('t') => value.push('\t'),
                        Some('0') => value.push('\0'),
                        Some(c) => value.push(c),
                        None => {
                            return Err(SyntaxError::new(
                                start..start + 1,
                                "the string is not closed",
                                "add `\"`",
                            ));
                        }
                    }
                }
                c => value.push(c),
            }
        }
    }

    /// `(#name args)`, from its opening parenthesis at `start`; the reader stands on `#`.
    fn predicate(&mut self, start: usize) -> Result<PredicateText, SyntaxError> {
        self.bump();
        let name_start = self.at;
        while self
            .peek()
            .is_some_and(|c| !c.is_whitespace() && !"()[]\"@;".contains(c))
        {
            self.bump();
        }
        let name_span = name_start..self.at;
        let mut arguments = Vec::new();
        loop {
            self.skip_space();
            let from = self.at;
            match self.peek() {
                None => return Err(unclosed(start, ')')),
                Some(')') => {
                    self.bump();
                    let name = self.text[name_span.clone()].to_owned();
                    return Ok(PredicateText {
                        span: start..self.at,
                        name,
                        name_span,
                        arguments,
                    });
                }
                Some('@') => {
                    self.bump();
                    let word = self.word();
                    arguments.push(Argument::Capture(self.text[word].to_owned(), from..self.at));
                }
                Some('"') => {
                    let value = self.string()?;
                    arguments.push(Argument::Text(value, from..self.at));
                }
                Some(c) if c.is_alphanumeric() || "_-.".contains(c) => {
                    let word = self.word();
                    arguments.push(Argument::Text(self.text[word].to_owned(), from..self.at));
                }
                Some(c) => {
                    let hint = "arguments are captures, strings and words";
                    return Err(SyntaxError::new(
                        self.here(),
                        format!("unexpected `{c}` in a predicate"),
                        hint,
                    ));
                }
            }
        }
    }
}

fn unclosed(start: usize, closer: char) -> SyntaxError {
    SyntaxError::new(start..start + 1, "is not closed", format!("add `{closer}`"))
}

/// A capture that stands twice is there if either is.
fn merge(into: &mut BTreeMap<String, Presence>, from: BTreeMap<String, Presence>) {
    for (name, presence) in from {
        into.entry(name)
            .and_modify(|old| old.always |= presence.always)
            .or_insert(presence);
    }
}

#[cfg(test)]
mod tests {
    use super::{Argument, read};

    fn always(query: &str, capture: &str) -> bool {
        read(query).expect("it reads").patterns[0].captures[capture].always
    }

    #[test]
    fn presence_follows_quantifiers_and_branches() {
        for (query, expected) in [
            ("(a (b) @x) @bug", true),
            ("(a (b)? @x) @bug", false),
            ("(a (b)* @x) @bug", false),
            ("(a (b)+ @x) @bug", true),
            ("(a ((b) @x (c))? ) @bug", false),
            ("(a [(b) @x (c) @x]) @bug", true),
            ("(a [(b) @x (c) @y]) @bug", false),
            ("(a [(b) @x (c) @x (d)]) @bug", false),
            ("(a [(b)? @x (c) @x]) @bug", false),
            ("(a [(b) (c)] @x) @bug", true),
            ("(a f: [(b) @x (c)] (d) @x) @bug", true),
            ("(a \"tok\" @x) @bug", true),
            ("(a (_) @x) @bug", true),
            ("(a _ @x) @bug", true),
            ("(a (MISSING \";\") @x) @bug", true),
        ] {
            assert_eq!(always(query, "x"), expected, "{query}");
        }
    }

    #[test]
    fn predicates_are_taken_out_and_places_stay() {
        let text = "((a) @bug ; note\n (#eq? @bug \"é\\\"\"))\n(b) @bug";
        let query = read(text).expect("it reads");
        assert_eq!(query.engine_text.len(), text.len());
        assert!(!query.engine_text.contains('#'));
        assert_eq!(query.patterns.len(), 2);
        let predicate = &query.patterns[0].predicates[0];
        assert_eq!(predicate.name, "eq?");
        assert!(matches!(&predicate.arguments[1], Argument::Text(value, _) if value == "é\""));
    }

    #[test]
    fn what_the_engine_would_drop_is_refused() {
        let negated = (0..9).map(|n| format!("!f{n} ")).collect::<String>();
        let deep = format!("{}{}", "(a ".repeat(200), ")".repeat(200));
        for (query, message) in [
            ("(a) @x @y @z @bug".to_owned(), "more than 3 captures"),
            ("[(a) @x @y (b)] @z @bug".to_owned(), "more than 3 captures"),
            ("((a) @x @y @z) @bug".to_owned(), "more than 3 captures"),
            (format!("(a {negated}) @bug"), "more than 8 negated fields"),
            (deep, "nested deeper"),
            ("(a".to_owned(), "is not closed"),
            ("[(a)".to_owned(), "is not closed"),
            ("(a \"x)".to_owned(), "the string is not closed"),
            ("a".to_owned(), "`a` is not a pattern"),
            ("()".to_owned(), "empty parentheses"),
            ("  ; nothing\n".to_owned(), "no pattern"),
            ("(#eq? @a \"b\")".to_owned(), "outside of a pattern"),
            ("(a) @bug )".to_owned(), "unexpected `)`"),
        ] {
            let error = read(&query).expect_err(&query);
            assert!(
                error.message.contains(message),
                "{query}: {}",
                error.message
            );
            assert!(error.span.end <= query.len(), "{query}");
        }
    }

    #[test]
    fn nested_captures_do_not_count_as_the_parents() {
        assert!(read("(a (b) @x @y @z (c) @u @v @w) @bug").is_ok());
        assert!(read("(a . (b)* . c: (d) !e) @bug").is_ok());
    }
}
