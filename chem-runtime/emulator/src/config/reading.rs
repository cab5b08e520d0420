//! Configs as text.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::{Config, wording};
use chem_solver::data::input_error::{InputError, InputErrors};
use chem_solver::data::suggestion;

impl Config {
    /// Reads a config file. The path of its network is relative to its folder.
    ///
    /// # Errors
    /// If it cannot be read, and as [`Config::parse`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self, InputErrors> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|e| {
            InputError::new(
                path,
                format!("cannot be read: {e}"),
                "give the path of a config.toml; `train --list` names those that come with chem",
            )
        })?;
        Ok(Config::parse(&text, path)?.of_file(path))
    }

    /// Reads a config from text; `place` is named in errors.
    ///
    /// # Errors
    /// What is not TOML, an unknown key (with the nearest known one), or every value out of its range.
    pub fn parse(text: &str, place: impl AsRef<Path>) -> Result<Self, InputErrors> {
        let place = place.as_ref();
        let config: Config = toml::from_str(text).map_err(|error| mistake(&error, text, place))?;
        let errors = config.mistakes().into_iter().map(|mistake| {
            let error = InputError::new(place, mistake.message, mistake.remedy).in_column(mistake.key);
            match line_of_key(text, mistake.key) {
                Some(line) => error.at_line(line),
                None => error,
            }
        });
        InputErrors(errors.collect()).into_result()?;
        Ok(config)
    }

    /// The config as TOML, defaults written out. Reading it gives the same config, to the last bit.
    ///
    /// # Errors
    /// If TOML cannot hold a value: a seed above 2^63.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}

/// An error of the TOML reader in our words.
fn mistake(error: &toml::de::Error, text: &str, place: &Path) -> InputError {
    let message = error.message();
    let mut words = message.split('`').skip(1).step_by(2);
    let (message, remedy, key) = if message.starts_with("unknown field") {
        let key = words.next().unwrap_or_default();
        let known: Vec<&str> = words.collect();
        (format!("there is no key `{key}` here"), suggestion::remedy(key, &known), Some(key))
    } else if message.starts_with("unknown variant") {
        let value = words.next().unwrap_or_default();
        let known: Vec<&str> = words.collect();
        (format!("`{value}` is not one of the choices"), suggestion::remedy(value, &known), None)
    } else if message.starts_with("missing field") {
        let key = words.next().unwrap_or_default();
        (format!("the key `{key}` is missing"), format!("add {key}"), None)
    } else if let Some(complaint) = wording::of_value(message) {
        (complaint.message, complaint.remedy, None)
    } else {
        (message.to_owned(), String::new(), None)
    };
    // The reader forgets the place of some keys; the first key of that name is then the best guess.
    let exact = error.span().filter(|span| span.start > 0 || text.starts_with(key.unwrap_or("\0")));
    let line = exact.map(|span| line_at(text, span.start)).or_else(|| line_of_key(text, key?));
    let error = InputError::new(place, message, remedy);
    match line {
        Some(line) => error.at_line(line),
        None => error,
    }
}

/// Line, from 1, of a byte of the text.
fn line_at(text: &str, offset: usize) -> u64 {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() as u64 + 1
}

/// Line of the first key of this path; its last part may stand anywhere if the path leads nowhere.
fn line_of_key(text: &str, path: &str) -> Option<u64> {
    let table = DeTable::parse(text).ok()?;
    let parts: Vec<&str> = path.split('.').collect();
    let mut offset = None;
    for start in 0..parts.len() {
        offset = offset.or_else(|| find(table.get_ref(), parts.get(start..)?));
    }
    offset.map(|offset| line_at(text, offset))
}

/// Offset of a key given by its path from this table or one within it.
fn find(table: &DeTable<'_>, path: &[&str]) -> Option<usize> {
    let (first, rest) = path.split_first()?;
    let here =
        table.iter().find(|(key, _)| key.get_ref().as_ref() == *first).and_then(|(key, value)| {
            match (rest, value.get_ref()) {
                ([], _) => Some(key.span().start),
                (_, DeValue::Table(inner)) => find(inner, rest),
                _ => None,
            }
        });
    here.or_else(|| table.iter().find_map(|(_, value)| find_within(value.get_ref(), path)))
}

