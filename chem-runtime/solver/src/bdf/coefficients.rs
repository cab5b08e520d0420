//! Numbers of the numerical differentiation formulas.
//!
//! # References
//! Shampine & Reichelt 1997, SIAM J. Sci. Comput. 18, 1 (kappa of orders 1 to 5).

/// Highest order.
pub(super) const MAX_ORDER: usize = 5;

/// Shampine & Reichelt's kappa: trades a little stability for a smaller error constant.
const KAPPA: [f64; MAX_ORDER + 1] = [0.0, -0.1850, -1.0 / 9.0, -0.0823, -0.0415, 0.0];

/// Sums of 1/j up to the order.
pub(super) const GAMMA: [f64; MAX_ORDER + 1] = {
    let mut gamma = [0.0; MAX_ORDER + 1];
    let mut k = 1;
    while k <= MAX_ORDER {
        gamma[k] = gamma[k - 1] + 1.0 / k as f64;
        k += 1;
    }
    gamma
};

/// Leading coefficients: the corrector solves `d + psi = h / ALPHA f`.
pub(super) const ALPHA: [f64; MAX_ORDER + 1] = {
    let mut alpha = [1.0; MAX_ORDER + 1];
    let mut k = 1;
    while k <= MAX_ORDER {
        alpha[k] = (1.0 - KAPPA[k]) * GAMMA[k];
        k += 1;
    }
    alpha
};

/// The local error is this times the difference of order + 1.
pub(super) const ERROR: [f64; MAX_ORDER + 1] = {
    let mut error = [0.0; MAX_ORDER + 1];
    let mut k = 0;
    while k <= MAX_ORDER {
        error[k] = KAPPA[k] * GAMMA[k] + 1.0 / (k + 1) as f64;
        k += 1;
    }
    error
};

/// Square matrix over the differences of orders 0 to [`MAX_ORDER`].
type Matrix = [[f64; MAX_ORDER + 1]; MAX_ORDER + 1];

/// Powers of the step ratio expressed in backward differences.
const fn ratio_matrix(order: usize, factor: f64) -> Matrix {
    let mut m = [[0.0; MAX_ORDER + 1]; MAX_ORDER + 1];
    m[0] = [1.0; MAX_ORDER + 1];
    let mut i = 1;
    while i <= order {
        let mut j = 1;
        while j <= order {
            m[i][j] = m[i - 1][j] * ((i - 1) as f64 - factor * j as f64) / i as f64;
            j += 1;
        }
        i += 1;
    }
    m
}

/// [`ratio_matrix`] of an unchanged step.
const UNCHANGED: Matrix = ratio_matrix(MAX_ORDER, 1.0);

/// New differences of step `factor h` from those of step `h`: `new[i] = sum_k m[k][i] old[k]`.
pub(super) fn change_of_step(order: usize, factor: f64) -> Matrix {
    let ratio = ratio_matrix(order, factor);
    let mut product = [[0.0; MAX_ORDER + 1]; MAX_ORDER + 1];
    for i in 0..=order {
        for j in 0..=order {
            // The unchanged matrix is upper triangular in this sense: entries with k > j vanish.
            product[i][j] = (0..=j).map(|k| ratio[i][k] * UNCHANGED[k][j]).sum();
        }
    }
    product
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changing_the_step_keeps_polynomials() {
        // Differences of the polynomial t^3 at t = 0 with step 1, then with step 0.4.
        let differences = |h: f64| {
            let f = |k: i32| (-h * f64::from(k)).powi(3);
            [f(0), f(0) - f(1), f(0) - 2.0 * f(1) + f(2), f(0) - 3.0 * f(1) + 3.0 * f(2) - f(3)]
        };
        let (old, expected) = (differences(1.0), differences(0.4));
        let m = change_of_step(3, 0.4);
        for i in 0..4 {
            let new: f64 = (0..4).map(|k| m[k][i] * old[k]).sum();
            assert!((new - expected[i]).abs() < 1e-14, "difference {i}: {new} instead of {}", expected[i]);
        }
    }

    #[test]
    fn changing_back_is_the_identity() {
        let (there, back) = (change_of_step(5, 0.3), change_of_step(5, 1.0 / 0.3));
        for (i, row) in there.iter().enumerate() {
            for j in 0..6 {
                let sum: f64 = row.iter().zip(&back).map(|(there, back)| there * back[j]).sum();
                assert!((sum - f64::from(u8::from(i == j))).abs() < 1e-9, "{i} {j}: {sum}");
            }
        }
    }
}
