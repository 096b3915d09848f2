//! Strings with code in them, piece by piece: `f"select {x}"` is a text and a name.

use std::ops::Range;

use super::compile::{Content, Tree};
use super::forest::Forest;
use super::matcher::{Found, Matcher, Way};
use super::reader::inside;
use super::text;
use crate::rule::pattern::Bindings;

/// A piece of a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it is written.
    Text(Range<usize>),
    /// Code.
    Item(u32),
    /// A name that the grammar takes for text.
    Name(Range<usize>),
}

impl Forest<'_> {
    /// What a string is made of, without empty texts; none where that is not known.
    pub(super) fn pieces(&self, at: u32) -> Option<Vec<Piece>> {
        if self.kind_name(at) == "concatenated_string" {
            let strings = self.children(at).into_iter();
            let each: Option<Vec<Vec<Piece>>> = strings.map(|one| self.pieces(one)).collect();
            return each.map(|pieces| pieces.concat());
        }
        let (range, written) = (self.range(at), self.text_of(at));
        let content = inside(written);
        let start = range.start + offset(written, content);
        let (mut pieces, mut behind) = (Vec::new(), start);
        for inner in self.interpolations(at) {
            let around = self.around(inner)?;
            let around = match self.language.name {
                "php" => self.widened(around, b"{", b"}"),
                "swift" => self.widened(around, b"\\(", b")"),
                _ => around,
            };
            self.push_piece(behind..around.start, &mut pieces);
            pieces.push(Piece::Item(inner));
            behind = around.end;
        }
        self.push_piece(behind..start + content.len(), &mut pieces);
        let has_code = pieces.iter().any(|piece| !matches!(piece, Piece::Text(_)));
        (has_code || !self.has_interpolation(at)).then_some(pieces)
    }

    /// The place of code with what marks it as such.
    fn around(&self, inner: u32) -> Option<Range<usize>> {
        let parent = self.item(inner).parent;
        if self.kind(inner).interpolation || self.language.name == "php" {
            return Some(self.range(inner));
        }
        self.kind(parent).interpolation.then(|| self.range(parent))
    }

    /// A place with the brackets around it, if it has them: `{$a}` of PHP is `$a`.
    fn widened(&self, range: Range<usize>, open: &[u8], close: &[u8]) -> Range<usize> {
        let before = self.text.get(..range.start).unwrap_or_default();
        let behind = self.text.get(range.end..).unwrap_or_default();
        if before.ends_with(open) && behind.starts_with(close) {
            return range.start - open.len()..range.end + close.len();
        }
        range
    }

    /// Whether code in a string is a metavariable of a pattern, as `$X` of languages that write names so in strings.
    pub(super) fn metavariable_piece(&self, piece: &Piece) -> Option<String> {
        let range = match piece {
            Piece::Text(_) => return None,
            Piece::Name(range) => range.start - 1..range.end,
            Piece::Item(item) => {
                let parent = self.item(*item).parent;
                if self.kind(parent).interpolation {
                    self.range(parent)
                } else {
                    self.range(*item)
                }
            }
        };
        let text = std::str::from_utf8(self.text.get(range)?).ok()?;
        let (name, length) = text::metavariable(text)?;
        (length == text.len()).then_some(name)
    }

    fn push_piece(&self, range: Range<usize>, pieces: &mut Vec<Piece>) {
        let mut rest = range.clone();
        if self.language.name == "kotlin" {
            while let Some(name) = self.name_in(&rest) {
                if rest.start < name.start - 1 {
                    pieces.push(Piece::Text(rest.start..name.start - 1));
                }
                rest.start = name.end;
                pieces.push(Piece::Name(name));
            }
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest));
        }
    }

    /// The first `$name` in a text, without its sign.
    fn name_in(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let text = self.text.get(range.clone())?;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        memchr::memchr_iter(b'$', text).find_map(|at| {
            let escaped = at > 0 && text[at - 1] == b'\\';
            let name = text.get(at + 1..)?;
            let length = name.iter().take_while(|byte| is_word(byte)).count();
            let named = length > 0 && !name[0].is_ascii_digit() && !escaped;
            let start = range.start + at + 1;
            named.then_some(start..start + length)
        })
    }

    /// Whether a string is of a form that can hold code.
    fn is_template(&self, at: u32) -> bool {
        let marked = match self.language.name {
            "python" => {
                let prefix = self.text_of(at).iter().take(3);
                let mut prefix = prefix.take_while(|byte| !matches!(byte, b'"' | b'\''));
                prefix.any(|byte| matches!(byte, b'f' | b'F'))
            }
            "csharp" => self.text_of(at).starts_with(b"$"),
            _ => self.text_of(at).starts_with(b"`"),
        };
        marked || self.has_interpolation(at)
    }
}

