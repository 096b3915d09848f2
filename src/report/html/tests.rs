//! The page as a text: whole, counted right, and deaf to what is in it.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::{Account, FindingAccount, IncidentAccount, LookAccount, Moment, StandingAccount, html};
use crate::model::{FindingFact, Frame, State};

const HOUR: i64 = 1_772_442_840;
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const NASTY: &str = "</style></script><img src=x onerror=\"alert(1)\">'\"`&amp;\u{202e}gpj\u{2066}\n\u{1b}[31m--><!--";

fn finding(number: usize, status: State) -> FindingAccount {
    FindingAccount {
        fingerprint: format!("{number:064x}"),
        repository: format!("acme/shop{}", number % 3),
        rule: "INC-1.danger".to_owned(),
        place: String::new(),
        environments: Vec::new(),
        frame: None,
        owner: Some("team-a".to_owned()),
        standings: vec![StandingAccount {
            line: "main".to_owned(),
            status,
            since: HOUR,
            first_seen: HOUR,
            reason: String::new(),
            by_history: true,
            judged_at: Some(COMMIT.to_owned()),
            path: format!("src/file{number}.py"),
            place: FindingFact {
                line: 3,
                column: 5,
                end_line: 4,
                message: "danger is called".to_owned(),
                snippet: Some("danger(\n  a < b)".to_owned()),
                ..FindingFact::default()
            },
            url: Some("https://git.example/acme/shop".to_owned()),
        }],
    }
}

fn account(findings: Vec<FindingAccount>) -> Account {
    Account {
        written: HOUR + 9_000_000,
        ledger: "ledger.sqlite".to_owned(),
        gaps: Vec::new(),
        incidents: vec![IncidentAccount {
            id: "INC-1".to_owned(),
            title: "Danger".to_owned(),
            severity: "high".to_owned(),
            url: "https://incidents.example/1".to_owned(),
            repositories: (0..3).map(|one| format!("acme/shop{one}")).collect(),
            looks: (0..3)
                .map(|one| LookAccount {
                    repository: format!("acme/shop{one}"),
                    line: "main".to_owned(),
                    observed: HOUR,
                    complete: true,
                    ..LookAccount::default()
                })
                .collect(),
            findings,
            ..IncidentAccount::default()
        }],
    }
}

/// The part between two texts.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    rest.split_once(to).unwrap_or_else(|| panic!("no {to}")).0
}

fn verdict(page: &str) -> String {
    let text = between(page, "<p class=\"verdict\">", "</p>");
    text.replace("<strong>", "").replace("</strong>", "")
}

#[test]
fn the_verdict_claims_no_more_than_was_looked_at() {
    use State::{Fixed, Gone, Open, Regressed, Suppressed, Unknown};
    type Change = fn(&mut IncidentAccount);
    let none: Change = |_| ();
    let cases: &[(&[State], Change, &str)] = &[
        (
            &[Open, Regressed, Fixed],
            none,
            "Not gone 2 of 3 instances are there.",
        ),
        (
            &[Fixed, Unknown],
            none,
            "Unknown 1 of 2 instances closed, and what is left nobody can tell.",
        ),
        (
            &[Fixed, Gone],
            none,
            "Gone All of 2 instances were closed on evidence, and all was looked at.",
        ),
        (
            &[Fixed, Suppressed],
            none,
            "Answered for 1 of 2 instances closed; for the others somebody answers.",
        ),
        (
            &[],
            none,
            "Never found Nothing was ever found, and all was looked at.",
        ),
        // Each gap takes the claim away.
        (
            &[Fixed],
            |one| one.repositories.push("acme/other".to_owned()),
            "Unknown 1 of 1 instance closed, and what is left nobody can tell.",
        ),
        (
            &[Fixed],
            |one| one.looks[0].complete = false,
            "Unknown 1 of 1 instance closed, and what is left nobody can tell.",
        ),
        (
            &[Fixed],
            |one| one.looks[0].parts.push("src".to_owned()),
            "Unknown 1 of 1 instance closed, and what is left nobody can tell.",
        ),
        (
            &[],
            |one| one.unread = 1,
            "Unknown Nothing was found where it was looked for.",
        ),
        (
            &[],
            |one| one.looks[0].is_behind = true,
            "Unknown Nothing was found where it was looked for.",
        ),
        (
            &[],
            |one| {
                one.repositories.clear();
                one.looks.clear();
            },
            "Unknown Nothing was found where it was looked for.",
        ),
    ];
    for (states, change, expected) in cases {
        let each = states.iter().enumerate();
        let mut account = account(
            each.map(|(number, state)| finding(number, *state))
                .collect(),
        );
        change(&mut account.incidents[0]);
        assert_eq!(verdict(&html(&account)), *expected, "{states:?}");
    }
}

