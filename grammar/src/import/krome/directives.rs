//! Lines that begin with `@`.

use super::items::Block;

/// What a directive asks for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Directive<'t> {
    Format(&'t str),
    Variable(&'t str),
    Common(&'t str),
    Ghost(&'t str),
    /// An extra heating (true) or cooling term [erg cm^-3 s^-1].
    Thermal(bool, &'t str),
    Begin(Block),
    End,
    /// What concerns KROME's own program alone: tables, labels, when a rate is evaluated.
    Nothing,
    /// Fortran up to the directive of this name.
    Fortran(&'static str),
    /// What has no counterpart.
    Refused(&'static str),
}

/// The directive of a line, if it is one that KROME knows.
pub(super) fn directive(line: &str) -> Option<Directive<'_>> {
    if let Some((word, rest)) = line.split_once(':') {
        let rest = rest.trim();
        match word.trim_end().to_ascii_lowercase().as_str() {
            "@format" => return Some(Directive::Format(rest)),
            "@var" => return Some(Directive::Variable(rest)),
            "@common" => return Some(Directive::Common(rest)),
            "@ghost" => return Some(Directive::Ghost(rest)),
            "@cooling" => return Some(Directive::Thermal(false, rest)),
            "@heating" => return Some(Directive::Thermal(true, rest)),
            "@group" => return Some(Directive::Nothing),
            "@ice" => {
                return Some(Directive::Refused("species that share gas and ice in equilibrium (`@ice`)"));
            }
            "@surface" => return Some(Directive::Refused("reactions on surfaces (`@surface:`)")),
            "@tabvar" => return Some(Directive::Refused("variables from tables of KROME's own (`@tabvar`)")),
            _ => {}
        }
    }
    let word = line.split_whitespace().next()?.to_ascii_lowercase();
    let (name, place) = word.rsplit_once('_').unwrap_or((word.as_str(), ""));
    let begins = matches!(place, "start" | "begin");
    let ends = matches!(place, "stop" | "end");
    Some(match name {
        "@notab" if begins || ends => Directive::Nothing,
        "@storeonce" | "@cooling" | "@heating" if begins || ends => Directive::Nothing,
        "@photo" if begins => Directive::Begin(Block::Photo),
        "@cr" if begins => Directive::Begin(Block::CosmicRays),
        "@xray" if begins => Directive::Begin(Block::XRays),
        "@surface" if begins => Directive::Begin(Block::Surface),
        "@photo" | "@cr" | "@xray" | "@surface" if ends => Directive::End,
        "@reactionmodifier" if begins => Directive::Fortran("@reactionmodifier_"),
        "@odemodifier" if begins => Directive::Fortran("@odemodifier_"),
        _ => match word.as_str() {
            "@notabnext" | "@notab_next" => Directive::Nothing,
            "@next_solomon" | "@next_h2photodissociation" => {
                Directive::Refused("coefficients that KROME computes from its own radiation")
            }
            _ => return None,
        },
    })
}
