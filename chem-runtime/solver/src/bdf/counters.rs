//! What an integration cost.

/// Counts of one integration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Accepted steps.
    pub steps: u64,
    /// Steps rejected because their error was too large.
    pub rejected: u64,
    /// Evaluations of the right-hand side.
    pub rhs: u64,
    /// Evaluations of the Jacobian.
    pub jacobians: u64,
    /// Factorisations of I - c J.
    pub factorisations: u64,
    /// Factorisations that needed pivoting.
    pub pivoted: u64,
    /// Steps rejected because Newton's method did not converge, or left the physical range.
    pub newton_failures: u64,
}

impl std::ops::AddAssign for Counters {
    fn add_assign(&mut self, other: Counters) {
        self.steps += other.steps;
        self.rejected += other.rejected;
        self.rhs += other.rhs;
        self.jacobians += other.jacobians;
        self.factorisations += other.factorisations;
        self.pivoted += other.pivoted;
        self.newton_failures += other.newton_failures;
    }
}

impl std::fmt::Display for Counters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} steps, {} rejected, {} right-hand sides, {} Jacobians, {} factorisations, {} Newton failures",
            self.steps, self.rejected, self.rhs, self.jacobians, self.factorisations, self.newton_failures
        )
    }
}
