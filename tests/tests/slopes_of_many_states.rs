//! Right-hand sides of many states over lanes and tables, against the same functions one state at a time.
#![allow(clippy::expect_used)] // tests fail by panicking

use chem_networks::{atomic::Atomic, molecular::Molecular};
use chem_solver::batch::Batch;
use chem_solver::network::{ChemNetwork, TypedNetwork};
use chem_tests::states::random_cells;

/// The error of the tables is 1e-6, of their polynomials and rounding together less than twice that.
const TOLERANCE: f64 = 2e-6;
/// Below 1e-10 of its largest value a function of T counts as that much; coefficients of two bodies are at most some
/// 1e-8 cm^3/s.
const FLOOR: f64 = 1e-18;
/// Share of productions and losses that may be so small.
const FEW: f64 = 0.02;

/// Sum of the fluxes that change a species, formation and destruction alike.
fn gross_flux(network: &impl ChemNetwork, y: &[f64], species: usize) -> f64 {
    let structure = network.structure();
    let starts = &structure.stoichiometry_starts;
    let mut fluxes = vec![0.0; starts.len() - 1];
    network.fluxes(0.0, y, &mut fluxes);
    let of_reaction = |(flux, start): (&f64, &[u32])| -> f64 {
        let changes = &structure.stoichiometry[start[0] as usize..start[1] as usize];
        let change = changes.iter().find(|(changed, _)| *changed as usize == species);
        flux * change.map_or(0.0, |(_, change)| f64::from(change.abs()))
    };
    fluxes.iter().zip(starts.windows(2)).map(of_reaction).sum()
}

fn agrees<N: TypedNetwork>(count: u64) {
    let network = N::default();
    let batch = Batch::new(N::default());
    let structure = network.structure();
    let n = structure.unknown_count();
    let rows = random_cells(&network, count);
    let mut slopes = vec![f64::NAN; rows.len()];
    batch.slopes(&rows, &mut slopes);
    let species_count = structure.species_count();
    let mut all = vec![vec![[f64::NAN; 2]; count as usize]; species_count];
    for (species, out) in all.iter_mut().enumerate() {
        batch.production_and_loss(&rows, species, out);
    }
    let mut small = 0;
    let (mut dydt, mut jacobian) = (vec![0.0; n], vec![0.0; structure.jacobian_count()]);
    for (number, (row, slopes)) in rows.chunks_exact(n).zip(slopes.chunks_exact(n)).enumerate() {
        network.rhs(0.0, row, &mut dydt);
        for species in 0..species_count {
            let [production, loss] = all[species][number];
            let size = production.abs() + (loss * row[species]).abs() + dydt[species].abs();
            let difference = slopes[species] - dydt[species];
            assert!(
                difference.abs() <= TOLERANCE * size,
                "row {number}, species {species}: {difference:e} of {size:e}"
            );
            let mut without = row.to_vec();
            without[species] = 0.0;
            let mut at_nothing = vec![0.0; n];
            network.rhs(0.0, &without, &mut at_nothing);
            network.jacobian(0.0, &without, &mut jacobian);
            let diagonal = structure.jacobian_diagonal(species).expect("every species is consumed");
            let exact = -jacobian[diagonal];
            let n_tot: f64 = row[..species_count].iter().sum();
            let [gross, gross_at_nothing] = [row, &without[..]].map(|y| gross_flux(&network, y, species));
            let gross_loss = (gross - gross_at_nothing) / row[species];
            let pairs = [
                (production, at_nothing[species], gross_at_nothing + FLOOR * n_tot * n_tot),
                (loss, exact, gross_loss + FLOOR * n_tot),
            ];
            for (found, exact, size) in pairs {
                let difference = (found - exact).abs();
                assert!(
                    difference <= TOLERANCE * size,
                    "row {number}, species {species}: {found:e} for {exact:e}"
                );
                small += u64::from(difference > TOLERANCE * exact.abs());
            }
        }
    }
    assert!(small as f64 <= FEW * (2 * count * species_count as u64) as f64, "{small} in {count} cells");
}

#[test]
fn many_states_have_the_slopes_of_each() {
    // Numbers of states that fill no last lane, one thread's share, or more.
    for count in [1, 5, 8, 37, 2000] {
        agrees::<Molecular>(count);
        agrees::<Atomic>(count);
    }
}

#[test]
fn arrays_that_are_too_short_are_filled() {
    let batch = Batch::new(Molecular::default());
    let rows = random_cells(&Molecular::default(), 12);
    let mut out = vec![f64::NAN; 35];
    batch.slopes(&rows, &mut out);
    assert!(out[..30].iter().all(|y| y.is_finite()) && out[30..].iter().all(|y| y.is_nan()));
    let mut pairs = [[f64::NAN; 2]; 2];
    batch.production_and_loss(&rows, 9, &mut pairs);
    assert!(pairs[0][0].is_nan(), "T is no species");
    batch.production_and_loss(&rows, 0, &mut pairs);
    assert!(pairs.iter().flatten().all(|x| x.is_finite()));
}
