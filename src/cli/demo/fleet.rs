//! The demo's fleet: five repositories with history, their fleet file, and the pack that names two of their commits.

use std::fs;
use std::io;
use std::path::Path;

use super::{files, pack};
use crate::source::{Change, History, Mark, Shape, SourceError};

/// The fleet file.
pub(super) const FILE: &str = "fleet.toml";

/// What each repository has to tell, in the order of the reports.
pub(super) const ABOUT: [[&str; 3]; 5] = [
    [
        "acme/billing",
        "team-billing",
        "Go; one script in Latin-1, one large file in Git LFS",
    ],
    [
        "acme/checkout",
        "team-payments",
        "where it bit: fixed on main, while release/1.4 is still deployed",
    ],
    [
        "acme/search",
        "team-search",
        "calls others too, always with a timeout",
    ],
    [
        "acme/web",
        "team-web",
        "holds a vendored copy of checkout's gateway module",
    ],
    [
        "partner/checkout",
        "team-partners",
        "a bare mirror of a fork from before the fix",
    ],
];

/// Why the fleet could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// A repository.
    #[error("{0}")]
    Source(#[from] SourceError),
    /// A file beside them.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// How far the story has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The incident is over; only the line that hurt is fixed.
    Begun,
    /// Every team has fixed what was found, on its branches.
    Fixed,
    /// Somebody proposes a change that brings the bug back in.
    Proposed,
}

/// The commits on which the repositories of a stage stand: billing, web, search, partner.
pub(super) struct Heads(pub(super) [String; 4]);

/// Makes everything below a folder that is empty; it is empty again if no repository could be made.
pub(super) fn make(dir: &Path) -> Result<Heads, Error> {
    let repositories = dir.join("repositories");
    fs::create_dir(&repositories)?;
    match make_repositories(dir, &repositories, Stage::Begun) {
        Err(error @ Error::Source(_)) => {
            // What went wrong first is what the user must know.
            let _ = fs::remove_dir_all(&repositories);
            Err(error)
        }
        made => made,
    }
}

/// Lets time pass: the same histories, with what came since. Commits keep their ids.
pub(super) fn go_on(dir: &Path, stage: Stage) -> Result<Heads, Error> {
    let repositories = dir.join("repositories");
    fs::remove_dir_all(&repositories)?;
    fs::create_dir(&repositories)?;
    make_repositories(dir, &repositories, stage)
}

fn make_repositories(dir: &Path, repositories: &Path, stage: Stage) -> Result<Heads, Error> {
    let checkout = Checkout::new(stage);
    let made = checkout
        .history
        .make(&repositories.join("checkout"), Shape::WorkTree)?;
    let others = [
        ("billing", billing(stage), Shape::WorkTree),
        ("web", web(stage), Shape::WorkTree),
        ("search", search(stage), Shape::WorkTree),
        ("partner-checkout.git", checkout.fork, Shape::Bare),
    ];
    let mut heads = Vec::new();
    for (name, (history, head), shape) in others {
        let made = history.make(&repositories.join(name), shape)?;
        heads.push(made.id(head).to_owned());
    }
    if stage == Stage::Begun {
        pack::write(dir, made.id(checkout.buggy), made.id(checkout.fixed))?;
        fs::write(dir.join(FILE), FLEET)?;
        fs::create_dir_all(dir.join("reports"))?;
    }
    let heads = <[String; 4]>::try_from(heads).unwrap_or_default();
    Ok(Heads(heads))
}

/// What runs where.
pub(super) const INVENTORY: &str = "deployments.jsonl";

/// Writes what runs: checkout at a version, the others at commits.
pub(super) fn deploy(dir: &Path, checkout: &str, heads: [&str; 4]) -> io::Result<()> {
    let [billing, web, search, partner] = heads;
    let rows = [
        (
            "checkout",
            "acme/checkout",
            "eu-1",
            checkout,
            "team-payments",
        ),
        ("billing", "acme/billing", "eu-1", billing, "team-billing"),
        ("web", "acme/web", "eu-1", web, "team-web"),
        ("search", "acme/search", "eu-1", search, "team-search"),
        (
            "checkout",
            "partner/checkout",
            "partner",
            partner,
            "team-partners",
        ),
    ];
    let lines = rows.map(|(service, repository, site, revision, owner)| {
        format!(
            "{{\"service\":\"{service}\",\"repo\":\"https://git.example/{repository}\",\"env\":\"prod\",\
             \"site\":\"{site}\",\"revision\":\"{revision}\",\"owner\":\"{owner}\"}}\n"
        )
    });
    fs::write(dir.join(INVENTORY), lines.concat())
}

