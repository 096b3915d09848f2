//! Statements: what a pattern says of one also holds of statements that do it on the way.

use super::compile::Tree;
use super::matcher::{Found, Matcher, Way};

/// How the kinds of statements begin that hold other statements.
const COMPOUND: [&str; 16] = [
    "case",
    "do_statement",
    "expression_switch",
    "for",
    "foreach",
    "if",
    "lock",
    "match",
    "select",
    "switch",
    "synchronized",
    "try",
    "unless",
    "until",
    "while",
    "with",
];

/// Statements that a pattern of an expression with a semicolon does not mean.
const NO_VALUE: [&str; 3] = ["assert_statement", "throw_statement", "throw_expression"];

/// Expressions of which it is not said that their parts are evaluated.
const PERHAPS: [&str; 6] = [
    "array_access",
    "conditional_expression",
    "element_access_expression",
    "subscript",
    "subscript_expression",
    "ternary_expression",
];

impl Matcher<'_> {
    /// A statement; one that is an expression also matches where it is part of a statement that is one.
    pub(super) fn statement(&self, tree: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let mut ways = self.tree(tree, at, way);
        if !ways.is_empty() {
            return ways;
        }
        let (inner, wrapped) = match tree {
            Tree::Node { kind, children, .. }
                if self.pattern.kinds.get(*kind).expression_statement =>
            {
                match children.first() {
                    Some((_, inner)) => (inner, true),
                    None => return ways,
                }
            }
            tree => (tree, false),
        };
        if wrapped && matches!(inner, Tree::Deep(_)) {
            return self.tree(inner, at, way);
        }
        if let Tree::Text(_) | Tree::Interpolated(_) = inner {
            for below in self.expressions_of(at) {
                self.add(&mut ways, self.tree(inner, below, way));
            }
        }
        let Tree::Node { kind, .. } = inner else {
            return ways;
        };
        let meaning = self.pattern.kinds.get(*kind);
        if meaning.assignment {
            let name = self.name_of(self.forest.item(at).kind);
            if COMPOUND.iter().any(|word| name.starts_with(word)) {
                return ways;
            }
            for child in at..self.forest.item(at).end.min(at + 8) {
                let kind = self.forest.kind(child);
                // What a function or a block does is not what this statement does.
                if (kind.definition && !kind.declarator) || (kind.block && child > at) {
                    break;
                }
                if kind.declarator || kind.assignment {
                    self.add(&mut ways, self.tree(inner, child, way));
                    break;
                }
            }
            if wrapped && ways.is_empty() && self.forest.language.name == "csharp" {
                // What an initializer sets.
                for below in self.expressions_of(at) {
                    if self.forest.kind(below).assignment {
                        self.add(&mut ways, self.tree(inner, below, way));
                    }
                }
            }
        } else if wrapped || meaning.call {
            for below in self.expressions_of(at) {
                self.add(&mut ways, self.tree(inner, below, way));
            }
        }
        ways
    }

    /// The statement that evaluates what was found: none where a condition or the head of a loop does.
    pub(super) fn evaluating(&self, found: Found) -> Option<Found> {
        let mut at = self.forest.at_range(&found.range);
        let itself = at;
        loop {
            let (kind, name) = (self.forest.kind(at), self.forest.kind_name(at));
            let parent = self.forest.item(at).parent;
            let compound = COMPOUND.iter().any(|word| name.starts_with(word));
            let perhaps = at != itself && PERHAPS.contains(&name);
            if compound && name != "try_expression" || NO_VALUE.contains(&name) || perhaps {
                return None;
            }
            let body = parent != u32::MAX && self.is_function_body(at) && !kind.block;
            if body && self.is_script() {
                at = parent;
            }
            if body
                || parent == u32::MAX
                || kind.expression_statement
                || self.forest.kind(parent).block
                || self.is_body(at)
                || name == "resource"
            {
                let range = self.forest.range(at);
                return Some(Found { range, ..found });
            }
            if kind.definition || self.forest.kind(parent).definition {
                return None;
            }
            at = parent;
        }
    }

    /// `$S;` is any statement, and a block where one can stand for it.
    pub(super) fn any_statement(
        &self,
        wanted: u16,
        children: &[(u16, Tree)],
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let [(_, Tree::Metavariable(name))] = children else {
            return None;
        };
        let own = self.forest.kind(at);
        if !self.pattern.kinds.get(wanted).expression_statement || own.expression_statement {
            return None;
        }
        let parent = self.forest.item(at).parent;
        let stands_alone = self.is_body(at)
            || (parent != u32::MAX && self.forest.kind(parent).block && !own.block);
        (stands_alone && self.forest.item(at).named)
            .then(|| self.bind(name, self.forest.range(at), way))
    }

    /// What a statement evaluates itself: not the statements in it, but what a lambda in it does.
    pub(super) fn expressions_of(&self, at: u32) -> Vec<u32> {
        const LAMBDAS: [&str; 8] = [
            "lambda",
            "literal",
            "arrow",
            "closure",
            "function_expression",
            "anonymous",
            "do_block",
            "block",
        ];
        let lambda = |item: u32| {
            let name = self.name_of(self.forest.item(item).kind);
            LAMBDAS.iter().any(|part| name.contains(part))
        };
        let mut found = Vec::new();
        let end = self.forest.item(at).end;
        // A condition is no statement.
        let name = self.name_of(self.forest.item(at).kind);
        // Neither is what runs at another time.
        let later = matches!(name, "defer_statement" | "go_statement");
        let compound = later || COMPOUND.iter().any(|word| name.starts_with(word));
        let kind = self.forest.kind(at);
        if compound || ((kind.definition || kind.block) && !lambda(at)) {
            return found;
        }
        // Inside a lambda, statements are looked into.
        let mut free_until = at;
        let mut below = at + 1;
        while below < end {
            let kind = self.forest.kind(below);
            if below >= free_until && kind.definition {
                if !lambda(below) {
                    below = self.forest.item(below).end;
                    continue;
                }
                free_until = self.forest.item(below).end;
            } else if below >= free_until && kind.block {
                below = self.forest.item(below).end;
                continue;
            }
            if PERHAPS.contains(&self.forest.kind_name(below)) {
                found.push(below);
                below = self.forest.item(below).end;
                continue;
            }
            if self.forest.item(below).named {
                found.push(below);
            }
            below += 1;
        }
        found
    }

    /// Statements with those below them, in the order of the text, and whether each is one below.
    pub(super) fn flattened(&self, children: &[u32]) -> Vec<(u32, bool)> {
        let mut all = Vec::new();
        for child in children {
            all.push((*child, false));
            let mut at = child + 1;
            while at < self.forest.item(*child).end {
                let parent = self.forest.item(at).parent;
                if self.forest.item(at).named
                    && self.forest.kind(parent).block
                    && !self.forest.kind(at).block
                {
                    all.push((at, true));
                }
                at += 1;
            }
        }
        all
    }

    /// Where one statement can stand for a block.
    pub(super) fn is_body(&self, at: u32) -> bool {
        let field = self
            .forest
            .grammar
            .field_name_for_id(self.forest.item(at).field);
        let parent = self.forest.item(at).parent;
        let choice = parent != u32::MAX
            && matches!(
                self.forest.kind_name(parent),
                "conditional_expression" | "ternary_expression"
            );
        (matches!(field, Some("body" | "consequence" | "alternative")) && !choice)
            || (parent != u32::MAX
                && (self.forest.kind_name(parent) == "else_clause"
                    || (field.is_none() && self.forest.kind_name(parent) == "if_expression")))
    }

    pub(super) fn is_function_body(&self, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        parent != u32::MAX
            && self.forest.kind(parent).definition
            && (self.forest.kind(at).block || self.forest.field_name(at) == "body")
    }
}
