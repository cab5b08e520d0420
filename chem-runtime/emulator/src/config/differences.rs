//! In which keys two configs differ.

use std::collections::BTreeSet;

use toml::{Table, Value};

use super::Config;

impl Config {
    /// Paths of the keys in which two configs differ.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let table = |config: &Self| config.to_toml().ok().and_then(|text| text.parse::<Table>().ok());
        let (a, b) = (table(self).unwrap_or_default(), table(other).unwrap_or_default());
        let mut paths = Vec::new();
        collect("", &Value::Table(a), &Value::Table(b), &mut paths);
        paths
    }
}

fn collect(path: &str, a: &Value, b: &Value, paths: &mut Vec<String>) {
    let (Value::Table(first), Value::Table(second)) = (a, b) else {
        if a != b {
            paths.push(path.to_owned());
        }
        return;
    };
    for key in first.keys().chain(second.keys()).collect::<BTreeSet<_>>() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match (first.get(key), second.get(key)) {
            (Some(a), Some(b)) => collect(&path, a, b, paths),
            _ => paths.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_differ_are_named() {
        let one = Config::new("atomic");
        let mut other = one.clone();
        assert_eq!(one.differences(&other), Vec::<String>::new());
        other.model.width = 7;
        other.seed = 3;
        other.stop.loss = Some(1.0);
        other.stages[0].iterations = 3;
        assert_eq!(one.differences(&other), ["model.width", "seed", "stages", "stop.loss"]);
    }
}
