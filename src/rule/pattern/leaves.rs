//! Strings by their content and names by their meaning; whether two places say the same.

use std::ops::Range;

use super::compile::{Content, NamePart, Tree};
use super::dotted;
use super::forest::Forest;
use super::markup::is_markup;
use super::matcher::{Matcher, Way};
use super::reader::inside;
use super::terraform;
use crate::language::Language;
use crate::rule::condition::number;

impl Matcher<'_> {
    pub(super) fn text(&self, wanted: &Content, at: u32, way: &Way) -> Vec<Way> {
        if let Content::Metavariable(name) = wanted
            && ["simple_symbol", "hash_key_symbol"]
                .contains(&self.name_of(self.forest.item(at).kind))
        {
            let range = self.forest.range(at);
            let colon = usize::from(self.forest.text_of(at).starts_with(b":"));
            return self.bind(name, range.start + colon..range.end, way);
        }
        if self.forest.language.name == "yaml" && self.forest.kind(at).string {
            return self.scalar(wanted, at, way);
        }
        if self.forest.kind(at).string && is_markup(self.forest.language) {
            return self.markup_text(wanted, at, way);
        }
        if !self.forest.kind(at).string {
            if let Content::Exactly(exact) = wanted
                && self.is_key(at)
                && self.forest.is_leaf(at)
            {
                let same = exact == self.forest.text_of(at);
                return if same { vec![way.clone()] } else { Vec::new() };
            }
            if self.forest.language.name == "hcl" && terraform::same_value(self.forest, wanted, at)
            {
                return vec![way.clone()];
            }
            if let Content::Exactly(exact) = wanted
                && self.says_word(exact, at)
            {
                return vec![way.clone()];
            }
            return self.constant_text(wanted, at, way);
        }
        if let Content::Like(regex) = wanted {
            let matches = |text: &[u8]| crate::rule::expression::matches(regex, text);
            let holds = if self.forest.has_interpolation(at) {
                let folded = self.forest.constants().text(self.forest, at);
                folded.is_some_and(|text| matches(&text))
            } else {
                matches(inside(self.forest.text_of(at)))
            };
            return if holds { vec![way.clone()] } else { Vec::new() };
        }
        // A string with code inside is no constant.
        let scala = self.forest.language.name == "scala";
        let whole = scala && *wanted == Content::Any;
        if self.forest.has_interpolation(at) && !whole {
            return self.constant_text(wanted, at, way);
        }
        let written = self.forest.text_of(at);
        let content = inside(written);
        match wanted {
            Content::Any => vec![way.clone()],
            Content::Exactly(exact) => {
                if exact == content {
                    vec![way.clone()]
                } else {
                    Vec::new()
                }
            }
            Content::Metavariable(name) => {
                let start = self.forest.item(at).start_byte
                    + (content.as_ptr() as usize).saturating_sub(written.as_ptr() as usize);
                self.bind(name, start..start + content.len(), way)
            }
            Content::Like(_) | Content::Value(_) => Vec::new(),
        }
    }

    /// A key of an object, which may stand in quotes or not.
    pub(super) fn is_key(&self, at: u32) -> bool {
        self.is_script() && self.forest.field_name(at) == "key"
    }

    /// `:a => 1` of Ruby is `a: 1`.
    pub(super) fn is_symbol_key(&self, at: u32) -> bool {
        self.forest.kind_name(at) == "simple_symbol" && self.forest.field_name(at) == "key"
    }

    /// What stands for a constant string: the name of one, or several put together. Of the latter only that they are one
    /// is known.
    fn constant_text(&self, wanted: &Content, at: u32, way: &Way) -> Vec<Way> {
        if !self.forest.item(at).named {
            return Vec::new();
        }
        let constants = self.forest.constants();
        match constants.literal(self.forest, at) {
            Some(literal)
                if literal != at
                    && self.forest.kind(literal).string
                    && !matches!(wanted, Content::Metavariable(_)) =>
            {
                self.text(wanted, literal, way)
            }
            None if *wanted == Content::Any && constants.is_text(self.forest, at) => {
                vec![way.clone()]
            }
            None => {
                let mut said = constants.texts(self.forest, at).into_iter();
                let like = said.any(|said| match wanted {
                    Content::Like(regex) => crate::rule::expression::matches(regex, &said),
                    // What is put together need not stand in the file, and a prefilter may look for it.
                    _ => false,
                });
                if like { vec![way.clone()] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }

    /// Whether a name stands for this number or truth value.
    pub(super) fn constant_word(&self, word: &str, at: u32) -> bool {
        let literal = word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(word, "true" | "false" | "True" | "False");
        // Terraform makes a number or a truth value of a text that says one.
        if literal
            && self.forest.language.name == "hcl"
            && self.forest.kind(at).string
            && inside(self.forest.text_of(at)) == word.as_bytes()
        {
            return true;
        }
        literal
            && self.forest.item(at).named
            && self
                .forest
                .constants()
                .literal(self.forest, at)
                .is_some_and(|literal| {
                    literal != at && self.forest.text_of(literal) == word.as_bytes()
                })
    }

    /// A dotted name by what it means in the file.
    pub(super) fn dotted(&self, parts: &[NamePart], at: u32, way: &Way) -> Vec<Way> {
        let mut ways = Vec::new();
        if let Some(NamePart::Word(word)) = parts.last()
            && !self.names.can_end(self.forest, at, word)
        {
            return ways;
        }
        let fits = |words: &[String]| {
            let long =
                words.len() == parts.len() || (self.names.suffixes() && words.len() > parts.len());
            let mut pairs = parts.iter().rev().zip(words.iter().rev());
            long && pairs.all(|(part, word)| match part {
                NamePart::Word(wanted) => wanted == word,
                NamePart::Metavariable(_) => true,
            })
        };
        let open = matches!(parts.first(), Some(NamePart::Metavariable(_)));
        for (words, last) in self.names.meanings(self.forest, at, &fits) {
            // What may come from a module that is imported as a whole is no member of whatever.
            if open && self.forest.is_leaf(at) && self.names.is_of_wildcard(&words) {
                continue;
            }
            let mut candidates = vec![way.clone()];
            for (index, (part, word)) in parts.iter().rev().zip(words.iter().rev()).enumerate() {
                candidates = candidates
                    .iter()
                    .flat_map(|way| match part {
                        NamePart::Word(wanted) if wanted == word => vec![way.clone()],
                        NamePart::Word(_) => Vec::new(),
                        NamePart::Metavariable(name) if index == 0 => {
                            self.bind(name, self.forest.range(last), way)
                        }
                        NamePart::Metavariable(name) if name == "_" => vec![way.clone()],
                        // A module that the file does not name where it uses what it imported of it.
                        NamePart::Metavariable(name)
                            if way.bindings.get(name).is_none() && self.forest.is_leaf(at) =>
                        {
                            vec![way.clone()]
                        }
                        NamePart::Metavariable(_) => Vec::new(),
                    })
                    .collect();
            }
            self.add(&mut ways, candidates);
        }
        ways
    }

    /// A call whose callee is no node of its own, by what the callee means in the file.
    pub(super) fn called(
        &self,
        kind: u16,
        parts: &[NamePart],
        wanted: &[(u16, Tree)],
        at: u32,
        way: &Way,
    ) -> Vec<Way> {
        if self.forest.item(at).kind != kind {
            return Vec::new();
        }
        let Some((object, name)) = dotted::split_callee(self.forest, at) else {
            return Vec::new();
        };
        let callee = |field: u16| {
            let name = self.forest.grammar.field_name_for_id(field);
            ["object", "scope", "receiver", "method", "name", "operator"]
                .contains(&name.unwrap_or_default())
        };
        let rest: Vec<(u16, &Tree)> = wanted
            .iter()
            .filter(|(field, _)| !callee(*field))
            .map(|(field, tree)| (*field, tree))
            .collect();
        let others: Vec<u32> = self
            .forest
            .children(at)
            .into_iter()
            .filter(|child| *child != name && Some(*child) != object)
            .filter(|child| !callee(self.forest.item(*child).field))
            .collect();
        let mut ways = Vec::new();
        for way in self.dotted(parts, at, way) {
            self.add(&mut ways, self.sequence(&rest, &others, &way, false, false));
        }
        ways
    }

    /// `base. ... .x`: the base behind any number of accesses and calls.
    pub(super) fn chain(&self, base: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let mut ways = Vec::new();
        let mut at = at;
        loop {
            self.add(&mut ways, self.tree(base, at, way));
            let kind = self.forest.kind(at);
            if !(kind.member || kind.call || self.is_suffix(at)) || self.forest.is_leaf(at) {
                return ways;
            }
            at += 1;
        }
    }

    pub(super) fn is_suffix(&self, at: u32) -> bool {
        matches!(
            self.forest
                .grammar
                .node_kind_for_id(self.forest.item(at).kind),
            Some("await_expression" | "non_null_expression" | "await" | "try_expression")
        )
    }

    /// The name of a parameter that says more than its name.
    pub(super) fn named_thing(&self, at: u32) -> u32 {
        if self.forest.kind_name(at) == "jsx_expression"
            && let [only] = self.forest.children(at)[..]
        {
            return only;
        }
        if !self.forest.kind(at).parameter {
            return at;
        }
        self.forest
            .child_by_field(at, &["pattern", "name", "left", "declarator"])
            .or_else(|| {
                self.forest
                    .children(at)
                    .into_iter()
                    .find(|child| self.forest.item(*child).named)
            })
            .unwrap_or(at)
    }

    /// Whether an item is the text of a string, which is no code.
    pub(super) fn in_text(&self, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        parent != u32::MAX && self.forest.is_leaf(at) && self.forest.kind(parent).string
    }

    /// A type of Rust by the last word of its path.
    pub(super) fn type_by_last_word(&self, word: &str, at: u32) -> bool {
        self.forest.kind_name(at) == "scoped_type_identifier"
            && self
                .forest
                .children(at)
                .last()
                .is_some_and(|last| self.forest.text_of(*last) == word.as_bytes())
    }

    /// Whether an object is made of a class whose name ends so: `new java.util.Random()`, or an alias of it.
    pub(super) fn made_by_name(&self, word: &str, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        if !self.names.suffixes() || parent == u32::MAX {
            return false;
        }
        let made = matches!(
            self.forest.kind_name(parent),
            "object_creation_expression" | "instance_expression"
        );
        let fits = |words: &[String]| words.last().is_some_and(|last| last == word);
        made && !self.names.meanings(self.forest, at, &fits).is_empty()
    }
}

/// Whether two places say the same, but for layout, comments, parentheses and quotes.
pub(in crate::rule) fn same_text(forest: &Forest<'_>, a: &Range<usize>, b: &Range<usize>) -> bool {
    let raw = |range: &Range<usize>| forest.text.get(range.clone()).unwrap_or_default();
    if raw(a) == raw(b) {
        // Two functions can each have a variable of one name.
        let (at, other) = (forest.at_range(a), forest.at_range(b));
        return !forest.constants().differ(forest, at, other);
    }
    if forest.language.name == "php" && raw(a).eq_ignore_ascii_case(raw(b)) {
        let is_name = |range| forest.kind_name(forest.at_range(range)) == "name";
        if is_name(a) && is_name(b) {
            return true;
        }
    }
    let (words_a, words_b) = (words(forest, a), words(forest, b));
    let mut pairs = words_a.iter().zip(&words_b);
    words_a.len() == words_b.len() && pairs.all(|(a, b)| a.says(b)) || same_literal(forest, a, b)
}

/// Whether two places stand for the same literal, or for numbers that are written otherwise.
fn same_literal(forest: &Forest<'_>, a: &Range<usize>, b: &Range<usize>) -> bool {
    let literal = |range: &Range<usize>| {
        let at = forest.at_range(range);
        let is_whole = forest.range(at) == *range;
        let literal = forest.constants().literal(forest, at);
        literal.filter(|_| is_whole)
    };
    let (Some(a), Some(b)) = (literal(a), literal(b)) else {
        return false;
    };
    let (string, other) = (forest.kind(a).string, forest.kind(b).string);
    let (a, b) = (forest.text_of(a), forest.text_of(b));
    string == other && (inside(a) == inside(b) || !string && same_number(a, b))
}

/// Whether two texts are one number.
pub(super) fn same_number(a: &[u8], b: &[u8]) -> bool {
    let number = |text: &[u8]| {
        text.first()?
            .is_ascii_digit()
            .then(|| std::str::from_utf8(text).ok().and_then(number))?
    };
    number(a).is_some_and(|value| number(b) == Some(value))
}

/// A word of a text.
struct Word<'t> {
    text: &'t [u8],
    /// All of a string, which says something else than a name.
    string: bool,
    /// A part of a string.
    inner: bool,
}

impl Word<'_> {
    fn says(&self, other: &Self) -> bool {
        self.text == other.text && (self.string == other.string || self.inner || other.inner)
    }
}

