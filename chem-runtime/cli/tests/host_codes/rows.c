/* What a host code does to a library: every way in which one was found to go wrong. pdr.net with its prefix pdr. */
#define _GNU_SOURCE /* feenableexcept */
#include <fenv.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "pdr.h"

#define S PDR_SPECIES_COUNT
#define CELLS 240

static pdr_solver *solver(size_t threads) {
    int64_t error = 1;
    pdr_solver *solver = pdr_new(S, 1e-3, 1e-20, threads, &error);
    CHECK(solver && error == 0);
    return solver;
}

static void cells(double *n, double *t) {
    for (int cell = 0; cell < CELLS; cell++) {
        t[cell] = 20.0 * pow(5e3, cell / (double)CELLS);
        for (int s = 0; s < S; s++) n[S * cell + s] = PDR[s] * (1 + 0.01 * cell);
    }
}

/* The answer that all others are compared with. */
static double right_n[S * CELLS], right_t[CELLS];

static void find_right(void) {
    pdr_solver *one = solver(1);
    cells(right_n, right_t);
    CHECK(pdr_step(one, S, CELLS, right_n, right_t, PDR_LAYOUT_CELL_BY_CELL, 1e4 * YEAR, NULL) == 0);
    pdr_free(one);
}

static int same(const double *a, const double *b, size_t count) { return memcmp(a, b, count * sizeof *a) == 0; }

static void is_right(const pdr_solver *with) {
    double n[S * CELLS], t[CELLS];
    cells(n, t);
    CHECK(pdr_step(with, S, CELLS, n, t, PDR_LAYOUT_CELL_BY_CELL, 1e4 * YEAR, NULL) == 0);
    CHECK(same(n, right_n, S * CELLS) && same(t, right_t, CELLS));
}

/* Row 2: the host's count of species is looked at wherever arrays are handed over. */
static void counts(void) {
    int64_t error = 0;
    CHECK(!pdr_new(S - 1, 1e-3, 1e-20, 1, &error) && error == PDR_ERROR_SPECIES);
    CHECK(strstr(pdr_last_error(), "the host has 9 species, the library of the network `pdr` has 10"));
    pdr_solver *one = solver(1);
    double n[S], t = 100;
    memcpy(n, PDR, sizeof n);
    CHECK(pdr_step(one, S + 1, 1, n, &t, 0, 1.0, NULL) == PDR_ERROR_SPECIES);
    pdr_block block = pdr_block_init(1, 1, 1);
    block.species = 3;
    CHECK(pdr_advance(one, &block) == PDR_ERROR_SPECIES);
    block = pdr_block_init(1, 1, 1);
    block.size -= 8;
    CHECK(pdr_advance(one, &block) == PDR_ERROR_MISSING);
    CHECK(same(n, PDR, S) && t == 100);
    pdr_free(one);
}

/* Rows 3 and 4: traps, rounding and flushing of the host: same bits, and as they were afterwards. */
static void modes(void) {
    double n[S], t = 100, zero[S] = {0}, t_zero = 0;
    feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW);
    pdr_solver *one = solver(1), *two = solver(2);
    is_right(one), is_right(two);
    CHECK(pdr_step(one, S, 1, zero, &t_zero, 0, YEAR, NULL) == 0);
    CHECK(pdr_set_parameter(one, "g0", 2.0) == 0 && pdr_set_parameter(one, "g0", 1.0) == 0);
    memcpy(n, PDR, sizeof n);
    pdr_block block = pdr_block_init(1, 1, 1);
    block.densities = pdr_array_of(n, 0, 0, 0), block.thermal = pdr_array_of(&t, 0, 0, 0);
    double out[64];
    for (int32_t quantity = 0; quantity <= PDR_QUANTITY_NUCLEI; quantity++) {
        CHECK(pdr_evaluate(one, &block, quantity, out, 64) == 0);
    }
    CHECK(fegetexcept() == (FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW));
    fedisableexcept(FE_ALL_EXCEPT);
    feclearexcept(FE_ALL_EXCEPT);
    int modes[] = {FE_TOWARDZERO, FE_UPWARD, FE_DOWNWARD};
    for (int i = 0; i < 3; i++) {
        fesetround(modes[i]);
        int before = fegetround();
        double a[S * CELLS], b[CELLS];
        fesetround(FE_TONEAREST);
        cells(a, b);
        fesetround(modes[i]);
        CHECK(pdr_step(two, S, CELLS, a, b, 0, 1e4 * YEAR, NULL) == 0);
        CHECK(fegetround() == before);
        fesetround(FE_TONEAREST);
        CHECK(same(a, right_n, S * CELLS) && same(b, right_t, CELLS));
    }
    CHECK(fetestexcept(FE_ALL_EXCEPT & ~FE_INEXACT) == 0);
    pdr_free(one), pdr_free(two);
}

