//! Rosenbrock methods: linearly implicit, one Jacobian and one factorisation per step, stiffly accurate.

/// Coefficients in the variables U of Kaps & Wanner, in which no product with the Jacobian is needed
/// (Hairer & Wanner 1996, Solving Ordinary Differential Equations II, eq. IV.7.25):
///
/// ```text
/// (1/(h gamma) - J) U_i = f(t + alpha_i h, y + sum_j a_ij U_j) + sum_j c_ij U_j / h + gamma_i h df/dt
/// ```
///
/// The last stage starts from the embedded solution; its own U is the estimated error, and the sum of both the
/// result.
#[derive(Debug)]
pub(super) struct Tableau {
    pub(super) gamma: f64,
    /// Order of the error estimate plus one: the exponent of the step control.
    pub(super) order: f64,
    /// a_ij, row after row of the lower triangle.
    pub(super) a: &'static [&'static [f64]],
    /// c_ij
    pub(super) c: &'static [&'static [f64]],
    pub(super) alpha: &'static [f64],
    pub(super) gammas: &'static [f64],
    /// H of the interpolant, row after row: see `dense_output`.
    pub(super) dense: &'static [&'static [f64]],
}

/// Coefficients of one stage, for sums over any number of earlier ones.
pub(super) struct Stage {
    /// a_ij, then zeros.
    pub(super) a: [f64; MOST_STAGES],
    /// gamma c_ij, then zeros.
    pub(super) c: [f64; MOST_STAGES],
    pub(super) alpha: f64,
    /// gamma gamma_i
    pub(super) by_time: f64,
    /// It does not start where the step does.
    pub(super) is_elsewhere: bool,
}

impl Tableau {
    /// The stages in order.
    pub(super) fn stages(&self) -> impl Iterator<Item = Stage> + '_ {
        let padded = |row: &[f64], factor: f64| {
            let mut all = [0.0; MOST_STAGES];
            for (slot, value) in all.iter_mut().zip(row) {
                *slot = factor * value;
            }
            all
        };
        self.a.iter().zip(self.c).zip(self.alpha.iter().zip(self.gammas)).map(
            move |((a, c), (alpha, gamma))| Stage {
                a: padded(a, 1.0),
                c: padded(c, self.gamma),
                alpha: *alpha,
                by_time: gamma * self.gamma,
                is_elsewhere: a.iter().any(|a| *a != 0.0),
            },
        )
    }
}

/// A Rosenbrock method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Order 5 in 8 stages, between steps 4 (Steinebach 2023, BIT 63, 27).
    #[default]
    Rodas5P,
    /// Order 4 in 6 stages, between steps 3 (Hairer & Wanner 1996, section IV.7).
    Rodas4,
    /// Order 3 in 4 stages, between steps 2 (Sandu et al. 1997, Atmos. Environ. 31, 3459), for errors above some per
    /// cent.
    Rodas3,
}

impl Method {
    pub(super) fn tableau(self) -> &'static Tableau {
        match self {
            Method::Rodas5P => &RODAS5P,
            Method::Rodas4 => &RODAS4,
            Method::Rodas3 => &RODAS3,
        }
    }
}

/// Stages of the longest method.
pub(super) const MOST_STAGES: usize = 8;

static RODAS5P: Tableau = Tableau {
    gamma: 0.21193756319429014,
    order: 5.0,
    a: &[
        &[],
        &[3.0],
        &[2.849394379747939, 0.4584224220446392],
        &[-6.954028509809101, 2.489845061869568, -10.358996098473584],
        &[2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641],
        &[
            -7.502846399306121,
            2.561846144803919,
            -11.627539656261098,
            -0.18268767659942256,
            0.030198172008377946,
        ],
        &[
            -7.502846399306121,
            2.561846144803919,
            -11.627539656261098,
            -0.18268767659942256,
            0.030198172008377946,
            1.0,
        ],
        &[
            -7.502846399306121,
            2.561846144803919,
            -11.627539656261098,
            -0.18268767659942256,
            0.030198172008377946,
            1.0,
            1.0,
        ],
    ],
    c: &[
        &[],
        &[-14.155112264123755],
        &[-17.97296035885952, -2.859693295451294],
        &[147.12150275711716, -1.41221402718213, 71.68940251302358],
        &[165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306],
        &[24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471],
        &[
            30.91273214028599,
            -3.1208243349937974,
            77.79954646070892,
            34.28646028294783,
            -19.097331116725623,
            -28.087943162872662,
        ],
        &[
            37.80277123390563,
            -3.2571969029072276,
            112.26918849496327,
            66.9347231244047,
            -40.06618937091002,
            -54.66780262877968,
            -9.48861652309627,
        ],
    ],
    alpha: &[
        0.0,
        0.6358126895828704,
        0.4095798393397535,
        0.9769306725060716,
        0.4288403609558664,
        1.0,
        1.0,
        1.0,
    ],
    gammas: &[
        0.21193756319429014,
        -0.42387512638858027,
        -0.3384627126235924,
        1.8046452872882734,
        2.325825639765069,
        0.0,
        0.0,
        0.0,
    ],
    dense: &[
        &[
            25.948786856663858,
            -2.5579724845846235,
            10.433815404888879,
            -2.3679251022685204,
            0.524948541321073,
            1.1241088310450404,
            0.4272876194431874,
            -0.17202221070155493,
        ],
        &[
            -9.91568850695171,
            -0.9689944594115154,
            3.0438037242978453,
            -24.495224566215796,
            20.176138334709044,
            15.98066361424651,
            -6.789040303419874,
            -6.710236069923372,
        ],
        &[
            11.419903575922262,
            2.8879645146136994,
            72.92137995996029,
            80.12511834622643,
            -52.072871366152654,
            -59.78993625266729,
            -0.15582684282751913,
            4.883087185713722,
        ],
    ],
};