fn words<'t>(forest: &Forest<'t>, range: &Range<usize>) -> Vec<Word<'t>> {
    let mut words = Vec::new();
    let mut at = forest
        .items
        .partition_point(|item| item.start_byte < range.start);
    while let Some(item) = forest.items.get(at) {
        if item.start_byte >= range.end {
            break;
        }
        let index = u32::try_from(at).unwrap_or(u32::MAX);
        if forest.kind(index).string && item.end_byte <= range.end {
            words.push(Word {
                text: inside(forest.text_of(index)),
                string: true,
                inner: false,
            });
            at = item.end as usize;
            continue;
        }
        let text = forest.text_of(index);
        if forest.is_leaf(index) {
            words.push(Word {
                text,
                string: false,
                inner: forest.item(index).parent != u32::MAX
                    && forest.kind(forest.item(index).parent).string,
            });
        } else if matches!(text, [b'[' | b'{', ..] | [b'(', .., b',', b')']) {
            // A list of one is not the one.
            words.push(Word {
                text: &text[..1],
                string: false,
                inner: false,
            });
        }
        at += 1;
    }
    if words.is_empty() {
        words.push(Word {
            text: forest.text.get(range.clone()).unwrap_or_default(),
            string: false,
            inner: true,
        });
    }
    words
}

/// Whether a leaf is a pair of brackets around nothing but blanks and comments.
pub(super) fn is_empty_list(leaf: &[u8], language: &Language) -> bool {
    let inner = match leaf {
        [b'(', inner @ .., b')'] | [b'[', inner @ .., b']'] | [b'{', inner @ .., b'}'] => inner,
        _ => return false,
    };
    let inner = inner.trim_ascii_start();
    let block = language.block_comment.map(|(open, _)| open);
    let mut openers = language.line_comment.iter().copied().chain(block);
    inner.is_empty() || openers.any(|open| inner.starts_with(open.as_bytes()))
}
