//! What names mean in the expressions of a file.

use std::collections::{BTreeMap, BTreeSet};

use crate::import::fortran::{Argument, Expr, Names, Printed, parse, print, print_condition};
use crate::import::{Original, number};
use crate::words::is_reserved;

use super::functions::{KNOWN, known_function};
use super::items::Items;
use super::species::{Particle, index_name, particle};

/// Values that KROME has without being told: name in small letters, ours, and the expression with what it needs.
const SHORTCUTS: [(&str, &str, &str, &[&str]); 27] = [
    ("te", "Te", "8.617343e-5 * T", &[]),
    ("invte", "invTe", "1 / Te", &["te"]),
    ("lnte", "lnTe", "ln(Te)", &["te"]),
    ("t32", "T32", "T / 300", &[]),
    ("t3", "T3", "T / 300", &[]),
    ("t4", "T4", "T / 1e4", &[]),
    ("invt", "invT", "1 / T", &[]),
    ("invtgas", "invTgas", "1 / T", &[]),
    ("invt32", "invT32", "300 / T", &[]),
    ("invsqrt", "invsqrT", "1 / sqrt(T)", &[]),
    ("invsqrt32", "invsqrT32", "1 / sqrt(T / 300)", &[]),
    ("sqrtgas", "sqrTgas", "sqrt(T)", &[]),
    ("sqrt32", "sqrT32", "sqrt(T / 300)", &[]),
    ("logt", "logT", "log10(T)", &[]),
    ("lnt", "lnT", "ln(T)", &[]),
    ("tgas2", "Tgas2", "T^2", &[]),
    ("tgas3", "Tgas3", "T^3", &[]),
    ("tgas4", "Tgas4", "T^4", &[]),
    ("t0", "T0", "288", &[]),
    ("t02", "T02", "288^2", &[]),
    ("t03", "T03", "288^3", &[]),
    ("t04", "T04", "288^4", &[]),
    ("t0inv", "T0inv", "1 / 288", &[]),
    ("pi", "pi", "", &[]),
    ("ev_to_erg", "eV_to_erg", "1.60217646e-12", &[]),
    ("boltzmann_erg", "boltzmann_erg", "1.380648e-16", &[]),
    ("clight", "clight", "2.99792458e10", &[]),
];

/// Functions of Fortran and ours.
const FUNCTIONS: [(&str, &str); 34] = [
    ("exp", "exp"),
    ("dexp", "exp"),
    ("log", "ln"),
    ("dlog", "ln"),
    ("alog", "ln"),
    ("log10", "log10"),
    ("dlog10", "log10"),
    ("alog10", "log10"),
    ("sqrt", "sqrt"),
    ("dsqrt", "sqrt"),
    ("abs", "abs"),
    ("dabs", "abs"),
    ("min", "min"),
    ("max", "max"),
    ("dmin1", "min"),
    ("dmax1", "max"),
    ("amin1", "min"),
    ("amax1", "max"),
    ("sin", "sin"),
    ("cos", "cos"),
    ("tan", "tan"),
    ("asin", "asin"),
    ("acos", "acos"),
    ("atan", "atan"),
    ("sinh", "sinh"),
    ("cosh", "cosh"),
    ("tanh", "tanh"),
    ("dsin", "sin"),
    ("dcos", "cos"),
    ("dtanh", "tanh"),
    ("dble", ""),
    ("real", ""),
    ("float", ""),
    ("sngl", ""),
];

/// Names of a file, and which of those that KROME lends are used.
#[derive(Debug)]
pub(super) struct Scope {
    fortran_literals: bool,
    /// Variables of the file and of its host, by their names in small letters.
    names: BTreeMap<String, String>,
    /// Species by their names in KROME's code.
    species: BTreeMap<String, String>,
    /// Names of reactions by KROME's number.
    pub(super) reactions: Vec<String>,
    /// Shortcuts that are used.
    shortcuts: BTreeSet<&'static str>,
    /// Functions that are used and known.
    pub(super) functions: BTreeSet<&'static str>,
    /// Functions that are used and not known, with the lines.
    pub(super) unknown: BTreeMap<String, Vec<u32>>,
    /// Tables of cross sections that are asked for, with the lines.
    pub(super) tables: BTreeMap<String, Vec<u32>>,
    /// Parameters that stand for what a host's Fortran computes.
    pub(super) host_values: BTreeSet<&'static str>,
    line: u32,
    in_photo: bool,
}

