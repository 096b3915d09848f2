//! `stampout try`: one query or pattern, at once, without a pack.

use std::sync::Arc;

use super::args::{Global, TryArgs};
use super::config::Config;
use super::hits::Hits;
use super::save::{self, Tried};
use super::{Exit, new, out, run, say, targets};
use crate::language;
use crate::model::{Class, Incident, IncidentTime, Severity};
use crate::pack::{Body, Pack, PackRule, PackSource, Part, PartKind, Parts, QueryText};
use crate::rule::{self, CompiledParts, RuleSet};
use crate::source::Repository;

/// Runs the query over what the arguments name.
pub(crate) fn run(args: &TryArgs, global: &Global) -> Exit {
    let language = match language::by_name(&args.language) {
        Ok(language) => language,
        Err(error) => {
            say::language(&error);
            return Exit::Usage;
        }
    };
    let Some(body) = body(args) else {
        return Exit::Usage;
    };
    // Here the rule is what is being tried: what is wrong with it is said before anything is scanned.
    if let Err(error) = rule::check(&body, language) {
        say::diagnostic(&error);
        return Exit::Usage;
    }
    if args.explain {
        return explain(&body, language);
    }
    let folder = match &args.save {
        Some(id) => match new::folder(id, &args.packs) {
            Some(folder) => Some(folder),
            None => return Exit::Usage,
        },
        None => None,
    };
    let text = text_of(&body);
    let parts = match &body {
        Body::Parts(parts) if args.condition.is_some() => Some(Arc::clone(parts)),
        _ => None,
    };
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let (rules, errors) = RuleSet::build(&[pack(language, body)]);
    errors.iter().for_each(say::diagnostic);
    let Some(found) = targets::find(&args.source, &config, global) else {
        return Exit::Usage;
    };
    let hits = Hits::new(usize::from(args.origin).max(save::CASES));
    let repositories: Vec<Repository> = found
        .targets
        .iter()
        .map(|target| target.repository.clone())
        .collect();
    let plan = run::Plan {
        source: &args.source,
        report: &args.report,
        limits: &args.limits,
        exit: &args.exit,
        global,
        cache: config.cache(),
        selection: "try".to_owned(),
        faulty: !errors.is_empty(),
        spool: None,
        hits: folder.as_ref().map(|_| &hits),
        comments: false,
        answered: None,
    };
    let exit = run::run(&plan, &rules, found);
    let Some(folder) = folder else {
        return exit;
    };
    let tried = Tried {
        args,
        language,
        rules: &rules,
        text: &text,
        parts: &parts,
        repositories: &repositories,
    };
    save::save(&tried, &folder, &hits.into_vec(), exit, global)
}

/// The pattern or query as it was written.
fn text_of(body: &Body) -> Arc<str> {
    match body {
        Body::Query(query) => Arc::clone(&query.text),
        Body::Parts(parts) => parts
            .parts
            .first()
            .map_or_else(Arc::default, |part| Arc::clone(&part.text.text)),
    }
}

/// The query or the pattern that the arguments give.
fn body(args: &TryArgs) -> Option<Body> {
    let given = |file: &str, text: &str| QueryText {
        file: file.to_owned(),
        text: Arc::from(text),
    };
    if let Some(pattern) = &args.pattern {
        if args.part.is_empty() && args.condition.is_none() {
            return Some(Body::pattern(given("--pattern", pattern)));
        }
        return parts(args, pattern).map(|parts| Body::Parts(Arc::new(parts)));
    }
    let query = args.query.as_deref().unwrap_or_default();
    if !query.ends_with(".scm") {
        return Some(Body::Query(given("--query", query)));
    }
    match std::fs::read_to_string(query) {
        Ok(text) => Some(Body::Query(given(query, &text))),
        Err(error) => {
            say::error(
                &format!("{query}: {error}"),
                "give a query, or a file that exists",
            );
            None
        }
    }
}

/// The pattern, the other parts and the condition over them.
fn parts(args: &TryArgs, pattern: &str) -> Option<Parts> {
    let part = |name: &str, file: &str, text: &str| Part {
        name: name.to_owned(),
        kind: PartKind::Pattern,
        language: None,
        text: QueryText {
            file: file.to_owned(),
            text: Arc::from(text),
        },
    };
    let mut parts = vec![part("pattern", "--pattern", pattern)];
    for written in &args.part {
        let named = written.split_once('=').filter(|(name, _)| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain)
        });
        match named {
            Some((name, text)) if parts.iter().all(|part| part.name != name) => {
                parts.push(part(name, &format!("--part {name}"), text));
            }
            Some((name, _)) => {
                say::error(
                    &format!("there are two parts `{name}`"),
                    "name one of them otherwise",
                );
                return None;
            }
            None => {
                say::error(
                    &format!("`{written}` has no name"),
                    "write --part 'NAME=PATTERN', and NAME in the condition",
                );
                return None;
            }
        }
    }
    let Some(condition) = &args.condition else {
        say::error(
            "there are parts and no condition",
            "add --condition: which parts make it a finding?",
        );
        return None;
    };
    Some(Parts {
        parts,
        condition: QueryText {
            file: "--condition".to_owned(),
            text: Arc::from(condition.as_str()),
        },
        focus: Some("pattern".to_owned()),
    })
}

/// Says what the rule compiled to.
fn explain(body: &Body, language: &'static language::Language) -> Exit {
    let Body::Parts(parts) = body else {
        return out::print("a query is run as it is written\n", Exit::Clean);
    };
    let compiled = match CompiledParts::new(parts, language) {
        Ok(compiled) => compiled,
        Err(error) => {
            say::diagnostic(&error);
            return Exit::Usage;
        }
    };
    let mut page = String::new();
    for (part, context, tree) in compiled.describe(language) {
        page.push_str(&format!("{part} as {context}: {tree}\n"));
    }
    for (name, parts) in compiled.shared() {
        page.push_str(&format!("{name} is the same in {}\n", parts.join(", ")));
    }
    out::print(&page, Exit::Clean)
}

/// A pack that is not one: the query or pattern that is being tried.
fn pack(language: &'static language::Language, body: Body) -> Pack {
    let word = match &body {
        Body::Query(_) => "query",
        Body::Parts(_) => "pattern",
    };
    Pack {
        source: PackSource::Builtin("try".to_owned()),
        incident: Incident {
            id: "TRY".to_owned(),
            title: format!("A {word} that is being tried"),
            summary: "Written for `stampout try`; no incident stands behind it.".to_owned(),
            severity: Severity::Low,
            class: Class::Reliability,
            url: "https://example.invalid/try".to_owned(),
            aliases: Vec::new(),
            cwe: Vec::new(),
            tickets: Vec::new(),
            owner: None,
            embargo_until: None,
            time: IncidentTime::default(),
            origins: Vec::new(),
        },
        rules: vec![PackRule {
            name: word.to_owned(),
            message: format!("The {word} matches"),
            help: format!(
                "A {word} that is being tried; `stampout try … --save INC-2041` makes a pack of it."
            ),
            bodies: vec![(language, body)],
            recall_exempt: Vec::new(),
        }],
        cases: Vec::new(),
    }
}
