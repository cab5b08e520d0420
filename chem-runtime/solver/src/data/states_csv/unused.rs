//! Columns of a file of states that nothing uses.

use super::columns::{NOT_SPECIES, TIMES, column_of};
use super::sheet::Sheet;
use super::spelling::meant;
use crate::data::input_error::{InputError, InputWarning};
use crate::data::suggestion;
use crate::structure::{ParameterScope, Structure, Text};

/// How many columns are named in one warning.
const NAMED: usize = 8;

/// A warning for each parameter and each name that may be a slip, and one for all other columns together.
pub(super) fn warnings(sheet: &Sheet, structure: &Structure) -> Vec<InputWarning> {
    let fixed = ["id", "T_K"].into_iter().chain(TIMES.map(|(name, _)| name));
    let known: Vec<String> =
        fixed.map(str::to_owned).chain(structure.species.iter().map(|name| column_of(name))).collect();
    let is_per_cell = |(_, scope): &(&Text, &ParameterScope)| matches!(scope, ParameterScope::Cell { .. });
    let per_cell = structure.parameters.iter().zip(structure.scopes.iter()).filter(is_per_cell);
    let known: Vec<String> = known.into_iter().chain(per_cell.map(|(name, _)| name.to_string())).collect();
    let is_species =
        |name: &str| name.strip_prefix("n_").is_some_and(|typed| meant(structure, typed).is_some());
    let is_known =
        |name: &String| known.contains(name) || is_species(name) || NOT_SPECIES.contains(&name.as_str());
    let free = || known.iter().map(String::as_str).filter(|name| sheet.column(name).is_none());
    let warning = |message: String, remedy: String| {
        InputWarning(InputError::new(&sheet.path, message, remedy).at_line(sheet.header_line))
    };
    let (mut warnings, mut others) = (Vec::new(), Vec::new());
    for name in sheet.header.iter().filter(|name| !name.is_empty() && !is_known(name)) {
        let message = format!("nothing uses the column `{name}`");
        if structure.parameters.iter().any(|parameter| parameter == name) {
            let remedy = format!(
                "declare the parameter `per cell` in the network file, or give it one value for all cells: --set {name}=VALUE"
            );
            warnings.push(warning(message, remedy));
        } else if let Some(candidate) = suggestion::nearest(name, free()) {
            warnings.push(warning(message, format!("did you mean `{candidate}`?")));
        } else {
            others.push(name.as_str());
        }
    }
    match others.as_slice() {
        [] => {}
        [name] => warnings.push(warning(format!("nothing uses the column `{name}`"), String::new())),
        names => {
            let listed = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
            let more = match names.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            warnings.push(warning(format!("nothing uses the columns {listed}{more}"), String::new()));
        }
    }
    warnings
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::synthetic_network::hydrogen;

    fn of(header: &str) -> Vec<String> {
        let scopes = vec![ParameterScope::Network].into();
        let structure = Structure { parameters: vec!["zeta_cr".into()].into(), scopes, ..hydrogen() };
        let sheet = Sheet::parse(Path::new("s.csv"), format!("# made\n{header}\n").as_bytes()).unwrap();
        let text = |warning: &InputWarning| format!("{warning}; {}", warning.0.remedy);
        warnings(&sheet, &structure).iter().map(text).collect()
    }

    #[test]
    fn columns_that_nothing_uses_are_named_with_a_remedy() {
        assert_eq!(of("id,t_s,t_yr,T_K,n_tot,n_e-,n_H,n_H+,"), [""; 0]);
        let [parameter] = &of("id,T_K,n_H,zeta_cr")[..] else { panic!() };
        assert!(parameter.starts_with("s.csv:2: nothing uses the column `zeta_cr`"), "{parameter}");
        assert!(parameter.contains("--set zeta_cr=VALUE"), "{parameter}");
        let [slip, other] = &of("id,T_K,n_H,nH+,remark")[..] else { panic!() };
        assert!(slip.ends_with("did you mean `n_H+`?"), "{slip}");
        assert_eq!(other, "s.csv:2: nothing uses the column `remark`; ");
        let scopes = vec![ParameterScope::Cell { signed: false }].into();
        let structure = Structure { parameters: vec!["zeta_cr".into()].into(), scopes, ..hydrogen() };
        let sheet = Sheet::parse(Path::new("s.csv"), b"id,T_K,n_H,zeta_cr\n").unwrap();
        assert!(warnings(&sheet, &structure).is_empty());
        // A column that is there is not meant by another one.
        assert_eq!(of("id,T_K,n_H,n_H+,nH+"), ["s.csv:2: nothing uses the column `nH+`; "]);
        let many =
            format!("id,T_K,n_H,{}", (1..=20).map(|i| format!("dndt_{i}")).collect::<Vec<_>>().join(","));
        let [one] = &of(&many)[..] else { panic!() };
        assert!(one.contains("dndt_1, dndt_2,") && one.ends_with("dndt_8 and 12 more; "), "{one}");
    }
}
