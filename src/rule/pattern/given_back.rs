//! What a function gives back without saying `return`: the value of its last statement, in each branch of it.

use super::matcher::Matcher;

/// Languages whose functions give back the value of what they do last.
const LANGUAGES: [&str; 2] = ["rust", "scala"];
/// Functions of such languages.
const FUNCTIONS: [&str; 4] = [
    "closure_expression",
    "function_definition",
    "function_item",
    "lambda_expression",
];
/// Branches of what a function does last.
const BRANCHES: [&str; 3] = ["consequence", "alternative", "else_clause"];

impl Matcher<'_> {
    /// Whether what a function does last is what it gives back.
    pub(super) fn gives_back(&self) -> bool {
        LANGUAGES.contains(&self.forest.language.name)
    }

    /// What a function gives back without saying so; nothing where an item is no function.
    pub(super) fn given_back_by(&self, function: u32) -> Vec<u32> {
        let mut values = Vec::new();
        if !FUNCTIONS.contains(&self.forest.kind_name(function)) {
            return values;
        }
        let children = self.forest.children(function);
        let body = self.forest.child_by_field(function, &["body"]);
        let lambda = self.forest.kind_name(function) == "lambda_expression";
        let last = children.last().copied().filter(|_| lambda);
        let mut open: Vec<u32> = body.or(last).into_iter().collect();
        while let Some(at) = open.pop() {
            let (kind, name) = (self.forest.kind(at), self.forest.kind_name(at));
            let children = self.forest.children(at);
            let last = || {
                let mut named = children.iter().rev().copied();
                named.find(|child| self.forest.item(*child).named)
            };
            match name {
                "if_expression" => {
                    let branches = children.iter().copied().filter(|child| {
                        BRANCHES.contains(&self.forest.field_name(*child))
                            || BRANCHES.contains(&self.forest.kind_name(*child))
                    });
                    open.extend(branches);
                }
                "match_expression" => open.extend(last()),
                "match_block" | "case_block" => open.extend(children),
                "match_arm" | "case_clause" => {
                    let value = self.forest.child_by_field(at, &["value", "body"]);
                    open.extend(value.or_else(last));
                }
                "return_expression" | "try_expression" => {}
                _ if kind.block || kind.expression_statement || name == "else_clause" => {
                    open.extend(last());
                }
                _ if kind.definition || kind.declarator || name.ends_with("_item") => {}
                _ => values.push(at),
            }
        }
        values.sort_unstable();
        values
    }
}
