//! Names that stand for literals: variables that are given nothing but literals in the function, class or file they
//! belong to. Where a pattern asks for a string, a number or a truth value, such a name is as good.
//!
//! Only what surely is one counts: a parameter, a loop variable, a changed variable or one whose address is taken is not.

use std::collections::HashMap;
use std::ops::Range;

use super::forest::Forest;
use super::scopes;
use super::strings::Piece;
use super::terraform;

/// A name that a file gives something more often is not followed: each use would look at all of them.
const MAX_GIVEN: usize = 256;
/// Literals are looked for in so many operands at most.
const MAX_OPERANDS: usize = 64;

/// Parts of the names of kinds that give each name in them something that is no literal.
const CHANGES: &[&str] = &[
    "as_pattern_target",
    "augmented",
    "catch_declaration",
    "compound_assign",
    "dec_",
    "exception_variable",
    "global_declaration",
    "global_statement",
    "inc_",
    "nonlocal_statement",
    "operator_assign",
    "parameter",
    "postfix_",
    "prefix_",
    "update_",
];

/// What one place gives to a name.
#[derive(Debug)]
struct Given {
    /// The function, class or file that the name belongs to.
    scope: Range<usize>,
    /// Whether that is a function, in which a name means something only behind the place.
    ordered: bool,
    /// Whether the name is the scope's own there: a parameter, a declaration.
    own: bool,
    /// Behind the place.
    end: usize,
    /// The item of what is given, where it could be a literal.
    value: Option<u32>,
}

/// What the names of a file are given.
#[derive(Debug, Default)]
pub(in crate::rule) struct Constants(HashMap<Vec<u8>, Vec<Given>>);

impl Constants {
    pub(super) fn read(forest: &Forest<'_>) -> Self {
        let mut constants = Self::default();
        for at in 0..u32::try_from(forest.items.len()).unwrap_or(u32::MAX) {
            constants.look(forest, at);
        }
        constants
    }

    /// What an item gives to names.
    fn look(&mut self, forest: &Forest<'_>, at: u32) {
        let kind = forest.kind(at);
        let name = forest.kind_name(at);
        if !forest.item(at).named {
            return;
        }
        if name == "block" && forest.language.name == "hcl" {
            for (name, value) in terraform::given(forest, at) {
                let given = Given {
                    scope: 0..usize::MAX,
                    ordered: false,
                    own: true,
                    end: forest.item(at).end_byte,
                    value: could_be_literal(forest, value).then_some(value),
                };
                self.0.entry(name).or_default().push(given);
            }
            return;
        }
        if kind.declarator || kind.assignment {
            let (left, right) = sides(forest, at);
            let plain = !changes(forest, at);
            match (left, right) {
                (Some(left), Some(right)) if plain && is_name(forest, left) => {
                    self.give(forest, left, at, Some(right));
                }
                (Some(left), _) => self.give_all(forest, left, at),
                _ => {}
            }
            return;
        }
        let header = (name.starts_with("for") && !name.contains("parameter"))
            || name.contains("enhanced_for")
            || name == "range_clause";
        if header {
            for child in forest.children(at) {
                let field = forest.field_name(child);
                let named =
                    ["left", "pattern", "name"].contains(&field) || name.starts_with("foreach");
                if (named && field != "body") || forest.kind_name(child) == "variable_declaration" {
                    self.give_all(forest, child, at);
                }
            }
            return;
        }
        let address = matches!(
            name,
            "unary_expression" | "pointer_expression" | "reference_expression" | "by_ref"
        ) && forest.text_of(at).starts_with(b"&");
        let given =
            is_name(forest, at) && scopes::is_given(forest, at) && !self.seen_by_parent(forest, at);
        if CHANGES.iter().any(|part| name.contains(part)) || address || given {
            self.give_all(forest, at, at);
        }
    }

    /// Whether the item around a name says already what it gives to it.
    fn seen_by_parent(&self, forest: &Forest<'_>, at: u32) -> bool {
        let parent = forest.item(at).parent;
        let kind = forest.kind(parent);
        let key = matches!(
            forest.field_name(at),
            "key" | "label" | "attribute" | "property" | "field"
        );
        kind.declarator
            || kind.assignment
            || key
            || kind.member
            || kind.keyword
            || super::dotted::split_callee(forest, parent).is_some()
    }