const FLEET: &str = r#"[[repository]]
name = "acme/checkout"
path = "repositories/checkout"
url = "https://git.example/acme/checkout"
revisions = ["main", "release/*"]
owner = "team-payments"

[[repository]]
name = "acme/web"
path = "repositories/web"           # no revisions: the work tree, as it lies there
url = "https://git.example/acme/web"
owner = "team-web"

[[repository]]
name = "acme/billing"
path = "repositories/billing"
url = "https://git.example/acme/billing"
revisions = ["main"]
owner = "team-billing"

[[repository]]
name = "acme/search"
path = "repositories/search"
url = "https://git.example/acme/search"
revisions = ["main"]
owner = "team-search"

[[repository]]
name = "partner/checkout"
path = "repositories/partner-checkout.git"
url = "https://git.example/partner/checkout"
revisions = ["main"]
owner = "team-partners"
"#;

const ADA: &str = "Ada Byron <ada@acme.example>";
const GRACE: &str = "Grace Murray <grace@acme.example>";
const KEN: &str = "Ken Sato <ken@partner.example>";

/// Noon of a day in 2026, by its number in the year, in seconds since 1970.
pub(super) const fn noon(day: i64) -> i64 {
    1_767_225_600 + (day - 1) * 86_400 + 43_200
}

fn commit(
    history: &mut History,
    branch: &str,
    author: &str,
    day: i64,
    message: &str,
    files: &[(&str, &[u8])],
) -> Mark {
    history.commit(&Change {
        branch,
        author,
        time: noon(day),
        message,
        files,
    })
}

/// Where it bit.
struct Checkout {
    history: History,
    /// Made by a partner on the last day before the incident.
    fork: (History, Mark),
    buggy: Mark,
    fixed: Mark,
}

impl Checkout {
    fn new(stage: Stage) -> Self {
        let mut history = History::default();
        let first: &[(&str, &[u8])] = &[
            ("README.md", b"# checkout\n\nTakes the money.\n"),
            ("src/cart.py", files::CART.as_bytes()),
            ("src/gateway.py", files::GATEWAY.as_bytes()),
        ];
        let release = commit(&mut history, "main", ADA, 12, "Charge cards", first);
        history.branch("release/1.4", release);
        let version: &[(&str, &[u8])] = &[("VERSION", b"1.4.1\n")];
        let release = commit(
            &mut history,
            "release/1.4",
            ADA,
            30,
            "Version 1.4.1",
            version,
        );
        history.tag("v1.4.1", release);
        let stock: &[(&str, &[u8])] = &[("src/stock.py", files::STOCK.as_bytes())];
        let buggy = commit(
            &mut history,
            "main",
            GRACE,
            40,
            "Ask the warehouse before a sale",
            stock,
        );
        let mut fork = history.clone();
        let loyalty: &[(&str, &[u8])] = &[("src/loyalty.py", files::LOYALTY.as_bytes())];
        let mut forked = commit(
            &mut fork,
            "main",
            KEN,
            58,
            "Points for every order",
            loyalty,
        );
        let fix: &[(&str, &[u8])] = &[("src/gateway.py", files::GATEWAY_FIXED.as_bytes())];
        let fixed = commit(
            &mut history,
            "main",
            ADA,
            61,
            "Give the gateway ten seconds (INC-2041)",
            fix,
        );
        let refunds: &[(&str, &[u8])] = &[("src/refunds.py", files::REFUNDS.as_bytes())];
        commit(&mut history, "main", GRACE, 90, "Give money back", refunds);
        if stage >= Stage::Fixed {
            let refunds = waiting(files::REFUNDS);
            let files: &[(&str, &[u8])] = &[("src/refunds.py", refunds.as_bytes())];
            commit(
                &mut history,
                "main",
                GRACE,
                98,
                "Refunds give up (INC-2041)",
                files,
            );
            let release: &[(&str, &[u8])] = &[
                ("src/gateway.py", files::GATEWAY_FIXED.as_bytes()),
                ("VERSION", b"1.4.2\n"),
            ];
            let message = "Version 1.4.2: the gateway's ten seconds";
            let release = commit(&mut history, "release/1.4", ADA, 98, message, release);
            history.tag("v1.4.2", release);
            let loyalty = waiting(files::LOYALTY);
            let files: &[(&str, &[u8])] = &[
                ("src/gateway.py", files::GATEWAY_FIXED.as_bytes()),
                ("src/loyalty.py", loyalty.as_bytes()),
            ];
            forked = commit(
                &mut fork,
                "main",
                KEN,
                99,
                "Timeouts, as upstream (INC-2041)",
                files,
            );
        }
        let fork = (fork, forked);
        Self {
            history,
            fork,
            buggy,
            fixed,
        }
    }
}

