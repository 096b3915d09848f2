//! Types of C and C++, where a declarator says half of the type: `char *p[3]` is `char*[]`.
//!
//! A type is kept as its words without qualifiers and its signs behind them, and is the one asked for only where both say
//! the same.

use std::ops::Range;

use super::forest::Forest;

/// The languages whose declarators say part of the type.
pub(super) const LANGUAGES: [&str; 2] = ["c", "cpp"];

/// Words that say nothing of what a value is.
const QUALIFIERS: [&str; 12] = [
    "const",
    "constexpr",
    "extern",
    "inline",
    "mutable",
    "register",
    "restrict",
    "static",
    "struct",
    "thread_local",
    "volatile",
    "union",
];

/// What gives names a type. What a class or record holds is no variable.
const DECLARATIONS: [&str; 7] = [
    "condition_declaration",
    "declaration",
    "for_range_loop",
    "function_definition",
    "optional_parameter_declaration",
    "parameter_declaration",
    "variadic_parameter_declaration",
];

/// What can be told of the type of an expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    Type(String),
    /// A null pointer, which is of each pointer's type.
    Pointer,
}

/// A name that a declaration gives, with its type.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declaration {
    pub(super) name: u32,
    pub(super) kind: String,
    /// Where the type is written, as far as it stands before the name.
    pub(super) place: Range<usize>,
    /// The type is the one of what a function of this name returns.
    pub(super) function: bool,
}

pub(super) fn has_declarators(forest: &Forest<'_>) -> bool {
    LANGUAGES.contains(&forest.language.name)
}

/// What an item declares, if it is a declaration with a type.
pub(super) fn declared(forest: &Forest<'_>, at: u32) -> Vec<Declaration> {
    let Some(kind) = forest.child_by_field(at, &["type"]) else {
        return Vec::new();
    };
    if !DECLARATIONS.contains(&forest.kind_name(at)) {
        return Vec::new();
    }
    let base = forest.word(kind);
    let base = base.split('{').next().unwrap_or_default();
    let children = forest.children(at);
    let declarators = children
        .into_iter()
        .filter(|child| forest.field_name(*child) == "declarator");
    declarators
        .filter_map(|child| of_declarator(forest, child, kind, base))
        .collect()
}

/// The name in a declarator, with its type.
fn of_declarator(
    forest: &Forest<'_>,
    declarator: u32,
    kind_at: u32,
    base: &str,
) -> Option<Declaration> {
    let start = forest.item(kind_at).start_byte;
    let (mut at, mut kind, mut function) = (declarator, base.to_owned(), false);
    loop {
        match forest.kind_name(at) {
            "init_declarator" | "attributed_declarator" | "parenthesized_declarator" => {}
            "pointer_declarator" => kind.push('*'),
            "reference_declarator" => kind.push('&'),
            "array_declarator" => kind.push_str("[]"),
            "function_declarator" => function = true,
            "identifier" => {
                let before = forest.text.get(start..forest.item(at).start_byte);
                let length = before.map_or(0, |before| before.trim_ascii_end().len());
                return Some(Declaration {
                    name: at,
                    place: start..start + length,
                    kind: canonical(&kind),
                    function,
                });
            }
            _ => return None,
        }
        let inner = forest.child_by_field(at, &["declarator"]);
        let mut named = forest.children(at).into_iter();
        at = inner.or_else(|| named.find(|child| forest.item(*child).named))?;
    }
}

/// A type as it is compared: its words, then its signs.
pub(super) fn canonical(written: &str) -> String {
    let (mut words, mut signs) = (String::new(), String::new());
    let mut depth = 0_usize;
    for part in written.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_' && c != '$') {
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
        if !word.is_empty() && !QUALIFIERS.contains(&word) {
            let glued = words.is_empty()
                || words.ends_with(|c: char| !c.is_alphanumeric() && c != '_' && c != '$');
            if !glued {
                words.push(' ');
            }
            words.push_str(word);
        }
        for sign in part[word.len()..].chars().filter(|c| !c.is_whitespace()) {
            depth += usize::from(sign == '<');
            if depth > 0 || matches!(sign, ':' | '.') {
                words.push(sign);
            } else {
                signs.push(sign);
            }
            depth -= usize::from(sign == '>' && depth > 0);
        }
    }
    words + &signs
}

/// Whether a type is the one asked for, in which `$T` is any word.
pub(super) fn same(known: &str, wanted: &str) -> bool {
    let (mut known, mut pieces) = (known, wanted.split('$'));
    let Some(rest) = known.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    known = rest;
    for piece in pieces {
        let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | ' ');
        let behind = piece.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        let any = known.trim_start_matches(word);
        match any.strip_prefix(behind) {
            Some(rest) if any.len() < known.len() => known = rest,
            _ => return false,
        }
    }
    known.is_empty()
}

/// The types that an expression can be said to have. `named` tells those of a name, `returned` those of what a function
/// returns.
pub(super) fn of_expression(
    forest: &Forest<'_>,
    at: u32,
    named: &dyn Fn(u32) -> Vec<String>,
    returned: &dyn Fn(u32) -> Vec<String>,
) -> Vec<Told> {
    // Arithmetic in arithmetic is looked into so far.
    const DEPTH: usize = 8;
    let types = Types {
        forest,
        named,
        returned,
    };
    types.of(at, DEPTH)
}