/* Rows 6, 12 and misaligned pointers: nothing aborts, nothing is touched. */
static void impossible_calls(void) {
    pdr_solver *one = solver(1);
    double n[S + 1], t[2] = {100, 100};
    int32_t status[2] = {-7, -7};
    int64_t error = 0;
    memcpy(n, PDR, sizeof PDR);
    for (int32_t layout = 0; layout < 2; layout++) {
        size_t impossible[] = {SIZE_MAX, SIZE_MAX / 8, SIZE_MAX / S + 1, (SIZE_MAX >> 1) / 8};
        for (int i = 0; i < 4; i++) CHECK(pdr_step(one, S, impossible[i], n, t, layout, 1.0, NULL) == PDR_ERROR_CELLS);
        CHECK(pdr_step(one, S, 0, NULL, NULL, layout, 1.0, NULL) == 0);
        CHECK(pdr_step(one, S, 0, n, t, layout, 1.0, status) == 0);
    }
    CHECK(pdr_step(one, S, 1, n, t, 2, 1.0, NULL) == PDR_ERROR_CHOICE);
    CHECK(pdr_step(NULL, S, 1, n, t, 0, 1.0, NULL) == PDR_ERROR_NULL);
    CHECK(pdr_step(one, S, 1, NULL, t, 0, 1.0, NULL) == PDR_ERROR_NULL);
    CHECK(pdr_step(one, S, 1, (double *)((char *)n + 4), t, 0, 1.0, NULL) == PDR_ERROR_ALIGNMENT);
    CHECK(pdr_step(one, S, 1, n, (double *)((char *)t + 1), 0, 1.0, NULL) == PDR_ERROR_ALIGNMENT);
    CHECK(pdr_step(one, S, 1, n, t, 0, 1.0, (int32_t *)((char *)status + 2)) == PDR_ERROR_ALIGNMENT);
    CHECK(same(n, PDR, S) && t[0] == 100 && status[0] == -7);
    pdr_block block = pdr_block_init(0, 5, 5);
    CHECK(pdr_advance(one, &block) == 0 && pdr_advance(one, NULL) == PDR_ERROR_NULL);
    block.cells[0] = 1;
    CHECK(pdr_advance(one, &block) == PDR_ERROR_NULL);
    block = pdr_block_init(2, 1, 1);
    block.densities = pdr_array_of(n, 1, 0, 0), block.thermal = pdr_array_of(t, 1, 0, 0);
    block.dt = pdr_array_of(&t[0], 0, 0, 0);
    CHECK(pdr_advance(one, &block) == PDR_ERROR_OVERLAP);
    CHECK(!pdr_new(S, 2.0, 1e-20, 1, &error) && error == PDR_ERROR_SETTING);
    CHECK(!pdr_new(S, NAN, 1e-20, 1, NULL));
    CHECK(!pdr_new(S, 1e-3, 1e-20, (size_t)-1, &error) && error == PDR_ERROR_THREADS);
    CHECK(!pdr_new(S, 1e-3, 1e-20, 4000, &error) && error == PDR_ERROR_THREADS);
    pdr_free(NULL);
    pdr_free(one);
}

