use std::{fs, io, path::Path, sync::Mutex};

pub struct Loader {
    last: Mutex<Vec<Feature>>,
}

impl Loader {
    pub async fn refresh(&self, source: &Source) -> Result<usize, LoadError> {
        // bug: unwrap-where-result-is-returned
        let body = source.fetch().await.unwrap();
        let mut features = Vec::new();
        for line in body.lines() {
            if !line.is_empty() {
                // bug: unwrap-where-result-is-returned
                features.push(Feature::parse(line).expect("a feature per line"));
            }
        }
        // A panic of another thread is passed on here.
        // ok: unwrap-where-result-is-returned
        *self.last.lock().unwrap() = features;
        Ok(self.count())
    }

    fn count(&self) -> usize {
        // No Result to return: another question than this rule's.
        // ok: unwrap-where-result-is-returned
        self.last.lock().unwrap().iter().max().map(|_| 1).unwrap()
    }
}

fn sizes(dir: &Path) -> io::Result<Vec<u64>> {
    let entries = fs::read_dir(dir)?;
    Ok(entries
        // bug: unwrap-where-result-is-returned
        .map(|entry| entry.unwrap().path())
        // ok: unwrap-where-result-is-returned
        .map(|path| path.metadata().map(|m| m.len()).unwrap_or(0))
        .collect())
}

fn limit(text: &str) -> anyhow::Result<usize> {
    // bug: unwrap-where-result-is-returned
    text.trim()
        .parse::<usize>()
        .expect(
            "a number",
        )
        .checked_mul(2)
        .ok_or_else(|| anyhow::anyhow!("too large"))
}

fn token(parser: &mut Parser) -> Result<Token, SyntaxError> {
    // The parser's own method of that name, not a panic.
    // ok: unwrap-where-result-is-returned
    parser.expect(Token::Semicolon)?;
    // ok: unwrap-where-result-is-returned
    parser.next().ok_or(SyntaxError::End)
}

fn shown(text: &str) -> String {
    // ok: unwrap-where-result-is-returned
    text.parse::<u64>().unwrap().to_string()
}
