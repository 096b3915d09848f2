//! Objects that lie, are gone or are broken: each is told, and no other is lost with it.

use std::fs;

use super::support::{Scratch, entry, git, list_revision, list_work_tree, read, read_all, summary};
use crate::model::{Outcome, RepoPath};
use crate::source::{ListOptions, Loaded, Oid, Reader, Repository, SourceError, State, What};

/// A repository with as many loose blobs as asked for, `0.py` and so on, and their ids.
fn blobs(count: usize) -> (Scratch, Vec<String>) {
    let repo = Scratch::new();
    for index in 0..count {
        repo.write(format!("{index}.py"), format!("value = {index}\n"));
    }
    repo.commit("all");
    let ids = (0..count)
        .map(|index| repo.git(&["rev-parse", &format!("HEAD:{index}.py")]))
        .collect();
    (repo, ids)
}

fn outcome(loaded: &Loaded) -> Option<Outcome> {
    match loaded {
        Loaded::Failed(outcome, _) => Some(*outcome),
        _ => None,
    }
}

#[test]
fn each_object_answers_for_itself() {
    let (repo, ids) = blobs(6);
    repo.swap(&ids[1], &ids[0]);
    fs::remove_file(repo.loose(&ids[2])).expect("removable");
    repo.overwrite(&ids[3], b"garbage");
    let whole = fs::read(repo.loose(&ids[4])).expect("an object");
    repo.overwrite(&ids[4], &whole[..whole.len() - 8]);
    let repository = repo.open();
    let listing = list_revision(&repository, "main");
    let loaded = read_all(&repository, &listing);
    let outcomes: Vec<Option<Outcome>> = loaded.iter().map(outcome).collect();
    let (corrupt, missing) = (Some(Outcome::CorruptObject), Some(Outcome::MissingObject));
    assert_eq!(
        outcomes,
        [None, corrupt, missing, corrupt, corrupt, None],
        "{loaded:#?}"
    );
    for (index, loaded) in loaded.iter().enumerate() {
        if let Loaded::Bytes(blob) = loaded {
            assert_eq!(
                (blob.oid.to_string(), &*blob.bytes),
                (ids[index].clone(), format!("value = {index}\n").as_bytes())
            );
        }
    }
}

/// Read ahead by several processes, objects are what they are when read one batch after the other: whatever lies among
/// them, and however large they are.
#[test]
fn read_ahead_is_read_all_the_same() {
    let (repo, ids) = blobs(9);
    repo.write("large.py", vec![b'x'; 3 << 20]).commit("large");
    let large = repo.git(&["rev-parse", "HEAD:large.py"]);
    repo.swap(&ids[1], &ids[0]);
    fs::remove_file(repo.loose(&ids[2])).expect("removable");
    repo.overwrite(&ids[3], b"garbage");
    let repository = repo.open();
    let oid = |id: &String| Oid::parse(id.as_bytes()).expect("an id");
    let (good, bad, large) = (
        oid(&ids[0]),
        [1, 2, 3].map(|index| oid(&ids[index])),
        oid(&large),
    );
    // Long runs of small ones, so that parts are long; then large ones, more than may be held at once; and damage in
    // every position of a part.
    let mut wanted = vec![good; 1_500];
    wanted.extend([large; 24]);
    wanted.extend((0..90).flat_map(|turn| [good, bad[turn % 3], large, good]));
    wanted.extend(ids.iter().map(oid));
    let reader = Reader::new(&repository, 4 << 20).expect("a reader");
    let mut streamed = reader.stream(wanted.clone()).expect("it has objects");
    let mut counts = (0, 0);
    for oid in &wanted {
        let one = streamed.next().expect("an answer to each");
        let is_bad = bad.contains(oid);
        counts = (counts.0 + usize::from(is_bad), counts.1 + 1);
        match one {
            Loaded::Bytes(blob) => assert_eq!((blob.oid, is_bad), (*oid, false)),
            Loaded::Failed(outcome, _) if *oid == bad[1] => {
                assert_eq!(outcome, Outcome::MissingObject)
            }
            other => assert_eq!(outcome(&other), Some(Outcome::CorruptObject), "{other:?}"),
        }
    }
    assert!(streamed.next().is_none());
    assert_eq!(counts, (93, wanted.len()));
    // Who stops taking is not waited for.
    drop(reader.stream(wanted));
}