static int threads_of_process(void) {
    char line[256];
    int count = -1;
    FILE *file = fopen("/proc/self/status", "r");
    CHECK(file);
    while (fgets(line, sizeof line, file)) sscanf(line, "Threads: %d", &count);
    fclose(file);
    return count;
}

static void *in_a_thread(void *with) {
    is_right(with);
    return NULL;
}

/* Rows 7, 16, 17: children of fork, the caller's own thread, many threads on one solver. */
static void threads(void) {
    pdr_solver *one = solver(1);
    is_right(one);
    CHECK(threads_of_process() == 1);
    pdr_solver *two = solver(2);
    CHECK(threads_of_process() == 3);
    is_right(two);
    pid_t child = fork();
    if (child == 0) {
        alarm(60);
        is_right(one), is_right(two);
        pdr_free(one), pdr_free(two);
        _exit(0);
    }
    int state = -1;
    CHECK(waitpid(child, &state, 0) == child && WIFEXITED(state) && WEXITSTATUS(state) == 0);
    is_right(two);
    pthread_t all[8];
    for (int i = 0; i < 8; i++) CHECK(pthread_create(&all[i], NULL, in_a_thread, i % 2 ? one : two) == 0);
    for (int i = 0; i < 8; i++) CHECK(pthread_join(all[i], NULL) == 0);
    pdr_free(one), pdr_free(two);
}

/* Rows 8 and 9: masses, mean weight, energies, rates, heating and cooling. */
static void quantities(void) {
    pdr_solver *one = solver(1);
    double n[S] = {0}, t = 100, out[64], k[64];
    n[PDR_IDX_H2] = 50;
    pdr_block block = pdr_block_init(1, 1, 1);
    block.densities = pdr_array_of(n, 0, 0, 0), block.thermal = pdr_array_of(&t, 0, 0, 0);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_MU, out, 1) == 0 && fabs(out[0] - 2.0016) < 1e-3);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_GAMMA, out, 1) == 0 && fabs(out[0] - 5.0 / 3.0) < 1e-15);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_ENERGY_PER_VOLUME, out, 1) == 0);
    CHECK(fabs(out[0] / (1.5 * 50 * 1.380649e-16 * 100) - 1) < 1e-12);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_NUCLEI, out, 64) == 0);
    CHECK(out[pdr_index(PDR_LIST_ELEMENTS, "H")] == 100);
    CHECK(pdr_mass(PDR_IDX_H2) > 3.3e-24 && pdr_charge(PDR_IDX_Electron) == -1 && pdr_nuclei(PDR_IDX_H2, 0) == 2);
    CHECK(isnan(pdr_mass(S)) && pdr_nuclei(SIZE_MAX, SIZE_MAX) == 0 && !pdr_name(PDR_LIST_SPECIES, S));

    memcpy(n, PDR, sizeof n);
    double heat = 0, cool = 0;
    CHECK(pdr_quantity_size(PDR_QUANTITY_EACH_HEATING) == PDR_HEATING_COUNT);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_EACH_HEATING, k, 64) == 0);
    for (int i = 0; i < PDR_HEATING_COUNT; i++) heat += k[i];
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_EACH_COOLING, k, 64) == 0);
    for (int i = 0; i < PDR_COOLING_COUNT; i++) cool += k[i];
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_HEATING, k, 1) == 0 && k[0] == heat && heat > 0);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_COOLING, k, 1) == 0 && k[0] == cool && cool > 0);
    double energy = 0;
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_ENERGY_PER_VOLUME, &energy, 1) == 0);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_COOLING_TIME, k, 1) == 0);
    CHECK(fabs(k[0] * (cool - heat) / energy - 1) < 1e-12);
    /* dT/dt of the slopes is (heating - cooling) over the heat capacity. */
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_SLOPES, k, 64) == 0);
    CHECK(fabs(k[S] / ((heat - cool) * t / energy) - 1) < 1e-12);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_RATES, k, 64) == 0);
    CHECK(k[pdr_index(PDR_LIST_REACTIONS, "h_cr")] == 0.46 * 3e-17);
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_RATES, k, 3) == PDR_ERROR_ROOM);
    CHECK(pdr_evaluate(one, &block, 99, k, 64) == PDR_ERROR_CHOICE);
    CHECK(pdr_index(PDR_LIST_SPECIES, "Xe") == PDR_ERROR_NAME && strstr(pdr_last_error(), "CO"));
    n[0] = NAN;
    CHECK(pdr_evaluate(one, &block, PDR_QUANTITY_MU, k, 1) == 1 && isnan(k[0]));
    pdr_free(one);
}

