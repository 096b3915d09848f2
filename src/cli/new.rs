//! `stampout new`: a pack with blanks.

use std::fs;
use std::io;
use std::path::Path;

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
    let fits = args.id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && args
            .id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !fits {
        say::error(
            &format!("`{}` cannot be an incident id", args.id),
            "use letters, digits, `-` and `_`: INC-2041",
        );
        return Exit::Usage;
    }
    let folder = args.dir.join(&args.id);
    if folder.exists() {
        say::error(
            &format!("{} is there already", folder.display()),
            "choose another id, or --dir",
        );
        return Exit::Usage;
    }
    if let Err(error) = write(&folder, &args.id, language) {
        say::error(&format!("cannot write {}: {error}", folder.display()), "");
        return Exit::Usage;
    }
    if !global.quiet {
        let (shown, name) = (folder.display(), language.name);
        say::note(&format!("made {shown}. Next:"));
        say::note("  1. paste the buggy line and a harmless relative into its case");
        say::note(&format!(
            "  2. see their trees: stampout tree {shown}/{}",
            case_name(language)
        ));
        say::note(&format!(
            "  3. write the query in {name}.scm, fill in incident.toml"
        ));
        say::note(&format!("  4. stampout test {shown}"));
        say::note(&format!("  5. stampout scan --packs {shown} PATH"));
    }
    Exit::Clean
}

fn case_name(language: &Language) -> String {
    match language.extensions.first() {
        Some(extension) => format!("cases/case.{extension}"),
        None => format!(
            "cases/{}",
            language.file_names.first().copied().unwrap_or("case")
        ),
    }
}

fn write(folder: &Path, id: &str, language: &'static Language) -> io::Result<()> {
    fs::create_dir_all(folder.join("cases"))?;
    fs::write(folder.join("incident.toml"), manifest(id, language.name))?;
    fs::write(folder.join(format!("{}.scm", language.name)), QUERY)?;
    let case = case_name(language);
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
                comment("bug: name-of-the-bad-pattern"),
                comment("ok: name-of-the-bad-pattern")
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

fn manifest(id: &str, language: &str) -> String {
    format!(
        "schema = 1\n\
         \n\
         [incident]\n\
         id = \"{id}\"\n\
         title = \"\"                        # one line: what happened\n\
         summary = \"\"                      # a few sentences: what happened, and why the bug bites\n\
         severity = \"high\"                 # critical | high | medium | low\n\
         class = \"reliability\"             # security | reliability | data\n\
         url = \"\"                          # the incident or its post-mortem: https://…\n\
         aliases = []                      # CVE ids and the like\n\
         cwe = []                          # \"CWE-400\"\n\
         tickets = []                      # remediation tickets: https://…\n\
         \n\
         # Where it bit, to prove that the pack finds it: `stampout test --fleet FILE`\n\
         # [[origin]]\n\
         # rule = \"name-of-the-bad-pattern\"\n\
         # repository = \"https://…\"\n\
         # commit = \"\"                     # 40 hexadecimal digits\n\
         # path = \"\"\n\
         # line = 1\n\
         # fixed-by = \"\"\n\
         \n\
         [[rule]]\n\
         id = \"name-of-the-bad-pattern\"\n\
         message = \"\"                      # one line, shown with every finding\n\
         help = \"\"                         # Markdown: why it bites and how to fix it\n\
         languages = [\"{language}\"]\n\
         query = \"{language}.scm\"\n"
    )
}
