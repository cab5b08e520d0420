//! Training on a domain of a gas in which molecules hold several elements with stated shares.

use chem_grammar::compile::compile;
use chem_grammar::memory_files::MemoryFiles;

use super::*;
use chem_solver::network::domain::DomainView;

/// A cloud with CO, with made-up rates that change it within the time span.
const CLOUD: &str = r#"network cloud version 1
"Carbon and oxygen in a cloud, with made-up rates."

species e-, H, H2, H+, C, C+, O, CO
ph: H2 + photon -> 2 H           k = 1e-12  "made up"
gr: 2 H + grain -> H2 + grain    flux = 3e-17 * nuclei[H] * n[H]  "made up"
ci: H + cr -> H+ + e-            k = 1e-15  "made up"
rr: H+ + e- -> H + photon        k = 1e-12  "made up"
cp: C + photon -> C+ + e-        k = 1e-10  "made up"
cr: C+ + e- -> C + photon        k = 1e-11  "made up"
co: C + O -> CO + photon         k = 1e-15  "made up"
cd: CO + photon -> C + O         k = 1e-11  "made up"
domain cloud: T = 10 .. 100 [K] log, n_tot = 1 .. 1e4 [cm^-3] log, fraction H, H2, H+, C, C+, CO, O = 1e-6 .. 1 log,
    nuclei H = 0.9995, nuclei C = 1.6e-4, nuclei O = 3.4e-4, e- = neutral
"#;

const ITERATIONS: usize = 300;

fn cloud() -> (Pair, Domain, Config) {
    let files = MemoryFiles::new().with("cloud.net", CLOUD);
    let network = AnyNetwork::interpreted(compile("cloud.net".as_ref(), &files).unwrap());
    let (domain, cells) = (network.domains[0].clone(), network.equations());
    let network: Arc<dyn ChemNetwork> = Arc::from(network.network);
    let optimiser = Optimiser::Soap(SoapSettings { warm_up: 1, ..SoapSettings::default() });
    let (_, _, mut config) = small(ResidualKind::DiscreteTime, optimiser);
    config.network = "cloud".to_owned();
    config.initial = InitialConditions::Domain("cloud".to_owned());
    config.closure = Closure::Residual;
    (config.points.count, config.model.width) = (64, 16);
    config.stages[0].iterations = ITERATIONS as u64;
    ((network, cells), domain, config)
}

#[test]
fn a_gas_with_co_is_trained_and_conserved() {
    let (equations, domain, config) = cloud();
    let mut training = training(equations.clone(), &domain, &config);
    let losses: Vec<f64> = (0..ITERATIONS).map(|_| training.step().unwrap().loss).collect();
    let mean = |losses: &[f64]| losses.iter().sum::<f64>() / losses.len() as f64;
    let (first, last) = (mean(&losses[..10]), mean(&losses[ITERATIONS - 20..]));
    assert!(last < 0.7 * first, "{first} to {last}");

    let structure = equations.1.network().structure();
    let [low, high] = trained_range(&domain, structure).unwrap();
    let trained = TrainedDomain::of(&domain, structure);
    let provenance = Provenance { domain: trained, ..Provenance::new(structure, config.clone()) };
    let weights = training.weights();
    let pinn = Pinn::new(&Checkpoint { provenance, low, high, weights, snapshot: None }).unwrap();
    let n = structure.unknown_count();
    let random = &mut random_stream(1, 2);
    let initial: Vec<f64> =
        (0..200).flat_map(|_| DomainView::from(&domain).draw(structure, random).unwrap()).collect();
    for time in [1e9, 1e11, config.time.seconds(config.time.tau_end())] {
        let times = vec![time; 200];
        let mut out = initial.clone();
        pinn.advance_rows_by(&mut out, &times).unwrap();
        for (found, start) in out.chunks_exact(n).zip(initial.chunks_exact(n)) {
            assert!(found.iter().all(|n| n.is_finite() && *n >= 0.0), "{found:?}");
            for law in 0..structure.law_count() {
                let sum = |y: &[f64], size: bool| -> f64 {
                    let terms = structure.law(law).iter().zip(y).map(|(c, n)| *c as f64 * n);
                    terms.map(|term| if size { term.abs() } else { term }).sum()
                };
                let error = (sum(found, false) - sum(start, false)).abs();
                let size = sum(found, true).max(sum(start, true));
                assert!(error < 1e-14 * size, "{}: {error:e} of {size:e}", structure.conservation_names[law]);
            }
        }
    }
}

/// What the network says of CO is what oxygen is left for.
#[test]
fn gradients_of_a_gas_with_co_are_those_of_differences() {
    let (equations, domain, config) = cloud();
    let mut problem = problem(equations, &domain, &config);
    let samples = problem.first_samples(config.time.tau_end());
    let parameters = problem.initial_parameters();
    let loss = |parameters: &[f64]| problem.loss_of_targets(parameters, &samples, huber(0.1, 16)).unwrap();
    let direction: Vec<f64> = (0..parameters.len()).map(|i| (1.0 + i as f64).cos()).collect();
    let difference = along(&parameters, &direction, 1e-6, |parameters| loss(parameters).value);
    let product = dot(&loss(&parameters).gradient, &direction);
    assert!((product - difference).abs() < 1e-6 * (1.0 + difference.abs()), "{product:e} {difference:e}");
}
