//! What stands in the repositories of the demo's fleet.

/// The module with the bug, as checkout had it and others still have it: [`super::pack::BUG_LINE`] is in here.
pub(super) const GATEWAY: &str = r#""""Talks to the card gateway."""

import requests

GATEWAY = "https://gateway.example/v1/charges"


def charge(order):
    """Charges the card of an order; every checkout worker calls it."""
    reply = requests.post(GATEWAY, json={"order": order.id, "cents": order.cents})
    reply.raise_for_status()
    return reply.json()["charge"]
"#;

/// The same module after the incident.
pub(super) const GATEWAY_FIXED: &str = r#""""Talks to the card gateway."""

import requests

GATEWAY = "https://gateway.example/v1/charges"


def charge(order):
    """Charges the card of an order; every checkout worker calls it."""
    reply = requests.post(
        GATEWAY,
        json={"order": order.id, "cents": order.cents},
        timeout=(3, 10),
    )
    reply.raise_for_status()
    return reply.json()["charge"]
"#;

/// Never had the bug.
pub(super) const STOCK: &str = r#""""Asks the warehouse what is left."""

import requests


def left(article):
    reply = requests.get("https://stock.example/v1/" + article, timeout=2)
    return reply.json()["left"]
"#;

/// Has nothing to do with it: its bytes rule it out.
pub(super) const CART: &str = r#""""What a customer is about to buy."""


def total(items):
    return sum(item.cents * item.count for item in items)
"#;

/// Written after the fix, by someone who had not heard of it.
pub(super) const REFUNDS: &str = r#""""Gives money back."""

import requests

REFUNDS = "https://gateway.example/v1/refunds"


def refund(charge):
    return requests.post(REFUNDS, json={"charge": charge}).json()
"#;

/// What the fork added.
pub(super) const LOYALTY: &str = r#""""Points for every order."""

import requests


def award(customer, cents):
    points = {"customer": customer, "points": cents // 100}
    requests.put("https://loyalty.example/v1/points", json=points).raise_for_status()
"#;

/// Committed with the marks of a merge in it.
pub(super) const UNMERGED: &str = r#""""Nightly export of the ledger for the dashboard."""

import requests

LEDGER = "https://ledger.example/v1/entries"


def export(day, page):
    reply = requests.get(
        LEDGER,
<<<<<<< HEAD
        params={"day": day},
=======
        params={"day": day, "page": page},
>>>>>>> export-paging
    )
    return reply.json()
"#;

/// The storefront's own code, in a language that the pack has no rule for.
pub(super) const STOREFRONT: &str = r#"export function price(cents) {
  return (cents / 100).toFixed(2);
}
"#;

/// The same bug in another language.
pub(super) const RATES: &str = r#"package rates

import (
	"encoding/json"
	"net/http"
)

// Fetch asks the bank for today's exchange rates.
func Fetch(url string) (map[string]float64, error) {
	reply, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	rates := map[string]float64{}
	return rates, json.NewDecoder(reply.Body).Decode(&rates)
}
"#;

/// How it should be.
pub(super) const LEDGER: &str = r#"package ledger

import (
	"net/http"
	"time"
)

var client = &http.Client{Timeout: 10 * time.Second}

// Ping says whether the ledger answers.
func Ping(url string) bool {
	reply, err := client.Get(url)
	if err != nil {
		return false
	}
	defer reply.Body.Close()
	return reply.StatusCode == http.StatusOK
}
"#;

/// In Latin-1, as its first line says: no UTF-8, so many tools skip it as binary.
pub(super) const SETTLE: &[u8] = b"# -*- coding: latin-1 -*-
\"\"\"Dep\xf4t des factures r\xe9gl\xe9es.\"\"\"

import requests


def settle(invoice):
    return requests.post(\"https://bank.example/r\xe8glements\", json=invoice)
";

/// What git holds of a file that Git LFS keeps elsewhere.
pub(super) const POINTER: &str = "version https://git-lfs.github.com/spec/v1
oid sha256:9f2c5d0cf1ef4a2a0a1c8e7b1d1b3f6a7c4be05c3a07e8d2b5f1d0a4c6e3b972
size 48210944
";

/// Says so.
pub(super) const ATTRIBUTES: &str = "tools/tariffs.py filter=lfs diff=lfs merge=lfs -text\n";

/// A service that does it right.
pub(super) const SEARCH: &str = r#""""Asks the index."""

import requests

SECONDS = 5


def search(words):
    reply = requests.get(
        "https://index.example/v1/search", params={"q": words}, timeout=SECONDS
    )
    return reply.json()["hits"]
"#;

/// Proposed after all was over.
pub(super) const SUGGEST: &str = r#""""Asks the index what one may have meant."""

import requests


def suggest(word):
    return requests.get("https://index.example/v1/suggest", params={"q": word}).json()
"#;
