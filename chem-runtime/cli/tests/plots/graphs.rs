//! Pictures of networks.

use chem_report::plot::{GraphView, network_graph};
use chem_solver::structure::{LuStructure, Structure};

use crate::boxes::{no_texts_overlap, size, texts_are_within};

/// A synthetic element in species of charges 0 and 1, linked as asked.
fn network(species: &[(&str, i32)], links: &[(usize, usize, &str)]) -> Structure {
    let text = |t: String| std::borrow::Cow::<'static, str>::from(t);
    let none = || Vec::<u32>::new().into();
    Structure {
        name: "made_up".into(),
        version: 1,
        hash: 0,
        species: species.iter().map(|s| text(s.0.to_owned())).collect::<Vec<_>>().into(),
        charges: species.iter().map(|s| s.1).collect::<Vec<_>>().into(),
        masses: vec![1e-24; species.len()].into(),
        elements: vec!["X".into()].into(),
        composition: vec![1; species.len()].into(),
        reactions: (0..links.len()).map(|i| text(format!("r{i}"))).collect::<Vec<_>>().into(),
        equations: links
            .iter()
            .map(|(from, to, with)| text(format!("{} + {with} -> {}", species[*from].0, species[*to].0)))
            .collect::<Vec<_>>()
            .into(),
        processes: Vec::new().into(),
        stoichiometry_starts: (0..=links.len()).map(|i| 2 * i as u32).collect::<Vec<_>>().into(),
        stoichiometry: links
            .iter()
            .flat_map(|(from, to, _)| [(*from as u32, -1), (*to as u32, 1)])
            .collect::<Vec<_>>()
            .into(),
        heating: Vec::new().into(),
        cooling: Vec::new().into(),
        parameters: Vec::new().into(),
        scopes: vec![].into(),
        kinds: vec![].into(),
        bands: vec![].into(),
        band_edges: vec![].into(),
        absorbers: vec![].into(),
        evolves_temperature: false,
        temperature_floor: None,
        conservation_names: Vec::new().into(),
        conservation: Vec::new().into(),
        breakpoints: Vec::new().into(),
        jacobian_columns: none(),
        jacobian_rows: none(),
        lu: LuStructure {
            order: none(),
            columns: none(),
            rows: none(),
            from_jacobian: none(),
            diagonal: none(),
            full_tail: 0,
        },
    }
}

/// The like of the molecular network: three stems with their ions, most pairs linked.
fn molecular() -> Structure {
    let species =
        [("H-", -1), ("H", 0), ("H+", 1), ("He", 0), ("He+", 1), ("He++", 2), ("H2", 0), ("H2+", 1)];
    let mut links = Vec::new();
    for (from, to) in [
        (0, 1),
        (1, 0),
        (1, 2),
        (2, 1),
        (3, 4),
        (4, 3),
        (4, 5),
        (5, 4),
        (6, 1),
        (1, 6),
        (6, 7),
        (7, 6),
        (7, 1),
        (7, 2),
        (2, 7),
    ] {
        for with in ["e-", "H", "He+", "photon"] {
            links.push((from, to, with));
        }
    }
    network(&species, &links)
}

#[test]
fn texts_lie_within_the_picture_and_not_on_one_another() {
    let structure = molecular();
    let around = GraphView { species: &[1], ..GraphView::whole(&structure) };
    for view in [GraphView::whole(&structure), around] {
        let picture = network_graph(&view);
        texts_are_within(&picture.svg);
        no_texts_overlap(&picture.svg);
        assert!(picture.svg.contains("e⁻, H, He⁺  ×3") && picture.svg.contains("γ"));
    }
}

#[test]
fn hundreds_of_species_give_a_picture_that_can_be_read() {
    let names: Vec<String> = (0..737).map(|i| format!("S{i}")).collect();
    let species: Vec<(&str, i32)> = names.iter().map(|name| (name.as_str(), 0)).collect();
    // As in real networks: a few species take part in most reactions.
    let links: Vec<(usize, usize, &str)> = (0..8842)
        .map(|i| ((i * i) % 737, (i * 7 + 3) % (1 + i % 60), "H"))
        .filter(|(a, b, _)| a != b)
        .collect();
    let structure = network(&species, &links);
    let whole = GraphView::whole(&structure);
    let fluxes: Vec<f64> = (0..links.len()).map(|i| 1e-12 * (1.0 + i as f64)).collect();
    let around = GraphView { species: &[3], ..whole };
    let top = GraphView { fluxes: Some(("start", &fluxes)), top: Some(40), ..whole };
    for view in [whole, around, top] {
        let picture = network_graph(&view);
        let (width, height) = size(&picture.svg);
        assert!(width < 2400.0 && height < 2400.0, "{width} x {height}");
        assert!(picture.svg.len() < 1_500_000, "{} bytes", picture.svg.len());
        texts_are_within(&picture.svg);
        assert!(picture.species <= 80);
    }
    let picture = network_graph(&whole);
    assert_eq!(picture.of_species, 737);
    assert!(picture.svg.contains(&format!("drawn: the {} with the most reactions", picture.species)));
    assert!(network_graph(&top).svg.contains("flux at start"));
}
