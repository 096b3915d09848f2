//! A folder of its own for each test, with real git, and the built binary run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A temporary folder.
pub(crate) struct Sandbox {
    root: tempfile::TempDir,
}

/// What a run of the binary gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            root: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it has a parent")).expect("folders can be made");
        fs::write(&path, bytes).expect("a file can be written");
        path
    }

    /// Runs git in a folder of the sandbox; panics with what it said if it fails.
    pub(crate) fn git(&self, folder: &str, arguments: &[&str]) -> String {
        self.git_at("2026-03-02T09:14:00Z", folder, arguments)
    }

    /// The same at another time.
    pub(crate) fn git_at(&self, time: &str, folder: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "init.defaultBranch=main",
                "-c",
                "commit.gpgsign=false",
                "-c",
                "protocol.file.allow=always",
            ])
            .args(arguments)
            .current_dir(self.path(folder))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_AUTHOR_EMAIL", "a@example.invalid")
            .env("GIT_AUTHOR_DATE", time)
            .env("GIT_COMMITTER_NAME", "A")
            .env("GIT_COMMITTER_EMAIL", "a@example.invalid")
            .env("GIT_COMMITTER_DATE", time)
            .output()
            .expect("git runs");
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A repository with one commit of these files on `main`.
    pub(crate) fn repository(&self, folder: &str, files: &[(&str, &str)]) {
        fs::create_dir_all(self.path(folder)).expect("folders can be made");
        self.git(folder, &["init", "-q"]);
        for (name, text) in files {
            self.write(&format!("{folder}/{name}"), text);
        }
        self.commit(folder, "first");
    }

    /// Commits everything.
    pub(crate) fn commit(&self, folder: &str, message: &str) {
        self.git(folder, &["add", "-A"]);
        self.git(folder, &["commit", "-q", "--allow-empty", "-m", message]);
    }

    /// Commits everything, at a time.
    pub(crate) fn commit_at(&self, time: &str, folder: &str, message: &str) {
        self.git(folder, &["add", "-A"]);
        self.git_at(
            time,
            folder,
            &["commit", "-q", "--allow-empty", "-m", message],
        );
    }

    /// Scans `fleet.toml` and what an inventory says is deployed, and records it, `hours` after the first commits.
    pub(crate) fn scan_deployed(&self, hours: u64, inventory: &str, more: &[&str]) -> Run {
        self.write("inventory.jsonl", inventory);
        let scan = ["scan", "--fleet", "fleet.toml", "--packs", "packs", "-q"];
        let deployed = ["--record", "--deployed", "--inventory", "inventory.jsonl"];
        let time = (1_772_442_840 + hours * 3600).to_string();
        let all = [&scan[..], &deployed[..], more].concat();
        self.stampout_with(&all, &[("SOURCE_DATE_EPOCH", &time)])
    }

    /// Runs the binary in the sandbox.
    pub(crate) fn stampout(&self, arguments: &[&str]) -> Run {
        self.stampout_with(arguments, &[])
    }

    /// Runs the binary in the sandbox with more environment.
    pub(crate) fn stampout_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stampout"));
        command
            .args(arguments)
            .current_dir(self.root.path())
            .env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command
            .env("HOME", self.root.path())
            .env("SOURCE_DATE_EPOCH", "1772442840");
        let output: Output = command
            .envs(environment.iter().copied())
            .output()
            .expect("the binary runs");
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// A pack that finds `danger(…)` in Python, and `danger` in C and C++.
    pub(crate) fn danger_pack(&self) {
        self.write("packs/danger/incident.toml", DANGER);
        self.write(
            "packs/danger/danger.scm",
            "((call function: (identifier) @_f) @bug (#eq? @_f \"danger\"))\n",
        );
        self.write(
            "packs/danger/c.scm",
            "((call_expression function: (identifier) @_f) @bug (#eq? @_f \"danger\"))\n",
        );
        self.write(
            "packs/danger/cases/case.py",
            "# bug: danger\ndanger(1)\n# ok: danger\nsafe(1)\n",
        );
        for name in ["case.c", "case.cpp"] {
            let case = "int f(void) {\n  // bug: danger\n  danger(1);\n  // ok: danger\n  return safe(1);\n}\n";
            self.write(&format!("packs/danger/cases/{name}"), case);
        }
    }
}

impl Run {
    /// The lines of a report that has one JSON value a line.
    pub(crate) fn json_lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }

    /// The whole of standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.stdout, self.stderr))
    }
}

/// Reads a file with one JSON value a line.
pub(crate) fn json_lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("the report is there");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// The manifest of the pack that the tests use.
pub(crate) const DANGER: &str = r#"schema = 1

[incident]
id = "INC-1"
title = "Danger was called"
summary = "Somebody called danger."
severity = "high"
class = "reliability"
url = "https://incidents.example.invalid/INC-1"

[[rule]]
id = "danger"
message = "Danger is called"
help = "Do not call danger."
languages = ["python", "c", "cpp"]
query = { python = "danger.scm", c = "c.scm", cpp = "c.scm" }
"#;