/// The same code with a limit to its patience.
fn waiting(text: &str) -> String {
    let refund = text.replace(
        "json={\"charge\": charge})",
        "json={\"charge\": charge}, timeout=10)",
    );
    let points = refund.replace("json=points)", "json=points, timeout=5)");
    points.replace("json=invoice)", "json=invoice, timeout=30)")
}

fn web(stage: Stage) -> (History, Mark) {
    let mut history = History::default();
    let first: &[(&str, &[u8])] = &[
        ("README.md", b"# web\n\nThe storefront.\n"),
        ("src/price.js", files::STOREFRONT.as_bytes()),
        ("vendor/checkout/gateway.py", files::GATEWAY.as_bytes()),
    ];
    commit(&mut history, "main", ADA, 20, "A storefront", first);
    let export: &[(&str, &[u8])] = &[("scripts/export.py", files::UNMERGED.as_bytes())];
    let mut head = commit(
        &mut history,
        "main",
        GRACE,
        75,
        "Merge export-paging",
        export,
    );
    if stage >= Stage::Fixed {
        let merged = files::UNMERGED
            .replace(
                "<<<<<<< HEAD\n        params={\"day\": day},\n=======\n",
                "",
            )
            .replace(">>>>>>> export-paging\n", "        timeout=60,\n");
        let files: &[(&str, &[u8])] = &[
            ("scripts/export.py", merged.as_bytes()),
            (
                "vendor/checkout/gateway.py",
                files::GATEWAY_FIXED.as_bytes(),
            ),
        ];
        let message = "Take the gateway module anew, end the merge (INC-2041)";
        head = commit(&mut history, "main", ADA, 97, message, files);
    }
    (history, head)
}

fn billing(stage: Stage) -> (History, Mark) {
    let mut history = History::default();
    let first: &[(&str, &[u8])] = &[
        ("README.md", b"# billing\n\nWrites the invoices.\n"),
        ("ledger/ledger.go", files::LEDGER.as_bytes()),
        ("rates/rates.go", files::RATES.as_bytes()),
    ];
    commit(&mut history, "main", GRACE, 15, "Invoices", first);
    let tools: &[(&str, &[u8])] = &[
        (".gitattributes", files::ATTRIBUTES.as_bytes()),
        ("tools/settle.py", files::SETTLE),
        ("tools/tariffs.py", files::POINTER.as_bytes()),
    ];
    let mut head = commit(
        &mut history,
        "main",
        ADA,
        33,
        "Tools of the branch in Lyon",
        tools,
    );
    if stage >= Stage::Fixed {
        let settle: String = files::SETTLE.iter().map(|byte| char::from(*byte)).collect();
        // In Latin-1 again, where each character is a byte.
        let settle: Vec<u8> = waiting(&settle).chars().map(|c| c as u8).collect();
        let rates = files::RATES
            .replace("http.Get(url)", "client.Get(url)")
            .replace(
                "// Fetch",
                "var client = &http.Client{Timeout: 10 * time.Second}\n\n// Fetch",
            );
        let rates = rates.replace("\t\"net/http\"\n", "\t\"net/http\"\n\t\"time\"\n");
        let files: &[(&str, &[u8])] = &[
            (".gitattributes", b""),
            ("rates/rates.go", rates.as_bytes()),
            ("tools/settle.py", &settle),
            ("tools/tariffs.py", b"TARIFFS = {}\n"),
        ];
        let message = "Timeouts (INC-2041); tariffs moved into the database";
        head = commit(&mut history, "main", GRACE, 99, message, files);
    }
    (history, head)
}

fn search(stage: Stage) -> (History, Mark) {
    let mut history = History::default();
    let first: &[(&str, &[u8])] = &[
        ("README.md", b"# search\n\nFinds articles.\n"),
        ("src/search.py", files::SEARCH.as_bytes()),
    ];
    let head = commit(&mut history, "main", GRACE, 27, "Search", first);
    if stage >= Stage::Proposed {
        history.branch("proposal", head);
        let suggest: &[(&str, &[u8])] = &[("src/suggest.py", files::SUGGEST.as_bytes())];
        commit(&mut history, "proposal", KEN, 118, "Suggest words", suggest);
    }
    (history, head)
}