    fn give(&mut self, forest: &Forest<'_>, name: u32, at: u32, value: Option<u32>) {
        let (scope, ordered) = scope_of(forest, at);
        let given = Given {
            scope,
            ordered,
            own: declares(forest, at),
            end: forest.item(at).end_byte,
            value: value.filter(|value| could_be_literal(forest, *value)),
        };
        let word = forest.text_of(name);
        match self.0.get_mut(word) {
            Some(all) => all.push(given),
            None => {
                self.0.insert(word.to_vec(), vec![given]);
            }
        }
    }

    /// Each name in an item is given something.
    fn give_all(&mut self, forest: &Forest<'_>, item: u32, at: u32) {
        let (mut name, end) = (item, forest.item(item).end);
        while name < end {
            if is_name(forest, name) {
                self.give(forest, name, at, None);
            }
            // `a[i] = 1` changes `a` and nothing else.
            if is_index(forest, name)
                && let Some(object) = forest.children(name).first()
            {
                for object in *object..forest.item(*object).end {
                    if is_name(forest, object) {
                        self.give(forest, object, at, None);
                    }
                }
                name = forest.item(name).end;
                continue;
            }
            name += 1;
        }
    }

    /// What the file gives to a name; nothing if that is too much.
    fn given_to(&self, forest: &Forest<'_>, at: u32) -> &[Given] {
        let all = self
            .0
            .get(forest.text_of(at))
            .map_or(&[][..], Vec::as_slice);
        if all.len() > MAX_GIVEN { &[] } else { all }
    }

    /// The literals that a name can stand for where it is used; none where it can be something else.
    fn values(&self, forest: &Forest<'_>, at: u32) -> Vec<u32> {
        if !is_name(forest, at) || scopes::is_given(forest, at) {
            return Vec::new();
        }
        let all = self.given_to(forest, at);
        let place = forest.item(at).start_byte;
        let around = |given: &&Given| given.scope.contains(&place);
        // The innermost scope tells; what it does not give itself, nothing in it may give.
        let Some(scope) = all
            .iter()
            .filter(around)
            .map(|given| &given.scope)
            .min_by_key(|scope| scope.len())
        else {
            return Vec::new();
        };
        // A function in it that has a variable of this name gives nothing to this one.
        let inside = |given: &&Given| {
            given.scope == *scope
                || (!given.own && scope.start <= given.scope.start && given.scope.end <= scope.end)
        };
        let mut values = Vec::new();
        for given in all.iter().filter(inside) {
            match given.value {
                Some(value) if !given.ordered || given.end <= place => values.push(value),
                _ => return Vec::new(),
            }
        }
        values
    }

    /// What `this.x` or `self.x` is given where the class gives a field `x` one value and nothing else does.
    fn field_value(&self, forest: &Forest<'_>, at: u32) -> Option<u32> {
        if !forest.kind(at).member {
            return None;
        }
        let [object, name] = forest.children(at)[..] else {
            return None;
        };
        if !matches!(forest.text_of(object), b"this" | b"self") {
            return None;
        }
        let place = forest.item(at).start_byte;
        let all = self.given_to(forest, name);
        // Parameters and variables of functions are others.
        let hidden = |given: &&Given| {
            let mut own = all.iter().filter(|given| given.ordered && given.own);
            given.ordered && own.any(|own| own.scope == given.scope)
        };
        let mut fields = all.iter().filter(|given| !hidden(given));
        let only = fields.next()?;
        let is_field = !only.ordered && only.scope.end != usize::MAX && only.scope.contains(&place);
        (is_field && fields.next().is_none()).then_some(only.value)?
    }

    /// Whether two places of one name are about variables of two functions.
    pub(super) fn differ(&self, forest: &Forest<'_>, a: u32, b: u32) -> bool {
        let hides = |given: &Given, other: u32| {
            given.own && !given.scope.contains(&forest.item(other).start_byte)
        };
        let (a, b) = match (self.function_of(forest, a), self.function_of(forest, b)) {
            (Some(own), Some(other)) => (own, other),
            (Some(own), None) => return hides(own, b),
            (None, Some(own)) => return hides(own, a),
            (None, None) => return false,
        };
        // A function in another may mean the variable of the other, unless it has one of its own.
        let apart = a.scope.end <= b.scope.start || b.scope.end <= a.scope.start;
        let inner = if a.scope.len() < b.scope.len() { a } else { b };
        apart || (a.scope != b.scope && inner.own)
    }

