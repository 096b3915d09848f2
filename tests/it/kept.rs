//! Verdicts kept between runs: they save work and change no report, whatever happens to the place where they lie.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use stampout::cache::{self, Cache};
use stampout::model::{EntryRecord, Finding, Scope, UnitSummary};
use stampout::pack;
use stampout::rule::RuleSet;
use stampout::scan::{Engine, KnownBlobs, Limits, Scanner, Sink};
use stampout::source::{HARD_LIMIT, ListOptions, Reader, What, discover};

use crate::sandbox::{DANGER, Sandbox};

const LIMIT: u64 = 1 << 30;

/// A fleet with all kinds of outcomes, and packs for it.
fn fleet(sandbox: &Sandbox) {
    sandbox.danger_pack();
    second_pack(sandbox, "risk");
    let wide: Vec<u8> = "\u{feff}danger(1)\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, format) in [("one", "sha1"), ("two", "sha256")] {
        let folder = format!("fleet/{name}");
        fs::create_dir_all(sandbox.path(&folder)).expect("made");
        sandbox.git(
            &folder,
            &["init", "-q", &format!("--object-format={format}")],
        );
        let files: &[(&str, &[u8])] = &[
            (
                "a.py",
                b"def f():\n    danger(1)\n    danger(1)\n    risk(danger(2))\n",
            ),
            (
                "copy.py",
                b"def f():\n    danger(1)\n    danger(1)\n    risk(danger(2))\n",
            ),
            ("clean.py", b"safe(1)\n"),
            ("candidate.py", b"# danger is far\n"),
            (
                "both.h",
                b"int danger(int);\nint f(void) { return danger(1); }\n",
            ),
            ("broken.h", b"int g( { danger(\n class x { danger(2); }\n"),
            ("broken.py", b"def (:\n  danger(\nrisk(1)\n"),
            ("binary.py", b"danger(1)\n\0\0\n"),
            ("quiet.py", b"nothing\n\0\0\n"),
            ("wide.py", &wide),
            ("half.py", b"\xFF\xFEd"),
            ("latin.py", b"x = '\xE9'; danger('\xE9')\n"),
            ("script", b"#!/usr/bin/env python3\ndanger(3)\n"),
            ("data.txt", b"danger(1)\n"),
            ("empty.py", b""),
            (
                "pointer.py",
                b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
            ),
        ];
        for (file, bytes) in files {
            sandbox.write(&format!("{folder}/{file}"), bytes);
        }
        sandbox.write(&format!("{folder}/own.py"), format!("danger('{name}')\n"));
        sandbox.commit(&folder, "first");
        // What only the work tree holds.
        sandbox.write(&format!("{folder}/new.py"), "danger(5)\n");
        sandbox.write(&format!("{folder}/clean.py"), "danger(6)\n");
    }
}

/// A pack for calls of `name`, which replaces that of an earlier call.
fn second_pack(sandbox: &Sandbox, name: &str) {
    sandbox.write("packs/risk/incident.toml", DANGER.replace("INC-1", "INC-2"));
    sandbox.write(
        "packs/risk/danger.scm",
        format!("((call function: (identifier) @f) @bug (#eq? @f \"{name}\"))\n"),
    );
    sandbox.write(
        "packs/risk/c.scm",
        "((call_expression function: (identifier)) @bug)\n",
    );
}

