/* Steps of a host code: 10,000 cells over 1 Myr in ten steps; one of them is broken on purpose. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cloud.h"

#define CELLS 10000
#define YEAR 3.1536e7

static const double state[CLOUD_SPECIES_COUNT] = {
    [CLOUD_IDX_Electron] = 1.02, [CLOUD_IDX_HMinus] = 0.1, [CLOUD_IDX_H] = 62.41,    [CLOUD_IDX_He] = 26.0,        [CLOUD_IDX_H2] = 10.4,
    [CLOUD_IDX_HPlus] = 0.62,    [CLOUD_IDX_HePlus] = 0.26, [CLOUD_IDX_H2Plus] = 0.1, [CLOUD_IDX_HePlusPlus] = 0.07};

static double hydrogen_nuclei(const double *n) {
    size_t hydrogen = (size_t)cloud_index(CLOUD_LIST_ELEMENTS, "H");
    double sum = 0;
    for (size_t s = 0; s < CLOUD_SPECIES_COUNT; s++) sum += cloud_nuclei(s, hydrogen) * n[s];
    return sum;
}

int main(void) {
    double *n = malloc(sizeof(double) * CLOUD_SPECIES_COUNT * CELLS), *t_gas = malloc(sizeof(double) * CELLS);
    int32_t *status = malloc(sizeof(int32_t) * CELLS);
    int64_t error = 0;
    cloud_solver *solver = cloud_new(CLOUD_SPECIES_COUNT, 1e-3, 1e-20, 0, &error);
    if (!n || !t_gas || !status || !solver) {
        fprintf(stderr, "no solver: %s\n", cloud_last_error());
        return 1;
    }
    if (cloud_set_parameter(solver, "zeta_cr", 3e-17)) return 1;
    for (int cell = 0; cell < CELLS; cell++) {
        t_gas[cell] = 20.0 * pow(5e4, cell / (double)CELLS);
        for (int s = 0; s < CLOUD_SPECIES_COUNT; s++) n[CLOUD_SPECIES_COUNT * cell + s] = state[s];
    }
    n[CLOUD_SPECIES_COUNT * 17 + CLOUD_IDX_H] = -1.0;
    for (int step = 0; step < 10; step++) {
        int64_t failed = cloud_step(solver, CLOUD_SPECIES_COUNT, CELLS, n, t_gas, CLOUD_LAYOUT_CELL_BY_CELL, 1e5 * YEAR, status);
        if (failed != 1 || status[17] != CLOUD_STATUS_DENSITY) {
            fprintf(stderr, "%lld cells failed where one should\n", (long long)failed);
            return 1;
        }
    }
    printf("cell 17: %s\n", cloud_status_text(status[17]));
    for (int cell = 1; cell < CELLS; cell += CELLS / 4) {
        printf("cell %5d: T = %.4g K", cell, t_gas[cell]);
        for (size_t s = CLOUD_IDX_H; s <= CLOUD_IDX_H2; s++) printf(", %s %.4g", cloud_name(CLOUD_LIST_SPECIES, s), n[CLOUD_SPECIES_COUNT * cell + s]);
        printf(" cm^-3\n");
    }
    for (int cell = 0; cell < CELLS; cell++) {
        double drift = hydrogen_nuclei(n + CLOUD_SPECIES_COUNT * cell) / hydrogen_nuclei(state) - 1;
        if (cell != 17 && !(fabs(drift) < 1e-12)) {
            fprintf(stderr, "cell %d: hydrogen drifts by %g\n", cell, drift);
            return 1;
        }
    }
    cloud_free(solver);
    free(n), free(t_gas), free(status);
    return 0;
}
