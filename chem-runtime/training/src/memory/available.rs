//! How much memory this process can still have.

use std::path::Path;

/// The most that can be addressed.
const ADDRESSABLE: f64 = isize::MAX as f64;

/// Bytes that this process can still have: what the machine has left, or less if the process, its container or its job
/// is limited. Where the system does not tell, what can be addressed.
pub(crate) fn available() -> f64 {
    let read = |path: &Path| std::fs::read_to_string(path).ok();
    let machine = read("/proc/meminfo".as_ref()).and_then(|text| kilobytes(&text, "MemAvailable:"));
    let process = || {
        let limit = address_space(&read("/proc/self/limits".as_ref())?)?;
        let used = kilobytes(&read("/proc/self/status".as_ref())?, "VmSize:")?;
        Some((limit - used).max(0.0))
    };
    let groups = read("/proc/self/cgroup".as_ref()).map(|text| of_groups(&text, &read));
    [machine, process(), groups].into_iter().flatten().fold(ADDRESSABLE, f64::min)
}

/// The number of a line such as `MemAvailable:   21000000 kB`, in bytes.
fn kilobytes(text: &str, key: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kilobytes| 1024.0 * kilobytes)
}

/// The soft limit of the address space of `/proc/self/limits`, in bytes; `None` if it is unlimited.
fn address_space(text: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// What the groups of processes leave, of which the process is a member (version 2 of the kernel's interface).
fn of_groups(text: &str, read: &impl Fn(&Path) -> Option<String>) -> f64 {
    let Some(group) = text.lines().find_map(|line| line.strip_prefix("0::")) else { return ADDRESSABLE };
    let root = Path::new("/sys/fs/cgroup");
    let own = root.join(group.trim_start_matches('/'));
    let groups = own.ancestors().take_while(|folder| folder.starts_with(root));
    let left = |folder: &Path| {
        let number = |name: &str| read(&folder.join(name))?.trim().parse::<f64>().ok();
        let (limit, used) = (number("memory.max")?, number("memory.current")?);
        // Pages of files are given back when memory is asked for.
        let files = read(&folder.join("memory.stat")).and_then(|text| {
            let line = text.lines().find_map(|line| line.strip_prefix("inactive_file "))?;
            line.trim().parse::<f64>().ok()
        });
        Some((limit - used + files.unwrap_or(0.0)).max(0.0))
    };
    groups.filter_map(left).fold(ADDRESSABLE, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_linux_tells_is_read() {
        let text = "MemTotal:       24000000 kB\nMemAvailable:   21000000 kB\n";
        assert_eq!(kilobytes(text, "MemAvailable:"), Some(21e6 * 1024.0));
        assert_eq!(kilobytes(text, "VmSize:"), None);
        let limits = "Limit                     Soft Limit           Hard Limit           Units     \n\
                      Max address space         6144000000           unlimited            bytes     \n";
        assert_eq!(address_space(limits), Some(6_144_000_000.0));
        assert_eq!(address_space(&limits.replace("6144000000", "unlimited ")), None);
    }

    #[test]
    fn the_narrowest_group_counts() {
        let files = [
            ("/sys/fs/cgroup/job/memory.max", "5000000000\n"),
            ("/sys/fs/cgroup/job/memory.current", "2000000000\n"),
            ("/sys/fs/cgroup/job/memory.stat", "anon 3\ninactive_file 500000000\n"),
            ("/sys/fs/cgroup/job/step/memory.max", "max\n"),
            ("/sys/fs/cgroup/job/step/memory.current", "1000\n"),
        ];
        let read = |path: &Path| {
            files.iter().find(|(name, _)| Path::new(name) == path).map(|(_, text)| (*text).to_owned())
        };
        assert_eq!(of_groups("0::/job/step\n", &read), 3.5e9);
        assert_eq!(of_groups("4:memory:/job\n", &read), ADDRESSABLE);
    }

    #[test]
    fn this_machine_has_some_memory() {
        assert!(available() > 1e6 && available() <= ADDRESSABLE);
    }
}
