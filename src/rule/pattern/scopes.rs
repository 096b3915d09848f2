//! What hides a name where it is used: parameters, local variables, functions and classes of the same name.
//!
//! Only what surely hides counts: a definition in a scope around the use that does not also hold the import. Where a
//! variable may or may not have been given, the import is believed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use super::dotted::{self, Dotted};
use super::forest::Forest;
use super::imported::Import;

/// Kinds that use what their field `name` says.
const USES: &[&str] = &[
    "annotation",
    "attribute",
    "generic_name",
    "jsx_closing_element",
    "jsx_opening_element",
    "jsx_self_closing_element",
    "marker_annotation",
    "struct_expression",
    "template_function",
    "template_type",
];

/// Whether a leaf gives a name rather than using one: a parameter, a member, a key, the name of a definition.
pub(super) fn is_given(forest: &Forest<'_>, at: u32) -> bool {
    let parent = forest.item(at).parent;
    if parent == u32::MAX || !forest.is_leaf(at) {
        return false;
    }
    let kind = forest.kind(parent);
    let first = parent + 1 == at;
    let pattern = [
        "object_pattern",
        "array_pattern",
        "pair_pattern",
        "pattern_list",
        "tuple_pattern",
        "list_pattern",
    ];
    if pattern.contains(&forest.kind_name(parent)) {
        return true;
    }
    if kind.member && !first {
        return true;
    }
    if let Some((object, name)) = dotted::split_callee(forest, parent) {
        return name == at && object.is_some();
    }
    match forest.field_name(at) {
        "name" => !kind.member && !kind.call && !USES.contains(&forest.kind_name(parent)),
        "left" | "pattern" => kind.declarator || kind.assignment || kind.parameter,
        "key" | "alias" | "label" | "parameter" | "attribute" | "property" => true,
        _ => kind.keyword && first,
    }
}

/// A way in which a scope hides a name: from a place on, but not there.
type Hidden = (usize, Range<usize>);

/// A scope, a name and whether a method is meant.
type Asked = (u32, String, bool);

/// What was found out of the scopes of a file.
#[derive(Default)]
pub(super) struct Scopes(RefCell<HashMap<Asked, Rc<Vec<Hidden>>>>);

impl Scopes {
    /// Whether the first word of a dotted name is hidden where it is used. `import` is what gave it a meaning; `all`, what
    /// else did.
    pub(super) fn hide(
        &self,
        forest: &Forest<'_>,
        at: u32,
        dotted: &Dotted,
        import: Option<&Import>,
        all: &[Import],
    ) -> bool {
        let Some(name) = dotted.words.first() else {
            return false;
        };
        let language = forest.language.name;
        let bare = dotted.words.len() == 1;
        // Classes and constants are no variables there, and neither is the head of a path.
        if matches!(language, "php" | "ruby" | "cpp") || (language == "rust" && !bare) {
            return false;
        }
        let called = bare && dotted::split_callee(forest, at).is_some();
        let place = forest.item(at).start_byte;
        let mut around = forest.item(at).parent;
        while around != u32::MAX {
            let range = forest.range(around);
            if import.is_some_and(|import| range.contains(&import.at)) {
                return false;
            }
            let imported_here = |one: &Import| one.scope == range && Some(one) != import;
            let hidden = self.of(forest, around, name, called);
            let here = |(from, but): &Hidden| place >= *from && !but.contains(&place);
            if all.iter().any(imported_here) || hidden.iter().any(here) {
                return true;
            }
            around = forest.item(around).parent;
        }
        false
    }

    /// How a scope hides a name; found out once.
    fn of(&self, forest: &Forest<'_>, around: u32, name: &str, called: bool) -> Rc<Vec<Hidden>> {
        let key = (around, name.to_owned(), called);
        if let Some(known) = self.0.borrow().get(&key) {
            return Rc::clone(known);
        }
        let scope = Scope {
            forest,
            around,
            name: name.as_bytes(),
        };
        let mut hidden = Vec::new();
        if called {
            // A method of the class goes before an import; a variable is no method.
            scope.methods(&mut hidden);
        } else {
            scope.parameters(&mut hidden);
            scope.locals(&mut hidden);
            scope.loop_variables(&mut hidden);
        }
        let hidden = Rc::new(hidden);
        self.0.borrow_mut().insert(key, Rc::clone(&hidden));
        hidden
    }
}

