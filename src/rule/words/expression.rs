//! Turns a pattern over plain text into a regular expression.

use super::Node;
use super::document::is_word;

/// A word.
const WORD: &str = "[A-Za-z0-9_]+";
/// What stands within ten lines.
const DOTS: &str = r"(?:[^\n]*\n){0,10}?[^\n]*?";

/// The expression for the nodes, blocks among them as if they were none.
pub(super) fn of(nodes: &[Node]) -> String {
    let mut flat = Vec::new();
    flatten(nodes, &mut flat);
    let is_idle = |node: &&Node| matches!(node, Node::Dots(None));
    let front = flat.iter().take_while(|node| is_idle(node)).count();
    let back = flat.iter().rev().take_while(|node| is_idle(node)).count();
    let inner = flat.get(front..flat.len() - back).unwrap_or_default();
    let mut text = String::new();
    let mut names: Vec<&str> = Vec::new();
    let mut before: Option<&Node> = None;
    for node in inner {
        if let Some(before) = before {
            // Two words would be one without a blank.
            let apart = is_wordlike(before) && is_wordlike(node);
            text.push_str(if apart { r"\s+" } else { r"\s*" });
        }
        text.push_str(&one(node, &mut names));
        before = Some(node);
    }
    text
}

fn flatten<'n>(nodes: &'n [Node], flat: &mut Vec<&'n Node>) {
    for node in nodes {
        match node {
            Node::Block(inner) => flatten(inner, flat),
            node => flat.push(node),
        }
    }
}

fn is_wordlike(node: &Node) -> bool {
    match node {
        Node::Atom(text) => text.first().copied().is_some_and(is_word),
        Node::Word(_) => true,
        Node::Dots(_) | Node::Block(_) => false,
    }
}

fn one<'n>(node: &'n Node, names: &mut Vec<&'n str>) -> String {
    let mut named = |name: &'n Option<String>, inner: &str| match name.as_deref() {
        None => format!("(?:{inner})"),
        Some(name) if names.contains(&name) => format!("(?P={name})"),
        Some(name) => {
            names.push(name);
            format!("(?P<{name}>{inner})")
        }
    };
    match node {
        Node::Atom(text) => {
            let edge = if is_wordlike(node) { r"\b" } else { "" };
            format!(
                "{edge}{}{edge}",
                regex::escape(&String::from_utf8_lossy(text))
            )
        }
        Node::Word(name) => named(name, WORD),
        Node::Dots(name) => named(name, DOTS),
        Node::Block(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;
    use crate::pack::QueryText;
    use crate::rule::expression::Expression;

    #[test]
    fn an_expression_says_what_the_pattern_says() {
        for (pattern, text, found) in [
            ("openai", "api.openai.com", true),
            ("openai", "openais", false),
            ("a $X b", "a  thing\nb", true),
            ("<script ...>", "<script src=\"x\"\n>", true),
            ("$X = $X", "a = a", true),
            ("$X = $X", "a = b", false),
            ("... {\n  a\n} ...", "{ a }", true),
        ] {
            let written = QueryText {
                file: "test".to_owned(),
                text: pattern.into(),
            };
            let expression = Pattern::new(&written).expect("a pattern").expression();
            let compiled = Expression::new(&expression, true).expect("it is one");
            let is = compiled.is_match(text.as_bytes());
            assert_eq!(is, found, "{pattern} became {expression}, over {text}");
        }
    }
}
