//! Cuts a file down to what a rule needs of it: the hit, and as little around it as still parses and is still found.
//!
//! What the hit stands in is kept; of what stands beside, level by level from the outside in, all is dropped that can
//! be. Nothing is known of the language but its grammar; plain text goes line by line.

use std::ops::Range;

use crate::language::Language;

/// So often a shorter text is tried; each costs a parse.
const TRIES: usize = 400;
/// What could not go in one round may go in the next, once something else has gone: another hit, for one.
const ROUNDS: usize = 3;
/// A longer import is a list of many things.
const LONGEST_IMPORT: usize = 3;
/// A larger file is kept as it is.
const LARGEST: usize = 1 << 20;

/// A text with a hit in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) text: String,
    /// The bytes of the hit.
    pub(crate) hit: Range<usize>,
}

/// Drops what can be dropped. `still` says whether a text is as good as the first: there the hit is found, and no other.
pub(crate) fn shrink(cut: Cut, language: &Language, still: &dyn Fn(&Cut) -> bool) -> Cut {
    if cut.text.len() > LARGEST {
        return cut;
    }
    let mut best = cut;
    let mut tries = TRIES;
    for _ in 0..ROUNDS {
        let before = best.text.len();
        best = round(best, language, still, &mut tries);
        if best.text.len() == before {
            break;
        }
    }
    let tidy = tidied(&best);
    if still(&tidy) { tidy } else { best }
}

/// Drops what can be dropped, from the outside in.
fn round(cut: Cut, language: &Language, still: &dyn Fn(&Cut) -> bool, tries: &mut usize) -> Cut {
    let Some((_, mut errors)) = beside(&cut, language, 0) else {
        return cut;
    };
    let mut best = cut;
    for depth in 0.. {
        let Some((siblings, _)) = beside(&best, language, depth) else {
            break;
        };
        // The later group first: what lies before it keeps its place.
        let mut groups = vec![siblings];
        while let Some(mut group) = groups.pop() {
            if group.is_empty() || *tries == 0 {
                continue;
            }
            *tries -= 1;
            let shorter = without(&best, &group);
            let found = beside(&shorter, language, 0).map(|(_, errors)| errors);
            if let Some(left) = found
                && left <= errors
                && still(&shorter)
            {
                (best, errors) = (shorter, left);
            } else if group.len() > 1 {
                let later = group.split_off(group.len() / 2);
                groups.push(group);
                groups.push(later);
            }
        }
    }
    best
}

/// The nodes beside the way to the hit, `depth` levels down, and the number of errors in the whole text; `None` where
/// the way ends, or the text cannot be parsed.
fn beside(cut: &Cut, language: &Language, depth: usize) -> Option<(Vec<Range<usize>>, usize)> {
    if language.is_text() {
        return (depth == 0).then(|| (lines_beside(cut), 0));
    }
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    let tree = parser.parse(&cut.text, None)?;
    let holds = |range: &Range<usize>| range.start <= cut.hit.start && range.end >= cut.hit.end;
    let mut node = tree.root_node();
    for _ in 0..depth {
        let mut cursor = node.walk();
        let next = node
            .children(&mut cursor)
            .find(|child| holds(&child.byte_range()))?;
        node = next;
    }
    if node.byte_range() == cut.hit || !holds(&node.byte_range()) {
        return if depth == 0 {
            Some((Vec::new(), errors(&tree)))
        } else {
            None
        };
    }
    let mut cursor = node.walk();
    let apart = |range: &Range<usize>| range.end <= cut.hit.start || range.start >= cut.hit.end;
    let mut siblings = Vec::new();
    cursor.goto_first_child();
    loop {
        let (range, child) = (cursor.node().byte_range(), cursor.node());
        // What has a name in its parent is a part of it, not one of many: without it another thing would stand there.
        // An import of what the hit names says what it means.
        let is_part = cursor
            .field_name()
            .is_some_and(|field| field != "alternative");
        let is_loose = !is_part && !is_import(cut, child);
        if child.is_named() && is_loose && !range.is_empty() && apart(&range) {
            siblings.push(range);
        }
        if !cursor.goto_next_sibling() {
            break;
        }
    }
    Some((siblings, errors(&tree)))
}

/// The lines that hold nothing of the hit.
fn lines_beside(cut: &Cut) -> Vec<Range<usize>> {
    let mut start = 0;
    let lines = cut.text.split_inclusive('\n').map(|line| {
        start += line.len();
        start - line.len()..start
    });
    lines
        .filter(|line| line.end <= cut.hit.start || line.start >= cut.hit.end)
        .collect()
}

/// Whether a node is a short import of something that the hit names.
fn is_import(cut: &Cut, node: tree_sitter::Node<'_>) -> bool {
    let kind = node.kind();
    let imports = ["import", "include", "require", "use_declaration", "using"];
    if !imports.iter().any(|word| kind.contains(word)) {
        return false;
    }
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let text = cut.text.get(node.byte_range()).unwrap_or_default();
    let hit = words(cut.text.get(cut.hit.clone()).unwrap_or_default());
    text.lines().count() <= LONGEST_IMPORT && words(text).iter().any(|word| hit.contains(word))
}