#[test]
fn what_was_not_judged_stands_beside_the_counts() {
    let mut account = account(vec![finding(0, State::Open)]);
    let incident = &mut account.incidents[0];
    incident.repositories.push("acme/other".to_owned());
    let look = &mut incident.looks[0];
    look.complete = false;
    let paths = |count: u64| (count, vec!["a.py".to_owned()]);
    look.unjudged = BTreeMap::from([
        ("timed-out".to_owned(), paths(2)),
        ("of-another-age".to_owned(), paths(1)),
        ("scanned-with-errors".to_owned(), paths(4)),
        ("symlink".to_owned(), paths(7)),
    ]);
    let page = html(&account);
    let gaps = between(&page, "<div class=\"gaps\">", "</div>");
    for line in [
        "1 of 4 repositories was never asked",
        "1 scan was incomplete",
        "3 files were not judged",
        "4 files were judged but for parts",
    ] {
        assert!(gaps.contains(&format!("<li>{line}</li>")), "{line}: {gaps}");
    }
    for detail in [
        "2 timed out",
        "1 of-another-age",
        "7 symbolic links",
        "Never asked: <code>acme/other</code>",
    ] {
        assert!(page.contains(detail), "{detail}");
    }
}

/// Everything that others wrote, in every place where it is shown.
#[test]
fn no_text_of_others_becomes_markup() {
    let nasty = || NASTY.to_owned();
    let mut account = account(vec![
        finding(0, State::Suppressed),
        finding(1, State::Fixed),
    ]);
    account.ledger = nasty();
    account.gaps = vec![nasty()];
    let incident = &mut account.incidents[0];
    for text in [
        &mut incident.id,
        &mut incident.title,
        &mut incident.summary,
        &mut incident.severity,
        &mut incident.class,
        &mut incident.owner,
        &mut incident.url,
    ] {
        *text = nasty();
    }
    incident.references = vec![nasty(), "javascript:alert(1)".to_owned()];
    incident.repositories.push(nasty());
    incident.milestones = vec![(nasty(), None)];
    incident.environments = vec![(nasty(), [1, 2, 3])];
    incident.places = vec![(nasty(), 1)];
    incident.deployments = 2;
    incident.unscanned = vec![nasty()];
    incident.course = vec![Moment {
        at: HOUR,
        found: 1,
        open: 1,
        ..Moment::default()
    }];
    for finding in &mut incident.findings {
        finding.owner = Some(nasty());
        finding.place = nasty();
        finding.frame = Some(Frame {
            first_line: 2,
            lines: vec![nasty(), nasty(), nasty()],
        });
        finding.environments = vec![nasty()];
        finding.rule = nasty();
        finding.fingerprint = nasty();
        finding.repository = nasty();
        let standing = &mut finding.standings[0];
        standing.line = nasty();
        standing.reason = nasty();
        standing.path = nasty();
        standing.url = Some(format!("https://h/{NASTY}"));
        standing.judged_at = Some(nasty());
        standing.place.message = nasty();
        standing.place.snippet = Some(nasty());
    }
    let review = incident.findings[0].standings[0].place.clone();
    let look = &mut incident.looks[0];
    look.line = nasty();
    look.repository = nasty();
    look.url = Some("javascript:alert(1)".to_owned());
    look.commit = Some(nasty());
    look.parts = vec![nasty()];
    look.unjudged = BTreeMap::from([(nasty(), (1, vec![nasty()]))]);
    look.reviews = vec![FindingFact {
        path: nasty(),
        rule: nasty(),
        ..review
    }];
    let page = html(&account);
    assert!(page.matches("alert(1)").count() > 20);
    // One style and one script, ours; none of the words that would have made markup.
    for (text, count) in [
        ("<script", 1),
        ("</script", 1),
        ("<style", 1),
        ("</style", 1),
        ("<img", 0),
        ("<!--", 0),
        ("-->", 0),
        ("onerror=\"", 0),
        ("href=\"javascript", 0),
        ("\u{202e}", 0),
        ("\u{2066}", 0),
        ("\u{1b}", 0),
    ] {
        assert_eq!(page.matches(text).count(), count, "{text:?}");
    }
    let wild = |c: char| c.is_control() && !"\n\t".contains(c);
    assert!(!page.contains(wild));
}