/// A node that may hide a name.
struct Scope<'s> {
    forest: &'s Forest<'s>,
    around: u32,
    name: &'s [u8],
}

impl Scope<'_> {
    /// Where it does not hide the name: in what gives it.
    fn all_but(&self, child: u32) -> Hidden {
        (0, self.forest.range(child))
    }

    /// The parameters of this function; what stands among them is meant otherwise.
    fn parameters(&self, hidden: &mut Vec<Hidden>) {
        let forest = self.forest;
        for child in forest.children(self.around) {
            let list = matches!(forest.field_name(child), "parameters" | "parameter")
                || matches!(
                    forest.kind_name(child),
                    "function_value_parameters" | "lambda_parameters" | "bindings"
                );
            if list && self.binds(child) {
                hidden.push(self.all_but(child));
            }
        }
    }

    /// The methods of this class.
    fn methods(&self, hidden: &mut Vec<Hidden>) {
        let forest = self.forest;
        if forest.kind_name(self.around) != "class_body" {
            return;
        }
        for child in forest.children(self.around) {
            let named = |name| forest.text_of(name) == self.name;
            if forest.kind_name(child) == "method_declaration"
                && forest.child_by_field(child, &["name"]).is_some_and(named)
            {
                hidden.push((0, 0..0));
            }
        }
    }

    /// The variables, functions and classes that this block gives.
    fn locals(&self, hidden: &mut Vec<Hidden>) {
        let forest = self.forest;
        let kind = forest.kind_name(self.around);
        let children = forest.children(self.around);
        if forest.language.name == "python" {
            match kind {
                "function_definition" if self.is_local_of_function() => {
                    // The default values of parameters are made outside.
                    let parameters = forest.child_by_field(self.around, &["parameters"]);
                    hidden.push((0, parameters.map_or(0..0, |list| forest.range(list))));
                }
                // What the file defines itself is not what it imports as part of a whole module.
                "module" => {
                    let definitions = children.into_iter();
                    let mut definitions =
                        definitions.filter(|child| forest.kind(*child).definition);
                    hidden.extend(definitions.find_map(|child| self.declared(child)));
                }
                _ => {}
            }
            return;
        }
        // A method there is called on an object only.
        let script = matches!(forest.language.name, "javascript" | "typescript" | "tsx");
        if script && kind == "class_body" {
            return;
        }
        if forest.kind(self.around).block || kind.starts_with("statement") {
            hidden.extend(
                children
                    .into_iter()
                    .filter_map(|child| self.declared(child)),
            );
        } else {
            // `if v := f(); …` and `for (let v = …)`
            let header = children
                .into_iter()
                .filter(|child| matches!(forest.field_name(*child), "initializer" | "init"));
            hidden.extend(header.filter_map(|child| self.declared(child)));
        }
    }

    /// Whether a statement declares the name: a function or class in all of its block, a variable behind itself.
    fn declared(&self, statement: u32) -> Option<Hidden> {
        let forest = self.forest;
        let named = |name| forest.text_of(name) == self.name;
        if forest.kind(statement).definition
            && forest
                .child_by_field(statement, &["name"])
                .is_some_and(named)
        {
            return Some((0, 0..0));
        }
        let mut item = statement;
        while item < forest.item(statement).end {
            let kind = forest.kind(item);
            let name = forest.kind_name(item);
            if kind.definition || (kind.block && item != statement) {
                item = forest.item(item).end;
                continue;
            }
            let declares = (kind.declarator && name != "assignment_statement")
                || name == "variable_declaration";
            let gives = |child: u32| {
                matches!(forest.field_name(child), "name" | "left" | "pattern") && self.binds(child)
            };
            let kotlin = name == "variable_declaration" && forest.language.name == "kotlin";
            if declares && forest.children(item).into_iter().any(gives)
                || kotlin && self.binds(item)
            {
                return Some((forest.item(statement).end_byte, 0..0));
            }
            item += 1;
        }
        None
    }

    /// The variables of this loop, comprehension or handler.
    fn loop_variables(&self, hidden: &mut Vec<Hidden>) {
        let forest = self.forest;
        let kind = forest.kind_name(self.around);
        let children = forest.children(self.around);
        if matches!(
            kind,
            "list_comprehension"
                | "set_comprehension"
                | "dictionary_comprehension"
                | "generator_expression"
        ) {
            let clauses = children.into_iter().filter(|child| {
                forest.kind_name(*child) == "for_in_clause"
                    && forest
                        .child_by_field(*child, &["left"])
                        .is_some_and(|left| self.binds(left))
            });
            hidden.extend(clauses.map(|child| self.all_but(child)));
            return;
        }
        let python = forest.language.name == "python";
        let is_loop = !python && (kind.starts_with("for") || kind.starts_with("enhanced_for"));
        if !is_loop && kind != "catch_clause" {
            return;
        }
        // Without a word it is a variable from elsewhere.
        let own = forest.language.name == "csharp"
            || forest.child_by_field(self.around, &["kind"]).is_some();
        for child in children {
            let gives = match forest.field_name(child) {
                "name" | "pattern" | "parameter" => true,
                "left" => own,
                _ => matches!(
                    forest.kind_name(child),
                    "range_clause" | "catch_formal_parameter" | "variable_declaration"
                ),
            };
            if gives && self.binds(child) {
                hidden.push(self.all_but(child));
            }
        }
    }

    /// A name that this function of Python gives anywhere in its body, and does not declare global.
    fn is_local_of_function(&self) -> bool {
        let forest = self.forest;
        let Some(body) = forest.child_by_field(self.around, &["body"]) else {
            return false;
        };
        let mut given = false;
        let mut item = body + 1;
        while item < forest.item(body).end {
            let kind = forest.kind_name(item);
            let field = |names: &[&str]| {
                forest
                    .child_by_field(item, names)
                    .is_some_and(|child| self.binds(child))
            };
            match kind {
                "global_statement" | "nonlocal_statement" if self.binds(item) => return false,
                "function_definition" | "class_definition" => {
                    given |= field(&["name"]);
                    item = forest.item(item).end;
                    continue;
                }
                "lambda"
                | "list_comprehension"
                | "set_comprehension"
                | "dictionary_comprehension"
                | "generator_expression" => {
                    item = forest.item(item).end;
                    continue;
                }
                "assignment" | "augmented_assignment" | "for_statement" => {
                    given |= field(&["left"]);
                }
                "named_expression" => given |= field(&["name"]),
                "as_pattern" => given |= field(&["alias"]),
                _ => {}
            }
            item += 1;
        }
        given
    }

    /// Whether a pattern gives the name: types, default values and members of other things in it do not.
    fn binds(&self, pattern: u32) -> bool {
        let forest = self.forest;
        let mut item = pattern;
        while item < forest.item(pattern).end {
            let kind = forest.kind_name(item);
            let other = matches!(
                forest.field_name(item),
                "value" | "type" | "right" | "return_type" | "default_value" | "key" | "default"
            ) && !(forest.field_name(item) == "value"
                && forest.kind_name(forest.item(item).parent) == "pair_pattern");
            let skip = item != pattern
                && (other
                    || kind == "type"
                    || kind.ends_with("_type")
                    || kind.starts_with("type_")
                    || forest.item(item).end > item + 1
                        && (forest.kind(item).member || forest.kind(item).call));
            let member = item == pattern
                && !forest.is_leaf(item)
                && (forest.kind(item).member || forest.kind(item).call);
            if skip || member {
                item = forest.item(item).end;
                continue;
            }
            if forest.is_leaf(item) && forest.text_of(item) == self.name {
                return true;
            }
            item += 1;
        }
        false
    }
}
