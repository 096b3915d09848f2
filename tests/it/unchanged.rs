//! Files that git's index vouches for are not hashed; a change is seen all the same.

use std::fs;

use crate::sandbox::{Sandbox, json_lines};

/// A file of the same size with the same time of modification is not the same file.
#[test]
fn a_change_that_hides_is_seen() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("app", &[("a.py", "calm(1)\n"), ("b.py", "danger(1)\n")]);
    let dirty = || {
        let run = sandbox.stampout(&["scan", "--packs", "packs", "app", "-f", "json"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        run.json()["units"][0]["evidence"]["dirty"].clone()
    };
    assert_eq!(dirty(), false);
    let path = sandbox.path("app/a.py");
    let modified = fs::metadata(&path).and_then(|meta| meta.modified());
    let modified = modified.expect("the file is there");
    sandbox.write("app/a.py", "calm(2)\n");
    let file = fs::File::options().write(true).open(&path);
    file.and_then(|file| file.set_modified(modified))
        .expect("it is ours");
    assert_eq!(dirty(), true);
    sandbox.write("app/a.py", "calm(1)\n");
    assert_eq!(dirty(), false, "touched, not changed");
}

/// The coverage report names the blob of every file by its bytes, also of those that no rule matches.
#[test]
fn coverage_names_blobs_by_their_bytes() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("app", &[("a.py", "calm(1)\n"), ("b.py", "danger(1)\n")]);
    // An index that lies: it vouches for another blob than the file's.
    let other = sandbox.write("other", "calm(9)\n");
    let other = sandbox.git("app", &["hash-object", "-w", &other.display().to_string()]);
    let info = format!("100644,{},a.py", other.trim());
    sandbox.git("app", &["update-index", "--cacheinfo", &info]);
    let run = sandbox.stampout(&[
        "scan",
        "--packs",
        "packs",
        "app",
        "-o",
        "coverage=c.jsonl",
        "-q",
    ]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    for line in json_lines(&sandbox.path("c.jsonl")) {
        let path = line["path"].as_str().expect("a path");
        let hashed = sandbox.git("app", &["hash-object", path]);
        assert_eq!(line["blob"], hashed.trim(), "{path}");
    }
}