/* Row 10: a time step, a status and the steps of each cell. */
static void steps_of_cells(void) {
    pdr_solver *two = solver(2);
    double n[S * CELLS], t[CELLS], dt[CELLS], m[S], u;
    int32_t status[CELLS];
    uint32_t steps[CELLS];
    cells(n, t);
    for (int cell = 0; cell < CELLS; cell++) dt[cell] = cell % 3 ? 1e3 * YEAR * cell : 0;
    dt[7] = -1;
    pdr_block block = pdr_block_init(CELLS, 1, 1);
    block.densities = pdr_array_of(n, S, 0, 0), block.thermal = pdr_array_of(t, 1, 0, 0);
    block.dt = pdr_array_of(dt, 1, 0, 0), block.status = status, block.steps = steps;
    CHECK(pdr_advance(two, &block) == 1);
    for (int cell = 0; cell < CELLS; cell++) {
        double all[S * CELLS], all_t[CELLS];
        cells(all, all_t);
        memcpy(m, all + S * cell, sizeof m), u = all_t[cell];
        CHECK(status[cell] == (cell == 7 ? PDR_STATUS_TIME : PDR_STATUS_DONE));
        CHECK((steps[cell] > 0) == (cell % 3 && cell != 7));
        if (cell != 7) CHECK(pdr_step(two, S, 1, m, &u, 0, dt[cell], NULL) == 0);
        CHECK(same(m, n + S * cell, S) && u == t[cell]);
    }
    pdr_free(two);
}

