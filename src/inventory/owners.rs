//! CODEOWNERS: who owns a path.
//!
//! GitHub's rules: patterns as in `.gitignore`, without `!` and `[…]`; the last that matches wins; a pattern without
//! owners takes ownership away; `docs/*` means the files in `docs`, not those in its folders. GitLab's sections
//! (`[Name]`, `^[Optional]`, `[Name][2] @default`) each have a last match of their own; owners of all sections together
//! own the path. Whatever cannot be read is told with its line and owns nothing.

use globset::{GlobBuilder, GlobMatcher};

/// Where the file may lie; the first that is there counts.
pub const CODEOWNERS_PLACES: [&str; 4] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
];

/// The rules of one file.
#[derive(Clone, Debug, Default)]
pub struct CodeOwners {
    sections: Vec<Section>,
    /// Lines that are no rules, and why.
    pub wrong: Vec<(usize, String)>,
}

#[derive(Clone, Debug, Default)]
struct Section {
    name: String,
    /// For rules of the section that name nobody.
    defaults: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    matchers: Vec<GlobMatcher>,
    owners: Vec<String>,
}

impl CodeOwners {
    /// Reads a file.
    pub fn parse(text: &str) -> Self {
        let mut all = Self {
            sections: vec![Section::default()],
            wrong: Vec::new(),
        };
        let mut current = 0;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some((name, defaults)) = section(line) {
                // A section may be opened again, by whatever case.
                let known = all
                    .sections
                    .iter()
                    .position(|one| one.name.eq_ignore_ascii_case(&name));
                current = known.filter(|at| *at > 0).unwrap_or(all.sections.len());
                if current == all.sections.len() {
                    all.sections.push(Section {
                        name,
                        defaults,
                        rules: Vec::new(),
                    });
                } else if !defaults.is_empty() {
                    all.sections[current].defaults = defaults;
                }
                continue;
            }
            let mut words = words(line).into_iter();
            let Some(pattern) = words.next() else {
                continue;
            };
            let mut owners = Vec::new();
            let mut odd = None;
            for word in words {
                if word.contains('@') {
                    owners.push(word);
                } else {
                    odd = Some(format!(
                        "`{word}` is neither an account nor a team nor an address"
                    ));
                }
            }
            match (matchers(&pattern), odd) {
                (_, Some(odd)) => all.wrong.push((index + 1, odd)),
                (Err(why), _) => all.wrong.push((index + 1, why)),
                (Ok(matchers), None) => {
                    let section = &mut all.sections[current];
                    if owners.is_empty() {
                        owners.clone_from(&section.defaults);
                    }
                    section.rules.push(Rule { matchers, owners });
                }
            }
        }
        all
    }

    /// Who owns a path, in the order of the file; nobody if no rule says so, or the last one names nobody.
    pub fn of(&self, path: &str) -> Vec<&str> {
        let mut owners: Vec<&str> = Vec::new();
        for section in &self.sections {
            let matches = |rule: &&Rule| rule.matchers.iter().any(|one| one.is_match(path));
            let last = section.rules.iter().rev().find(matches);
            for owner in last.iter().flat_map(|rule| &rule.owners) {
                if !owners.contains(&owner.as_str()) {
                    owners.push(owner);
                }
            }
        }
        owners
    }
}

