//! Time that the processor spent.

/// CPU time of this process over all its threads `[s]`; where the system does not tell, time since the first
/// call.
pub fn cpu_seconds() -> f64 {
    #[cfg(unix)]
    {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        time.tv_sec as f64 + 1e-9 * time.tv_nsec as f64
    }
    #[cfg(not(unix))]
    {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_while_working() {
        let begin = cpu_seconds();
        let mut sum = 0.0;
        while cpu_seconds() - begin < 1e-3 {
            sum += f64::sqrt(sum + 1.0);
        }
        assert!(sum > 0.0 && cpu_seconds() > begin);
    }
}