impl Scope {
    /// Takes in the names of a file.
    pub(super) fn new(original: &Original<'_>, items: &Items<'_>) -> Self {
        let mut scope = Scope {
            fortran_literals: original.options.fortran_literals,
            names: BTreeMap::new(),
            species: BTreeMap::new(),
            reactions: Vec::new(),
            shortcuts: BTreeSet::new(),
            functions: BTreeSet::new(),
            unknown: BTreeMap::new(),
            tables: BTreeMap::new(),
            host_values: BTreeSet::new(),
            line: 0,
            in_photo: false,
        };
        let variables = items.variables.iter().map(|variable| variable.name);
        // Names of statements that are written beside the file's.
        let own = ["photons", "g_habing", "dust_to_gas", "grain_charging", "ratio_flux_draine"];
        let functions = KNOWN.iter().map(|known| known.name);
        let mut taken: BTreeSet<String> = own.into_iter().chain(functions).map(str::to_owned).collect();
        for name in variables.chain(items.commons.iter().map(|(name, _)| *name)) {
            let own = distinct(name, &mut taken);
            scope.names.entry(name.to_ascii_lowercase()).or_insert(own);
        }
        let reactions = items.reactions.iter().flat_map(|r| r.reactants.iter().chain(&r.products));
        for name in reactions.copied().chain(items.ghosts.iter().map(|(name, _)| *name)) {
            if let Ok(Particle::Species(species)) = particle(name, 0) {
                scope.species.insert(index_name(&species.name), species.name);
            }
        }
        scope
    }

    /// What a variable or host value is called here.
    pub(super) fn own(&self, name: &str) -> Option<&str> {
        self.names.get(&name.to_ascii_lowercase()).map(String::as_str)
    }

    /// An expression in our language.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub(super) fn expression(&mut self, text: &str, line: u32, in_photo: bool) -> Result<String, String> {
        (self.line, self.in_photo) = (line, in_photo);
        let expr = parse(text)?;
        Ok(print(&expr, self)?.text)
    }

    /// A condition in our language.
    ///
    /// # Errors
    /// In words, what is wrong with it.
    pub(super) fn condition(&mut self, text: &str, line: u32) -> Result<String, String> {
        (self.line, self.in_photo) = (line, false);
        Ok(print_condition(&parse(text)?, self)?.text)
    }

    /// `let` statements of the shortcuts that are used.
    pub(super) fn shortcuts(&self) -> Vec<String> {
        let mut needed: BTreeSet<&str> = self.shortcuts.iter().copied().collect();
        for (name, _, _, needs) in SHORTCUTS {
            if self.shortcuts.contains(name) {
                needed.extend(needs);
            }
        }
        // A file may define the one that another needs itself.
        let used = SHORTCUTS.iter().filter(|(name, _, text, _)| needed.contains(name) && !text.is_empty());
        used.filter(|(name, ..)| !self.names.contains_key(*name))
            .map(|(name, own, text, _)| match *name {
                "invte" => format!("let {own} = 1 / {}", self.names.get("te").map_or("Te", String::as_str)),
                "lnte" => format!("let {own} = ln({})", self.names.get("te").map_or("Te", String::as_str)),
                // KROME multiplies by a third of a hundredth in single precision.
                "t32" if self.fortran_literals => format!("let {own} = T * {}", f64::from(1.0_f32 / 300.0)),
                _ => format!("let {own} = {text}"),
            })
            .collect()
    }

    fn density(&self, index: &str) -> Result<Printed, String> {
        let lower = index.to_ascii_lowercase();
        let species = lower.strip_prefix("idx_").and_then(|name| self.species.get(name));
        match species {
            Some(species) => Ok(Printed::atom(format!("n[{}]", crate::import::name::written(species)))),
            None => Err(format!("`n({index})`: no species of the file has this index")),
        }
    }
}

/// A name of a value that our language does not use itself, and that no other has.
fn distinct(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut own: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    if !own.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        own.insert_str(0, "v_");
    }
    while is_reserved(&own) || taken.contains(&own) || own == "E" {
        own.push_str("_var");
    }
    taken.insert(own.clone());
    own
}

