//! Lists the files under `queries/` for `src/pack/builtin.rs`, so that the packs are part of the binary; tells the version
//! of the tree-sitter core for the evidence in reports; and digests what decides how a file is judged, so that no build
//! believes the verdicts of another.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let queries = root.join("queries");
    let mut files = Vec::new();
    collect(&queries, &mut files);
    files.sort();
    let mut code = String::from("const BUILTIN: &[(&str, &[u8])] = &[\n");
    for file in files {
        let name = file
            .strip_prefix(&queries)
            .expect("it was found there")
            .to_str()
            .expect("our names are UTF-8");
        writeln!(
            code,
            "    ({:?}, include_bytes!({:?})),",
            name.replace('\\', "/"),
            file
        )
        .expect("a string grows");
    }
    code.push_str("];\n");
    println!(
        "cargo::rustc-env=STAMPOUT_TREE_SITTER={}",
        core_version(&root)
    );
    println!("cargo::rustc-env=STAMPOUT_BUILD={:016x}", judging(&root));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("builtin.rs"), code).expect("OUT_DIR can be written");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    let Ok(listing) = fs::read_dir(folder) else {
        return;
    };
    for item in listing.flatten() {
        let path = item.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// The version of the core that `Cargo.lock` names.
fn core_version(root: &Path) -> String {
    let lock = root.join("Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let text = fs::read_to_string(lock).unwrap_or_default();
    let package = text
        .split("[[package]]")
        .find(|package| package.contains("name = \"tree-sitter\"\n"));
    let version =
        package.and_then(|package| package.split("version = \"").nth(1)?.split('"').next());
    version.unwrap_or("unknown").to_owned()
}

/// Digests the rooms that judge, and the versions of the grammars.
fn judging(root: &Path) -> u64 {
    let mut files = vec![root.join("Cargo.lock")];
    // Of a file that is not there, cargo would think at every build that it has changed.
    files.retain(|file| file.exists());
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    for room in ["language", "model", "rule", "scan"] {
        collect(&root.join("src").join(room), &mut files);
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(&fs::read(&file).expect("it was found there"));
        hasher.write_u8(0xff);
    }
    hasher.finish()
}