#[test]
fn the_policy_lets_the_page_run_and_load_nothing_but_its_own() {
    let page = html(&account(vec![finding(0, State::Open)]));
    let policy = between(
        &page,
        "http-equiv=\"Content-Security-Policy\" content=\"",
        "\">",
    );
    for (name, open, close) in [
        ("style-src", "<style>", "</style>"),
        ("script-src", "<script>", "</script>"),
    ] {
        let digest = Sha256::digest(between(&page, open, close).as_bytes());
        let hash = super::policy::base64(&digest);
        assert!(
            policy.contains(&format!("{name} 'sha256-{hash}';")),
            "{policy}"
        );
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
    // Attributes that the policy would refuse, and everything that loads.
    let body = between(&page, "<body>", "<script>");
    for text in [
        " style=\"",
        " src=\"",
        "url(",
        "@import",
        "<link",
        "<iframe",
        "<form",
        " onclick",
    ] {
        assert!(
            !body.contains(text) && !page.contains(&format!("{text}http")),
            "{text}"
        );
    }
}

#[test]
fn every_finding_is_there_without_the_script_and_none_is_left_out_in_silence() {
    let states = [State::Fixed, State::Open, State::Unknown];
    let all: Vec<FindingAccount> = (0..300).map(|one| finding(one, states[one % 3])).collect();
    let page = html(&account(all));
    assert_eq!(page.matches("<details class=\"f\"").count(), 300);
    assert!(!page.contains("class=\"cut\""));
    let all: Vec<FindingAccount> = (0..20_500)
        .map(|one| finding(one, states[one % 3]))
        .collect();
    let page = html(&account(all));
    assert_eq!(page.matches("<details class=\"f\"").count(), 20_000);
    assert!(page.contains("<strong>20,000 of 20,500 are shown</strong>"));
    // What is left out is what is closed.
    assert_eq!(page.matches("data-s=\"open\"").count(), 6_833);
    assert_eq!(page.matches("data-s=\"unknown\"").count(), 6_833);
}

#[test]
fn code_has_its_lines_and_a_link_to_them() {
    let page = html(&account(vec![finding(0, State::Open)]));
    let link = format!(
        "<a href=\"https://git.example/acme/shop/blob/{COMMIT}/src/file0.py#L3-L4\" rel=\"noreferrer\">src/file0.py:3:5</a>"
    );
    assert!(page.contains(&link));
    let code = between(&page, "<pre tabindex=\"0\"><code>", "</code>");
    assert_eq!(
        code,
        "<b>3</b><i>…</i><mark>danger(</mark>\n<b>4</b>  <mark>a &lt; b)</mark>\n"
    );
    // Where it was clean, there is nothing to link to but the commit; and no code is said to be none.
    let mut closed = finding(0, State::Fixed);
    closed.standings[0].place.snippet = None;
    let page = html(&account(vec![closed]));
    assert!(!page.contains("/blob/") && page.contains("carried no code"));
    assert!(page.contains(&format!("/commit/{COMMIT}")));
}
