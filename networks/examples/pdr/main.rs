//! Photodissociation region of Gong, Ostriker & Wolfire 2017: a slab with light from one side.
//! `cargo run --release -p chem-networks --example pdr`
#![allow(clippy::print_stdout)] // a program

mod slab;

use chem_networks::gow17::Species;
use slab::{Zone, slab};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for n_h in [100.0, 1000.0] {
        println!("n_H = {n_h} cm^-3, chi = 1");
        println!(
            "    A_V    T [K]       H2        C+         C        CO       CHx       OHx      HCO+        H+       H3+       He+        O+       Si+"
        );
        for Zone { a_v, cell } in slab(n_h, 1.0, 200, 1e-6)?.iter().step_by(25) {
            let share = |species| cell.n(species) / n_h;
            print!("{a_v:7.4} {:8.1}", cell.t_gas);
            use Species::*;
            for species in [H2, CPlus, C, CO, CHx, OHx, HCOPlus, HPlus, H3Plus, HePlus, OPlus, SiPlus] {
                print!(" {:9.2e}", share(species));
            }
            println!();
        }
    }
    Ok(())
}
