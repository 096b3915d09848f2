//! The prefilter rules out nothing that matches: findings and reviews are equal with it and without it.

use std::sync::Arc;

use stampout::language::{self, Language};
use stampout::model::{Instance, RepoPath};
use stampout::pack::{self, Body, Pack, QueryText};
use stampout::rule::RuleSet;
use stampout::scan::{Limits, examine_once};

/// A small generator of our own, so that a failure comes back with its seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.next() % bound.max(1)
    }
}

fn packs() -> Vec<Pack> {
    pack::builtin()
        .iter()
        .filter_map(|files| pack::read(files).ok())
        .collect()
}

/// Bytes cut out, doubled, swapped or replaced at random places.
fn mutate(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(4) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = random.below(bytes.len());
        let end = (at + 1 + random.below(40)).min(bytes.len());
        match random.below(5) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            2 => bytes[at] = b"(){}[]\"'\\#;:,.\n\0\xE9"[random.below(17)],
            3 => bytes.truncate(end),
            _ => {
                let from = random.below(bytes.len());
                let piece = bytes[from..(from + 20).min(bytes.len())].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

fn compare(rules: &RuleSet, languages: &[&'static Language], bytes: &[u8], what: &str) -> usize {
    let judge = |prefilter| -> Vec<Arc<Instance>> {
        let limits = Limits {
            max_file_size: 1 << 20,
            timeout: None,
            prefilter,
        };
        examine_once(bytes, languages, rules, &limits)
            .instances
            .clone()
    };
    let (with, without) = (judge(true), judge(false));
    assert_eq!(with, without, "{what}:\n{}", String::from_utf8_lossy(bytes));
    with.len()
}

/// All built-in packs over their cases, over every sample, and over mutations of both.
#[test]
fn built_in_packs_lose_nothing() {
    let packs = packs();
    let (rules, errors) = RuleSet::build(&packs);
    assert!(errors.is_empty());
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for case in packs.iter().flat_map(|pack| &pack.cases) {
        files.push((case.name.clone(), case.bytes.clone()));
    }
    for language in language::all() {
        let extension = language.extensions.first().copied().unwrap_or_default();
        files.push((
            format!("sample.{extension}"),
            language.sample.as_bytes().to_vec(),
        ));
    }
    let mut instances = 0;
    for (name, bytes) in &files {
        let languages: Vec<_> = language::detect(&RepoPath::from(name.as_str()), Some(bytes))
            .iter()
            .copied()
            .filter(|language| rules.reads(language))
            .collect();
        if languages.is_empty() {
            continue;
        }
        instances += compare(&rules, &languages, bytes, name);
        for round in 0..40 {
            let mutated = mutate(bytes, &mut random);
            instances += compare(
                &rules,
                &languages,
                &mutated,
                &format!("{name}, mutation {round}"),
            );
        }
    }
    assert!(
        instances > 1_000,
        "only {instances} instances were compared"
    );
}

/// Rules merged into one query find what each finds alone.
#[test]
fn merged_rules_find_what_each_finds_alone() {
    let packs = packs();
    let (all, _) = RuleSet::build(&packs);
    let alone: Vec<RuleSet> = packs
        .iter()
        .map(|pack| RuleSet::build(std::slice::from_ref(pack)).0)
        .collect();
    let limits = Limits {
        max_file_size: 1 << 20,
        timeout: None,
        prefilter: false,
    };
    let found =
        |rules: &RuleSet, name: &str, bytes: &[u8]| -> Vec<(String, stampout::model::Span)> {
            let languages: Vec<_> = language::detect(&RepoPath::from(name), Some(bytes))
                .iter()
                .copied()
                .filter(|language| rules.reads(language))
                .collect();
            let verdict = examine_once(bytes, &languages, rules, &limits);
            let id = |instance: &Arc<Instance>| rules.catalog().rules[instance.rule].id.clone();
            verdict
                .instances
                .iter()
                .map(|instance| (id(instance), instance.span))
                .collect()
        };
    // Cases of one language behind one another: many rules match in one file.
    let mut instances = 0;
    for extension in [
        "go", "py", "rb", "java", "js", "tsx", "cs", "sh", "yaml", "xml", "c", "cpp",
    ] {
        let name = format!("all.{extension}");
        let mut bytes = Vec::new();
        for case in packs
            .iter()
            .flat_map(|pack| &pack.cases)
            .filter(|case| case.name.ends_with(&format!(".{extension}")))
        {
            bytes.extend_from_slice(&case.bytes);
            bytes.push(b'\n');
        }
        let mut merged = found(&all, &name, &bytes);
        let mut each: Vec<_> = alone
            .iter()
            .flat_map(|rules| found(rules, &name, &bytes))
            .collect();
        merged.sort();
        each.sort();
        assert_eq!(merged, each, "{name}");
        instances += merged.len();
    }
    assert!(instances > 60, "only {instances} instances were compared");
}

/// A query about a random leaf of a random sample, over mutations of that sample.
#[test]
fn random_queries_lose_nothing() {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let mut instances = 0;
    for language in language::all() {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(&language.grammar()).expect("it loads");
        let tree = parser.parse(language.sample, None).expect("it parses");
        let leaves = leaves(&tree);
        for _ in 0..12 {
            let leaf = &leaves[random.below(leaves.len())];
            let text = &language.sample[leaf.range.clone()];
            let query = query(leaf, text, &mut random);
            let Some(rules) = rules(language, &query) else {
                continue;
            };
            for round in 0..6 {
                // Long enough that matches are looked for in parts of it, with the leaf in some of its copies only.
                let other = language.sample.replace(text, "other");
                let mut bytes = Vec::new();
                for copy in 0..if round < 3 { 1 } else { 12 } {
                    let hit = copy == 0 || random.below(6) == 0;
                    let sample = if hit { language.sample } else { &other };
                    bytes.extend(mutate(sample.as_bytes(), &mut random));
                }
                instances += compare(
                    &rules,
                    &[language],
                    &bytes,
                    &format!("{language} {query} {round}"),
                );
            }
        }
    }
    assert!(instances > 500, "only {instances} instances were compared");
}

/// A named node without children.
struct Leaf {
    kind: String,
    /// The kind of the node around it.
    parent: Option<String>,
    range: std::ops::Range<usize>,
}

/// The leaves of a tree that have a text.
fn leaves(tree: &tree_sitter::Tree) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.child_count() == 0 && node.is_named() && !node.byte_range().is_empty() {
            leaves.push(Leaf {
                kind: node.kind().to_owned(),
                parent: node
                    .parent()
                    .filter(|node| node.is_named())
                    .map(|node| node.kind().to_owned()),
                range: node.byte_range(),
            });
        }
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return leaves;
            }
        }
    }
}

