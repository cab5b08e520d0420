//! How much each reaction matters for some unknowns, along a trajectory: a directed relation graph with error propagation
//! (Pepiot-Desjardins & Pitsch 2008, Combust. Flame 154, 67).
//!
//! ```text
//! w_AB = min(1, |J_AB y_B| / max(P_A, L_A))           how the slope of A depends on B; P, L: its production and loss
//! R_B  = max over paths from a target to B of the product of w       1 of the targets
//! I_j  = max over A and times of R_A |S_Aj| r_j / max(P_A, L_A)
//! ```
//! The original counts the reactions that A and B share; the Jacobian also knows what depends on T, on densities in coefficients and
//! in heating and cooling.

use crate::network::ChemNetwork;

/// Importance I_j, 0 to 1, of each reaction, then of each process, for the target unknowns along the states of a trajectory (`times` `[s]`;
/// densities [cm^-3] in declared order and T `[K]` time after time).
pub fn importance(network: &dyn ChemNetwork, targets: &[usize], times: &[f64], unknowns: &[f64]) -> Vec<f64> {
    let structure = network.structure();
    let n = structure.unknown_count();
    let mut fluxes = vec![0.0; structure.reactions.len() + structure.processes.len()];
    let mut jacobian = vec![0.0; structure.jacobian_count()];
    let mut found = vec![0.0f64; fluxes.len()];
    for (t, y) in times.iter().zip(unknowns.chunks_exact(n)) {
        network.fluxes(*t, y, &mut fluxes);
        network.jacobian(*t, y, &mut jacobian);
        let scales = scales(network, (*t, y), &fluxes);
        let relevance = relevance(network, targets, (y, &jacobian), &scales);
        for (j, (found, flux)) in found.iter_mut().zip(&fluxes).enumerate() {
            for (species, net) in structure.net_changes(j) {
                let species = *species as usize;
                if scales[species] > 0.0 {
                    let share = f64::from(net.unsigned_abs()) * flux / scales[species];
                    *found = found.max(relevance[species] * share.min(1.0));
                }
            }
        }
    }
    found
}

/// The larger of production and loss of each unknown.
fn scales(network: &dyn ChemNetwork, (t, y): (f64, &[f64]), fluxes: &[f64]) -> Vec<f64> {
    let structure = network.structure();
    let n = structure.unknown_count();
    let (mut production, mut loss) = (vec![0.0; n], vec![0.0; n]);
    for (j, flux) in fluxes.iter().enumerate() {
        for (species, net) in structure.net_changes(j) {
            let side = if *net > 0 { &mut production } else { &mut loss };
            side[*species as usize] += f64::from(net.unsigned_abs()) * flux;
        }
    }
    if structure.evolves_temperature {
        let mut heating = vec![0.0; structure.heating.len()];
        let mut cooling = vec![0.0; structure.cooling.len()];
        network.heating(t, y, &mut heating);
        network.cooling(t, y, &mut cooling);
        let total: f64 = y[..n - 1].iter().sum();
        let by_heating = (network.adiabatic_index(t, y) - 1.0) / (network.boltzmann() * total);
        production[n - 1] = by_heating * heating.iter().sum::<f64>();
        loss[n - 1] = by_heating * cooling.iter().sum::<f64>();
    }
    production.iter().zip(&loss).map(|(p, l)| p.max(*l)).collect()
}

/// R of each unknown: the largest product of w along a path from a target. The farthest relevance first, as in a search for
/// shortest paths.
fn relevance(
    network: &dyn ChemNetwork,
    targets: &[usize],
    (y, jacobian): (&[f64], &[f64]),
    scales: &[f64],
) -> Vec<f64> {
    let structure = network.structure();
    let n = scales.len();
    let mut depends: Vec<Vec<(usize, f64)>> = vec![Vec::new(); n];
    for (b, y) in y.iter().enumerate() {
        for (a, value) in structure.jacobian_values(b, jacobian) {
            if scales[a] > 0.0 {
                depends[a].push((b, ((value * y).abs() / scales[a]).min(1.0)));
            }
        }
    }
    let mut relevance = vec![0.0f64; n];
    for target in targets.iter().filter(|target| **target < n) {
        relevance[*target] = 1.0;
    }
    let mut is_done = vec![false; n];
    while let Some(a) = (0..n)
        .filter(|a| !is_done[*a] && relevance[*a] > 0.0)
        .max_by(|a, b| relevance[*a].total_cmp(&relevance[*b]))
    {
        is_done[a] = true;
        for (b, weight) in &depends[a] {
            relevance[*b] = relevance[*b].max(relevance[a] * weight);
        }
    }
    relevance
}