/// All reports of a scan, as one text.
fn reports(sandbox: &Sandbox, arguments: &[&str]) -> String {
    let first = ["scan", "--packs", "packs", "fleet", "-f", "jsonl"];
    let outputs = ["-o", "o.json", "-o", "o.sarif", "-o", "coverage=c.jsonl"];
    let run = sandbox.stampout(&[first.as_slice(), &outputs, arguments].concat());
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(!run.stderr.contains("cache"), "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(sandbox.path(name)).expect("the report is there");
    [run.stdout, read("o.json"), read("o.sarif"), read("c.jsonl")].join("\n")
}

fn folder(sandbox: &Sandbox) -> PathBuf {
    sandbox.path(".cache/stampout")
}

/// What is known of the blob that the index names says nothing of a file that has other bytes.
#[test]
fn the_bytes_decide_whatever_the_index_names() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    fs::create_dir_all(sandbox.path("one")).expect("made");
    sandbox.git("one", &["init", "-q"]);
    sandbox.write("one/a.py", "# danger is far\n");
    sandbox.commit("one", "first");
    let scan = || sandbox.stampout(&["scan", "--packs", "packs", "one", "-f", "jsonl"]);
    for _ in 0..2 {
        let run = scan();
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    }
    sandbox.write("one/a.py", "danger(15)  # !\n");
    let run = scan();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("danger(15)"), "{}", run.stdout);
}

#[test]
fn reports_are_the_same_with_and_without() {
    let sandbox = Sandbox::new();
    fleet(&sandbox);
    for revision in [&[][..], &["--rev", "main"]] {
        let bare = [revision, &["--no-cache"]].concat();
        let expected = reports(&sandbox, &bare);
        assert!(
            expected.contains("both.h") && expected.contains("\"review\""),
            "{expected}"
        );
        assert_eq!(
            reports(&sandbox, &[&bare[..], &["-j", "4"]].concat()),
            expected
        );
        for jobs in ["1", "4", "1"] {
            assert_eq!(
                reports(&sandbox, &[revision, &["-j", jobs]].concat()),
                expected
            );
        }
        // One pack more, one less, another limit: what is known is used as far as it goes.
        cache::clear(&folder(&sandbox)).expect("emptied");
        for more in [
            &["--incident", "INC-1"][..],
            &["--incident", "INC-2"],
            &[],
            &["--max-file-size", "9"],
            &["--incident", "INC-2", "--max-file-size", "30"],
            &["--no-prefilter"],
            &[],
        ] {
            let kept = reports(&sandbox, &[revision, more].concat());
            let bare = reports(&sandbox, &[bare.as_slice(), more].concat());
            assert_eq!(kept, bare, "{more:?}");
        }
        second_pack(&sandbox, "safe");
        let changed = reports(&sandbox, revision);
        assert_eq!(changed, reports(&sandbox, &bare));
        assert_ne!(changed, expected);
        second_pack(&sandbox, "risk");
        assert_eq!(reports(&sandbox, revision), expected);
    }
}

#[test]
fn nothing_damaged_is_believed() {
    let sandbox = Sandbox::new();
    fleet(&sandbox);
    let expected = reports(&sandbox, &["--rev", "main", "--no-cache"]);
    reports(&sandbox, &["--rev", "main"]);
    let file = folder(&sandbox).join("verdicts-2/store.sqlite");
    let whole = fs::read(&file).expect("the store is there");
    let mut random = 0x9E37_79B9_u64;
    let mut below = |bound: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(random >> 33).expect("small") % bound
    };
    for round in 0..48 {
        let mut damaged = whole.clone();
        match round % 4 {
            0 => damaged.truncate(below(whole.len())),
            1 => damaged[..4096].iter_mut().for_each(|byte| *byte = 0x5A),
            _ => {
                for _ in 0..=below(400) {
                    let at = below(whole.len());
                    damaged[at] ^= 1 << below(8);
                }
            }
        }
        for rest in ["-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{rest}", file.display()));
        }
        fs::create_dir_all(file.parent().expect("it has one")).expect("made");
        fs::write(&file, damaged).expect("damaged");
        assert_eq!(
            reports(&sandbox, &["--rev", "main"]),
            expected,
            "round {round}"
        );
    }
    let left: Vec<_> = fs::read_dir(folder(&sandbox))
        .expect("it is there")
        .collect();
    // What was damaged is not kept beside what is begun anew, which the next run may have to do.
    assert!(left.len() <= 1, "{left:?}");
}

