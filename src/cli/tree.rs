//! `stampout tree`: the syntax tree of a file, one node a line.

use std::fmt::Write as _;
use std::io::Read as _;

use super::args::{Global, TreeArgs};
use super::{Exit, out, say};
use crate::language::{self, Language};
use crate::model::RepoPath;
use crate::report::visible;
use crate::scan::Text;

/// Leaves are shown with at most this many bytes of text.
const MAX_LEAF: usize = 60;

/// Prints the tree.
pub(crate) fn run(args: &TreeArgs, _: &Global) -> Exit {
    let mut raw = Vec::new();
    let read = if args.file.as_os_str() == "-" {
        std::io::stdin().read_to_end(&mut raw).map(|_| ())
    } else {
        std::fs::read(&args.file).map(|bytes| raw = bytes)
    };
    let name = args.file.display();
    if let Err(error) = read {
        say::error(
            &format!("{name}: {error}"),
            "give a file that exists, or `-` for standard input",
        );
        return Exit::Usage;
    }
    let Some(language) = language(args, &raw) else {
        return Exit::Usage;
    };
    if language.is_text() {
        say::error(
            &format!("{name}: plain text has no syntax tree"),
            "rules over it are patterns of words, or regular expressions",
        );
        return Exit::Usage;
    }
    let text = match Text::decode(&raw) {
        Ok(text) => text,
        Err(why) => {
            say::error(&format!("{name}: is no text: {why:?}"), "");
            return Exit::Usage;
        }
    };
    let mut parser = tree_sitter::Parser::new();
    let tree = parser
        .set_language(&language.grammar())
        .ok()
        .and_then(|()| parser.parse(language.readable(text.bytes()), None));
    let Some(tree) = tree else {
        say::error(
            &format!("{name}: cannot be parsed as {}", language.name),
            "",
        );
        return Exit::Usage;
    };
    out::print(&page(&tree, text.bytes()), Exit::Clean)
}

fn language(args: &TreeArgs, raw: &[u8]) -> Option<&'static Language> {
    if let Some(word) = &args.language {
        let found = language::by_name(word);
        if let Err(error) = &found {
            say::language(error);
        }
        return found.ok();
    }
    let path = RepoPath::new(args.file.to_string_lossy().as_bytes());
    let found = language::detect(&path, Some(&raw[..raw.len().min(1024)]))
        .first()
        .copied();
    if found.is_none() {
        say::error(
            &format!("{}: the name tells no language", args.file.display()),
            "name it: -l LANG",
        );
    }
    found
}

/// One node a line: `field: (kind) 1:1-1:9 "text"`, children indented. Anonymous nodes stand in quotes, as in queries.
fn page(tree: &tree_sitter::Tree, text: &[u8]) -> String {
    let mut page = String::new();
    let mut cursor = tree.walk();
    let mut depth = 0_usize;
    loop {
        let node = cursor.node();
        let field = cursor
            .field_name()
            .map(|field| format!("{field}: "))
            .unwrap_or_default();
        let kind = if node.is_missing() {
            format!("(MISSING {})", node.kind())
        } else if node.is_named() {
            format!("({})", node.kind())
        } else {
            format!("{:?}", node.kind())
        };
        let (start, end) = (node.start_position(), node.end_position());
        let place = format!(
            "{}:{}-{}:{}",
            start.row + 1,
            start.column + 1,
            end.row + 1,
            end.column + 1
        );
        let leaf = if node.child_count() == 0 && node.is_named() {
            let bytes = text.get(node.byte_range()).unwrap_or_default();
            let cut = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_LEAF)]).into_owned();
            let more = if bytes.len() > MAX_LEAF { "…" } else { "" };
            format!("  `{}{more}`", visible(&cut))
        } else {
            String::new()
        };
        let indent = "  ".repeat(depth.min(200));
        // Writing to a string cannot fail.
        let _ = writeln!(page, "{indent}{field}{}  {place}{leaf}", visible(&kind));
        if cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return page;
            }
            depth -= 1;
        }
    }
}