static RODAS4: Tableau = Tableau {
    gamma: 0.25,
    order: 4.0,
    a: &[
        &[],
        &[1.544],
        &[0.9466785280815826, 0.2557011698983284],
        &[3.314825187068521, 2.896124015972201, 0.9986419139977817],
        &[1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895],
        &[1.221224509226641, 6.019134481288629, 12.53708332932087, -0.687886036105895, 1.0],
    ],
    c: &[
        &[],
        &[-5.6688],
        &[-2.430093356833875, -0.2063599157091915],
        &[-0.1073529058151375, -9.594562251023355, -20.47028614809616],
        &[7.496443313967647, -10.24680431464352, -33.99990352819905, 11.7089089320616],
        &[8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
    ],
    alpha: &[0.0, 0.386, 0.21, 0.63, 1.0, 1.0],
    gammas: &[0.25, -0.1043, 0.1035, -0.0362, 0.0, 0.0],
    dense: &[
        &[10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662],
        &[-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872],
    ],
};

static RODAS3: Tableau = Tableau {
    gamma: 0.5,
    order: 3.0,
    a: &[&[], &[0.0], &[2.0, 0.0], &[2.0, 0.0, 1.0]],
    c: &[&[], &[4.0], &[1.0, -1.0], &[1.0, -1.0, -8.0 / 3.0]],
    alpha: &[0.0, 0.0, 1.0, 1.0],
    gammas: &[0.5, 1.5, 0.0, 0.0],
    // Of order 2, from its two conditions on the first two stages; the source gives none.
    dense: &[&[3.0, -1.0]],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// x -> Gamma x with Gamma = (1/gamma - C)^-1, by forward substitution.
    fn gamma_times(t: &Tableau, x: &[f64]) -> Vec<f64> {
        let mut product: Vec<f64> = Vec::new();
        for (row, x) in t.c.iter().zip(x) {
            let known: f64 = row.iter().zip(&product).map(|(c, p)| c * p).sum();
            product.push(t.gamma * (x + known));
        }
        product
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    /// Conditions of order 1 and 2 on the interpolant: D1, D2, ... vanish for constant slopes; for the slope t the
    /// first must be -1/2, the others nothing.
    #[test]
    fn interpolants_are_of_order_two_at_least() {
        for method in [Method::Rodas5P, Method::Rodas4, Method::Rodas3] {
            let t = method.tableau();
            let ones = gamma_times(t, &vec![1.0; t.a.len()]);
            let slopes: Vec<f64> = t.alpha.iter().zip(t.gammas).map(|(alpha, gamma)| alpha + gamma).collect();
            let slopes = gamma_times(t, &slopes);
            for (row, h) in t.dense.iter().enumerate() {
                let expected = if row == 0 { -0.5 } else { 0.0 };
                let (first, second) = (dot(h, &ones), dot(h, &slopes) - expected);
                assert!(
                    first.abs() < 1e-11 && second.abs() < 1e-11,
                    "{method:?} {row}: {first:e} {second:e}"
                );
            }
        }
    }

    /// Gamma = (1/gamma - C)^-1, alpha = A Gamma: both must give the stated sums.
    #[test]
    fn the_sums_of_the_coefficients_are_consistent() {
        for method in [Method::Rodas5P, Method::Rodas4, Method::Rodas3] {
            let t = method.tableau();
            let stages = t.a.len();
            assert!(stages <= MOST_STAGES);
            let sums = gamma_times(t, &vec![1.0; stages]);
            for i in 0..stages {
                assert!((sums[i] - t.gammas[i]).abs() < 1e-12, "{method:?} gamma {i}: {}", sums[i]);
                let alpha = dot(t.a[i], &sums);
                assert!((alpha - t.alpha[i]).abs() < 1e-12, "{method:?} alpha {i}: {alpha}");
            }
        }
    }
}
