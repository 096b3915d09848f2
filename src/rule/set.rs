//! The rule set: all selected rules, found by language, compiled when first needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};

use super::compile;
use super::parts;
use super::pattern;
use super::queries::{Queries, Selected};
use super::required::Required;
use super::sieve::Sieve;
use crate::language::{self, Language};
use crate::model::{Catalog, Diagnostic, RepoPath, RuleInfo};
use crate::pack::{Body, Pack, PackRule};

/// A rule in one language.
struct Form {
    language: &'static Language,
    body: Body,
    required: Required,
}

/// The rules of a pack with their forms.
type PackForms<'p> = Vec<(&'p PackRule, Vec<Form>)>;

/// All rules of one language.
struct Group {
    /// Indices into the catalog's rules, with the index of the form.
    members: Vec<(usize, usize)>,
    /// Those that require no text.
    always: Vec<(usize, usize)>,
    /// Finds the text that the others require; `None` if there are no others.
    sieve: Option<Sieve>,
}

/// The selected rules.
pub struct RuleSet {
    catalog: Arc<Catalog>,
    forms: Vec<Vec<Form>>,
    groups: BTreeMap<&'static str, Group>,
    queries: Queries,
    failures: Mutex<BTreeMap<String, Diagnostic>>,
}

impl RuleSet {
    /// Builds the rule set of some packs, whose incident ids must be distinct.
    ///
    /// Returns it with what is wrong in packs that were left out: one bad pack never stops the rest.
    pub fn build(packs: &[Pack]) -> (Self, Vec<Diagnostic>) {
        let mut wrong = Vec::new();
        let mut good: Vec<(&Pack, PackForms<'_>)> = Vec::new();
        for pack in packs {
            let (rules, errors) = forms_of(pack);
            if errors.is_empty() {
                good.push((pack, rules));
            }
            wrong.extend(errors);
        }
        good.sort_by(|a, b| a.0.incident.id.cmp(&b.0.incident.id));
        let mut catalog = Catalog::default();
        let mut rows: Vec<(RuleInfo, Vec<Form>)> = Vec::new();
        for (pack, rules) in good {
            let incident = catalog.incidents.len();
            catalog.incidents.push(pack.incident.clone());
            rows.extend(
                rules
                    .into_iter()
                    .map(|(rule, forms)| (info(&pack.incident.id, incident, rule), forms)),
            );
        }
        rows.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        let (rules, forms): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        catalog.rules = rules;
        let groups = groups(&forms);
        let texts = |forms: &Vec<Form>| {
            forms
                .iter()
                .map(|form| (form.language, form.body.clone()))
                .collect()
        };
        let queries = Queries::new(forms.iter().map(texts).collect());
        (
            Self {
                catalog: Arc::new(catalog),
                forms,
                groups,
                queries,
                failures: Mutex::default(),
            },
            wrong,
        )
    }

    /// The incidents and rules.
    pub fn catalog(&self) -> &Arc<Catalog> {
        &self.catalog
    }

    /// Whether some rule reads a language.
    pub fn reads(&self, language: &Language) -> bool {
        self.groups.contains_key(language.name)
    }

    /// The languages in which a file is read: those that [`language::detect`] gives and, where some rule asks for it, plain
    /// text.
    pub fn languages_of(
        &self,
        path: &RepoPath,
        head: Option<&[u8]>,
    ) -> &'static [&'static Language] {
        let languages = language::detect(path, head);
        if self.reads(&language::TEXT) {
            language::with_text(languages)
        } else {
            languages
        }
    }

    /// Every language that some rule reads, sorted.
    pub fn languages(&self) -> impl Iterator<Item = &'static Language> {
        self.groups.values().filter_map(|group| {
            let (rule, form) = group.members.first()?;
            Some(self.forms[*rule][*form].language)
        })
    }

    /// Every rule of a language.
    pub fn of(&self, language: &Language) -> Vec<Selected> {
        let group = self.groups.get(language.name);
        group.map_or_else(Vec::new, |group| {
            group
                .members
                .iter()
                .map(|(rule, form)| Selected {
                    rule: *rule,
                    form: *form,
                })
                .collect()
        })
    }

    /// The rules of a language that can match a text, by their required text alone.
    pub fn candidates(&self, language: &Language, text: &[u8]) -> Vec<Selected> {
        let Some(group) = self.groups.get(language.name) else {
            return Vec::new();
        };
        let selected = |(rule, form): &(usize, usize)| Selected {
            rule: *rule,
            form: *form,
        };
        let Some(sieve) = group.sieve.as_ref().filter(|sieve| sieve.any(text)) else {
            return group.always.iter().map(selected).collect();
        };
        let occurs = sieve.occurs(text);
        let can =
            |(rule, form): &&(usize, usize)| self.forms[*rule][*form].required.met(&occurs, text);
        group.members.iter().filter(can).map(selected).collect()
    }

    /// The text that every match of a rule in a language contains.
    pub fn required(&self, selected: Selected) -> &Required {
        &self.forms[selected.rule][selected.form].required
    }

    /// Whether every form of a rule requires some text.
    pub fn requires_text(&self, rule: usize) -> bool {
        self.forms[rule].iter().all(|form| form.required.is_some())
    }

    /// The queries, for where the parsers run.
    pub fn queries(&self) -> &Queries {
        &self.queries
    }

    /// Notes that a rule's query does not compile for a language.
    pub fn failed(&self, rule: usize, language: &Language, why: Diagnostic) {
        let id = format!("{} for {}", self.catalog.rules[rule].id, language.name);
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, why);
    }

    /// Queries that were needed and do not compile, by rule and language.
    pub fn failures(&self) -> Vec<Diagnostic> {
        self.failures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect()
    }
}

