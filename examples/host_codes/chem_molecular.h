/* The molecular network for host codes. Made from src/lib.rs by cbindgen: cargo test -p chem-host-codes. */

#ifndef CHEM_MOLECULAR_H
#define CHEM_MOLECULAR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

// Number of species.
#define CHEM_SPECIES_COUNT 9

// Order of densities: all species of cell 0, then those of cell 1, and so on.
#define CHEM_CELL_BY_CELL 0

// Order of densities: all cells of species 0, then those of species 1, and so on.
#define CHEM_SPECIES_BY_SPECIES 1

// A pointer is null.
#define CHEM_NULL -1

// A tolerance is out of range: rtol must lie in 1e-10 .. 0.1, atol in 1e-100 .. 1e100.
#define CHEM_TOLERANCE -2

// The layout is neither of the two.
#define CHEM_LAYOUT -3

// The network has no parameter of that name.
#define CHEM_PARAMETER -4

// The threads could not be started, or are more than 1024, or arrays do not fit.
#define CHEM_OTHER -5

// So many cells cannot be: their arrays are larger than what can be addressed, or there is no memory for the report.
#define CHEM_CELLS -6

// A pointer is not aligned as its numbers must be: 8 bytes, 4 for the status.
#define CHEM_ALIGNMENT -7

// A value is not finite.
#define CHEM_VALUE -8

// chem itself is at fault, and says on stderr where: the cells of this call are not to be used.
#define CHEM_FAULT -9

// A solver: what a host code holds between its steps. There is no other state.
typedef struct ChemSolver ChemSolver;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// A solver with these tolerances (rtol 1e-3 is as exact as KROME's default; atol [cm^-3]) and threads of its own; 0
// threads are as many as the machine has, ranks of an MPI code take 1. Writes CHEM_... into `error` on failure, and
// returns NULL.
//
// # Safety
// `error` is NULL or can be written to.
struct ChemSolver *chem_new(double rtol,
                            double atol,
                            size_t threads,
                            int64_t *error);

// Gives a solver back; NULL does nothing.
//
// # Safety
// `solver` comes from `chem_new` and is not used any more.
void chem_free(struct ChemSolver *solver);

// Sets a parameter of the network, for example `zeta_cr` [s^-1]. Returns 0, or a negative CHEM_...: it then keeps its
// value.
//
// # Safety
// `solver` comes from `chem_new` and no other thread uses it now; `name` ends with 0.
int64_t chem_set_parameter(struct ChemSolver *solver,
                           const char *name,
                           double value);

// Advances `cells` cells by `dt` [s]. `n` holds CHEM_SPECIES_COUNT * cells number densities [cm^-3] in the order that
// `layout` names, `t_gas` the temperatures [K], `status` (or NULL) takes what became of each cell: 0 or 1 advanced,
// else unchanged, see `chem_status_text`. Returns the number of cells that were not advanced, or a negative CHEM_...,
// and then, but for CHEM_FAULT, nothing was changed. Without cells nothing is looked at, and 0 returned.
//
// # Safety
// `solver` comes from `chem_new`; the arrays have these lengths and no other thread uses them now.
int64_t chem_step(const struct ChemSolver *solver,
                  size_t cells,
                  double *n,
                  double *t_gas,
                  int32_t layout,
                  double dt,
                  int32_t *status);

// Name of a species, from 0 on in the order of the densities; NULL beyond the last.
const char *chem_species_name(size_t species);

// What a status of a cell means; NULL if there is no such status.
const char *chem_status_text(int32_t status);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CHEM_MOLECULAR_H */
