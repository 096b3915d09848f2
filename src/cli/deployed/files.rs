//! Inventories as they are named on the command line: `[SITE=]FILE`.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::super::say;
use crate::inventory::{self, Inventory, Records};

/// Bytes of one inventory.
const LARGEST: u64 = 256 << 20;

/// Reads inventories, each `[SITE=]FILE`; `None` if one cannot be read, which has been said.
pub(crate) fn read(arguments: &[OsString]) -> Option<Inventory> {
    let mut records = Records::default();
    for argument in arguments {
        let (site, path) = split(argument);
        let shown = path.display().to_string();
        let bytes = if path == Path::new("-") {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut bytes).map(|_| bytes)
        } else {
            match std::fs::metadata(path) {
                Ok(about) if about.len() > LARGEST => {
                    say::error(&format!("{shown} is too large for an inventory"), "");
                    return None;
                }
                _ => std::fs::read(path),
            }
        };
        let bytes = bytes
            .inspect_err(|error| say::error(&format!("{shown} cannot be read: {error}"), ""))
            .ok()?;
        match inventory::read(&bytes, &shown) {
            Ok((_, read)) => records.add(match site {
                Some(site) => read.at_site(&site),
                None => read,
            }),
            Err(error) => {
                say::error(&format!("{shown}: {error}"), error.hint());
                return None;
            }
        }
    }
    Some(Inventory::of(&records))
}

/// `eu-1=FILE`; a file of that whole name goes first.
fn split(argument: &OsStr) -> (Option<String>, &Path) {
    let bytes = argument.as_bytes();
    let whole = Path::new(argument);
    let Some(at) = bytes
        .iter()
        .position(|byte| *byte == b'=')
        .filter(|_| !whole.exists())
    else {
        return (None, whole);
    };
    let site = String::from_utf8_lossy(&bytes[..at]).into_owned();
    (Some(site), Path::new(OsStr::from_bytes(&bytes[at + 1..])))
}
