//! `#resolves?`: a name means one of some things of other files, whatever the imports call it.
//!
//! A name without an import counts as what is written, unless something in the file hides it.

use super::{Built, Clause, Nodes, Parts, Predicate, Row, SyntaxError};
use crate::rule::pattern;

pub(super) const RESOLVES: Row = Row {
    name: "resolves?",
    meaning: "every node of the capture is a name, or a call of one, that means one of the dotted names by the file's imports",
    example: r#"((call) @bug (#resolves? @bug "requests.get" "requests.post"))"#,
    language: "python",
    sample: "from requests import get as yes, put as no\nyes()\nno()",
    build,
};

struct Resolves {
    subject: u32,
    names: Vec<Vec<String>>,
    /// What of each must be written: what every file has without an import need not be.
    written: Vec<Vec<String>>,
}

fn build(parts: &Parts<'_>) -> Built {
    let subject = parts.subject()?;
    let language = parts.language;
    if !pattern::resolves(language) {
        let mut known: Vec<&str> = pattern::resolving().collect();
        known.sort_unstable();
        return Err(SyntaxError::new(
            parts.written.name_span.clone(),
            format!("what {} imports is not known", language.name),
            format!(
                "names resolve in {}; here, compare texts with `#eq?`",
                known.join(" ")
            ),
        ));
    }
    let texts = parts.texts()?;
    if texts.is_empty() {
        return Err(parts.error("the predicate names nothing"));
    }
    let mut names = Vec::new();
    for (text, span) in texts {
        let is_word = |c: char| c.is_alphanumeric() || "_.:/\\@-$".contains(c);
        let words = pattern::name_parts(text, language);
        let open = text.ends_with(['.', ':', '/', '\\']);
        if words.is_empty() || open || !text.chars().all(is_word) {
            let plain: String = text.chars().take_while(|c| is_word(*c)).collect();
            let plain = plain.trim_end_matches(['.', ':', '/', '\\']);
            let hint = if plain.is_empty() {
                parts.usage()
            } else {
                format!("did you mean \"{plain}\"?")
            };
            return Err(SyntaxError::new(
                span,
                format!("not a dotted name: \"{text}\""),
                hint,
            ));
        }
        names.push(words);
    }
    let implicit: Vec<Vec<String>> = pattern::implicit(language)
        .iter()
        .map(|path| pattern::name_parts(path, language))
        .collect();
    let without = |words: &Vec<String>| {
        let prefix = implicit.iter().filter(|prefix| words.starts_with(prefix));
        let length = prefix.map(Vec::len).max().unwrap_or(0);
        words[length.min(words.len() - 1)..].to_vec()
    };
    let written = names.iter().map(without).collect();
    Ok(Some(Box::new(Resolves {
        subject,
        names,
        written,
    })))
}

impl Predicate for Resolves {
    fn holds(&self, nodes: &Nodes<'_, '_>) -> bool {
        nodes
            .ranges(self.subject)
            .all(|range| nodes.scene.resolve(range, &self.names))
    }

    /// The last word of one of the names: an alias stands elsewhere in place of it, its import never does without it.
    fn required(&self) -> Vec<Clause> {
        let of = |from_behind: usize| {
            let words = self.written.iter().map(|words| {
                let index = words.len().saturating_sub(1 + from_behind);
                words
                    .get(index)
                    .or(words.last())
                    .map_or_else(Vec::new, |word| word.as_bytes().to_vec())
            });
            let mut words: Vec<Vec<u8>> = words.collect();
            words.sort();
            words.dedup();
            Clause::one_of(words)
        };
        let mut clauses = vec![of(0)];
        let module = of(1);
        if module != clauses[0] {
            clauses.push(module);
        }
        clauses
    }

    /// The words may all stand in the import.
    fn inside(&self) -> Vec<Clause> {
        Vec::new()
    }
}
