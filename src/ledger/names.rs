//! Names that come again and again, each kept once: what is read of a large ledger is mostly names.

use std::collections::HashSet;
use std::sync::Arc;

/// The names of one column that were read so far.
#[derive(Default)]
pub(super) struct Names {
    all: HashSet<Arc<str>>,
    last: Option<Arc<str>>,
}

impl Names {
    /// The one copy of a name.
    pub(super) fn keep(&mut self, name: &str) -> Arc<str> {
        // Rows of one repository follow each other.
        if let Some(last) = self.last.as_ref().filter(|last| ***last == *name) {
            return Arc::clone(last);
        }
        let kept = match self.all.get(name) {
            Some(known) => Arc::clone(known),
            None => {
                let name: Arc<str> = Arc::from(name);
                self.all.insert(Arc::clone(&name));
                name
            }
        };
        self.last = Some(Arc::clone(&kept));
        kept
    }
}
