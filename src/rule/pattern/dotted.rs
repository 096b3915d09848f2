//! Dotted names as a file writes them: `a.b.c`, `A::b`, the callee of `A.b(x)`, and `require("a").b`.

use super::forest::Forest;
use super::imports;

/// What a dotted name says.
#[derive(Debug)]
pub(super) struct Dotted {
    pub(super) words: Vec<String>,
    /// The item of the last word.
    pub(super) last: u32,
    /// It begins with a module that is imported on the spot.
    pub(super) required: bool,
}

/// No dotted name has more words; what is longer is a chain of something else.
const MAX_WORDS: usize = 64;

/// Calls that give a module.
const REQUIRES: &[&str] = &[
    "require",
    "import",
    "__import__",
    "import_module",
    "importlib.import_module",
];

/// Kinds of calls whose callee is no node of its own: what it is called on and its name are fields.
pub(super) fn split_callee(forest: &Forest<'_>, at: u32) -> Option<(Option<u32>, u32)> {
    let split = matches!(
        forest.kind_name(at),
        "method_invocation" | "scoped_call_expression"
    ) || (forest.language.name == "ruby" && forest.kind_name(at) == "call");
    if !split {
        return None;
    }
    let name = forest.child_by_field(at, &["method", "name"])?;
    let object = forest.child_by_field(at, &["object", "scope", "receiver"]);
    Some((object, name))
}

/// What a call calls; anything else stands for itself.
pub(super) fn callee(forest: &Forest<'_>, at: u32) -> u32 {
    if !forest.kind(at).call || split_callee(forest, at).is_some() {
        return at;
    }
    forest
        .child_by_field(at, &["function", "constructor", "type"])
        .or_else(|| {
            forest
                .children(at)
                .into_iter()
                .find(|child| forest.item(*child).named)
        })
        .unwrap_or(at)
}

/// The words of a leaf, of a member access or of a call's callee.
pub(super) fn read(forest: &Forest<'_>, at: u32) -> Option<Dotted> {
    let mut ends = Vec::new();
    let mut head = at;
    // Down to the leftmost word.
    loop {
        let kind = forest.kind(head);
        if !forest.item(head).named || kind.string || ends.len() > MAX_WORDS {
            return None;
        }
        if forest.is_leaf(head) {
            break;
        }
        if let Some((object, name)) = split_callee(forest, head) {
            // Only the callee of the whole is meant; `a.b(x).c` is no dotted name, but for Ruby's `a.b.c`.
            if head != at
                && forest
                    .child_by_field(head, &["arguments", "block"])
                    .is_some()
            {
                return None;
            }
            ends.push(name..forest.item(name).end);
            match object {
                Some(object) => head = object,
                None => {
                    ends.pop();
                    head = name;
                }
            }
            continue;
        }
        if kind.call || is_await(forest, head) {
            break;
        }
        let children = forest.children(head);
        let wrapper = head != at && children.len() == 1 && !kind.list;
        if !kind.member && !wrapper {
            return None;
        }
        let first = *children.first()?;
        ends.push(forest.item(first).end..forest.item(head).end);
        head = first;
    }
    let mut words = Vec::new();
    let mut last = head;
    let mut required = false;
    if forest.is_leaf(head) {
        words.push(forest.word(head));
    } else {
        words = required_module(forest, head)?;
        required = true;
    }
    for end in ends.into_iter().rev() {
        for item in end {
            if forest.is_leaf(item) {
                if forest.item(item).named {
                    words.push(forest.word(item));
                    last = item;
                }
            } else if !forest.kind(item).member && forest.children(item).len() > 1 {
                return None;
            }
        }
    }
    Some(Dotted {
        words,
        last,
        required,
    })
}

fn is_await(forest: &Forest<'_>, at: u32) -> bool {
    forest.kind_name(at) == "await_expression"
}

/// The module that `require("m")` gives.
fn required_module(forest: &Forest<'_>, at: u32) -> Option<Vec<String>> {
    let mut call = at;
    if is_await(forest, call) {
        call = *forest
            .children(call)
            .iter()
            .find(|child| forest.item(**child).named)?;
    }
    if !forest.kind(call).call {
        return None;
    }
    let function = forest.child_by_field(call, &["function", "name"])?;
    let word = forest.word(function);
    if !REQUIRES.contains(&word.as_str()) {
        return None;
    }
    let arguments = forest.child_by_field(call, &["arguments"])?;
    let first = *forest.children(arguments).first()?;
    if !forest.kind(first).string {
        return None;
    }
    Some(imports::parts(&forest.word(first), forest.language)).filter(|parts| !parts.is_empty())
}