/* Row 11: strides, ghost zones, either layout, 32 bits, mass densities, energies. */
static void arrays(void) {
    pdr_solver *two = solver(2);
    double n[S * CELLS], t[CELLS], dt = 1e4 * YEAR;
    cells(n, t);
    double columns[S * CELLS], u[CELLS];
    memcpy(u, t, sizeof u);
    for (int c = 0; c < CELLS; c++) for (int s = 0; s < S; s++) columns[s * CELLS + c] = n[S * c + s];
    CHECK(pdr_step(two, S, CELLS, columns, u, PDR_LAYOUT_SPECIES_BY_SPECIES, dt, NULL) == 0);
    for (int c = 0; c < CELLS; c++) for (int s = 0; s < S; s++) CHECK(columns[s * CELLS + c] == right_n[S * c + s]);
    CHECK(same(u, right_t, CELLS));

    /* 8 x 6 x 5 cells with two ghost zones on each side; T lies between the densities: q[z][y][x][1 + S]. */
    enum { X = 8, Y = 6, Z = 5, G = 2, A = X + 2 * G, B = Y + 2 * G, C = Z + 2 * G, Q = S + 1 };
    static double q[C][B][A][Q];
    for (int z = 0; z < C; z++) for (int y = 0; y < B; y++) for (int x = 0; x < A; x++) for (int i = 0; i < Q; i++) q[z][y][x][i] = -777;
    for (int c = 0; c < CELLS; c++) {
        double *cell = q[G + c / (X * Y)][G + c / X % Y][G + c % X];
        cell[0] = t[c], memcpy(cell + 1, n + S * c, S * sizeof *n);
    }
    pdr_block block = pdr_block_init(X, Y, Z);
    block.densities = pdr_array_of(&q[G][G][G][1], Q, Q * A, Q * A * B);
    block.thermal = pdr_array_of(&q[G][G][G][0], Q, Q * A, Q * A * B);
    block.dt = pdr_array_of(&dt, 0, 0, 0);
    CHECK(pdr_advance(two, &block) == 0);
    for (int z = 0; z < C; z++) for (int y = 0; y < B; y++) for (int x = 0; x < A; x++) {
        int is_inside = x >= G && x < G + X && y >= G && y < G + Y && z >= G && z < G + Z;
        int c = (x - G) + X * ((y - G) + Y * (z - G));
        CHECK(is_inside ? q[z][y][x][0] == right_t[c] && same(q[z][y][x] + 1, right_n + S * c, S) : q[z][y][x][3] == -777);
    }

    /* 32 bits: what 64 bits give of the same numbers, rounded. */
    float f[S * CELLS], v[CELLS];
    double g[S * CELLS], w[CELLS];
    for (int i = 0; i < S * CELLS; i++) g[i] = f[i] = (float)n[i];
    for (int i = 0; i < CELLS; i++) w[i] = v[i] = (float)t[i];
    block = pdr_block_init(CELLS, 1, 1);
    block.densities = pdr_array_of(NULL, S, 0, 0), block.densities.data = f, block.densities.kind = PDR_KIND_FLOAT32;
    block.thermal = pdr_array_of(NULL, 1, 0, 0), block.thermal.data = v, block.thermal.kind = PDR_KIND_FLOAT32;
    block.dt = pdr_array_of(&dt, 0, 0, 0);
    CHECK(pdr_advance(two, &block) == 0 && pdr_step(two, S, CELLS, g, w, 0, dt, NULL) == 0);
    for (int i = 0; i < S * CELLS; i++) CHECK(f[i] == (float)g[i] || fabs(g[i]) < 1e-37);
    for (int i = 0; i < CELLS; i++) CHECK(v[i] == (float)w[i]);

    /* Densities of mass, and energies per mass and per volume. */
    for (int32_t thermal = PDR_THERMAL_TEMPERATURE; thermal <= PDR_THERMAL_ENERGY_PER_VOLUME; thermal++) {
        double rho[S * CELLS], e[CELLS];
        for (int i = 0; i < S * CELLS; i++) rho[i] = n[i] * pdr_mass(i % S);
        block = pdr_block_init(CELLS, 1, 1);
        block.densities = pdr_array_of(n, S, 0, 0), block.thermal = pdr_array_of(t, 1, 0, 0);
        CHECK(pdr_evaluate(two, &block, thermal, e, CELLS) == 0);
        block.densities = pdr_array_of(rho, S, 0, 0), block.thermal = pdr_array_of(e, 1, 0, 0);
        block.density_unit = PDR_DENSITY_MASS, block.thermal_unit = thermal;
        block.dt = pdr_array_of(&dt, 0, 0, 0);
        CHECK(pdr_advance(two, &block) == 0);
        double back[CELLS];
        CHECK(pdr_evaluate(two, &block, PDR_QUANTITY_TEMPERATURE, back, CELLS) == 0);
        for (int i = 0; i < CELLS; i++) CHECK(fabs(back[i] / right_t[i] - 1) < 1e-10);
        for (int i = 0; i < S * CELLS; i++) CHECK(fabs(rho[i] / pdr_mass(i % S) - right_n[i]) <= 1e-9 * right_n[i] + 1e-15);
    }
    pdr_free(two);
}

