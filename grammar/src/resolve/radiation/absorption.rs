//! What absorbs in each radiation field.
//!
//! Rates are resolved a second time with a stand-in, of value 0, added to each `photo_rate`. The derivative of a flux by it is the
//! number density of what absorbs, with all by which the reaction multiplies its rate, such as shielding.

use rustc_hash::FxHashMap;

use crate::expr::{Dag, Differentiator, ExprId, SpeciesId, Variable, needed};
use crate::network::Absorber;
use crate::resolve::resolver::Resolver;
use crate::resolve::scope::DefinitionKind;
use crate::resolve::value::State;

/// A field and an average in it, by their numbers.
type Pair = (usize, usize);

impl Resolver<'_> {
    /// What absorbs by the reactions and processes with `photon` on their left.
    pub(crate) fn absorbers(&mut self) -> Vec<Absorber> {
        let pairs: Vec<Pair> = (self.fields.iter().enumerate())
            .flat_map(|(field, found)| {
                let averages = found.as_ref().map_or(0, |found| found.radiation.averages.len());
                (0..averages).map(move |average| (field, average))
            })
            .collect();
        if pairs.is_empty() {
            return Vec::new();
        }
        let without_stand_ins = self.dag.clone();
        let (values, reactions) = (self.value_states.clone(), self.reaction_states.clone());
        let (calls, tables) = (std::mem::take(&mut self.call_results), self.read_tables.clone());
        for (state, named) in self.value_states.iter_mut().zip(&self.scope.values) {
            if matches!(named.kind, DefinitionKind::Let | DefinitionKind::Rate) {
                *state = State::New;
            }
        }
        self.reaction_states.fill(State::New);
        self.stand_ins = pairs.clone();
        let fluxes = self.without_reports(Self::fluxes_of_light);
        self.stand_ins.clear();
        (self.value_states, self.reaction_states, self.call_results) = (values, reactions, calls);

        let first = self.species.len();
        let mut differentiator = Differentiator::new(first + pairs.len(), &tables);
        let zero = self.dag.constant(0.0);
        let stand_ins: Vec<Variable> =
            (0..pairs.len()).map(|pair| Variable::Density(SpeciesId((first + pair) as u32))).collect();
        let known: FxHashMap<ExprId, ExprId> =
            stand_ins.iter().map(|&variable| (self.dag.variable(variable), zero)).collect();
        let mut densities = Vec::new();
        for &variable in &stand_ins {
            let slopes: Vec<ExprId> =
                fluxes.iter().map(|&flux| differentiator.derivative(&mut self.dag, flux, variable)).collect();
            let sum = self.dag.sum(slopes);
            let copies = self.dag.copies(&[sum], known.clone(), |dag, id, copy| dag.rebuild(id, copy));
            densities.push(copies.get(&sum).copied().unwrap_or(zero));
        }
        let with_stand_ins = std::mem::replace(&mut self.dag, without_stand_ins);
        let densities = taken_over(&mut self.dag, &with_stand_ins, &densities);
        let zero = self.dag.constant(0.0);
        let absorbers = pairs.into_iter().zip(densities).filter(|(_, density)| *density != zero);
        absorbers
            .map(|((field, average), density)| Absorber {
                field: self.fields.iter().take(field).flatten().count(),
                average,
                density,
            })
            .collect()
    }

    /// Fluxes of photons that are absorbed, one for each reaction or process with `photon` on its left.
    fn fluxes_of_light(&mut self) -> Vec<ExprId> {
        let mut fluxes = Vec::new();
        for index in 0..self.scope.reactions.len() {
            let Some(&(reaction, _)) = self.scope.reactions.get(index) else { continue };
            let photons = reaction.reactants.iter().filter(|term| term.name.value == "photon");
            let photons: u32 = photons.map(|term| term.count.value).sum();
            if photons == 0 {
                continue;
            }
            if let Some(flux) = self.flux_of(index, reaction.name.span) {
                fluxes.push(self.dag.multiple(photons, flux.expr));
            }
        }
        fluxes
    }
}

/// Copies of nodes of another graph.
fn taken_over(dag: &mut Dag, from: &Dag, roots: &[ExprId]) -> Vec<ExprId> {
    let mut copies = FxHashMap::default();
    for id in needed(from, roots) {
        let copy = |id: ExprId| copies.get(&id).copied().unwrap_or(id);
        let made = dag.make(from.node(id), copy);
        copies.insert(id, made);
    }
    roots.iter().filter_map(|root| copies.get(root).copied()).collect()
}
