//! Forms of calls and declarations that say the same: a callee that is no node, one declarator among several, decorators
//! in whatever order.

use super::compile::{Children, Tree};
use super::dotted;
use super::matcher::{Matcher, Way};

impl Matcher<'_> {
    /// `$F(...)` where a call keeps what it is called on and the name apart: both together are `$F`.
    pub(super) fn whole_callee(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if !self.pattern.kinds.get(wanted).call
            || !self.same_call(wanted, self.forest.item(at).kind)
        {
            return None;
        }
        let (object, name) =
            dotted::split_callee(self.forest, at).or_else(|| self.member_callee(at))?;
        let object = object?;
        if self
            .by_field(children, &["object", "scope", "receiver"])
            .is_some()
        {
            return None;
        }
        let Some(Tree::Metavariable(metavariable)) =
            self.by_field(children, &["method", "name", "function"])
        else {
            return None;
        };
        let rest: Vec<(u16, &Tree)> = children
            .iter()
            .filter(|(_, tree)| !matches!(tree, Tree::Metavariable(name) if name == metavariable))
            .map(|(field, tree)| (*field, tree))
            .collect();
        let others: Vec<u32> = self
            .forest
            .children(at)
            .into_iter()
            .filter(|child| *child != object && *child != name && self.forest.item(*child).named)
            .collect();
        let callee = self.forest.item(object).start_byte..self.forest.item(name).end_byte;
        let ways = self.bind(metavariable, callee, way);
        Some(self.each(&ways, |way| {
            self.sequence(&rest, &others, way, false, false)
        }))
    }

    /// `$F(...)` is also a call of a macro of Rust, whose name ends in `!`.
    pub(super) fn macro_called(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.forest.kind_name(at) != "macro_invocation"
            || self.name_of(wanted) != "call_expression"
        {
            return None;
        }
        let Some(Tree::Metavariable(name)) = self.by_field(children, &["function"]) else {
            return None;
        };
        let Some(Tree::Node { children, .. }) = self.by_field(children, &["arguments"]) else {
            return None;
        };
        let own = self.forest.children(at);
        let tokens = own.last()?;
        let start = self.forest.item(at).start_byte;
        let before = self
            .forest
            .text
            .get(start..self.forest.item(*tokens).start_byte)?;
        let called = start..start + before.trim_ascii_end().len();
        let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
        let items = self.forest.children(*tokens);
        let ways = self.bind(name, called, way);
        Some(self.each(&ways, |way| {
            self.sequence(&trees, &items, way, false, false)
        }))
    }

    /// `new` of C++ may say where, and `$T` is also the type of an array.
    pub(super) fn allocation(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let name = "new_expression";
        if self.forest.language.name != "cpp"
            || self.name_of(wanted) != name
            || self.forest.kind_name(at) != name
        {
            return None;
        }
        let any = matches!(
            self.by_field(children, &["type"]),
            Some(Tree::Metavariable(_))
        );
        let says = |field: &str| self.by_field(children, &[field]).is_some();
        let silent = |child: &u32| match self.forest.field_name(*child) {
            "placement" => !says("placement"),
            "declarator" => any && !says("declarator"),
            "arguments" => !says("arguments") && self.forest.children(*child).is_empty(),
            _ => false,
        };
        let own = self.forest.children(at).into_iter();
        let own: Vec<u32> = own.filter(|child| !silent(child)).collect();
        let trees: Vec<(u16, &Tree)> = children
            .iter()
            .map(|(field, tree)| (*field, tree))
            .collect();
        Some(self.sequence(&trees, &own, way, false, false))
    }

    /// PHP has a kind of call for each kind of callee.
    fn same_call(&self, wanted: u16, own: u16) -> bool {
        wanted == own
            || (self.name_of(wanted) == "function_call_expression"
                && self.pattern.kinds.get(own).call
                && self.name_of(own).ends_with("_call_expression"))
    }

    fn member_callee(&self, at: u32) -> Option<(Option<u32>, u32)> {
        if !self
            .forest
            .kind_name(at)
            .ends_with("member_call_expression")
        {
            return None;
        }
        let name = self.forest.child_by_field(at, &["name"])?;
        Some((self.forest.child_by_field(at, &["object"]), name))
    }

    /// A declaration of one variable against one of several: `var x = 1` and `var a = 2, x = 1`.
    pub(super) fn one_of_declarators(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let meaning = self.pattern.kinds.get(wanted);
        if self.forest.item(at).kind != wanted
            || meaning.declarator
            || meaning.block
            || meaning.members
        {
            return None;
        }
        let declarator = |tree: &Tree| matches!(tree, Tree::Node { kind, .. } if self.pattern.kinds.get(*kind).declarator);
        if children.iter().filter(|(_, tree)| declarator(tree)).count() != 1 {
            return None;
        }
        let own = self.forest.children(at);
        let several: Vec<u32> = own
            .iter()
            .copied()
            .filter(|child| self.forest.kind(*child).declarator)
            .collect();
        if several.len() < 2 {
            return None;
        }
        if self.forest.language.name == "go" {
            // Each of a group is found by itself.
            return Some(Vec::new());
        }
        let trees: Vec<(u16, &Tree)> = children
            .iter()
            .map(|(field, tree)| (*field, tree))
            .collect();
        let mut ways = Vec::new();
        for one in &several {
            let others: Vec<u32> = own
                .iter()
                .copied()
                .filter(|child| child == one || !several.contains(child))
                .collect();
            self.add(&mut ways, self.sequence(&trees, &others, way, false, false));
        }
        Some(ways)
    }

    /// `T x = y` of a `try`, one constant of a group, and `x += y` for `$X = $Y` where the language says that it is one.
    pub(super) fn declared_otherwise(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let (name, own) = (self.name_of(wanted), self.forest.kind_name(at));
        let inner = || {
            children.iter().find_map(|(_, tree)| match tree {
                Tree::Node { kind, children, .. } if self.pattern.kinds.get(*kind).declarator => {
                    Some((*kind, tree, children))
                }
                _ => None,
            })
        };
        match (name, own) {
            ("local_variable_declaration", "resource") => {
                let (.., declarator) = inner()?;
                let kind = self.by_field(children, &["type"])?;
                let own_type = self.forest.child_by_field(at, &["type"])?;
                let ways = self.tree(kind, own_type, way);
                Some(self.each(&ways, |way| self.assignment(declarator, at, way)))
            }
            // What a class holds is declared alike.
            ("local_variable_declaration", "field_declaration") => {
                let trees: Vec<(u16, &Tree)> = children
                    .iter()
                    .map(|(field, tree)| (*field, tree))
                    .collect();
                let own = self.forest.children(at);
                Some(self.sequence(&trees, &own, way, false, false))
            }
            ("var_declaration" | "const_declaration", "var_spec" | "const_spec")
                if self.in_group(at) =>
            {
                let (kind, spec, _) = inner()?;
                if self.forest.item(at).kind != kind || !self.group_says(children, at) {
                    return Some(Vec::new());
                }
                Some(self.tree(spec, at, way))
            }
            // `{ k: function () {} }` and `{ k() {} }` say the same, and both name a function.
            ("pair", "method_definition") => {
                let key = self.by_field(children, &["key"])?;
                let Some(Tree::Node { kind, children, .. }) = self.by_field(children, &["value"])
                else {
                    return None;
                };
                if self.name_of(*kind) != "function_expression" {
                    return None;
                }
                let ways = self.tree(key, self.forest.child_by_field(at, &["name"])?, way);
                Some(self.each(&ways, |way| self.signature(children, at, way)))
            }
            ("function_declaration", "pair") => {
                let value = self.forest.child_by_field(at, &["value"])?;
                let name = self.by_field(children, &["name"])?;
                if self.forest.kind_name(value) != "function_expression" {
                    return None;
                }
                let ways = self.tree(name, self.forest.child_by_field(at, &["key"])?, way);
                Some(self.each(&ways, |way| self.signature(children, value, way)))
            }
            // `y if x` of Ruby
            ("if", "if_modifier") | ("unless", "unless_modifier") => {
                if self.by_field(children, &["alternative"]).is_some() {
                    return Some(Vec::new());
                }
                let condition = self.by_field(children, &["condition"])?;
                let body = self.by_field(children, &["consequence", "body"])?;
                let own_condition = self.forest.child_by_field(at, &["condition"])?;
                let own_body = self.forest.child_by_field(at, &["body"])?;
                let ways = self.tree(condition, own_condition, way);
                Some(self.each(&ways, |way| self.body(body, own_body, way)))
            }
            ("assignment_expression", "augmented_assignment_expression") if self.is_script() => {
                let right = self.by_field(children, &["right"])?;
                let left = self.by_field(children, &["left"])?;
                // `x += y` is `x = x + y`.
                let at_right = match right {
                    Tree::Metavariable(_) | Tree::Ellipsis(_) => {
                        self.forest.child_by_field(at, &["right"])?
                    }
                    Tree::Deep(_) => at,
                    _ => return None,
                };
                let own_left = self.forest.child_by_field(at, &["left"])?;
                let ways = self.tree(left, own_left, way);
                Some(self.each(&ways, |way| self.tree(right, at_right, way)))
            }
            _ => None,
        }
    }

    /// A variable or constant of Go that is declared with others.
    fn in_group(&self, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        parent != u32::MAX
            && (self.forest.kind_name(parent) == "var_spec_list"
                || self.forest.text_of(parent).ends_with(b")"))
    }

    /// Whether a group begins with the word of the pattern: `var` for each, or `const`.
    fn group_says(&self, children: &Children, at: u32) -> bool {
        let mut around = self.forest.item(at).parent;
        if self.forest.kind_name(around) == "var_spec_list" {
            around = self.forest.item(around).parent;
        }
        let word = children.iter().find_map(|(_, tree)| match tree {
            Tree::Leaf(word, false) => Some(word.as_str()),
            _ => None,
        });
        let own = self.forest.text_of(around);
        word.is_none_or(|word| word == "var" || own.starts_with(word.as_bytes()))
    }

    /// A definition with decorators: those that the pattern names, in whatever order and beside others.
    pub(super) fn decorated_alike(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let name = self.name_of(wanted);
        if self.forest.item(at).kind != wanted
            || !matches!(
                name,
                "decorated_definition" | "class_declaration" | "abstract_class_declaration"
            )
        {
            return None;
        }
        let is_decorator = |tree: &Tree| matches!(tree, Tree::Node { kind, .. } if self.name_of(*kind) == "decorator");
        let (decorators, rest): (Vec<_>, Vec<_>) = children
            .iter()
            .map(|(field, tree)| (*field, tree))
            .partition(|(_, tree)| is_decorator(tree));
        if decorators.is_empty() {
            return None;
        }
        let own_decorator = |child: &u32| self.forest.kind_name(*child) == "decorator";
        let (mut own, others): (Vec<u32>, Vec<u32>) = self
            .forest
            .children(at)
            .into_iter()
            .partition(own_decorator);
        let parent = self.forest.item(at).parent;
        if parent != u32::MAX && self.forest.kind_name(parent) == "export_statement" {
            own.extend(
                self.forest
                    .children(parent)
                    .into_iter()
                    .filter(own_decorator),
            );
        }
        let ways = self.unordered(&decorators, &own, way, true, false);
        Some(self.each(&ways, |way| {
            self.sequence(&rest, &others, way, false, false)
        }))
    }
}
