//! How deep a tree may be for the engine to walk it.

use tree_sitter::Node;

/// The engine counts depth in 16 bits and misses in silence beyond; we stop well before.
const MAX_DEPTH: usize = 60_000;

/// Whether the tree is deeper than the engine can follow.
pub fn too_deep(root: Node<'_>) -> bool {
    let mut cursor = root.walk();
    let mut depth = 0_usize;
    loop {
        // A tree has at least as many nodes as levels: most subtrees are too small to reach so deep.
        let can_reach = depth + cursor.node().descendant_count() > MAX_DEPTH;
        if can_reach && cursor.goto_first_child() {
            depth += 1;
            if depth > MAX_DEPTH {
                return true;
            }
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return false;
            }
            depth -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, too_deep};
    use crate::language::by_name;

    /// A tree is too deep by its levels, not by its nodes.
    #[test]
    fn deep_trees_are_told_from_wide_ones() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        let wide = format!("[{}1]", "[1],".repeat(MAX_DEPTH));
        for (text, expected) in [
            (nested(MAX_DEPTH + 1), true),
            (format!("[[1, 2], {}, {wide}]", nested(MAX_DEPTH)), true),
            (nested(MAX_DEPTH - 2), false),
            (wide, false),
        ] {
            let mut parser = tree_sitter::Parser::new();
            let json = by_name("json").expect("it is built in");
            parser.set_language(&json.grammar()).expect("it loads");
            let tree = parser.parse(&text, None).expect("it parses");
            assert_eq!(too_deep(tree.root_node()), expected, "{}…", &text[..20]);
        }
    }
}