fn find_within(value: &DeValue<'_>, path: &[&str]) -> Option<usize> {
    match value {
        DeValue::Table(table) => find(table, path),
        DeValue::Array(array) => array.iter().find_map(|value| find_within(value.get_ref(), path)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Optimiser, Sampler, Seconds};
    use super::*;
    use chem_solver::units::YEAR;

    fn error(text: &str) -> InputError {
        let mut errors = Config::parse(text, "c.toml").unwrap_err().0;
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors.remove(0)
    }

    #[test]
    fn one_line_is_a_whole_config() {
        let config = Config::parse("network = 'atomic'", "c.toml").unwrap();
        assert_eq!(config, Config::new("atomic"));
    }

    #[test]
    fn a_full_config_is_read() {
        let text = "network = 'molecular'\nseed = 3\ninitial.domain = 'general'\nvariables = 'log'\n\
            parameters = { zeta_cr = 1e-16 }\n[time]\nstart = '2 s'\nend = '1 kyr'\n[model]\nkind = 'dgm'\n\
            [points]\nsampler = 'sobol'\n[[stages]]\niterations = 5\noptimiser.adam = { learning_rate = 2e-3 }\n\
            [[stages]]\niterations = 6\noptimiser.lbfgs = {}\n[stop]\nloss = 1e-9\n";
        let config = Config::parse(text, "c.toml").unwrap();
        assert_eq!(config.model.kind, Kind::Dgm);
        assert_eq!(config.points.sampler, Sampler::Sobol);
        assert_eq!(config.time.end, Seconds(1e3 * YEAR));
        assert!(matches!(&config.stages[0].optimiser, Optimiser::Adam(a) if a.learning_rate == 2e-3));
        assert_eq!(config.stages[1].optimiser.name(), "lbfgs");
        assert_eq!(config.stop.loss, Some(1e-9));
    }

    #[test]
    fn text_of_a_config_reads_back_to_the_last_bit() {
        let mut config = Config::new("atomic");
        config.time.start = Seconds(0.1 + 0.2);
        config.points.adaptive = 1.0 / 3.0;
        config.parameters.insert("zeta_cr".to_owned(), 3e-17 / 7.0);
        config.stop.cpu_seconds = Some(100.0 / 3.0);
        let text = config.to_toml().unwrap();
        assert_eq!(Config::parse(&text, "c.toml").unwrap(), config, "{text}");
    }

    #[test]
    fn slips_are_named_with_line_and_remedy() {
        for (text, line, words, remedy) in [
            ("network = 'atomic'\n[model]\nwidht = 3\n", Some(3), "no key `widht`", "did you mean `width`?"),
            ("network = 'atomic'\nsede = 3\n", Some(2), "no key `sede`", "did you mean `seed`?"),
            ("sede = 3\nnetwork = 'atomic'\n", Some(1), "no key `sede`", "did you mean `seed`?"),
            (
                "network = 'atomic'\n[[stages]]\niterations = 3\noptimiser.adam = { learning_rat = 1.0 }\n",
                Some(4),
                "no key `learning_rat`",
                "did you mean `learning_rate`?",
            ),
            (
                "network = 'atomic'\n[[stages]]\niterations = 3\noptimiser.lbgfs = {}\n",
                Some(4),
                "`lbgfs` is not",
                "did you mean `lbfgs`?",
            ),
            ("network = 'atomic'\n[model]\nkind = 'dmg'\n", Some(3), "`dmg` is not", "did you mean `dgm`?"),
            ("seed = 1\n", None, "`network` is missing", "add network"),
            (
                "network = 'atomic'\nseed = 'one'\n",
                Some(2),
                "the text \"one\" is not possible here",
                "give a whole number, 0 or more",
            ),
            ("network = 'atomic'\nseed = -1\n", Some(2), "-1 is not possible", "a whole number, 0 or more"),
            (
                "network = 'atomic'\n[model]\nwidth = 2.5\n",
                Some(3),
                "2.5 is not possible",
                "a whole number, 0 or more",
            ),
            ("network = 'atomic'\n[points]\nadaptive = true\n", Some(3), "true is not possible", "a number"),
            ("network = 3\n", Some(1), "3 is not possible", "a text in quotes"),
            ("network = 'atomic'\nmodel = 3\n", Some(2), "3 is not possible", "a table of keys"),
            (
                "network = 'atomic'\n[residual]\nlink = [0.5]\n",
                Some(3),
                "1 entries are not possible",
                "a list of 2 numbers",
            ),
            (
                "network = 'atomic'\ninitial = { state = 'single', domain = 'general' }\n",
                Some(2),
                "only one can be given",
                "initial.state or initial.domain",
            ),
            ("network = 'atomic'\n[time]\nend = '1 parsec'\n", Some(3), "parsec", ""),
            ("network = 'atomic'\nseed = \n", Some(2), "", ""),
            (
                "network = 'atomic'\n[model]\nexperts = [2, 2]\n",
                Some(3),
                "one initial state",
                "initial.domain",
            ),
            ("network = 'atomic'\n[model]\nexperts = [0, 2]\n", Some(3), "[0, 2]", "16"),
        ] {
            let error = error(text);
            assert_eq!(error.line, line, "{error}");
            assert!(error.message.contains(words), "{error}");
            assert!(error.remedy.contains(remedy), "{error}");
        }
    }

    #[test]
    fn all_values_out_of_range_are_found_at_once() {
        let text = "network = 'atomic'\n[model]\nwidth = 0\n[points]\ncount = 0\nadaptive = 2.0\n\
            [time]\nstart = '0 s'\n";
        let errors = Config::parse(text, "c.toml").unwrap_err().0;
        let lines: Vec<_> = errors.iter().map(|e| e.line).collect();
        assert_eq!(lines, [Some(8), Some(3), Some(5), Some(6)], "{errors:?}");
    }

    /// What would begin a training of nothing, or stop the program, is refused when the config is read.
    #[test]
    fn values_that_no_training_can_have_are_refused() {
        let domain = "initial.domain = 'general'\n";
        for (text, key) in [
            ("residual.link = [1.5, 0.5]", "residual.link"),
            ("residual.link = [0.0, 0.0]", "residual.link"),
            ("residual.link = [-1.0, 1.0]", "residual.link"),
            ("residual.link = [0.5, inf]", "residual.link"),
            ("residual.link = [nan, 1.0]", "residual.link"),
            ("residual.tolerance = 0.5", "residual.tolerance"),
            ("residual.tolerance = 0.0", "residual.tolerance"),
            ("residual.tolerance = nan", "residual.tolerance"),
            ("residual.averaging = 1.0", "residual.averaging"),
            ("residual.averaging = -0.1", "residual.averaging"),
            ("residual.evolved = 1.5", "residual.evolved"),
            ("residual.evolved = nan", "residual.evolved"),
            ("residual.pairs = 2.0", "residual.pairs"),
            ("model.first_scale = 1e300", "model.first_scale"),
            ("parameters = { zeta_cr = nan }", "parameters"),
            ("time.axis = 'linear'", "time.axis"),
            ("[[stages]]\niterations = 0\noptimiser.soap = {}", "stages.iterations"),
            ("[[stages]]\niterations = 1\noptimiser.adam = { micro_batch = 0 }", "stages.optimiser.adam"),
            (
                "[[stages]]\niterations = 1\ncurriculum = { loss = nan }\noptimiser.soap = {}",
                "stages.curriculum",
            ),
        ] {
            let error = error(&format!("network = 'atomic'\n{domain}{text}\n"));
            assert_eq!(error.column.as_deref(), Some(key), "{text}: {error}");
            assert!(error.line.is_some() && !error.remedy.is_empty(), "{error}");
        }
        let few = "model.experts = [4, 4]\npoints.count = 15";
        let error = error(&format!("network = 'atomic'\n{domain}{few}\n"));
        assert!(error.message.contains("15 points are fewer than the 16 networks"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "[a-z_]{0,8}( = |\\.)?\\PC{0,20}\n?\\PC{0,20}") {
            let _ = Config::parse(&text, "c.toml");
        }
    }
}
