//! `stampout languages`.

use super::args::Global;
use super::{Exit, out};
use crate::language::{self, CaseMarks};

/// Lists the languages and how far each is supported.
pub(crate) fn run(global: &Global) -> Exit {
    let head = ["language", "also", "queries", "marks in cases", "files"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for language in language::known() {
        let support = language::support(language);
        let marks = match support.case_marks {
            CaseMarks::Beside => "FILE.expect".to_owned(),
            other => other.comment("bug: RULE").unwrap_or_default(),
        };
        rows.push(vec![
            support.name.to_owned(),
            support.aliases.join(" "),
            if support.queries { "yes" } else { "no" }.to_owned(),
            marks,
            support.detection.join(" "),
        ]);
    }
    let mut page = out::columns(&rows);
    let absent = language::absent();
    if !absent.is_empty() {
        page.push_str(&format!("\nNot in this build: {}\n", absent.join(" ")));
    }
    page.push_str("\nWhere a parser is blind\n");
    for language in language::known() {
        let support = language::support(language);
        if !support.note.is_empty() {
            page.push_str(&format!("  {}: {}\n", support.name, support.note));
        }
    }
    if global.verbose {
        page.push_str("\nPredicates of queries\n");
        for (name, meaning, example) in crate::rule::predicate_documentation() {
            page.push_str(&format!("  #{name}  {meaning}\n      {example}\n"));
        }
    }
    out::print(&page, Exit::Clean)
}