/* Rows 13 and 14: values that parameters cannot have; what a cell that fails costs. */
static void settings(void) {
    pdr_solver *one = solver(1);
    double value = 0, n[S], t = 100;
    int32_t status = -1;
    double bad[] = {NAN, INFINITY, -INFINITY, -1};
    for (int i = 0; i < 4; i++) CHECK(pdr_set_parameter(one, "g0", bad[i]) == PDR_ERROR_VALUE);
    CHECK(pdr_get_parameter(one, "g0", &value) == 0 && value == 1);
    CHECK(pdr_set_parameter(one, "g0", 10) == 0 && pdr_get_parameter(one, "g0", &value) == 0 && value == 10);
    CHECK(pdr_set_parameter(one, "go", 10) == PDR_ERROR_NAME && strstr(pdr_last_error(), "g0"));
    CHECK(pdr_set_parameter(one, NULL, 10) == PDR_ERROR_NULL && pdr_get_parameter(one, "g0", NULL) == PDR_ERROR_NULL);
    CHECK(pdr_set_parameter(one, "g0", 1) == 0);
    is_right(one);
    CHECK(pdr_count(PDR_LIST_PARAMETERS) == PDR_PARAMETER_COUNT && strcmp(pdr_name(PDR_LIST_PARAMETERS, 2), "zeta_cr") == 0);
    CHECK(strcmp(pdr_parameter_unit(2), "s^-1") == 0 && pdr_parameter_default(2) == 3e-17 && !pdr_parameter_unit(PDR_PARAMETER_COUNT));
    CHECK(pdr_set_option(one, PDR_OPTION_MAX_STEPS, 50) == 0 && pdr_set_option(one, PDR_OPTION_FALLBACK, 0) == 0);
    CHECK(pdr_set_option(one, PDR_OPTION_MAX_STEPS, 0) == PDR_ERROR_VALUE && pdr_set_option(one, 9, 0) == PDR_ERROR_CHOICE);
    memcpy(n, PDR, sizeof n);
    clock_t start = clock();
    for (int i = 0; i < 100; i++) CHECK(pdr_step(one, S, 1, n, &t, 0, 1e30, &status) == 1 && status == PDR_STATUS_FAILED);
    CHECK(clock() - start < CLOCKS_PER_SEC && same(n, PDR, S) && t == 100);
    CHECK(strstr(pdr_status_text(status), "no method reached the end") && !pdr_status_text(99) && !pdr_status_text(-1));
    CHECK(strstr(pdr_error_text(PDR_ERROR_SPECIES), "different networks") && !pdr_error_text(5));
    pdr_free(one);
}

/* Row 15: what advection leaves, and vacuum; charged cells on request. */
static void odd_cells(void) {
    pdr_solver *one = solver(1);
    double n[3][S], t[3] = {100, -1, 100}, added[3] = {9, 9, 9}, dt = YEAR;
    int32_t status[3];
    memset(n, 0, sizeof n);
    memcpy(n[0], PDR, sizeof PDR), memcpy(n[2], PDR, sizeof PDR);
    n[0][PDR_IDX_CO] = -1e-30, n[0][PDR_IDX_C] = -5e-324, n[2][PDR_IDX_H2] = -5;
    pdr_block block = pdr_block_init(3, 1, 1);
    block.densities = pdr_array_of(&n[0][0], S, 0, 0), block.thermal = pdr_array_of(t, 1, 0, 0);
    block.dt = pdr_array_of(&dt, 0, 0, 0), block.status = status;
    CHECK(pdr_advance(one, &block) == 2);
    CHECK(status[0] == PDR_STATUS_DENSITY && status[1] == PDR_STATUS_DONE && status[2] == PDR_STATUS_DENSITY);
    CHECK(n[0][PDR_IDX_CO] == -1e-30 && t[1] == -1 && n[1][0] == 0);
    block.tolerated = 1e-6, block.added = pdr_array_of(added, 1, 0, 0);
    CHECK(pdr_advance(one, &block) == 1);
    CHECK(status[0] == PDR_STATUS_DONE && status[2] == PDR_STATUS_DENSITY && n[2][PDR_IDX_H2] == -5);
    CHECK(added[0] == 1e-30 && added[1] == 0 && added[2] == 0 && block.total_added == 1e-30);
    CHECK(n[0][PDR_IDX_CO] >= 0);
    block.floor = 1e-10;
    CHECK(pdr_advance(one, &block) == 1 && added[0] > 0 && added[0] < 1e-9 && added[1] == 0 && n[1][0] == 0);
    block.floor = NAN;
    CHECK(pdr_advance(one, &block) == PDR_ERROR_VALUE);

    memcpy(n[0], PDR, sizeof PDR), memcpy(n[2], PDR, sizeof PDR);
    n[2][0] = 5;
    block.floor = 0, block.tolerated = 0, block.flags = PDR_FLAG_NEUTRAL;
    CHECK(pdr_advance(one, &block) == 1 && status[0] == PDR_STATUS_DONE && status[2] == PDR_STATUS_CHARGED);
    CHECK(n[2][0] == 5 && strstr(pdr_status_text(status[2]), "charges"));
    block.flags = 8;
    CHECK(pdr_advance(one, &block) == PDR_ERROR_CHOICE);
    pdr_free(one);
}

