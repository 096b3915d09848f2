//! What a shell runs: commands with and without redirections, pipelines, expansions.

use super::compile::Tree;
use super::matcher::{Matcher, Way};
use super::reader::{Reader, inside};
use super::text::Hole;

/// Words that set variables as an assignment does.
pub(super) const DECLARATIONS: [&str; 5] = ["declare", "export", "local", "readonly", "typeset"];

/// Whether a metavariable names what is set, expanded or defined: `$X=1`, `local $X=1`, `${$X}`, `function $X {`.
pub(super) fn is_variable(before: &str, behind: &str) -> bool {
    if ["${", "${#", "function "]
        .iter()
        .any(|word| before.ends_with(word))
    {
        return true;
    }
    let line = before.rsplit(['\n', ';', '&', '|', '(', '{']).next();
    let mut words = line.unwrap_or_default().split_whitespace();
    let begins = words
        .next()
        .is_none_or(|word| DECLARATIONS.contains(&word) || ["do", "else", "then"].contains(&word));
    begins && behind.trim_start_matches('+').starts_with('=') && !behind.starts_with("==")
}

impl Reader<'_> {
    /// `$(E P)`, as `<... P ...>` is spelled where brackets call nothing.
    pub(super) fn deep_of_shell(&self, at: u32, depth: usize) -> Option<Tree> {
        if self.forest.kind_name(at) != "command_substitution" {
            return None;
        }
        let [command] = self.forest.children(at)[..] else {
            return None;
        };
        let children = self.forest.children(command);
        let (open, inner) = children.split_first()?;
        if self.hole_of_word(&self.forest.word(*open)) != Some(&Hole::DeepOpen) {
            return None;
        }
        let tree = match inner {
            [only] => self.tree(*only, depth + 1)?,
            _ => {
                let trees: Option<Vec<(u16, Tree)>> = inner
                    .iter()
                    .map(|one| Some((0, self.tree(*one, depth + 1)?)))
                    .collect();
                Tree::Node {
                    kind: self.forest.item(command).kind,
                    children: trees?,
                    parts: None,
                }
            }
        };
        Some(Tree::Deep(Box::new(tree)))
    }
}

impl Matcher<'_> {
    /// Matches constructs of a shell that are more than their children in order.
    pub(super) fn shell(
        &self,
        wanted: u16,
        children: &[(u16, Tree)],
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let (name, own) = (self.name_of(wanted), self.forest.kind_name(at));
        let trees =
            || -> Vec<(u16, &Tree)> { children.iter().map(|(_, tree)| (0, tree)).collect() };
        match (name, own) {
            // `a > b` runs `a`.
            ("command", "redirected_statement") => {
                let body = self.forest.child_by_field(at, &["body"])?;
                let tree = Tree::Node {
                    kind: wanted,
                    children: children.to_vec(),
                    parts: None,
                };
                Some(self.tree(&tree, body, way))
            }
            // What is run need not stand first.
            ("command", "command") => {
                Some(self.sequence(&trees(), &self.forest.children(at), way, false, false))
            }
            // `a | b | c` pipes `a | b` into `c`.
            ("pipeline", "pipeline") => {
                Some(self.sequence(&trees(), &self.forest.children(at), way, false, true))
            }
            // `${a%b}` is `$a`, changed.
            ("expansion" | "simple_expansion", "expansion" | "simple_expansion") => {
                let own = self.forest.children(at);
                let [(_, variable)] = children else {
                    return None;
                };
                let first = own
                    .into_iter()
                    .find(|child| self.forest.item(*child).named)?;
                Some(self.tree(variable, first, way))
            }
            _ => None,
        }
    }

    /// Whether a word or a string without code in it says this: `a`, `"a"` and `'a'` are one.
    pub(super) fn says_word(&self, word: &[u8], at: u32) -> bool {
        let shell = ["bash", "dockerfile"].contains(&self.forest.language.name);
        if !shell || !self.forest.item(at).named {
            return false;
        }
        let text = self.forest.text_of(at);
        if self.forest.kind(at).string {
            return inside(text) == word && !self.forest.has_interpolation(at);
        }
        self.forest.is_leaf(at)
            && text == word
            && ["word", "unquoted_string"].contains(&self.forest.kind_name(at))
    }

    /// `A=1 b` sets `A` for `b` only.
    pub(super) fn is_of_command(&self, at: u32) -> bool {
        let parent = self.forest.item(at).parent;
        self.forest.kind_name(at) == "variable_assignment"
            && parent != u32::MAX
            && self.forest.kind_name(parent) == "command"
    }
}

impl Matcher<'_> {
    /// What an instruction of a Dockerfile runs: the commands of the pattern are some of those that it runs. Labels stand
    /// in no order.
    pub(super) fn instruction(
        &self,
        children: &[(u16, Tree)],
        at: u32,
        way: &Way,
    ) -> Option<Vec<Way>> {
        let own = self.forest.children(at);
        let parent = self.forest.item(at).parent;
        match self.forest.kind_name(at) {
            "shell_command" if parent != u32::MAX => {
                let within = self.forest.kind_name(parent) == "shell_command";
                let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
                if within {
                    return Some(self.sequence(&trees, &own, way, false, false));
                }
                let mut ways = Vec::new();
                for start in 0..own.len() {
                    self.add(
                        &mut ways,
                        self.sequence(&trees, &own[start..], way, false, true),
                    );
                }
                Some(ways)
            }
            "label_instruction" => {
                let trees: Vec<(u16, &Tree)> = children.iter().map(|(_, tree)| (0, tree)).collect();
                Some(self.unordered(&trees, &own, way, true, false))
            }
            _ => None,
        }
    }
}