    /// The innermost function around a name that gives it something.
    fn function_of(&self, forest: &Forest<'_>, at: u32) -> Option<&Given> {
        let parent = forest.item(at).parent;
        let is_member = parent != u32::MAX && forest.kind(parent).member && at != parent + 1;
        if !is_name(forest, at) || is_member {
            return None;
        }
        let place = forest.item(at).start_byte;
        self.given_to(forest, at)
            .iter()
            .filter(|given| given.ordered && given.scope.contains(&place))
            .min_by_key(|given| (given.scope.len(), !given.own))
    }

    /// The literal that a name stands for: itself for a literal.
    pub(in crate::rule) fn literal(&self, forest: &Forest<'_>, at: u32) -> Option<u32> {
        let mut at = self.field_value(forest, at).unwrap_or(at);
        for _ in 0..4 {
            if is_literal(forest, at) {
                return Some(at);
            }
            match self.values(forest, at).as_slice() {
                [value] => at = *value,
                _ => return None,
            }
        }
        None
    }

    /// What a constant string can say: the name of one of several can say each.
    pub(super) fn texts(&self, forest: &Forest<'_>, at: u32) -> Vec<Vec<u8>> {
        let values = self.values(forest, at);
        let several = if values.len() > 1 { values } else { vec![at] };
        let texts: Option<Vec<Vec<u8>>> = several
            .into_iter()
            .map(|value| self.text(forest, value))
            .collect();
        texts.unwrap_or_default()
    }

    /// What a constant string says: a literal, the name of one, or several put together; none where it can say several
    /// things or is no such string.
    pub(super) fn text(&self, forest: &Forest<'_>, at: u32) -> Option<Vec<u8>> {
        let mut said = Vec::new();
        let (mut open, mut looked) = (vec![Piece::Item(at)], 0);
        while let Some(piece) = open.pop() {
            looked += 1;
            if looked > MAX_OPERANDS {
                return None;
            }
            let at = match piece {
                Piece::Text(range) => {
                    said.extend_from_slice(forest.text.get(range)?);
                    continue;
                }
                Piece::Item(at) => at,
                Piece::Name(_) => return None,
            };
            if forest.kind(at).string {
                let mut pieces = forest.pieces(at)?;
                pieces.reverse();
                open.extend(pieces);
            } else if is_name(forest, at) {
                let [value] = self.values(forest, at)[..] else {
                    return None;
                };
                open.push(Piece::Item(value));
            } else if is_joining(forest, at) {
                let named = |child: &u32| forest.item(*child).named;
                let operands = forest.children(at).into_iter().filter(named).rev();
                open.extend(operands.map(Piece::Item));
            } else if is_literal(forest, at) && looked > 1 {
                said.extend_from_slice(forest.text_of(at));
            } else {
                return None;
            }
        }
        Some(said)
    }

    /// Whether an item is some constant string: a literal, the name of one, or several put together.
    pub(super) fn is_text(&self, forest: &Forest<'_>, at: u32) -> bool {
        let mut open = vec![at];
        let (mut looked, mut strings) = (0, 0);
        while let Some(at) = open.pop() {
            looked += 1;
            if looked > MAX_OPERANDS {
                return false;
            }
            if forest.kind(at).string {
                strings += 1;
                let parts = forest.interpolations(at);
                if parts.is_empty() && forest.has_interpolation(at) {
                    return false;
                }
                open.extend(parts);
                continue;
            }
            if is_name(forest, at) {
                let values = self.values(forest, at);
                if values.is_empty() {
                    return false;
                }
                open.extend(values);
                continue;
            }
            if is_joining(forest, at) {
                open.extend(
                    forest
                        .children(at)
                        .into_iter()
                        .filter(|child| forest.item(*child).named),
                );
                continue;
            }
            return false;
        }
        strings > 0
    }
}

