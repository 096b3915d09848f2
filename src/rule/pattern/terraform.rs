//! What Terraform gives names to: `var.x` is what its variable is without a value from outside, `local.x` what the file says.

use super::compile::Content;
use super::forest::Forest;

/// The names that a block gives literals or the like to, each with the item of its value.
pub(super) fn given(forest: &Forest<'_>, block: u32) -> Vec<(Vec<u8>, u32)> {
    let children = forest.children(block);
    let Some(body) = children
        .iter()
        .copied()
        .find(|child| forest.kind_name(*child) == "body")
    else {
        return Vec::new();
    };
    let word = children.first().map_or(&[][..], |at| forest.text_of(*at));
    let label = match (word, children.as_slice()) {
        (b"locals", [_, _]) => None,
        (b"variable", [_, label, _]) => {
            let label = forest.text_of(*label);
            Some(label.strip_prefix(b"\"").unwrap_or(label))
        }
        _ => return Vec::new(),
    };
    let mut given = Vec::new();
    for attribute in forest.children(body) {
        let [name, value] = forest.children(attribute)[..] else {
            continue;
        };
        let name = forest.text_of(name);
        match label {
            Some(label) if name == b"default" => {
                let label = label.strip_suffix(b"\"").unwrap_or(label);
                given.push(([b"var.", label].concat(), value));
            }
            Some(_) => {}
            None => given.push(([b"local.", name].concat(), value)),
        }
    }
    given
}

/// Whether an item is `var.x` or `local.x` and no more.
pub(super) fn is_name(forest: &Forest<'_>, at: u32) -> bool {
    let text = forest.text_of(at);
    forest.kind_name(at) == "expression"
        && (text.starts_with(b"var.") || text.starts_with(b"local."))
        && forest.children(at).len() == 2
}

/// Whether a number or truth value and a text say the same: Terraform makes one of the other.
pub(super) fn same_value(forest: &Forest<'_>, wanted: &Content, at: u32) -> bool {
    let is_value = matches!(forest.kind_name(at), "numeric_lit" | "bool_lit");
    is_value && matches!(wanted, Content::Exactly(text) if text == forest.text_of(at))
}
