//! The cache as a whole: what is found again, by whom, and how fast.

use std::sync::Arc;

use super::{About, Cache, Context, Kept, Key, RuleList, Said, Since, status};
use crate::model::{ByteSpan, FileFacts, Outcome};

fn list(rules: &[usize]) -> Arc<RuleList> {
    let names: Vec<String> = rules.iter().map(|rule| format!("R.{rule}")).collect();
    let rows = rules.iter().zip(&names);
    Arc::new(RuleList::new(
        rows.map(|(rule, name)| (*rule, name.as_str(), "digest")),
    ))
}

fn key(number: usize) -> Key {
    Key::new(&Context::new(["engine"]), &number.to_be_bytes())
}

/// That every rule of `said` was blind from its number on, and the others of the list were ruled out.
fn kept(number: usize, list: &Arc<RuleList>, said: &[usize]) -> Kept {
    let blind = |rule: &usize| {
        let start = *rule as u64;
        let blind = vec![ByteSpan { start, end: 1000 }];
        (
            *rule,
            Said {
                blind,
                ..Said::default()
            },
        )
    };
    Kept {
        key: key(number),
        about: Arc::new(About {
            facts: FileFacts {
                length: number as u64,
                encoding: "UTF-8",
                ..FileFacts::default()
            },
            check: None,
            outcome: Outcome::Scanned,
            detail: String::new(),
            comments: Arc::default(),
        }),
        list: Arc::clone(list),
        said: Arc::new(said.iter().map(blind).collect()),
    }
}

/// The rules that said something, and those that are missing.
fn known(cache: &Cache, number: usize, list: &RuleList) -> Option<(Vec<usize>, Vec<usize>)> {
    let known = cache.look_up(&[(key(number), list)], Since::Ever).pop()??;
    for (rule, said) in &known.said {
        assert_eq!(said.blind[0].start, *rule as u64);
    }
    let said = known.said.iter().map(|(rule, _)| *rule).collect();
    Some((said, known.missing))
}

fn quiet(cache: &Cache) {
    assert_eq!(cache.finish(), Vec::<String>::new());
}

#[test]
fn what_is_known_of_some_rules_serves_others() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Cache::open(folder.path(), 1 << 24);
    let (odd, all, even) = (list(&[1, 3, 5]), list(&[1, 2, 3, 4, 5]), list(&[2, 4]));
    let first = open();
    first.keep(vec![kept(7, &odd, &[3, 5])]);
    quiet(&first);
    let second = open();
    assert_eq!(known(&second, 7, &odd), Some((vec![3, 5], vec![])));
    assert_eq!(known(&second, 7, &all), Some((vec![3, 5], vec![2, 4])));
    assert_eq!(known(&second, 7, &even), None);
    assert_eq!(known(&second, 8, &odd), None);
    second.keep(vec![kept(7, &even, &[4])]);
    quiet(&second);
    let third = open();
    assert_eq!(known(&third, 7, &all), Some((vec![3, 4, 5], vec![])));
    third.keep(vec![kept(7, &all, &[3, 4, 5])]);
    quiet(&third);
    // Rules are known by what they are, not by their numbers of that day.
    let names = ["R.5", "R.9", "R.3"];
    let other = RuleList::new(
        [5, 9, 3]
            .into_iter()
            .zip(names)
            .map(|(rule, name)| (rule, name, "digest")),
    );
    assert_eq!(known(&open(), 7, &other), Some((vec![5, 3], vec![9])));
    let changed = RuleList::new([(3, "R.3", "another")]);
    assert_eq!(known(&open(), 7, &changed), None);
}

#[test]
fn a_run_does_not_depend_on_what_it_kept_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = list(&[1]);
    let first = Cache::open(folder.path(), 1 << 24);
    first.keep(vec![kept(7, &list, &[1])]);
    quiet(&first);
    let ask = |cache: &Cache, since| cache.look_up(&[(key(7), &list)], since)[0].is_some();
    assert!(!ask(&first, Since::EarlierRuns) && ask(&first, Since::Ever));
    assert!(ask(
        &Cache::open(folder.path(), 1 << 24),
        Since::EarlierRuns
    ));
}

/// A hundred thousand blobs (in a release build) under five hundred rules: told, found, and small.
#[test]
fn many_blobs_and_rules_take_little_time_and_space() {
    const BLOBS: usize = if cfg!(debug_assertions) {
        5_000
    } else {
        100_000
    };
    let folder = tempfile::tempdir().expect("a folder");
    let list = list(&(0..500).collect::<Vec<_>>());
    let cache = Cache::open(folder.path(), 1 << 30);
    let begun = std::time::Instant::now();
    for batch in (0..BLOBS).collect::<Vec<_>>().chunks(1024) {
        cache.keep(batch.iter().map(|one| kept(*one, &list, &[])).collect());
    }
    quiet(&cache);
    let told = begun.elapsed();
    let status = status(folder.path());
    assert_eq!(status.blobs, Ok(BLOBS as u64));
    assert!(status.bytes < 20 << 20, "{status:?}");
    let cache = Cache::open(folder.path(), 1 << 30);
    let begun = std::time::Instant::now();
    for batch in (0..BLOBS).collect::<Vec<_>>().chunks(128) {
        let wanted: Vec<_> = batch.iter().map(|one| (key(*one), &*list)).collect();
        let known = cache.look_up(&wanted, Since::EarlierRuns);
        assert!(known.iter().all(Option::is_some));
    }
    let found = begun.elapsed();
    #[expect(clippy::print_stderr, reason = "figures for who asks with --nocapture")]
    {
        eprintln!(
            "{BLOBS} blobs: told in {told:?}, found in {found:?}, {} bytes",
            status.bytes
        );
    }
}