struct Types<'t> {
    forest: &'t Forest<'t>,
    named: &'t dyn Fn(u32) -> Vec<String>,
    returned: &'t dyn Fn(u32) -> Vec<String>,
}

impl Types<'_> {
    fn of(&self, at: u32, depth: usize) -> Vec<Told> {
        let forest = self.forest;
        let Some(depth) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let one = |kind: &str| vec![Told::Type(kind.to_owned())];
        let field = |name| forest.child_by_field(at, &[name]);
        let all = |kinds: Vec<String>| kinds.into_iter().map(Told::Type).collect();
        if matches!(forest.text_of(at), b"NULL" | b"nullptr") {
            return vec![Told::Pointer];
        }
        match forest.kind_name(at) {
            "identifier" => {
                let mut known: Vec<Told> = all((self.named)(at));
                // The literal that a name stands for tells as well.
                let literal = forest.constants().literal(forest, at);
                if let Some(literal) = literal.filter(|literal| *literal != at) {
                    known.extend(self.of(literal, depth));
                }
                known
            }
            "string_literal" | "concatenated_string" | "raw_string_literal" => one("char*"),
            "true" | "false" => one("bool"),
            "number_literal" => number(forest.text_of(at)),
            "cast_expression" => {
                let mut known = Vec::new();
                if let Some(kind) = field("type") {
                    known.push(Told::Type(canonical(&forest.word(kind))));
                }
                if let Some(value) = field("value") {
                    known.extend(self.of(value, depth));
                }
                known
            }
            "unary_expression" => match forest.text_of(at).first() {
                Some(b'!') => one("bool"),
                Some(b'-' | b'+') => match field("argument") {
                    Some(inner) if forest.kind_name(inner) == "number_literal" => {
                        self.of(inner, depth)
                    }
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            },
            "binary_expression" => self.binary(at, depth),
            "conditional_expression" => {
                self.both(field("consequence"), field("alternative"), depth)
            }
            "call_expression" => match field("function") {
                Some(callee) => all((self.returned)(callee)),
                None => Vec::new(),
            },
            "new_expression" => match field("type") {
                Some(kind) => {
                    let kind = canonical(&forest.word(kind));
                    vec![Told::Type(kind.clone()), Told::Type(format!("{kind}*"))]
                }
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn binary(&self, at: u32, depth: usize) -> Vec<Told> {
        let forest = self.forest;
        let sign = forest.child_by_field(at, &["operator"]);
        let sign = sign.map_or(&b""[..], |sign| forest.text_of(sign));
        match sign {
            b"==" | b"!=" | b"<" | b"<=" | b">" | b">=" => vec![Told::Type("bool".to_owned())],
            b"+" | b"-" | b"*" | b"%" => self.both(
                forest.child_by_field(at, &["left"]),
                forest.child_by_field(at, &["right"]),
                depth,
            ),
            _ => Vec::new(),
        }
    }

    /// What two whole numbers make.
    fn both(&self, one: Option<u32>, other: Option<u32>, depth: usize) -> Vec<Told> {
        let (Some(one), Some(other)) = (one, other) else {
            return Vec::new();
        };
        let int = |at| {
            let known = self.of(at, depth);
            known.contains(&Told::Type("int".to_owned()))
        };
        if int(one) && int(other) {
            vec![Told::Type("int".to_owned())]
        } else {
            Vec::new()
        }
    }
}

/// What a number is, by how it is written.
fn number(text: &[u8]) -> Vec<Told> {
    let hexadecimal = text.starts_with(b"0x") || text.starts_with(b"0X");
    let fraction = text.iter().any(|byte| b".eE".contains(byte));
    let kinds: &[&str] = if fraction && !hexadecimal {
        &["float", "double"]
    } else {
        &["int"]
    };
    let kinds = kinds.iter();
    kinds.map(|kind| Told::Type((*kind).to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::{canonical, same};

    #[test]
    fn types_are_words_and_signs() {
        for (written, expected) in [
            ("char * ", "char*"),
            ("const char *const *", "char**"),
            ("unsigned  int", "unsigned int"),
            ("struct S *", "S*"),
            (
                "std::vector<std::pair<int, K *>> &",
                "std::vector<std::pair<int,K*>>&",
            ),
            ("char*[]", "char*[]"),
            ("$T *", "$T*"),
        ] {
            assert_eq!(canonical(written), expected, "{written}");
        }
    }

    #[test]
    fn a_metavariable_is_any_word_of_a_type() {
        for (known, wanted, is) in [
            ("char*", "char*", true),
            ("char*", "char", false),
            ("char", "char*", false),
            ("char*", "$T*", true),
            ("char", "$T*", false),
            ("char**", "$T*", false),
            ("std::vector<int>", "std::vector<$T>", true),
            ("std::vector<int>", "std::vector<$T>&", false),
            ("unsigned int", "$T", true),
            ("unsigned int", "int", false),
        ] {
            assert_eq!(same(known, wanted), is, "{known} and {wanted}");
        }
    }
}
