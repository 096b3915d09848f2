//! Constructs that a language has in several forms, or whose parts stand in no order: what a pattern says of one form
//! holds of the others.

use super::compile::{Children, Content, Tree};
use super::matcher::{Found, Matcher, Way};
use crate::rule::pattern::Bindings;

/// Kinds of which a pattern can match several others.
pub(super) fn any_kind(name: &str) -> bool {
    name.starts_with("jsx_") || name == "expression_list"
}

/// How a construct can match otherwise than by its children in order; none where it is no such construct.
type Form<M> = fn(&M, u16, &Children, u32, &Way) -> Option<Vec<Way>>;

impl Matcher<'_> {
    /// Matches constructs that are more than their children in order; none where this is no such construct.
    pub(super) fn special(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let meaning = self.pattern.kinds.get(wanted);
        let kind = self.forest.kind(at);
        let own = self.forest.item(at).kind;
        let name = self.name_of(wanted);
        if name == "function_definition" || name == "class_definition" {
            return self.undecorated(wanted, children, at, way);
        }
        if meaning.function && kind.function {
            let family = ["javascript", "typescript", "tsx"].contains(&self.forest.language.name);
            return (family || own != wanted || name == "lambda_expression")
                .then(|| self.function(wanted, children, at, way));
        }
        if meaning.for_loop && kind.for_loop {
            let any_header = children
                .iter()
                .filter(|(_, tree)| !matches!(tree, Tree::Leaf(..)))
                .collect::<Vec<_>>();
            if let [(_, Tree::Ellipsis(None)), (_, body)] = any_header.as_slice() {
                let file_body = self
                    .forest
                    .child_by_field(at, &["body"])
                    .or_else(|| self.forest.children(at).last().copied())?;
                return Some(self.body(body, file_body, way));
            }
            return None;
        }
        if meaning.import && kind.import {
            return self.import(wanted, children, at, way);
        }
        // The first that knows the construct decides.
        let forms: [Form<Self>; 9] = [
            Self::whole_callee,
            Self::declared_otherwise,
            Self::one_of_declarators,
            Self::decorated_alike,
            Self::chained,
            Self::annotation,
            Self::handlers,
            Self::any_braces,
            Self::any_statement,
        ];
        let mut forms = forms.iter();
        if let Some(ways) = forms.find_map(|form| form(self, wanted, children, at, way)) {
            return Some(ways);
        }
        if name == "variable_declarator"
            && own == wanted
            && matches!(
                self.by_field(children, &["name"]),
                Some(Tree::Metavariable(_))
            )
            && self
                .forest
                .child_by_field(at, &["name"])
                .is_some_and(|name| self.forest.kind_name(name).ends_with("_pattern"))
        {
            // `const { a } = x` gives no value a name.
            return Some(Vec::new());
        }
        let absent = |kind: &str| {
            let has = |tree: &Tree| matches!(tree, Tree::Node { kind: own, .. } if self.name_of(*own) == kind);
            let own = self.forest.children(at).into_iter();
            !children.iter().any(|(_, tree)| has(tree))
                && own
                    .into_iter()
                    .any(|child| self.forest.kind_name(child) == kind)
        };
        if name == "property_declaration" && own == wanted && absent("multi_variable_declaration") {
            return Some(Vec::new());
        }
        if self.forest.language.name == "bash" {
            return self.shell(wanted, children, at, way);
        }
        if self.forest.language.name == "dockerfile" && own == wanted {
            return self.instruction(children, at, way);
        }
        if name == "attribute_list" && own == wanted {
            let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
            let items = self.forest.children(at);
            return Some(self.unordered(&trees, &items, way, true, false));
        }
        if name == "jsx_expression"
            && kind.string
            && let [(_, inner @ (Tree::Metavariable(_) | Tree::Ellipsis(_)))] = children
        {
            return Some(self.tree(inner, at, way));
        }
        if name == "block_mapping_pair" && own == wanted {
            return self.without_value(children, at, way);
        }
        let element = |name: &str| ["jsx_element", "jsx_self_closing_element"].contains(&name);
        if element(name) && element(self.name_of(own)) {
            return Some(self.element(name, children, at, way));
        }
        if name == "expression_list" && own != wanted && self.forest.language.name == "go" {
            let wanted: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
            let open = wanted
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            return open.then(|| self.sequence(&wanted, &[at], way, false, false));
        }
        None
    }

    /// Braces around anything are a set as well as a dictionary, in Python.
    fn any_braces(&self, wanted: u16, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
        let is_braces = |kind: u16| matches!(self.name_of(kind), "set" | "dictionary");
        let any = matches!(children, [(_, Tree::Ellipsis(None))]);
        (any && is_braces(wanted) && is_braces(self.forest.item(at).kind))
            .then(|| vec![way.clone()])
    }

    /// A key of YAML without a value has the empty one.
    pub(super) fn without_value(
        &self,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let items = self.forest.children(at);
        let ([(_, key), (_, value)], [own]) = (children, items.as_slice()) else {
            return None;
        };
        let end = self.forest.item(at).end_byte;
        let ways = self.tree(key, *own, way);
        Some(match value {
            Tree::Metavariable(name) => self.each(&ways, |way| self.bind(name, end..end, way)),
            Tree::Ellipsis(_) => ways,
            Tree::Text(Content::Exactly(text)) if text.is_empty() => ways,
            _ => Vec::new(),
        })
    }

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

    pub(super) fn by_field<'t>(&self, children: &'t Children, names: &[&str]) -> Option<&'t Tree> {
        let ids: Vec<u16> = names
            .iter()
            .filter_map(|name| self.forest.grammar.field_id_for_name(name))
            .map(std::num::NonZero::get)
            .collect();
        children
            .iter()
            .find(|(field, _)| ids.contains(field))
            .map(|(_, tree)| tree)
    }

    pub(super) fn each(&self, ways: &[Way], more: impl Fn(&Way) -> Vec<Way>) -> Vec<Way> {
        let mut next = Vec::new();
        for way in ways {
            self.add(&mut next, more(way));
        }
        next
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
        if is_declared != NAMED.contains(&own) {
            return Vec::new();
        }
        let mut ways = vec![way.clone()];
        if is_declared && let Some(name) = self.by_field(children, &["name"]) {
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
        if self.name_of(*kind) != "return_statement" {
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

    /// An element by its name, its attributes in any order, and its content where the pattern has some.
    pub(super) fn element(
        &self,
        wanted: &str,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Vec<Way> {
        let no_token = |tree: &&(u16, Tree)| !matches!(tree, (_, Tree::Leaf(_, false)));
        let (head, content): (&Children, Vec<(u16, &Tree)>) = match children {
            [(_, Tree::Node { children: head, .. }), content @ .., _]
                if wanted == "jsx_element" =>
            {
                (head, content.iter().map(|(_, tree)| (0, tree)).collect())
            }
            _ => (children, Vec::new()),
        };
        let closed = self.name_of(self.forest.item(at).kind) == "jsx_self_closing_element";
        let own = self.forest.children(at);
        let own_head = if closed {
            own.clone()
        } else {
            own.first()
                .map_or_else(Vec::new, |open| self.forest.children(*open))
        };
        let mut own_head = own_head
            .into_iter()
            .filter(|child| self.forest.item(*child).named);
        let mut head = head.iter().filter(no_token);
        let mut ways = vec![way.clone()];
        match (head.next(), own_head.next()) {
            (None, None) => {}
            (Some((_, name)), Some(own)) => {
                ways = self.each(&ways, |way| self.tree(name, own, way));
            }
            _ => return Vec::new(),
        }
        let attributes: Vec<(u16, &Tree)> = head.map(|(_, tree)| (0, tree)).collect();
        let own_attributes: Vec<u32> = own_head.collect();
        ways = self.each(&ways, |way| {
            self.unordered(&attributes, &own_attributes, way, true, false)
        });
        if content
            .iter()
            .all(|(_, tree)| matches!(tree, Tree::Ellipsis(None)))
        {
            return ways;
        }
        let own_content: Vec<u32> = match own.as_slice() {
            [_, content @ .., _] if !closed => content
                .iter()
                .copied()
                .filter(|child| !self.forest.text_of(*child).trim_ascii().is_empty())
                .collect(),
            _ => Vec::new(),
        };
        self.each(&ways, |way| {
            self.sequence(&content, &own_content, way, false, false)
        })
    }
}