/// The forms of all rules of a pack, and what is wrong with them.
fn forms_of(pack: &Pack) -> (PackForms<'_>, Vec<Diagnostic>) {
    let mut errors: Vec<Diagnostic> = Vec::new();
    let mut rules = Vec::new();
    for rule in &pack.rules {
        let mut forms = Vec::new();
        for (language, body) in &rule.bodies {
            let required = match body {
                Body::Query(query) => compile::required(query, language),
                Body::Parts(parts) => parts::required(parts, language),
            };
            match required {
                Ok(required) => {
                    forms.push(Form {
                        language,
                        body: body.clone(),
                        required,
                    });
                }
                Err(error) if errors.contains(&error) => {}
                Err(error) => errors.push(error),
            }
        }
        rules.push((rule, forms));
    }
    (rules, errors)
}

fn info(incident_id: &str, incident: usize, rule: &PackRule) -> RuleInfo {
    let mut hasher = Sha256::new();
    for (language, body) in &rule.bodies {
        for part in std::iter::once(language.name).chain(body.written()) {
            hasher.update(part.as_bytes());
            hasher.update(b"\0");
        }
        hasher.update(knowledge(body, language).as_bytes());
    }
    let digest = hasher.finalize();
    RuleInfo {
        id: format!("{incident_id}.{}", rule.name),
        name: rule.name.clone(),
        incident,
        message: rule.message.clone(),
        help: rule.help.clone(),
        languages: rule
            .bodies
            .iter()
            .map(|(language, _)| language.name)
            .collect(),
        digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
    }
}

/// What is known of a language's imports, where a rule depends on it.
fn knowledge(body: &Body, language: &Language) -> &'static str {
    let resolves = body
        .written()
        .iter()
        .any(|text| text.contains("#resolves?"));
    if resolves || matches!(body, Body::Parts(_)) {
        pattern::knowledge(language)
    } else {
        ""
    }
}

fn groups(forms: &[Vec<Form>]) -> BTreeMap<&'static str, Group> {
    let mut groups: BTreeMap<&'static str, Group> = BTreeMap::new();
    // All literals of a language, and those that tell most: without one of them no rule can match.
    let mut literals: BTreeMap<&'static str, [BTreeSet<Vec<u8>>; 2]> = BTreeMap::new();
    for (rule, forms) in forms.iter().enumerate() {
        for (index, form) in forms.iter().enumerate() {
            let group = groups.entry(form.language.name).or_insert_with(|| Group {
                members: Vec::new(),
                always: Vec::new(),
                sieve: None,
            });
            group.members.push((rule, index));
            if !form.required.is_some() {
                group.always.push((rule, index));
            }
            let [all, telling] = literals.entry(form.language.name).or_default();
            all.extend(form.required.literals().map(<[u8]>::to_vec));
            telling.extend(form.required.telling().map(<[u8]>::to_vec));
        }
    }
    for (name, group) in &mut groups {
        if let Some([all, telling]) = literals.remove(name)
            && !all.is_empty()
        {
            group.sieve = Some(Sieve::new(all, &telling));
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::knowledge;
    use crate::language;
    use crate::pack::{Body, QueryText};

    /// A rule's digest changes with what its verdicts depend on, and not without need.
    #[test]
    fn rules_that_resolve_names_depend_on_what_is_known_of_imports() {
        let python = language::by_name("python").expect("it is built in");
        let text = |text: &str| QueryText {
            file: "test".to_owned(),
            text: text.into(),
        };
        let query = |body: &str| Body::Query(text(body));
        assert_eq!(knowledge(&query("(call) @bug"), python), "");
        for body in [
            query("((call) @bug (#resolves? @bug \"a.b\"))"),
            Body::pattern(text("a.b()")),
        ] {
            assert!(knowledge(&body, python).contains("import_from_statement"));
        }
    }
}