/// A query that demands some of a leaf's text: of the leaf alone, of a leaf in its parent, of a leaf beside others.
fn query(leaf: &Leaf, text: &str, random: &mut Random) -> String {
    let quoted = |text: &str| {
        format!(
            "\"{}\"",
            text.replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
        )
    };
    let cut = text
        .char_indices()
        .nth(random.below(text.chars().count()))
        .map_or(0, |(at, _)| at);
    let part = regex::escape(&text[cut..]);
    let kind = &leaf.kind;
    let parent = leaf.parent.as_deref().unwrap_or("_");
    let (name, pattern) = match random.below(6) {
        0 => ("@_leaf", format!("({parent} ({kind}) @_leaf) @bug")),
        1 => (
            "@_leaf",
            format!("({parent} (_)* @rest ({kind}) @_leaf) @bug"),
        ),
        2 => ("@_leaf", format!("(_ (_ ({kind}) @_leaf) (_)* @rest) @bug")),
        3 => ("@_leaf", format!("({kind}) @_leaf (_) @bug")),
        _ => ("@bug", format!("({kind}) @bug")),
    };
    let predicate = match random.below(7) {
        0 => format!("(#eq? {name} {})", quoted(text)),
        1 => format!("(#any-of? {name} {} \"other\")", quoted(text)),
        2 => format!("(#match? {name} {})", quoted(&part)),
        3 => format!("(#match? {name} {})", quoted(&format!("(?i){part}"))),
        4 => format!(
            "(#match? {name} {})",
            quoted(&format!("(?:{part}|zz+)[a-z]*"))
        ),
        5 => format!("(#any-match? {name} {})", quoted(&format!("^.?{part}$"))),
        _ => format!("(#not-eq? {name} {})", quoted(text)),
    };
    format!("({pattern} {predicate})")
}

fn rules(language: &'static Language, query: &str) -> Option<RuleSet> {
    let mut pack = packs().pop()?;
    pack.rules.truncate(1);
    let text = QueryText {
        file: "random".into(),
        text: query.into(),
    };
    pack.rules[0].bodies = vec![(language, Body::Query(text))];
    let (rules, errors) = RuleSet::build(&[pack]);
    errors.is_empty().then_some(rules)
}
