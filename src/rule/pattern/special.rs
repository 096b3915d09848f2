//! Constructs that a language has in several forms, or whose parts stand in no order: what a pattern says of one form
//! holds of the others.

use super::compile::{Content, Tree, inside};
use super::matcher::{Found, Matcher, Way};
use crate::rule::pattern::Bindings;

type Children = [(u16, Tree)];

/// Kinds of which a pattern can match several others.
pub(super) fn any_kind(name: &str) -> bool {
    name.starts_with("jsx_") || name == "expression_list"
}

impl Matcher<'_> {
    /// Matches constructs that are more than their children in order; none where this is no such construct.
    pub(super) fn special(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let meaning = self.pattern.kinds.get(wanted);
        let kind = self.forest.kind(at);
        let own = self.forest.item(at).kind;
        let name = self.name_of(wanted);
        if name == "function_definition" || name == "class_definition" {
            return self.undecorated(wanted, children, at, way);
        }
        if meaning.function && kind.function {
            let family = ["javascript", "typescript", "tsx"].contains(&self.forest.language.name);
            return (family || own != wanted).then(|| self.function(wanted, children, at, way));
        }
        if meaning.for_loop && kind.for_loop {
            let any_header = children
                .iter()
                .filter(|(_, tree)| !matches!(tree, Tree::Leaf(..)))
                .collect::<Vec<_>>();
            if let [(_, Tree::Ellipsis(None)), (_, body)] = any_header.as_slice() {
                let file_body = self
                    .forest
                    .child_by_field(at, &["body"])
                    .or_else(|| self.forest.children(at).last().copied())?;
                return Some(self.body(body, file_body, way));
            }
            return None;
        }
        if meaning.import && kind.import {
            return self.import(wanted, children, at, way);
        }
        if name == "block_mapping_pair" && own == wanted {
            return self.without_value(children, at, way);
        }
        let element = |name: &str| ["jsx_element", "jsx_self_closing_element"].contains(&name);
        if element(name) && element(self.name_of(own)) {
            return Some(self.element(name, children, at, way));
        }
        if name == "expression_list" && own != wanted && self.forest.language.name == "go" {
            let wanted: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
            let open = wanted
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Ellipsis(_)));
            return open.then(|| self.sequence(&wanted, &[at], way, false, false));
        }
        None
    }

    /// A key of YAML without a value has the empty one.
    fn without_value(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
        let items = self.forest.children(at);
        let ([(_, key), (_, value)], [own]) = (children, items.as_slice()) else {
            return None;
        };
        let end = self.forest.item(at).end_byte;
        let ways = self.tree(key, *own, way);
        Some(match value {
            Tree::Metavariable(name) => self.each(&ways, |way| self.bind(name, end..end, way)),
            Tree::Ellipsis(_) => ways,
            Tree::Text(Content::Exactly(text)) if text.is_empty() => ways,
            _ => Vec::new(),
        })
    }

    /// A definition that has decorators where the pattern has none.
    fn undecorated(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        if self.name_of(self.forest.item(at).kind) != "decorated_definition" {
            return None;
        }
        let definition = self.forest.child_by_field(at, &["definition"])?;
        let tree = Tree::Node {
            kind: wanted,
            children: children.to_vec(),
            parts: None,
        };
        Some(self.tree(&tree, definition, way))
    }

    /// Statements in braces, or one without them.
    fn body(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
        if let Tree::Node { kind, children, .. } = wanted
            && self.pattern.kinds.get(*kind).block
        {
            let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
            if matches!(trees.as_slice(), [(_, Tree::Ellipsis(None))]) {
                return vec![way.clone()];
            }
            if self.forest.kind(at).block {
                return self.sequence(&trees, &self.forest.children(at), way, true, false);
            }
            return self.sequence(&trees, &[at], way, true, false);
        }
        self.tree(wanted, at, way)
    }

    fn by_field<'t>(&self, children: &'t Children, names: &[&str]) -> Option<&'t Tree> {
        let ids: Vec<u16> = names
            .iter()
            .filter_map(|name| self.forest.grammar.field_id_for_name(name))
            .map(std::num::NonZero::get)
            .collect();
        children
            .iter()
            .find(|(field, _)| ids.contains(field))
            .map(|(_, tree)| tree)
    }

    /// Functions with and without a name, methods and arrows: name, parameters and body say what they are.
    fn function(&self, wanted: u16, children: &Children, at: u32, way: &Way) -> Vec<Way> {
        const NAMED: [&str; 6] = [
            "function_declaration",
            "generator_function_declaration",
            "method_definition",
            "method_declaration",
            "constructor_declaration",
            "function_signature",
        ];
        let own = self.name_of(self.forest.item(at).kind);
        let is_declared = NAMED.contains(&self.name_of(wanted));
        if is_declared != NAMED.contains(&own) {
            return Vec::new();
        }
        let word = |word: &str| {
            children
                .iter()
                .any(|(_, tree)| matches!(tree, Tree::Leaf(text, _) if text == word))
        };
        let has_word = |word: &str| {
            let mut own = self.forest.children(at).into_iter();
            own.any(|child| self.forest.text_of(child) == word.as_bytes())
        };
        if ["async", "static", "get", "set", "*"]
            .iter()
            .any(|modifier| word(modifier) && !has_word(modifier))
        {
            return Vec::new();
        }
        let mut ways = vec![way.clone()];
        if is_declared && let Some(name) = self.by_field(children, &["name"]) {
            let Some(child) = self.forest.child_by_field(at, &["name"]) else {
                return Vec::new();
            };
            ways = self.each(&ways, |way| self.tree(name, child, way));
        }
        if let Some(receiver) = self.by_field(children, &["receiver"]) {
            let Some(own) = self.forest.child_by_field(at, &["receiver"]) else {
                return Vec::new();
            };
            ways = self.each(&ways, |way| self.tree(receiver, own, way));
        }
        let decorators = children.iter().filter(|(_, tree)| {
            matches!(tree, Tree::Node { kind, .. } if ["decorator", "modifiers"].contains(&self.name_of(*kind)))
        });
        for (_, decorator) in decorators {
            ways = self.each(&ways, |way| {
                let own = self.forest.children(at).into_iter();
                own.flat_map(|child| self.tree(decorator, child, way))
                    .collect()
            });
        }
        if let Some(parameters) = self.by_field(children, &["parameters", "parameter"]) {
            let Some(own) = self.forest.child_by_field(at, &["parameters", "parameter"]) else {
                return Vec::new();
            };
            let trees: Vec<(u16, &Tree)> = match parameters {
                Tree::Node { kind, children, .. } if self.pattern.kinds.get(*kind).list => {
                    children.iter().map(|(_, tree)| (0, tree)).collect()
                }
                tree => vec![(0, tree)],
            };
            // Brackets around nothing are a leaf.
            let trees: Vec<(u16, &Tree)> = trees
                .into_iter()
                .filter(|(_, tree)| !matches!(tree, Tree::Leaf(word, _) if word.starts_with('(')))
                .collect();
            let items = if self.forest.kind(own).list {
                self.forest.children(own)
            } else {
                vec![own]
            };
            ways = self.each(&ways, |way| {
                self.sequence(&trees, &items, way, false, false)
            });
        }
        if let Some(result) = self.by_field(children, &["return_type", "type"]) {
            let Some(own) = self.forest.child_by_field(at, &["return_type", "type"]) else {
                return Vec::new();
            };
            ways = self.each(&ways, |way| self.tree(result, own, way));
        }
        match (
            self.by_field(children, &["body"]),
            self.forest.child_by_field(at, &["body"]),
        ) {
            (Some(Tree::Leaf(..)), Some(own)) => {
                let empty = self.forest.is_leaf(own);
                if empty { ways } else { Vec::new() }
            }
            (Some(body), Some(own)) => self.each(&ways, |way| self.body(body, own, way)),
            (None, _) => ways,
            (Some(_), None) => Vec::new(),
        }
    }

    fn each(&self, ways: &[Way], more: impl Fn(&Way) -> Vec<Way>) -> Vec<Way> {
        let mut next = Vec::new();
        for way in ways {
            self.add(&mut next, more(way));
        }
        next
    }

    /// `return $X` also stands for what an arrow or a lambda gives back.
    pub(super) fn returned(&self, tree: &Tree, found: &mut Vec<Found>) {
        let Tree::Node { kind, children, .. } = tree else {
            return;
        };
        if self.name_of(*kind) != "return_statement" {
            return;
        }
        let Some((_, value)) = children
            .iter()
            .find(|(_, tree)| !matches!(tree, Tree::Leaf(..)))
        else {
            return;
        };
        let start = Way {
            bindings: Bindings::default(),
            end: 0,
        };
        for at in 0..u32::try_from(self.forest.items.len()).unwrap_or(u32::MAX) {
            let name = self.name_of(self.forest.item(at).kind);
            if name != "arrow_function" && name != "lambda" {
                continue;
            }
            let Some(body) = self.forest.child_by_field(at, &["body"]) else {
                continue;
            };
            if self.forest.kind(body).block {
                continue;
            }
            for way in self.tree(value, body, &start) {
                found.push(Found {
                    range: self.forest.range(body),
                    bindings: way.bindings,
                    sequence: false,
                });
            }
        }
    }

    /// An element by its name, its attributes in any order, and its content where the pattern has some.
    fn element(&self, wanted: &str, children: &Children, at: u32, way: &Way) -> Vec<Way> {
        let no_token = |tree: &&(u16, Tree)| !matches!(tree, (_, Tree::Leaf(_, false)));
        let (head, content): (&Children, Vec<(u16, &Tree)>) = match children {
            [(_, Tree::Node { children: head, .. }), content @ .., _]
                if wanted == "jsx_element" =>
            {
                (head, content.iter().map(|(_, tree)| (0, tree)).collect())
            }
            _ => (children, Vec::new()),
        };
        let closed = self.name_of(self.forest.item(at).kind) == "jsx_self_closing_element";
        let own = self.forest.children(at);
        let own_head = if closed {
            own.clone()
        } else {
            own.first()
                .map_or_else(Vec::new, |open| self.forest.children(*open))
        };
        let mut own_head = own_head
            .into_iter()
            .filter(|child| self.forest.item(*child).named);
        let mut head = head.iter().filter(no_token);
        let mut ways = vec![way.clone()];
        match (head.next(), own_head.next()) {
            (None, None) => {}
            (Some((_, name)), Some(own)) => {
                ways = self.each(&ways, |way| self.tree(name, own, way));
            }
            _ => return Vec::new(),
        }
        let attributes: Vec<(u16, &Tree)> = head.map(|(_, tree)| (0, tree)).collect();
        let own_attributes: Vec<u32> = own_head.collect();
        ways = self.each(&ways, |way| {
            self.unordered(&attributes, &own_attributes, way, true, false)
        });
        if content
            .iter()
            .all(|(_, tree)| matches!(tree, Tree::Ellipsis(None)))
        {
            return ways;
        }
        let own_content: Vec<u32> = match own.as_slice() {
            [_, content @ .., _] if !closed => content
                .iter()
                .copied()
                .filter(|child| !self.forest.text_of(*child).trim_ascii().is_empty())
                .collect(),
            _ => Vec::new(),
        };
        self.each(&ways, |way| {
            self.sequence(&content, &own_content, way, false, false)
        })
    }

    /// An import of the pattern against one of the file that imports at least that.
    fn import(&self, wanted: u16, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
        match self.forest.language.name {
            "python" => Some(self.python_import(wanted, children, at, way)),
            "javascript" | "typescript" | "tsx" => self.script_import(children, at, way),
            "scala" | "kotlin" | "csharp" => self.path_import(children, at, way),
            "go" => self.go_import(children, at, way),
            "dart" => self.text_import(children, at, way),
            _ => None,
        }
    }

    /// Each import of the pattern's group is one of the file's group; a path stands for what is below it.
    fn go_import(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
        let own: Vec<u32> = (at + 1..self.forest.item(at).end)
            .filter(|item| self.name_of(self.forest.item(*item).kind) == "import_spec")
            .collect();
        let mut ways = vec![way.clone()];
        let mut pending: Vec<&Tree> = children.iter().map(|(_, tree)| tree).collect();
        while let Some(tree) = pending.pop() {
            let Tree::Node { kind, children, .. } = tree else {
                continue;
            };
            if self.name_of(*kind) != "import_spec" {
                pending.extend(children.iter().map(|(_, tree)| tree));
                continue;
            }
            ways = self.each(&ways, |way| {
                let mut found = Vec::new();
                for item in &own {
                    let exact = self.tree(tree, *item, way);
                    if !exact.is_empty() {
                        found.extend(exact);
                    } else if let ([(_, path)], Some(own)) = (
                        children.as_slice(),
                        self.forest.child_by_field(*item, &["path"]),
                    ) {
                        found.extend(self.below_path(path, own, way));
                    }
                }
                found
            });
        }
        Some(ways)
    }

    /// A path of the pattern against one of the file that is the same or below it.
    fn below_path(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let ways = self.tree(wanted, at, way);
        let Tree::Text(Content::Exactly(path)) = wanted else {
            return ways;
        };
        let own = inside(self.forest.text_of(at));
        let below = own
            .strip_prefix(path.as_slice())
            .is_some_and(|rest| rest.starts_with(b"/"));
        if ways.is_empty() && below {
            vec![way.clone()]
        } else {
            ways
        }
    }

    fn text_import(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
        let mut pending: Vec<&Tree> = children.iter().map(|(_, tree)| tree).collect();
        let mut text = None;
        while let Some(tree) = pending.pop() {
            match tree {
                Tree::Text(_) => text = Some(tree),
                Tree::Node { children, .. } => {
                    pending.extend(children.iter().map(|(_, tree)| tree));
                }
                _ => {}
            }
        }
        let own = (at + 1..self.forest.item(at).end).find(|item| self.forest.kind(*item).string)?;
        Some(self.below_path(text?, own, way))
    }

    fn python_import(&self, wanted: u16, children: &Children, at: u32, way: &Way) -> Vec<Way> {
        let named = |child: &u32| self.forest.item(*child).named;
        let own: Vec<u32> = self.forest.children(at).into_iter().filter(named).collect();
        let trees: Vec<&Tree> = children
            .iter()
            .filter(|(_, tree)| !matches!(tree, Tree::Leaf(_, false)))
            .map(|(_, tree)| tree)
            .collect();
        let from = |kind: u16| self.name_of(kind) == "import_from_statement";
        let own_from = from(self.forest.item(at).kind);
        match (from(wanted), trees.as_slice(), own.as_slice()) {
            (false, [module], [own_module, ..]) if own_from => {
                self.path_begins(module, *own_module, way)
            }
            (false, modules, _) if !own_from => {
                let mut ways = vec![way.clone()];
                for module in modules {
                    ways = self.each(&ways, |way| {
                        own.iter()
                            .flat_map(|own| self.path_begins(module, *own, way))
                            .collect()
                    });
                }
                ways
            }
            (true, [module, names @ ..], [own_module, own_names @ ..]) if own_from => {
                let mut ways = self.path_begins(module, *own_module, way);
                for name in names
                    .iter()
                    .filter(|name| !matches!(name, Tree::Ellipsis(_)))
                {
                    ways = self.each(&ways, |way| {
                        own_names
                            .iter()
                            .flat_map(|own| self.path_begins(name, *own, way))
                            .collect()
                    });
                }
                ways
            }
            _ => Vec::new(),
        }
    }

    /// A module by the first words of its path; an alias in the file does not matter where the pattern has none.
    fn path_begins(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let ways = self.tree(wanted, at, way);
        if !ways.is_empty() {
            return ways;
        }
        if let Some(name) = self.forest.child_by_field(at, &["name"])
            && self.name_of(self.forest.item(at).kind) == "aliased_import"
        {
            return self.path_begins(wanted, name, way);
        }
        let words: Vec<(u16, &Tree)> = match wanted {
            Tree::Node { children, .. } => children.iter().map(|(_, tree)| (0, tree)).collect(),
            Tree::Leaf(..) => vec![(0, wanted)],
            _ => return Vec::new(),
        };
        let own = if self.forest.is_leaf(at) {
            vec![at]
        } else {
            self.forest.children(at)
        };
        if words.len() > own.len() {
            return Vec::new();
        }
        self.sequence(&words, &own[..words.len()], way, false, false)
    }

    fn script_import(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
        let source = self.by_field(children, &["source"])?;
        let own_source = self.forest.child_by_field(at, &["source"])?;
        let mut ways = self.below_path(source, own_source, way);
        let clause = children.iter().find_map(|(_, tree)| match tree {
            Tree::Node { kind, children, .. } if self.name_of(*kind) == "import_clause" => {
                Some(children)
            }
            _ => None,
        });
        // `import x from "y"` can be spelled with a hole for the whole clause.
        let whole = children.iter().find_map(|(field, tree)| match tree {
            Tree::Metavariable(_) if *field == 0 => Some(tree),
            _ => None,
        });
        let own_clause = self
            .forest
            .children(at)
            .into_iter()
            .find(|child| self.name_of(self.forest.item(*child).kind) == "import_clause");
        if clause.is_none() && whole.is_none() {
            return Some(ways);
        }
        let own_parts: Vec<u32> =
            own_clause.map_or_else(Vec::new, |clause| self.forest.children(clause));
        let own_names: Vec<u32> = own_parts
            .iter()
            .filter(|part| self.name_of(self.forest.item(**part).kind) == "named_imports")
            .flat_map(|part| self.forest.children(*part))
            .collect();
        let parts: Vec<&Tree> = clause.map_or_else(
            || whole.into_iter().collect(),
            |children| children.iter().map(|(_, tree)| tree).collect(),
        );
        for part in parts {
            match part {
                Tree::Node { kind, children, .. } if self.name_of(*kind) == "named_imports" => {
                    for (_, name) in children
                        .iter()
                        .filter(|(_, tree)| !matches!(tree, Tree::Ellipsis(_)))
                    {
                        ways = self.each(&ways, |way| {
                            own_names
                                .iter()
                                .flat_map(|own| self.specifier(name, *own, way))
                                .collect()
                        });
                    }
                }
                part => {
                    ways = self.each(&ways, |way| {
                        let plain = own_parts.iter().filter(|own| {
                            self.name_of(self.forest.item(**own).kind) != "named_imports"
                        });
                        plain.flat_map(|own| self.tree(part, *own, way)).collect()
                    });
                }
            }
        }
        Some(ways)
    }

    /// `x` of the pattern is `x` and `x as y` of the file.
    fn specifier(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
        let ways = self.tree(wanted, at, way);
        if !ways.is_empty() {
            return ways;
        }
        match (wanted, self.forest.children(at).first()) {
            (Tree::Node { children, .. }, Some(name)) => match children.as_slice() {
                [(_, wanted)] => self.tree(wanted, *name, way),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// A dotted path: the file's begins with the pattern's.
    fn path_import(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
        let mut words: Vec<&Tree> = Vec::new();
        let mut pending: Vec<&Tree> = children.iter().rev().map(|(_, tree)| tree).collect();
        while let Some(tree) = pending.pop() {
            match tree {
                Tree::Leaf(word, false) if word == "import" || word == "using" => {}
                Tree::Leaf(_, true) | Tree::Metavariable(_) => words.push(tree),
                Tree::Node { children, .. } => {
                    pending.extend(children.iter().rev().map(|(_, tree)| tree));
                }
                _ => return None,
            }
        }
        let below = at + 1..self.forest.item(at).end;
        let own: Vec<u32> = below
            .filter(|item| self.forest.is_leaf(*item) && self.forest.item(*item).named)
            .collect();
        let selected = |item: u32| {
            let parent = self.forest.item(item).parent;
            self.name_of(self.forest.item(parent).kind)
                .contains("selector")
        };
        let mut ways = vec![way.clone()];
        for (index, word) in words.iter().enumerate() {
            let last = index + 1 == words.len();
            let candidates: Vec<u32> = match own.get(index) {
                Some(item) if last && selected(*item) => own[index..].to_vec(),
                Some(item) => vec![*item],
                None => return Some(Vec::new()),
            };
            ways = self.each(&ways, |way| {
                candidates
                    .iter()
                    .flat_map(|item| self.tree(word, *item, way))
                    .collect()
            });
        }
        Some(ways)
    }
}