/// Where a part of a text begins in it.
fn offset(whole: &[u8], part: &[u8]) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize)
}

impl Matcher<'_> {
    /// A string with code in it by its pieces.
    pub(super) fn interpolated(&self, wanted: &[Tree], at: u32, way: &Way) -> Vec<Way> {
        if !self.forest.kind(at).string || !self.forest.is_template(at) {
            return Vec::new();
        }
        if let [Tree::Ellipsis(name)] = wanted {
            let (range, written) = (self.forest.range(at), self.forest.text_of(at));
            let content = inside(written);
            let start = range.start + offset(written, content);
            return match name {
                Some(name) => self.bind(name, start..start + content.len(), way),
                None => vec![way.clone()],
            };
        }
        self.forest
            .pieces(at)
            .map_or_else(Vec::new, |own| self.pieces(wanted, &own, way))
    }

    fn pieces(&self, wanted: &[Tree], own: &[Piece], way: &Way) -> Vec<Way> {
        if !self.spend() {
            return Vec::new();
        }
        let Some((first, rest)) = wanted.split_first() else {
            return if own.is_empty() {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        };
        if let Tree::Ellipsis(_) = first {
            let mut ways = Vec::new();
            for skipped in 0..=own.len() {
                self.add(&mut ways, self.pieces(rest, &own[skipped..], way));
            }
            return ways;
        }
        let Some((piece, behind)) = own.split_first() else {
            return Vec::new();
        };
        let first = match (first, piece) {
            (Tree::Text(Content::Exactly(text)), Piece::Text(range)) => {
                let same = self.forest.text.get(range.clone()) == Some(text.as_slice());
                if same { vec![way.clone()] } else { Vec::new() }
            }
            (Tree::Text(Content::Metavariable(name)), Piece::Text(range)) => {
                self.bind(name, range.clone(), way)
            }
            (_, Piece::Text(_)) => Vec::new(),
            (Tree::Metavariable(name), Piece::Name(range)) => self.bind(name, range.clone(), way),
            (Tree::Leaf(word, _), Piece::Name(range)) => {
                let same = self.forest.text.get(range.clone()) == Some(word.as_bytes());
                if same { vec![way.clone()] } else { Vec::new() }
            }
            (_, Piece::Name(_)) => Vec::new(),
            (tree, Piece::Item(item)) => self.tree(tree, *item, way),
        };
        self.each(&first, |way| self.pieces(rest, behind, way))
    }

    /// The texts around the code in strings, which a pattern that is nothing but a string stands for as well.
    pub(super) fn fragments(&self, wanted: &Content, found: &mut Vec<Found>) {
        let count = u32::try_from(self.forest.items.len()).unwrap_or(u32::MAX);
        for at in 0..count {
            if !self.forest.kind(at).string || !self.forest.has_interpolation(at) {
                continue;
            }
            for piece in self.forest.pieces(at).unwrap_or_default() {
                let Piece::Text(range) = piece else { continue };
                let text = self.forest.text.get(range.clone()).unwrap_or_default();
                let fits = match wanted {
                    Content::Any | Content::Metavariable(_) => true,
                    Content::Exactly(exact) => exact == text,
                    Content::Like(regex) => crate::rule::expression::matches(regex, text),
                    Content::Value(_) => false,
                };
                if !fits {
                    continue;
                }
                let mut bindings = Bindings::default();
                if let Content::Metavariable(name) = wanted
                    && name != "_"
                {
                    bindings.0.push((name.clone(), range.clone()));
                }
                found.push(Found {
                    range,
                    bindings,
                    sequence: false,
                });
            }
        }
    }
}