/* KROME's equilibrium: cells that stand still after the longest time, and those that do not. */
static void steady_states(void) {
    pdr_solver *two = solver(2);
    double n[S * CELLS], t[CELLS], dt[CELLS], slopes[S + 1], more[S * CELLS], u[CELLS];
    int32_t status[CELLS];
    cells(n, t);
    for (int cell = 0; cell < CELLS; cell++) dt[cell] = cell == 5 ? 1e3 * YEAR : 3e17;
    n[S * 9] = NAN;
    pdr_block block = pdr_block_init(CELLS, 1, 1);
    block.densities = pdr_array_of(n, S, 0, 0), block.thermal = pdr_array_of(t, 1, 0, 0);
    block.dt = pdr_array_of(dt, 1, 0, 0), block.status = status;
    CHECK(pdr_equilibrium(two, &block, 1e-2) == 2);
    for (int cell = 0; cell < CELLS; cell++) {
        CHECK(status[cell] == (cell == 5 ? PDR_STATUS_NOT_STEADY : cell == 9 ? PDR_STATUS_DENSITY : PDR_STATUS_DONE));
    }
    CHECK(strstr(pdr_status_text(PDR_STATUS_NOT_STEADY), "not steady"));
    /* Heating balances cooling, and another ten billion years change nothing. */
    pdr_block one = pdr_block_init(1, 1, 1);
    one.densities = pdr_array_of(n, 0, 0, 0), one.thermal = pdr_array_of(t, 0, 0, 0);
    double heating, cooling;
    CHECK(pdr_evaluate(two, &one, PDR_QUANTITY_HEATING, &heating, 1) == 0 && pdr_evaluate(two, &one, PDR_QUANTITY_COOLING, &cooling, 1) == 0);
    CHECK(pdr_evaluate(two, &one, PDR_QUANTITY_SLOPES, slopes, S + 1) == 0);
    CHECK(fabs(heating / cooling - 1) < 0.05 && fabs(slopes[PDR_IDX_H]) * 1e15 < n[PDR_IDX_H]);
    memcpy(more, n, sizeof n), memcpy(u, t, sizeof t);
    CHECK(pdr_step(two, S, 1, more, u, 0, 3e17, NULL) == 0 && fabs(u[0] / t[0] - 1) < 0.02);
    CHECK(pdr_equilibrium(two, &block, NAN) == PDR_ERROR_VALUE && pdr_equilibrium(two, NULL, 0.1) == PDR_ERROR_NULL);
    pdr_free(two);
}

