//! Functions, in all the ways in which a language writes them: name, parameters and body say what they are.

use super::compile::{Children, Tree};
use super::matcher::{Found, Matcher, Way};
use crate::rule::pattern::Bindings;

impl Matcher<'_> {
    /// A definition that has decorators where the pattern has none.
    pub(super) fn undecorated(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.name_of(self.forest.item(at).kind) != "decorated_definition" {
            return None;
        }
        let definition = self.forest.child_by_field(at, &["definition"])?;
        let tree = Tree::Node {
            kind: wanted,
            children: children.to_vec(),
            parts: None,
        };
        Some(self.tree(&tree, definition, way))
    }

    /// Statements in braces, or one without them.
    pub(super) fn body(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
        if let Tree::Node { kind, children, .. } = wanted
            && self.pattern.kinds.get(*kind).block
        {
            let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
            if matches!(trees.as_slice(), [(_, Tree::Ellipsis(None))]) {
                return vec![way.clone()];
            }
            if self.forest.kind(at).block {
                return self.sequence(&trees, &self.forest.children(at), way, true, false);
            }
            return self.sequence(&trees, &[at], way, true, false);
        }
        self.tree(wanted, at, way)
    }

    /// Functions with and without a name, methods and arrows: name, parameters and body say what they are.
    pub(super) fn function(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Vec<Way> {
        const NAMED: [&str; 6] = [
            "function_declaration",
            "generator_function_declaration",
            "method_definition",
            "method_declaration",
            "constructor_declaration",
            "function_signature",
        ];
        let own = self.name_of(self.forest.item(at).kind);
        let is_declared = NAMED.contains(&self.name_of(wanted));
        let name = self.by_field(children, &["name"]);
        // `function ...() {}` has any name or none.
        let of_any_name = matches!(name, Some(Tree::Ellipsis(_)));
        if is_declared != NAMED.contains(&own) && !of_any_name {
            return Vec::new();
        }
        let mut ways = vec![way.clone()];
        if is_declared
            && !of_any_name
            && let Some(name) = name
        {
            let Some(child) = self.forest.child_by_field(at, &["name"]) else {
                return Vec::new();
            };
            ways = self.each(&ways, |way| self.tree(name, child, way));
        }
        self.each(&ways, |way| self.signature(children, at, way))
    }

    /// A function but for its name.
    pub(super) fn signature(&self, children: &Children, at: u32, way: &Way) -> Vec<Way> {
        let word = |word: &str| {
            children
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Leaf(text, _) if text == word))
        };
        let has_word = |word: &str| {
            let mut own = self.forest.children(at).into_iter();
            own.any(|child| self.forest.text_of(child) == word.as_bytes())
        };
        if ["async", "static", "get", "set", "*"]
            .iter()
            .any(|modifier| word(modifier) && !has_word(modifier))
        {
            return Vec::new();
        }
        let mut ways = vec![way.clone()];
        if let Some(receiver) = self.by_field(children, &["receiver"]) {
            let Some(own) = self.forest.child_by_field(at, &["receiver"]) else {
                return Vec::new();
            };
            ways = self.each(&ways, |way| self.tree(receiver, own, way));
        }
        let decorators = children.iter().filter(|(_, tree)| {
            matches!(tree, Tree::Node { kind, .. } if ["decorator", "modifiers"].contains(&self.name_of(*kind)))
        });
        for (_, decorator) in decorators {
            ways = self.each(&ways, |way| {
                let own = self.forest.children(at).into_iter();
                own.flat_map(|child| self.tree(decorator, child, way))
                    .collect()
            });
        }
        if let Some(parameters) = self.by_field(children, &["parameters", "parameter"]) {
            let Some(own) = self.forest.child_by_field(at, &["parameters", "parameter"]) else {
                return Vec::new();
            };
            let trees: Vec<(u16, &Tree)> = match parameters {
                Tree::Node { kind, children, .. } if self.pattern.kinds.get(*kind).list => {
                    children.iter().map(|(_, tree)| (0, tree)).collect()
                }
                tree => vec![(0, tree)],
            };
            // Brackets around nothing are a leaf.
            let trees: Vec<(u16, &Tree)> = trees
                .into_iter()
                .filter(|(_, tree)| !matches!(tree, Tree::Leaf(word, _) if word.starts_with('(')))
                .collect();
            let items = if self.forest.kind(own).list {
                self.forest.children(own)
            } else {
                vec![own]
            };
            ways = self.each(&ways, |way| {
                self.sequence(&trees, &items, way, false, false)
            });
        }
        if let Some(result) = self.by_field(children, &["return_type", "type"]) {
            let Some(own) = self.forest.child_by_field(at, &["return_type", "type"]) else {
                return Vec::new();
            };
            ways = self.each(&ways, |way| self.tree(result, own, way));
        }
        match (
            self.by_field(children, &["body"]),
            self.forest.child_by_field(at, &["body"]),
        ) {
            (Some(Tree::Leaf(..)), Some(own)) => {
                let empty = self.forest.is_leaf(own);
                if empty { ways } else { Vec::new() }
            }
            (Some(body), Some(own)) => {
                let given = self.given_back(body, own);
                self.each(&ways, |way| match given {
                    Some(value) => self.tree(body, value, way),
                    None => self.body(body, own, way),
                })
            }
            (None, _) => ways,
            (Some(_), None) => Vec::new(),
        }
    }

    /// `x => x.y` against `x => { return x.y; }`: what the only statement gives back.
    fn given_back(&self, body: &Tree, own: u32) -> Option<u32> {
        let plain = match body {
            Tree::Node { kind, .. } => !self.pattern.kinds.get(*kind).block,
            _ => false,
        };
        if !plain || !self.forest.kind(own).block {
            return None;
        }
        let children = self.forest.children(own);
        let [only] = children.as_slice() else {
            return None;
        };
        if self.forest.kind_name(*only) != "return_statement" {
            return None;
        }
        self.forest
            .children(*only)
            .into_iter()
            .find(|child| self.forest.item(*child).named)
    }

    /// `return $X` also stands for what an arrow or a lambda gives back.
    pub(super) fn returned(&self, tree: &Tree, found: &mut Vec<Found>) {
        let Tree::Node { kind, children, .. } = tree else {
            return;
        };
        if !["return_statement", "return_expression"].contains(&self.name_of(*kind)) {
            return;
        }
        let Some((_, value)) = children
            .iter()
            .find(|(_, tree)| !matches!(tree, Tree::Leaf(..)))
        else {
            return;
        };
        let start = Way {
            bindings: Bindings::default(),
            end: 0,
        };
        for at in 0..u32::try_from(self.forest.items.len()).unwrap_or(u32::MAX) {
            if self.gives_back() {
                for given in self.given_back_by(at) {
                    for way in self.tree(value, given, &start) {
                        found.push(Found {
                            range: self.forest.range(given),
                            bindings: way.bindings,
                            sequence: false,
                        });
                    }
                }
                continue;
            }
            let name = self.name_of(self.forest.item(at).kind);
            if name != "arrow_function" && name != "lambda" {
                continue;
            }
            let Some(body) = self.forest.child_by_field(at, &["body"]) else {
                continue;
            };
            if self.forest.kind(body).block {
                continue;
            }
            for way in self.tree(value, body, &start) {
                found.push(Found {
                    range: self.forest.range(body),
                    bindings: way.bindings,
                    sequence: false,
                });
            }
        }
    }
}
