//! How builds of hosts find the library: pkg-config and CMake.

use super::Prefix;

/// Libraries of the system that a static library of Rust needs.
const SYSTEM: &str = if cfg!(target_os = "macos") {
    "-lSystem -lc -lm -liconv"
} else {
    "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc"
};

/// `PREFIX.pc`, `PREFIX-static.pc`.
pub(super) fn pkg_config(prefix: &Prefix, network: &str, is_static: bool) -> String {
    let name = prefix.lower();
    let (name_of_package, libraries) = match is_static {
        true => (format!("{name}-static"), format!("${{libdir}}/lib{name}.a {SYSTEM}")),
        false => (name.to_owned(), format!("-L${{libdir}} -l{name} -Wl,-rpath,${{libdir}}")),
    };
    format!(
        "# Made by `chem host`; made anew by it.\n\
         prefix=${{pcfiledir}}/../..\nincludedir=${{prefix}}/include\nlibdir=${{prefix}}/lib\n\n\
         Name: {name_of_package}\nDescription: the chemical network {network}\nVersion: 0.1.0\n\
         Cflags: -I${{includedir}}\nLibs: {libraries}\n"
    )
}

/// `PREFIXConfig.cmake`: the targets `PREFIX::shared`, `PREFIX::static` and, with Fortran, `PREFIX::fortran`.
pub(super) fn cmake(prefix: &Prefix) -> String {
    let name = prefix.lower();
    let extension = std::env::consts::DLL_EXTENSION;
    let system = SYSTEM.replace("-l", "").replace(' ', ";");
    format!(
        r#"# Made by `chem host`; made anew by it. find_package({name}) gives {name}::shared, {name}::static and, in a project with Fortran,
# {name}::fortran: the module over the shared library.
get_filename_component(_{name}_root "${{CMAKE_CURRENT_LIST_DIR}}/../../.." ABSOLUTE)
if(NOT TARGET {name}::shared)
  add_library({name}::shared SHARED IMPORTED)
  set_target_properties({name}::shared PROPERTIES
    IMPORTED_LOCATION "${{_{name}_root}}/lib/lib{name}.{extension}"
    INTERFACE_INCLUDE_DIRECTORIES "${{_{name}_root}}/include")
  add_library({name}::static STATIC IMPORTED)
  set_target_properties({name}::static PROPERTIES
    IMPORTED_LOCATION "${{_{name}_root}}/lib/lib{name}.a"
    INTERFACE_LINK_LIBRARIES "{system}"
    INTERFACE_INCLUDE_DIRECTORIES "${{_{name}_root}}/include")
  get_property(_{name}_languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if("Fortran" IN_LIST _{name}_languages)
    add_library({name}_fortran OBJECT EXCLUDE_FROM_ALL "${{_{name}_root}}/include/{name}.f90")
    set_target_properties({name}_fortran PROPERTIES Fortran_MODULE_DIRECTORY "${{CMAKE_BINARY_DIR}}/{name}_module")
    target_include_directories({name}_fortran INTERFACE "${{CMAKE_BINARY_DIR}}/{name}_module")
    target_link_libraries({name}_fortran PUBLIC {name}::shared)
    add_library({name}::fortran ALIAS {name}_fortran)
  endif()
endif()
set({name}_FOUND TRUE)
"#
    )
}
