//! Where reports go, and when they do not.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::super::sample::{OPTIONS, Sample, TODAY, sample};
use super::{Destination, Format, Notice, Options, OutputError, Outputs, Request};
use crate::model::Date;

/// Standard output that can be read afterwards.
#[derive(Clone, Default)]
struct Screen(Arc<Mutex<Vec<u8>>>);

impl Screen {
    fn text(&self) -> String {
        let bytes = self.0.lock().expect("no thread panicked").clone();
        String::from_utf8(bytes).expect("reports are UTF-8")
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .expect("no thread panicked")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Standard output whose reader went away.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// All calls but the last.
fn replay(sample: &Sample, outputs: &mut Outputs) -> Result<(), OutputError> {
    let run = &sample.run;
    outputs.begin(run)?;
    for each in &sample.units {
        outputs.unit_begin(run, &each.unit)?;
        for (entry, findings) in &each.entries {
            outputs.entry(run, &each.unit, entry)?;
            for finding in findings {
                outputs.finding(run, &each.unit, finding)?;
            }
        }
        outputs.unit_end(run, &each.unit, &each.summary)?;
    }
    Ok(())
}

fn run(
    sample: &Sample,
    requests: &[Request],
    folder: Option<&Path>,
    options: Options,
    stdout: impl Write + Send + 'static,
) -> Result<Vec<Notice>, OutputError> {
    let mut outputs = Outputs::open(requests, folder, options, Box::new(stdout))?;
    replay(sample, &mut outputs)?;
    outputs.end(&sample.run, &sample.summary)
}

fn file(format: Format, path: &Path) -> Request {
    Request {
        format,
        destination: Destination::File(path.to_owned()),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| {
            entry
                .expect("it can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// A complete run of one unit, as an upload needs it.
fn complete() -> Sample {
    let mut sample = sample();
    sample.summary.problems.clear();
    sample.units.truncate(1);
    sample.units[0]
        .entries
        .retain(|(entry, _)| !entry.outcome.is_blind());
    sample.sum_up();
    sample
}

#[test]
fn every_report_gets_the_same_calls() {
    let folder = tempfile::tempdir().expect("a folder");
    let screen = Screen::default();
    let sample = sample();
    let mut requests = vec![Request::stdout(Format::Text)];
    let files = Format::all().filter(|format| *format != Format::SarifUpload);
    requests.extend(files.map(|format| file(format, &folder.path().join(format.word()))));
    let notices = run(&sample, &requests, None, OPTIONS, screen.clone()).expect("all is written");
    assert_eq!(notices, []);
    assert_eq!(screen.text(), sample.render(Format::Text, &OPTIONS));
    for request in &requests[1..] {
        let written =
            fs::read_to_string(folder.path().join(request.format.word())).expect("it is there");
        assert_eq!(
            written,
            sample.render(request.format, &OPTIONS),
            "{}",
            request.format
        );
    }
    assert_eq!(
        names(folder.path()).len(),
        requests.len() - 1,
        "no temporary file stays"
    );
}

#[test]
fn a_file_keeps_its_old_content_until_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.json");
    fs::write(&path, "old").expect("it can be written");
    let sample = sample();
    let requests = [file(Format::Json, &path)];
    let mut outputs =
        Outputs::open(&requests, None, OPTIONS, Box::new(io::sink())).expect("it opens");
    replay(&sample, &mut outputs).expect("it is written");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "old");
    drop(outputs);
    assert_eq!(fs::read_to_string(&path).expect("it is there"), "old");
    assert_eq!(names(folder.path()), ["x.json"], "no temporary file stays");
    run(&sample, &requests, None, OPTIONS, io::sink()).expect("all is written");
    assert_eq!(
        fs::read_to_string(&path).expect("it is there"),
        sample.render(Format::Json, &OPTIONS)
    );
}

#[cfg(unix)]
#[test]
fn links_devices_and_permissions_stay_what_they_are() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let (real, link) = (
        folder.path().join("real.json"),
        folder.path().join("link.json"),
    );
    fs::write(&real, "old").expect("it can be written");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("they can be set");
    symlink("real.json", &link).expect("a link");
    let requests = [
        file(Format::Json, &link),
        file(Format::Jsonl, Path::new("/dev/null")),
    ];
    run(&sample(), &requests, None, OPTIONS, io::sink()).expect("all is written");
    assert!(
        fs::symlink_metadata(&link)
            .expect("it is there")
            .is_symlink()
    );
    assert!(
        fs::read_to_string(&real)
            .expect("it is there")
            .starts_with("{\"version\":1")
    );
    assert_eq!(
        fs::metadata(&real).expect("it is there").mode() & 0o777,
        0o640
    );
    assert!(!fs::metadata("/dev/null").expect("it is there").is_file());
}

#[test]
fn an_upload_of_an_incomplete_scan_is_withheld() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("up.sarif");
    let mut sample = sample();
    sample.units.truncate(1);
    sample.sum_up();
    let screen = Screen::default();
    let requests = [
        Request::stdout(Format::SarifUpload),
        file(Format::SarifUpload, &path),
    ];
    let notices = run(&sample, &requests, None, OPTIONS, screen.clone()).expect("no error");
    assert_eq!(notices.len(), 2);
    assert!(
        notices
            .iter()
            .all(|notice| notice.withheld && notice.reason.contains("incomplete"))
    );
    assert_eq!(screen.text(), "");
    assert!(names(folder.path()).is_empty());
    let allowed = Options {
        allow_incomplete: true,
        ..OPTIONS
    };
    let notices = run(&sample, &requests, None, allowed, screen.clone()).expect("no error");
    assert_eq!(notices, []);
    assert_eq!(screen.text(), sample.render(Format::SarifUpload, &allowed));
    assert_eq!(names(folder.path()), ["up.sarif"]);
}

#[test]
fn an_upload_under_embargo_is_withheld_whatever_is_allowed() {
    let mut sample = complete();
    let catalog = Arc::make_mut(&mut sample.run.catalog);
    catalog.incidents[2].embargo_until = Some(Date {
        day: TODAY.day + 1,
        ..TODAY
    });
    let screen = Screen::default();
    let requests = [Request::stdout(Format::SarifUpload)];
    let allowed = Options {
        allow_incomplete: true,
        ..OPTIONS
    };
    let notices = run(&sample, &requests, None, allowed, screen.clone()).expect("no error");
    assert_eq!(
        notices[0].reason,
        "INC-2090 is under embargo until 2026-03-22"
    );
    assert_eq!(screen.text(), "");
    let later = Options {
        today: Date {
            day: TODAY.day + 1,
            ..TODAY
        },
        ..OPTIONS
    };
    assert_eq!(
        run(&sample, &requests, None, later, screen.clone()).expect("no error"),
        []
    );
    assert!(!screen.text().is_empty());
}

#[test]
fn an_upload_of_several_units_comes_with_a_warning_and_of_too_many_not_at_all() {
    let mut sample = complete();
    let copies = |count: usize| {
        (0..count).map(|number| {
            let mut unit = complete().units.remove(0);
            unit.unit.repository = format!("acme/{number}");
            unit
        })
    };
    sample.units = copies(2).collect();
    sample.sum_up();
    let requests = [Request::stdout(Format::SarifUpload)];
    let notices = run(&sample, &requests, None, OPTIONS, io::sink()).expect("no error");
    assert!(notices.len() == 1 && !notices[0].withheld);
    sample.units = copies(21).collect();
    sample.sum_up();
    let notices = run(&sample, &requests, None, OPTIONS, io::sink()).expect("no error");
    assert!(notices.len() == 1 && notices[0].withheld);
}

#[test]
fn an_upload_holds_no_more_results_than_a_service_keeps() {
    let mut sample = complete();
    let finding = sample.units[0].entries[2].1[0].clone();
    sample.units[0].entries[2].1 = vec![finding; 5_010];
    sample.sum_up();
    let log: serde_json::Value =
        serde_json::from_str(&sample.render(Format::SarifUpload, &OPTIONS)).expect("it is JSON");
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(5_000));
    let notices = run["invocations"][0]["toolExecutionNotifications"]
        .as_array()
        .expect("notices");
    let last = &notices.last().expect("one")["message"]["text"];
    assert_eq!(last, "The first 5,000 of 5,011 results are in this file.");
    let full: serde_json::Value =
        serde_json::from_str(&sample.render(Format::Sarif, &OPTIONS)).expect("it is JSON");
    assert_eq!(
        full["runs"][0]["results"].as_array().map(Vec::len),
        Some(5_013)
    );
}

#[test]
fn a_folder_gets_one_file_per_unit_and_never_two_in_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/sarif");
    let mut sample = sample();
    run(&sample, &[], Some(&path), OPTIONS, io::sink()).expect("all is written");
    assert_eq!(
        names(&path),
        [
            "acme%2Fcheckout@release%2F1.2.sarif",
            "acme%2Fweb@worktree.sarif"
        ]
    );
    for name in names(&path) {
        let text = fs::read_to_string(path.join(name)).expect("it is there");
        let log: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert_eq!(log["runs"].as_array().map(Vec::len), Some(1));
    }
    sample.units[0].unit = sample.units[1].unit.clone();
    let error = run(&sample, &[], Some(&path), OPTIONS, io::sink()).expect_err("one name twice");
    assert!(matches!(error, OutputError::SameName(_)), "{error}");
}