/* Row 5: a radiation field, an extinction, cosmic rays of each cell: as a solver gives that has them as its own. */
static void environments(void) {
    pdr_solver *two = solver(2), *own = solver(1);
    enum { FEW = 12 };
    double n[S * CELLS], t[CELLS], m[S * CELLS], u[CELLS], dt = 1e4 * YEAR, field[2 * CELLS], depth = 1.5, rate[CELLS], bad = NAN;
    float zeta[CELLS];
    cells(n, t), cells(m, u);
    for (int cell = 0; cell < CELLS; cell++) {
        field[2 * cell] = pow(10, cell % 7 - 3), field[2 * cell + 1] = NAN, zeta[cell] = 1e-17f * (float)(1 + cell % 5);
    }
    pdr_environment environment[4];
    memset(environment, 0, sizeof environment);
    environment[0].name = "g0", environment[0].values = pdr_array_of(field, 2, 0, 0);
    environment[1].name = "av", environment[1].values = pdr_array_of(&depth, 0, 0, 0);
    environment[2].name = "zeta_cr", environment[2].values = pdr_array_of(NULL, 1, 0, 0);
    environment[2].values.data = zeta, environment[2].values.kind = PDR_KIND_FLOAT32;
    environment[3].name = "metallicity"; /* not given: the solver's own */
    pdr_block block = pdr_block_init(CELLS, 1, 1);
    block.densities = pdr_array_of(n, S, 0, 0), block.thermal = pdr_array_of(t, 1, 0, 0), block.dt = pdr_array_of(&dt, 0, 0, 0);
    block.environment = environment, block.environments = 4;
    long place = (long)pdr_index(PDR_LIST_REACTIONS, "h2_pd");
    double all[CELLS * PDR_REACTION_COUNT];
    CHECK(pdr_evaluate(two, &block, PDR_QUANTITY_RATES, all, CELLS * PDR_REACTION_COUNT) == 0);
    CHECK(pdr_advance(two, &block) == 0);
    for (int cell = 0; cell < FEW; cell++) {
        CHECK(pdr_set_parameter(own, "g0", field[2 * cell]) == 0 && pdr_set_parameter(own, "av", depth) == 0);
        CHECK(pdr_set_parameter(own, "zeta_cr", zeta[cell]) == 0);
        pdr_block one = pdr_block_init(1, 1, 1);
        one.densities = pdr_array_of(m + S * cell, 0, 0, 0), one.thermal = pdr_array_of(u + cell, 0, 0, 0);
        CHECK(pdr_evaluate(own, &one, PDR_QUANTITY_RATES, rate, CELLS) == 0);
        CHECK(rate[place] == all[PDR_REACTION_COUNT * cell + place]);
        CHECK(pdr_step(own, S, 1, m + S * cell, u + cell, 0, dt, NULL) == 0);
        CHECK(fabs(u[cell] / t[cell] - 1) < 1e-12);
        for (int s = 0; s < S; s++) CHECK(fabs(m[S * cell + s] - n[S * cell + s]) <= 1e-12 * n[S * cell + s] + 1e-18);
    }
    memcpy(m, n, sizeof n);
    environment[1].values.data = &bad;
    CHECK(pdr_advance(two, &block) == PDR_ERROR_VALUE && strstr(pdr_last_error(), "av"));
    environment[1].values.data = &depth, environment[0].name = "go";
    CHECK(pdr_advance(two, &block) == PDR_ERROR_NAME && strstr(pdr_last_error(), "g0"));
    environment[0].name = "av";
    CHECK(pdr_advance(two, &block) == PDR_ERROR_NAME);
    environment[0].name = "metallicity", environment[3].name = NULL; /* a parameter of the whole network */
    CHECK(pdr_advance(two, &block) == PDR_ERROR_NAME && strstr(pdr_last_error(), "per cell"));
    environment[0].name = NULL;
    CHECK(pdr_advance(two, &block) == PDR_ERROR_NULL);
    block.environments = PDR_PARAMETER_COUNT + 1;
    CHECK(pdr_advance(two, &block) == PDR_ERROR_NAME);
    block.environments = 1, block.environment = NULL;
    CHECK(pdr_advance(two, &block) == PDR_ERROR_NULL && same(m, n, S * CELLS));
    pdr_free(two), pdr_free(own);
}

int main(void) {
    find_right();
    threads();
    counts();
    modes();
    impossible_calls();
    quantities();
    steps_of_cells();
    arrays();
    settings();
    odd_cells();
    steady_states();
    environments();
    return 0;
}
