//! An import of the pattern against one of the file that imports at least that.

use super::compile::{Children, Content, Tree};
use super::matcher::{Matcher, Way};
use super::reader::inside;

impl Matcher<'_> {
    /// An import of the pattern against one of the file that imports at least that.
    pub(super) fn import(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
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
    pub(super) fn go_import(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
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
    pub(super) fn below_path(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
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

    pub(super) fn text_import(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
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

    pub(super) fn python_import(
        &self,
        wanted: u16,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Vec<Way> {
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
            (false, [module], [own_module, names @ ..]) if own_from => {
                let ways = self.path_begins(module, *own_module, way);
                let words = self.path_words(module);
                if !ways.is_empty() || words.len() < 2 {
                    return ways;
                }
                // `from a.b import c` imports `a.b.c`.
                let (own, last) = (self.forest.children(*own_module), words.len() - 1);
                if own.len().max(1) != last {
                    return ways;
                }
                let own = if own.is_empty() {
                    vec![*own_module]
                } else {
                    own
                };
                let ways = self.sequence(&words[..last], &own, way, false, false);
                self.each(&ways, |way| {
                    let found = names.iter();
                    found
                        .flat_map(|name| self.path_begins(words[last].1, *name, way))
                        .collect()
                })
            }
            (true, [module, name], modules) if !own_from => {
                // `import a.b.c` imports `c` of `a.b`.
                let mut words = self.path_words(module);
                words.extend(self.path_words(name));
                let mut found = Vec::new();
                for own in modules {
                    let own = self.forest.child_by_field(*own, &["name"]).unwrap_or(*own);
                    let parts = self.forest.children(own);
                    if parts.len() >= words.len() {
                        let parts = &parts[..words.len()];
                        self.add(&mut found, self.sequence(&words, parts, way, false, false));
                    }
                }
                found
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

    /// The words of a dotted path in the pattern; none of what is no path.
    fn path_words<'t>(&self, wanted: &'t Tree) -> Vec<(u16, &'t Tree)> {
        match wanted {
            Tree::Node { children, .. } => children.iter().map(|(_, tree)| (0, tree)).collect(),
            Tree::Leaf(..) | Tree::Metavariable(_) => vec![(0, wanted)],
            _ => Vec::new(),
        }
    }

    /// A module by the first words of its path; an alias in the file does not matter where the pattern has none.
    pub(super) fn path_begins(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
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

    pub(super) fn script_import(
        &self,
        children: &Children,
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
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
    pub(super) fn specifier(&self, wanted: &Tree, at: u32, way: &Way) -> Vec<Way> {
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
    pub(super) fn path_import(&self, children: &Children, at: u32, way: &Way) -> Option<Vec<Way>> {
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