#[test]
fn many_processes_share_one_cache() {
    let sandbox = Sandbox::new();
    fleet(&sandbox);
    for index in 0..400 {
        sandbox.write(
            &format!("fleet/one/m{index}.py"),
            format!("danger({index})\n"),
        );
    }
    sandbox.commit("fleet/one", "more");
    let arguments = [
        "scan", "--packs", "packs", "fleet", "-f", "jsonl", "--rev", "main", "-v",
    ];
    let expected = sandbox.stampout(&[&arguments[..], &["--no-cache"]].concat());
    for _ in 0..4 {
        let start = |_| {
            Command::new(env!("CARGO_BIN_EXE_stampout"))
                .args(arguments)
                .current_dir(sandbox.path(""))
                .env("HOME", sandbox.path(""))
                .env_remove("XDG_CACHE_HOME")
                .env_remove("STAMPOUT_CACHE")
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary runs")
        };
        let running: Vec<_> = (0..6).map(start).collect();
        for one in running {
            let output = one.wait_with_output().expect("it ends");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(String::from_utf8_lossy(&output.stdout), expected.stdout);
            assert_eq!(said, expected.stderr);
        }
    }
}

/// Runs that are killed at any moment leave a cache that serves the next.
#[test]
fn killed_runs_leave_no_trap() {
    let sandbox = Sandbox::new();
    fleet(&sandbox);
    for index in 0..300 {
        sandbox.write(
            &format!("fleet/one/m{index}.py"),
            format!("danger({index})\n"),
        );
    }
    sandbox.commit("fleet/one", "more");
    let expected = reports(&sandbox, &["--rev", "main", "--no-cache"]);
    for round in 0..24 {
        if round % 8 == 0 {
            cache::clear(&folder(&sandbox)).expect("emptied");
        }
        let mut scan = Command::new(env!("CARGO_BIN_EXE_stampout"))
            .args([
                "scan", "--packs", "packs", "fleet", "--rev", "main", "-f", "coverage",
            ])
            .current_dir(sandbox.path(""))
            .env("HOME", sandbox.path(""))
            .env_remove("XDG_CACHE_HOME")
            .env_remove("STAMPOUT_CACHE")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        // Killed as soon as it has told so much; the first before it told anything.
        let mut told = vec![0; round * 4_000];
        let mut stdout = scan.stdout.take().expect("a pipe");
        let _ = stdout.read_exact(&mut told);
        let _ = scan.kill();
        let _ = scan.wait();
        assert_eq!(reports(&sandbox, &["--rev", "main"]), expected);
    }
}

#[test]
fn the_space_is_bounded() {
    let sandbox = Sandbox::new();
    fleet(&sandbox);
    sandbox.write(
        ".config/stampout/config.toml",
        "cache = \"kept\"\ncache-size = \"96KiB\"\n",
    );
    for round in 0..4 {
        for index in 0..150 {
            sandbox.write(
                &format!("fleet/one/m{index}.py"),
                format!("danger({round}{index})\n"),
            );
        }
        sandbox.commit("fleet/one", "more");
        let expected = reports(&sandbox, &["--rev", "main", "--no-cache"]);
        assert_eq!(reports(&sandbox, &["--rev", "main"]), expected);
        let status = cache::status(&sandbox.path(".config/stampout/kept"));
        assert!(
            status.bytes <= 96 << 10 && status.blobs.as_ref().is_ok_and(|blobs| *blobs > 0),
            "{status:?}"
        );
    }
}

