//! With the feature `peers`: compiles the few lines of C between us and SUNDIALS' CVODE, and links it.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
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