impl Names for Scope {
    fn number(&mut self, text: &str) -> Result<String, String> {
        let value = number::value(text).ok_or_else(|| format!("`{text}` is not a number"))?;
        let lower = text.to_ascii_lowercase();
        let (digits, kind) =
            lower.split_once('_').map_or((lower.as_str(), ""), |(digits, kind)| (digits, kind));
        let is_single = !digits.contains('d') && digits.contains(['.', 'e']) && kind != "8";
        if self.fortran_literals && is_single {
            return Ok(number::text(f64::from(value as f32)));
        }
        let digits = digits.replace('d', "e");
        let digits = if digits.starts_with('.') { format!("0{digits}") } else { digits };
        let digits = digits.trim_end_matches('.').replace(".e", "e");
        Ok(["e0", "e+0", "e-0", "e00"]
            .iter()
            .find_map(|none| digits.strip_suffix(none))
            .unwrap_or(&digits)
            .to_owned())
    }

    fn name(&mut self, name: &str) -> Result<Printed, String> {
        let lower = name.to_ascii_lowercase();
        if let Some(own) = self.names.get(&lower) {
            return Ok(Printed::atom(own.as_str()));
        }
        match lower.as_str() {
            "tgas" => return Ok(Printed::atom("T")),
            "energy_ev" if self.in_photo => return Ok(Printed::atom("(E / 1 [eV])")),
            _ => {}
        }
        if let Some((key, own, ..)) = SHORTCUTS.iter().find(|(key, ..)| *key == lower) {
            self.shortcuts.insert(key);
            return Ok(Printed::atom(*own));
        }
        if lower.starts_with("user_") {
            return Err(format!("`{name}` is not declared by `@common`"));
        }
        Err(format!("`{name}` is not defined"))
    }

    fn call(&mut self, name: &str, arguments: &[Argument]) -> Result<Printed, String> {
        let lower = name.to_ascii_lowercase();
        match (lower.as_str(), arguments) {
            ("n" | "n_global", [Argument::Value(Expr::Name(index))]) => return self.density(index),
            ("k", [Argument::Value(Expr::Number(index))]) => {
                let reaction =
                    index.parse::<usize>().ok().and_then(|i| self.reactions.get(i.checked_sub(1)?));
                let reaction = reaction.ok_or_else(|| format!("`k({index})`: there is no such reaction"))?;
                return Ok(Printed::atom(format!("k[{reaction}]")));
            }
            ("sum", [Argument::Value(Expr::Call(array, inner))])
                if array.eq_ignore_ascii_case("n") && matches!(inner.as_slice(), [Argument::Slice]) =>
            {
                return Ok(Printed::atom("n_tot"));
            }
            ("get_hnuclei", _) => return Ok(Printed::atom("nuclei[H]")),
            ("get_ratiofluxdraine", []) => {
                self.host_values.insert("ratio_flux_draine");
                return Ok(Printed::atom("ratio_flux_draine"));
            }
            ("merge", [Argument::Value(yes), Argument::Value(no), Argument::Value(condition)]) => {
                let [yes, no, condition] =
                    [print(yes, self)?, print(no, self)?, print_condition(condition, self)?];
                return Ok(Printed::atom(format!(
                    "{{ {} : {}, else : {} }}",
                    condition.text, yes.text, no.text
                )));
            }
            _ => {}
        }
        if let Some((_, own)) = FUNCTIONS.iter().find(|(known, _)| *known == lower) {
            return Ok(Printed::atom(format!("{own}({})", self.arguments(arguments)?)));
        }
        if let Some(known) = known_function(&lower) {
            self.functions.insert(known.krome);
            return Ok(Printed::atom(match known.without_arguments {
                true => known.name.to_owned(),
                false => format!("{}({})", known.name, self.arguments(arguments)?),
            }));
        }
        let lines = self.unknown.entry(name.to_owned()).or_default();
        if !lines.contains(&self.line) {
            lines.push(self.line);
        }
        // The reaction is not written; that the function is missing is said once for all lines.
        Err(String::new())
    }
}

impl Scope {
    fn arguments(&mut self, arguments: &[Argument]) -> Result<String, String> {
        let mut texts = Vec::new();
        for argument in arguments {
            let Argument::Value(value) = argument else {
                return Err("parts of arrays have no counterpart".to_owned());
            };
            texts.push(print(value, self)?.text);
        }
        Ok(texts.join(", "))
    }
}
