// What is denied stops; the species stay defined.
chem_runtime::chem_network!("findings.net", deny(W008));

// The notes of the network stop only where they are denied.
chem_runtime::chem_network!("findings.net" as other, deny(notes), looped);

fn main() {
    println!("{:?} {:?}", findings::Species::A, other::Species::B);
}
