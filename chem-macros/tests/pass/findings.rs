// Warnings and notes do not stop.
chem_runtime::chem_network!("../ui/findings.net");

fn main() {
    println!("{:?}", findings::Species::A);
}
