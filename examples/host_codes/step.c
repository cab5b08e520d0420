/* Steps of a host code: 10,000 cells over 1 Myr in ten steps; one of them is broken on purpose. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "chem_molecular.h"

#define CELLS 10000
#define YEAR 3.1536e7

static const double state[CHEM_SPECIES_COUNT] = {1.02, 0.1, 62.41, 26.0, 10.4, 0.62, 0.26, 0.1, 0.07};
/* Hydrogen nuclei of each species: e- H- H He H2 H+ He+ H2+ He++. */
static const double hydrogen[CHEM_SPECIES_COUNT] = {0, 1, 1, 0, 2, 1, 0, 2, 0};

static double nuclei(const double *n) {
    double sum = 0;
    for (int s = 0; s < CHEM_SPECIES_COUNT; s++) sum += hydrogen[s] * n[s];
    return sum;
}

int main(void) {
    double *n = malloc(sizeof(double) * CHEM_SPECIES_COUNT * CELLS), *t_gas = malloc(sizeof(double) * CELLS);
    int32_t *status = malloc(sizeof(int32_t) * CELLS);
    int64_t error = 0;
    ChemSolver *solver = chem_new(1e-3, 1e-20, 0, &error);
    if (!n || !t_gas || !status || !solver) {
        fprintf(stderr, "no solver: %lld\n", (long long)error);
        return 1;
    }
    if (chem_set_parameter(solver, "zeta_cr", 3e-17)) return 1;
    for (int cell = 0; cell < CELLS; cell++) {
        t_gas[cell] = 20.0 * pow(5e4, cell / (double)CELLS);
        for (int s = 0; s < CHEM_SPECIES_COUNT; s++) n[CHEM_SPECIES_COUNT * cell + s] = state[s];
    }
    n[CHEM_SPECIES_COUNT * 17 + 2] = -1.0;
    for (int step = 0; step < 10; step++) {
        int64_t failed = chem_step(solver, CELLS, n, t_gas, CHEM_CELL_BY_CELL, 1e5 * YEAR, status);
        if (failed != 1 || status[17] != 2) {
            fprintf(stderr, "%lld cells failed where one should\n", (long long)failed);
            return 1;
        }
    }
    printf("cell 17: %s\n", chem_status_text(status[17]));
    for (int cell = 1; cell < CELLS; cell += CELLS / 4) {
        printf("cell %5d: T = %.4g K", cell, t_gas[cell]);
        for (int s = 2; s < 5; s++) printf(", %s %.4g", chem_species_name(s), n[CHEM_SPECIES_COUNT * cell + s]);
        printf(" cm^-3\n");
    }
    for (int cell = 0; cell < CELLS; cell++) {
        double drift = nuclei(n + CHEM_SPECIES_COUNT * cell) / nuclei(state) - 1;
        if (cell != 17 && !(fabs(drift) < 1e-12)) {
            fprintf(stderr, "cell %d: hydrogen drifts by %g\n", cell, drift);
            return 1;
        }
    }
    chem_free(solver);
    free(n), free(t_gas), free(status);
    return 0;
}
