//! What KROME took, as noted in `tests/reference/krome_timings.csv`.

/// The machine of the figures that is most like this one, as the column `machine` names it.
fn like_this() -> &'static str {
    let is_intel = std::fs::read_to_string("/proc/cpuinfo").is_ok_and(|text| text.contains("GenuineIntel"));
    if is_intel { "intel" } else { "amd" }
}

/// What the processor calls itself, where the system tells.
pub fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = text.lines().find(|line| line.split(':').next().is_some_and(|key| key.trim() == name))?;
        Some(line.split(':').nth(1)?.trim().to_owned())
    };
    match (field("model name"), field("cpu family"), field("model")) {
        (Some(name), Some(family), Some(model)) => format!("{name} (family {family}, model {model})"),
        _ => "a processor that the system does not name".to_owned(),
    }
}

/// CPU time of a solution with default tolerances `[s]`, of another run on a machine like this one, if
/// there was one.
pub fn seconds(network: &str, problem: &str) -> Option<f64> {
    let text = include_str!("../../reference/krome_timings.csv");
    let rows = || text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let of_machine = |machine: &str| {
        let wanted = [network, problem, machine];
        let row = rows().find(|row| row.get(..3).is_some_and(|key| key == wanted))?;
        Some(1e-6 * row.get(3)?.parse::<f64>().ok()?)
    };
    of_machine(like_this())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_figures_are_found() {
        for network in ["molecular", "atomic"] {
            for problem in ["single", "bench500"] {
                assert!(super::seconds(network, problem).is_some_and(|seconds| seconds > 1e-4));
            }
        }
        assert!(super::seconds("molecular", "other").is_none());
    }
}
