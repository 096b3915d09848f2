//! Children against children: in their order with `...` between, or in any order where order says nothing.

use super::compile::Tree;
use super::matcher::{Matcher, Way};
use super::reader::inside;

impl Matcher<'_> {
    pub(super) fn children(
        &self,
        kind: u16,
        wanted: &[(u16, Tree)],
        at: u32,
        way: &Way,
    ) -> Vec<Way> {
        let meaning = self.pattern.kinds.get(kind);
        let children = self.forest.children(at);
        let wanted: Vec<(u16, &Tree)> = wanted.iter().map(|(field, tree)| (*field, tree)).collect();
        if let Some(ways) = self.cases(&wanted, &children, way) {
            return ways;
        }
        if wanted.is_empty() {
            return if children.iter().all(|child| self.forest.optional(*child)) {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        }
        if self.open_members(kind, &wanted, at) {
            let open = wanted
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            let mut children = children;
            if open && self.forest.language.name == "hcl" {
                children.extend(self.nested_members(at));
            }
            return self.unordered(&wanted, &children, way, true, true);
        }
        if self.keyed_elements(kind, &wanted) {
            let open = wanted
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            return self.unordered(&wanted, &children, way, open, false);
        }
        if meaning.unordered {
            // An object of JavaScript may have more fields than the pattern names.
            let fields = matches!(
                self.forest.language.name,
                "javascript" | "typescript" | "tsx"
            );
            let open = fields
                || wanted
                    .iter()
                    .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            return self.unordered(&wanted, &children, way, open, false);
        }
        if self.forest.field_name(at) == "superclasses"
            || self.name_of(kind) == "delegation_specifiers"
        {
            // A class may have more bases than the pattern names.
            return self.unordered(&wanted, &children, way, true, false);
        }
        if meaning.list && !meaning.block {
            let names: Vec<Option<String>> =
                children.iter().map(|child| self.keyword(*child)).collect();
            let wanted_names: Vec<bool> = wanted
                .iter()
                .map(|(_, tree)| self.is_keyword(tree))
                .collect();
            if names.iter().any(Option::is_some) || wanted_names.contains(&true) {
                let open = wanted
                    .iter()
                    .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
                let (mut named, mut plain) = (Vec::new(), Vec::new());
                for (want, is_named) in wanted.iter().zip(&wanted_names) {
                    if *is_named {
                        named.push(*want)
                    } else {
                        plain.push(*want)
                    }
                }
                let (mut named_children, mut plain_children) = (Vec::new(), Vec::new());
                for (child, name) in children.iter().zip(&names) {
                    if name.is_some() {
                        named_children.push(*child)
                    } else {
                        plain_children.push(*child)
                    }
                }
                // A metavariable may stand for a named argument as a whole.
                let mut ways = Vec::new();
                for way in self.unordered(&named, &named_children, way, open, false) {
                    self.add(
                        &mut ways,
                        self.sequence(&plain, &plain_children, &way, false, false),
                    );
                }
                if named.is_empty() && ways.is_empty() {
                    return self.sequence(&wanted, &children, way, false, false);
                }
                return ways;
            }
        }
        let parts = wanted
            .iter()
            .filter(|(_, tree)| !matches!(tree, Tree::Ellipsis(_)))
            .filter(|(_, tree)| !self.is_then(tree));
        // A branch of Ruby without a statement is no node.
        let own = children
            .iter()
            .filter(|child| self.forest.kind_name(**child) != "then");
        if self.name_of(kind).starts_with("if") && parts.count() > own.count() {
            // The branch that the file lacks could be left open in the pattern, but it is there.
            return Vec::new();
        }
        self.sequence(&wanted, &children, way, meaning.block, false)
    }

    fn is_then(&self, tree: &Tree) -> bool {
        matches!(tree, Tree::Node { kind, .. } if self.name_of(*kind) == "then")
    }

    /// The name of a named argument.
    pub(super) fn keyword(&self, at: u32) -> Option<String> {
        let kind = self.forest.kind(at);
        let key = if kind.keyword {
            self.forest.children(at).first().copied()
        } else {
            let name = self
                .forest
                .grammar
                .node_kind_for_id(self.forest.item(at).kind)?;
            if !matches!(name, "argument" | "value_argument") || self.forest.children(at).len() < 2
            {
                return None;
            }
            self.forest
                .child_by_field(at, &["name"])
                .or_else(|| self.forest.children(at).first().copied())
        };
        Some(String::from_utf8_lossy(inside(self.forest.text_of(key?))).into_owned())
    }

    pub(super) fn is_keyword(&self, tree: &Tree) -> bool {
        let Tree::Node { kind, children, .. } = tree else {
            return false;
        };
        self.pattern.kinds.get(*kind).keyword
            || (children.len() > 1
                && matches!(
                    self.forest.grammar.node_kind_for_id(*kind),
                    Some("argument" | "value_argument")
                ))
    }

    /// Each of the wanted matches another child; the rest is allowed or not.
    pub(super) fn unordered(
        &self,
        wanted: &[(u16, &Tree)],
        children: &[u32],
        way: &Way,
        open: bool,
        statements: bool,
    ) -> Vec<Way> {
        let wanted: Vec<(u16, &Tree)> = wanted
            .iter()
            .copied()
            .filter(|(_, tree)| !matches!(tree, Tree::Ellipsis(_)))
            .collect();
        let Some(((_, first), rest)) = wanted.split_first() else {
            return if open || children.iter().all(|child| self.forest.optional(*child)) {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        };
        let mut ways = Vec::new();
        for (index, child) in children.iter().enumerate() {
            let found = if statements {
                self.statement(first, *child, way)
            } else {
                self.tree(first, *child, way)
            };
            for way in found {
                let others: Vec<u32> = children
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != index)
                    .map(|(_, child)| *child)
                    .collect();
                self.add(
                    &mut ways,
                    self.unordered(rest, &others, &way, open, statements),
                );
            }
        }
        ways
    }

    /// Siblings in their order. `block`: statements, between which `...` also looks into nested blocks. `open`: what
    /// follows the last one is free.
    pub(super) fn sequence(
        &self,
        wanted: &[(u16, &Tree)],
        children: &[u32],
        way: &Way,
        block: bool,
        open: bool,
    ) -> Vec<Way> {
        if !self.spend() {
            return Vec::new();
        }
        let Some(((field, first), rest)) = wanted.split_first() else {
            return if open || children.iter().all(|child| self.forest.optional(*child)) {
                vec![way.clone()]
            } else {
                Vec::new()
            };
        };
        let mut ways = Vec::new();
        if let Tree::Ellipsis(name) = first {
            for skipped in 0..=children.len() {
                if rest.is_empty() && skipped < children.len() {
                    continue;
                }
                let mut way = way.clone();
                if let Some(last) = skipped.checked_sub(1).and_then(|last| children.get(last)) {
                    way.end = way.end.max(self.forest.item(*last).end_byte);
                }
                let bound = match (name, children.get(..skipped)) {
                    (Some(name), Some([first, .., last])) => self.bind(
                        name,
                        self.forest.item(*first).start_byte..self.forest.item(*last).end_byte,
                        &way,
                    ),
                    (Some(name), Some([only])) => self.bind(name, self.forest.range(*only), &way),
                    _ => vec![way],
                };
                for way in bound {
                    self.add(
                        &mut ways,
                        self.sequence(rest, &children[skipped..], &way, block, open || block),
                    );
                }
            }
            if block && !rest.is_empty() {
                // Behind what is nested come the statements around it.
                let all = self.flattened(children);
                let items: Vec<u32> = all.iter().map(|(item, _)| *item).collect();
                let nested = all.iter().enumerate().filter(|(_, (_, below))| *below);
                for (index, _) in nested {
                    self.add(
                        &mut ways,
                        self.sequence(rest, &items[index..], way, false, true),
                    );
                }
            }
            return ways;
        }
        if self.may_be_absent(first) {
            self.add(&mut ways, self.sequence(rest, children, way, block, open));
        }
        let Some((child, others)) = children.split_first() else {
            return ways;
        };
        // What an `if` of Go does first is a statement before it.
        if (block || open)
            && self.forest.language.name == "go"
            && !rest.is_empty()
            && let Some(before) = self.forest.child_by_field(*child, &["initializer"])
        {
            for next in self.statement(first, before, way) {
                self.add(&mut ways, self.sequence(rest, children, &next, block, open));
            }
        }
        let item = self.forest.item(*child);
        if *field == 0 || item.field == 0 || *field == item.field || block {
            for mut next in if block || open {
                self.statement(first, *child, way)
            } else {
                self.tree(first, *child, way)
            } {
                next.end = next.end.max(item.end_byte);
                self.add(&mut ways, self.sequence(rest, others, &next, block, open));
            }
        }
        if self.forest.optional(*child) {
            self.add(&mut ways, self.sequence(wanted, others, way, block, open));
        }
        ways
    }

    /// A list or body that a pattern leaves open can be missing from the file: `foo(...)` of Ruby, `{ ... }` of HCL.
    pub(super) fn may_be_absent(&self, tree: &Tree) -> bool {
        let Tree::Node { kind, children, .. } = tree else {
            return false;
        };
        let meaning = self.pattern.kinds.get(*kind);
        // A function of Solidity without a body is only announced.
        let solidity = self.forest.language.name == "solidity";
        // `new A()` and `new A { ... }` both call the constructor.
        if self.forest.language.name == "csharp"
            && self.name_of(*kind) == "argument_list"
            && children.is_empty()
        {
            return true;
        }
        (meaning.list || meaning.block)
            && !(solidity && self.name_of(*kind) == "function_body")
            && !children.is_empty()
            && children
                .iter()
                .all(|(_, child)| matches!(child, Tree::Ellipsis(None)))
    }

    /// Members of a class, fields of a record, interfaces: what the pattern names is there, and more may be.
    pub(super) fn open_members(&self, kind: u16, wanted: &[(u16, &Tree)], at: u32) -> bool {
        let meaning = self.pattern.kinds.get(kind);
        let parent = self.forest.item(at).parent;
        let around = if parent == u32::MAX {
            ""
        } else {
            self.name_of(self.forest.item(parent).kind)
        };
        let bases = [
            "type_list",
            "class_interface_clause",
            "implements_clause",
            "base_list",
            "base_clause",
        ];
        meaning.members
            || bases.contains(&self.name_of(kind))
            || (around == "class" && self.forest.language.name == "ruby" && meaning.block)
            || (around == "class_definition"
                && self.forest.language.name == "python"
                && (meaning.block || meaning.list)
                && !wanted.is_empty())
    }

    /// The blocks in the blocks of a block, which `...` looks into.
    pub(super) fn nested_members(&self, at: u32) -> Vec<u32> {
        let nested = at + 1..self.forest.item(at).end;
        nested
            .filter(|item| {
                let parent = self.forest.item(*item).parent;
                parent != at
                    && self.name_of(self.forest.item(parent).kind) == "body"
                    && self.name_of(self.forest.item(*item).kind) == "block"
            })
            .collect()
    }

    /// A composite literal whose elements have keys.
    pub(super) fn keyed_elements(&self, kind: u16, wanted: &[(u16, &Tree)]) -> bool {
        let keyed = |tree: &Tree| matches!(tree, Tree::Node { kind, .. } if self.name_of(*kind) == "keyed_element");
        self.name_of(kind) == "literal_value"
            && wanted.iter().any(|(_, tree)| keyed(tree))
            && wanted
                .iter()
                .all(|(_, tree)| keyed(tree) || matches!(tree, Tree::Ellipsis(_)))
    }

    pub(super) fn is_wrapper(&self, kind: u16) -> bool {
        matches!(
            self.forest.grammar.node_kind_for_id(kind),
            Some("argument" | "value_argument" | "expression_list")
        )
    }
}
