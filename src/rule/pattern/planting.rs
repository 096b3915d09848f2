//! Copies a syntax tree into a forest, and leaves out what never matters.

use std::ops::Range;

use tree_sitter::{Node, TreeCursor};

use super::docker;
use super::forest::{Forest, Item};
use super::kinds::Kind;
use super::markup::is_markup;

impl Forest<'_> {
    /// Plain text is one block without anything in it.
    pub(super) fn push_whole(&mut self, root: Node<'_>) {
        self.items.push(Item {
            kind: self.kinds.get(root.kind_id()).canonical,
            field: 0,
            parent: u32::MAX,
            end: 1,
            start_byte: 0,
            end_byte: self.text.len(),
            named: true,
            optional: false,
        });
    }

    pub(super) fn fill(&mut self, mut cursor: TreeCursor<'_>) {
        // What stands open: the item (none where the node was left out, with the field it passes on).
        let mut open: Vec<(Option<u32>, u16)> = Vec::new();
        loop {
            let node = cursor.node();
            let kind = self.kinds.get(node.kind_id());
            let passed = open
                .last()
                .map_or(0, |(item, field)| if item.is_none() { *field } else { 0 });
            let field = match passed {
                0 => cursor.field_id().map_or(0, std::num::NonZero::get),
                passed => passed,
            };
            let missing = node.is_missing()
                || (node.start_byte() == node.end_byte() && node.child_count() == 0);
            let skip = (kind.dropped && !self.tells(node, &open))
                || missing
                || (node.kind() == "CharData" && self.is_blank(node));
            // `::f` and `\f` are `f`.
            let from_top = kind.member
                && node
                    .child(0)
                    .is_some_and(|first| matches!(first.kind(), "::" | "\\"));
            // `address[]` is no `address`.
            let array = node.kind() == "type_name" && node.child_count() > 1;
            let transparent =
                (kind.parentheses || from_top) && self.holds_one(node) && !array || kind.spread;
            if skip && node.kind() == "anchor" {
                // It stands before the next item, or before a tag and the item that holds both.
                let next = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
                let around = open.last().and_then(|(item, _)| *item);
                let anchored = around.unwrap_or(next);
                self.anchors.push((node.byte_range(), anchored));
            }
            let mut entered = false;
            if !skip {
                let item = if transparent {
                    None
                } else {
                    Some(self.push(node, kind, field, &open))
                };
                let filled = item.is_some_and(|item| self.fill_from_text(node, item));
                if !filled && cursor.goto_first_child() {
                    open.push((item, field));
                    entered = true;
                }
            }
            if entered {
                continue;
            }
            while !cursor.goto_next_sibling() {
                let Some((item, _)) = open.pop() else {
                    return;
                };
                if let Some(item) = item {
                    let end = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
                    self.items[item as usize].end = end;
                }
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    fn is_blank(&self, node: Node<'_>) -> bool {
        let text = self.text.get(node.byte_range()).unwrap_or_default();
        text.trim_ascii().is_empty()
    }

    /// Whether a node holds one thing, comments and anchors aside.
    fn holds_one(&self, node: Node<'_>) -> bool {
        let count = node.named_child_count();
        if count < 2 {
            return count == 1;
        }
        let mut cursor = node.walk();
        let told = node
            .named_children(&mut cursor)
            .filter(|child| !self.kinds.get(child.kind_id()).dropped);
        told.take(2).count() == 1
    }

    /// Fills an item of a Dockerfile from its text, where its grammar does not say what stands in it.
    fn fill_from_text(&mut self, node: Node<'_>, item: u32) -> bool {
        if self.language.name != "dockerfile" {
            return false;
        }
        let range = self.range(item);
        let bytes = self.text.get(range.clone()).unwrap_or_default();
        let Ok(text) = std::str::from_utf8(bytes) else {
            return false;
        };
        let word = self.grammar.id_for_node_kind("unquoted_string", true);
        let string = self.grammar.id_for_node_kind("double_quoted_string", true);
        let shift = |inner: &Range<usize>| range.start + inner.start..range.start + inner.end;
        if node.kind() == "shell_command" {
            let kind = self.item(item).kind;
            for piece in docker::shell(text) {
                match piece {
                    docker::Piece::Operator(inner) => {
                        self.push_text(word, item, shift(&inner));
                    }
                    docker::Piece::Command(words) => {
                        let (Some((first, _)), Some((last, _))) = (words.first(), words.last())
                        else {
                            continue;
                        };
                        let command = self.push_text(kind, item, shift(&(first.start..last.end)));
                        let mut leads = true;
                        for (inner, is_string) in &words {
                            let kind = if *is_string { string } else { word };
                            let own = self.push_text(kind, command, shift(inner));
                            leads &= docker::sets(&text[inner.clone()]);
                            self.items[own as usize].optional = leads;
                        }
                        self.close(command);
                    }
                }
            }
        } else if let Some(texts) = docker::inner(node.kind(), text) {
            for inner in texts.iter().filter(|inner| !inner.is_empty()) {
                self.push_text(word, item, shift(inner));
            }
        } else {
            return false;
        }
        self.close(item);
        true
    }

    /// An item for a text that is no node.
    fn push_text(&mut self, kind: u16, parent: u32, range: Range<usize>) -> u32 {
        let index = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items.push(Item {
            kind: self.kinds.get(kind).canonical,
            field: 0,
            parent,
            end: index + 1,
            start_byte: range.start,
            end_byte: range.end,
            named: true,
            optional: false,
        });
        index
    }

    /// Ends an item behind the last one.
    fn close(&mut self, item: u32) {
        let end = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.items[item as usize].end = end;
    }

    /// Whether a token that is dropped elsewhere tells two things apart here: `a[1:]` and `a[:1]`.
    fn tells(&self, node: Node<'_>, open: &[(Option<u32>, u16)]) -> bool {
        let parent = open.last().and_then(|(item, _)| *item);
        let is_test = parent.is_some_and(|item| self.kind_name(item) == "test_command");
        if is_test && ["[", "[["].contains(&node.kind()) {
            return true;
        }
        let within = match node.kind() {
            ":" => "slice",
            "[" => "delete_expression",
            _ => return false,
        };
        matches!(open.last(), Some((Some(item), _)) if self.kind_name(*item) == within)
    }

    fn push(&mut self, node: Node<'_>, kind: Kind, field: u16, open: &[(Option<u32>, u16)]) -> u32 {
        let index = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let parent = open
            .iter()
            .rev()
            .find_map(|(item, _)| *item)
            .unwrap_or(u32::MAX);
        if let Some((list, field)) = self.list_of_one(node, field) {
            self.items.push(Item {
                kind: list,
                field,
                parent,
                end: index + 2,
                start_byte: node.start_byte(),
                end_byte: node.end_byte(),
                named: true,
                optional: false,
            });
            return self.push_item(node, kind, 0, index);
        }
        self.push_item(node, kind, field, parent)
    }

    /// `x => x` is `(x) => x`: the kind of the list of parameters that is not written, and its field.
    fn list_of_one(&self, node: Node<'_>, field: u16) -> Option<(u16, u16)> {
        let alone = node.child_count() == 0
            && self.kinds.field(field) == "parameter"
            && matches!(self.language.name, "javascript" | "typescript" | "tsx");
        if !alone || node.parent()?.kind() != "arrow_function" {
            return None;
        }
        let list = self.grammar.id_for_node_kind("formal_parameters", true);
        let field = self.grammar.field_id_for_name("parameters")?.get();
        Some((self.kinds.get(list).canonical, field))
    }

    fn push_item(&mut self, node: Node<'_>, kind: Kind, field: u16, parent: u32) -> u32 {
        let index = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        let by_field = self.kinds.is_optional_field(field);
        let (mut start, mut end) = (node.start_byte(), node.end_byte());
        if self.language.name == "hcl" && kind.members {
            // What a block holds begins at its bracket.
            let bracket = |node: &Node<'_>, name: &str| node.kind() == name;
            if let Some(open) = node
                .prev_sibling()
                .filter(|node| bracket(node, "block_start"))
            {
                start = open.start_byte();
            }
            if let Some(close) = node
                .next_sibling()
                .filter(|node| bracket(node, "block_end"))
            {
                end = close.end_byte();
            }
        }
        if kind.string && is_markup(self.language) {
            let text = self.text.get(start..end).unwrap_or_default();
            start += text.len() - text.trim_ascii_start().len();
        }
        self.items.push(Item {
            kind: kind.canonical,
            field,
            parent,
            end: index + 1,
            start_byte: start,
            end_byte: trimmed_end(self.text, start, end),
            named: node.is_named(),
            optional: kind.optional
                || self.says_nothing(node, parent)
                || by_field
                || self.is_type_of_variable(node, field, parent),
        });
        index
    }

    /// A word before something that a pattern need not say, and lists of arguments that say nothing.
    fn says_nothing(&self, node: Node<'_>, parent: u32) -> bool {
        if parent == u32::MAX {
            return false;
        }
        match (self.language.name, node.kind(), self.kind_name(parent)) {
            ("python", "from", "raise_statement") | ("rust", "for", "impl_item") => true,
            ("javascript" | "typescript" | "tsx", "const" | "let" | "var", "for_in_statement") => {
                true
            }
            ("csharp", "argument_list", "object_creation_expression") => {
                node.named_child_count() == 0
            }
            // The type of a parameter.
            ("php", kind, "simple_parameter") => kind.ends_with("_type"),
            // The type that a function gives.
            ("kotlin", kind, "function_declaration") => kind.ends_with("_type"),
            // What else there is.
            ("kotlin", _, "if_expression") => node
                .prev_sibling()
                .is_some_and(|word| word.kind() == "else"),
            ("solidity", _, "if_statement") => node
                .parent()
                .filter(|around| around.kind() == "statement")
                .unwrap_or(node)
                .prev_sibling()
                .is_some_and(|word| word.kind() == "else"),
            _ => false,
        }
    }

    /// The type of a variable, which a pattern need not say.
    fn is_type_of_variable(&self, node: Node<'_>, field: u16, parent: u32) -> bool {
        if parent == u32::MAX {
            return false;
        }
        let variable = self.kind(parent);
        let said = self.kinds.field(field) == "type"
            && matches!(
                self.language.name,
                "rust" | "python" | "scala" | "go" | "typescript" | "tsx"
            );
        let said = said
            || (self.kinds.field(field) == "type" && self.kind_name(parent) == "default_parameter");
        (said && (variable.declarator || variable.assignment || variable.parameter))
            || (self.kind_name(parent) == "variable_declaration"
                && self.language.name == "kotlin"
                && node.kind().ends_with("_type"))
    }
}

/// Some grammars count the line end to the node.
fn trimmed_end(text: &[u8], start: usize, end: usize) -> usize {
    let bytes = text.get(start..end).unwrap_or_default();
    let kept = bytes.trim_ascii_end().len();
    if kept == 0 { end } else { start + kept }
}
