//! Which file was judged: its SHA-256, as `sha256sum` prints it.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::error::ValidateError;

/// SHA-256 of a file (FIPS 180-4) as 64 hexadecimal digits.
///
/// # Errors
/// If it cannot be read.
pub fn sha256_of_file(path: &Path) -> Result<String, ValidateError> {
    let bytes =
        std::fs::read(path).map_err(|source| ValidateError::File { path: path.to_path_buf(), source })?;
    Ok(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_value() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_of_file(&path).unwrap(), expected);
        assert!(sha256_of_file(&folder.path().join("none")).is_err());
    }
}
