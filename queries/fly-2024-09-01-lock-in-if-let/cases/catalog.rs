use std::collections::HashMap;
use std::sync::RwLock;

struct Catalog {
    loads: RwLock<HashMap<u64, Load>>,
    other: RwLock<Vec<u64>>,
}

impl Catalog {
    fn load(&self, id: u64) -> Load {
        // bug: write-lock-under-read-lock
        if let Some(load) = self.loads.read().unwrap().get(&id) {
            load.clone()
        } else {
            let fresh = Load::default();
            self.loads.write().unwrap().insert(id, fresh.clone());
            fresh
        }
    }

    fn touch(&self, id: u64) {
        // bug: write-lock-under-read-lock
        match self.loads.read().unwrap().get(&id) {
            Some(load) => load.touch(),
            None => {
                self.loads.write().unwrap().insert(id, Load::default());
            }
        }
        // bug: write-lock-under-read-lock
        if let Some(load) = self.loads.read().unwrap().get(&id) {
            load.touch();
            self.loads.write().unwrap().remove(&id);
        }
    }

    fn drain(&self) {
        // bug: write-lock-under-read-lock
        while let Some(id) = self.other.read().unwrap().first() {
            self.other.write().unwrap().retain(|one| one != id);
        }
    }

    fn safe(&self, id: u64) -> Load {
        // The guard ends with the statement.
        // ok: write-lock-under-read-lock
        let found = self.loads.read().unwrap().get(&id).cloned();
        // ok: write-lock-under-read-lock
        if let Some(load) = found {
            load
        } else {
            self.loads.write().unwrap().insert(id, Load::default());
            Load::default()
        }
    }

    fn another(&self, id: u64) {
        // Two locks: in which order they are taken is another question.
        // ok: write-lock-under-read-lock
        if let Some(load) = self.loads.read().unwrap().get(&id) {
            load.touch();
        } else {
            self.other.write().unwrap().push(id);
        }
    }
}
