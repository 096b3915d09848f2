//! Writing a fleet file from folders of clones and mirrors.
//!
//! Invariant: what is written here, [`super::Fleet`] reads.

use std::path::{Component, Path, PathBuf};

use super::{Discovery, Place, Repository, discover, walk};
use crate::model::{Problem, ProblemKind, RepoPath};

/// Writes the fleet file for the repositories in these folders, sorted by name, with paths relative to `base` (the
/// folder where the file is going to lie) where that makes sense. Problems are what could not be taken in.
pub fn write_fleet(folders: &[PathBuf], base: &Path) -> (String, Vec<Problem>) {
    let Discovery {
        repositories,
        mut problems,
    } = discover(folders);
    let base = std::fs::canonicalize(base).unwrap_or_else(|_| base.to_owned());
    let mut text = String::from(
        "# Without `revisions` the work tree is scanned, or HEAD of a bare repository:\n\
         # revisions = [\"main\", \"release/*\"]\n",
    );
    let repositories: Vec<&Repository> = repositories
        .iter()
        .filter(|found| found.place() != Place::Folder)
        .collect();
    for repository in &repositories {
        match table(repository, &base) {
            Some(table) => text.push_str(&table),
            None => problems.push(Problem {
                kind: ProblemKind::Input,
                repository: Some(repository.name.clone()),
                message: format!(
                    "{} cannot stand in a fleet file",
                    repository.root().display()
                ),
                hint: "rename the folder: its path is not UTF-8 or holds control characters"
                    .to_owned(),
            }),
        }
    }
    if repositories.is_empty() && problems.is_empty() {
        let folders: Vec<String> = folders
            .iter()
            .map(|folder| folder.display().to_string())
            .collect();
        problems.push(Problem {
            kind: ProblemKind::Input,
            repository: None,
            message: format!("no repository in {}", folders.join(", ")),
            hint: "name a folder of clones or mirrors".to_owned(),
        });
    }
    (text, problems)
}

fn table(repository: &Repository, base: &Path) -> Option<String> {
    let path = RepoPath::new(walk::bytes(&relative(repository.root(), base)));
    let path = str::from_utf8(path.as_bytes()).ok()?;
    if path
        .chars()
        .chain(repository.name.chars())
        .any(char::is_control)
    {
        return None;
    }
    let mut table = format!(
        "\n[[repository]]\nname = {}\npath = {}\n",
        quoted(&repository.name),
        quoted(path)
    );
    if let Some(url) = &repository.url {
        table.push_str(&format!("url = {}\n", quoted(url)));
    }
    table.push_str("# owner = \"team\"\n");
    Some(table)
}

/// A basic TOML string; control characters were refused before.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The way from one absolute path to another, unless they share nothing but the root.
fn relative(path: &Path, base: &Path) -> PathBuf {
    let shared = path
        .components()
        .zip(base.components())
        .take_while(|(left, right)| left == right)
        .count();
    if shared <= 1 {
        return path.to_owned();
    }
    let up = base.components().skip(shared).map(|_| Component::ParentDir);
    let way: PathBuf = up.chain(path.components().skip(shared)).collect();
    if way.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        way
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::relative;

    #[test]
    fn ways_lead_up_and_down() {
        let way = |path: &str, base: &str| relative(Path::new(path), Path::new(base));
        assert_eq!(way("/srv/git/a", "/srv/git"), PathBuf::from("a"));
        assert_eq!(
            way("/srv/git/a", "/srv/ops/fleet"),
            PathBuf::from("../../git/a")
        );
        assert_eq!(way("/srv/git", "/srv/git"), PathBuf::from("."));
        assert_eq!(way("/srv/git", "/home/ops"), PathBuf::from("/srv/git"));
    }
}
