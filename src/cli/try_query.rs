//! `stampout try`: one query or pattern, at once, without a pack.

use std::sync::Arc;

use super::args::{Global, TryArgs};
use super::config::Config;
use super::{Exit, out, run, say, targets};
use crate::language;
use crate::model::{Class, Incident, IncidentTime, Severity};
use crate::pack::{Body, Pack, PackRule, PackSource, QueryText};
use crate::rule::{self, CompiledParts, RuleSet};

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
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let (rules, errors) = RuleSet::build(&[pack(language, body)]);
    errors.iter().for_each(say::diagnostic);
    let Some(found) = targets::find(&args.source, &config, global) else {
        return Exit::Usage;
    };
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
        comments: false,
        answered: None,
    };
    run::run(&plan, &rules, found)
}

/// The query or the pattern that the arguments give.
fn body(args: &TryArgs) -> Option<Body> {
    let given = |file: &str, text: &str| QueryText {
        file: file.to_owned(),
        text: Arc::from(text),
    };
    if let Some(pattern) = &args.pattern {
        return Some(Body::pattern(given("--pattern", pattern)));
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
    out::print(&page, Exit::Clean)
}

/// A pack that is not one: the query that is being tried.
fn pack(language: &'static language::Language, body: Body) -> Pack {
    Pack {
        source: PackSource::Builtin("try".to_owned()),
        incident: Incident {
            id: "TRY".to_owned(),
            title: "A query that is being tried".to_owned(),
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
            name: "query".to_owned(),
            message: "The query matches".to_owned(),
            help: "A query that is being tried; `stampout new` makes a pack for it.".to_owned(),
            bodies: vec![(language, body)],
        }],
        cases: Vec::new(),
    }
}
