//! `stampout new`: a pack with blanks.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::args::{Global, NewArgs};
use super::{Exit, say};
use crate::language::{self, CaseMarks, Language};

/// Makes the folder of a new pack.
pub(crate) fn run(args: &NewArgs, global: &Global) -> Exit {
    let language = match language::by_name(&args.language) {
        Ok(language) => language,
        Err(error) => {
            say::language(&error);
            return Exit::Usage;
        }
    };
    let Some(folder) = folder(&args.id, &args.dir) else {
        return Exit::Usage;
    };
    if let Err(error) = write(&folder, &args.id, language) {
        say::error(&format!("cannot write {}: {error}", folder.display()), "");
        return Exit::Usage;
    }
    if !global.quiet {
        let (shown, name) = (folder.display(), language.name);
        say::note(&format!("made {shown}. Next:"));
        say::note("  1. paste the buggy line and a harmless relative into its case");
        if language.is_text() {
            say::note("  2. write the pattern in incident.toml");
            say::note("  3. fill in the rest of it");
        } else {
            say::note(&format!(
                "  2. see their trees: stampout tree {shown}/cases/{}",
                case_name(language)
            ));
            say::note(&format!(
                "  3. write the query in {name}.scm, fill in incident.toml"
            ));
        }
        say::note(&format!("  4. stampout test {shown}"));
        say::note(&format!("  5. stampout scan --packs {shown} PATH"));
    }
    Exit::Clean
}

/// The folder of a new pack; `None` if the id is none or the folder is there already, which has been said.
pub(crate) fn folder(id: &str, dir: &Path) -> Option<PathBuf> {
    let fits = id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !fits {
        say::error(
            &format!("`{id}` cannot be an incident id"),
            "use letters, digits, `-` and `_`: INC-2041",
        );
        return None;
    }
    let folder = dir.join(id);
    if folder.exists() {
        say::error(
            &format!("{} is there already", folder.display()),
            "choose another id, or another folder to put it in",
        );
        return None;
    }
    Some(folder)
}

/// What a case of a language is called.
pub(crate) fn case_name(language: &Language) -> String {
    match language.extensions.first() {
        Some(extension) => format!("case.{extension}"),
        None => {
            let name = language.file_names.first();
            name.copied().unwrap_or("case").to_owned()
        }
    }
}

fn write(folder: &Path, id: &str, language: &'static Language) -> io::Result<()> {
    fs::create_dir_all(folder.join("cases"))?;
    let query = format!("{}.scm", language.name);
    let body = if language.is_text() {
        "pattern = \"\"                      # words; $X is one word, ... up to ten lines"
            .to_owned()
    } else {
        fs::write(folder.join(&query), QUERY)?;
        format!("query = \"{query}\"")
    };
    let manifest = manifest(&Draft {
        id,
        url: "",
        rule: RULE,
        language: language.name,
        body: &body,
        origin: None,
    });
    fs::write(folder.join("incident.toml"), manifest)?;
    let case = format!("cases/{}", case_name(language));
    match language::support(language).case_marks {
        CaseMarks::Beside => {
            fs::write(folder.join(&case), "")?;
            fs::write(
                folder.join(format!("{case}.expect")),
                "# bug RULE LINE\n# ok RULE LINE\n",
            )
        }
        marks => {
            let comment = |text: &str| marks.comment(text).unwrap_or_default();
            let text = format!(
                "{}\n\n{}\n\n",
                comment(&format!("bug: {RULE}")),
                comment(&format!("ok: {RULE}"))
            );
            fs::write(folder.join(case), text)
        }
    }
}

const QUERY: &str = "\
; A tree-sitter query; the node captured as @bug is the finding. Other captures are shown beside it,
; @_names are not. See the tree of your case with `stampout tree`, then write for example
;
;   ((call function: (identifier) @_name) @bug
;     (#eq? @_name \"eval\"))
;
; Text in #eq?, #any-of? and #match? makes scans fast: files without it are never parsed.
";

/// What a rule is called before it has a name.
pub(crate) const RULE: &str = "name-of-the-bad-pattern";

/// What is known of a new pack.
pub(crate) struct Draft<'d> {
    pub(crate) id: &'d str,
    /// Blank where it is not known.
    pub(crate) url: &'d str,
    pub(crate) rule: &'d str,
    pub(crate) language: &'d str,
    /// How the rule is written: `query = "…"`.
    pub(crate) body: &'d str,
    /// The table `[[origin]]`, if it is known.
    pub(crate) origin: Option<&'d str>,
}

/// The manifest of a new pack, with blanks.
pub(crate) fn manifest(draft: &Draft<'_>) -> String {
    let Draft {
        id,
        rule,
        language,
        body,
        ..
    } = draft;
    let url = quoted(draft.url);
    let blank = format!(
        "# Where it bit, to prove that the pack finds it: `stampout test --fleet FILE`\n\
         # [[origin]]\n\
         # rule = \"{rule}\"\n\
         # repository = \"https://…\"\n\
         # commit = \"\"                     # 40 hexadecimal digits\n\
         # path = \"\"\n\
         # line = 1\n\
         # fixed-by = \"\"\n"
    );
    let origin = draft.origin.unwrap_or(&blank);
    format!(
        "schema = 1\n\
         \n\
         [incident]\n\
         id = \"{id}\"\n\
         title = \"\"                        # one line: what happened\n\
         summary = \"\"                      # a few sentences: what happened, and why the bug bites\n\
         severity = \"high\"                 # critical | high | medium | low\n\
         class = \"reliability\"             # security | reliability | data\n\
         url = {url:<27} # the incident or its post-mortem: https://…\n\
         aliases = []                      # CVE ids and the like\n\
         cwe = []                          # \"CWE-400\"\n\
         tickets = []                      # remediation tickets: https://…\n\
         \n\
         {origin}\n\
         [[rule]]\n\
         id = \"{rule}\"\n\
         message = \"\"                      # one line, shown with every finding\n\
         help = \"\"                         # Markdown: why it bites and how to fix it\n\
         languages = [\"{language}\"]\n\
         {body}\n"
    )
}

/// A TOML string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text)
        .unwrap_or_default()
        .replace('\u{7f}', "\\u007f")
}