/// How many nodes are wrong or missing.
fn errors(tree: &tree_sitter::Tree) -> usize {
    let mut count = 0;
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        count += usize::from(node.is_error() || node.is_missing());
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return count;
            }
        }
    }
}

/// The text without some ranges, each with its lines where nothing else stands on them.
fn without(cut: &Cut, ranges: &[Range<usize>]) -> Cut {
    let mut text = String::with_capacity(cut.text.len());
    let mut kept = 0;
    let mut gone = 0;
    for range in ranges {
        let range = lines(&cut.text, range);
        let start = range.start.max(kept);
        if range.end <= start {
            continue;
        }
        text.push_str(cut.text.get(kept..start).unwrap_or_default());
        if range.end <= cut.hit.start {
            gone += range.end - start;
        }
        kept = range.end;
    }
    text.push_str(cut.text.get(kept..).unwrap_or_default());
    Cut {
        text,
        hit: cut.hit.start - gone..cut.hit.end - gone,
    }
}

/// A range, widened to whole lines if only white space stands beside it.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t']).len();
    let rest = after.trim_start_matches([' ', '\t', '\r']);
    let begins = start == 0 || before[..start].ends_with('\n');
    if begins && (rest.is_empty() || rest.starts_with('\n')) {
        let end = range.end + (after.len() - rest.len()) + usize::from(!rest.is_empty());
        start..end
    } else if rest.is_empty() || rest.starts_with('\n') {
        start..range.end
    } else {
        range.clone()
    }
}

/// Without blank lines at the start, more than one in a row, or any at the end.
fn tidied(cut: &Cut) -> Cut {
    let mut blank = Vec::new();
    let mut start = 0;
    let mut last_blank = true;
    for line in cut.text.split_inclusive('\n') {
        let is_blank = line.trim().is_empty();
        if is_blank && last_blank {
            blank.push(start..start + line.len());
        }
        last_blank = is_blank;
        start += line.len();
    }
    let apart = |range: &Range<usize>| range.end <= cut.hit.start || range.start >= cut.hit.end;
    blank.retain(apart);
    let mut tidy = without(cut, &blank);
    let end = tidy.text.trim_end().len().max(tidy.hit.end);
    tidy.text.truncate(end);
    tidy.text.push('\n');
    tidy
}

#[cfg(test)]
mod tests {
    use super::{Cut, shrink};
    use crate::language;

    /// The cut of a text around a word, as long as all these words stay.
    fn cut(name: &str, text: &str, hit: &str, needed: &[&str]) -> String {
        let at = text.find(hit).expect("the hit is there");
        let first = Cut {
            text: text.to_owned(),
            hit: at..at + hit.len(),
        };
        let still = |cut: &Cut| {
            cut.text.get(cut.hit.clone()) == Some(hit)
                && cut.text.matches(hit).count() == 1
                && needed.iter().all(|word| cut.text.contains(word))
        };
        let language = language::by_name(name).expect("built in");
        shrink(first, language, &still).text
    }

    #[test]
    fn what_stands_beside_is_dropped() {
        let python = "import os\nimport requests\n\n# a comment\nclass A:\n    def f(self):\n        pass\n\n    def g(self, u):\n        x = 1\n        if u:\n            y = requests.get(u)\n            z = 2\n        return x\n";
        assert_eq!(
            cut("python", python, "requests.get(u)", &[]),
            "import requests\n\nclass A:\n\n    def g(self, u):\n        if u:\n            y = requests.get(u)\n"
        );
        assert_eq!(
            cut("python", python, "requests.get(u)", &["z = 2"]),
            "import requests\n\nclass A:\n\n    def g(self, u):\n        if u:\n            y = requests.get(u)\n            z = 2\n"
        );
        let c = "#include <a.h>\nint a(void) { return 1; }\nint b(int n) {\n  int m = n;\n  free(m); use(m);\n  return 0;\n}\n";
        assert_eq!(
            cut("c", c, "use(m)", &["free(m)"]),
            "int b(int n) {\n  free(m); use(m);\n}\n"
        );
        let go = "package a\n\nfunc F(x string) error {\n\ty := x\n\t_ = Get(x) // why\n\treturn nil\n}\n";
        assert_eq!(
            cut("go", go, "Get(x)", &[]),
            "func F(x string) error {\n\t_ = Get(x)\n}\n"
        );
    }

    #[test]
    fn another_hit_goes_before_what_stood_beside_both() {
        let text = "import os\nimport requests\ndef f():\n    get(u)\ndef g():\n    get(u)\n";
        let cut = cut("python", text, "get(u)", &[]);
        assert_eq!(cut, "def f():\n    get(u)\n");
    }

    #[test]
    fn what_does_not_parse_is_no_shorter_text() {
        let text = "x = [a, g()]\n";
        assert_eq!(cut("python", text, "g()", &[]), text);
    }
}