/// `[Name]`, `^[Name]`, `[Name][2] @owner …`: the name and the default owners.
fn section(line: &str) -> Option<(String, Vec<String>)> {
    let rest = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (name, rest) = rest.split_once(']')?;
    let rest = match rest.strip_prefix('[') {
        Some(count) => count.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    // `[ab]*.py @x` is a pattern of a class, which nobody supports, and no section.
    if !(rest.is_empty() || rest.starts_with(char::is_whitespace)) || name.trim().is_empty() {
        return None;
    }
    let words = rest
        .split_whitespace()
        .take_while(|word| !word.starts_with('#'));
    Some((name.trim().to_owned(), words.map(str::to_owned).collect()))
}

/// Words between spaces; a backslash keeps a space or `#` in the word, a `#` at a word's beginning ends the line.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' if characters
                .peek()
                .is_some_and(|next| next.is_whitespace() || *next == '#') =>
            {
                word.extend(characters.next());
            }
            '#' if word.is_empty() && !words.is_empty() => break,
            c if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// What a pattern matches.
fn matchers(pattern: &str) -> Result<Vec<GlobMatcher>, String> {
    if pattern.starts_with('!') || pattern.contains(['[', ']']) {
        return Err(format!(
            "`{pattern}`: neither `!` nor `[…]` means anything here"
        ));
    }
    let (bare, folder) = match pattern.strip_suffix('/') {
        Some(bare) => (bare, true),
        None => (pattern, false),
    };
    let anchored = bare.contains('/');
    let bare = bare.trim_start_matches('/');
    if bare.is_empty() {
        // `/` is the root folder with all that is in it.
        return Ok(vec![glob("**")?]);
    }
    let bare = if anchored {
        bare.to_owned()
    } else {
        format!("**/{bare}")
    };
    let mut globs = Vec::new();
    if !folder {
        globs.push(glob(&bare)?);
    }
    // Whatever names a folder means all in it, but for `docs/*`, which is one level.
    let one_level = anchored && bare.ends_with("/*");
    if folder || !one_level {
        globs.push(glob(&format!("{bare}/**"))?);
    }
    Ok(globs)
}

fn glob(pattern: &str) -> Result<GlobMatcher, String> {
    // Braces stand for themselves here.
    let escaped = pattern.replace('{', "[{]").replace('}', "[}]");
    let glob = GlobBuilder::new(&escaped).literal_separator(true).build();
    glob.map(|glob| glob.compile_matcher())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::CodeOwners;

    /// The examples of GitHub's documentation, and what it says of them.
    #[test]
    fn githubs_rules() {
        let owners = CodeOwners::parse(
            "# comment\n*       @global-owner1 @global-owner2\n*.js    @js-owner #This is an inline comment.\n\
             *.go docs@example.com\n/build/logs/ @doctocat\ndocs/* docs@example.com\napps/ @octocat\n\
             /scripts/ @doctocat @octocat\n**/logs @octocat\n/apps/ @octocat\n/apps/github\n\
             /a\\ b/ @space\n",
        );
        assert_eq!(owners.wrong, []);
        let cases = [
            ("README.md", "@global-owner1 @global-owner2"),
            ("deep/in/a.js", "@js-owner"),
            ("build/logs/x/y.txt", "@octocat"),
            ("docs/getting-started.md", "docs@example.com"),
            (
                "docs/build-app/troubleshooting.md",
                "@global-owner1 @global-owner2",
            ),
            ("x/apps/y/z.c", "@octocat"),
            ("scripts/a/b.sh", "@doctocat @octocat"),
            ("deeply/nested/logs", "@octocat"),
            ("apps/a.rb", "@octocat"),
            ("apps/github", ""),
            ("apps/github/x.rb", ""),
            ("a b/c", "@space"),
        ];
        for (path, expected) in cases {
            assert_eq!(owners.of(path).join(" "), expected, "{path}");
        }
        assert!(CodeOwners::parse("*.py @a\n").of("a.rs").is_empty());
    }

    #[test]
    fn gitlabs_sections_each_have_a_last_match() {
        let owners = CodeOwners::parse(
            "* @all\n[Documentation] @docs\n*.md\nREADME.md @lead\n^[Optional][2] @maybe\nsrc/\n[documentation]\n*.txt @texts\n",
        );
        assert_eq!(owners.wrong, []);
        let cases = [
            ("a.md", "@all @docs"),
            ("README.md", "@all @lead"),
            ("src/a.rs", "@all @maybe"),
            ("src/a.md", "@all @docs @maybe"),
            ("a.txt", "@all @texts"),
        ];
        for (path, expected) in cases {
            assert_eq!(owners.of(path).join(" "), expected, "{path}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let owners =
            CodeOwners::parse("*.py @a\n!x.py @b\n[ab]*.py @c\n*.rs team without at\n{a}.c @d\n");
        let lines: Vec<usize> = owners.wrong.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4]);
        assert_eq!(owners.of("x.py"), ["@a"]);
        assert_eq!(owners.of("{a}.c"), ["@d"]);
        assert!(owners.of("a.rs").is_empty());
    }
}