/// Whether an item gives names that belong to the function around it.
fn declares(forest: &Forest<'_>, at: u32) -> bool {
    let kind = forest.kind(at);
    let name = forest.kind_name(at);
    name.contains("parameter")
        || (kind.declarator && name != "assignment_statement")
        || (forest.language.name == "python" && kind.assignment)
}

/// Strings put together.
fn is_joining(forest: &Forest<'_>, at: u32) -> bool {
    let joins = |child: &u32| {
        !forest.item(*child).named && matches!(forest.text_of(*child), b"+" | b"." | b".." | b"<>")
    };
    let name = forest.kind_name(at);
    let children = forest.children(at);
    (name.contains("binary") || name == "additive_expression" || name == "infix_expression")
        && children.len() == 3
        && (children.iter().any(joins)
            || name == "infix_expression" && forest.text_of(children[1]) == b"+")
}

fn could_be_literal(forest: &Forest<'_>, at: u32) -> bool {
    is_literal(forest, at)
        || forest.kind(at).string
        || is_name(forest, at)
        || is_joining(forest, at)
}

/// An element of something, by its place.
fn is_index(forest: &Forest<'_>, at: u32) -> bool {
    let name = forest.kind_name(at);
    name.contains("subscript") || name.contains("index") || name.starts_with("element_")
}

/// A string without code in it, a number or a truth value.
fn is_literal(forest: &Forest<'_>, at: u32) -> bool {
    if forest.kind(at).string {
        return !forest.has_interpolation(at);
    }
    let text = forest.text_of(at);
    let digits = text
        .strip_prefix(b"-")
        .unwrap_or(text)
        .first()
        .is_some_and(u8::is_ascii_digit);
    let small = forest.item(at).end <= at + 3;
    (small && digits && !text.contains(&b' '))
        || matches!(text, b"true" | b"false" | b"True" | b"False")
}

/// A name that can stand for something: a word, or a variable of PHP.
fn is_name(forest: &Forest<'_>, at: u32) -> bool {
    let item = forest.item(at);
    let kind = forest.kind_name(at);
    if !item.named {
        return false;
    }
    match forest.language.name {
        "php" => return kind == "variable_name",
        "hcl" => return terraform::is_name(forest, at),
        _ => {}
    }
    forest.is_leaf(at) && matches!(kind, "identifier" | "simple_identifier" | "constant")
}

/// What an assignment or a declaration gives, and to what.
fn sides(forest: &Forest<'_>, at: u32) -> (Option<u32>, Option<u32>) {
    let named: Vec<u32> = forest
        .children(at)
        .into_iter()
        .filter(|child| forest.item(*child).named)
        .collect();
    let left = forest
        .child_by_field(at, &["name", "left", "pattern", "declarator"])
        .or(named.first().copied());
    let right = forest
        .child_by_field(at, &["value", "right"])
        .or_else(|| named.last().copied().filter(|last| Some(*last) != left));
    let alone = |item: Option<u32>| {
        let mut item = item?;
        while matches!(
            forest.kind_name(item),
            "expression_list"
                | "variable_list"
                | "variable_declaration"
                | "pattern"
                | "equals_value_clause"
        ) && let [only] = forest.children(item).as_slice()
        {
            item = *only;
        }
        Some(item)
    };
    (alone(left), alone(right))
}

/// `+=` and its like.
fn changes(forest: &Forest<'_>, at: u32) -> bool {
    forest.children(at).into_iter().any(|child| {
        let text = forest.text_of(child);
        !forest.item(child).named && text.len() > 1 && text.ends_with(b"=") && text != b":="
    })
}

/// The function, class or file that a name given here belongs to, and whether it is a function.
fn scope_of(forest: &Forest<'_>, at: u32) -> (Range<usize>, bool) {
    let mut around = at;
    while forest.item(around).parent != u32::MAX {
        around = forest.item(around).parent;
        let name = forest.kind_name(around);
        let class = name.contains("class")
            || name.contains("interface")
            || name.contains("object_definition");
        let function = matches!(
            name,
            "method" | "singleton_method" | "constructor_declaration"
        );
        if (forest.kind(around).definition || function) && !name.ends_with("declarator") {
            return (forest.range(around), !class);
        }
    }
    (0..usize::MAX, false)
}