/// However sizes follow one another, nobody waits for ever: not the threads for room, nor the taker for them.
#[test]
fn reading_ahead_comes_to_its_end() {
    let (repo, ids) = blobs(1);
    repo.write("middle.py", vec![b'x'; 40 << 10]);
    repo.write("large.py", vec![b'y'; 300 << 10])
        .commit("larger");
    let rev = |name: &str| repo.git(&["rev-parse", &format!("HEAD:{name}")]);
    let oid = |id: &str| Oid::parse(id.as_bytes()).expect("an id");
    let sizes = [oid(&ids[0]), oid(&rev("middle.py")), oid(&rev("large.py"))];
    let repository = repo.open();
    let reader = Reader::new(&repository, 4 << 20).expect("a reader");
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..12 {
        let mut wanted = Vec::new();
        while wanted.len() < 1_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let size = sizes[(state >> 33) as usize % 3];
            let run = 1 + (state >> 40) as usize % 60;
            wanted.extend(std::iter::repeat_n(size, run));
        }
        let count = reader
            .stream(wanted.clone())
            .expect("it has objects")
            .count();
        assert_eq!(count, wanted.len());
    }
}

#[test]
fn a_damaged_pack_takes_only_what_it_must() {
    let (repo, ids) = blobs(40);
    repo.git(&["repack", "-adq", "--depth=0", "--window=0"]);
    let listing_before = list_revision(&repo.open(), "main");
    let folder = repo.path(".git/objects/pack");
    let pack = fs::read_dir(&folder)
        .expect("packs")
        .flatten()
        .map(|file| file.path());
    let pack = pack
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "pack"))
        .expect("a pack");
    let verify = repo.git(&["verify-pack", "-v", pack.to_str().expect("text")]);
    let line = verify
        .lines()
        .find(|line| line.starts_with(&ids[7]))
        .expect("the blob");
    let offset: usize = line
        .split_whitespace()
        .nth(4)
        .expect("an offset")
        .parse()
        .expect("a number");
    let mut bytes = fs::read(&pack).expect("a pack");
    bytes[offset + 4] ^= 0xff;
    bytes[offset + 5] ^= 0xff;
    fs::remove_file(&pack).expect("removable");
    fs::write(&pack, bytes).expect("writable");
    let repository = repo.open();
    for entry in read_all(&repository, &listing_before)
        .iter()
        .zip(&listing_before.entries)
    {
        let expected = (entry.1.path == RepoPath::from("7.py")).then_some(Outcome::CorruptObject);
        assert_eq!(
            outcome(entry.0),
            expected,
            "{}: {:?}",
            entry.1.path,
            entry.0
        );
    }
}

#[test]
fn large_batches_do_not_block_and_large_objects_are_passed_by() {
    let (repo, ids) = blobs(3);
    repo.write("large.py", vec![b'x'; 3 << 20]).commit("large");
    let repository = repo.open();
    let listing = list_revision(&repository, "main");
    let mut reader = Reader::new(&repository, 1 << 20).expect("a reader");
    let small = listing
        .entries
        .iter()
        .filter(|entry| entry.path != RepoPath::from("large.py"));
    let wanted: Vec<_> = small.cycle().take(40_000).chain(&listing.entries).collect();
    let loaded = reader.read(&wanted);
    let large = repo.git(&["rev-parse", "HEAD:large.py"]);
    for (entry, loaded) in wanted.iter().zip(&loaded) {
        match loaded {
            Loaded::Bytes(blob) => assert!(ids.contains(&blob.oid.to_string())),
            Loaded::Oversized { oid, size } => {
                assert_eq!(
                    (entry.path.to_string().as_str(), *size),
                    ("large.py", 3 << 20)
                );
                assert_eq!(oid.map(|oid| oid.to_string()).as_ref(), Some(&large));
            }
            Loaded::Failed(..) => panic!("{loaded:?}"),
        }
    }
    let on_disk = list_work_tree(&repository);
    let loaded = reader.files().read(entry(&on_disk, "large.py"));
    assert_eq!(
        loaded,
        Loaded::Oversized {
            oid: None,
            size: 3 << 20
        }
    );
}

