//! Constructs that a language has in several forms, or whose parts stand in no order: what a pattern says of one form
//! holds of the others.

use super::compile::{Children, Content, Tree};
use super::matcher::{Matcher, Way};

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
        if let Some(ways) = self.declarators(wanted, children, at, way) {
            return Some(ways);
        }
        if name == "function_definition" || name == "class_definition" {
            return self.undecorated(wanted, children, at, way);
        }
        if meaning.element && kind.element {
            return Some(self.markup(children, at, way));
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
        if meaning.import && self.is_script() && name == "import_statement" && kind.declarator {
            return self.required_module(children, at, way);
        }
        // The first that knows the construct decides.
        let forms: [Form<Self>; 13] = [
            Self::made,
            Self::macro_called,
            Self::whole_callee,
            Self::allocation,
            Self::declared_otherwise,
            Self::one_of_declarators,
            Self::decorated_alike,
            Self::chained,
            Self::annotation,
            Self::handlers,
            Self::catches_anything,
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
        if name == "pair" && self.forest.kind_name(at) == "shorthand_property_identifier" {
            // `{ a }` is `{ a: a }`.
            let mut ways = vec![way.clone()];
            for (_, tree) in children {
                ways = self.each(&ways, |way| self.tree(tree, at, way));
            }
            return Some(ways);
        }
        if name == "bool_lit"
            && kind.string
            && let [(_, word)] = children
        {
            return Some(self.tree(word, at, way));
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
        let own = self.forest.item(at).kind;
        if self.is_script() && own == wanted && self.name_of(wanted) == "object" {
            // Properties that are not spoken of do not matter, and `{}` speaks of none.
            return children.is_empty().then(|| vec![way.clone()]);
        }
        let is_list = |kind: u16| matches!(self.name_of(kind), "list" | "list_comprehension");
        if self.forest.language.name == "python" && is_list(wanted) && is_list(own) && own != wanted
        {
            let any = matches!(children, [(_, Tree::Ellipsis(None))]);
            return any.then(|| vec![way.clone()]);
        }
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
            Tree::Text(Content::Any) => ways,
            Tree::Text(Content::Metavariable(name)) => {
                self.each(&ways, |way| self.bind(name, end..end, way))
            }
            _ => Vec::new(),
        })
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
}
