//! What a shell runs: commands with and without redirections, pipelines, expansions.

use super::compile::Tree;
use super::matcher::{Matcher, Way};

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
