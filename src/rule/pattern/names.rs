//! What the names of a file mean: dotted names by the file's imports, and metavariables by their types.

use std::ops::Range;

use tree_sitter::Node;

use super::dotted::{self, Dotted};
use super::forest::Forest;
use super::imported::Imports;
use super::imports;
use super::scopes::{self, Scopes};
use super::types::Types;

/// What the names of a file mean.
#[derive(Default)]
pub(in crate::rule) struct Names {
    imports: Imports,
    types: Types,
    scopes: Scopes,
    suffixes: bool,
}

impl Names {
    pub(in crate::rule) fn read(root: Node<'_>, forest: &Forest<'_>, with_types: bool) -> Self {
        Self {
            imports: Imports::read(root, forest),
            types: if with_types {
                Types::read(forest)
            } else {
                Types::default()
            },
            scopes: Scopes::default(),
            suffixes: imports::suffixes(forest.language),
        }
    }

    pub(super) fn suffixes(&self) -> bool {
        self.suffixes
    }

    /// Whether a name could be a member of something that is imported as a whole.
    pub(super) fn is_of_wildcard(&self, words: &[String]) -> bool {
        self.imports
            .wildcards
            .iter()
            .any(|path| words.len() == path.len() + 1 && words.starts_with(path))
    }

    /// Whether what stands here can mean something with this last word: a quick look, which most places do not pass.
    pub(super) fn can_end(&self, forest: &Forest<'_>, at: u32, word: &str) -> bool {
        let text = forest.text_of(at);
        text.ends_with(word.as_bytes())
            // A call has its arguments behind its name.
            || text.ends_with(b")")
            || forest.kind(at).call
            || self.imports.renamed.contains(word)
    }

    /// What a name or dotted name can mean, each with the item of its last word: what imports say, and what is written,
    /// where it fits.
    pub(super) fn meanings(
        &self,
        forest: &Forest<'_>,
        at: u32,
        fits: &dyn Fn(&[String]) -> bool,
    ) -> Vec<(Vec<String>, u32)> {
        let Some(dotted) = self.used(forest, at) else {
            return Vec::new();
        };
        let last = dotted.last;
        let mut meanings: Vec<(Vec<String>, u32)> = self
            .imported(forest, at, &dotted, fits)
            .into_iter()
            .map(|words| (words, last))
            .collect();
        if dotted.words.len() > 1 && !dotted.required && fits(&dotted.words) {
            meanings.push((dotted.words, last));
        }
        meanings
    }

    /// Whether a node is a name, a dotted name or a call that means one of these things. What is only written like one of
    /// them, but is something else in the file, is not.
    pub(in crate::rule) fn resolve(
        &self,
        forest: &Forest<'_>,
        range: &Range<usize>,
        wanted: &[Vec<String>],
    ) -> bool {
        let mut at = dotted::callee(forest, innermost(forest, forest.at_range(range)));
        // The last word of a dotted name stands for all of it.
        while let Some(whole) = whole_name(forest, at) {
            at = whole;
        }
        let Some(dotted) = self.used(forest, at) else {
            return false;
        };
        let means = |words: &[String]| {
            wanted
                .iter()
                .any(|one| one == words || (self.suffixes && words.ends_with(one)))
        };
        if !self.imported(forest, at, &dotted, &means).is_empty() {
            return true;
        }
        if dotted.required || !means(&dotted.words) {
            return false;
        }
        let head = dotted.words.first().map_or("", String::as_str);
        let known = self.imports.aliases.get(head);
        let place = forest.item(at).start_byte;
        let elsewhere = known.is_some_and(|all| all.iter().any(|one| one.scope.contains(&place)));
        !elsewhere && !self.scopes.hide(forest, at, &dotted, None, &[])
    }

    /// A dotted name where it is used, not where it is given.
    fn used(&self, forest: &Forest<'_>, at: u32) -> Option<Dotted> {
        let item = forest.item(at);
        let text = item.parent != u32::MAX && forest.kind(item.parent).string;
        if !item.named || text && forest.is_leaf(at) || scopes::is_given(forest, at) {
            return None;
        }
        dotted::read(forest, at)
    }

    /// What imports say that a dotted name means, where it fits.
    fn imported(
        &self,
        forest: &Forest<'_>,
        at: u32,
        dotted: &Dotted,
        fits: &dyn Fn(&[String]) -> bool,
    ) -> Vec<Vec<String>> {
        let mut words = Vec::new();
        if dotted.required {
            words.push(dotted.words.clone());
            words.retain(|words| fits(words));
            return words;
        }
        let Some((head, rest)) = dotted.words.split_first() else {
            return words;
        };
        let place = forest.item(at).start_byte;
        match self.imports.aliases.get(head) {
            Some(all) => {
                for one in all.iter().filter(|one| one.scope.contains(&place)) {
                    let meaning = [one.path.as_slice(), rest].concat();
                    if fits(&meaning) && !self.scopes.hide(forest, at, dotted, Some(one), all) {
                        words.push(meaning);
                    }
                }
            }
            None => {
                for path in &self.imports.wildcards {
                    let meaning = [path.as_slice(), &dotted.words].concat();
                    if fits(&meaning) && !self.scopes.hide(forest, at, dotted, None, &[]) {
                        words.push(meaning);
                    }
                }
            }
        }
        if !words.is_empty() && self.declares(forest, at) {
            words.clear();
        }
        words
    }

