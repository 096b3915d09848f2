//! `stampout try`: one query, at once, without a pack.

use std::sync::Arc;

use super::args::{Global, TryArgs};
use super::config::Config;
use super::{Exit, run, say, targets};
use crate::language;
use crate::model::{Class, Incident, IncidentTime, Severity};
use crate::pack::{Pack, PackRule, PackSource, QueryText};
use crate::rule::{Compiled, RuleSet};

/// Runs the query over what the arguments name.
pub(crate) fn run(args: &TryArgs, global: &Global) -> Exit {
    let language = match language::by_name(&args.language) {
        Ok(language) => language,
        Err(error) => {
            say::language(&error);
            return Exit::Usage;
        }
    };
    let query = if args.query.ends_with(".scm") {
        match std::fs::read_to_string(&args.query) {
            Ok(text) => QueryText {
                file: args.query.clone(),
                text: text.into(),
            },
            Err(error) => {
                say::error(
                    &format!("{}: {error}", args.query),
                    "give a query, or a file that exists",
                );
                return Exit::Usage;
            }
        }
    } else {
        QueryText {
            file: "--query".to_owned(),
            text: Arc::from(args.query.as_str()),
        }
    };
    // Here the query is what is being tried: what is wrong with it is said before anything is scanned.
    if let Err(error) = Compiled::new(&query, language) {
        say::diagnostic(&error);
        return Exit::Usage;
    }
    let Some(config) = Config::load(global.verbose) else {
        return Exit::Usage;
    };
    let (rules, errors) = RuleSet::build(&[pack(language, query)]);
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
    };
    run::run(&plan, &rules, found)
}

/// A pack that is not one: the query that is being tried.
fn pack(language: &'static language::Language, query: QueryText) -> Pack {
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
            queries: vec![(language, query)],
        }],
        cases: Vec::new(),
    }
}
