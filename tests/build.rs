//! With the feature `peers`: compiles the few lines of C between us and SUNDIALS' CVODE, and links it. With the feature
//! `large`: writes down a large synthetic network.

#[cfg(feature = "large")]
#[path = "src/synthetic.rs"]
#[allow(unreachable_pub)]
mod synthetic;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "large")]
    {
        println!("cargo::rerun-if-changed=src/synthetic.rs");
        let folder = std::path::PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
        let text = synthetic::network(400, 4400, 1);
        if let Err(error) = std::fs::write(folder.join("synthetic.net"), text) {
            println!("cargo::error=the synthetic network cannot be written: {error}");
        }
    }
    #[cfg(feature = "peers")]
    {
        println!("cargo::rerun-if-changed=cvode/cvode.c");
        cc::Build::new().file("cvode/cvode.c").warnings(true).compile("chem_cvode");
        let libraries = ["cvode", "nvecserial", "sunmatrixdense", "sunlinsoldense"];
        for library in libraries {
            println!("cargo::rustc-link-lib=sundials_{library}");
        }
    }
}
