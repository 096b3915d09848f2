//! Reads a pattern's tree off the parsed text.

use std::ops::Range;

use super::compile::{Content, MAX_DEPTH, NamePart, Shape, Tree};
use super::dialect::Dialect;
use super::dotted;
use super::forest::Forest;
use super::kinds::{Kind, Kinds};
use super::markup::is_markup;
use super::spelling::Spelled;
use super::strings::Piece;
use super::text::{self, Hole};

/// Reads the pattern's tree off the parsed text.
pub(super) struct Reader<'r> {
    pub(super) forest: &'r Forest<'r>,
    pub(super) spelled: &'r Spelled,
    pub(super) holes: Vec<Hole>,
    pub(super) dialect: &'r Dialect,
    pub(super) kinds: &'r Kinds,
    /// What stands behind the pattern in its construct is left open.
    pub(super) open: bool,
    /// The pattern ends with a semicolon, where statements do.
    pub(super) closed: bool,
}

impl Reader<'_> {
    pub(super) fn shape(&self) -> Option<Shape> {
        let text = self.spelled.text.as_bytes();
        let inner = text.get(self.spelled.start..self.spelled.end)?;
        let start = self.spelled.start + inner.len() - inner.trim_ascii_start().len();
        let end = self.spelled.end - (inner.len() - inner.trim_ascii_end().len());
        // The innermost node around the pattern.
        let mut at = 0_u32;
        loop {
            let inside = self.forest.children(at).into_iter().find(|child| {
                let item = self.forest.item(*child);
                item.start_byte <= start && item.end_byte >= end
            });
            match inside {
                Some(child) if self.forest.item(child).named => at = child,
                _ => break,
            }
            let same =
                self.forest.item(at).start_byte == start && self.forest.item(at).end_byte >= end;
            // A string or a list stays whole.
            if same
                && (self.forest.kind(at).string
                    || self.forest.kind(at).call
                    || self.forest.kind(at).member)
            {
                break;
            }
        }
        let range = self.forest.range(at);
        if self.open && range.start == start && range.end > end {
            return Some(Shape::One(self.tree(at, 0)?));
        }
        if self.open {
            return None;
        }
        // The semicolon of a statement may be the context's.
        let behind = text.get(end..range.end).unwrap_or_default();
        if range.start >= start
            && behind.iter().all(|byte| *byte == b';')
            && (!self.forest.kind(at).block
                || self.forest.kind_name(at) == "subshell"
                || text[start..].starts_with(b"{")
                || text[start..].starts_with(b"begin"))
        {
            let tree = self.tree(at, 0)?;
            return Some(match self.closed(at, tree) {
                Ok(shape) => shape,
                Err(tree) => Shape::One(self.only_item(self.unwrapped(at, tree))),
            });
        }
        let children: Vec<u32> = self
            .forest
            .children(at)
            .into_iter()
            .filter(|child| {
                let range = self.forest.range(*child);
                range.start >= start && range.end <= end
            })
            .collect();
        // Where the pattern is split between two levels, this is not its context.
        let (first, last) = (
            self.forest.range(*children.first()?),
            self.forest.range(*children.last()?),
        );
        let rest = text.get(last.end..end).unwrap_or_default();
        if first.start != start || !rest.iter().all(|byte| b";,) \n}".contains(byte)) {
            return None;
        }
        let mut trees = Vec::new();
        for child in &children {
            let tree = self.tree(*child, 0)?;
            if !matches!(&tree, Tree::Leaf(word, _) if word == ";") {
                trees.push(tree);
            }
        }
        match (trees.len(), children.first()) {
            (0, _) => None,
            (1, Some(child)) if self.forest.item(*child).named => {
                let tree = trees.pop()?;
                // A statement that is an expression is looked for wherever the expression stands.
                Some(match self.closed(*child, tree) {
                    Ok(shape) => shape,
                    Err(tree) => Shape::One(self.unwrapped(*child, tree)),
                })
            }
            _ if self.forest.kind(at).block || self.forest.kind(at).list || trees.len() > 1 => {
                Some(Shape::Sequence(trees))
            }
            _ => None,
        }
    }

    /// A function with a name is a declaration; as an expression it would be one of any name.
    pub(super) fn is_named_expression(&self, shape: &Shape) -> bool {
        let Shape::One(Tree::Node { kind, children, .. }) = shape else {
            return false;
        };
        let name = self.forest.grammar.field_id_for_name("name");
        self.forest.grammar.node_kind_for_id(*kind) == Some("function_expression")
            && children
                .iter()
                .any(|(field, _)| Some(*field) == name.map(std::num::NonZero::get))
    }

    /// An item of a sequence in YAML stands for itself: a pattern that is one item is looked for anywhere.
    pub(super) fn only_item(&self, tree: Tree) -> Tree {
        match tree {
            Tree::Node {
                kind, mut children, ..
            } if self.forest.language.name == "yaml"
                && (self.kinds.get(kind).list || self.kinds.get(kind).unordered)
                && matches!(children.as_slice(), [(_, item)] if !matches!(item, Tree::Ellipsis(_))) =>
            {
                children.remove(0).1
            }
            tree => tree,
        }
    }

    /// An expression that the pattern ends with a semicolon: a statement.
    fn closed(&self, at: u32, tree: Tree) -> Result<Shape, Tree> {
        match tree {
            Tree::Node { mut children, .. }
                if self.closed
                    && self.forest.kind(at).expression_statement
                    && matches!(
                        children.as_slice(),
                        [(_, Tree::Node { .. } | Tree::Metavariable(_))]
                    ) =>
            {
                Ok(Shape::Statement(children.remove(0).1))
            }
            tree => Err(tree),
        }
    }

    pub(super) fn unwrapped(&self, at: u32, tree: Tree) -> Tree {
        match tree {
            Tree::Node { mut children, .. }
                if self.forest.kind(at).expression_statement && children.len() == 1 =>
            {
                children.remove(0).1
            }
            tree => tree,
        }
    }

    /// The hole whose spelling is just this text.
    pub(super) fn hole_at(&self, range: &Range<usize>) -> Option<&Hole> {
        let index = self.spelled.holes.iter().position(|hole| hole == range)?;
        self.holes.get(index)
    }

    /// The hole whose placeholder is this word.
    pub(super) fn hole_of_word(&self, word: &str) -> Option<&Hole> {
        let annotation = word.strip_prefix('@');
        let tag = word
            .strip_prefix('!')
            .filter(|_| self.forest.language.name == "yaml");
        let word = word
            .strip_prefix('$')
            .or(annotation)
            .or(tag)
            .unwrap_or(word)
            .trim_matches('"');
        let digits = word
            .strip_prefix("mvz")
            .or(word.strip_prefix("Mvz"))?
            .strip_suffix('z')?;
        let hole = self.holes.get(digits.parse::<usize>().ok()?)?;
        // `@$X` is an annotation of any name, not anything.
        let named = annotation.is_some() && matches!(hole, Hole::Metavariable(_));
        (!named || self.forest.language.name == "ruby").then_some(hole)
    }

    pub(super) fn of_hole(hole: &Hole) -> Option<Tree> {
        match hole {
            Hole::Metavariable(name) => Some(Tree::Metavariable(name.clone())),
            Hole::Ellipsis => Some(Tree::Ellipsis(None)),
            Hole::EllipsisMetavariable(name) => Some(Tree::Ellipsis(Some(name.clone()))),
            Hole::DeepOpen | Hole::DeepClose => None,
        }
    }

    pub(super) fn tree(&self, at: u32, depth: usize) -> Option<Tree> {
        if depth > MAX_DEPTH {
            return None;
        }
        let item = self.forest.item(at);
        let kind: Kind = self.forest.kind(at);
        let word = String::from_utf8_lossy(self.forest.text_of(at)).into_owned();
        let list_like = kind.list || kind.block;
        let markup = is_markup(self.forest.language);
        let scalar = kind.string && (markup || self.forest.language.name == "yaml");
        if (!list_like || self.forest.is_leaf(at)) && !scalar {
            let whole = self.hole_at(&self.forest.range(at)).and_then(Self::of_hole);
            if kind.attribute
                && let Some(tree) = whole
            {
                // It stands among attributes, not in the content.
                return Some(Tree::Node {
                    kind: item.kind,
                    children: vec![(0, tree)],
                    parts: None,
                });
            }
            if let Some(tree) = whole {
                return Some(tree);
            }
            if let Some(Hole::Metavariable(name)) = word
                .strip_prefix(':')
                .filter(|_| self.forest.language.name != "dockerfile")
                .and_then(|word| self.hole_of_word(word))
            {
                return Some(Tree::Text(Content::Metavariable(name.clone())));
            }
            if self.forest.kind_name(at) != "image_digest"
                && let Some(tree) = self.hole_of_word(&word).and_then(Self::of_hole)
            {
                return Some(tree);
            }
        }
        if kind.string && self.forest.language.name == "yaml" {
            return Some(self.read_scalar(&word));
        }
        if kind.string && markup {
            return Some(self.read_markup(at));
        }
        if kind.string {
            if let Some(tree) = self.interpolated(at, depth) {
                return Some(tree);
            }
            if let Some(tree) = self.marked_interpolation(&word) {
                return Some(tree);
            }
            return Some(Tree::Text(content(&word)));
        }
        let children = self.forest.children(at);
        let is_object = self.forest.kind_name(at) == "object";
        if children.is_empty()
            && (list_like || is_object)
            && item.named
            && word.starts_with(['(', '{', '['])
        {
            // Brackets around nothing, whatever the layout.
            return Some(Tree::Node {
                kind: item.kind,
                children: Vec::new(),
                parts: None,
            });
        }
        if children.is_empty() {
            return Some(Tree::Leaf(word, item.named));
        }
        // `E(P)` is what `<... P ...>` was spelled as.
        if kind.call
            && let [callee, rest @ ..] = children.as_slice()
            && let Some(Hole::DeepOpen) =
                self.hole_of_word(&String::from_utf8_lossy(self.forest.text_of(*callee)))
        {
            let mut inner = *rest.first()?;
            while self.forest.kind(inner).list
                || self.is_wrapper(inner)
                || self.forest.kind_name(inner) == "call_suffix"
            {
                inner = *self.forest.children(inner).first()?;
            }
            return Some(Tree::Deep(Box::new(self.tree(inner, depth + 1)?)));
        }
        if self.forest.kind_name(at) == "shell_command_expression" && word == "`...`" {
            // Whatever is run.
            return Some(Tree::Node {
                kind: item.kind,
                children: vec![(0, Tree::Ellipsis(None))],
                parts: None,
            });
        }
        if let Some(tree) = self.deep_of_shell(at, depth) {
            return Some(tree);
        }
        let mut trees = Vec::new();
        let open = self.open && item.end_byte > self.spelled.end;
        for child in &children {
            if open && self.forest.item(*child).start_byte >= self.spelled.end {
                break;
            }
            let mut tree = self.tree(*child, depth + 1)?;
            // One that does nothing, unless it is all that a branch or a loop does.
            if matches!(&tree, Tree::Leaf(word, _) if word == ";")
                && self.forest.item(*child).field == 0
            {
                continue;
            }
            // `..., $R *T` reads as two names of one type.
            if let Tree::Node { kind, children, .. } = &mut tree
                && self.kinds.get(*kind).parameter
                && children.len() > 1
                && matches!(children.first(), Some((_, Tree::Ellipsis(_))))
            {
                trees.push((0, children.remove(0).1));
            }
            // Spellings such as `E: E` stand for one hole.
            if let (Tree::Ellipsis(_), Some((_, Tree::Ellipsis(_)))) = (&tree, trees.last())
                && trees.last().is_some_and(|(_, last)| *last == tree)
            {
                continue;
            }
            trees.push((self.forest.item(*child).field, tree));
        }
        if open || self.is_header(at) {
            trees.push((0, Tree::Ellipsis(None)));
        }
        if self.is_any_case(at, &trees) {
            return Some(Tree::Ellipsis(None));
        }
        if kind.expression_statement
            && let [(_, Tree::Metavariable(_) | Tree::Ellipsis(_))] = trees.as_slice()
            && (!word.ends_with(';') || matches!(trees[0].1, Tree::Ellipsis(_)))
        {
            return trees.pop().map(|(_, tree)| tree);
        }
        // In C#, `a. ...` is no statement, but `a. ...()` is.
        if self.forest.language.name == "csharp"
            && kind.call
            && let [
                (_, Tree::Node { kind, children, .. }),
                (_, Tree::Node { children: none, .. }),
            ] = trees.as_slice()
            && none.is_empty()
            && self.kinds.get(*kind).member
            && matches!(children.last(), Some((_, Tree::Ellipsis(None))))
        {
            return Some(trees.swap_remove(0).1);
        }
        // `local a=b` sets `a`, as `a=b` does.
        if self.forest.kind_name(at) == "declaration_command" {
            let is_set = |(_, tree): &(u16, Tree)| matches!(tree, Tree::Node { kind, .. } if self.kinds.get(*kind).assignment);
            let sets = trees.iter().filter(|one| is_set(one)).count();
            if sets == 1 {
                return trees.into_iter().find(is_set).map(|(_, tree)| tree);
            }
        }
        // `RUN ...` runs whatever, in whatever form.
        if self.forest.kind_name(at) == "shell_command"
            && let [(_, Tree::Node { children, .. })] = trees.as_slice()
            && let [(_, open @ Tree::Ellipsis(_))] = children.as_slice()
        {
            return Some(open.clone());
        }
        if let [(_, Tree::Ellipsis(_))] = trees.as_slice()
            && !list_like
            && self.is_wrapper(at)
        {
            return trees.pop().map(|(_, tree)| tree);
        }
        let parts = self.parts(at);
        Some(Tree::Node {
            kind: item.kind,
            children: trees,
            parts,
        })
    }

    /// A function of Go may end before its body; a pattern that does leaves it open.
    fn is_header(&self, at: u32) -> bool {
        self.forest.language.name == "go"
            && matches!(
                self.forest.kind_name(at),
                "function_declaration" | "method_declaration"
            )
            && self.forest.child_by_field(at, &["body"]).is_none()
    }

    /// `case ...` is any number of cases.
    fn is_any_case(&self, at: u32, trees: &[(u16, Tree)]) -> bool {
        const CASES: [&str; 8] = [
            "case_clause",
            "communication_case",
            "expression_case",
            "match_arm",
            "switch_block_statement_group",
            "switch_case",
            "type_case",
            "when_entry",
        ];
        let idle = |tree: &Tree| match tree {
            Tree::Ellipsis(None) => true,
            Tree::Leaf(word, _) => word == "case",
            Tree::Node { kind, children, .. } => {
                (self.kinds.get(*kind).list || self.kinds.name(*kind) == "switch_label")
                    && children.iter().all(|(_, tree)| {
                        matches!(tree, Tree::Ellipsis(None))
                            || matches!(tree, Tree::Leaf(word, _) if word == "case")
                    })
            }
            _ => false,
        };
        CASES.contains(&self.forest.kind_name(at))
            && !self.forest.text_of(at).starts_with(b"else")
            && trees
                .iter()
                .any(|(_, tree)| !matches!(tree, Tree::Leaf(..)))
            && trees.iter().all(|(_, tree)| idle(tree))
    }

    /// `f"..."` of Python, `$"..."` of C# and `` `...` `` of JavaScript: a string that can hold code, whatever stands in it.
    fn marked_interpolation(&self, word: &str) -> Option<Tree> {
        let marked = match self.forest.language.name {
            "python" => word[..word.find(['"', '\''])?].contains(['f', 'F']),
            "csharp" => word.starts_with('$'),
            "bash" => word.starts_with('"'),
            "javascript" | "typescript" | "tsx" => word.starts_with('`'),
            _ => false,
        };
        let inner = String::from_utf8_lossy(inside(word.as_bytes())).into_owned();
        let any = match self.hole_of_word(&inner) {
            Some(Hole::EllipsisMetavariable(name)) => Some(name.clone()),
            _ => inner.strip_prefix("$...").map(str::to_owned),
        };
        let is_name = |name: &String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !marked || inner != "..." && !any.as_ref().is_some_and(is_name) {
            return None;
        }
        Some(Tree::Interpolated(vec![Tree::Ellipsis(any)]))
    }

    /// A string with code inside, by its pieces; none where it has no code.
    fn interpolated(&self, at: u32, depth: usize) -> Option<Tree> {
        let mut trees = Vec::new();
        let mut has_code = false;
        let content = String::from_utf8_lossy(inside(self.forest.text_of(at))).into_owned();
        let shell = self.forest.language.name == "bash";
        if !shell && text::metavariable(&content).is_some_and(|(_, length)| length == content.len())
        {
            // `"$X"` is a string of any content.
            return None;
        }
        for piece in self.forest.pieces(at)? {
            if let Some(name) = self.forest.metavariable_piece(&piece) {
                has_code = true;
                trees.push(Tree::Metavariable(name));
                continue;
            }
            trees.push(match piece {
                Piece::Item(item) => {
                    has_code = true;
                    match self.tree(item, depth + 1)? {
                        // Some code, whatever it is.
                        Tree::Ellipsis(None) => Tree::Metavariable("_".to_owned()),
                        tree => tree,
                    }
                }
                Piece::Name(range) => {
                    has_code = true;
                    let word = self.forest.text.get(range)?;
                    let word = String::from_utf8_lossy(word).into_owned();
                    let hole = self.hole_of_word(&word).and_then(Self::of_hole);
                    hole.unwrap_or(Tree::Leaf(word, true))
                }
                Piece::Text(range) => self.piece_of_text(range)?,
            });
        }
        has_code.then_some(Tree::Interpolated(trees))
    }

    /// `...`, `$...X` and `$X` between the code of a string, or a text that must stand there.
    fn piece_of_text(&self, range: Range<usize>) -> Option<Tree> {
        let text = self.forest.text.get(range)?;
        let word = String::from_utf8_lossy(text);
        let plain = || Tree::Text(Content::Exactly(text.to_vec()));
        if word == "..." {
            return Some(Tree::Ellipsis(None));
        }
        if let Some(name) = word.strip_prefix("$...") {
            return Some(Tree::Ellipsis(Some(name.to_owned())));
        }
        let whole = |(name, length): (String, usize)| (length == word.len()).then_some(name);
        if let Some(name) = text::metavariable(&word).and_then(whole) {
            return Some(Tree::Text(Content::Metavariable(name)));
        }
        Some(match self.hole_of_word(&word) {
            Some(Hole::Metavariable(name)) => Tree::Text(Content::Metavariable(name.clone())),
            Some(hole) => Self::of_hole(hole)?,
            None => plain(),
        })
    }

    /// A node around one argument, parameter or pattern.
    pub(super) fn is_wrapper(&self, at: u32) -> bool {
        let name = self
            .forest
            .grammar
            .node_kind_for_id(self.forest.item(at).kind)
            .unwrap_or_default();
        let one = self.forest.children(at).len() == 1;
        one && [
            "argument",
            "value_argument",
            "parameter",
            "simple_parameter",
            "expression",
            "pattern",
            "literal_element",
            "collection_elem",
            "array_element_initializer",
            "lambda_parameter",
            "navigation_suffix",
            "type_identifier",
            "user_type",
            "keyed_element",
            "word",
            "simple_user_type",
            "command_name",
            "identifier_pattern",
            "variable_list",
        ]
        .contains(&name)
    }

    /// The words of a dotted name.
    pub(super) fn parts(&self, at: u32) -> Option<Vec<NamePart>> {
        if dotted::split_callee(self.forest, at).is_some() {
            return self.callee_parts(at);
        }
        if !self.forest.kind(at).member {
            return None;
        }
        let mut parts = Vec::new();
        for leaf in at + 1..self.forest.item(at).end {
            if !self.forest.is_leaf(leaf) {
                if !self.forest.kind(leaf).member
                    && !self.is_wrapper(leaf)
                    && self.forest.children(leaf).len() > 1
                {
                    return None;
                }
                continue;
            }
            let word = String::from_utf8_lossy(self.forest.text_of(leaf)).into_owned();
            parts.push(match self.hole_of_word(&word) {
                Some(Hole::Metavariable(name)) => NamePart::Metavariable(name.clone()),
                Some(_) => return None,
                None => NamePart::Word(word),
            });
        }
        let words = parts.iter().any(|part| matches!(part, NamePart::Word(_)));
        let native = self.dialect.dollar && self.forest.kind_name(at) != "qualified_name";
        (words && parts.len() > 1 && !native && self.kinds.get(self.forest.item(at).kind).member)
            .then_some(parts)
    }

    /// The words of a callee that is no node of its own: `A.b` in `A.b(x)`.
    pub(super) fn callee_parts(&self, at: u32) -> Option<Vec<NamePart>> {
        let dotted = dotted::read(self.forest, at)?;
        let last = dotted.words.len().checked_sub(1)?;
        let mut parts = Vec::new();
        for (index, word) in dotted.words.into_iter().enumerate() {
            parts.push(match self.hole_of_word(&word) {
                Some(Hole::Metavariable(name)) if index == last => {
                    NamePart::Metavariable(name.clone())
                }
                Some(_) => return None,
                None => NamePart::Word(word),
            });
        }
        (parts.len() > 1).then_some(parts)
    }
}