#[test]
fn a_closed_pipe_ends_the_run_unless_files_are_wanted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.json");
    let stdout = Request::stdout(Format::Text);
    let error = run(
        &sample(),
        std::slice::from_ref(&stdout),
        None,
        OPTIONS,
        Closed,
    );
    assert!(error.expect_err("nothing is left to do").is_broken_pipe());
    run(
        &sample(),
        &[stdout, file(Format::Json, &path)],
        None,
        OPTIONS,
        Closed,
    )
    .expect("the file");
    assert_eq!(names(folder.path()), ["x.json"]);
}

#[test]
fn two_reports_never_share_a_place_and_errors_name_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |requests: &[Request]| {
        let outputs = Outputs::open(requests, None, OPTIONS, Box::new(io::sink()));
        outputs.map(drop).expect_err("it must not open").to_string()
    };
    let both = [Request::stdout(Format::Text), Request::stdout(Format::Json)];
    assert_eq!(
        open(&both),
        "two reports go to standard output: give each a place of its own"
    );
    let (plain, dotted) = (folder.path().join("x"), folder.path().join("./x"));
    let message = open(&[file(Format::Text, &plain), file(Format::Json, &dotted)]);
    assert!(message.starts_with("two reports go to"), "{message}");
    let message = open(&[file(Format::Text, &folder.path().join("no/x"))]);
    assert!(message.contains("no/x: No such file"), "{message}");
    let message = open(&[file(Format::Text, folder.path())]);
    assert!(
        message.contains(&*folder.path().to_string_lossy()),
        "{message}"
    );
}

#[test]
fn arguments_name_format_and_place() {
    let parse = |text: &str| Request::parse(text.as_ref());
    let to = |format, path: &str| Ok(file(format, Path::new(path)));
    assert_eq!(parse("out/x.sarif"), to(Format::Sarif, "out/x.sarif"));
    assert_eq!(
        parse("sarif-upload=x.sarif"),
        to(Format::SarifUpload, "x.sarif")
    );
    assert_eq!(
        parse("coverage=a=b.jsonl"),
        to(Format::Coverage, "a=b.jsonl")
    );
    assert_eq!(parse("./a=b.json"), to(Format::Json, "./a=b.json"));
    assert_eq!(parse("json=-"), Ok(Request::stdout(Format::Json)));
    let message = |text: &str| parse(text).expect_err("it names no format").to_string();
    assert_eq!(
        message("sarfi=x"),
        "unknown report format `sarfi`: did you mean `sarif`?"
    );
    assert_eq!(
        message("-"),
        "the name `-` does not tell a report format: write FORMAT=-"
    );
    assert!(message("json=").contains("does not tell"));
}
