//! `const { a } = require("m")` of JavaScript is `import { a } from "m"`.

use super::compile::{Children, Tree};
use super::matcher::{Matcher, Way};

impl Matcher<'_> {
    /// An import of a pattern against a variable that is given a required module; none where it is given something else.
    pub(super) fn required_module(
        &self,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let source = self.by_field(children, &["source"])?;
        let (name, value) = (
            self.forest.child_by_field(at, &["name"])?,
            self.forest.child_by_field(at, &["value"])?,
        );
        let callee = self.forest.child_by_field(value, &["function"])?;
        let arguments = self.forest.child_by_field(value, &["arguments"])?;
        let [module] = self.forest.children(arguments)[..] else {
            return None;
        };
        if self.forest.text_of(callee) != b"require" || !self.forest.kind(module).string {
            return None;
        }
        let mut ways = self.below_path(source, module, way);
        for tree in self.imported_names(children) {
            ways = self.each(&ways, |way| self.named_as(tree, name, way));
        }
        Some(ways)
    }

    /// What an import of a pattern calls the things that it imports.
    fn imported_names<'t>(&self, children: &'t Children) -> Vec<&'t Tree> {
        let mut names = Vec::new();
        for (field, tree) in children {
            match tree {
                Tree::Metavariable(_) if *field == 0 => names.push(tree),
                Tree::Node { kind, children, .. } if self.name_of(*kind) == "import_clause" => {
                    names.extend(children.iter().map(|(_, tree)| tree));
                }
                _ => {}
            }
        }
        names
    }

    /// A part of an import clause against what a variable is called, or what is taken out of it.
    fn named_as(&self, wanted: &Tree, name: u32, way: &Way) -> Vec<Way> {
        let taken = self.forest.kind_name(name) == "object_pattern";
        match wanted {
            Tree::Node { kind, children, .. } if self.name_of(*kind) == "named_imports" => {
                if !taken {
                    return Vec::new();
                }
                let names = children
                    .iter()
                    .filter(|(_, tree)| !matches!(tree, Tree::Ellipsis(_)));
                let mut ways = vec![way.clone()];
                for (_, tree) in names {
                    ways = self.each(&ways, |way| {
                        let own = self.forest.children(name).into_iter();
                        own.flat_map(|own| self.taken(tree, own, way)).collect()
                    });
                }
                ways
            }
            Tree::Node { kind, children, .. } if self.name_of(*kind) == "namespace_import" => {
                match children.last() {
                    Some((_, tree)) if !taken => self.tree(tree, name, way),
                    _ => Vec::new(),
                }
            }
            tree if !taken => self.tree(tree, name, way),
            _ => Vec::new(),
        }
    }

    /// `a` or `a as b` against `a` or `a: b`.
    fn taken(&self, wanted: &Tree, own: u32, way: &Way) -> Vec<Way> {
        let words: Vec<&Tree> = match wanted {
            Tree::Node { children, .. } => {
                let named = |(_, tree): &&(u16, Tree)| !matches!(tree, Tree::Leaf(_, false));
                children
                    .iter()
                    .filter(named)
                    .map(|(_, tree)| tree)
                    .collect()
            }
            tree => vec![tree],
        };
        let parts = self.forest.children(own);
        match (words.as_slice(), parts.as_slice()) {
            ([name], []) => self.word(name, own, way),
            ([name], [key, _]) => self.word(name, *key, way),
            ([name, alias], [key, value]) => {
                let ways = self.word(name, *key, way);
                self.each(&ways, |way| self.word(alias, *value, way))
            }
            _ => Vec::new(),
        }
    }

    fn word(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
        match wanted {
            Tree::Leaf(word, _) if self.forest.text_of(at) == word.as_bytes() => vec![way.clone()],
            Tree::Metavariable(name) => self.bind(name, self.forest.range(at), way),
            _ => Vec::new(),
        }
    }
}
