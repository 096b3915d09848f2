//! YAML as catalogues hold it: every scalar stays the text that it is.
//!
//! Invariants: `yes` and `0777` are words, not a truth and a number; aliases cannot make a small file large, nor deep
//! nesting a deep stack; a wrong document is told with its line and takes nothing with it but what follows in its file.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser};

/// Nodes of one file, aliases counted in full.
const MOST_NODES: usize = 200_000;
/// No value is nested deeper.
const MAX_DEPTH: usize = 100;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    List(Vec<Node>),
    /// A later row of the same name goes before an earlier one.
    Map(BTreeMap<String, Node>),
}

impl Node {
    /// The value under a way of keys.
    pub(super) fn at(&self, way: &[&str]) -> Option<&Node> {
        way.iter().try_fold(self, |node, key| match node {
            Self::Map(rows) => rows.get(*key),
            _ => None,
        })
    }

    /// The text under a way of keys, unless it is empty.
    pub(super) fn text(&self, way: &[&str]) -> Option<&str> {
        match self.at(way)? {
            Self::Text(text) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    fn nodes(&self) -> usize {
        let mut count = 0;
        let mut all = vec![self];
        while let Some(node) = all.pop() {
            count += 1;
            match node {
                Self::Text(_) => {}
                Self::List(items) => all.extend(items),
                Self::Map(rows) => all.extend(rows.values()),
            }
        }
        count
    }
}

/// A place that is still being read.
struct Open {
    anchor: usize,
    node: Node,
    /// The key that waits for its value.
    key: Option<String>,
}

/// The documents of a text, each with the line on which it begins; and what is wrong with it, if anything.
pub(super) fn documents(text: &str) -> (Vec<(usize, Node)>, Option<String>) {
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: BTreeMap<usize, Node> = BTreeMap::new();
    let (mut nodes, mut begun) = (0, 1);
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let line = error.marker().line();
                return (documents, Some(format!("line {line}: {}", error.info())));
            }
        };
        let line = span.start.line();
        let wrong = |what: &str| Some(format!("line {line}: {what}"));
        if open.len() > MAX_DEPTH {
            return (documents, wrong("it is nested too deeply"));
        }
        let closed = match event {
            Event::DocumentStart(_) => {
                begun = line;
                anchors.clear();
                continue;
            }
            Event::Scalar(text, _, anchor, _) => (anchor, Node::Text(Cow::into_owned(text))),
            Event::Alias(anchor) => match anchors.get(&anchor) {
                Some(node) => {
                    nodes += node.nodes();
                    (0, node.clone())
                }
                None => return (documents, wrong("an alias of nothing")),
            },
            Event::SequenceStart(anchor, _) => {
                open.push(Open {
                    anchor,
                    node: Node::List(Vec::new()),
                    key: None,
                });
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open {
                    anchor,
                    node: Node::Map(BTreeMap::new()),
                    key: None,
                });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(done) => (done.anchor, done.node),
                None => continue,
            },
            _ => continue,
        };
        nodes += 1;
        if nodes > MOST_NODES {
            return (documents, wrong("it holds too much"));
        }
        let (anchor, node) = closed;
        if anchor > 0 {
            anchors.insert(anchor, node.clone());
        }
        match open.last_mut() {
            None => documents.push((begun, node)),
            Some(Open {
                node: Node::List(items),
                ..
            }) => items.push(node),
            Some(Open {
                node: Node::Map(rows),
                key,
                ..
            }) => match key.take() {
                None => {
                    *key = Some(match node {
                        Node::Text(text) => text,
                        _ => "?".to_owned(),
                    });
                }
                Some(key) => put(rows, key, node),
            },
            Some(Open {
                node: Node::Text(_),
                ..
            }) => {}
        }
    }
    (documents, None)
}

/// Adds a row; `<<` brings in the rows of others, which go behind the own ones.
fn put(rows: &mut BTreeMap<String, Node>, key: String, node: Node) {
    if key != "<<" {
        rows.insert(key, node);
        return;
    }
    let parts = match node {
        Node::List(parts) => parts,
        one => vec![one],
    };
    for part in parts {
        if let Node::Map(more) = part {
            for (key, node) in more {
                rows.entry(key).or_insert(node);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::documents;

    #[test]
    fn scalars_stay_texts_and_documents_apart() {
        let text =
            "a: yes\nb: 0777\nc: [1.0, ~]\n---\n---\nd: &x {e: f}\ng: *x\nh: {<<: *x, i: j}\n";
        let (all, wrong) = documents(text);
        assert_eq!(wrong, None);
        assert_eq!(all[0].1.text(&["a"]), Some("yes"));
        assert_eq!(all[0].1.text(&["b"]), Some("0777"));
        let last = &all.last().expect("documents").1;
        assert_eq!(last.text(&["g", "e"]), Some("f"));
        assert_eq!(last.text(&["h", "e"]), Some("f"));
        assert_eq!(last.text(&["h", "i"]), Some("j"));
    }

    #[test]
    fn hostile_files_end_with_a_word() {
        let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for step in 1..9 {
            let before = vec![format!("*a{}", step - 1); 10].join(", ");
            laughs.push_str(&format!("a{step}: &a{step} [{before}]\n"));
        }
        let deep = "[".repeat(5000);
        for text in [laughs.as_str(), deep.as_str(), "a: [", "a: *nothing"] {
            let (_, wrong) = documents(text);
            assert!(wrong.is_some_and(|wrong| wrong.contains("line 1") || wrong.contains("line")));
        }
        let (all, wrong) = documents("a: b\n---\nc: [\n");
        assert!(all.len() == 1 && wrong.is_some());
    }
}
