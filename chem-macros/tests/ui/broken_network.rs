// One error at the path, with all that is wrong; the species stay defined, so that no other error follows.
chem_runtime::chem_network!("broken.net");

fn main() {
    println!("{:?} {:?}", broken::Species::HPlus, broken::Species::Electron);
}
