/* A thousand cells over 100 kyr by a trained network and by the solver: what each says, and how far they differ. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cloud.h"

#define CELLS 1000
#define YEAR 3.1536e7
#define CALLS 10

static double n[2][CELLS][CLOUD_SPECIES_COUNT], t_gas[2][CELLS];
static int32_t status[CELLS];

/* The general model's domain: hydrogen 0.7 and helium 0.3 of the nuclei. */
static void fill(void) {
    for (int way = 0; way < 2; way++) {
        for (int cell = 0; cell < CELLS; cell++) {
            double share = (cell + 0.5) / CELLS, n_tot = pow(10.0, 3.0 * fmod(7.3 * share, 1.0) - 1.0);
            double *y = n[way][cell], hydrogen = 0.69 * n_tot, h2 = 0.2 * share * hydrogen, ions = 1e-3 * hydrogen;
            t_gas[way][cell] = pow(10.0, 2.0 + 2.5 * share);
            y[CLOUD_IDX_H2] = h2;
            y[CLOUD_IDX_HPlus] = ions;
            y[CLOUD_IDX_H2Plus] = 1e-5 * n_tot;
            y[CLOUD_IDX_HMinus] = 1e-5 * n_tot;
            y[CLOUD_IDX_H] = hydrogen - 2 * h2 - ions - 3e-5 * n_tot;
            y[CLOUD_IDX_HePlus] = 1e-4 * n_tot;
            y[CLOUD_IDX_HePlusPlus] = 1e-5 * n_tot;
            y[CLOUD_IDX_He] = hydrogen * 3.0 / 7.0 - 1.1e-4 * n_tot;
            y[CLOUD_IDX_Electron] = ions + 1e-5 * n_tot - 1e-5 * n_tot + 1e-4 * n_tot + 2e-5 * n_tot;
        }
    }
    n[0][3][CLOUD_IDX_H] = -1.0; /* broken on purpose */
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static double error[CELLS];
    int64_t code = 0, failed = 0;
    long emulated = 0, solved = 0;
    if (argc != 2) return fprintf(stderr, "give the file of the trained network\n"), 1;
    cloud_solver *solver = cloud_new(CLOUD_SPECIES_COUNT, 1e-4, 1e-20, 1, &code);
    if (cloud_emulator_new(solver, "no such file", 0.05, &code) || code != CLOUD_ERROR_MISSING) return 1;
    printf("refused: %s\n", cloud_last_error());
    cloud_emulator *emulator = cloud_emulator_new(solver, argv[1], 0.0, &code);
    if (!solver || !emulator) return fprintf(stderr, "no emulator: %s\n", cloud_last_error()), 1;
    fill();
    double dt = 1e5 * YEAR / CALLS;
    for (int call = 0; call < CALLS; call++) {
        for (int way = 0; way < 2; way++) {
            cloud_block block = cloud_block_init(CELLS, 1, 1);
            block.densities = cloud_array_of(&n[way][0][0], CLOUD_SPECIES_COUNT, 0, 0);
            block.thermal = cloud_array_of(t_gas[way], 1, 0, 0);
            block.dt = cloud_array_of(&dt, 0, 0, 0);
            block.status = status;
            int64_t left = way == 0 ? cloud_emulator_advance(emulator, &block) : cloud_advance(solver, &block);
            if (left < 0) return fprintf(stderr, "refused: %s\n", cloud_last_error()), 1;
            if (way == 1) {
                failed += left;
                continue;
            }
            if (left != 1 || status[3] != CLOUD_STATUS_DENSITY) {
                return fprintf(stderr, "%lld cells not advanced, the broken one says %s\n", (long long)left, cloud_status_text(status[3])), 1;
            }
            for (int cell = 0; cell < CELLS; cell++) {
                emulated += status[cell] == CLOUD_STATUS_EMULATED;
                solved += status[cell] == CLOUD_STATUS_DONE;
            }
        }
    }
    for (int cell = 0; cell < CELLS; cell++) error[cell] = cell == 3 ? 0 : fabs(log10(t_gas[0][cell] / t_gas[1][cell]));
    qsort(error, CELLS, sizeof(double), by_size);
    printf("%d calls: %ld times emulated, %ld times solved; T differs by %.1e decades at the median, %.1e at 99 %%\n", CALLS,
           emulated, solved, error[CELLS / 2], error[99 * CELLS / 100]);
    cloud_emulator_free(emulator);
    cloud_free(solver);
    return failed != 0 || emulated + solved != (long)CALLS * (CELLS - 1) || emulated < CELLS || !(error[CELLS / 2] < 0.03);
}
