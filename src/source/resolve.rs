//! From what the user calls a revision to commits.
//!
//! Invariants: a name that could mean two things means none; everything that was asked for is either a revision or a
//! problem; the order of the names does not matter.

use std::collections::BTreeMap;

use globset::{GlobBuilder, GlobMatcher};

use super::cat_file::{CatFile, Fetched};
use super::git::Verb;
use super::oid::{ObjectKind, Oid};
use super::refs::Refs;
use super::{Repository, Revision, SourceError, revision};
use crate::model::{Outcome, Problem, ProblemKind};

/// What names led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// Sorted by name, each name once.
    pub revisions: Vec<Revision>,
    /// Names that led nowhere or to two places.
    pub problems: Vec<Problem>,
}

/// What a name leads to, before the commit was read.
struct Target {
    name: String,
    reference: Option<String>,
    oid: Oid,
}

/// Why a name is none: what follows, what is wrong, what to do.
struct Refusal(ProblemKind, String, String);

impl Repository {
    /// Looks names and patterns up, in this order: full name, branch, branch of the default remote, tag, commit.
    ///
    /// A name that means two things, and one without a meaning, is a problem; so is a commit that cannot be read.
    pub fn resolve(&self, names: &[String]) -> Resolved {
        let mut resolved = Resolved::default();
        let problem = |Refusal(kind, message, hint)| Problem {
            kind,
            repository: Some(self.name.clone()),
            message,
            hint,
        };
        let refuse = |error: &SourceError| {
            problem(Refusal(
                ProblemKind::Source,
                error.to_string(),
                error.hint().to_owned(),
            ))
        };
        let (refs, mut objects) = match self
            .store()
            .and_then(|store| Ok((Refs::read(store)?, self.objects()?)))
        {
            Ok(both) => both,
            Err(error) => {
                resolved.problems.push(refuse(&error));
                return resolved;
            }
        };
        let mut targets = BTreeMap::new();
        for name in names {
            for target in self.targets(&refs, &mut objects, name) {
                match target {
                    Ok(target) => drop(targets.insert(target.name.clone(), target)),
                    Err(refusal) => resolved.problems.push(problem(refusal)),
                }
            }
        }
        let wanted = targets.values().map(|target| target.oid);
        let commits = match revision::commits(&mut objects, wanted) {
            Ok(commits) => commits,
            Err(error) => {
                resolved.problems.push(refuse(&error));
                return resolved;
            }
        };
        for target in targets.into_values() {
            let (message, hint) = match commits.get(&target.oid) {
                Some(Ok((commit, parsed))) => {
                    resolved.revisions.push(Revision {
                        name: target.name,
                        reference: target.reference,
                        commit: commit.to_string(),
                        commit_time: parsed.time,
                        tree: parsed.tree.to_string(),
                    });
                    continue;
                }
                Some(Err(error)) => (error.to_string(), error.hint().to_owned()),
                None => ("it was not read".to_owned(), String::new()),
            };
            let message = format!("revision `{}`: {message}", target.name);
            resolved
                .problems
                .push(problem(Refusal(ProblemKind::Source, message, hint)));
        }
        resolved
    }

    fn targets(
        &self,
        refs: &Refs,
        objects: &mut CatFile,
        name: &str,
    ) -> Vec<Result<Target, Refusal>> {
        if name == "HEAD" {
            return vec![self.head_target()];
        }
        let named = refs.lookup(name);
        let ids = match self.ids(objects, name) {
            Ok(ids) => ids,
            Err(error) => {
                let hint = error.hint().to_owned();
                return vec![Err(Refusal(ProblemKind::Source, error.to_string(), hint))];
            }
        };
        match (named.as_slice(), ids.as_slice()) {
            ([full], []) => vec![ref_target(refs, full)],
            ([], [oid]) => vec![Ok(Target {
                name: oid.to_string(),
                reference: None,
                oid: *oid,
            })],
            ([], []) if is_pattern(name) => matching(refs, name),
            ([], []) => vec![Err(no_match(refs, name, "there is no revision"))],
            _ => {
                let meanings: Vec<String> = named
                    .into_iter()
                    .chain(ids.iter().map(Oid::to_string))
                    .collect();
                let message = format!("revision `{name}` means {} things", meanings.len());
                vec![Err(Refusal(
                    ProblemKind::Input,
                    message,
                    format!("write one of {}", meanings.join(", ")),
                ))]
            }
        }
    }

