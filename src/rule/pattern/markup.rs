//! Elements of XML and HTML: open and closed ones alike, attributes in any order and more than the pattern names, content
//! from its beginning, text by its words.

use super::compile::{Children, Content, Tree};
use super::forest::Forest;
use super::matcher::{Matcher, Way};
use super::reader::{Reader, content_of};
use super::text::Hole;
use crate::language::Language;

/// Whether a language has elements with attributes.
pub(super) fn is_markup(language: &Language) -> bool {
    language.tags.is_some()
}

/// Kinds that are text.
pub(super) const TEXTS: &[&str] = &[
    "AttValue",
    "CData",
    "CharData",
    "attribute_value",
    "raw_text",
    "text",
];

/// Kinds whose parts are parts of the element.
pub(super) const PARTS: &[&str] = &[
    "EmptyElemTag",
    "STag",
    "content",
    "self_closing_tag",
    "start_tag",
];

/// Kinds that say nothing beside what they end.
pub(super) const ENDS: &[&str] = &["ETag", "end_tag", "erroneous_end_tag", "CDStart"];

/// Signs around names and values.
pub(super) const SIGNS: &[&str] = &["<", ">", "</", "/>", "=", "]]>"];

impl Forest<'_> {
    /// The quotes around a text: none where it is no value of an attribute.
    fn quotes_of(&self, at: u32) -> usize {
        let value = ["AttValue", "attribute_value", "quoted_attribute_value"];
        let quoted = matches!(self.text_of(at), [b'"' | b'\'', .., b'"' | b'\'']);
        usize::from(quoted && value.contains(&self.kind_name(at)))
    }

    /// What a text says.
    pub(super) fn words_of(&self, at: u32) -> &[u8] {
        let (text, quotes) = (self.text_of(at), self.quotes_of(at));
        text.get(quotes..text.len() - quotes).unwrap_or_default()
    }
}

impl Reader<'_> {
    /// A text of XML or HTML: a hole where it is one and no more, else what it says.
    pub(super) fn read_markup(&self, at: u32) -> Tree {
        let said = self.forest.words_of(at);
        let text = String::from_utf8_lossy(said);
        let whole = self.hole_at(&self.forest.range(at));
        match self.hole_of_word(&text).or(whole) {
            Some(Hole::Metavariable(name)) => Tree::Text(Content::Metavariable(name.clone())),
            Some(hole) => Self::of_hole(hole).unwrap_or(Tree::Ellipsis(None)),
            None => Tree::Text(content_of(self.as_written(&text).as_bytes())),
        }
    }
}

impl Matcher<'_> {
    /// A text or a value of an attribute by what it says.
    pub(super) fn markup_text(&self, wanted: &Content, at: u32, way: &Way) -> Vec<Way> {
        let own = self.forest.words_of(at);
        let holds = match wanted {
            Content::Any => true,
            Content::Exactly(text) => text == own,
            Content::Like(regex) => crate::rule::expression::matches(regex, own),
            Content::Metavariable(name) => {
                let start = self.forest.item(at).start_byte + self.forest.quotes_of(at);
                return self.bind(name, start..start + own.len(), way);
            }
            Content::Value(_) => false,
        };
        if holds { vec![way.clone()] } else { Vec::new() }
    }

    /// An element by its name, those of its attributes that the pattern names, and the beginning of its content.
    pub(super) fn markup(&self, wanted: &Children, at: u32, way: &Way) -> Vec<Way> {
        let own = self.forest.children(at);
        let (Some(((_, name), wanted)), Some((own_name, own))) =
            (wanted.split_first(), own.split_first())
        else {
            return Vec::new();
        };
        let behind = wanted
            .iter()
            .position(|(_, tree)| !self.is_attribute(tree))
            .unwrap_or(wanted.len());
        let (attributes, content) = wanted.split_at(behind);
        let attribute = |at: &u32| self.forest.kind(*at).attribute;
        let behind = own.iter().position(|at| !attribute(at));
        let (own_attributes, own_content) = own.split_at(behind.unwrap_or(own.len()));
        let mut rest = None;
        let attributes: Vec<(u16, &Tree)> = attributes
            .iter()
            .filter(|(_, tree)| match self.any_attributes(tree) {
                Some(name) => {
                    rest = name;
                    false
                }
                None => true,
            })
            .map(|(_, tree)| (0, tree))
            .collect();
        let mut ways = self.tree(name, *own_name, way);
        ways = self.each(&ways, |way| {
            self.unordered(&attributes, own_attributes, way, true, false)
        });
        if let (Some(name), [first, ..]) = (rest, own_attributes) {
            let last = own_attributes.last().unwrap_or(first);
            let range = self.forest.item(*first).start_byte..self.forest.item(*last).end_byte;
            ways = self.each(&ways, |way| self.bind(name, range.clone(), way));
        }
        if content.is_empty() {
            return ways;
        }
        let open = Tree::Ellipsis(None);
        let mut content: Vec<(u16, &Tree)> = content.iter().map(|(_, tree)| (0, tree)).collect();
        content.push((0, &open));
        self.each(&ways, |way| {
            self.sequence(&content, own_content, way, false, false)
        })
    }

    fn is_attribute(&self, tree: &Tree) -> bool {
        matches!(tree, Tree::Node { kind, .. } if self.pattern.kinds.get(*kind).attribute)
    }

    /// `...` or `$...A` among attributes, and its name.
    fn any_attributes<'t>(&self, tree: &'t Tree) -> Option<Option<&'t str>> {
        let Tree::Node { children, .. } = tree else {
            return None;
        };
        match children.first() {
            Some((_, Tree::Ellipsis(name))) => Some(name.as_deref()),
            _ => None,
        }
    }
}