    /// Whether an item stands in the import that gives it its meaning.
    fn declares(&self, forest: &Forest<'_>, at: u32) -> bool {
        let mut around = forest.item(at).parent;
        while around != u32::MAX {
            let kind = forest.kind_name(around);
            if kind.contains("import") || kind.contains("use_") || kind.contains("using") {
                return true;
            }
            around = forest.item(around).parent;
        }
        false
    }

    /// Where the type of what stands in a place is written, as far as the file tells.
    pub(super) fn type_place(
        &self,
        forest: &Forest<'_>,
        range: &Range<usize>,
    ) -> Option<Range<usize>> {
        self.types.place(forest, range)
    }

    /// Whether what stands in a place is of a type, as far as the file tells.
    pub(super) fn has_type(&self, forest: &Forest<'_>, range: &Range<usize>, wanted: &str) -> bool {
        let alias = |known: &str, wanted: &str| {
            let imports = self.imports.aliases.get(known);
            imports.is_some_and(|all| {
                all.iter()
                    .any(|one| one.path.last().is_some_and(|last| last == wanted))
            })
        };
        self.types.has(forest, range, wanted, &alias)
    }
}

/// The innermost item of a place: a statement that is one call, and the call, are one.
fn innermost(forest: &Forest<'_>, at: u32) -> u32 {
    let mut at = at;
    loop {
        let kind = forest.kind(at);
        match forest.children(at).as_slice() {
            [only]
                if !kind.call
                    && !kind.member
                    && forest.range(*only).start == forest.range(at).start =>
            {
                at = *only;
            }
            _ => return at,
        }
    }
}

/// The dotted name of which an item is the last word.
fn whole_name(forest: &Forest<'_>, at: u32) -> Option<u32> {
    let parent = forest.item(at).parent;
    if parent == u32::MAX {
        return None;
    }
    if let Some((object, name)) = dotted::split_callee(forest, parent) {
        return (name == at && object.is_some()).then_some(parent);
    }
    let children = forest.children(parent);
    (forest.kind(parent).member && children.len() > 1 && children.last() == Some(&at))
        .then_some(parent)
}

#[cfg(test)]
mod tests {
    use super::Names;
    use crate::language;
    use crate::rule::pattern::{Forest, resolving};

    /// What the imports of a text say that the dotted names in it mean, as a person would write it.
    fn meanings(language: &str, text: &str) -> Vec<String> {
        let language = language::by_name(language).expect("it is built in");
        let mut parser = tree_sitter::Parser::new();
        parser
            .set_language(&language.grammar())
            .expect("the grammar loads");
        let tree = parser.parse(text, None).expect("it parses");
        let forest = Forest::new(tree.root_node(), language, text.as_bytes());
        let names = Names::read(tree.root_node(), &forest, true);
        let mut all = Vec::new();
        for at in 0..u32::try_from(forest.items.len()).expect("a small text") {
            let found = names.meanings(&forest, at, &|_| true);
            all.extend(found.into_iter().map(|(words, _)| words.join(".")));
            names.resolve(&forest, &forest.range(at), &[vec!["a".to_owned()]]);
        }
        all.sort();
        all.dedup();
        all
    }

    /// Whatever stands in a file, cut off anywhere, can be asked what it means.
    #[test]
    fn every_name_of_every_sample_can_be_asked_for() {
        for language in resolving().map(|name| language::by_name(name).expect("it is built in")) {
            let sample = language.sample;
            for end in (0..=sample.len()).step_by(37) {
                let words = meanings(
                    language.name,
                    &String::from_utf8_lossy(&sample.as_bytes()[..end]),
                );
                assert!(
                    words.iter().all(|words| !words.is_empty()),
                    "{}",
                    language.name
                );
            }
        }
    }

    /// Rust's nested lists, Scala's selectors and Python's variables, as paths.
    #[test]
    fn paths_are_put_together() {
        for (language, text, expected) in [
            (
                "rust",
                "use a::{b::{self as x, c}, d as e}; fn f() { x(); c(); e(); }",
                "a.b a.b.c a.d",
            ),
            (
                "scala",
                "import a.b.{c => x, d}\nobject O { x(1); d(1) }",
                "a.b.c a.b.d",
            ),
            ("python", "import a\nb = a.b\nc = b.c\nc()", "a.b a.b.c"),
            (
                "php",
                "<?php use A\\{B, C as D}; new B(); new D();",
                "A.B A.C",
            ),
            (
                "javascript",
                "const { a: { b } } = require('m'); b();",
                "m.a.b",
            ),
        ] {
            let found = meanings(language, text);
            for path in expected.split(' ') {
                assert!(
                    found.contains(&path.to_owned()),
                    "{language}: {path} is not in {found:?}"
                );
            }
        }
    }
}
