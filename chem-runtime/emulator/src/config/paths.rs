//! The path of a network: in a file it is relative to the folder of that file.

use std::path::{Component, Path, PathBuf};

use super::Config;

impl Config {
    /// The config as it stands in a file: a path of its network is then relative to the folder of that file.
    #[must_use]
    pub fn for_file(&self, file: &Path) -> Self {
        let network = relative(&self.network, file).unwrap_or_else(|| self.network.clone());
        Config { network, ..self.clone() }
    }

    /// The reverse of [`Config::for_file`].
    #[must_use]
    pub(crate) fn of_file(self, file: &Path) -> Self {
        let network = joined(&self.network, file).unwrap_or_else(|| self.network.clone());
        Config { network, ..self }
    }

    /// Whether two configs name the same network.
    pub fn has_network_of(&self, other: &Self) -> bool {
        let real = |config: &Self| std::fs::canonicalize(&config.network).ok();
        self.network == other.network || real(self).is_some_and(|path| real(other) == Some(path))
    }
}

/// Whether a network is given by the path of its file, and not by its name.
fn is_path(network: &str) -> bool {
    network.contains(['/', std::path::MAIN_SEPARATOR])
        || Path::new(network).extension().is_some_and(|e| e == "net")
}

/// A path of a file, as it can be opened from here; `None` if it is that already.
fn joined(network: &str, file: &Path) -> Option<String> {
    if !is_path(network) || Path::new(network).is_absolute() {
        return None;
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty())?;
    let path = folder.join(network);
    // Without detours, where these lead to the same file.
    let short = without_detours(&path);
    let is_same = std::fs::canonicalize(&path).ok().zip(std::fs::canonicalize(&short).ok());
    let path = if is_same.is_some_and(|(a, b)| a == b) { short } else { path };
    path.to_str().map(str::to_owned)
}

/// A path from here, as it stands in a file; `None` if it can stay as it is.
fn relative(network: &str, file: &Path) -> Option<String> {
    if !is_path(network) || Path::new(network).is_absolute() {
        return None;
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (target, folder) = (std::fs::canonicalize(network).ok()?, std::fs::canonicalize(folder).ok()?);
    let common = target.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let path: PathBuf = match common {
        // Nothing in common but the root: it stays where it is if the folder moves.
        0 | 1 => target,
        _ => {
            let up = folder.components().skip(common).map(|_| Component::ParentDir);
            up.chain(target.components().skip(common)).collect()
        }
    };
    path.to_str().map(str::to_owned)
}

/// `a/../b` is `b`.
fn without_detours(path: &Path) -> PathBuf {
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match (part, parts.last()) {
            (Component::CurDir, _) => {}
            (Component::ParentDir, Some(Component::Normal(_))) => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_file_in_which_they_stand() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        std::fs::create_dir_all(at("a/out/run")).unwrap();
        std::fs::write(at("a/decay.net"), "").unwrap();
        let path = |network: &str, file: &str| Config::new(network).of_file(&at(file)).network;
        let found = path("decay.net", "a/config.toml");
        assert_eq!(Path::new(&found), at("a/decay.net"));
        // An absolute path stays; so does a name, whatever lies beside.
        assert_eq!(path(&found, "b/config.toml"), found);
        assert_eq!(path("atomic", "a/config.toml"), "atomic");
        // What is written into another folder leads back.
        let text = relative_from(&folder, "a/decay.net", "a/out/run/config.toml");
        assert_eq!(text, "../../decay.net");
        assert_eq!(Path::new(&path(&text, "a/out/run/config.toml")), at("a/decay.net"));
        // A file that does not exist is named where it was looked for.
        assert_eq!(Path::new(&path("gone.net", "a/config.toml")), at("a/gone.net"));
        assert_eq!(Config::new("gone.net").for_file(&at("a/config.toml")).network, "gone.net");
    }

    /// `relative` for a path that is not absolute, which a test cannot make by changing its folder.
    fn relative_from(folder: &tempfile::TempDir, network: &str, file: &str) -> String {
        let here = std::fs::canonicalize(".").unwrap();
        let up: PathBuf = here.components().skip(1).map(|_| Component::ParentDir).collect();
        let root = std::fs::canonicalize(folder.path()).unwrap();
        let network = up.join(root.strip_prefix("/").unwrap()).join(network);
        relative(network.to_str().unwrap(), &folder.path().join(file)).unwrap()
    }

    #[test]
    fn the_same_file_is_the_same_network() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x.net"), "").unwrap();
        let config = |path: &str| Config::new(folder.path().join(path).to_str().unwrap());
        assert!(config("x.net").has_network_of(&config("./x.net")));
        assert!(!config("x.net").has_network_of(&config("y.net")));
        assert!(Config::new("atomic").has_network_of(&Config::new("atomic")));
    }
}
