//! The demo's incident pack: the folder that a team would write after such an incident.

use std::fs;
use std::io;
use std::path::Path;

/// Its folder.
pub(super) const FOLDER: &str = "packs/INC-2041-http-without-timeout";
/// The line in [`super::files::GATEWAY`] at which checkout's workers hung.
pub(super) const BUG_LINE: u32 = 10;

/// Writes it; `buggy` and `fixed` are the commits of its origin.
pub(super) fn write(dir: &Path, buggy: &str, fixed: &str) -> io::Result<()> {
    let folder = dir.join(FOLDER);
    let origin = format!(
        "[[origin]]                       # where it bit: `stampout test --fleet` proves that the rule finds it\n\
         rule = \"http-call-without-timeout\"\n\
         repository = \"https://git.example/acme/checkout\"\n\
         commit = \"{buggy}\"\n\
         path = \"src/gateway.py\"\n\
         line = {BUG_LINE}\n\
         fixed-by = \"{fixed}\"\n"
    );
    fs::create_dir_all(folder.join("cases"))?;
    fs::write(
        folder.join("incident.toml"),
        format!("{INCIDENT}\n{origin}\n{RULE}"),
    )?;
    fs::write(folder.join("python.scm"), PYTHON)?;
    fs::write(folder.join("go.scm"), GO)?;
    fs::write(folder.join("cases/gateway.py"), PYTHON_CASE)?;
    fs::write(folder.join("cases/rates.go"), GO_CASE)
}

const INCIDENT: &str = r#"schema = 1

[incident]
id = "INC-2041"
title = "Checkout workers hung on HTTP calls without a timeout"
summary = """
The card gateway accepted connections and then said nothing. Each checkout worker that called it waited for ever; after \
eleven minutes none was left, and nobody could pay for an hour."""
severity = "high"
class = "reliability"
url = "https://incidents.example/INC-2041"
cwe = ["CWE-400"]
tickets = ["https://tickets.example/OPS-812"]
owner = "team-payments"

[incident.time]
started = 2026-03-02T09:03:00Z
declared = 2026-03-02T09:14:00Z
contained = 2026-03-02T10:05:00Z
"#;

const RULE: &str = r#"[[rule]]
id = "http-call-without-timeout"
message = "HTTP call without a timeout"
help = """
A server that accepts the connection and then says nothing holds the caller for ever: neither `requests` nor Go's \
`http.Get` gives up by itself. Say how long the caller can afford to wait:

```python
reply = requests.get(url, timeout=(3, 10))  # seconds to connect, seconds between two bytes
```

```go
var client = &http.Client{Timeout: 10 * time.Second}
reply, err := client.Get(url)
```

Then decide what happens after the timeout: a retry with a limit, a fallback, an error."""
languages = ["python", "go"]
query = { python = "python.scm", go = "go.scm" }
"#;

const PYTHON: &str = r#"; requests.get(url): the word timeout does not stand between the parentheses, and no **options either.
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @method)
  arguments: (argument_list) @_arguments) @bug
  (#eq? @_module "requests")
  (#any-of? @method "get" "post" "put" "patch" "delete")
  (#not-match? @_arguments "\\btimeout\\b|\\*\\*"))
"#;

const GO: &str = r#"; http.Get(url) and its relatives use http.DefaultClient, which waits for ever.
((call_expression
  function: (selector_expression
    operand: (identifier) @_package
    field: (field_identifier) @method)) @bug
  (#eq? @_package "http")
  (#any-of? @method "Get" "Head" "Post" "PostForm"))
"#;

const PYTHON_CASE: &str = r#"import requests

# bug: http-call-without-timeout
requests.get(URL)

# bug: http-call-without-timeout
reply = requests.post(
    URL,
    json=order,
)

# ok: http-call-without-timeout
requests.get(URL, timeout=5)

# ok: http-call-without-timeout
requests.get(URL, **options)

# ok: http-call-without-timeout
cache.get(URL)
"#;

const GO_CASE: &str = r#"package rates

import "net/http"

func fetch(url string) {
	// bug: http-call-without-timeout
	http.Get(url)

	// bug: http-call-without-timeout
	reply, err := http.PostForm(url, nil)

	// ok: http-call-without-timeout
	client.Get(url)
}
"#;
