// Warnings of the network are warnings of the compiler: here they are made errors to be seen. Notes are not shown.
#![deny(deprecated)]

chem_runtime::chem_network!("findings.net");

fn main() {
    println!("{:?}", findings::Species::A);
}
