//! `stampout import semgrep`: rules brought along, and a list of what could not be.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::{Global, ImportArgs};
use super::{Exit, out, say};
use crate::import;

/// Turns files of rules into packs.
pub(crate) fn run(args: &ImportArgs, _global: &Global) -> Exit {
    let mut exit = Exit::Clean;
    let (mut rules, mut carried) = (0, 0);
    let mut page = String::new();
    for file in &args.files {
        let title = file.display();
        let imported = fs::read_to_string(file)
            .map_err(|error| error.to_string())
            .and_then(|text| import::semgrep(&name_of(file), &text, &cases_of(file)));
        let imported = match imported {
            Ok(imported) => imported,
            Err(error) => {
                say::error(
                    &format!("{title}: {error}"),
                    "give a YAML file of semgrep rules",
                );
                exit = Exit::Usage;
                continue;
            }
        };
        rules += imported.rules;
        carried += imported.carried;
        let folder = args.output.join(name_of(file).to_lowercase());
        for left in &imported.left {
            let word = if left.partly { "in part" } else { "left out" };
            page.push_str(&format!(
                "{title}: {} {word}: {}\n",
                left.rule,
                crate::report::visible(&left.reason)
            ));
        }
        for (name, bytes) in &imported.files {
            if let Err(error) = write(&folder.join(name), bytes) {
                say::error(
                    &format!("{}: {error}", folder.display()),
                    "choose another folder with --output",
                );
                return Exit::Usage;
            }
        }
    }
    page.push_str(&format!(
        "{carried} of {rules} rules carried over to {}\n",
        args.output.display()
    ));
    out::print(&page, exit)
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

/// The folder and the stem, so that files of one name do not meet.
fn name_of(file: &Path) -> String {
    let parts: Vec<String> = file
        .with_extension("")
        .components()
        .filter_map(|part| match part {
            std::path::Component::Normal(part) => Some(part.to_string_lossy().into_owned()),
            _ => None,
        })
        .collect();
    let start = parts.len().saturating_sub(4);
    parts[start..]
        .join("-")
        .replace(|c: char| !c.is_ascii_alphanumeric(), "-")
        .trim_start_matches('-')
        .to_owned()
}

/// The annotated files beside a file of rules: those of its stem.
fn cases_of(file: &Path) -> Vec<(String, Vec<u8>)> {
    let stem = file
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|item| item.path())
        .collect();
    cases.sort();
    cases
        .into_iter()
        .filter_map(|path| {
            let name = path.file_name()?.to_string_lossy().into_owned();
            let rest = name.strip_prefix(&stem)?.strip_prefix('.')?;
            let other = !["yaml", "yml", "md"].contains(&rest)
                && !rest.contains("fixed")
                && !rest.ends_with(".yaml")
                && path != file;
            (other && path.is_file()).then(|| Some((name.clone(), fs::read(&path).ok()?)))?
        })
        .collect()
}