#[test]
fn a_swapped_tree_or_commit_is_not_believed() {
    let repo = Scratch::new();
    repo.write("a/one.py", "1")
        .write("b/two.py", "2")
        .commit("first");
    let [one, two] = ["HEAD:a", "HEAD:b"].map(|name| repo.git(&["rev-parse", name]));
    repo.swap(&one, &two);
    let repository = repo.open();
    let listing = list_revision(&repository, "main");
    assert_eq!(summary(&listing), ["a: corrupt-object", "b/two.py: object"]);
    assert_eq!(listing.problems.len(), 1, "{:?}", listing.problems);

    let commit = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["commit", "-q", "--allow-empty", "-m", "second"]);
    repo.swap(&repo.git(&["rev-parse", "HEAD"]), &commit);
    let resolved = repo.open().resolve(&["main".to_owned()]);
    assert_eq!(resolved.revisions, []);
    assert!(
        resolved.problems[0]
            .message
            .contains("revision `main`: commit "),
        "{:?}",
        resolved.problems
    );
    // The work tree is still worth a scan.
    let listing = list_work_tree(&repo.open());
    assert_eq!(
        (
            listing.entries.len(),
            listing.problems.len(),
            listing.unit.commit
        ),
        (2, 1, None)
    );
}

#[test]
fn a_missing_tree_is_an_entry_and_a_missing_root_an_error() {
    let repo = Scratch::new();
    repo.write("a/one.py", "1")
        .write("b/two.py", "2")
        .commit("first");
    fs::remove_file(repo.loose(&repo.git(&["rev-parse", "HEAD:a"]))).expect("removable");
    let listing = list_revision(&repo.open(), "main");
    assert_eq!(summary(&listing), ["a: missing-object", "b/two.py: object"]);
    let root = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let resolved = repo.open().resolve(&["main".to_owned()]);
    fs::remove_file(repo.loose(&root)).expect("removable");
    let what = What::Revision(resolved.revisions[0].clone());
    let error = repo
        .open()
        .list(&what, &ListOptions::default())
        .expect_err("no tree");
    assert!(
        matches!(
            error,
            SourceError::Object {
                outcome: Outcome::MissingObject,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn trees_that_git_would_not_write_are_listed_as_bytes() {
    let repo = Scratch::new();
    repo.write("a.py", "a").commit("first");
    let oid = repo.git(&["rev-parse", "HEAD:a.py"]);
    let raw: Vec<u8> = (0..20)
        .map(|at| u8::from_str_radix(&oid[at * 2..at * 2 + 2], 16).expect("hex"))
        .collect();
    let names: [&[u8]; 6] = [
        b"..",
        b".git",
        b"100%",
        b"caf\xE9.py",
        b"line\nfeed",
        b"line\nfeed",
    ];
    let tree: Vec<u8> = names
        .iter()
        .flat_map(|name| [b"100644 ", *name, b"\0", &raw].concat())
        .collect();
    fs::write(repo.path("tree"), tree).expect("writable");
    let tree = repo.git(&["hash-object", "-t", "tree", "-w", "--literally", "tree"]);
    let commit = repo.git(&["commit-tree", "-m", "odd", &tree]);
    let repository = repo.open();
    let listing = list_revision(&repository, &commit);
    let expected = [
        "..: object",
        ".git: object",
        "100%: object",
        "caf\\xE9.py: object",
        "line\nfeed: object",
    ];
    assert_eq!(summary(&listing), expected);
    assert_eq!(
        listing.problems.len(),
        1,
        "the twin is told: {:?}",
        listing.problems
    );
    assert_eq!(read(&repository, &listing, "..").as_deref(), Ok("a"));
}

#[test]
fn a_revision_lists_what_git_lists_packed_or_loose_in_either_format() {
    for init in [
        ["init", "-q", "--object-format=sha1"],
        ["init", "-q", "--object-format=sha256"],
    ] {
        let repo = Scratch::with(&init);
        std::os::unix::fs::symlink("a", repo.path("link")).expect("a link");
        repo.write("a.py", "a")
            .write("a/b.py", "b")
            .write("a-b/c.py", "c")
            .write("new\nline", "n")
            .commit("all");
        for pack in [false, true] {
            if pack {
                repo.git(&["gc", "-q"]);
            }
            let repository = repo.open();
            let listing = list_revision(&repository, "main");
            let ours: Vec<String> = listing
                .entries
                .iter()
                .map(|entry| entry.path.to_string())
                .collect();
            let gits = repo.git(&["ls-tree", "-r", "-z", "--name-only", "HEAD"]);
            assert_eq!(ours, gits.split_terminator('\0').collect::<Vec<_>>());
            assert_eq!(
                entry(&listing, "link").state,
                State::Settled(Outcome::Symlink, String::new())
            );
            assert!(
                read_all(&repository, &listing)
                    .iter()
                    .all(|loaded| !matches!(outcome(loaded), Some(Outcome::CorruptObject)))
            );
            assert_eq!(read(&repository, &listing, "a/b.py").as_deref(), Ok("b"));
        }
    }
}

#[test]
fn replacements_and_grafts_change_nothing() {
    let (repo, ids) = blobs(2);
    let first = repo.git(&["rev-parse", "HEAD"]);
    repo.write("0.py", "other").commit("second");
    let second = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["replace", &ids[1], &repo.git(&["rev-parse", "HEAD:0.py"])]);
    repo.git(&["replace", &second, &first]);
    repo.write(".git/info/grafts", format!("{second}\n"));
    let repository = repo.open();
    let listing = list_revision(&repository, "main");
    assert_eq!(listing.unit.commit, Some(second));
    assert_eq!(read(&repository, &listing, "0.py").as_deref(), Ok("other"));
    assert_eq!(
        read(&repository, &listing, "1.py").as_deref(),
        Ok("value = 1\n")
    );
}

#[test]
fn shallow_clones_say_so_and_files_at_commits_are_proven() {
    let (repo, _) = blobs(2);
    let first = repo.git(&["rev-parse", "HEAD"]);
    repo.write("0.py", "other").commit("second");
    let url = format!("file://{}", repo.root().display());
    git(
        &repo.outside(),
        &["clone", "-q", "--bare", "--depth=1", &url, "shallow.git"],
    );
    let shallow = Repository::open_bare(&repo.outside().join("shallow.git")).expect("a repository");
    assert!(shallow.is_shallow() && !repo.open().is_shallow());
    assert!(list_revision(&shallow, "main").unit.shallow);
    assert!(
        !shallow.has_commit(&first).expect("an answer")
            && repo.open().has_commit(&first).expect("an answer")
    );
    let at = |commit: &str, path: &str| {
        repo.open()
            .read_path_at(commit, &path.into())
            .expect("an answer")
    };
    assert_eq!(at(&first, "0.py").expect("a file").bytes, b"value = 0\n");
    assert_eq!(at(&first, "none.py"), None);
    assert_eq!(at(&first, "0.py/x"), None);
    assert!(
        repo.open().read_path_at("HEAD", &"0.py".into()).is_err(),
        "a name is not a commit"
    );
}