    fn head_target(&self) -> Result<Target, Refusal> {
        let refuse =
            |message, hint: &str| Err(Refusal(ProblemKind::Source, message, hint.to_owned()));
        match self.head() {
            Ok(Some(head)) => match Oid::parse(head.commit.as_bytes()) {
                Some(oid) => Ok(Target {
                    name: head.name,
                    reference: head.reference,
                    oid,
                }),
                None => refuse("HEAD has no commit".to_owned(), ""),
            },
            Ok(None) => refuse("HEAD has no commit yet".to_owned(), ""),
            Err(error) => refuse(error.to_string(), error.hint()),
        }
    }

    /// The commits and annotated tags whose id begins like this.
    fn ids(&self, objects: &mut CatFile, name: &str) -> Result<Vec<Oid>, SourceError> {
        let length = self.format().length() * 2;
        if !(4..=length).contains(&name.len()) || !name.bytes().all(|byte| byte.is_ascii_hexdigit())
        {
            return Ok(Vec::new());
        }
        let listing = self
            .store()?
            .git
            .run(Verb::RevParse, &[format!("--disambiguate={name}")])?;
        let ids: Vec<Oid> = listing
            .split(|byte| *byte == b'\n')
            .filter_map(Oid::parse)
            .collect();
        let answers = objects.read(&ids, 1 << 20)?;
        let is_commit = |answer: &Fetched| match answer {
            Fetched::Object { kind, .. } | Fetched::Oversized { kind, .. } => {
                matches!(kind, ObjectKind::Commit | ObjectKind::Tag)
            }
            // There, but damaged: to be said later, if this is the one that was meant.
            Fetched::Failed(outcome, _) => {
                name.len() == length && *outcome != Outcome::MissingObject
            }
        };
        Ok(ids
            .into_iter()
            .zip(&answers)
            .filter(|(_, answer)| is_commit(answer))
            .map(|(oid, _)| oid)
            .collect())
    }
}

fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}

fn matching(refs: &Refs, pattern: &str) -> Vec<Result<Target, Refusal>> {
    let found = match compile(pattern) {
        Ok(matcher) => refs.matching(pattern, &matcher),
        Err(refusal) => return vec![Err(refusal)],
    };
    if found.is_empty() {
        return vec![Err(no_match(refs, pattern, "no branch or tag matches"))];
    }
    found.iter().map(|full| ref_target(refs, full)).collect()
}

fn compile(pattern: &str) -> Result<GlobMatcher, Refusal> {
    match GlobBuilder::new(pattern).literal_separator(true).build() {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(cause) => {
            let message = format!(
                "revision pattern `{pattern}` is malformed: {}",
                cause.kind()
            );
            let hint = "`*` stands for anything up to a `/`, `**` for anything; `[ab]` and `{a,b}` are choices";
            Err(Refusal(ProblemKind::Input, message, hint.to_owned()))
        }
    }
}

fn ref_target(refs: &Refs, full: &str) -> Result<Target, Refusal> {
    let Some(oid) = refs.target(full) else {
        let message = format!("ref {full} is broken: it holds no object id");
        return Err(Refusal(
            ProblemKind::Source,
            message,
            "delete or fetch it anew".to_owned(),
        ));
    };
    Ok(Target {
        name: refs.display_name(full),
        reference: Some(full.to_owned()),
        oid,
    })
}

fn no_match(refs: &Refs, name: &str, what: &str) -> Refusal {
    let expression = name.contains(['~', '^', ':']) || name.contains("@{") || name.contains("..");
    let hint = match refs.nearest(name) {
        _ if expression => {
            "expressions are not read: give the commit that `git rev-parse` prints for it"
                .to_owned()
        }
        Some(nearest) => format!("the nearest name is `{nearest}`"),
        None if refs.is_empty() => "the repository has no branches and no tags".to_owned(),
        None => "`git for-each-ref` lists what there is".to_owned(),
    };
    Refusal(ProblemKind::Source, format!("{what} `{name}`"), hint)
}
