//! Networks without text.

use chem_grammar::ast::Scale;
use chem_grammar::expr::{Dag, ExprId, ParameterId, SpeciesId};
use chem_grammar::interpolation::Grid;
use chem_grammar::network::{Network, Parameter, ParameterKind, Reaction, Species, Table, ThermalTerm};
use chem_grammar::source::{SourceMap, Span};

/// A network of species with the given charges and (single-letter) elements in their names.
pub(crate) struct Builder {
    pub(crate) network: Network,
}

/// `H2+` to (species, count) pairs of its letters, and its charge.
fn composition(name: &str) -> (Vec<(String, u32)>, i32) {
    let charge = name.matches('+').count() as i32 - name.matches('-').count() as i32;
    let mut nuclei: Vec<(String, u32)> = Vec::new();
    for c in name.trim_end_matches(['+', '-']).chars() {
        if c.is_ascii_uppercase() {
            nuclei.push((c.to_string(), 1));
        } else if let (Some(digit), Some(last)) = (c.to_digit(10), nuclei.last_mut()) {
            last.1 = digit;
        } else if let (true, Some(last)) = (c.is_ascii_lowercase(), nuclei.last_mut()) {
            last.0.push(c);
        }
    }
    (nuclei, charge)
}

impl Builder {
    pub(crate) fn new(species: &[&str]) -> Self {
        let parts: Vec<_> = species.iter().map(|name| composition(name)).collect();
        let mut elements: Vec<String> = Vec::new();
        for (element, _) in parts.iter().flat_map(|(nuclei, _)| nuclei) {
            if !elements.contains(element) {
                elements.push(element.clone());
            }
        }
        let species = species.iter().zip(&parts).map(|(name, (nuclei, charge))| Species {
            name: name.to_string(),
            ident: name.replace('+', "Plus").replace('-', "Minus"),
            composition: (elements.iter())
                .map(|e| nuclei.iter().filter(|(n, _)| n == e).map(|(_, count)| count).sum())
                .collect(),
            charge: *charge,
            mass: 0.0,
            doc: Vec::new(),
            span: Span::default(),
        });
        let mut dag = Dag::new();
        let adiabatic_index = dag.constant(5.0 / 3.0);
        let network = Network {
            name: "test".into(),
            version: 1,
            doc: Vec::new(),
            files: Vec::new(),
            sources: SourceMap::default(),
            hash: 0,
            species: species.collect(),
            elements,
            parameters: Vec::new(),
            definitions: Vec::new(),
            reactions: Vec::new(),
            processes: Vec::new(),
            heating: Vec::new(),
            cooling: Vec::new(),
            adiabatic_index,
            boltzmann: 1.380649e-16,
            temperature_limits: None,
            conserves_energy: false,
            temperature_floor: None,
            tables: Vec::new(),
            radiations: Vec::new(),
            absorbers: Vec::new(),
            initials: Vec::new(),
            domains: Vec::new(),
            breakpoints: Vec::new(),
            dag,
            findings: Vec::new(),
        };
        Builder { network }
    }

    pub(crate) fn dag(&mut self) -> &mut Dag {
        &mut self.network.dag
    }

    pub(crate) fn species(&self, name: &str) -> SpeciesId {
        self.network.find_species(name).unwrap()
    }

    pub(crate) fn density(&mut self, name: &str) -> ExprId {
        let species = self.species(name);
        self.network.dag.density(species)
    }

    pub(crate) fn n_tot(&mut self) -> ExprId {
        let densities: Vec<_> =
            (0..self.network.species.len()).map(|s| self.network.dag.density(SpeciesId(s as u32))).collect();
        self.network.dag.sum(densities)
    }

    pub(crate) fn parameter(&mut self, name: &str, default: f64) -> ExprId {
        let id = ParameterId(self.network.parameters.len() as u32);
        self.network.parameters.push(Parameter {
            name: name.into(),
            kind: ParameterKind::Number,
            default,
            unit: None,
            per_cell: None,
            doc: Vec::new(),
        });
        self.network.dag.parameter(id)
    }

    pub(crate) fn table(&mut self, name: &str, grid: Grid) {
        let axes = if grid.axes[1].len() == 1 { 1 } else { 2 };
        self.network.tables.push(Table {
            name: name.into(),
            axes: vec![Scale::Linear; axes],
            value_scale: Scale::Linear,
            interpolation: grid.interpolation,
            outside: grid.outside,
            grid,
            doc: Vec::new(),
        });
    }

    fn parse(&self, equation: &str, rate: ExprId) -> Reaction {
        let (left, right) = equation.split_once(" -> ").unwrap();
        let mut third_bodies = 0;
        let mut side = |text: &str, count_third_bodies: bool| {
            let mut terms: Vec<(SpeciesId, u32)> = Vec::new();
            for name in text.split(" + ").filter(|name| *name != "photon") {
                if name == "M" {
                    third_bodies += u32::from(count_third_bodies);
                    continue;
                }
                let (count, name) =
                    name.split_once(' ').map_or((1, name), |(count, name)| (count.parse().unwrap(), name));
                let id = self.species(name);
                match terms.iter_mut().find(|(s, _)| *s == id) {
                    Some(term) => term.1 += count,
                    None => terms.push((id, count)),
                }
            }
            terms
        };
        let reactants = side(left, true);
        let products = side(right, false);
        Reaction {
            name: format!("r{}", self.network.reactions.len() + self.network.processes.len() + 1),
            reactants,
            products,
            third_bodies,
            equation: equation.into(),
            rate,
            source: String::new(),
            doc: Vec::new(),
            span: Span::default(),
        }
    }

    pub(crate) fn reaction(&mut self, equation: &str, rate: ExprId) {
        let reaction = self.parse(equation, rate);
        self.network.reactions.push(reaction);
    }

    pub(crate) fn process(&mut self, equation: &str, flux: ExprId) {
        let reaction = self.parse(equation, flux);
        self.network.processes.push(reaction);
    }

    pub(crate) fn thermal(&mut self, heating: bool, name: &str, expr: ExprId) {
        let term = ThermalTerm {
            name: name.into(),
            expr,
            source: String::new(),
            doc: Vec::new(),
            span: Span::default(),
        };
        let list = if heating { &mut self.network.heating } else { &mut self.network.cooling };
        list.push(term);
    }
}