/// The content of a string in a pattern.
fn content(written: &str) -> Content {
    content_of(inside(written.as_bytes()))
}

pub(super) fn content_of(inner: &[u8]) -> Content {
    let text = String::from_utf8_lossy(inner);
    if text == "..." {
        return Content::Any;
    }
    if let Some((name, length)) = text::metavariable(&text)
        && length == text.len()
    {
        return Content::Metavariable(name);
    }
    if let Some((regex, flags)) = text
        .strip_prefix("=~/")
        .and_then(|rest| rest.rsplit_once('/'))
    {
        let flags = if flags.contains('i') { "(?i)" } else { "" };
        return Content::Like(format!("{flags}{regex}"));
    }
    Content::Exactly(inner.to_vec())
}

/// What stands between the quotes of a string.
pub(super) fn inside(written: &[u8]) -> &[u8] {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let Some(open) = written.iter().take(6).position(is_quote) else {
        return written;
    };
    let quote = written[open];
    let run = written[open..]
        .iter()
        .take_while(|byte| **byte == quote)
        .count();
    let length = if run >= 6 || run == 2 {
        run / 2
    } else if run >= 3 {
        3
    } else {
        1
    };
    let start = open + length;
    let mut end = written.len();
    while end > start && written[end - 1] == b'#' {
        end -= 1;
    }
    written
        .get(start..end.saturating_sub(length).max(start))
        .unwrap_or_default()
}
