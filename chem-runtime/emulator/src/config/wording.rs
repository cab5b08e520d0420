//! What the reader of TOML says, in the words of this manual.

/// A complaint about a value: what is wrong, and what is wanted instead.
pub(super) struct Complaint {
    pub(super) message: String,
    pub(super) remedy: String,
}

/// A complaint of the reader about the type or size of a value, or about two keys where one can be; `None` if it is
/// another.
pub(super) fn of_value(message: &str) -> Option<Complaint> {
    if message.starts_with("wanted exactly 1 element") {
        let message = match message.contains("more than 1") {
            true => "of these keys only one can be given".to_owned(),
            false => "one key is wanted here, and none is given".to_owned(),
        };
        let remedy = "give one: initial.state or initial.domain, one method for each optimiser".to_owned();
        return Some(Complaint { message, remedy });
    }
    let (found, wanted) = message.split_once(", expected ")?;
    let found = found.strip_prefix("invalid ")?;
    let (kind, found) = found.split_once([':', ' '])?;
    let found = found.trim();
    let message = match kind {
        "length" => format!("{found} entries are not possible here"),
        _ => format!("{} is not possible here", value(found)),
    };
    Some(Complaint { message, remedy: format!("give {}", kind_of_value(wanted)) })
}

/// A value as the reader names it: integer `3`, string "three", floating point `0.5`.
fn value(found: &str) -> String {
    let quoted = found.split_once(['`', '"']).and_then(|(_, rest)| rest.rsplit_once(['`', '"']));
    match (found, quoted) {
        (text, Some((inner, _))) if text.starts_with("string") => format!("the text \"{inner}\""),
        (_, Some((inner, _))) => inner.to_owned(),
        ("sequence", _) => "a list".to_owned(),
        ("map", _) => "a table".to_owned(),
        (other, _) => other.to_owned(),
    }
}

/// A type of Rust, in words.
fn kind_of_value(wanted: &str) -> String {
    match wanted {
        "u64" | "usize" | "u32" => "a whole number, 0 or more".to_owned(),
        "f64" => "a number".to_owned(),
        "a string" => "a text in quotes".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        wanted => match wanted.strip_prefix("an array of length ") {
            Some(length) => format!("a list of {length} numbers"),
            None if wanted.starts_with("struct ") => "a table of keys, { ... }".to_owned(),
            None if wanted.contains("enum") => "one of its choices, in quotes".to_owned(),
            None => wanted.to_owned(),
        },
    }
}