#[test]
fn a_cache_that_cannot_be_used_stops_nothing() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("app", &[("a.py", "danger(1)\n")]);
    sandbox.write("file", "");
    let arguments = ["scan", "--packs", "packs", "app", "-f", "jsonl"];
    for place in ["file", "file/below", "/proc/nowhere"] {
        let run = sandbox.stampout_with(&arguments, &[("STAMPOUT_CACHE", place)]);
        assert_eq!((run.code, run.json_lines().len()), (1, 1), "{}", run.stderr);
        assert_eq!(run.stderr, "");
        let loud = [&arguments[..], &["-v"]].concat();
        let run = sandbox.stampout_with(&loud, &[("STAMPOUT_CACHE", place)]);
        assert!(
            run.stderr.contains("verdicts are not kept"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn the_cache_is_shown_and_emptied() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("app", &[("a.py", "danger(1)\n"), ("b.py", "\n")]);
    let shows = |arguments: &[&str], blobs: &str| {
        let run = sandbox.stampout(&[&["cache"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        let line = format!("verdicts  {blobs}\n");
        assert!(run.stdout.contains(&line), "{}", run.stdout);
    };
    shows(&[], "0");
    sandbox.stampout(&[
        "scan",
        "--packs",
        "packs",
        "app",
        "--rev",
        "HEAD",
        "--no-cache",
    ]);
    shows(&[], "0");
    sandbox.stampout(&["scan", "--packs", "packs", "app", "--rev", "HEAD"]);
    shows(&[], "2");
    shows(&["--clear"], "0");
    assert!(!folder(&sandbox).join("verdicts-2").exists());
}

/// What depends on time or memory, and what could not be read, is asked again.
#[test]
fn some_outcomes_are_never_kept() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    let deep = format!("danger({}1{})\n", "(".repeat(20_000), ")".repeat(20_000));
    let slow = "danger(1)\n".repeat(200_000);
    sandbox.repository(
        "app",
        &[
            ("deep.py", &deep),
            ("slow.py", &slow),
            ("large.py", &format!("{slow}\n")),
        ],
    );
    let arguments = [
        "scan",
        "--packs",
        "packs",
        "app",
        "--rev",
        "main",
        "-q",
        "-o",
        "coverage=c.jsonl",
        "--timeout-per-file",
        "1ms",
        "--max-file-size",
        "2000000",
    ];
    let run = sandbox.stampout(&arguments);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let coverage = fs::read_to_string(sandbox.path("c.jsonl")).expect("the report is there");
    assert!(
        coverage.contains("timed-out") && coverage.contains("too-large"),
        "{coverage}"
    );
    let status = cache::status(&folder(&sandbox));
    assert_eq!(status.blobs, Ok(0), "{coverage}");
}

/// Scans a revision of one repository; also returns how many findings there were.
fn scan(
    repository: &Path,
    packs: &Path,
    cache: &Cache,
    engine: Option<&str>,
) -> (UnitSummary, usize) {
    struct Count(usize);
    impl Sink for Count {
        fn entry(&mut self, _: &EntryRecord, findings: &[Finding]) -> std::io::Result<()> {
            self.0 += findings.len();
            Ok(())
        }
        fn progress(&mut self, _: u64, _: u64) {}
    }
    let packs: Vec<_> = pack::find(packs)
        .expect("packs")
        .iter()
        .map(|folder| pack::read_folder(folder).expect("a pack"))
        .collect();
    let (rules, errors) = RuleSet::build(&packs);
    assert!(errors.is_empty());
    let limits = Limits {
        max_file_size: 1 << 20,
        timeout: None,
        prefilter: true,
    };
    let scanner = Scanner::new(&rules, limits, Engine::InProcess, 2).expect("threads");
    let scanner = match engine {
        Some(engine) => scanner.with_cache_of(cache, engine),
        None => scanner.with_cache(cache),
    };
    let found = discover(&[repository.to_owned()]);
    let repository = &found.repositories[0];
    let revision = repository.resolve(&["main".to_owned()]).revisions.remove(0);
    let listing = repository
        .list(&What::Revision(revision), &ListOptions::default())
        .expect("listed");
    let mut reader = Reader::new(repository, HARD_LIMIT).expect("a reader");
    let mut count = Count(0);
    let summary = scanner
        .scan(
            &listing,
            &mut reader,
            &mut KnownBlobs::default(),
            Scope::default(),
            &mut count,
        )
        .expect("scanned");
    (summary, count.0)
}

/// What was asked before is not read again; what judges it now is part of what it is found by.
#[test]
fn only_what_changed_is_read() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository("app", &[("a.py", "danger(1)\n"), ("b.py", "safe(2)\n")]);
    sandbox.git("", &["clone", "-q", "app", "fork"]);
    let bytes = |repository: &str, packs: &str, engine: Option<&str>| {
        let cache = Cache::open(&folder(&sandbox), LIMIT);
        let (summary, findings) = scan(
            &sandbox.path(repository),
            &sandbox.path(packs),
            &cache,
            engine,
        );
        assert_eq!(cache.finish(), Vec::<String>::new());
        (summary.bytes, findings)
    };
    assert_eq!(bytes("app", "packs", None), (18, 1));
    assert_eq!(bytes("app", "packs", None), (0, 1));
    assert_eq!(bytes("fork", "packs", None), (0, 1));
    sandbox.write("app/b.py", "danger(22)\n");
    sandbox.commit("app", "second");
    assert_eq!(bytes("app", "packs", None), (11, 2));
    assert_eq!(bytes("app", "packs", Some("another")), (21, 2));
    assert_eq!(bytes("app", "packs", Some("another")), (0, 2));
    // A pack more costs that pack; after it, each alone is known too.
    second_pack(&sandbox, "safe");
    assert_eq!(bytes("fork", "packs", None), (18, 2));
    assert_eq!(bytes("fork", "packs", None), (0, 2));
    assert_eq!(bytes("fork", "packs/risk", None), (0, 1));
    assert_eq!(bytes("fork", "packs/danger", None), (0, 1));
    second_pack(&sandbox, "changed");
    assert_eq!(bytes("fork", "packs", None), (18, 1));
}

/// A repository whose object holds other bytes than its id says speaks for nobody.
#[test]
fn a_hostile_fork_poisons_nothing() {
    let sandbox = Sandbox::new();
    sandbox.danger_pack();
    sandbox.repository(
        "fleet/honest",
        &[("a.py", "danger(1)\n"), ("b.py", "safe(2)\n")],
    );
    sandbox.git(
        "fleet",
        &["clone", "-q", "--no-hardlinks", "honest", "afork"],
    );
    let object = |file: &str| {
        let oid = sandbox.git("fleet/honest", &["rev-parse", &format!("main:{file}")]);
        let (folder, rest) = oid.split_at(2);
        sandbox.path(&format!("fleet/afork/.git/objects/{folder}/{rest}"))
    };
    let (danger, safe) = (object("a.py"), object("b.py"));
    let bytes = fs::read(safe).expect("a loose object");
    fs::remove_file(&danger).expect("removed");
    fs::write(&danger, bytes).expect("swapped");
    let scan = |repository: &str, arguments: &[&str]| {
        let first = [
            "scan", "--packs", "packs", "--rev", "main", "-f", "coverage",
        ];
        let run = sandbox.stampout(&[&first, arguments, &[repository]].concat());
        run.stdout
    };
    // The liar first, the liar alone, then together: in a run that begins with nothing known, nobody is believed.
    for order in [&["fleet/afork"][..], &["fleet"], &["fleet/honest"]] {
        cache::clear(&folder(&sandbox)).expect("emptied");
        for repository in order {
            let expected = scan(repository, &["--no-cache"]);
            assert_eq!(scan(repository, &[]), expected);
            assert_eq!(
                expected.contains("corrupt-object"),
                *repository != "fleet/honest"
            );
        }
        let blobs = cache::status(&folder(&sandbox)).blobs;
        let honest = order.iter().any(|name| *name != "fleet/afork");
        assert_eq!(blobs, Ok(if honest { 2 } else { 1 }), "{order:?}");
        assert!(scan("fleet/honest", &[]).contains("\"scanned\""));
    }
    // Objects that are gone are missed, though all is known of them.
    fs::remove_file(&danger).expect("removed");
    let expected = scan("fleet/afork", &["--no-cache"]);
    assert!(expected.contains("missing-object"), "{expected}");
    assert_eq!(scan("fleet/afork", &[]), expected);
}
