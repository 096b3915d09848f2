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

/// Makes everything below a folder that is empty; it is empty again if no repository could be made.
pub(super) fn make(dir: &Path) -> Result<(), Error> {
    let repositories = dir.join("repositories");
    fs::create_dir(&repositories)?;
    match make_repositories(dir, &repositories) {
        Err(error @ Error::Source(_)) => {
            // What went wrong first is what the user must know.
            let _ = fs::remove_dir_all(&repositories);
            Err(error)
        }
        made => made,
    }
}

fn make_repositories(dir: &Path, repositories: &Path) -> Result<(), Error> {
    let checkout = Checkout::new();
    let made = checkout
        .history
        .make(&repositories.join("checkout"), Shape::WorkTree)?;
    let others = [
        ("billing", billing(), Shape::WorkTree),
        ("search", search(), Shape::WorkTree),
        ("web", web(), Shape::WorkTree),
        ("partner-checkout.git", checkout.fork, Shape::Bare),
    ];
    for (name, history, shape) in others {
        history.make(&repositories.join(name), shape)?;
    }
    pack::write(dir, made.id(checkout.buggy), made.id(checkout.fixed))?;
    fs::write(dir.join(FILE), FLEET)?;
    fs::create_dir_all(dir.join("reports"))?;
    Ok(())
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
const fn noon(day: i64) -> i64 {
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
    fork: History,
    buggy: Mark,
    fixed: Mark,
}

impl Checkout {
    fn new() -> Self {
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
        commit(
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
        Self {
            history,
            fork,
            buggy,
            fixed,
        }
    }
}

fn web() -> History {
    let mut history = History::default();
    let first: &[(&str, &[u8])] = &[
        ("README.md", b"# web\n\nThe storefront.\n"),
        ("src/price.js", files::STOREFRONT.as_bytes()),
        ("vendor/checkout/gateway.py", files::GATEWAY.as_bytes()),
    ];
    commit(&mut history, "main", ADA, 20, "A storefront", first);
    let export: &[(&str, &[u8])] = &[("scripts/export.py", files::UNMERGED.as_bytes())];
    commit(
        &mut history,
        "main",
        GRACE,
        75,
        "Merge export-paging",
        export,
    );
    history
}

fn billing() -> History {
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
    commit(
        &mut history,
        "main",
        ADA,
        33,
        "Tools of the branch in Lyon",
        tools,
    );
    history
}

fn search() -> History {
    let mut history = History::default();
    let first: &[(&str, &[u8])] = &[
        ("README.md", b"# search\n\nFinds articles.\n"),
        ("src/search.py", files::SEARCH.as_bytes()),
    ];
    commit(&mut history, "main", GRACE, 27, "Search", first);
    history
}
